//! Whether what this daemon has claimed is surely still its own.
//!
//! A claim ends by itself in the database. The daemon renews its claims while it lives; a process
//! that was stopped and woken must not go on with what others may have taken meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::store::lease::LEASE;
use crate::time::{Clock, Uptime};

/// The claims of a daemon on notices.
#[derive(Clone, Debug)]
pub struct Claims {
    clock: Clock,
    shared: Arc<Mutex<Renewal>>,
}

/// What was claimed between two lapses.
#[derive(Clone, Debug)]
pub struct Permit {
    claims: Claims,
    lapses: u64,
}

#[derive(Debug)]
struct Renewal {
    /// Until when nobody else can have taken anything.
    good_until: Option<Uptime>,
    /// How often the claims had run out before they were renewed.
    lapses: u64,
}

/// Claims are not used in their last seconds: an answer of the mail server may take so long.
const MARGIN: Duration = Duration::from_secs(10);

impl Claims {
    /// Nothing is claimed, and nothing can be until the first renewal.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let renewal = Renewal { good_until: None, lapses: 0 };
        Self { clock, shared: Arc::new(Mutex::new(renewal)) }
    }

    /// Every claim was renewed in the database, which was asked to at this instant or later.
    pub fn renewed(&self, asked: Uptime) {
        let now = self.clock.uptime();
        let mut renewal = self.lock();
        // What had run out may be another's, even though what is left was renewed.
        if renewal.good_until.is_none_or(|until| until <= now) {
            renewal.lapses += 1;
        }
        renewal.good_until = Some(asked.after(LEASE.saturating_sub(MARGIN)));
    }

    /// A permit for what is claimed from now on; `None` while claims cannot be renewed.
    #[must_use]
    pub fn permit(&self) -> Option<Permit> {
        let now = self.clock.uptime();
        let renewal = self.lock();
        let good = renewal.good_until.is_some_and(|until| until > now);
        good.then(|| Permit { claims: self.clone(), lapses: renewal.lapses })
    }

    fn lock(&self) -> MutexGuard<'_, Renewal> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Whether nobody else can have taken what was claimed under this permit.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.claims.permit().is_some_and(|now| now.lapses == self.lapses)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[test]
    fn flt_05_what_was_claimed_before_a_lapse_is_never_sent() {
        let us = Arc::new(AtomicI64::new(0));
        let clock = Clock::Manual(Arc::clone(&us));
        let claims = Claims::new(clock.clone());
        let at = |seconds: i64| us.store(seconds * 1_000_000, Ordering::SeqCst);
        assert!(claims.permit().is_none());
        claims.renewed(clock.uptime());
        let permit = claims.permit().unwrap();
        at(49);
        assert!(permit.is_given());
        claims.renewed(clock.uptime());
        at(98);
        assert!(permit.is_given());
        at(99);
        assert!(!permit.is_given());
        claims.renewed(clock.uptime());
        assert!(!permit.is_given(), "others may have claimed it");
        assert!(claims.permit().unwrap().is_given());
    }
}
