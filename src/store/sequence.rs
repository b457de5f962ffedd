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
}

impl Sequence {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Body => "body",
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

const RESERVE: &str = "
update sequence
   set next = next + $2
 where name = $1
returning next";
