//! Rules of the desk act where nobody says a word: each step in a transaction of its own. Nothing is done while
//! the word may be there already: what was due by the last look at every folder alone, when all that the
//! server had taken by then is decided.

use std::time::Duration;

use tracing::info;

use super::by_time;
use crate::failpoint::{self, Point};
use crate::mail::subject::TicketNumber;
use crate::store::commit;
use crate::store::error::{Class, StoreError};
use crate::store::silence::{self, Looked};
use crate::store::sql::Tx;
use crate::store::{mailbox, ticket};
use crate::time::Timestamp;
use crate::triage::decision::Effect;
use crate::triage::silence::{self as rules, Outcome};
use crate::work::ingest::IngestError;
use crate::work::room::Room;

/// Silences that are counted in one transaction.
const COUNTED: i64 = 200;
/// Tickets of one turn.
const BATCH: i64 = 20;
/// What waits for mail is looked at again.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(250);

/// How many silences were counted or acted on, at most a batch of each.
pub(super) async fn act(room: &Room) -> Result<usize, IngestError> {
    let ruled_by = rules::ruled_by(&room.policy);
    let counted = count(room, ruled_by).await?;
    let now = room.clock.now();
    let mut tx = room.store.read().await?;
    let numbers = due(&mut tx, room, now).await?;
    tx.rollback().await?;
    let mut acted = 0;
    for number in numbers {
        match act_on(room, number, ruled_by).await {
            Ok(()) => acted += 1,
            // Somebody changes it just now: it is looked at again.
            Err(error) if error.class() == Class::Raced => {}
            Err(error) => return Err(error),
        }
    }
    Ok(counted + acted)
}

/// When something is due next; what waits for mail is due, and not yet done.
pub(super) async fn next(tx: &mut Tx, room: &Room) -> Result<Option<Timestamp>, StoreError> {
    let soon = room.clock.now().after(LOOKED_AT_EVERY);
    Ok(silence::next(tx, room.name()).await?.map(|next| next.max(soon)))
}

/// Counts when something is due of silences that began, or that other rules were for; how many, at most a batch.
async fn count(room: &Room, ruled_by: i64) -> Result<usize, StoreError> {
    let mut tx = room.store.read().await?;
    let found = silence::unruled(&mut tx, room.name(), ruled_by, COUNTED).await?;
    tx.rollback().await?;
    if found.is_empty() {
        return Ok(0);
    }
    let mut tx = room.store.begin().await?;
    for kept in &found {
        let next = rules::next(&kept.silence, &kept.level, &room.policy);
        match silence::count(&mut tx, kept, Looked { next, ruled_by }).await {
            // It was read before this transaction.
            Ok(()) | Err(StoreError::Raced) => {}
            Err(error) => {
                tx.rollback().await?;
                return Err(error);
            }
        }
    }
    tx.commit().await?;
    Ok(found.len())
}

/// Tickets of which something is due, where no answer can lie unread.
async fn due(tx: &mut Tx, room: &Room, now: Timestamp) -> Result<Vec<TicketNumber>, StoreError> {
    let Some(next) = silence::next(tx, room.name()).await? else { return Ok(Vec::new()) };
    if now < next {
        return Ok(Vec::new());
    }
    let watched = room.desk.imap.watched();
    let Some(looked) = mailbox::all_looked(tx, room.name(), watched).await? else {
        return Ok(Vec::new());
    };
    if looked < next || silence::is_answer_possible(tx, room.name(), looked, now).await? {
        return Ok(Vec::new());
    }
    silence::due(tx, room.name(), looked.min(now), BATCH).await
}

async fn act_on(room: &Room, number: TicketNumber, ruled_by: i64) -> Result<(), IngestError> {
    let mut tx = room.store.begin().await?;
    let effects = match act_in(&mut tx, room, number, ruled_by).await {
        Ok(effects) => effects,
        Err(error) => {
            tx.rollback().await?;
            return Err(error);
        }
    };
    failpoint::at(Point::Decided);
    tx.commit().await?;
    failpoint::at(Point::Committed);
    let (desk, ticket) = (room.name(), number.get());
    for effect in &effects {
        if let Effect::Record(event) = effect {
            info!(desk, ticket, "Ticket {ticket}: {}", event.detail);
        }
        if let Effect::Submit(_) = effect {
            room.submit.notify_one();
        }
    }
    Ok(())
}

/// As the ticket stands by now; what was done.
async fn act_in(
    tx: &mut Tx,
    room: &Room,
    number: TicketNumber,
    ruled_by: i64,
) -> Result<Vec<Effect>, IngestError> {
    let (now, policy) = (room.clock.now(), &room.policy);
    let Some(kept) = silence::of_ticket(tx, number).await? else { return Ok(Vec::new()) };
    let Some((_, ticket)) = ticket::correspondence(tx, number).await? else {
        return Ok(Vec::new());
    };
    let fresh = policy.namer.fresh(now, number, 0)?;
    let looked = |next| Looked { next, ruled_by };
    match rules::act(&ticket, &kept.silence, policy, &fresh) {
        Outcome::Waits(next) => {
            silence::count(tx, &kept, looked(next)).await?;
            Ok(Vec::new())
        }
        Outcome::Rests(effects) => {
            silence::count(tx, &kept, looked(None)).await?;
            apply(tx, room, &effects, now).await?;
            Ok(effects)
        }
        Outcome::Ends(effects) => {
            apply(tx, room, &effects, now).await?;
            Ok(effects)
        }
        Outcome::Acts(effects, to) => {
            apply(tx, room, &effects, now).await?;
            let next = rules::next(&to, &kept.level, policy);
            silence::step(tx, number, &to, looked(next)).await?;
            Ok(effects)
        }
    }
}

async fn apply(
    tx: &mut Tx,
    room: &Room,
    effects: &[Effect],
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = effects.iter().filter(|effect| matches!(effect, Effect::Submit(_))).count();
    let bodies = super::promises::bodies(tx, i64::try_from(count).unwrap_or(i64::MAX)).await?;
    commit::apply(tx, effects, &by_time(room, now, &bodies)).await
}
