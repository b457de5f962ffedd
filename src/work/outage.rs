//! Trouble with the database, told once for all loops that meet it: they all do.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::{error, info};

use crate::store::error::StoreError;

/// Which loops cannot use the database, and why.
#[derive(Debug, Default)]
pub struct Outage {
    failing: Mutex<BTreeMap<String, String>>,
}

#[derive(Debug, Default)]
struct State {
    failing: BTreeSet<String>,
    /// The log says that something is wrong.
    told: bool,
    /// When the last outage was over.
    ended: Option<Instant>,
}

/// So long after an outage a loop may still fail of it: one that began to wait for a connection
/// meanwhile gives up after ten seconds, though others have theirs.
const LATE: Duration = Duration::from_secs(12);

impl Outage {
    /// A loop could not do its work.
    pub fn met(&self, who: &str, error: &StoreError) {
        // Not the database's trouble: the loop ends.
        if let StoreError::Fenced { .. } = error {
            return;
        }
        if self.lock().failed(who, Instant::now()) {
            error!("{error}; nothing is lost, work goes on when it is back");
        }
        failing.insert(who.to_owned(), error.to_string());
    }

    /// What is wrong with the database, as one of the loops met it; `None` when nothing is.
    #[must_use]
    pub fn standing(&self) -> Option<String> {
        self.lock().values().next().cloned()
    }

    /// A loop could do its work.
    pub fn over(&self, who: &str) {
        let mut failing = self.lock();
        if failing.remove(who).is_some() && failing.is_empty() {
            info!("The database is back");
        }
    }

    /// A desk is no more, and none of its loops tells of an end.
    pub fn forget(&self, desk: &str) {
        let prefix = format!("{desk}: ");
        self.lock().retain(|who, _| !who.starts_with(&prefix));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_until_the_last_loop_is_over_or_gone() {
        let outage = Outage::default();
        let whos = ["claims", "sales: submit", "sales: lease", "sales-east: lease"];
        for who in whos {
            outage.met(who, &StoreError::Raced);
        }
        outage.forget("sales");
        outage.over("claims");
        assert_eq!(outage.standing(), Some(StoreError::Raced.to_string()));
        outage.over("sales-east: lease");
        assert_eq!(outage.standing(), None);
        outage.met("claims", &StoreError::Fenced { desk: "sales".into() });
        assert_eq!(outage.standing(), None, "not the database's trouble");
    }
}
