//! Who opens tickets as a machine does: an address to which nothing is acknowledged for a while, or a
//! domain. The operator is told as long as it lasts.

use std::time::Duration;

use super::commit::Act;
use super::error::StoreError;
use super::sql::{Row, Tx, values};
use crate::mail::address::Address;
use crate::time::Timestamp;
use crate::triage::decision::{Hushed, NewHush};

/// One that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hush {
    /// Who.
    pub whom: Hushed,
    /// The end of it.
    pub until: Timestamp,
}

/// Those of a desk that are told at a time.
const TOLD: i64 = 5;
/// What is over is kept for so long.
const KEPT: Duration = Duration::from_hours(24 * 30);

/// Notes one. Of somebody who is noted already the later end counts.
pub(super) async fn insert(tx: &mut Tx, new: &NewHush, act: &Act<'_>) -> Result<(), StoreError> {
    tx.execute(SWEEP, values![act.desk, act.now.before(KEPT)]).await?;
    let (kind, whom) = match &new.whom {
        Hushed::Address(address) => ("address", address.as_str()),
        Hushed::Domain(domain) => ("domain", domain.as_str()),
    };
    tx.execute(INSERT, values![kind, whom, act.desk, act.now, new.until]).await.map(drop)
}

/// Those that last at a desk, the oldest first, at most five.
///
/// # Errors
/// [`StoreError`].
pub async fn lasting(tx: &mut Tx, desk: &str, now: Timestamp) -> Result<Vec<Hush>, StoreError> {
    tx.all(LASTING, values![desk, now, TOLD]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Hush, StoreError> {
    let until = Timestamp::from_us(row.integer("until_us")?);
    let whom = match row.text("kind")?.as_str() {
        "address" => Hushed::Address(row.parsed("whom", |text| Address::parse(text).ok())?),
        _ => Hushed::Domain(row.text("whom")?),
    };
    Ok(Hush { whom, until })
}

const INSERT: &str = "
insert into hush (kind, whom, desk, since_us, until_us)
values ($1, $2, $3, $4, $5)
on conflict (kind, whom) do update
   set desk = excluded.desk, since_us = excluded.since_us, until_us = excluded.until_us";

const SWEEP: &str = "
delete from hush where desk = $1 and until_us < $2";

const LASTING: &str = "
select kind, whom, until_us
  from hush
 where desk = $1 and until_us > $2
 order by since_us, kind, whom
 limit $3";
