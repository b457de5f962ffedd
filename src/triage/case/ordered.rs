//! What was ordered of a ticket before.

use super::Facts;
use crate::mail::rating::Stars;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// What was ordered of a ticket before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// The ticket.
    pub ticket: TicketNumber,
    /// How its requester has rated it.
    pub rating: Option<Stars>,
    /// When its supervisor was told because somebody asked for that, the last time.
    pub supervisor: Option<Timestamp>,
    /// When its correspondence went out of late, the last first; as far as it is asked for.
    pub histories: Vec<Timestamp>,
    /// What was said in it in public; as far as it is asked for.
    pub exchanged: Option<Exchanged>,
}

/// How much was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// Messages.
    pub count: usize,
    /// When the first was said.
    pub first: Timestamp,
    /// When the last was.
    pub last: Timestamp,
}

impl Facts {
    /// What was ordered of a ticket before, where that was asked for.
    #[must_use]
    pub fn ordered_of(&self, ticket: TicketNumber) -> Option<&Ordered> {
        self.ordered.iter().find(|one| one.ticket == ticket)
    }
}
