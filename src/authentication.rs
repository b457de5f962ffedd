//! Who wrote a message, and how that is known. The From field costs nothing; what counts is what the
//! servers in front of the mailbox wrote, and what the sender's domain signed.
//!
//! ```text
//! header fields ─► trace     which of them our own servers wrote; from where the message came
//!                    │
//!                    ├─► results   Authentication-Results, by their grammar
//!                    ├─► spam      what a filter of ours calls it ─► mail::spam
//! raw bytes ─► own   │             DKIM, SPF, DMARC and ARC, asked of the DNS: the only room here
//!               │    │             that waits
//!               └────┴─► evidence ─► verdict ─► mail::proof
//! ```

pub mod dns;
pub mod evidence;
pub mod own;
pub mod prover;
mod received;
pub mod results;
pub mod spam;
pub mod survey;
pub mod trace;
pub mod verdict;

use crate::mail::address::Address;

/// What an operator says of the servers in front of a desk's mailbox. Whom nobody named is not
/// believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Whose Authentication-Results are believed (RFC 8601 §2.5), in lower case.
    pub authservs: Vec<Box<str>>,
    /// The hosts that take mail from outside, as they call themselves in `Received`, in lower case;
    /// `*.example.com` is any host below that domain.
    pub boundary: Vec<Box<str>>,
    /// Where the boundary writes Authentication-Results, and in which form.
    pub mode: Mode,
    /// Domains whose ARC seals are believed (RFC 8617).
    pub forwarders: Vec<Box<str>>,
    /// What our own check of signatures counts.
    pub own_dkim: OwnDkim,
    /// The desk's own addresses: a login without a domain, and Exchange's "Internal", speak of
    /// these domains alone.
    pub addresses: Vec<Address>,
    /// By which fields a filter of our own servers calls a message spam.
    pub spam_fields: Vec<spam::SpamField>,
}

/// Where a server writes Authentication-Results, and in which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Above its `Received` field, beginning with its name (RFC 8601 §2.2, §4).
    #[default]
    Standard,
    /// There or directly below it, as Gmail and many milters do. A server must always write there,
    /// or a sender can do it in its place.
    Below,
    /// Above it and without a name, as Exchange does.
    Exchange,
}

impl Mode {
    /// The form of what is written.
    #[must_use]
    pub fn form(self) -> results::Form {
        match self {
            Self::Standard | Self::Below => results::Form::Standard,
            Self::Exchange => results::Form::Exchange,
        }
    }

    /// Its word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Below => "below",
            Self::Exchange => "exchange",
        }
    }
}

/// What our own check of signatures counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnDkim {
    /// It is evidence.
    #[default]
    On,
    /// It is shown and never changes the verdict: for servers that rebuild messages, whose
    /// signatures then fail.
    Advisory,
    /// It is not made.
    Off,
}
