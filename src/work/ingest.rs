//! Decides what is spooled, in the order in which it came: batches in one write transaction, so
//! that message 2 sees what message 1 did; one by one when a batch fails, so that a message that
//! breaks something is found and held, and its neighbours go on.

mod attempts;
mod carried;
mod error;
mod guesses;
pub(super) mod load;
mod outcome;
pub(super) mod read;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{error, info, warn};

pub use self::error::IngestError;
use self::guesses::Guesses;
use self::load::{Loaded, load};
use self::read::Read;
use super::Next;
use super::backoff::{Backoff, Trouble};
use super::due;
use super::numbers::Numbers;
use super::pulse::{self, Beat};
use super::room::Room;
use crate::failpoint::{self, Point};
use crate::mail::subject::TicketNumber;
use crate::store::body::BodyId;
use crate::store::commit::{self, Act};
use crate::store::error::{Class, StoreError};
use crate::store::facts::{self, Question};
use crate::store::inbound::{self, Pending, unproven};
use crate::store::sequence::{self, Sequence};
use crate::store::signature;
use crate::store::sql::Tx;
use crate::time::Timestamp;
use crate::triage::case::{Case, InboundId};
use crate::triage::colleague;
use crate::triage::decide;
use crate::triage::decision::{Decision, Effect, Hushed};
use crate::triage::token;

/// Decides the messages of one desk.
pub struct Ingest {
    room: Arc<Room>,
    /// Rows up to this one go one by one: the last stop was not clean, and one of them may be why.
    careful_until: InboundId,
    /// Ticket numbers and body ids that no decision has used yet.
    numbers: Numbers,
    bodies: Numbers,
    /// Messages decided of late: half of it is forgotten with each look that finds none.
    rush: usize,
    backoff: Backoff,
    /// Who guesses tokens.
    guesses: Guesses,
    /// Says that the loop turns.
    pub beat: Beat,
    /// Messages with an attempt too many, and how many they had before it: it was counted, or may have
    /// been, and the store failed, not they.
    overcharged: Vec<(InboundId, i64)>,
}

/// What became of a message.
enum Turn {
    /// It is decided, and had so many tokens that are none.
    Decided { decision: Decision, forged: usize },
    /// It waits until then.
    Waits(Timestamp),
}

/// A batch ends when its transaction was open this long: others want to write, too.
const OPEN_AT_MOST: Duration = Duration::from_millis(50);
/// Failures of its own after which a message is held for a person.
const ATTEMPTS: i64 = 3;
/// How often a message is decided again because somebody changed its ticket meanwhile.
pub(super) const RACES: u32 = 3;
/// Ticket numbers taken at a time: as many as messages were decided of late, within these bounds. What
/// is left at a stop is a gap that people see.
const TICKETS: (usize, usize) = (8, 256);
/// A full look at the spool at least this often, nudged or not.
const PERIOD: Duration = Duration::from_secs(2);

impl Ingest {
    /// The loop of a desk. Rows up to `careful_until` are decided one by one.
    #[must_use]
    pub fn new(room: Arc<Room>, careful_until: InboundId) -> Self {
        let (numbers, bodies, rush) = (Numbers::default(), Numbers::default(), 0);
        let (backoff, overcharged) = (Backoff::default(), Vec::new());
        let beat = room.daemon.pulse.begin(format!("{}: ingest", room.name()));
        let guesses = Guesses::default();
        Self { room, careful_until, numbers, bodies, rush, backoff, guesses, beat, overcharged }
    }

    /// Does one batch.
    pub async fn pass(&mut self) -> Next {
        let done = match self.batch().await {
            Ok(decided) => carried::make(&self.room).await.map(|made| decided + made),
            Err(error) => Err(error),
        };
        match done {
            Ok(0) => {
                self.rush /= 2;
                self.went_well();
                Next::After(PERIOD)
            }
            Ok(count) => {
                self.rush = self.rush.saturating_add(count);
                self.went_well();
                self.room.submit.notify_one();
                self.room.nudge_marks();
                Next::Now
            }
            Err(error) => {
                let rest = self.backoff.failed(Trouble::Store, self.room.jitter());
                match &error {
                    IngestError::Store(error) => self.room.daemon.outage.met(&self.who(), error),
                    IngestError::Panicked(_) | IngestError::Fresh(_) => {
                        if self.backoff.is_news() {
                            let failures = self.backoff.failures();
                            error!(
                                desk = self.room.name(),
                                failures, "Cannot decide mail: {error}"
                            );
                        }
                    }
                }
                Next::Rest(rest)
            }
        }
    }

