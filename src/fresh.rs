//! Names made before anything is decided: Message-IDs and addresses with our MAC, and the
//! randomness behind them. The one place that asks a random generator.

mod key;
mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::rand::SecureRandom;

pub use key::{KEY_BYTES, Key};
pub use token::{Bearer, Token, TokenKind};

use key::{base32, is_base32, same};
use token::Place;

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
    /// The identifier that the first notice of this decision would get.
    pub message_id: MessageId,
    /// Those of further notices.
    pub further: Vec<MessageId>,
}

/// Makes names for one instance, and knows again what it made.
#[derive(Clone, Debug)]
pub struct Namer {
    key: Key,
    former: Vec<Former>,
    instance: Box<str>,
    random: Random,
}

/// A key that makes no names any more.
#[derive(Clone, Debug)]
pub struct Former {
    /// The key.
    pub key: Key,
    /// Until when its names count; `None`: as long as somebody keeps it.
    pub until: Option<Timestamp>,
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

/// Purpose of the MAC of a Message-ID.
const PURPOSE: &str = "tidings message id 1";
/// MAC of a Message-ID: 80 bits.
const TAG_CHARS: usize = 16;
/// Random bits of a Message-ID: 128, 26 characters.
const RANDOM_CHARS: usize = 26;

impl Namer {
    /// Names under `instance`, the right-hand side of our Message-IDs.
    #[must_use]
    pub fn new(key: Key, instance: &str, random: Random) -> Self {
        Self { key, former: Vec::new(), instance: instance.into(), random }
    }

    /// The same, and what these keys made counts, too.
    #[must_use]
    pub fn accepting(self, former: Vec<Former>) -> Self {
        Self { former, ..self }
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
        let tag = self.tag(&self.key, &random);
        let text = format!("{random}.{tag}@{}", self.instance);
        MessageId::parse(&text).map_err(|_| NoRandomness)
    }

    /// Names for one decision that may have so many notices beside the first.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh(
        &self,
        now: Timestamp,
        number: TicketNumber,
        further: usize,
    ) -> Result<Fresh, NoRandomness> {
        let message_id = self.message_id()?;
        let further = (0..further).map(|_| self.message_id()).collect::<Result<_, _>>()?;
        Ok(Fresh { now, number, message_id, further })
    }

    /// What the mails about a ticket to the desk's agents answer, so that their programs show them
    /// together. No mail has it.
    #[must_use]
    pub fn thread(&self, ticket: TicketNumber) -> Option<MessageId> {
        MessageId::parse(&format!("ticket.{ticket}@{}", self.instance)).ok()
    }

    /// The ticket of such a thread.
    #[must_use]
    pub fn thread_of(&self, id: &MessageId) -> Option<TicketNumber> {
        let (name, instance) = id.as_str().split_once('@')?;
        let number = name.strip_prefix("ticket.")?.parse().ok()?;
        TicketNumber::new(number).filter(|_| *instance == *self.instance)
    }

    /// Whether this instance made the identifier, with a key that counts now.
    #[must_use]
    pub fn made(&self, id: &MessageId, now: Timestamp) -> bool {
        self.parts(id).is_some_and(|(random, tag)| {
            self.keys(now).any(|key| same(&self.tag(key, random), tag))
        })
    }

    /// Whether the identifier looks like one of ours and is none: somebody made it up, or the key
    /// is another one now.
    #[must_use]
    pub fn is_forged(&self, id: &MessageId, now: Timestamp) -> bool {
        let parts = self.parts(id);
        let looks = parts.is_some_and(|(random, tag)| {
            is_base32(random, RANDOM_CHARS) && is_base32(tag, TAG_CHARS)
        });
        looks && !self.made(id, now)
    }

    /// The token that a desk gives to somebody about a ticket.
    #[must_use]
    pub fn token(&self, desk: &str, ticket: TicketNumber, bearer: Bearer<'_>) -> Token {
        Token::new(&self.key, self.place(desk, ticket), bearer)
    }

