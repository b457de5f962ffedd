//! Whether every loop turns. Each says for how long it may be silent: while it works, as long as
//! the limits in what it does allow; while it waits, until then. Who watches need not know which
//! loops there are.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use crate::failpoint;

/// Some transactions in succession. A statement alone may take 45 s; with a database at which many
/// in succession do, nobody works.
pub const STORE: Duration = Duration::from_mins(10);
/// A wait may end so much later than it should: the machine is busy, or stood still.
const GRACE: Duration = Duration::from_secs(30);

/// The loops of a daemon.
#[derive(Clone, Debug, Default)]
pub struct Pulse {
    loops: Arc<Mutex<Vec<Weak<Known>>>>,
}

/// A loop's own; with its last copy the loop has ended.
#[derive(Clone, Debug)]
pub struct Beat {
    known: Arc<Known>,
}

#[derive(Debug)]
struct Known {
    who: String,
    /// Until when it may be silent; `None` when it has nothing to do.
    until: Mutex<Option<Instant>>,
}

impl Pulse {
    /// A loop begins.
    #[must_use]
    pub fn begin(&self, who: impl Into<String>) -> Beat {
        let known = Arc::new(Known { who: who.into(), until: Mutex::new(None) });
        locked(&self.loops).push(Arc::downgrade(&known));
        Beat { known }
    }

    /// The loops that are silent for longer than they may be.
    #[must_use]
    pub fn silent(&self) -> Vec<String> {
        self.silent_at(Instant::now())
    }

    fn silent_at(&self, now: Instant) -> Vec<String> {
        let mut loops = locked(&self.loops);
        loops.retain(|one| one.strong_count() > 0);
        let is_silent = |one: &Arc<Known>| locked(&one.until).is_some_and(|until| until < now);
        let silent = loops.iter().filter_map(Weak::upgrade).filter(is_silent);
        silent.map(|one| one.who.clone()).collect()
    }
}

impl Beat {
    /// It works, and says something again within this time.
    pub fn works(&self, at_most: Duration) {
        self.until(failpoint::patience(at_most));
    }

    /// It waits, for so long if nothing wakes it.
    pub fn waits(&self, span: Duration) {
        self.until(span.saturating_add(GRACE));
    }

    /// It has nothing to do; others speak for it.
    pub fn rests(&self) {
        *locked(&self.known.until) = None;
    }

    fn until(&self, span: Duration) {
        // What cannot be reckoned is no limit.
        *locked(&self.known.until) = Instant::now().checked_add(span);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_loop_is_silent_when_it_said_nothing_for_longer_than_it_may() {
        let pulse = Pulse::default();
        let (one, other) = (pulse.begin("receive"), pulse.begin("submit"));
        let silent = |after: Duration| pulse.silent_at(Instant::now() + after);
        assert!(silent(MINUTE * 1_000).is_empty(), "nothing to do yet");
        one.works(MINUTE * 5);
        other.waits(MINUTE * 5);
        assert!(silent(MINUTE * 4).is_empty());
        assert_eq!(silent(MINUTE * 5), ["receive"]);
        assert_eq!(silent(MINUTE * 5 + GRACE), ["receive", "submit"]);
        other.clone().rests();
        one.works(MINUTE * 20);
        assert!(silent(MINUTE * 19).is_empty());
        one.works(Duration::MAX);
        assert!(silent(MINUTE * 1_000).is_empty());
        one.works(MINUTE);
        drop(one);
        assert!(silent(MINUTE * 1_000).is_empty(), "it has ended");
    }
}
