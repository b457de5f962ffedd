//! Notices that get the attachments of a message, or a correspondence, before they go out. They are due, and nobody claims them
//! until their bytes are final.

use super::OutboxId;
use crate::mail::subject::TicketNumber;
use crate::store::body::{self, BodyId, Uploaded};
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, values};
use crate::store::ticket;
use crate::time::Timestamp;

/// A notice without what it carries.
#[derive(Clone, Debug)]
pub struct Unmade {
    /// Its row.
    pub id: OutboxId,
    /// The ticket that it is about.
    pub ticket: TicketNumber,
    /// What there is of it.
    pub bytes: BodyId,
    /// The message whose attachments it gets, where its bytes are kept.
    pub carries: Option<BodyId>,
    /// What it gets.
    pub which: Which,
    /// When it was decided.
    pub created: Timestamp,
}

/// What a notice gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those attachments that the desk takes from strangers.
    Accepted,
    /// Whatever an agent has attached.
    All,
    /// What was said in its ticket.
    Correspondence,
}

/// The notices of a desk that are not made yet, the oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn unmade(tx: &mut Tx, desk: &str, limit: i64) -> Result<Vec<Unmade>, StoreError> {
    tx.all(UNMADE, values![desk, limit]).await?.iter().map(read).collect()
}

/// The bytes of a notice are final and stand under another body; nothing is done if they were before.
///
/// # Errors
/// [`StoreError`].
pub async fn made(tx: &mut Tx, unmade: &Unmade, whole: BodyId) -> Result<Uploaded, StoreError> {
    let ended = body::end_upload(tx, whole).await?;
    if ended == Uploaded::Swept {
        return Ok(ended);
    }
    if tx.execute(MADE, values![unmade.id.0, whole.0]).await? == 0 {
        body::remove(tx, whole).await?;
        return Ok(Uploaded::Swept);
    }
    body::remove(tx, unmade.bytes).await?;
    Ok(Uploaded::Kept)
}

/// A notice can never be made: it is dead, and its ticket says so.
///
/// # Errors
/// [`StoreError`].
pub async fn give_up(
    tx: &mut Tx,
    id: OutboxId,
    why: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if tx.execute(GIVE_UP, values![id.0, why]).await? > 0 {
        tx.execute(super::DEAD_EVENT, values![id.0, now, why]).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Unmade, StoreError> {
    Ok(Unmade {
        id: OutboxId(row.integer("id")?),
        ticket: ticket::number(row)?,
        bytes: BodyId(row.integer("body")?),
        carries: row.integer_or_null("carried")?.map(BodyId),
        which: match row.text("kind")?.as_str() {
            "answer" => Which::All,
            "history" => Which::Correspondence,
            _ => Which::Accepted,
        },
        created: Timestamp::from_us(row.integer("created_us")?),
    })
}

const UNMADE: &str = "
select outbox.id, outbox.ticket as number, outbox.body, outbox.kind, outbox.created_us, inbound.body as carried
  from outbox
  join inbound on inbound.id = outbox.carries
 where outbox.desk = $1 and outbox.carries is not null and outbox.state = 'due'
 order by outbox.id
 limit $2";

const MADE: &str = "
update outbox set body = $2, carries = null where id = $1 and carries is not null and state = 'due'";

const GIVE_UP: &str = "
update outbox set state = 'dead', reply = $2
 where id = $1 and carries is not null and state = 'due'";
