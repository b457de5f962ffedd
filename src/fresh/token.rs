//! Tokens that stand in addresses: mail that comes to such an address belongs to a ticket, without
//! a word in its header that its writer's program would have to keep.
//!
//! `c1042.k3x7q.<MAC>`: for whom the address is, the ticket, the key, and 100 bits of HMAC-SHA-256
//! over the instance, the desk, these, and who was given the address. It shows that somebody had
//! one mail of one ticket, and nothing more: an address is handed on with the mail it stands in.

use std::fmt;

use super::key::{self, Key, is_base32, same};
use crate::mail::address::Address;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;

/// A token as it stands in an address. Whether it is ours is for [`super::Namer::vouches`] to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    kind: TokenKind,
    ticket: TicketNumber,
    key: Box<str>,
    tag: Box<str>,
}

/// For whom an address with a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `c`: for the requester's answers.
    Requester,
    /// `a`: for an agent's answers.
    Agent,
    /// `b`: for the servers' reports about one notice.
    Bounce,
}

/// Who was given an address with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer<'a> {
    /// Who gets the mail, to answer there.
    Requester(&'a Address),
    /// The agent of this name, who gets the mail, to answer there.
    Agent(&'a str),
    /// The servers that carry this notice.
    Bounce(&'a MessageId),
}

/// What the MAC of a token is for; it can stand for nothing else.
const PURPOSE: &str = "tidings address 1";
/// 100 bits.
const TAG_CHARS: usize = 20;

impl Token {
    /// Reads what stands between the fixed parts of an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        let kind = TokenKind::parse(chars.next()?)?;
        let mut parts = chars.as_str().split('.');
        let (number, key, tag) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        let good = digits
            && is_base32(key, key::SHORT_CHARS)
            && is_base32(tag, TAG_CHARS)
            && parts.next().is_none();
        if !good {
            return None;
        }
        let ticket = number.parse().ok().and_then(TicketNumber::new)?;
        Some(Self { kind, ticket, key: key.into(), tag: tag.into() })
    }

    /// For whom the address is.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The ticket that it names, rightly or not.
    #[must_use]
    pub fn ticket(&self) -> TicketNumber {
        self.ticket
    }

    pub(super) fn new(key: &Key, place: Place<'_>, bearer: Bearer<'_>) -> Self {
        let kind = bearer.kind();
        let tag = place.tag(key, kind, bearer);
        Self { kind, ticket: place.ticket, key: key.short().into(), tag: tag.into() }
    }

    pub(super) fn is_by(&self, key: &Key, place: Place<'_>, bearer: Bearer<'_>) -> bool {
        *self.key == *key.short()
            && self.kind == bearer.kind()
            && self.ticket == place.ticket
            && same(&place.tag(key, self.kind, bearer), &self.tag)
    }
}

/// Where a token holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) instance: &'a str,
    pub(super) desk: &'a str,
    pub(super) ticket: TicketNumber,
}

impl Place<'_> {
    fn tag(self, key: &Key, kind: TokenKind, bearer: Bearer<'_>) -> String {
        let number = self.ticket.to_string();
        let bearer = match bearer {
            Bearer::Requester(address) => address.as_str(),
            Bearer::Agent(name) => name,
            Bearer::Bounce(notice) => notice.as_str(),
        };
        let parts = [PURPOSE, self.instance, self.desk, kind.as_str(), &number, bearer];
        key.tag(&parts, TAG_CHARS)
    }
}

impl TokenKind {
    fn parse(letter: char) -> Option<Self> {
        match letter {
            'c' => Some(Self::Requester),
            'a' => Some(Self::Agent),
            'b' => Some(Self::Bounce),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Requester => "c",
            Self::Agent => "a",
            Self::Bounce => "b",
        }
    }
}

impl Bearer<'_> {
    fn kind(self) -> TokenKind {
        match self {
            Self::Requester(_) => TokenKind::Requester,
            Self::Agent(_) => TokenKind::Agent,
            Self::Bounce(_) => TokenKind::Bounce,
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}.{}.{}", self.kind.as_str(), self.ticket, self.key, self.tag)
    }
}

#[cfg(test)]
mod tests;
