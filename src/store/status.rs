//! How it goes with a desk, for who looks from outside. Nothing here writes.

use super::error::StoreError;
use super::inbound::review;
use super::lease::{self, Lease};
use super::restore;
use super::sql::{Tx, values};
use super::trouble::{self, Trouble};
use crate::time::Timestamp;

/// A desk's work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Who has the desk, or had it last; `None` when nobody ever did.
    pub lease: Option<Lease>,
    /// What stood in the holder's way when it last told.
    pub troubles: Vec<Trouble>,
    /// Messages that wait for their decision, since they were spooled.
    pub undecided: Waiting,
    /// Messages that wait for a person.
    pub held: i64,
    /// Notices to be submitted, now or later.
    pub unsent: Waiting,
    /// Notices that will never be taken.
    pub dead: i64,
    /// Notices that wait for a person.
    pub held_notices: i64,
    /// When the database was last restored; `None` when it never was.
    pub restored: Option<Timestamp>,
}

/// What waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub count: i64,
    /// Since when the oldest does; `None` when none does.
    pub since: Option<Timestamp>,
}

/// How far a folder is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The highest UID below which every listed UID has its row or is gone.
    pub position: i64,
    /// The last complete look; `None` when there was none.
    pub looked: Option<Timestamp>,
}

/// How it goes with a desk.
///
/// # Errors
/// [`StoreError`].
pub async fn work(tx: &mut Tx, desk: &str) -> Result<Work, StoreError> {
    let row = tx.optional(LEASE, values![desk]).await?;
    let lease = row.as_ref().map(lease::read).transpose()?;
    let troubles = trouble::list(tx, desk).await?;
    let held = review::held(tx, desk).await?;
    let dead = tx.one(DEAD, values![desk]).await?.integer("dead")?;
    let undecided = waiting(tx, UNDECIDED, desk).await?;
    let unsent = waiting(tx, UNSENT, desk).await?;
    let held_notices = tx.one(HELD_NOTICES, values![desk]).await?.integer("held")?;
    let restored = restore::latest(tx).await?.map(|restored| restored.at);
    Ok(Work { lease, troubles, undecided, held, unsent, dead, held_notices, restored })
}

/// How far a folder of a desk is read; `None` when it was never opened. While one is read under a
/// new UIDVALIDITY for the first time, the last complete look is that before.
///
/// # Errors
/// [`StoreError`].
pub async fn folder(tx: &mut Tx, desk: &str, folder: &str) -> Result<Option<Seen>, StoreError> {
    let Some(row) = tx.optional(FOLDER, values![desk, folder]).await? else { return Ok(None) };
    Ok(Some(Seen {
        position: row.integer("last_uid")?,
        looked: row.integer_or_null("looked_us")?.map(Timestamp::from_us),
    }))
}

async fn waiting(tx: &mut Tx, sql: &'static str, desk: &str) -> Result<Waiting, StoreError> {
    let row = tx.one(sql, values![desk]).await?;
    Ok(Waiting {
        count: row.integer("waiting")?,
        since: row.integer_or_null("since_us")?.map(Timestamp::from_us),
    })
}

const LEASE: &str = "
select desk, holder, holder_name, taken_us, until_us from lease where desk = $1";

const UNDECIDED: &str = "
select count(*) as waiting, min(spooled_us) as since_us
  from inbound
 where desk = $1 and state = 'pending'";

// Until its first try a notice is due since it was made, or since a person made it due again;
// later due_us is when it is tried next.
const UNSENT: &str = "
select count(*) as waiting, min(coalesce(first_attempt_us, due_us)) as since_us
  from outbox
 where desk = $1 and state in ('due', 'claimed')";

const DEAD: &str = "
select count(*) as dead from outbox where desk = $1 and state = 'dead'";

const HELD_NOTICES: &str = "
select count(*) as held from outbox where desk = $1 and state = 'held'";

const FOLDER: &str = "
select last_uid, looked_us
  from mailbox
 where desk = $1 and folder = $2
 order by coalesce(looked_us, 0) desc, id desc
 limit 1";
