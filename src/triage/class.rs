//! What a message does by its class: one table, for those that belong to a ticket and those that belong
//! to none. `docs/ARCHITECTURE.md` has the same table in words.

use super::case::Case;
use super::decision::{Decision, Ignored, Verdict};
use super::policy::{Bulk, GeneratedReopens, Policy};
use super::requester;
use crate::mail::automatic::Kind;

/// What a message of a class does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// To the ticket that it belongs to.
    pub of_ticket: OfTicket,
    /// Where it belongs to none.
    pub of_none: OfNone,
}

/// What a message is to the ticket that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfTicket {
    /// An article, and the ticket waits for the desk again.
    Reopens,
    /// An article; the ticket stays where it is.
    Article,
    /// An article for agents alone; the ticket stays where it is.
    Internal,
    /// No article: an event.
    Event,
}

/// What becomes of a message that belongs to no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfNone {
    /// It opens one; what is not taken for a person's says so there.
    Opens,
    /// Nothing.
    Ignored(Ignored),
}

/// The table.
#[must_use]
pub fn rule(kind: Kind, policy: &Policy) -> Rule {
    let (of_ticket, of_none) = match kind {
        Kind::Person | Kind::List => (OfTicket::Reopens, OfNone::Opens),
        Kind::Generated => match policy.generated_reopens {
            GeneratedReopens::Yes => (OfTicket::Reopens, OfNone::Opens),
            GeneratedReopens::No => (OfTicket::Article, OfNone::Opens),
        },
        Kind::AutoReply | Kind::OutOfOffice => {
            (OfTicket::Internal, OfNone::Ignored(Ignored::AutoReply))
        }
        Kind::Bounce | Kind::Report => (OfTicket::Event, OfNone::Ignored(Ignored::Report)),
        Kind::Bulk => match policy.bulk {
            Bulk::Ignore => (OfTicket::Internal, OfNone::Ignored(Ignored::Bulk)),
            Bulk::Open => (OfTicket::Internal, OfNone::Opens),
        },
    };
    Rule { of_ticket, of_none }
}

/// The rule for a message.
#[must_use]
pub fn of(case: &Case<'_>) -> Rule {
    rule(requester::kind(case), case.policy)
}

/// Why it is not taken for what a person wrote to the desk; `None` where it is.
#[must_use]
pub fn mark(case: &Case<'_>) -> Option<String> {
    let kind = requester::kind(case);
    let reasons = case.mail.class.reasons.join(", ");
    match kind {
        Kind::Person => None,
        Kind::List => Some(format!("it came through a list: {reasons}")),
        Kind::Bulk => Some(format!("it went to many: {reasons}")),
        Kind::Generated | Kind::AutoReply | Kind::OutOfOffice | Kind::Bounce | Kind::Report => {
            Some(format!("a machine wrote it ({}): {reasons}", kind.as_str()))
        }
    }
}

/// What becomes of a message that belongs to no ticket and opens none.
#[must_use]
pub fn ignored(case: &Case<'_>, ignored: Ignored, thread_why: &str) -> Decision {
    let mut why = vec![case.mail.class.reasons.join(", "), thread_why.to_owned()];
    if ignored == Ignored::Bulk {
        why.push("bulk = \"ignore\"".to_owned());
    }
    Decision { verdict: Verdict::Ignored(ignored), why, effects: Vec::new() }
}
