//! Does what is due by time: messages whose proof was pending are proven again, tickets that were pending
//! until an instant are open again, promises are told of that are near their end, and rules act where nobody says
//! a word. The DNS is asked while no transaction is open; then each message is decided in one of its own.

mod announced;
mod pending;
mod promises;
mod rules;

use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};

use super::Next;
use super::backoff::{Backoff, Trouble};
use super::ingest::load::fitting;
use super::ingest::read::{Read, read_all};
use super::ingest::{IngestError, RACES, caught};
use super::numbers::Numbers;
use super::pulse::Beat;
use super::room::Room;
use crate::failpoint::{self, Point};
use crate::mail::proof::{Proof, Verdict as Proven};
use crate::store::body::{self, BodyId};
use crate::store::commit::{self, Act};
use crate::store::error::{Class, StoreError};
use crate::store::facts::{self, Question};
use crate::store::inbound::unproven::{self, Unproven};
use crate::store::signature;
use crate::store::sql::Tx;
use crate::store::ticket::{self, life};
use crate::time::Timestamp;
use crate::triage::case::Case;
use crate::triage::decision::{Decision, Effect, Verdict};
use crate::triage::promise::By;
use crate::triage::reconsider::{Later, Recheck, Role, WAITS, reconsider};

/// Proves the messages of one desk again.
pub struct Due {
    room: Arc<Room>,
    /// Body ids that no decision has used yet.
    bodies: Numbers,
    backoff: Backoff,
    /// Says that the loop turns.
    pub beat: Beat,
}

/// Messages of one batch.
const BATCH: i64 = 16;
/// Rechecks of one message, with those that ended with the program; then it is settled without one.
const RECHECKS_MAX: i64 = 6;
/// After the last recheck, if nothing came of it.
const AFTER_THE_LAST: Duration = Duration::from_hours(1);
/// A full look at what is due at least this often: a broken promise is noticed within a second, whoever made it
/// due.
const PERIOD: Duration = Duration::from_millis(900);

/// When a message that is decided so is proven again, if it is.
#[must_use]
pub fn first_recheck(verdict: &Verdict, proof: &Proof, decided: Timestamp) -> Option<Timestamp> {
    let waits = match verdict {
        Verdict::Opened(_) | Verdict::FollowUp(_) => proof.verdict == Proven::Pending,
        Verdict::Event(_) | Verdict::Duplicate(_) | Verdict::Ignored(_) | Verdict::Held(_) => false,
    };
    waits.then(|| decided.after(wait(0)))
}

/// What the clock does, and nobody else.
fn by_time<'a>(room: &'a Room, now: Timestamp, bodies: &'a [BodyId]) -> Act<'a> {
    Act {
        desk: room.name(),
        inbound: None,
        actor: "tidings",
        now,
        by: By::Time,
        happened: now,
        levels: &room.policy.levels,
        bodies,
    }
}

/// How long after so many rechecks the next one is.
fn wait(rechecks: i64) -> Duration {
    let nth = usize::try_from(rechecks).unwrap_or(usize::MAX);
    WAITS.get(nth).copied().unwrap_or(AFTER_THE_LAST)
}

impl Due {
    /// The loop of a desk.
    #[must_use]
    pub fn new(room: Arc<Room>) -> Self {
        let beat = room.daemon.pulse.begin(format!("{}: due", room.name()));
        Self { room, bodies: Numbers::default(), backoff: Backoff::default(), beat }
    }

    /// Does one batch.
    pub async fn pass(&mut self) -> Next {
        let error = match self.turn().await {
            Ok(next) => {
                self.backoff.succeeded();
                self.room.daemon.outage.over(&self.who());
                return next;
            }
            Err(error) => error,
        };
        let rest = self.backoff.failed(Trouble::Store, self.room.jitter());
        match &error {
            IngestError::Store(error) => self.room.daemon.outage.met(&self.who(), error),
            IngestError::Panicked(_) | IngestError::Fresh(_) => {
                let desk = self.room.name();
                warn!(desk, "Cannot prove senders again: {error}");
            }
        }
        Next::Rest(rest)
    }