    /// The desk is not ours any more, or the daemon stops.
    pub fn end(self) {
        self.room.daemon.outage.left(&self.who());
    }

    fn went_well(&mut self) {
        self.backoff.succeeded();
        self.room.daemon.outage.over(&self.who());
    }

    fn who(&self) -> String {
        format!("{}: ingest", self.room.name())
    }

    /// How many messages got further.
    async fn batch(&mut self) -> Result<usize, IngestError> {
        self.give_back().await?;
        let now = self.room.clock.now();
        let Loaded { mut waiting, broken } = load(&self.room, now).await?;
        let Some((first, _)) = waiting.first() else {
            let Some((broken, error)) = broken else { return Ok(0) };
            let attempts = self.count_attempt(&broken).await?;
            self.charge(broken.id, attempts, &error.into()).await?;
            return Ok(1);
        };
        if first.id <= self.careful_until {
            waiting.truncate(1);
            return self.one_by_one(waiting).await;
        }
        self.reserve(waiting.len()).await?;
        match self.together(&waiting).await {
            Ok(done) => Ok(done),
            Err(error) if error.class() == Class::Store => Err(error),
            Err(error) => {
                warn!(
                    desk = self.room.name(),
                    messages = waiting.len(),
                    "A batch failed and is decided one by one: {error}"
                );
                self.one_by_one(waiting).await
            }
        }
    }

    async fn together(&mut self, waiting: &[(Pending, Arc<[u8]>)]) -> Result<usize, IngestError> {
        let read = read::read_all(waiting, &self.room.prover, &self.room.policy).await?;
        failpoint::at(Point::Parsed);
        let mut tx = self.room.store.begin().await?;
        let begun = Instant::now();
        let mut decided = Vec::with_capacity(read.len());
        for one in &read {
            if begun.elapsed() > OPEN_AT_MOST && !decided.is_empty() {
                break;
            }
            match self.decide_and_write(&mut tx, one).await {
                Ok(done) => decided.push((one, done)),
                Err(error) => {
                    tx.rollback().await?;
                    return Err(error);
                }
            }
            failpoint::at(Point::Decided);
        }
        tx.commit().await?;
        failpoint::at(Point::Committed);
        for (one, done) in &decided {
            self.tell(one, done);
        }
        Ok(decided.len())
    }

    /// Each in a transaction of its own; the attempt is counted before it is made, so that a
    /// message that stops the process is found.
    async fn one_by_one(
        &mut self,
        waiting: Vec<(Pending, Arc<[u8]>)>,
    ) -> Result<usize, IngestError> {
        let count = waiting.len();
        for one in waiting {
            self.beat.works(pulse::STORE);
            let id = one.0.id;
            if one.0.attempts >= ATTEMPTS {
                self.hold(id, "it stopped the program three times").await?;
                continue;
            }
            self.reserve(1).await?;
            let attempts = self.count_attempt(&one.0).await?;
            let Err(error) = self.together(std::slice::from_ref(&one)).await else { continue };
            match error.class() {
                Class::Message => self.charge(id, attempts, &error).await?,
                Class::Store | Class::Raced => {
                    self.overcharged.push((id, one.0.attempts));
                    return Err(error);
                }
            }
        }
        Ok(count)
    }

    async fn decide_and_write(&mut self, tx: &mut Tx, one: &Read) -> Result<Turn, IngestError> {
        let mut races = 0;
        loop {
            match self.decide_once(tx, one).await {
                Err(IngestError::Store(StoreError::Raced)) if races < RACES => races += 1,
                decided => return decided,
            }
        }
    }

