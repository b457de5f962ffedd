//! Targets: promises with a clock, one of each kind that is alive at a time for a ticket. What the clocks of
//! a ticket do is [`clocks::Clocks`].

pub mod clocks;

use std::fmt;

use super::calendar::Span;
use super::promise::{Promise, Promises};
use crate::time::Timestamp;

/// A promise of a ticket, with its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What is promised.
    pub kind: Kind,
    /// When its clock began.
    pub since: Timestamp,
    /// When it stood, oldest first; where it stands now is in `state`.
    pub pauses: Vec<Pause>,
    /// What the clock does.
    pub state: State,
    /// The end of the time, as far as it is known: `None` where nothing is promised, or while it stands.
    pub due: Option<Timestamp>,
    /// When who has the ticket is to be warned.
    pub warns: Option<Timestamp>,
    /// When he was warned; of [`Kind::OnCall`] when they were told.
    pub warned: Option<Timestamp>,
    /// When it was noticed that it is broken.
    pub breached: Option<Timestamp>,
}

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A first public answer.
    FirstResponse,
    /// A public answer to what the requester has said since.
    NextResponse,
    /// That somebody looks at it: an answer, or anything that an agent does.
    Review,
    /// While a third party is awaited: the next public word.
    Update,
    /// The end of it.
    Resolution,
    /// That who is on call hears of it once it is outside of the hours, if nobody has looked until then.
    OnCall,
}

/// What a clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It stands since then.
    Paused(Timestamp),
    /// What was promised was done then.
    Met(Timestamp),
    /// Nobody awaits it any more, since then.
    Void(Timestamp),
}

/// A time in which a clock stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Its begin.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
}

impl Kind {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::FirstResponse,
        Self::NextResponse,
        Self::Review,
        Self::Update,
        Self::Resolution,
        Self::OnCall,
    ];

    /// The word in the store, in the configuration and in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Review => "review",
            Self::Update => "update",
            Self::Resolution => "resolution",
            Self::OnCall => "on_call",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl State {
    /// The word in the store and in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused(_) => "paused",
            Self::Met(_) => "met",
            Self::Void(_) => "void",
        }
    }

    /// Since when, where that is known.
    #[must_use]
    pub fn since(self) -> Option<Timestamp> {
        match self {
            Self::Running => None,
            Self::Paused(at) | Self::Met(at) | Self::Void(at) => Some(at),
        }
    }

    /// From its word and its instant.
    #[must_use]
    pub fn read(word: &str, since: Option<Timestamp>) -> Option<Self> {
        match (word, since) {
            ("running", None) => Some(Self::Running),
            ("paused", Some(at)) => Some(Self::Paused(at)),
            ("met", Some(at)) => Some(Self::Met(at)),
            ("void", Some(at)) => Some(Self::Void(at)),
            _ => None,
        }
    }
}

impl Target {
    /// One whose clock begins.
    #[must_use]
    pub fn begun(kind: Kind, since: Timestamp) -> Self {
        Self {
            kind,
            since,
            pauses: Vec::new(),
            state: State::Running,
            due: None,
            warns: None,
            warned: None,
            breached: None,
        }
    }

    /// Whether it is awaited.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        match self.state {
            State::Running | State::Paused(_) => true,
            State::Met(_) | State::Void(_) => false,
        }
    }

    /// Whether its time had ended when it was met, or has ended by `now`.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        let until = match self.state {
            State::Running => now,
            State::Met(at) => at,
            State::Paused(_) | State::Void(_) => return false,
        };
        self.kind != Kind::OnCall && self.due.is_some_and(|due| due < until)
    }

    /// When there is something to tell of it: a warning, a breach.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        let due = self.due?;
        match (self.state, self.kind) {
            (State::Running, Kind::OnCall) => Some(due).filter(|_| self.warned.is_none()),
            (State::Running, _) if self.breached.is_some() => None,
            (State::Running, _) => {
                let warns = self.warns.filter(|_| self.warned.is_none());
                Some(warns.map_or(due, |warns| warns.min(due)))
            }
            // It was not seen in time that it was late.
            (State::Met(at), _) => Some(at).filter(|_| self.breached.is_none() && self.is_late(at)),
            (State::Paused(_) | State::Void(_), _) => None,
        }
    }

    /// Its end and its warning by what holds now: from the same begin, with the same pauses.
    pub(super) fn set_by(&mut self, promises: &Promises) {
        (self.due, self.warns) = match (self.state, self.kind) {
            (State::Running, Kind::OnCall) if promises.on_call.is_empty() => (None, None),
            (State::Running, Kind::OnCall) => (promises.hours.next_closed(self.since), None),
            (State::Running, kind) => match promises.within.get(&kind) {
                Some(promise) => {
                    let (due, paused) = self.end(promise);
                    let whole = promise.calendar.between(self.since, due).saturating_sub(paused);
                    let warns = promises.warn_at.map(|share| {
                        let gone = share.of(whole).saturating_add(paused);
                        promise.calendar.add(self.since, Span::Opening(gone))
                    });
                    (Some(due), warns)
                }
                None => (None, None),
            },
            (State::Paused(_), _) => (None, None),
            (State::Met(_) | State::Void(_), _) => (self.due, self.warns),
        };
    }

    /// The end of the time, and how much opening time lay in the pauses: so much later it is.
    fn end(&self, promise: &Promise) -> (Timestamp, std::time::Duration) {
        let calendar = &promise.calendar;
        let paused: std::time::Duration =
            self.pauses.iter().map(|one| calendar.between(one.from, one.until)).sum();
        let end = calendar.add(self.since, promise.span);
        let due = if paused.is_zero() { end } else { calendar.add(end, Span::Opening(paused)) };
        (due, paused)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FirstResponse => "first response",
            Self::NextResponse => "next response",
            Self::Review => "review",
            Self::Update => "update",
            Self::Resolution => "resolution",
            Self::OnCall => "call",
        })
    }
}
