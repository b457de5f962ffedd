//! Addresses of which it was seen that mail to them comes to the desk with anything behind a `+`
//! (RFC 5233): a mail that a desk sent itself came back.

use super::error::StoreError;
use super::sql::{Tx, values};
use crate::mail::address::Address;
use crate::time::Timestamp;

/// It was seen just now.
///
/// # Errors
/// [`StoreError`].
pub async fn prove(
    tx: &mut Tx,
    desk: &str,
    address: &Address,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(PROVE, values![desk, address.as_str(), now]).await.map(drop)
}

/// When it was seen last.
///
/// # Errors
/// [`StoreError`].
pub async fn proved(
    tx: &mut Tx,
    desk: &str,
    address: &Address,
) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.optional(PROVED, values![desk, address.as_str()]).await?;
    row.map(|row| row.integer("proved_us").map(Timestamp::from_us)).transpose()
}

const PROVE: &str = "
insert into plus_address (desk, address, proved_us)
values ($1, $2, $3)
on conflict (desk, address) do update set proved_us = excluded.proved_us";

const PROVED: &str = "select proved_us from plus_address where desk = $1 and address = $2";