    async fn decide_once(&mut self, tx: &mut Tx, one: &Read) -> Result<Turn, IngestError> {
        let room = Arc::clone(&self.room);
        let (now, number) = (room.clock.now(), self.number()?);
        let pending = &one.pending;
        let Read { mail, delivered_to, proof, .. } = one;
        let (arrival, policy) = (&pending.arrival, &room.policy);
        if let Some(until) = colleague::waits(mail, proof, policy, pending.spooled, now) {
            let about = colleague::about(mail, policy);
            inbound::attempts::put_off(tx, pending.id, until, about).await?;
            return Ok(Turn::Waits(until));
        }
        let question = Question::of(mail, delivered_to, proof, arrival, policy, now);
        let facts = facts::gather(tx, &question, pending.duplicate_of).await?;
        let further = facts.further_notices(policy);
        let fresh = policy.namer.fresh(now, number, further)?;
        let bodies = self.bodies(tx, further + 1).await?;
        let case = Case {
            mail: &one.mail,
            arrival: &pending.arrival,
            proof: &one.proof,
            spam: one.spam.as_ref(),
            facts: &facts,
            policy: &room.policy,
            fresh: &fresh,
        };
        let decision = caught(|| decide(&case))?;
        let act = Act {
            desk: room.name(),
            inbound: Some(pending.id),
            actor: "tidings",
            now: fresh.now,
            by: arrival.age.by(),
            happened: arrival.received,
            levels: &room.policy.levels,
            bodies: &bodies,
        };
        commit::apply(tx, &decision.effects, &act).await?;
        let reason = decision.reason();
        let (content, after) = (question.second_key(), &room.desk.imap.after);
        let outcome = outcome::outcome(&case, &decision, &reason, content, after);
        inbound::finish(tx, pending.id, &outcome).await?;
        if decision.verdict.ticket().is_some() {
            signature::note(tx, room.name(), pending.id, &one.proof).await?;
        }
        if let Some(due) = due::first_recheck(&decision.verdict, &one.proof, fresh.now) {
            unproven::wait(tx, pending.id, due).await?;
        }
        if decision.effects.iter().any(|effect| matches!(effect, Effect::OpenTicket(_))) {
            self.numbers.advance();
        }
        let is_notice = |effect: &&Effect| matches!(effect, Effect::Submit(_));
        for _ in decision.effects.iter().filter(is_notice) {
            self.bodies.advance();
        }
        Ok(Turn::Decided { decision, forged: token::forged(&case) })
    }

    fn number(&self) -> Result<TicketNumber, StoreError> {
        TicketNumber::new(self.numbers.peek()).ok_or(StoreError::Corrupt {
            column: "next",
            what: "no ticket number is left".to_owned(),
        })
    }

    /// Bodies for so many notices. Of a ticket with very many parties not as many are at hand: they are
    /// taken in the transaction that uses them.
    async fn bodies(&self, tx: &mut Tx, count: usize) -> Result<Vec<BodyId>, StoreError> {
        let at_hand: Vec<_> = self.bodies.peek_all(count).map(BodyId).collect();
        if at_hand.len() == count {
            return Ok(at_hand);
        }
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let first = sequence::reserve(tx, Sequence::Body, count).await?;
        Ok((first..first + count).map(BodyId).collect())
    }

    /// Takes numbers before a transaction needs them: of tickets one for each decision, of bodies as many as
    /// it usually has notices.
    async fn reserve(&mut self, count: usize) -> Result<(), StoreError> {
        let (least, most) = TICKETS;
        if let Some(block) = self.numbers.lacking(count, self.rush.clamp(least, most)) {
            let (water, now) = (&self.room.daemon.water, self.room.clock.now());
            let raised = water.raise(&self.room.store, block, now).await?;
            self.numbers.refill(raised.first, block);
        }
        let each = self.room.policy.agents.len() + 3;
        self.bodies.reserve_bodies(&self.room.store, count * each).await
    }

    fn tell(&mut self, one: &Read, turn: &Turn) {
        let (decision, forged) = match turn {
            Turn::Decided { decision, forged } => (decision, forged),
            Turn::Waits(until) => {
                let (desk, id) = (self.room.name(), one.pending.id.0);
                info!(
                    desk,
                    inbound = id,
                    "Inbound {id} of an agent waits for the DNS until {until}"
                );
                return;
            }
        };
        self.guesses.met(&self.room, one, *forged);
        let (id, waited) = (one.pending.id, self.room.clock.now().since(one.pending.spooled));
        let (verdict, kind) = (decision.verdict.word(), one.mail.class.kind.as_str());
        self.room.tally.decided(verdict, kind, Some(waited));
        let ticket = decision.verdict.ticket().map(TicketNumber::get);
        for effect in &decision.effects {
            let Effect::Hush(hush) = effect else { continue };
            // From whom stands in the ticket, and the operator is told.
            let desk = self.room.name();
            match hush.whom {
                Hushed::Address(_) => warn!(desk, ticket, "More of the same came: it is a loop"),
                Hushed::Domain(_) => info!(desk, ticket, "More of the same came from a domain"),
            }
        }
        info!(
            desk = self.room.name(),
            inbound = id.0,
            verdict = decision.verdict.word(),
            ticket,
            "Inbound {} {}",
            id.0,
            decision.verdict
        );
    }
}

/// A message that makes our own code panic is that message's failure, not the loop's.
pub(super) fn caught(decide: impl FnOnce() -> Decision) -> Result<Decision, IngestError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decide))
        .map_err(|_| IngestError::Panicked("the decision panicked".to_owned()))
}
