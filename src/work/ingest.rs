//! Decides what is spooled, in the order in which it came: batches in one write transaction, so
//! that message 2 sees what message 1 did; one by one when a batch fails, so that a message that
//! breaks something is found and held, and its neighbours go on.

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
use crate::fresh::Fresh;
use crate::mail::subject::TicketNumber;
use crate::store::body::BodyId;
use crate::store::commit::{self, Act};
use crate::store::error::{Class, StoreError};
use crate::store::facts::{self, Question};
use crate::store::inbound::{self, Mark, Outcome, Pending, attempts, unproven};
use crate::store::signature;
use crate::store::sql::Tx;
use crate::triage::case::{Case, InboundId};
use crate::triage::decide;
use crate::triage::decision::{Decision, Effect, Hushed, Verdict};
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

/// A message that is decided, and how many tokens it had that are none.
struct Decided {
    decision: Decision,
    forged: usize,
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
        match self.batch().await {
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
        let read = read::read_all(waiting, &self.room.prover, &self.room.policy.own_lists).await?;
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

    /// Takes attempts back that were nobody's fault. The store may fail at that, too.
    async fn give_back(&mut self) -> Result<(), StoreError> {
        while let Some((id, attempts)) = self.overcharged.last() {
            let mut tx = self.room.store.begin().await?;
            attempts::lower_attempts(&mut tx, *id, *attempts).await?;
            tx.commit().await?;
            self.overcharged.pop();
        }
        Ok(())
    }

    /// How many attempts there are with the one that is made now.
    async fn count_attempt(&mut self, one: &Pending) -> Result<i64, StoreError> {
        let mut tx = self.room.store.begin().await?;
        attempts::raise_attempts(&mut tx, one.id).await?;
        if let Err(error) = tx.commit().await {
            self.overcharged.push((one.id, one.attempts));
            return Err(error);
        }
        Ok(one.attempts + 1)
    }

    /// An attempt failed, and it was the message's own fault.
    async fn charge(
        &self,
        id: InboundId,
        attempts: i64,
        error: &IngestError,
    ) -> Result<(), StoreError> {
        if attempts >= ATTEMPTS {
            return self.hold(id, &format!("failed three times: {error}")).await;
        }
        warn!(
            desk = self.room.name(),
            inbound = id.0,
            attempts,
            "Inbound {} failed and is tried again: {error}",
            id.0
        );
        Ok(())
    }

    async fn hold(&self, id: InboundId, why: &str) -> Result<(), StoreError> {
        let outcome = Outcome {
            verdict: "held",
            reason: why,
            ticket: None,
            duplicate_of: None,
            content: None,
            mark: Mark::None,
            sender: None,
            message_id: None,
            proof: None,
            decided: self.room.clock.now(),
        };
        let mut tx = self.room.store.begin().await?;
        inbound::finish(&mut tx, id, &outcome).await?;
        tx.commit().await?;
        self.room.tally.decided("held", "unknown", None);
        error!(
            desk = self.room.name(),
            inbound = id.0,
            cause = "held",
            "Inbound {} is held: {why}; see `tidings inbound show {}`",
            id.0,
            id.0
        );
        Ok(())
    }

    async fn decide_and_write(&mut self, tx: &mut Tx, one: &Read) -> Result<Decided, IngestError> {
        let mut races = 0;
        loop {
            match self.decide_once(tx, one).await {
                Err(IngestError::Store(StoreError::Raced)) if races < RACES => races += 1,
                decided => return decided,
            }
        }
    }

    async fn decide_once(&mut self, tx: &mut Tx, one: &Read) -> Result<Decided, IngestError> {
        let room = Arc::clone(&self.room);
        let fresh = self.fresh()?;
        let pending = &one.pending;
        let Read { mail, delivered_to, proof, .. } = one;
        let (arrival, policy) = (&pending.arrival, &room.policy);
        let question = Question::of(mail, delivered_to, proof, arrival, policy, fresh.now);
        let facts = facts::gather(tx, &question, pending.duplicate_of).await?;
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
            body: BodyId(self.bodies.peek()),
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
        if let Verdict::Opened(_) = decision.verdict {
            self.numbers.advance();
        }
        self.bodies.advance();
        Ok(Decided { decision, forged: token::forged(&case) })
    }

    fn fresh(&self) -> Result<Fresh, IngestError> {
        let number = TicketNumber::new(self.numbers.peek()).ok_or(StoreError::Corrupt {
            column: "next",
            what: "no ticket number is left".to_owned(),
        })?;
        let message_id = self.room.policy.namer.message_id()?;
        Ok(Fresh { now: self.room.clock.now(), number, message_id })
    }

    /// Takes numbers before a transaction needs them; each decision uses at most one of each.
    async fn reserve(&mut self, count: usize) -> Result<(), StoreError> {
        let (least, most) = TICKETS;
        if let Some(block) = self.numbers.lacking(count, self.rush.clamp(least, most)) {
            let (water, now) = (&self.room.daemon.water, self.room.clock.now());
            let raised = water.raise(&self.room.store, block, now).await?;
            self.numbers.refill(raised.first, block);
        }
        self.bodies.reserve_bodies(&self.room.store, count).await
    }

    fn tell(&mut self, one: &Read, Decided { decision, forged }: &Decided) {
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