    async fn turn(&mut self) -> Result<Next, IngestError> {
        let came_back = pending::bring_back(&self.room).await?;
        let told = promises::tell(&self.room).await?;
        let ruled = rules::act(&self.room).await?;
        let announced = announced::tell(&self.room).await?;
        match self.batch().await? + came_back + told + ruled + announced {
            0 => Ok(Next::After(self.until_next().await?)),
            _ => Ok(Next::Now),
        }
    }

    /// The desk is not ours any more, or the daemon stops.
    pub fn end(self) {
        self.room.daemon.outage.left(&self.who());
    }

    fn who(&self) -> String {
        format!("{}: due", self.room.name())
    }

    async fn until_next(&self) -> Result<Duration, StoreError> {
        let mut tx = self.room.store.read().await?;
        let proof = unproven::next(&mut tx, self.room.name()).await?;
        let ticket = life::next(&mut tx, self.room.name()).await?;
        let promise = promises::next(&mut tx, &self.room).await?;
        let rule = rules::next(&mut tx, &self.room).await?;
        tx.rollback().await?;
        let now = self.room.clock.now();
        let next = proof.into_iter().chain(ticket).chain(promise).chain(rule).min();
        Ok(next.map_or(PERIOD, |next| next.since(now).min(PERIOD)))
    }

