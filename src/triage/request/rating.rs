//! A rating of a ticket: its requester's word of how it was handled. It is kept whatever has become of the ticket,
//! and moves nothing.

use super::{is_sure, opener};
use crate::mail::rating::Stars;
use crate::triage::case::Case;
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
    let rater = opener(case, found.ticket);
    match rater.and_then(|rater| is_sure(case, Some(found.by)).map(|()| rater)) {
        Ok(rater) => {
            let before = case.facts.ordered_of(ticket).and_then(|known| known.rating);
            let before = before.map(|before| format!(", before {}", before.get()));
            let detail = format!("{stars}{}", before.unwrap_or_default());
            why.push(format!("rated {detail}"));
            let new = NewRating { ticket, stars, rater: rater.address.clone() };
            vec![Effect::Rate(new), event(ticket, "rating", detail)]
        }
        Err(reason) => {
            let detail = format!("{stars} does not count: {reason}");
            why.push(format!("the rating {detail}"));
            vec![event(ticket, "rating", detail)]
        }
    }
}
