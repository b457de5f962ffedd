//! Numbers handed out in blocks, so that a decision has its number before it is made.

use super::error::StoreError;
use super::sql::{Tx, values};

/// What is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// Tickets.
    Ticket,
    /// Bodies of raw messages and notices.
    Body,
    /// Instants before something is told outside of the database.
    Tide,
}

impl Sequence {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Body => "body",
            Self::Tide => "tide",
        }
    }
}

/// Takes `count` numbers; the first of them.
///
/// # Errors
/// [`StoreError`].
pub async fn reserve(tx: &mut Tx, sequence: Sequence, count: i64) -> Result<i64, StoreError> {
    let row = tx.one(RESERVE, values![sequence.as_str(), count]).await?;
    Ok(row.integer("next")? - count)
}

/// Goes on far behind `used` and whatever was taken: `gap` numbers are left out. The next one.
///
/// # Errors
/// [`StoreError`].
pub async fn leap(tx: &mut Tx, sequence: Sequence, used: i64, gap: i64) -> Result<i64, StoreError> {
    tx.one(LEAP, values![sequence.as_str(), used, gap]).await?.integer("next")
}

const RESERVE: &str = "
update sequence
   set next = next + $2
 where name = $1
returning next";

const LEAP: &str = "
update sequence
   set next = case when next > $2 then next - 1 else $2 end + $3
 where name = $1
returning next";
