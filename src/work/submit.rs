//! Submits what is due. The server's trouble is no notice's fault: while it is not there nothing
//! is counted against any. A notice that makes the server drop the connection is charged, and the
//! next one is tried first; if that fails alike it was the server after all.

pub(crate) mod lane;
mod losses;
mod throttle;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tracing::{error, info, warn};

use self::lane::{Lane, LaneEnd, Work};
use self::losses::Losses;
use self::throttle::Throttle;
use super::Next;
use super::backoff::{Backoff, Trouble};
use super::claims::Permit;
use super::pulse::{self, Beat};
use super::room::Room;
use crate::failpoint::{self, Point};
use crate::metrics::Refusal;
use crate::store::error::StoreError;
use crate::store::outbox::filed;
use crate::store::outbox::{self, Claimant, Claimed, OutboxId, Settled};
use crate::store::trouble::Kind;
use crate::time::Timestamp;

/// Submits the notices of one desk.
pub struct Submit {
    room: Arc<Room>,
    lanes: Vec<Lane>,
    throttle: Throttle,
    /// How it goes with the submission server, and with our own store.
    backoff: Backoff,
    store: Backoff,
    /// What connections were lost with.
    losses: Mutex<Losses>,
    /// Outcomes that the store has not taken yet.
    unsettled: Vec<(OutboxId, Settled)>,
    /// Says that the loop turns.
    pub beat: Beat,
    /// What this daemon has claimed beyond what it has in hand.
    strays: Strays,
}

/// Claims that are this daemon's and that no lane has in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strays {
    /// None.
    None,
    /// Maybe some: from before the start, of a claim whose COMMIT was not answered, or dropped.
    Maybe,
}

/// Notices of one connection in one claim: at most so many may go out a second time when the
/// process stops between the final dot and the commit.
const PER_LANE: usize = 20;
/// A full look at the outbox at least this often: an answer from the command line nudges nobody.
const PERIOD: Duration = Duration::from_secs(2);
/// How long to wait for claims to be renewed.
const RENEWAL: Duration = Duration::from_millis(100);

impl Submit {
    /// The loop of a desk.
    #[must_use]
    pub fn new(room: Arc<Room>) -> Self {
        let beat = room.daemon.pulse.begin(who(&room));
        let lane =
            |n| Lane::new(room.daemon.pulse.begin(format!("{}, connection {n}", who(&room))));
        let lanes = (1..=room.desk.smtp.connections).map(lane).collect();
        let throttle = Throttle::new(room.desk.smtp.rate, room.clock.now());
        let (backoff, store) = (Backoff::default(), Backoff::default());
        let (losses, unsettled, strays) = (Mutex::default(), Vec::new(), Strays::Maybe);
        Self { room, lanes, throttle, backoff, store, losses, unsettled, beat, strays }
    }

    /// Does one claim.
    pub async fn pass(&mut self) -> Next {
        match self.claim().await {
            Ok(next) => {
                self.store.succeeded();
                self.room.daemon.outage.over(&who(&self.room));
                next
            }
            Err(error) => {
                self.strays = Strays::Maybe;
                self.room.daemon.outage.met(&who(&self.room), &error);
                Next::Rest(self.store.failed(Trouble::Store, self.room.jitter()))
            }
        }
    }

    /// Whether the server or the store was in trouble at the last try.
    #[must_use]
    pub fn in_trouble(&self) -> bool {
        self.backoff.failures() > 0 || self.store.failures() > 0
    }

    /// Writes what is not written yet, and ends every kept connection.
    pub async fn quit(mut self) {
        self.beat.works(pulse::STORE);
        if let Err(error) = self.settle().await {
            let notices = self.unsettled.len();
            error!(desk = self.room.name(), notices, "Cannot note what became of notices: {error}");
        }
        for lane in self.lanes {
            lane.quit().await;
        }
    }

