//! What was ordered of a ticket before.

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
}
