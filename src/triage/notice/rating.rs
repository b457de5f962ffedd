//! The requester of a ticket that is resolved is asked what he thinks of it: links, each of which opens a mail.

use super::language;
use crate::mail::mailto::mailto;
use crate::mail::rating::Stars;
use crate::render::changed::RatingLink;
use crate::render::phrase::Phrase;
use crate::triage::answer::Correspondence;
use crate::triage::policy::{Policy, Told};

/// The links, where he is asked: the desk does so, and he has not said it yet.
pub(super) fn asked(
    ticket: &Correspondence,
    status: Option<Told>,
    policy: &Policy,
) -> Vec<RatingLink> {
    let is_asked = status == Some(Told::Resolved) && policy.notices.contains(&Told::Rating);
    let Some(to) = ticket.requester.as_ref().filter(|_| is_asked && ticket.rating.is_none()) else {
        return Vec::new();
    };
    let desk = policy.reply_to(ticket.number, &to.address);
    let desk = desk.as_ref().unwrap_or(&policy.address);
    let tid = policy.prefix.tid(ticket.number);
    let language = language::of_ticket(ticket, policy);
    let Ok(word) = policy.templates.phrase(Phrase::Rating, language) else { return Vec::new() };
    (1..=i64::from(Stars::MAX))
        .map(|stars| {
            let words = format!("{word}: {stars}");
            let href = mailto(desk, &format!("{tid} {words}"));
            RatingLink { stars, words, href }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::language::Language;
    use crate::mail::rating::in_subject;
    use crate::mail::subject::TicketPrefix;
    use crate::render::Templates;

    #[test]
    fn what_a_link_says_is_read_when_it_comes_back() {
        let (prefix, templates) =
            (TicketPrefix::parse("EX").unwrap(), Templates::shipped().unwrap());
        for language in Language::ALL {
            let word = templates.phrase(Phrase::Rating, language).unwrap();
            for stars in 1..=5 {
                let subject = format!("Re: [EX#17] {word}: {stars}");
                assert_eq!(in_subject(&subject, &prefix), Stars::new(stars), "{subject}");
            }
        }
    }
}
