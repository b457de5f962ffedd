//! A rating of a ticket: its requester's word of how it was handled. It is kept whatever has become of the ticket,
//! and moves nothing.

use super::is_sure;
use crate::mail::address::Address;
use crate::mail::rating::Stars;
use crate::triage::case::{Case, TicketFacts};
use crate::triage::decision::{Effect, NewRating};
use crate::triage::event;
use crate::triage::thread::Found;

/// The rating, where it counts; and what is remembered of it.
pub(super) fn heard(
    case: &Case<'_>,
    found: &Found<'_>,
    stars: Stars,
    why: &mut Vec<String>,
) -> Vec<Effect> {
    let ticket = found.ticket.number;
    match rater(case, found.ticket).and_then(|rater| is_sure(case, Some(found.by)).map(|()| rater))
    {
        Ok(rater) => {
            let known = case.facts.ordered.iter().find(|one| one.ticket == ticket);
            let before = known.and_then(|known| known.rating);
            let before = before.map(|before| format!(", before {}", before.get()));
            let detail = format!("{stars}{}", before.unwrap_or_default());
            why.push(format!("rated {detail}"));
            let new = NewRating { ticket, stars, rater: rater.clone() };
            vec![Effect::Rate(new), event(ticket, "rating", detail)]
        }
        Err(reason) => {
            let detail = format!("{stars} does not count: {reason}");
            why.push(format!("the rating {detail}"));
            vec![event(ticket, "rating", detail)]
        }
    }
}

/// Who may say what he thinks of a ticket: who opened it.
fn rater<'a>(case: &Case<'a>, ticket: &TicketFacts) -> Result<&'a Address, String> {
    let Some(from) = case.mail.sender.address() else {
        return Err("its sender is nobody".to_owned());
    };
    let requester = ticket.requester.as_ref().map(|requester| &requester.address);
    if requester == Some(from) { Ok(from) } else { Err(format!("{from} is not the requester")) }
}
