//! What the loops of one desk share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::config;
use crate::store::Store;
use crate::time::Clock;
use crate::triage::policy::Policy;

/// One desk at work.
#[derive(Debug)]
pub struct Room {
    /// Where everything is kept.
    pub store: Store,
    /// The desk's servers and limits.
    pub desk: config::Desk,
    /// The desk's rules.
    pub policy: Policy,
    /// What time it is.
    pub clock: Clock,
    /// Wakes the loop that decides.
    pub ingest: Notify,
    /// Wakes the loop that submits.
    pub submit: Notify,
    /// Wakes the loops that watch folders, one each in the order of the configuration: marks are
    /// owed.
    pub marks: Vec<Notify>,
    /// Says that the process is to end: nothing new is fetched, work in hand is finished.
    pub stop: CancellationToken,
    /// What was done since the start.
    pub tally: Tally,
}

/// What a desk did since the start.
#[derive(Debug, Default)]
pub struct Tally {
    /// Messages fetched into the spool.
    pub fetched: AtomicU64,
    /// Messages decided.
    pub decided: AtomicU64,
    /// Notices that a server took.
    pub sent: AtomicU64,
}

impl Room {
    /// A desk, ready to work.
    #[must_use]
    pub fn new(store: Store, desk: config::Desk, policy: Policy, clock: Clock) -> Arc<Self> {
        let marks = desk.imap.folders.iter().map(|_| Notify::new()).collect();
        Arc::new(Self {
            store,
            desk,
            policy,
            clock,
            ingest: Notify::new(),
            submit: Notify::new(),
            marks,
            stop: CancellationToken::new(),
            tally: Tally::default(),
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

impl Tally {
    /// Counts.
    pub fn add(counter: &AtomicU64, count: usize) {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Reads.
    #[must_use]
    pub fn read(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }
}
