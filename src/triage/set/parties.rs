//! Who takes part in a ticket. Agents alone add somebody: what stands in Cc of a mail does not.

use super::Wish;
use crate::mail::address::Address;
use crate::mail::subject::TicketNumber;
use crate::triage::answer::{Correspondence, record};
use crate::triage::decision::by_hand::ByHand;
use crate::triage::decision::{Effect, NewParticipant};
use crate::triage::policy::Policy;

/// Parties of one ticket: so many are read for a decision.
pub const PARTIES_MAX: usize = 500;

/// Why somebody cannot become a participant, or be one no more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartiesError {
    /// Mail to it comes back here.
    #[error("{0} is an address of a desk of this instance; mail to it would come back")]
    Own(Address),
    /// It is his ticket.
    #[error("{0} is the requester, and stays")]
    Requester(Address),
    /// Nobody to remove.
    #[error("{0} takes no part in ticket {1}")]
    NoParticipant(Address, TicketNumber),
    /// There is a limit.
    #[error("ticket {0} has {PARTIES_MAX} parties, and takes no more")]
    TooMany(TicketNumber),
}

/// Adds and removes participants; who is one already is not added again.
pub(super) fn change(
    ticket: &Correspondence,
    wish: &Wish,
    agent: &str,
    policy: &Policy,
) -> Result<Vec<Effect>, PartiesError> {
    let number = ticket.number;
    let mut effects = Vec::new();
    let mut parties = ticket.parties.clone();
    for address in &wish.add {
        if policy.takes(address) || policy.other_desks.contains(address) {
            return Err(PartiesError::Own(address.clone()));
        }
        if parties.contains(address) {
            continue;
        }
        if parties.len() >= PARTIES_MAX {
            return Err(PartiesError::TooMany(number));
        }
        parties.push(address.clone());
        let (address, name) = (address.clone(), String::new());
        effects.push(record(ticket, "cc", format!("{agent} added {address}")));
        let new = NewParticipant { ticket: number, address, name };
        effects.push(Effect::AddParticipant(new));
    }
    for address in &wish.remove {
        if ticket.requester.as_ref().is_some_and(|requester| requester.address == *address) {
            return Err(PartiesError::Requester(address.clone()));
        }
        let Some(at) = parties.iter().position(|party| party == address) else {
            return Err(PartiesError::NoParticipant(address.clone(), number));
        };
        parties.remove(at);
        let address = address.clone();
        effects.push(record(ticket, "uncc", format!("{agent} removed {address}")));
        effects.push(Effect::ByHand(ByHand::RemoveParticipant { ticket: number, address }));
    }
    Ok(effects)
}
