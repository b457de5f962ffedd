//! Names made before anything is decided: Message-IDs with our MAC, and the randomness behind
//! them. The one place that asks a random generator.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::hmac;
use ring::rand::SecureRandom;

use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// What one decision may name. All rows of one decision carry the same instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// The instant of the decision.
    pub now: Timestamp,
    /// The number that a new ticket would get. Gaps are normal.
    pub number: TicketNumber,
    /// The identifier that a notice of this decision would get.
    pub message_id: MessageId,
}

/// The instance's key: what makes a Message-ID recognisable as ours.
#[derive(Clone)]
pub struct Key {
    mac: hmac::Key,
    id: Box<str>,
}

/// Makes names for one instance.
#[derive(Clone, Debug)]
pub struct Namer {
    key: Key,
    instance: Box<str>,
    random: Random,
}

/// Where random bits come from.
#[derive(Clone, Debug)]
pub enum Random {
    /// The operating system.
    System,
    /// A counter, so that a test sees the same names in each run.
    Counting(Arc<AtomicU64>),
}

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// MAC of a Message-ID: 80 bits, 16 characters.
const MAC_BYTES: usize = 10;

impl Key {
    /// Takes the bytes of a key.
    #[must_use]
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        let mac = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let tag = hmac::sign(&mac, b"tidings key id");
        let id = data_encoding::HEXLOWER.encode(tag.as_ref().get(..8).unwrap_or_default());
        Self { mac, id: id.into() }
    }

    /// What the database remembers of the key, so that another key is noticed. Tells nothing
    /// about the key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn tag(&self, instance: &str, random: &str) -> String {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in ["tidings message id 1", instance, random] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        base32(context.sign().as_ref().get(..MAC_BYTES).unwrap_or_default())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl Namer {
    /// Names under `instance`, the right-hand side of our Message-IDs.
    #[must_use]
    pub fn new(key: Key, instance: &str, random: Random) -> Self {
        Self { key, instance: instance.into(), random }
    }

    /// The name of the instance.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// A new identifier: `<128 random bits>.<MAC>@instance`.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn message_id(&self) -> Result<MessageId, NoRandomness> {
        let random = base32(&self.random.bytes::<16>()?);
        let text = format!("{random}.{}@{}", self.key.tag(&self.instance, &random), self.instance);
        MessageId::parse(&text).map_err(|_| NoRandomness)
    }

    /// Whether this instance made the identifier. Compared in constant time, so that a MAC cannot
    /// be guessed byte by byte.
    #[must_use]
    pub fn made(&self, id: &MessageId) -> bool {
        let Some((left, right)) = id.as_str().rsplit_once('@') else { return false };
        let Some((random, tag)) = left.split_once('.') else { return false };
        let expected = self.key.tag(&self.instance, random);
        let same = expected.len() == tag.len()
            && expected
                .bytes()
                .zip(tag.bytes())
                .fold(0, |seen, (ours, theirs)| seen | (ours ^ theirs))
                == 0;
        same && right.eq_ignore_ascii_case(&self.instance)
    }
}

impl Random {
    /// `N` random bytes.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks for randomness")]
            Self::System => ring::rand::SystemRandom::new()
                .fill(&mut bytes)
                .map_err(|ring::error::Unspecified| NoRandomness)?,
            Self::Counting(counter) => {
                let count = counter.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                for (to, from) in bytes.iter_mut().rev().zip(count.iter().rev()) {
                    *to = *from;
                }
            }
        }
        Ok(bytes)
    }
}

fn base32(bytes: &[u8]) -> String {
    data_encoding::BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namer(key: u8, instance: &str) -> Namer {
        Namer::new(Key::new(&[key; KEY_BYTES]), instance, Random::System)
    }

    #[test]
    fn aut_43_an_identifier_of_ours_is_known_by_its_mac() {
        let ours = namer(1, "desk.example");
        let id = ours.message_id().unwrap();
        assert!(ours.made(&id));
        assert!(!namer(2, "desk.example").made(&id), "another key");
        assert!(!namer(1, "other.example").made(&id), "another instance");
        let forged = id.as_str().replacen(|c: char| c.is_ascii_lowercase(), "7", 1);
        assert!(!ours.made(&MessageId::parse(&forged).unwrap()), "other random bits");
        assert!(!ours.made(&MessageId::parse("x.y@desk.example").unwrap()));
        assert!(!ours.made(&MessageId::parse("x@desk.example").unwrap()));
    }

    #[test]
    fn no_two_identifiers_are_alike() {
        let ours = namer(1, "desk.example");
        assert_ne!(ours.message_id(), ours.message_id());
    }

    #[test]
    fn thr_37_a_key_does_not_print_itself() {
        let key = Key::new(&[0xAB; KEY_BYTES]);
        assert!(!format!("{key:?}").to_lowercase().contains("abab"));
        assert_eq!(key.id().len(), 16);
    }
}
