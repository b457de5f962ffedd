//! The verifier's way to the DNS, and a bound on the questions of one message.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::dns::{self, LookupError, NameServer};

/// Texts that are asked for on behalf of one message: 10 keys, walks of 8 (RFC 9989 §4.10), 10 of SPF
/// (RFC 7208 §4.6.4), a chain of ARC; with room.
pub const LOOKUPS_MAX: u32 = 60;

/// Asks, and remembers the answers for as long as they say.
#[derive(Clone, Debug)]
pub struct Dns(pub(super) dns::Dns);

impl Dns {
    /// Will ask this server.
    ///
    /// # Errors
    /// [`LookupError::Temporary`] when the system does not say whom to ask.
    pub fn new(server: NameServer) -> Result<Self, LookupError> {
        dns::Dns::new(server).map(Self)
    }
}

/// What one message may still ask for.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(LOOKUPS_MAX))
    }
}

impl Budget {
    /// Takes one question; whether there was one left.
    pub(super) fn spend(&self) -> bool {
        let less = |left: u32| left.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_asks_for_so_much_and_no_more() {
        let budget = Budget::default();
        let asked = (0..LOOKUPS_MAX * 2).filter(|_| budget.spend()).count();
        assert_eq!(asked, LOOKUPS_MAX as usize);
    }
}
