//! The instant until which a ticket was pending has come: it is open again.

use super::case::TicketFacts;
use super::decision::{Effect, NewEvent, TicketChange};
use crate::desk::ticket::Mover;
use crate::time::Timestamp;

/// What happens to a ticket that was pending until now; nothing to one that is not pending any more.
#[must_use]
pub fn come_back(ticket: &TicketFacts, until: Timestamp) -> Vec<Effect> {
    let TicketFacts { number, version, status: from, .. } = *ticket;
    let to = from.after(Mover::Time);
    if from == to {
        return Vec::new();
    }
    let detail = format!("it was pending until {until}: {from} → {to}");
    vec![
        Effect::ChangeTicket(TicketChange { number, version, from, to, entitlement: None }),
        Effect::Record(NewEvent { ticket: number, kind: "due", detail }),
    ]
}
