//! Promises that are near their end, or past it: noticed within a second, told once each. What comes while
//! an answer may still lie unread waits for it, an hour at most.

use std::time::Duration;

use tracing::{info, warn};

use super::by_time;
use crate::failpoint::{self, Point};
use crate::store::body::BodyId;
use crate::store::commit;
use crate::store::error::{Class, StoreError};
use crate::store::sequence::{self, Sequence};
use crate::store::sql::Tx;
use crate::store::target::{self, DueTarget};
use crate::store::ticket;
use crate::time::Timestamp;
use crate::triage::decision::{Effect, NewEvent};
use crate::triage::late::{self, Matter, Telling};
use crate::triage::policy::Policy;
use crate::triage::raise;
use crate::work::ingest::IngestError;
use crate::work::room::Room;

/// Promises of one turn.
const BATCH: i64 = 500;
/// What is due is told though mail waits that may change it, after this.
const WAITS_FOR_MAIL: Duration = Duration::from_hours(1);
/// And though a folder was not looked through since the start.
const WAITS_FOR_LOOKS: Duration = Duration::from_mins(10);
/// Before anything was due.
const NEVER: Timestamp = Timestamp::from_us(0);
/// What waits for mail is looked at again.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(250);

/// How many were told of, at most a batch.
pub(super) async fn tell(room: &Room) -> Result<usize, IngestError> {
    let now = room.clock.now();
    let mut tx = room.store.read().await?;
    let until = match target::next(&mut tx, room.name()).await? {
        Some(next) if next <= now => {
            Some(until(&mut tx, room, now).await?).filter(|until| next <= *until)
        }
        Some(_) | None => None,
    };
    tx.rollback().await?;
    let Some(until) = until else { return Ok(0) };
    let mut tx = room.store.begin().await?;
    match tell_in(&mut tx, room, until, now).await {
        Ok(0) => {
            tx.rollback().await?;
            Ok(0)
        }
        Ok(count) => {
            failpoint::at(Point::Decided);
            tx.commit().await?;
            failpoint::at(Point::Committed);
            room.submit.notify_one();
            Ok(count)
        }
        Err(error) => {
            tx.rollback().await?;
            // Somebody answers just now: it is looked at again.
            if error.class() == Class::Raced { Ok(1) } else { Err(error) }
        }
    }
}

/// When there is something to tell next; what waits for mail is due, and not yet told.
pub(super) async fn next(tx: &mut Tx, room: &Room) -> Result<Option<Timestamp>, StoreError> {
    let soon = room.clock.now().after(LOOKED_AT_EVERY);
    Ok(target::next(tx, room.name()).await?.map(|next| next.max(soon)))
}

/// Until when all mail is decided: what was due by then was not kept.
async fn until(tx: &mut Tx, room: &Room, now: Timestamp) -> Result<Timestamp, StoreError> {
    let is_looked_through = room.looked.all(room.desk.imap.watched());
    if !is_looked_through && now < room.looked.since().after(WAITS_FOR_LOOKS) {
        return Ok(NEVER);
    }
    let undecided = target::undecided(tx, room.name(), now).await?;
    Ok(undecided.map_or(now, |undecided| undecided.clamp(anyway(room.looked.since(), now), now)))
}

/// What was due by then is told, whatever waits: nobody can keep it silent. Not in the first hour, when what
/// came in a stop is read.
fn anyway(begun: Timestamp, now: Timestamp) -> Timestamp {
    if now < begun.after(WAITS_FOR_MAIL) {
        return NEVER;
    }
    now.before(WAITS_FOR_MAIL)
}

async fn tell_in(
    tx: &mut Tx,
    room: &Room,
    until: Timestamp,
    now: Timestamp,
) -> Result<usize, IngestError> {
    let policy = &room.policy;
    let anyway = anyway(room.looked.since(), now);
    let due = target::due(tx, room.name(), until, anyway, BATCH).await?;
    let mut matters = Vec::with_capacity(due.len());
    for one in due {
        let Some(telling) = late::telling(&one.target, now) else { continue };
        target::update(tx, one.id, &late::told(&one.target, telling, now)).await?;
        matters.push(matter(one, telling));
    }
    let mut effects = Vec::new();
    for matter in &matters {
        let (kind, detail) = late::event(matter);
        say(room, matter, kind, &detail);
        effects.push(Effect::Record(NewEvent { ticket: matter.ticket, kind, detail }));
    }
    for post in late::posts(&matters, policy) {
        let message_id = policy.namer.message_id()?;
        match late::write(&post, &message_id, policy, now) {
            Ok(notice) => effects.extend(notice.map(Effect::Submit)),
            // It stands in the ticket and in the log.
            Err(why) => warn!(desk = room.name(), "A mail about a promise is not sent: {why}"),
        }
    }
    let count = effects.iter().filter(|effect| matches!(effect, Effect::Submit(_))).count();
    let bodies = bodies(tx, i64::try_from(count).unwrap_or(i64::MAX)).await?;
    apply(tx, room, &effects, &bodies, now).await?;
    for matter in matters.iter().filter(|one| one.telling == Telling::Breach) {
        let effects = at_breach(tx, matter, policy).await?;
        apply(tx, room, &effects, &[], now).await?;
    }
    Ok(matters.len())
}

/// Bodies, taken in the transaction that uses them.
pub(super) async fn bodies(tx: &mut Tx, count: i64) -> Result<Vec<BodyId>, StoreError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = sequence::reserve(tx, Sequence::Body, count).await?;
    Ok((first..first + count).map(BodyId).collect())
}

async fn apply(
    tx: &mut Tx,
    room: &Room,
    effects: &[Effect],
    bodies: &[BodyId],
    now: Timestamp,
) -> Result<(), StoreError> {
    if effects.is_empty() {
        return Ok(());
    }
    commit::apply(tx, effects, &by_time(room, now, bodies)).await
}

async fn at_breach(
    tx: &mut Tx,
    matter: &Matter,
    policy: &Policy,
) -> Result<Vec<Effect>, StoreError> {
    let level = raise::level(policy, &matter.level);
    let promises = level.map(|level| level.service.at(&matter.priority));
    let Some(promises) = promises.filter(|promises| !promises.at_breach.is_empty()) else {
        return Ok(Vec::new());
    };
    let found = ticket::correspondence(tx, matter.ticket).await?;
    Ok(found.map_or_else(Vec::new, |(_, ticket)| late::at_breach(&ticket, promises, policy)))
}

fn matter(one: DueTarget, telling: Telling) -> Matter {
    Matter {
        ticket: one.ticket,
        telling,
        target: one.target,
        subject: one.subject,
        status: one.status,
        level: one.graded.level,
        priority: one.graded.priority,
        agent: one.agent,
        requester: one.requester,
    }
}

fn say(room: &Room, matter: &Matter, kind: &str, what: &str) {
    let (desk, ticket) = (room.name(), matter.ticket.get());
    match matter.telling {
        Telling::Breach => warn!(desk, ticket, kind, "Ticket {ticket}: {what}"),
        Telling::Warning | Telling::Call => info!(desk, ticket, kind, "Ticket {ticket}: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_due_an_hour_ago_is_told_whatever_waits_but_in_the_first_hour() {
        let begun = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
        let minutes = |count| begun.after(Duration::from_mins(count));
        for (now, expected) in [(0, NEVER), (59, NEVER), (60, minutes(0)), (95, minutes(35))] {
            assert_eq!(anyway(begun, minutes(now)), expected, "{now} min");
        }
    }
}
