//! Announcements are mailed to the requesters of open tickets, a few at a time; how far that is stands with the
//! announcement, in the transaction of the mails.

use tracing::{info, warn};

use super::by_time;
use crate::mail::subject::TicketNumber;
use crate::store::announcement::{self, Announcement};
use crate::store::commit::{self, Act};
use crate::store::error::{Class, StoreError};
use crate::store::sql::Tx;
use crate::store::ticket;
use crate::triage::announce;
use crate::triage::decision::Effect;
use crate::work::ingest::IngestError;
use crate::work::room::Room;

/// Tickets of one turn.
const BATCH: i64 = 50;

/// How many tickets were looked at, at most a batch.
pub(super) async fn tell(room: &Room) -> Result<usize, IngestError> {
    let now = room.clock.now();
    let mut tx = room.store.read().await?;
    let owed = announcement::owed(&mut tx, room.name(), now).await?;
    tx.rollback().await?;
    let Some((one, after)) = owed else { return Ok(0) };
    let mut tx = room.store.begin().await?;
    match tell_in(&mut tx, room, &one, after).await {
        Ok(count) => {
            tx.commit().await?;
            room.submit.notify_one();
            Ok(count)
        }
        Err(error) => {
            tx.rollback().await?;
            // Ended, or changed, meanwhile: it is looked at again.
            if error.class() == Class::Raced { Ok(1) } else { Err(error) }
        }
    }
}

async fn tell_in(
    tx: &mut Tx,
    room: &Room,
    one: &Announcement,
    after: i64,
) -> Result<usize, IngestError> {
    let numbers = announcement::to_tell(tx, one, after, BATCH).await?;
    for number in &numbers {
        tell_one(tx, room, one, *number).await?;
    }
    announcement::told(tx, one.id, numbers.last().copied()).await?;
    if numbers.is_empty() {
        let (desk, id) = (room.name(), one.id);
        info!(desk, "Announcement {id} is mailed to who has an open ticket");
    }
    Ok(numbers.len().max(1))
}

async fn tell_one(
    tx: &mut Tx,
    room: &Room,
    one: &Announcement,
    number: TicketNumber,
) -> Result<(), IngestError> {
    let (now, policy) = (room.clock.now(), &room.policy);
    let Some((_, ticket)) = ticket::correspondence(tx, number).await? else { return Ok(()) };
    let fresh = policy.namer.fresh(now, number, 0)?;
    match announce::tell(&ticket, &one.text, one.until, policy, &fresh) {
        Ok(effects) => Ok(apply(tx, room, &effects, one).await?),
        Err(why) => {
            let ticket = number.get();
            warn!(
                desk = room.name(),
                ticket, "The requester of ticket {ticket} is not told: {why}"
            );
            Ok(())
        }
    }
}

async fn apply(
    tx: &mut Tx,
    room: &Room,
    effects: &[Effect],
    one: &Announcement,
) -> Result<(), StoreError> {
    let now = room.clock.now();
    let bodies = super::promises::bodies(tx, 1).await?;
    let act = Act { actor: &one.actor, ..by_time(room, now, &bodies) };
    commit::apply(tx, effects, &act).await
}
