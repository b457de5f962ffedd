//! What a requester orders by mail, beside what he writes: that his rating of a ticket is kept, that the supervisor
//! hears of it, that he gets what was said.

pub mod history;
mod rating;
pub(super) mod supervisor;

use super::case::{Case, TicketFacts};
use super::decision::{Decision, Effect, Verdict};
use super::gate::Why;
use super::requester;
use super::thanks;
use super::thread::{Evidence, Found};
use crate::desk::command::first_line;
use crate::desk::request::Request;
use crate::desk::sender_proof::SenderProof;
use crate::desk::ticket::Status;
use crate::mail::Mail;
use crate::mail::address::NamedAddress;
use crate::mail::automatic::Kind;
use crate::mail::rating::{self as written, Stars};
use crate::mail::subject::TicketPrefix;

/// What a message orders, and what it says beside that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    rating: Rating,
    /// Each once.
    requests: Vec<Request>,
    /// What was written now, below the orders.
    words: &'a str,
}

/// What a message says of how its ticket was handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rating {
    /// Nothing.
    None,
    /// That it is a rating.
    Named(Stars),
    /// A number and nothing else, which is one where the ticket is over.
    Number(Stars),
}

impl<'a> Asked<'a> {
    /// What a message orders on top of what was written now, or by its subject.
    #[must_use]
    pub fn read(mail: &'a Mail, prefix: &TicketPrefix) -> Self {
        let (mut rating, mut requests) = (Rating::None, Vec::new());
        let mut words = mail.reply.as_str();
        while let Some((line, below)) = first_line(words) {
            match (Request::read(line), written::in_line(line)) {
                (Some(request), _) if !requests.contains(&request) => requests.push(request),
                (None, Some(stars)) if rating == Rating::None => rating = Rating::Named(stars),
                (Some(_), _) => {}
                (None, None) if line.trim().is_empty() => {}
                (None, Some(_) | None) => break,
            }
            words = below;
        }
        if let (Rating::None, Some(stars)) = (rating, written::alone(words)) {
            rating = Rating::Number(stars);
        }
        if let (Rating::None | Rating::Number(_), Some(stars)) =
            (rating, written::in_subject(&mail.subject, prefix))
        {
            rating = Rating::Named(stars);
        }
        Self { rating, requests, words }
    }

    /// Whether there is anything that has to be looked at.
    #[must_use]
    pub fn is_something(&self) -> bool {
        self.rating != Rating::None || !self.requests.is_empty()
    }

    /// Whether it has this order.
    #[must_use]
    pub fn asks_for(&self, request: Request) -> bool {
        self.requests.contains(&request)
    }

    /// The rating of a ticket that stands so, and what is said beside it.
    fn rating(&self, status: Status) -> Option<(Stars, &'a str)> {
        match self.rating {
            Rating::Named(stars) => Some((stars, self.words)),
            Rating::Number(stars) if status.is_over() => Some((stars, "")),
            Rating::Number(_) | Rating::None => None,
        }
    }
}

/// What a message orders that a person wrote.
fn asked<'a>(case: &Case<'a>) -> Option<Asked<'a>> {
    if requester::kind(case) != Kind::Person || requester::is_form(case) {
        return None;
    }
    Some(Asked::read(case.mail, &case.policy.prefix)).filter(Asked::is_something)
}

/// A message to a ticket that only gives orders which can be followed: they are, and it is no article. What a
/// supervisor is asked for he has to read.
pub(super) fn alone(case: &Case<'_>, found: &Found<'_>) -> Option<Decision> {
    let asked = asked(case)?;
    let rated = asked.rating(found.ticket.status);
    let words = rated.map_or(asked.words, |(_, words)| words);
    let may = match (rated, asked.asks_for(Request::History)) {
        (_, true) => history::whose(case, found.ticket).is_ok(),
        (rated, false) => rated.is_some(),
    };
    let is_only =
        may && !asked.asks_for(Request::Supervisor) && thanks::is_nothing_more(case, words);
    if !is_only {
        return None;
    }
    let mut decision = Decision {
        verdict: Verdict::Event(found.ticket.number),
        why: vec![found.why()],
        effects: Vec::new(),
    };
    heed(case, found, &asked, &mut decision);
    decision.why.push(format!("no acknowledgement: {}", Why::FollowUp));
    Some(decision)
}

/// What a message to a ticket orders beside what it does.
pub(super) fn beside(case: &Case<'_>, found: &Found<'_>, decision: &mut Decision) {
    if let Some(asked) = asked(case) {
        heed(case, found, &asked, decision);
    }
}

fn heed(case: &Case<'_>, found: &Found<'_>, asked: &Asked<'_>, decision: &mut Decision) {
    let ticket = found.ticket;
    if let Some((stars, _)) = asked.rating(ticket.status) {
        let effects = rating::heard(case, found, stars, &mut decision.why);
        decision.effects.extend(effects);
    }
    if asked.asks_for(Request::History) {
        let said = decision.effects.iter().find_map(|effect| {
            let Effect::AddArticle(new) = effect else { return None };
            (new.ticket == ticket.number).then_some(new.at)
        });
        let effects = history::heard(case, ticket, said, &mut decision.why);
        decision.effects.extend(effects);
    }
}

/// Who opened a ticket, if the one in From says to be him.
///
/// # Errors
/// That he does not, for people.
fn opener<'a>(case: &Case<'_>, ticket: &'a TicketFacts) -> Result<&'a NamedAddress, String> {
    let from = case.mail.sender.address().ok_or("its sender is nobody")?;
    let requester = ticket.requester.as_ref().filter(|requester| requester.address == *from);
    requester.ok_or_else(|| format!("{from} is not the requester"))
}

/// Whether the one in From wrote a message, as far as an order of his needs it: he is proven, or it is tied to the
/// ticket by what only those have who had a mail of it, or the desk asks for no proof.
///
/// # Errors
/// Why not, for people.
fn is_sure(case: &Case<'_>, by: Option<Evidence>) -> Result<(), String> {
    let is_tied = match by {
        Some(Evidence::ReplyToken | Evidence::OwnMessageId) => true,
        Some(
            Evidence::BounceToken | Evidence::Reference | Evidence::Subject | Evidence::Sibling,
        )
        | None => false,
    };
    if is_tied || case.policy.sender_proof == SenderProof::Off {
        return Ok(());
    }
    case.proof.doubt("its sender").map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests;
