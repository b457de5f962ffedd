//! Addresses whose mail is believed without a proof, because an agent said so.

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use crate::mail::address::Address;
use crate::time::Timestamp;
use crate::triage::grant::AddressTrust;

/// An address that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedAddress {
    /// The address.
    pub address: Address,
    /// Who said so.
    pub by: String,
    /// When.
    pub since: Timestamp,
}

/// From now on an address is trusted; who said so first stays.
///
/// # Errors
/// [`StoreError`].
pub async fn add(
    tx: &mut Tx,
    address: &Address,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(ADD, values![address.as_str(), by, now]).await.map(drop)
}

/// From now on an address is asked for proof again. How many were trusted, one or none.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(tx: &mut Tx, address: &Address) -> Result<u64, StoreError> {
    tx.execute(REMOVE, values![address.as_str()]).await
}

/// Who trusts an address, if somebody does.
///
/// # Errors
/// [`StoreError`].
pub async fn find(tx: &mut Tx, address: &Address) -> Result<Option<TrustedAddress>, StoreError> {
    tx.optional(FIND, values![address.as_str()]).await?.as_ref().map(read).transpose()
}

/// The trusted ones among the contacts of the account with this key.
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(tx: &mut Tx, key: &str) -> Result<Vec<TrustedAddress>, StoreError> {
    tx.all(OF_ACCOUNT, values![key]).await?.iter().map(read).collect()
}

/// Whether an address is trusted, for decisions.
pub(super) async fn trust(tx: &mut Tx, address: &Address) -> Result<AddressTrust, StoreError> {
    Ok(match find(tx, address).await? {
        Some(_) => AddressTrust::Trusted,
        None => AddressTrust::Asked,
    })
}

fn read(row: &Row) -> Result<TrustedAddress, StoreError> {
    Ok(TrustedAddress {
        address: row.parsed("address", |text| Address::parse(text).ok())?,
        by: row.text("by_whom")?,
        since: Timestamp::from_us(row.integer("since_us")?),
    })
}

const ADD: &str = "
insert into trusted_address (address, by_whom, since_us) values ($1, $2, $3) on conflict do nothing";

const REMOVE: &str = "delete from trusted_address where address = $1";

const FIND: &str = "select address, by_whom, since_us from trusted_address where address = $1";

const OF_ACCOUNT: &str = "
select trusted_address.address, trusted_address.by_whom, trusted_address.since_us
  from account
  join account_now on account_now.account = account.id
  join contact
    on contact.account = account_now.account
   and contact.edition = account_now.edition
   and contact.kind = 'address'
  join trusted_address on trusted_address.address = contact.value
 where account.key = $1
 order by trusted_address.address";