    async fn claim(&mut self) -> Result<Next, StoreError> {
        self.settle().await?;
        let room = Arc::clone(&self.room);
        self.release_strays().await?;
        let now = room.clock.now();
        if let Some(wait) = self.nothing_due().await? {
            self.rest_lanes().await;
            return Ok(Next::After(wait));
        }
        let most = match self.throttle.allowed(now, PER_LANE * self.lanes.len()) {
            Ok(most) => most,
            Err(rest) => return Ok(Next::Rest(rest)),
        };
        // Asked before the claim: what is claimed then is good for as long at least.
        let Some(permit) = room.daemon.claims.permit() else { return Ok(Next::Rest(RENEWAL)) };
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let restores = room.daemon.water.restores();
        let mut tx = room.store.begin().await?;
        let shared_now = tx.shared_now(now).await?;
        let claimed = outbox::claim(&mut tx, claimant(&room), shared_now, limit).await?;
        if claimed.is_empty() {
            tx.commit().await?;
            return Ok(Next::After(PERIOD));
        }
        room.daemon.water.commit(tx, 0, now).await?;
        failpoint::at(Point::Claimed);
        if room.daemon.water.restores() != restores {
            // What was claimed is held now: it may have been sent before.
            return Ok(Next::Now);
        }
        self.throttle.spent(claimed.len());
        // The lanes speak for themselves.
        self.beat.rests();
        let ends = self.run_lanes(claimed, now, &permit).await;
        self.beat.works(pulse::STORE);
        let mut trouble = None;
        let mut forgiven = Vec::new();
        for end in ends {
            self.unsettled.extend(end.settled);
            forgiven.extend(end.forgiven);
            trouble = trouble.or(end.trouble);
            if end.dropped > 0 {
                self.strays = Strays::Maybe;
                warn!(
                    desk = room.name(),
                    notices = end.dropped,
                    "This process stood still for too long; what it had in hand may be another's"
                );
            }
        }
        for id in forgiven {
            forgive(&mut self.unsettled, id);
        }
        self.settle().await?;
        failpoint::at(Point::Settled);
        Ok(match trouble {
            None => {
                self.server_is_back();
                Next::Now
            }
            Some((kind, why)) => self.server_is_gone(kind, &why),
        })
    }

    /// How long until something is due; `None` when something is. Asked without the write lock.
    async fn nothing_due(&self) -> Result<Option<Duration>, StoreError> {
        let mut tx = self.room.store.read().await?;
        let now = tx.shared_now(self.room.clock.now()).await?;
        let due = outbox::next_due(&mut tx, self.room.name()).await?;
        tx.rollback().await?;
        if due.is_none() {
            // What could not be submitted from here was submitted by another.
            self.room.troubles.over(&who(&self.room));
        }
        Ok(match due {
            Some(due) if due <= now => None,
            Some(due) => Some(due.since(now).min(PERIOD)),
            None => Some(PERIOD),
        })
    }

