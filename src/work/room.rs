//! What the loops of one desk share.

use std::sync::Arc;

use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use super::claims::Claims;
use super::logins::Logins;
use super::looked::LookedThrough;
use super::numbers::Numbers;
use super::outage::Outage;
use super::place::Places;
use super::pulse::Pulse;
use super::troubles::Troubles;
use super::water::Water;
use crate::authentication::dns::Dns;
use crate::authentication::prover::Prover;
use crate::config;
use crate::metrics::{Metrics, Tally};
use crate::store::Store;
use crate::store::lease::{Hold, Holder};
use crate::time::Clock;
use crate::triage::policy::Policy;

/// One desk at work.
#[derive(Debug)]
pub struct Room {
    /// Where everything is kept. In a room of who holds the desk each write begins with its fence.
    pub store: Store,
    /// The desk's servers and limits.
    pub desk: config::Desk,
    /// The desk's rules.
    pub policy: Policy,
    /// What proves its senders.
    pub prover: Arc<Prover>,
    /// What time it is.
    pub clock: Clock,
    /// What all desks of this daemon share.
    pub daemon: Daemon,
    /// Wakes the loop that decides.
    pub ingest: Arc<Notify>,
    /// Wakes the loop that submits.
    pub submit: Arc<Notify>,
    /// Wakes the loops that watch folders, one each in the order of the configuration: marks are
    /// owed.
    pub marks: Vec<Notify>,
    /// Wakes the loop of the first folder: copies are owed to the `sent` folder.
    pub filing: Arc<Notify>,
    /// Numbers of bodies for what is spooled.
    pub bodies: Mutex<Numbers>,
    /// Says that work here is to end: nothing new is fetched, work in hand is finished.
    pub stop: CancellationToken,
    /// What was done since the start.
    pub tally: Tally,
    /// What stands in the way.
    pub troubles: Arc<Troubles>,
    /// With what its servers are logged in to.
    pub logins: Logins,
    /// Whether the desk is this daemon's.
    pub place: Arc<Places>,
    /// Which folders were looked through since it is.
    pub looked: LookedThrough,
}

/// What all desks of a daemon share.
#[derive(Clone, Debug)]
pub struct Daemon {
    /// Who it is.
    pub holder: Holder,
    /// Whether its claims are good.
    pub claims: Claims,
    /// Whether the database is.
    pub outage: Arc<Outage>,
    /// Whether its loops turn.
    pub pulse: Pulse,
    /// How far the database had come.
    pub water: Arc<Water>,
    /// What it counts and measures.
    pub metrics: Metrics,
    /// Who is asked for names, or why nobody is.
    pub dns: Result<Dns, String>,
}

impl Room {
    /// A desk, ready for what needs no hold of it.
    #[must_use]
    pub fn new(
        store: Store,
        desk: config::Desk,
        policy: Policy,
        clock: Clock,
        daemon: Daemon,
    ) -> Arc<Self> {
        let tally = daemon.metrics.tally(&desk.name);
        let troubles = Arc::default();
        let looked = LookedThrough::none(clock.now());
        let prover = Arc::new(Prover::new(desk.trust.clone(), daemon.dns.clone()));
        Arc::new(Self {
            store,
            prover,
            marks: marks(&desk),
            logins: Logins::new(&desk, &clock, &troubles),
            desk,
            policy,
            clock,
            daemon,
            ingest: Arc::default(),
            submit: Arc::default(),
            filing: Arc::default(),
            bodies: Mutex::new(Numbers::default()),
            stop: CancellationToken::new(),
            tally,
            troubles,
            place: Arc::default(),
            looked,
        })
    }

    /// The same desk in the hands of who holds it, until the hold ends.
    #[must_use]
    pub fn held(&self, hold: &Hold) -> Arc<Self> {
        Arc::new(Self {
            store: self.store.held(hold.clone()),
            desk: self.desk.clone(),
            policy: self.policy.clone(),
            prover: Arc::clone(&self.prover),
            clock: self.clock.clone(),
            daemon: self.daemon.clone(),
            ingest: Arc::clone(&self.ingest),
            submit: Arc::clone(&self.submit),
            filing: Arc::clone(&self.filing),
            marks: marks(&self.desk),
            bodies: Mutex::new(Numbers::default()),
            stop: hold.ended().clone(),
            tally: self.tally.clone(),
            troubles: Arc::clone(&self.troubles),
            logins: self.logins.clone(),
            place: Arc::clone(&self.place),
            looked: LookedThrough::none(self.clock.now()),
        })
    }

    /// The desk's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.desk.name
    }

    /// Wakes every loop that watches a folder.
    pub fn nudge_marks(&self) {
        for marks in &self.marks {
            marks.notify_one();
        }
    }

    /// Bits for jitter: the low digits of the clock.
    #[must_use]
    pub fn jitter(&self) -> u64 {
        self.clock.now().as_us().unsigned_abs()
    }
}

fn marks(desk: &config::Desk) -> Vec<Notify> {
    desk.imap.watched().map(|_| Notify::new()).collect()
}
