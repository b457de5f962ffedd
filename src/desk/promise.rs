//! What a level promises: how soon, in whose hours, and what happens when that is near or past.

use std::collections::BTreeMap;
use std::time::Duration;

use super::calendar::{Calendar, Span};
use super::priority::Priority;
use super::target::Kind;
use crate::mail::address::Address;

/// What a level promises, by priority.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Service {
    /// What holds for every priority that is not named.
    pub usual: Promises,
    /// What holds for these.
    pub by_priority: BTreeMap<Priority, Promises>,
}

/// What holds for a ticket of one level and one priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promises {
    /// How soon; what is not named is not promised.
    pub within: BTreeMap<Kind, Promise>,
    /// Who has a ticket is warned when so much of the time is gone; `None`: he is not.
    pub warn_at: Option<Share>,
    /// Whether the resolution's clock goes on while a third party is awaited.
    pub while_waiting: WhileWaiting,
    /// The hours of the level, whatever calendar a priority has.
    pub hours: Calendar,
    /// Who is told of a ticket that nobody has looked at outside of these hours.
    pub on_call: Vec<Address>,
    /// What is done when a promise is broken.
    pub at_breach: Vec<AtBreach>,
}

/// One promise: so much time, in this calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// How much.
    pub span: Span,
    /// Whose hours count.
    pub calendar: Calendar,
}

/// A part of a time, in percent: 1 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(u8);

/// What a clock does while somebody outside of the desk and the requester is awaited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhileWaiting {
    /// It runs.
    #[default]
    Runs,
    /// It stands.
    Pauses,
}

/// What is done when a promise is broken, beside that the supervisor is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtBreach {
    /// The ticket becomes more urgent by one.
    RaisePriority,
    /// A supervisor has it from now on.
    AssignSupervisor,
}

impl Service {
    /// What holds for this priority.
    #[must_use]
    pub fn at(&self, priority: &Priority) -> &Promises {
        self.by_priority.get(priority).unwrap_or(&self.usual)
    }

    /// Whether anything is promised of this kind, whatever the priority.
    #[must_use]
    pub fn promises(&self, kind: Kind) -> bool {
        std::iter::once(&self.usual).chain(self.by_priority.values()).any(|one| one.promises(kind))
    }
}

impl Promises {
    fn promises(&self, kind: Kind) -> bool {
        match kind {
            Kind::OnCall => !self.on_call.is_empty(),
            Kind::FirstResponse
            | Kind::NextResponse
            | Kind::Review
            | Kind::Update
            | Kind::Resolution => self.within.contains_key(&kind),
        }
    }
}

/// Nothing is promised.
impl Default for Promises {
    fn default() -> Self {
        Self {
            within: BTreeMap::new(),
            warn_at: None,
            while_waiting: WhileWaiting::default(),
            hours: Calendar::always(),
            on_call: Vec::new(),
            at_breach: Vec::new(),
        }
    }
}

impl Share {
    /// Reads percents, such as `80%`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let percent = text.strip_suffix('%')?.parse().ok()?;
        (1..=99).contains(&percent).then_some(Self(percent))
    }

    /// So much of a time.
    #[must_use]
    pub fn of(self, whole: Duration) -> Duration {
        let us = whole.as_micros() * u128::from(self.0) / 100;
        Duration::from_micros(u64::try_from(us).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_part() {
        let hour = Duration::from_hours(1);
        assert_eq!(Share::parse("80%").map(|share| share.of(hour)), Some(Duration::from_mins(48)));
        for bad in ["80", "0%", "100%", "-1%", "8 %", "%"] {
            assert_eq!(Share::parse(bad), None, "{bad}");
        }
    }
}
