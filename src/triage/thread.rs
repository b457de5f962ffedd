//! Which ticket a message belongs to, and by what evidence.
//!
//! A token in the address to which the message came, or a Message-ID of our own making, is evidence
//! by itself: only who had a mail of that ticket knows it. It lets a message in and gives its writer
//! nothing: who had such a mail may have been sent it by anybody. A known foreign Message-ID or the identifier in a subject can be guessed or overheard, so
//! they count only from a party to the ticket. Nothing joins a ticket by its words.

use std::time::Duration;

use super::case::{Among, Case, Referenced, Role, TicketFacts};
use super::colleague;
use super::requester;
use super::thanks;
use super::ticket_subject;
use super::token::{self, Proved};
use crate::desk::ticket::Status;
use crate::mail::address::Address;
use crate::mail::automatic::Kind;
use crate::mail::message_id::MessageId;
use crate::mail::rating;
use crate::mail::subject::{TicketNumber, untagged};

/// Where a message belongs.
pub enum Thread<'a> {
    /// To this ticket.
    Ticket(Found<'a>),
    /// To a new ticket that continues one that is over.
    Linked {
        /// That one.
        found: Found<'a>,
        /// For people.
        why: String,
    },
    /// To a new ticket.
    New {
        /// A ticket that it refers to, though nothing shows that its writer may.
        may_belong: Option<TicketNumber>,
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
    /// It came to an address that was given to a party, proved by the MAC in it.
    ReplyToken,
    /// A server reports to the address that a notice had for that, proved by the MAC in it.
    BounceToken,
    /// It answers a Message-ID that we made, proved by its MAC.
    OwnMessageId,
    /// It answers a known Message-ID, and its sender is a party.
    Reference,
    /// The ticket's identifier stands in the subject, and its sender is a party.
    Subject,
    /// It answers a message that nobody here has seen and that an article answers, too, and its
    /// sender is a party, or a contact of the ticket's account.
    Sibling,
}

impl<'a> Thread<'a> {
    /// The ticket to which it belongs, or which it continues.
    #[must_use]
    pub fn found(&self) -> Option<Found<'a>> {
        match self {
            Self::Ticket(found) | Self::Linked { found, .. } => Some(*found),
            Self::New { .. } => None,
        }
    }
}

impl Found<'_> {
    /// The evidence, for people.
    #[must_use]
    pub fn why(&self) -> String {
        let number = self.ticket.number;
        match self.by {
            Evidence::ReplyToken => format!("came to the reply address of ticket {number}"),
            Evidence::BounceToken => {
                format!("came back to the envelope of a mail of ticket {number}")
            }
            Evidence::OwnMessageId => format!("answers our own message of ticket {number}"),
            Evidence::Reference => format!("answers a message of ticket {number}, from a party"),
            Evidence::Subject => format!("names ticket {number} in its subject, from a party"),
            Evidence::Sibling => {
                format!("answers what a message of ticket {number} answers, from a party")
            }
        }
    }
}

impl Evidence {
    /// The word in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReplyToken => "reply_token",
            Self::BounceToken => "bounce_token",
            Self::OwnMessageId => "own_message_id",
            Self::Reference => "reference",
            Self::Subject => "subject",
            Self::Sibling => "sibling",
        }
    }
}

/// Finds the ticket of a message.
#[must_use]
pub fn find<'a>(case: &Case<'a>) -> Thread<'a> {
    let found = by_reply_token(case)
        .or_else(|| by_bounce_token(case))
        .or_else(|| by_own_message_id(case))
        .or_else(|| by_reference(case))
        .or_else(|| by_subject(case))
        .or_else(|| by_sibling(case));
    let Some(found) = found else {
        return Thread::New { may_belong: near(case), why: why_new(case) };
    };
    match apart(case, found.ticket) {
        Some(why) => Thread::Linked { found, why },
        None => Thread::Ticket(found),
    }
}

/// Why a message that belongs to a ticket opens one of its own all the same.
fn apart(case: &Case<'_>, ticket: &TicketFacts) -> Option<String> {
    let TicketFacts { number, status, .. } = *ticket;
    if status == Status::Closed && !has_subject_of(case, ticket) {
        return Some(format!("continues closed ticket {number} under another subject"));
    }
    if !status.is_over() || !is_late(case, ticket) || thanks::only_thanks(case, ticket) {
        return None;
    }
    let within = case.policy.reopen_within;
    Some(if within.is_zero() {
        format!("continues {status} ticket {number}, which nobody outside reopens (reopen_within)")
    } else {
        let span = span(within);
        format!("continues {status} ticket {number}, over for more than {span} (reopen_within)")
    })
}

/// Whether a message is called as its ticket is, or as the one was that was merged into it; or as our links call what
/// rates it.
#[must_use]
pub fn has_subject_of(case: &Case<'_>, ticket: &TicketFacts) -> bool {
    let subject = ticket_subject(&case.mail.subject, &case.policy.prefix);
    let names = [Some(&ticket.subject), ticket.merged_subject.as_ref()];
    names.into_iter().flatten().any(|name| untagged(name) == untagged(&subject))
        || rating::in_subject(&case.mail.subject, &case.policy.prefix).is_some()
}

/// Whether a message came when its ticket had been over for too long.
fn is_late(case: &Case<'_>, ticket: &TicketFacts) -> bool {
    let within = case.policy.reopen_within;
    let is_past = |over| within.is_zero() || case.arrival.received.since(over) > within;
    ticket.over.is_some_and(is_past)
}