    /// Whether the desk gave this token to this bearer, with a key that counts now.
    #[must_use]
    pub fn vouches(&self, desk: &str, token: &Token, bearer: Bearer<'_>, now: Timestamp) -> bool {
        let place = self.place(desk, token.ticket());
        self.keys(now).any(|key| token.is_by(key, place, bearer))
    }

    fn keys(&self, now: Timestamp) -> impl Iterator<Item = &Key> {
        let counts = move |former: &&Former| former.until.is_none_or(|until| now < until);
        std::iter::once(&self.key).chain(self.former.iter().filter(counts).map(|one| &one.key))
    }

    fn place<'a>(&'a self, desk: &'a str, ticket: TicketNumber) -> Place<'a> {
        Place { instance: &self.instance, desk, ticket }
    }

    fn tag(&self, key: &Key, random: &str) -> String {
        key.tag(&[PURPOSE, &self.instance, random], TAG_CHARS)
    }

    /// The random part and the MAC of an identifier under our name.
    fn parts<'a>(&self, id: &'a MessageId) -> Option<(&'a str, &'a str)> {
        let (left, right) = id.as_str().rsplit_once('@')?;
        left.split_once('.').filter(|_| right.eq_ignore_ascii_case(&self.instance))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::address::Address;

    const NOW: Timestamp = Timestamp::from_us(1_000);

    fn namer(key: u8, instance: &str) -> Namer {
        Namer::new(Key::new(&[key; KEY_BYTES]), instance, Random::System)
    }

    #[test]
    fn aut_43_an_identifier_of_ours_is_known_by_its_mac() {
        let ours = namer(1, "desk.example");
        let id = ours.message_id().unwrap();
        assert!(ours.made(&id, NOW));
        assert!(!namer(2, "desk.example").made(&id, NOW), "another key");
        assert!(!namer(1, "other.example").made(&id, NOW), "another instance");
        let forged = id.as_str().replacen(|c: char| c.is_ascii_lowercase(), "7", 1);
        assert!(!ours.made(&MessageId::parse(&forged).unwrap(), NOW), "other random bits");
        assert!(!ours.made(&MessageId::parse("x.y@desk.example").unwrap(), NOW));
        assert!(!ours.made(&MessageId::parse("x@desk.example").unwrap(), NOW));
        assert!(!ours.is_forged(&id, NOW));
        assert!(ours.is_forged(&MessageId::parse(&forged).unwrap(), NOW));
        assert!(!ours.is_forged(&MessageId::parse("check.y@desk.example").unwrap(), NOW));
    }

    #[test]
    fn no_two_identifiers_are_alike() {
        let ours = namer(1, "desk.example");
        assert_ne!(ours.message_id(), ours.message_id());
    }

    #[test]
    fn aut_44_what_a_former_key_made_counts_for_its_time() {
        let before = namer(1, "desk.example");
        let id = before.message_id().unwrap();
        let ticket = TicketNumber::new(17).unwrap();
        let to = Address::parse("ada@acme.example").unwrap();
        let token = before.token("support", ticket, Bearer::Requester(&to));
        let until = |until| {
            let key = Key::new(&[1; KEY_BYTES]);
            namer(2, "desk.example").accepting(vec![Former { key, until }])
        };
        let counts = |namer: &Namer, now| {
            let made = namer.made(&id, now);
            assert_eq!(namer.vouches("support", &token, Bearer::Requester(&to), now), made);
            assert_eq!(namer.is_forged(&id, now), !made);
            made
        };
        let later = Timestamp::from_us(2_000);
        assert!(counts(&until(Some(later)), NOW));
        assert!(!counts(&until(Some(later)), later));
        assert!(counts(&until(None), later));
        assert!(!counts(&namer(2, "desk.example"), NOW));
        // and it makes no new ones
        let new = until(None).message_id().unwrap();
        assert!(!before.made(&new, NOW) && namer(2, "desk.example").made(&new, NOW));
    }
}
