//! A database that was brought back from a backup: how it is noticed, and what follows.
//!
//! The *tide* is a number of the database that is raised, and written into a file beside it, before
//! anything is told outside: a ticket number, a notice, a message that is moved away. A database
//! whose tide is not above that of the file has forgotten what was told.

use super::error::StoreError;
use super::high_water::Mark;
use super::reconcile;
use super::sequence::{self, Sequence};
use super::sql::{Nudge, Row, Tx, values};
use crate::time::Timestamp;

/// What came of raising the tide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// What the file is to say before anything is told.
    pub mark: Mark,
    /// The first of the ticket numbers that were taken.
    pub first: i64,
    /// The database was behind, and what follows is written.
    pub restored: Option<Restored>,
}

/// A restore that was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When it was.
    pub at: Timestamp,
    /// The ticket number that comes next.
    pub next_ticket: i64,
    /// Notices that wait for a person, as they may have been sent before.
    pub held: i64,
}

/// What came of saying that the database was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// What follows is written.
    Now(Mark, Restored),
    /// It was noticed or said before, and nothing has happened since.
    Before(Restored),
}

/// Numbers that are left out behind the highest that is known to have been used: daemons on other
/// machines may have used some more.
const GAP: i64 = 10_000;

/// Raises the tide and takes `tickets` numbers. `known` is what the file says; a database that does
/// not know of it was restored, and is treated so in this transaction. `by` is who notices.
///
/// # Errors
/// [`StoreError`].
pub async fn raise(
    tx: &mut Tx,
    known: Option<&Mark>,
    tickets: i64,
    at: Timestamp,
    by: &str,
) -> Result<Raised, StoreError> {
    let mut tide = sequence::reserve(tx, Sequence::Tide, 1).await?;
    let mut first = sequence::reserve(tx, Sequence::Ticket, tickets).await?;
    let behind = known.filter(|known| tide <= known.tide || first <= known.ticket);
    let restored = match behind {
        Some(known) => {
            let (now, restored) = restore(tx, Some(known), at, by).await?;
            tide = now;
            first = sequence::reserve(tx, Sequence::Ticket, tickets).await?;
            Some(restored)
        }
        None => None,
    };
    Ok(Raised { mark: Mark { tide, ticket: first + tickets - 1, at }, first, restored })
}

/// Somebody says that the database was restored. Said twice, nothing happens the second time.
///
/// # Errors
/// [`StoreError`].
pub async fn say(
    tx: &mut Tx,
    known: Option<&Mark>,
    at: Timestamp,
    by: &str,
) -> Result<Said, StoreError> {
    let next = sequence::reserve(tx, Sequence::Tide, 0).await?;
    if let Some(row) = tx.optional(LATEST, &[]).await?
        && row.integer("tide")? == next - 1
        && known.is_none_or(|known| known.tide < next)
    {
        return Ok(Said::Before(read(&row)?));
    }
    let (tide, restored) = restore(tx, known, at, by).await?;
    Ok(Said::Now(Mark { tide, ticket: restored.next_ticket - 1, at }, restored))
}

/// The last restore; `None` when there was none.
///
/// # Errors
/// [`StoreError`].
pub async fn latest(tx: &mut Tx) -> Result<Option<Restored>, StoreError> {
    tx.optional(LATEST, &[]).await?.as_ref().map(read).transpose()
}

async fn restore(
    tx: &mut Tx,
    known: Option<&Mark>,
    at: Timestamp,
    by: &str,
) -> Result<(i64, Restored), StoreError> {
    let at = tx.shared_now(at).await?;
    let (tide, ticket) = known.map_or((0, 0), |known| (known.tide, known.ticket));
    let tide = sequence::leap(tx, Sequence::Tide, tide, GAP).await? - 1;
    let next_ticket = sequence::leap(tx, Sequence::Ticket, ticket, GAP).await?;
    // What a daemon has taken and not used yet must not be taken again.
    sequence::leap(tx, Sequence::Body, 0, GAP).await?;
    let why = format!("held at the restore of {at}: it may have been sent before");
    let held = i64::try_from(tx.execute(HOLD, values![&why]).await?).unwrap_or(i64::MAX);
    tx.execute(FOUND, values![at]).await?;
    reconcile::ask_all(tx, at).await?;
    tx.execute(RECORD, values![at, by, tide, next_ticket, held]).await?;
    tx.nudge(Nudge::Ingest).await?;
    Ok((tide, Restored { at, next_ticket, held }))
}

fn read(row: &Row) -> Result<Restored, StoreError> {
    Ok(Restored {
        at: Timestamp::from_us(row.integer("at_us")?),
        next_ticket: row.integer("next_ticket")?,
        held: row.integer("held")?,
    })
}

const HOLD: &str = "
update outbox
   set state = 'held', claimed_until_us = 0, reply = $1
 where state in ('due', 'claimed')";

const FOUND: &str = "
update inbound
   set found_us = $1
 where (state = 'pending' or proof_due_us is not null)
   and age in ('new', 'unsettled') and found_us is null";

const RECORD: &str = "
insert into restore (at_us, said_by, tide, next_ticket, held) values ($1, $2, $3, $4, $5)";

const LATEST: &str = "
select at_us, tide, next_ticket, held from restore order by id desc limit 1";
