//! Which notices connections were lost with. One alone is the notice's fault, two different ones
//! in succession are the server's; and who lost a connection before is tried last, so that the
//! others go out whosever fault it was.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::outbox::{Claimed, OutboxId};

/// Losses of all lanes of a desk.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// With which notice a connection was lost last, until another one goes through.
    last: Option<OutboxId>,
    /// Whether the server was found at fault, and no notice has gone through since.
    blamed: bool,
    /// All notices with which connections were lost and that have not gone through since.
    suspects: BTreeSet<OutboxId>,
}

impl Losses {
    /// A connection was lost with this notice. If it was the server's fault: the notice that may
    /// have been charged with it. Until one goes through, each further loss is the server's, too.
    pub(super) fn lost(&mut self, id: OutboxId) -> Option<OutboxId> {
        self.suspects.insert(id);
        let other = self.last.replace(id).filter(|other| *other != id);
        let faulty = other.or(self.blamed.then_some(id));
        self.blamed = faulty.is_some();
        faulty
    }

    /// The server took this notice, or refused it as it should.
    pub(super) fn passed(&mut self, id: OutboxId) {
        self.suspects.remove(&id);
        self.last = None;
        self.blamed = false;
    }

    /// Puts those behind that lost a connection before.
    pub(super) fn put_last(&self, notices: &mut [Claimed]) {
        notices.sort_by_key(|notice| self.suspects.contains(&notice.id));
    }
}

/// The losses, whatever became of who held them last.
pub(super) fn locked(losses: &Mutex<Losses>) -> MutexGuard<'_, Losses> {
    losses.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flt_52_two_different_losses_in_succession_are_the_servers_fault() {
        let (a, b) = (OutboxId(1), OutboxId(2));
        let mut losses = Losses::default();
        assert_eq!(losses.lost(a), None);
        assert_eq!(losses.lost(a), None);
        assert_eq!(losses.lost(b), Some(a));
        assert_eq!(losses.lost(a), Some(b));
        assert_eq!(losses.lost(a), Some(a), "the server is at fault still");
        losses.passed(OutboxId(3));
        assert_eq!(losses.lost(b), None);
    }
}
