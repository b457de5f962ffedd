//! Holidays of an iCalendar file (RFC 5545): every event in it is a time at which it is closed.
//!
//! What the crates for it bring along is a second database of time zones, and errors without a line.

mod read;
mod value;
mod yearly;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub use read::EventError;

use super::civil;
use super::ranges::Range;
use super::rules::{Period, touches};
use yearly::Yearly;

/// An event, and when it comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The first time, by the event's own clock.
    first: Period,
    /// Whose clock that is; `None` is that of the calendar, as for whole days.
    zone: Option<TimeZone>,
    /// When else it begins.
    again: Again,
    /// Beginnings that do not count.
    except: Vec<DateTime>,
}

/// When else an event begins.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Again {
    At(Vec<DateTime>),
    Yearly(Yearly),
}

impl Event {
    /// Bytes of a file of events.
    pub const BYTES_MAX: usize = 1024 * 1024;
    /// Events of all files of a calendar.
    pub const EVENTS_MAX: usize = 2_000;

    /// Reads a file.
    ///
    /// # Errors
    /// Its line, and what in it is not understood.
    pub fn read(text: &str) -> Result<Vec<Self>, EventError> {
        read::events(text)
    }

    /// What of it touches a range of what the calendar's wall clock shows.
    pub(super) fn within(&self, calendar: &TimeZone, window: Range) -> Vec<Period> {
        let (begin, length) = (civil::shown(self.first.from), self.length());
        // Clocks are at most a day apart.
        let years = [window.0 - length - civil::DAY, window.1 + civil::DAY];
        let [first, last] = years.map(|shown| civil::date_time(shown).year());
        if begin > window.1 + civil::DAY {
            return Vec::new();
        }
        let others = match &self.again {
            Again::At(others) => others.clone(),
            Again::Yearly(rule) => rule.between(self.first.from, first, last),
        };
        let mut begins: Vec<_> = std::iter::once(self.first.from).chain(others).collect();
        begins.sort_unstable();
        begins.dedup();
        begins.retain(|begin| !self.except.contains(begin));
        let periods = begins.into_iter().filter_map(|begin| self.period(begin, calendar));
        periods.filter(|period| touches(period, window)).collect()
    }

    fn length(&self) -> i64 {
        let (from, until) = self.first.range();
        until - from
    }

    fn period(&self, begin: DateTime, calendar: &TimeZone) -> Option<Period> {
        let until = civil::date_time(civil::shown(begin) + self.length());
        let there = |at: DateTime| match &self.zone {
            None => Some(at),
            Some(zone) => Some(calendar.to_datetime(zone.to_timestamp(at).ok()?)),
        };
        Some(Period { from: there(begin)?, until: there(until)?, name: self.first.name.clone() })
    }
}
