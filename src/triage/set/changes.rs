//! What a requester may hear of what an agent changes by hand.

use super::{Grant, Holder, Stand, Wish};
use crate::desk::ticket::Status;
use crate::triage::answer::Correspondence;
use crate::triage::notice::changed::Changes;
use crate::triage::policy::Told;

/// What a requester may hear of a wish of this agent: nothing of what is among the agents.
#[must_use]
pub fn changes<'a>(ticket: &Correspondence, wish: &'a Wish, agent: &str) -> Changes<'a> {
    let from = ticket.status;
    let to = wish.stand.map_or(from, Stand::status);
    // Who is given a ticket has not begun with it.
    let takes = matches!(&wish.holder, Some(Holder::Agent(name)) if name.is_meant_by(agent));
    let is_accepted = takes && ticket.agent.is_none() && !to.is_over();
    Changes {
        status: news_of(from, to, wish.stand).or(is_accepted.then_some(Told::Accepted)),
        priority: wish.priority.as_ref().filter(|priority| **priority != ticket.priority),
        level: match &wish.grant {
            Grant::Level(level) if *level != ticket.entitlement.level => Some(level),
            Grant::Level(_) | Grant::Unchanged | Grant::Verified => None,
        },
        merged_into: None,
    }
}

/// What there is to tell a requester of where his ticket stands: nothing of what is among the agents.
fn news_of(from: Status, to: Status, wish: Option<Stand>) -> Option<Told> {
    match (to, wish) {
        _ if from == to => None,
        // An agent takes it up again on a day: nobody is asked.
        (Status::Pending, Some(Stand::PendingUntil(_)) | None) => None,
        (Status::Pending, Some(Stand::At(_))) => Some(Told::Pending),
        (Status::Waiting, _) => Some(Told::Waiting),
        (Status::Resolved, _) => Some(Told::Resolved),
        (Status::Closed, _) => Some(Told::Closed),
        (Status::New | Status::Open, _) => from.is_over().then_some(Told::Reopened),
    }
}
