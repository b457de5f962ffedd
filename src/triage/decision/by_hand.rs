//! What agents alone do to tickets. Each comes with a change of its ticket, which guards it by the version.

use crate::desk::agent::AgentName;
use crate::desk::article::ArticleId;
use crate::mail::address::Address;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// One thing that an agent does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByHand {
    /// Somebody is a party no more.
    RemoveParticipant {
        /// The ticket.
        ticket: TicketNumber,
        /// Who.
        address: Address,
    },
    /// A pending ticket comes back at an instant, or waits for its requester alone.
    Postpone {
        /// The ticket.
        ticket: TicketNumber,
        /// When; `None`: when he answers.
        until: Option<Timestamp>,
    },
    /// A closed ticket becomes a part of another: that has its earlier start and its time from now on.
    Merge {
        /// The closed one.
        ticket: TicketNumber,
        /// The other.
        into: TicketNumber,
    },
    /// Articles, and the references to them, go to another ticket.
    MoveArticles {
        /// Where they are.
        from: TicketNumber,
        /// Where they will be.
        to: TicketNumber,
        /// Which.
        articles: Vec<ArticleId>,
    },
    /// An agent has a ticket from now on.
    Assign {
        /// The ticket.
        ticket: TicketNumber,
        /// Who; `None`: nobody has it any more.
        agent: Option<AgentName>,
    },
    /// Mail from an address is believed without a proof from now on.
    Trust {
        /// Whose.
        address: Address,
    },
    /// Time was spent.
    Spend {
        /// On this ticket.
        ticket: TicketNumber,
        /// Minutes; below zero some is taken back.
        minutes: i64,
    },
}
