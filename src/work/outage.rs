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
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failing: BTreeMap<String, String>,
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
        if self.lock().failed(who, error.to_string(), Instant::now()) {
            error!(cause = "database", "{error}; nothing is lost, work goes on when it is back");
        }
    }

    /// What is wrong with the database, as one of the loops met it; `None` when nothing is.
    #[must_use]
    pub fn standing(&self) -> Option<String> {
        self.lock().failing.values().next().cloned()
    }

    /// A loop could do its work.
    pub fn over(&self, who: &str) {
        if self.lock().worked(who, Instant::now()) {
            info!("The database is back");
        }
    }

    /// A loop has ended, which says nothing of the database.
    pub fn left(&self, who: &str) {
        self.lock().failing.remove(who);
    }

    /// A desk is no more, and none of its loops tells of an end.
    pub fn forget(&self, desk: &str) {
        let prefix = format!("{desk}: ");
        self.lock().failing.retain(|who, _| !who.starts_with(&prefix));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether that is news.
    fn failed(&mut self, who: &str, what: String, now: Instant) -> bool {
        let again = self.failing.insert(who.to_owned(), what).is_some();
        let late = self.ended.is_some_and(|ended| now.duration_since(ended) < LATE);
        let news = !self.told && (again || !late);
        self.told |= news;
        news
    }

    /// Whether that is news.
    fn worked(&mut self, who: &str, now: Instant) -> bool {
        self.failing.remove(who);
        let news = self.told && self.failing.is_empty();
        if news {
            (self.told, self.ended) = (false, Some(now));
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone() -> String {
        "gone".to_owned()
    }

    #[test]
    fn an_outage_begins_with_the_first_loop_and_ends_with_the_last() {
        let (now, mut state) = (Instant::now(), State::default());
        assert!(!state.worked("a", now));
        assert!(state.failed("a", gone(), now));
        assert!(!state.failed("b", gone(), now));
        assert!(!state.failed("a", gone(), now));
        assert!(!state.worked("a", now));
        assert!(!state.worked("c", now));
        assert!(state.worked("b", now));
        assert!(!state.worked("b", now));
        assert!(state.failed("a", gone(), now + LATE));
    }

    #[test]
    fn who_is_late_to_meet_an_outage_is_no_news_until_it_meets_another() {
        let (now, mut state) = (Instant::now(), State::default());
        assert!(state.failed("a", gone(), now) && state.worked("a", now));
        assert!(!state.failed("b", gone(), now) && !state.worked("b", now));
        assert!(!state.failed("b", gone(), now) && !state.failed("c", gone(), now));
        assert!(state.failed("b", gone(), now));
        assert!(!state.worked("b", now) && state.worked("c", now));
    }

    #[test]
    fn who_has_ended_is_not_waited_for() {
        let (now, outage) = (Instant::now(), Outage::default());
        assert!(outage.lock().failed("a", gone(), now) && !outage.lock().failed("b", gone(), now));
        outage.left("a");
        assert!(outage.lock().worked("b", now));
        assert!(outage.lock().failed("a", gone(), now + LATE));
        outage.left("a");
        // Whoever works next has seen that it is back.
        assert!(outage.lock().worked("c", now + LATE));
    }

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
