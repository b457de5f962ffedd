//! Totals of tickets: how many there were, how soon they were answered and over, what was kept of what was
//! promised, and what requesters thought of it. In groups, and of all.

mod tally;

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;

pub use tally::{Rated, Spread, Summary};

use crate::time::Timestamp;
use tally::Tally;

/// What became of a ticket, as far as totals need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// Its desk.
    pub desk: String,
    /// Its level.
    pub level: String,
    /// The agent who has it, by name.
    pub agent: Option<String>,
    /// When its first message came.
    pub began: Timestamp,
    /// When its requester said something first.
    pub asked: Option<Timestamp>,
    /// When an agent first answered that in public.
    pub answered: Option<Timestamp>,
    /// Since when it is resolved or closed; `None`: it is not.
    pub over: Option<Timestamp>,
    /// Promises that were kept.
    pub kept: u64,
    /// Promises that were broken.
    pub broken: u64,
    /// What its requester thought of it, from 1 to 5; `None`: he has not said.
    pub stars: Option<u8>,
}

/// By what tickets are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Their desk.
    Desk,
    /// The agent who has them.
    Agent,
    /// Their level.
    Level,
    /// The month in which their first message came.
    Month,
}

/// A time, from its begin, inclusive, to its end, exclusive; without one of them it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// The begin.
    pub since: Option<Timestamp>,
    /// The end.
    pub until: Option<Timestamp>,
}

/// Tickets, counted. Of each it keeps 8 bytes, however many groups there are.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    groups: BTreeMap<Box<str>, Tally>,
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of each group, in order of their names.
    pub groups: Vec<(Box<str>, Summary)>,
    /// Of all tickets together.
    pub all: Summary,
}

/// The group of tickets that nobody has.
const NOBODY: &str = "-";

impl By {
    /// The word for it on the command line and in what programs read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Agent => "agent",
            Self::Level => "level",
            Self::Month => "month",
        }
    }

    /// The group of a ticket. A month, such as `2026-03`, is that of wall clocks in `zone`.
    #[must_use]
    pub fn group<'a>(self, ticket: &'a Handled, zone: &TimeZone) -> Cow<'a, str> {
        match self {
            Self::Desk => Cow::Borrowed(&ticket.desk),
            Self::Agent => Cow::Borrowed(ticket.agent.as_deref().unwrap_or(NOBODY)),
            Self::Level => Cow::Borrowed(&ticket.level),
            Self::Month => month(ticket.began, zone),
        }
    }
}

fn month(at: Timestamp, zone: &TimeZone) -> Cow<'static, str> {
    match jiff::Timestamp::from_microsecond(at.as_us()) {
        Ok(at) => {
            let day = zone.to_datetime(at);
            Cow::Owned(format!("{:04}-{:02}", day.year(), day.month()))
        }
        Err(_) => Cow::Borrowed(NOBODY),
    }
}

impl Interval {
    /// Whether an instant lies within.
    #[must_use]
    pub fn has(self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= at) && self.until.is_none_or(|until| at < until)
    }
}

impl Totals {
    /// Counts a ticket for a group.
    pub fn add(&mut self, group: &str, ticket: &Handled) {
        if let Some(tally) = self.groups.get_mut(group) {
            tally.add(ticket);
        } else {
            self.groups.entry(group.into()).or_default().add(ticket);
        }
    }

    /// What it all came to.
    #[must_use]
    pub fn report(self) -> Report {
        let mut all = Tally::default();
        let mut groups = Vec::new();
        for (group, mut tally) in self.groups {
            groups.push((group, tally.summary()));
            all.absorb(tally);
        }
        Report { groups, all: all.summary() }
    }
}

#[cfg(test)]
mod tests;
