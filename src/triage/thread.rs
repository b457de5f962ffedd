//! Which ticket a message belongs to, and by what evidence.
//!
//! A Message-ID of our own making is evidence by itself: only who had a mail of that ticket knows
//! it. A known foreign Message-ID or the identifier in a subject can be guessed or overheard, so
//! they count only from a party to the ticket. Nothing joins a ticket by its words.

use super::case::{Case, Referenced, TicketFacts};
use super::ticket_subject;
use crate::desk::ticket::Status;
use crate::mail::address::Address;

/// Where a message belongs.
pub enum Thread<'a> {
    /// To this ticket.
    Ticket(Found<'a>),
    /// To a new ticket that continues a closed one.
    Linked {
        /// The closed one.
        found: Found<'a>,
        /// For people.
        why: String,
    },
    /// To a new ticket.
    New {
        /// For people.
        why: String,
    },
}

/// A ticket and the evidence for it.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The ticket.
    pub ticket: &'a TicketFacts,
    /// The evidence.
    pub by: Evidence,
}

/// What ties a message to a ticket, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It answers a Message-ID that we made, proved by its MAC.
    OwnMessageId,
    /// It answers a known Message-ID, and its sender is a party.
    Reference,
    /// The ticket's identifier stands in the subject, and its sender is a party.
    Subject,
}

impl Found<'_> {
    /// The evidence, for people.
    #[must_use]
    pub fn why(&self) -> String {
        let number = self.ticket.number;
        match self.by {
            Evidence::OwnMessageId => format!("answers our own message of ticket {number}"),
            Evidence::Reference => format!("answers a message of ticket {number}, from a party"),
            Evidence::Subject => format!("names ticket {number} in its subject, from a party"),
        }
    }
}

impl Evidence {
    /// The word in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnMessageId => "own_message_id",
            Self::Reference => "reference",
            Self::Subject => "subject",
        }
    }
}

/// Finds the ticket of a message.
#[must_use]
pub fn find<'a>(case: &Case<'a>) -> Thread<'a> {
    let Some(found) = by_token(case).or_else(|| by_reference(case)).or_else(|| by_subject(case))
    else {
        return Thread::New { why: why_new(case) };
    };
    let same_subject =
        found.ticket.subject == ticket_subject(&case.mail.subject, &case.policy.prefix);
    if found.ticket.status == Status::Closed && !same_subject {
        let why = format!("continues closed ticket {} under another subject", found.ticket.number);
        return Thread::Linked { found, why };
    }
    Thread::Ticket(found)
}

fn by_token<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    references(case)
        .find(|known| case.policy.namer.made(&known.message_id))
        .map(|known| Found { ticket: &known.ticket, by: Evidence::OwnMessageId })
}

fn by_reference<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    let sender = case.mail.sender.address()?;
    references(case)
        .find(|known| is_party(&known.ticket, sender) || was_addressed(case, known, sender))
        .map(|known| Found { ticket: &known.ticket, by: Evidence::Reference })
}

fn by_subject<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    let sender = case.mail.sender.address()?;
    let ticket = case.facts.tagged.iter().find(|ticket| is_party(ticket, sender))?;
    Some(Found { ticket, by: Evidence::Subject })
}

/// What the message refers to and the desk knows: `References` from its end, then `In-Reply-To`,
/// then what a report brings back. One Message-ID may stand in several tickets.
fn references<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Referenced> {
    let (mail, facts) = (case.mail, case.facts);
    mail.references
        .iter()
        .rev()
        .chain(&mail.in_reply_to)
        .chain(&mail.returned)
        .flat_map(|id| facts.referenced.iter().filter(move |known| known.message_id == *id))
}

fn is_party(ticket: &TicketFacts, sender: &Address) -> bool {
    ticket.parties.contains(sender)
}

/// A contact of the ticket's account who stood in To or Cc of the article that he answers.
fn was_addressed(case: &Case<'_>, known: &Referenced, sender: &Address) -> bool {
    let same_account = known.ticket.account.is_some_and(|account| {
        case.facts.accounts.iter().any(|candidate| candidate.account == account)
    });
    same_account && known.recipients.contains(sender)
}

/// Tickets that a reason names; the others add nothing to it.
const NAMED_MAX: usize = 3;

fn why_new(case: &Case<'_>) -> String {
    let (mail, facts) = (case.mail, case.facts);
    let mut known: Vec<_> = facts.referenced.iter().map(|known| known.ticket.number).collect();
    known.extend(facts.tagged.iter().map(|ticket| ticket.number));
    known.sort_unstable();
    known.dedup();
    if !known.is_empty() {
        let named: Vec<_> = known.iter().take(NAMED_MAX).map(ToString::to_string).collect();
        let tickets = named.join(" and ");
        return match mail.sender.address() {
            Some(sender) => format!("refers to ticket {tickets}, whose party {sender} is not"),
            None => format!("refers to ticket {tickets}, and its sender is nobody"),
        };
    }
    if let Some(number) = case.policy.prefix.find(&mail.subject) {
        return format!("names ticket {number}, which this desk does not know");
    }
    if mail.references.is_empty() && mail.in_reply_to.is_empty() {
        "refers to no known ticket".to_owned()
    } else {
        "answers a message of no known ticket".to_owned()
    }
}
