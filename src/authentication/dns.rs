//! The verifier's way to the DNS, and a bound on the questions of one message.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use mail_auth::{DnsError, Error, MessageAuthenticator, ResolverCache, Txt};

use crate::dns::{self, LookupError, NameServer};

/// Texts that are asked for on behalf of one message: 10 keys, walks of 8 (RFC 9989 §4.10), 10 of SPF
/// (RFC 7208 §4.6.4), a chain of ARC; with room.
pub const LOOKUPS_MAX: u32 = 60;

/// Asks, and remembers the answers for as long as they say.
#[derive(Clone)]
pub struct Dns(pub(super) MessageAuthenticator);

impl Dns {
    /// Will ask this server.
    ///
    /// # Errors
    /// [`LookupError::Temporary`] when the system does not say whom to ask.
    pub fn new(server: NameServer) -> Result<Self, LookupError> {
        let (config, options) = dns::resolver(server)?;
        let asks = MessageAuthenticator::new(config, options);
        asks.map(Self).map_err(|error| LookupError::Temporary(error.to_string()))
    }
}

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dns")
    }
}

/// What one message may still ask for. It stands where the verifier looks for remembered answers:
/// when nothing is left, the answer is "later".
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(LOOKUPS_MAX))
    }
}

impl Budget {
    fn spend(&self) -> bool {
        let less = |left: u32| left.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

impl ResolverCache<Box<str>, Txt> for Budget {
    fn get<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let later = || Txt::Error(Error::Dns(DnsError::Resolver("too many questions".into())));
        (!self.spend()).then(later)
    }

    fn remove<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: Instant) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_asks_for_so_much_and_no_more() {
        let budget = Budget::default();
        let asked = (0..LOOKUPS_MAX * 2).filter(|_| budget.get("x.example.").is_none()).count();
        assert_eq!(asked, LOOKUPS_MAX as usize);
    }
}