    /// Writes what became of notices. What the store does not take now is written before anything
    /// else is claimed: the server has those notices, and they must not go out again.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if self.unsettled.is_empty() {
            return Ok(());
        }
        let mut tx = self.room.store.begin().await?;
        let (holder, now) = (&self.room.daemon.holder.id, self.room.clock.now());
        outbox::settle(&mut tx, holder, &self.unsettled, now).await?;
        let owed = match &self.room.desk.imap.sent {
            Some(_) => filed::owe(&mut tx, &self.unsettled).await?,
            None => 0,
        };
        tx.commit().await?;
        if owed > 0 {
            self.room.filing.notify_one();
        }
        let settled = std::mem::take(&mut self.unsettled);
        self.tell(&settled);
        Ok(())
    }

    /// Makes due again what nobody has in hand.
    async fn release_strays(&mut self) -> Result<(), StoreError> {
        match self.strays {
            Strays::None => return Ok(()),
            Strays::Maybe => {}
        }
        let mut tx = self.room.store.begin().await?;
        let released = outbox::release(&mut tx, claimant(&self.room)).await?;
        tx.commit().await?;
        self.strays = Strays::None;
        if released > 0 {
            let desk = self.room.name();
            info!(desk, released, "{released} notices were in hand and are due again");
        }
        Ok(())
    }

    async fn run_lanes(
        &mut self,
        mut claimed: Vec<Claimed>,
        now: Timestamp,
        permit: &Permit,
    ) -> Vec<LaneEnd> {
        losses::locked(&self.losses).put_last(&mut claimed);
        let share = claimed.len().div_ceil(self.lanes.len()).max(1);
        let mut shares: Vec<Vec<Claimed>> = Vec::new();
        let mut rest = claimed.into_iter().peekable();
        while rest.peek().is_some() {
            shares.push(rest.by_ref().take(share).collect());
        }
        let (room, losses) = (&self.room, &self.losses);
        let runs = self
            .lanes
            .iter_mut()
            .zip(shares)
            .map(|(lane, notices)| lane.run(room, Work { notices, now, permit, losses }));
        join_all(runs).await
    }

    /// Nothing is due: connections that nobody uses would only time out at the server.
    async fn rest_lanes(&mut self) {
        for lane in &mut self.lanes {
            lane.rest().await;
        }
    }

    fn server_is_back(&mut self) {
        if self.backoff.failures() > 0 {
            info!(desk = self.room.name(), "The submission server is back");
        }
        self.backoff.succeeded();
        self.room.troubles.over(&who(&self.room));
    }

    fn server_is_gone(&mut self, kind: Trouble, why: &str) -> Next {
        let rest = self.backoff.failed(kind, self.room.jitter());
        let what = format!("Cannot submit: {why}");
        if self.backoff.is_news() {
            let (failures, rest_s) = (self.backoff.failures(), rest.as_secs());
            let cause = self::kind(kind).as_str();
            error!(desk = self.room.name(), cause, failures, rest_s, "{what}");
        }
        self.room.troubles.met(&who(&self.room), self::kind(kind), &what);
        Next::Rest(rest)
    }

    fn tell(&self, settled: &[(OutboxId, Settled)]) {
        for (id, outcome) in settled {
            let (desk, outbox) = (self.room.name(), id.0);
            match outcome {
                Settled::Sent { reply } => {
                    info!(desk, outbox, reply, "Outbox {outbox} sent");
                }
                Settled::Later { due, reply } => {
                    self.room.tally.refused(Refusal::Temporary);
                    warn!(desk, outbox, reply, "Outbox {outbox} deferred until {due}: {reply}");
                }
                Settled::Dead { reply } => {
                    self.room.tally.refused(Refusal::Permanent);
                    error!(
                        desk,
                        outbox,
                        cause = "dead",
                        reply,
                        "Outbox {outbox} is dead: {reply}; see `tidings outbox show {outbox}`"
                    );
                }
                Settled::Released | Settled::Forgiven => {}
            }
        }
    }
}

/// The loop, where several tell how it goes.
fn who(room: &Room) -> String {
    format!("{}: submit", room.name())
}

fn claimant(room: &Room) -> Claimant<'_> {
    Claimant { desk: room.name(), holder: &room.daemon.holder.id }
}

/// What was charged to a notice was the server's fault.
/// What trouble with a submission server is to who looks from outside.
pub(super) fn kind(trouble: Trouble) -> Kind {
    match trouble {
        Trouble::Login => Kind::SmtpLogin,
        Trouble::Server | Trouble::Store => Kind::Smtp,
    }
}

fn forgive(settled: &mut Vec<(OutboxId, Settled)>, id: OutboxId) {
    match settled.iter_mut().find(|(other, _)| *other == id) {
        Some((_, outcome @ Settled::Later { .. })) => *outcome = Settled::Released,
        // Another connection got it through, or was told why not, in the meantime.
        Some(_) => {}
        None => settled.push((id, Settled::Forgiven)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flt_52_what_a_server_took_meanwhile_is_not_forgiven_and_sent_again() {
        let reply = || "said".to_owned();
        let later = Settled::Later { due: Timestamp::from_seconds(60), reply: reply() };
        check(Some(later), Settled::Released);
        check(Some(Settled::Sent { reply: reply() }), Settled::Sent { reply: reply() });
        check(Some(Settled::Dead { reply: reply() }), Settled::Dead { reply: reply() });
        check(None, Settled::Forgiven);

        #[track_caller]
        fn check(before: Option<Settled>, after: Settled) {
            let id = OutboxId(1);
            let mut settled: Vec<_> = before.into_iter().map(|outcome| (id, outcome)).collect();
            forgive(&mut settled, id);
            assert_eq!(settled, [(id, after)]);
        }
    }
}
