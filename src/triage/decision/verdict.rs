//! The one recorded outcome of an inbound message.

use std::fmt;

use crate::mail::subject::TicketNumber;
use crate::triage::case::InboundId;

/// The outcome of an inbound message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It opened this ticket.
    Opened(TicketNumber),
    /// It is an article of this ticket.
    FollowUp(TicketNumber),
    /// It is an event on this ticket.
    Event(TicketNumber),
    /// It says what this earlier message said.
    Duplicate(InboundId),
    /// It needs nothing.
    Ignored(Ignored),
    /// A person must look at it.
    Held(String),
}

/// Why a message needs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// We wrote it.
    Own,
    /// It lay in the folder before the desk began to watch.
    BeforeFirstRun,
    /// A filter, or the folder that it lay in, says that it is spam.
    Spam,
    /// The desk takes nothing from its sender.
    Blocked,
    /// A mailing list or bulk mail.
    Bulk,
    /// An automatic answer that belongs to no ticket.
    AutoReply,
    /// A report about nothing of ours.
    Report,
}

impl Verdict {
    /// The word in the store and in listings.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::FollowUp(_) => "follow_up",
            Self::Event(_) => "event",
            Self::Duplicate(_) => "duplicate",
            Self::Ignored(_) => "ignored",
            Self::Held(_) => "held",
        }
    }

    /// The ticket that the message belongs to.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketNumber> {
        match self {
            Self::Opened(number) | Self::FollowUp(number) | Self::Event(number) => Some(*number),
            Self::Duplicate(_) | Self::Ignored(_) | Self::Held(_) => None,
        }
    }
}

impl Ignored {
    /// For people.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::Own => "own mail",
            Self::BeforeFirstRun => "before the first run",
            Self::Spam => "spam",
            Self::Blocked => "blocked",
            Self::Bulk => "list or bulk mail",
            Self::AutoReply => "automatic answer",
            Self::Report => "report about nothing of ours",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened(number) => write!(f, "opened ticket {number}"),
            Self::FollowUp(number) => write!(f, "follow-up to ticket {number}"),
            Self::Event(number) => write!(f, "event on ticket {number}"),
            Self::Duplicate(of) => write!(f, "duplicate of inbound {}", of.0),
            Self::Ignored(ignored) => write!(f, "ignored ({})", ignored.why()),
            Self::Held(why) => write!(f, "held ({why})"),
        }
    }
}
