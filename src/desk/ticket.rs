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

/// What moves a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mover {
    /// A person's message from outside. What is over it takes up within `reopen_within` alone.
    FollowUp,
    /// An agent's answer: now the requester is awaited.
    Answer,
    /// An agent, by hand.
    Hand,
    /// The instant until which it was pending.
    Time,
    /// A rule of the desk, as nobody has said a word for long.
    Silence,
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

    /// The one table of moves: where somebody may take a ticket that stands so, or let it stand.
    /// Who moves it without saying where takes it to the first.
    #[must_use]
    pub fn moves(self, by: Mover) -> &'static [Self] {
        match by {
            Mover::FollowUp => match self {
                Self::New | Self::Open => &[],
                Self::Pending | Self::Waiting | Self::Resolved | Self::Closed => &[Self::Open],
            },
            Mover::Answer => match self {
                Self::New | Self::Open | Self::Waiting => &[Self::Pending],
                Self::Pending | Self::Resolved | Self::Closed => &[],
            },
            Mover::Hand => match self {
                Self::New => {
                    &[Self::Open, Self::Pending, Self::Waiting, Self::Resolved, Self::Closed]
                }
                Self::Open => &[Self::Pending, Self::Waiting, Self::Resolved, Self::Closed],
                Self::Pending => &[Self::Open, Self::Waiting, Self::Resolved, Self::Closed],
                Self::Waiting => &[Self::Open, Self::Pending, Self::Resolved, Self::Closed],
                Self::Resolved => &[Self::Open, Self::Closed],
                Self::Closed => &[Self::Open],
            },
            Mover::Time => match self {
                Self::Pending => &[Self::Open],
                Self::New | Self::Open | Self::Waiting | Self::Resolved | Self::Closed => &[],
            },
            Mover::Silence => match self {
                Self::Pending => &[Self::Resolved],
                Self::Resolved => &[Self::Closed],
                Self::New | Self::Open | Self::Waiting | Self::Closed => &[],
            },
        }
    }

    /// Where somebody takes a ticket that stands so.
    #[must_use]
    pub fn after(self, by: Mover) -> Self {
        self.moves(by).first().copied().unwrap_or(self)
    }

    /// Whether somebody may take a ticket there.
    #[must_use]
    pub fn may_become(self, to: Self, by: Mover) -> bool {
        self == to || self.moves(by).contains(&to)
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

    /// From, by whom, where to; the first by itself.
    #[test]
    fn each_move_is_in_the_table() {
        let all = [
            ("new", "", "pending", "open pending waiting resolved closed", "", ""),
            ("open", "", "pending", "pending waiting resolved closed", "", ""),
            ("pending", "open", "", "open waiting resolved closed", "open", "resolved"),
            ("waiting", "open", "pending", "open pending resolved closed", "", ""),
            ("resolved", "open", "", "open closed", "", "closed"),
            ("closed", "open", "", "open", "", ""),
        ];
        for (from, follow_up, answer, hand, time, silence) in all {
            check(from, Mover::FollowUp, follow_up);
            check(from, Mover::Answer, answer);
            check(from, Mover::Hand, hand);
            check(from, Mover::Time, time);
            check(from, Mover::Silence, silence);
        }

        #[track_caller]
        fn check(from: &str, by: Mover, expected: &str) {
            let from = Status::parse(from).unwrap();
            let words: Vec<_> = from.moves(by).iter().map(|to| to.as_str()).collect();
            assert_eq!(words.join(" "), expected, "{from}, {by:?}");
            let first = expected.split(' ').next().and_then(Status::parse);
            assert_eq!(from.after(by), first.unwrap_or(from), "{from}, {by:?}");
            for to in Status::ALL {
                let may = to == from || expected.split(' ').any(|word| word == to.as_str());
                assert_eq!(from.may_become(to, by), may, "{from} → {to}, {by:?}");
            }
        }
    }
}