/// As it is written in the configuration.
fn span(within: Duration) -> String {
    let seconds = within.as_secs();
    match seconds {
        _ if seconds.is_multiple_of(86_400) => format!("{} days", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{} hours", seconds / 3_600),
        _ => format!("{seconds} s"),
    }
}

fn by_reply_token<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    match token::proved(case) {
        Proved::One(ticket) => Some(Found { ticket, by: Evidence::ReplyToken }),
        Proved::Nothing | Proved::Several => None,
    }
}

/// The address in an envelope is for servers: of a person, who found it there, it proves nothing.
fn by_bounce_token<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    match case.mail.class.kind {
        Kind::Bounce | Kind::Report | Kind::AutoReply | Kind::OutOfOffice => {
            let (ticket, _) = token::returned(case)?;
            Some(Found { ticket, by: Evidence::BounceToken })
        }
        Kind::Person | Kind::Generated | Kind::List | Kind::Bulk => None,
    }
}

fn by_own_message_id<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    references(case, Role::Message)
        .find(|known| {
            let may = known.among == Among::All || colleague::agent(case).is_some();
            may && case.policy.namer.made(&known.message_id, case.fresh.now)
        })
        .map(|known| Found { ticket: &known.ticket, by: Evidence::OwnMessageId })
}

fn by_reference<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    let sender = writer(case)?;
    references(case, Role::Message)
        .find(|known| is_among(case, &known.ticket, sender) || was_addressed(case, known, sender))
        .map(|known| Found { ticket: &known.ticket, by: Evidence::Reference })
}

fn by_subject<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    let sender = writer(case)?;
    let ticket = case.facts.tagged.iter().find(|ticket| is_among(case, ticket, sender))?;
    Some(Found { ticket, by: Evidence::Subject })
}

/// Two mails that answer one that went to others alone: whoever wrote them in one correspondence is
/// one of its people. The Message-ID by itself says nothing: anybody can write it beforehand (RFC
/// 7352 §6).
fn by_sibling<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    let sender = writer(case)?;
    references(case, Role::Ancestor)
        .find(|known| is_party(&known.ticket, sender) || is_of_its_account(case, &known.ticket))
        .map(|known| Found { ticket: &known.ticket, by: Evidence::Sibling })
}

/// Who can be a party. A form cannot, and what was typed into it is no evidence.
fn writer<'a>(case: &Case<'a>) -> Option<&'a Address> {
    let from = case.mail.sender.address()?;
    (!requester::is_form(case)).then_some(from)
}

/// What the message refers to and the desk knows: `References` from its end, then `In-Reply-To`,
/// then what a report brings back. One Message-ID may stand in several tickets.
fn references<'a>(case: &Case<'a>, role: Role) -> impl Iterator<Item = &'a Referenced> {
    let (mail, facts) = (case.mail, case.facts);
    mail.references
        .iter()
        .rev()
        .chain(&mail.in_reply_to)
        .chain(mail.returned())
        .flat_map(|id| facts.referenced.iter().filter(move |known| known.message_id == *id))
        .filter(move |known| known.role == role)
}

/// A party, or somebody who answers for the desk: whether he wrote it, and may do something, is asked then.
fn is_among(case: &Case<'_>, ticket: &TicketFacts, sender: &Address) -> bool {
    is_party(ticket, sender) || colleague::agent(case).is_some()
}

fn is_party(ticket: &TicketFacts, sender: &Address) -> bool {
    ticket.parties.contains(sender)
}

/// A contact of the ticket's account who stood in To or Cc of the article that he answers.
fn was_addressed(case: &Case<'_>, known: &Referenced, sender: &Address) -> bool {
    is_of_its_account(case, &known.ticket) && known.recipients.contains(sender)
}

fn is_of_its_account(case: &Case<'_>, ticket: &TicketFacts) -> bool {
    ticket.entitlement.account.is_some_and(|account| {
        case.facts.accounts.iter().any(|candidate| candidate.account == account)
    })
}

/// Messages that an article answers and that are remembered: the nearest.
pub const ANCESTORS_MAX: usize = 20;

/// What a message answers and its ticket does not have, nearest first. What we wrote ourselves is in
/// its own ticket.
#[must_use]
pub fn ancestors(case: &Case<'_>, ticket: TicketNumber) -> Vec<MessageId> {
    let (mail, mut found) = (case.mail, Vec::new());
    for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
        let known = case
            .facts
            .referenced
            .iter()
            .any(|known| known.message_id == *id && known.ticket.number == ticket);
        let namer = &case.policy.namer;
        let own = namer.made(id, case.fresh.now)
            || namer.is_forged(id, case.fresh.now)
            || mail.message_id.as_ref() == Some(id);
        if found.len() < ANCESTORS_MAX && !known && !own && !found.contains(id) {
            found.push(id.clone());
        }
    }
    found
}

/// The ticket that people should look at beside a new one: what the message refers to last, or names.
fn near(case: &Case<'_>) -> Option<TicketNumber> {
    let referenced = references(case, Role::Message).map(|known| &known.ticket);
    referenced.chain(&case.facts.tagged).map(|ticket| ticket.number).next()
}

/// Tickets that a reason names; the others add nothing to it.
const NAMED_MAX: usize = 3;

fn why_new(case: &Case<'_>) -> String {
    let (mail, facts) = (case.mail, case.facts);
    if let Proved::Several = token::proved(case) {
        return "came to the reply addresses of several tickets".to_owned();
    }
    let messages = facts.referenced.iter().filter(|known| known.role == Role::Message);
    let mut known: Vec<_> = messages.map(|known| known.ticket.number).collect();
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
    if token::forged(case) > 0 {
        return "has a token, or a Message-ID, that looks like ours and is not".to_owned();
    }
    if mail.references.is_empty() && mail.in_reply_to.is_empty() {
        "refers to no known ticket".to_owned()
    } else {
        "answers a message of no known ticket".to_owned()
    }
}