    /// How many messages were due.
    async fn batch(&mut self) -> Result<usize, IngestError> {
        let due = self.begin().await?;
        let count = due.len();
        if count == 0 {
            return Ok(0);
        }
        let (lost, due): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|one| one.rechecks > RECHECKS_MAX);
        for one in lost {
            self.give_up(&one).await?;
        }
        let proven = self.prove(&due).await?;
        failpoint::at(Point::Parsed);
        self.bodies.reserve_bodies(&self.room.store, proven.len()).await?;
        for (one, read) in proven {
            let id = one.pending.id.0;
            match self.decide(&one, &read).await {
                Ok(decision) => self.tell(&one, &read, &decision),
                Err(error) if error.class() == Class::Store => return Err(error),
                Err(error) => {
                    let desk = self.room.name();
                    warn!(desk, inbound = id, "Inbound {id} is proven again later: {error}");
                }
            }
        }
        Ok(count)
    }

    /// A message whose rechecks all ended with the program, or came to nothing.
    async fn give_up(&self, one: &Unproven) -> Result<(), StoreError> {
        let proof = Proof::given(Proven::None, "no attempt to prove it again came to its end");
        let mut tx = self.room.store.begin().await?;
        unproven::end(&mut tx, one.pending.id, one.rechecks, &proof).await?;
        tx.commit().await?;
        self.unread(one, &IngestError::Panicked("it failed six times".to_owned()));
        Ok(())
    }

    /// What is due, each recheck counted before it is made.
    async fn begin(&self) -> Result<Vec<Unproven>, StoreError> {
        let (name, now) = (self.room.name(), self.room.clock.now());
        let mut tx = self.room.store.read().await?;
        let mut due = unproven::due(&mut tx, name, now, BATCH).await?;
        tx.rollback().await?;
        due.truncate(fitting(due.iter().map(|one| &one.pending)));
        if due.is_empty() {
            return Ok(due);
        }
        let mut tx = self.room.store.begin().await?;
        for one in &mut due {
            let next = now.after(wait(one.rechecks + 1));
            unproven::begin(&mut tx, one.pending.id, one.rechecks, next).await?;
            one.rechecks += 1;
        }
        tx.commit().await?;
        Ok(due)
    }

    /// Reads and proves; what cannot be read is left out, and its next recheck comes.
    async fn prove(&self, due: &[Unproven]) -> Result<Vec<(Unproven, Read)>, StoreError> {
        let mut waiting = Vec::with_capacity(due.len());
        let mut tx = self.room.store.read().await?;
        for one in due {
            match body::load(&mut tx, one.pending.body).await {
                Ok(raw) => waiting.push((one.clone(), Arc::from(raw))),
                Err(error) if error.class() == Class::Store => return Err(error),
                Err(error) => self.unread(one, &error.into()),
            }
        }
        tx.rollback().await?;
        let (prover, policy) = (&self.room.prover, &self.room.policy);
        let pairs = |some: &[(Unproven, Arc<[u8]>)]| -> Vec<_> {
            some.iter().map(|(one, raw)| (one.pending.clone(), Arc::clone(raw))).collect()
        };
        if let Ok(read) = read_all(&pairs(&waiting), prover, policy).await {
            return Ok(waiting.into_iter().map(|(one, _)| one).zip(read).collect());
        }
        let mut each = Vec::with_capacity(waiting.len());
        for one in waiting {
            match read_all(&pairs(std::slice::from_ref(&one)), prover, policy).await {
                Ok(read) => each.extend(read.into_iter().map(|read| (one.0.clone(), read))),
                Err(error) => self.unread(&one.0, &error),
            }
        }
        Ok(each)
    }

    fn unread(&self, one: &Unproven, error: &IngestError) {
        let (desk, id) = (self.room.name(), one.pending.id.0);
        warn!(desk, inbound = id, "Inbound {id} cannot be proven again: {error}");
    }

    async fn decide(&mut self, one: &Unproven, read: &Read) -> Result<Decision, IngestError> {
        let mut tx = self.room.store.begin().await?;
        let mut races = 0;
        let decided = loop {
            match self.decide_in(&mut tx, one, read).await {
                Err(IngestError::Store(StoreError::Raced)) if races < RACES => races += 1,
                decided => break decided,
            }
        };
        let (decision, proof) = match decided {
            Ok(decided) => decided,
            Err(error) => {
                tx.rollback().await?;
                return Err(error);
            }
        };
        if let Err(error) = self.settle(&mut tx, one, &proof).await {
            tx.rollback().await?;
            return Err(error.into());
        }
        failpoint::at(Point::Decided);
        tx.commit().await?;
        self.bodies.advance();
        failpoint::at(Point::Committed);
        Ok(decision)
    }

    async fn settle(&self, tx: &mut Tx, one: &Unproven, proof: &Proof) -> Result<(), StoreError> {
        unproven::end(tx, one.pending.id, one.rechecks, proof).await?;
        signature::note(tx, self.room.name(), one.pending.id, proof).await
    }

    /// Decides and writes; what the message proves by now.
    async fn decide_in(
        &self,
        tx: &mut Tx,
        one: &Unproven,
        read: &Read,
    ) -> Result<(Decision, Proof), IngestError> {
        let (room, arrival) = (&self.room, &one.pending.arrival);
        let fresh = room.policy.namer.fresh(room.clock.now(), one.ticket, 0)?;
        let Read { mail, delivered_to, proof, .. } = read;
        let ticket = ticket::facts(tx, room.name(), one.ticket).await?;
        let ticket = ticket.ok_or_else(|| StoreError::Corrupt {
            column: "ticket",
            what: format!("{} is not there", one.ticket),
        })?;
        let question = Question::of(mail, delivered_to, proof, arrival, &room.policy, fresh.now);
        let facts = facts::gather(tx, &question.again(ticket.number), None).await?;
        let case = Case {
            mail,
            arrival,
            proof,
            spam: read.spam.as_ref(),
            facts: &facts,
            policy: &room.policy,
            fresh: &fresh,
        };
        // What opened a ticket that was merged is a later article of that which took it in.
        let role = if ticket.number == one.ticket { one.role } else { Role::FollowUp };
        let told = unproven::told(tx, ticket.number).await?;
        let recheck = Recheck::nth(one.rechecks);
        let later = Later { case, ticket: &ticket, role, told, recheck };
        let decision = caught(|| reconsider(&later))?;
        let bodies = [BodyId(self.bodies.peek())];
        let act = Act { inbound: Some(one.pending.id), ..by_time(room, fresh.now, &bodies) };
        commit::apply(tx, &decision.effects, &act).await?;
        Ok((decision, later.proof()))
    }

    fn tell(&self, one: &Unproven, read: &Read, decision: &Decision) {
        let (desk, id) = (self.room.name(), one.pending.id.0);
        let (proof, ticket) = (read.proof.verdict.as_str(), one.ticket.get());
        info!(desk, inbound = id, ticket, proof, "Inbound {id} proven again: {proof}");
        if decision.effects.iter().any(|effect| matches!(effect, Effect::Submit(_))) {
            self.room.submit.notify_one();
        }
    }
}
