//! Trouble with the database, told once for all loops that meet it: they all do.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::{error, info};

use crate::store::error::StoreError;

/// Which loops cannot use the database.
#[derive(Debug, Default)]
pub struct Outage {
    failing: Mutex<BTreeSet<String>>,
}

impl Outage {
    /// A loop could not do its work.
    pub fn met(&self, who: &str, error: &StoreError) {
        // Not the database's trouble: the loop ends.
        if let StoreError::Fenced { .. } = error {
            return;
        }
        let mut failing = self.lock();
        if failing.is_empty() {
            error!("{error}; nothing is lost, work goes on when it is back");
        }
        failing.insert(who.to_owned());
    }

    /// A loop could do its work, or has ended.
    pub fn over(&self, who: &str) {
        let mut failing = self.lock();
        if failing.remove(who) && failing.is_empty() {
            info!("The database is back");
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
