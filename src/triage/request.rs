//! What a requester orders by mail, beside what he writes: that his rating of a ticket is kept, that the supervisor
//! hears of it.

mod rating;
pub(super) mod supervisor;

use super::case::Case;
use super::decision::{Decision, Effect, Verdict};
use super::gate::Why;
use super::requester;
use super::thanks;
use super::thread::{Evidence, Found};
use crate::desk::request::Request;
use crate::desk::sender_proof::SenderProof;
use crate::desk::ticket::Status;
use crate::mail::Mail;
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

    /// The rating of a ticket that stands so, and what is said beside it.
    fn rating(&self, status: Status) -> Option<(Stars, &'a str)> {
        match self.rating {
            Rating::Named(stars) => Some((stars, self.words)),
            Rating::Number(stars) if status.is_over() => Some((stars, "")),
            Rating::Number(_) | Rating::None => None,
        }
    }
}

fn first_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    Some(text.split_once('\n').unwrap_or((text, "")))
}

/// What a message orders that a person wrote.
fn asked<'a>(case: &Case<'a>) -> Option<Asked<'a>> {
    let is_person = requester::kind(case) == Kind::Person && !requester::is_form(case);
    let asked = Asked::read(case.mail, &case.policy.prefix);
    Some(asked).filter(|asked| is_person && asked.is_something())
}

/// A message to a ticket that only gives an order: it is heard, and is no article.
pub(super) fn alone(case: &Case<'_>, found: &Found<'_>) -> Option<Decision> {
    let asked = asked(case)?;
    let (stars, words) = asked.rating(found.ticket.status)?;
    // A supervisor has to read why.
    let is_only = !asked.requests.contains(&Request::Supervisor);
    if !is_only || !thanks::is_nothing_more(case, words) {
        return None;
    }
    let mut why = vec![found.why()];
    let effects = rating::heard(case, found, stars, &mut why);
    why.push(format!("no acknowledgement: {}", Why::FollowUp));
    Some(Decision { verdict: Verdict::Event(found.ticket.number), why, effects })
}

/// What a message to a ticket orders beside its words.
pub(super) fn beside(case: &Case<'_>, found: &Found<'_>, decision: &mut Decision) {
    let rated = asked(case).and_then(|asked| asked.rating(found.ticket.status));
    if let Some((stars, _)) = rated {
        let effects: Vec<Effect> = rating::heard(case, found, stars, &mut decision.why);
        decision.effects.extend(effects);
    }
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
