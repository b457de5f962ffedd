//! Tickets: their states and the moves between them.

use std::fmt;

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody of the desk has acted yet.
    New,
    /// The desk has to act.
    Open,
    /// The requester has to answer, or a day has to come.
    Pending,
    /// Somebody outside of the desk and the requester has to act.
    Waiting,
    /// Answered; a follow-up reopens it.
    Resolved,
    /// Over.
    Closed,
}

impl Status {
    /// Every status, in the order of a ticket's life.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Open, Self::Pending, Self::Waiting, Self::Resolved, Self::Closed];

    /// The word in the store, on the command line and in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether nobody looks at it any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        match self {
            Self::New | Self::Open | Self::Pending | Self::Waiting => false,
            Self::Resolved | Self::Closed => true,
        }
    }

    /// Where a follow-up from outside takes a ticket.
    #[must_use]
    pub fn after_follow_up(self) -> Self {
        match self {
            Self::New => Self::New,
            Self::Open | Self::Pending | Self::Waiting | Self::Resolved | Self::Closed => {
                Self::Open
            }
        }
    }

    /// Where an agent's answer takes a ticket: now the requester is awaited.
    #[must_use]
    pub fn after_answer(self) -> Self {
        match self {
            Self::New | Self::Open | Self::Pending | Self::Waiting => Self::Pending,
            Self::Resolved => Self::Resolved,
            Self::Closed => Self::Closed,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_reads_what_it_writes() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Status::parse("done"), None);
    }

    #[test]
    fn a_follow_up_reopens_what_was_answered() {
        assert_eq!(Status::Resolved.after_follow_up(), Status::Open);
        assert_eq!(Status::Pending.after_follow_up(), Status::Open);
        assert_eq!(Status::New.after_follow_up(), Status::New);
    }
}
