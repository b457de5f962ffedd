//! The acknowledgement of a message: which mail goes out where the gate lets one through.

pub mod agents;
pub mod changed;
pub mod language;
pub mod letter;
pub mod news;
pub mod promised;
mod rating;

use super::case::Case;
use super::decision::{Due, NewNotice};
use super::entitle::Standing;
use super::gate::{Footing, Gate, Occasion, Supervisor, footing, gate};
use super::{raise, requester};
use crate::mail::address::Address;
use crate::time::{Timestamp, for_people};
use letter::{Said, Wordiness, letter};

/// What comes of the question whether somebody is told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What, and why, for people.
    pub why: String,
    /// The mail, where there is one.
    pub notice: Option<NewNotice>,
}

/// The acknowledgement of a message.
#[must_use]
pub fn acknowledgement(
    case: &Case<'_>,
    standing: &Standing<'_>,
    occasion: Occasion<'_>,
    supervisor: Supervisor,
) -> Told {
    let none = |why: &str| Told { why: format!("no acknowledgement: {why}"), notice: None };
    let now = case.fresh.now;
    let all = match occasion {
        Occasion::Ticket(priority) => Wordiness::Full(standing, priority),
        Occasion::FollowUp(ticket) => {
            let level = raise::level(case.policy, &ticket.entitlement.level);
            Wordiness::Addition(ticket.number, level.unwrap_or(&case.policy.default_level))
        }
    };
    // What a form says somebody typed is no proof of an account.
    let shown =
        if standing.account.is_none() { standing.level } else { &case.policy.default_level };
    let (wordiness, at) = match gate(case, standing, occasion, supervisor) {
        Gate::Full => (all, now),
        Gate::Short => (Wordiness::Short(shown), now),
        Gate::Later(by) => (all, now.after(by)),
        Gate::Wait => {
            return none("it waits for the proof of the sender, five minutes at the most");
        }
        Gate::Withheld(why) => return none(&why.to_string()),
    };
    // The gate lets nobody through who is nobody.
    let Some(to) = requester::of(case).named() else { return none("the sender is nobody") };
    let due = match footing(case, standing) {
        Some(Footing::Licensed) => Due::Uncapped,
        Some(Footing::Proven | Footing::Unproven) | None => Due::Capped(at),
    };
    let began = match occasion {
        Occasion::Ticket(_) => None,
        Occasion::FollowUp(ticket) => ticket.language,
    };
    let language = language::of(case, standing.account, began);
    let said = Said { wordiness, language, supervisor, coupon: standing.coupon.clone() };
    match letter(case, to, &said, due) {
        Ok(notice) => Told { why: goes_to(&to.address, now, at), notice: Some(notice) },
        Err(why) => none(&why),
    }
}

fn goes_to(to: &Address, now: Timestamp, at: Timestamp) -> String {
    let to = format!("acknowledgement to {to}");
    if at == now {
        return to;
    }
    format!("{to}, put off until {}: this hour is full (acknowledge_limits)", for_people(at))
}
