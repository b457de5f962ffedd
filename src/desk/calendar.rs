//! Opening hours, and how time is counted by them.
//!
//! A calendar is open at an instant when the wall clock of its zone shows a time that is open by its
//! rules. So a span that is not there in the night when clocks go forward has no time in it, and one
//! that is there twice when they go back counts twice.

mod ahead;
mod civil;
mod days;
mod event;
mod holiday;
mod hours;
mod ranges;
mod rules;
mod span;
pub mod words;
mod year;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::tz::TimeZone;

pub use event::{Event, EventError};
pub use holiday::HolidaySet;
pub use hours::{Hours, HoursError};
pub use rules::{Holiday, Period, Rules};
pub use span::{Span, SpanError};

use super::is_name;
use crate::time::Timestamp;
use year::{FIRST, LAST, Year};

/// The name of a calendar in the configuration, such as `business-days`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarName(Box<str>);

/// Opening hours in a time zone. Outside of the years 1970 to 2199 nothing is open.
#[derive(Clone)]
pub struct Calendar {
    rules: Arc<Ruled>,
}

struct Ruled {
    name: CalendarName,
    zone: TimeZone,
    rules: Rules,
    /// What the rules come to, made for each year when it is asked for.
    years: Box<[OnceLock<Year>]>,
}

/// Why there is no such calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Nobody would ever be there.
    #[error("has no open minute in {year}")]
    NeverOpen {
        /// The first such year.
        year: i64,
    },
}

/// The years in which every calendar must have an open minute.
const SURELY: std::ops::RangeInclusive<i64> = 2025..=2040;
/// For how many years a calendar is asked when it closes (years).
const CLOSES_WITHIN: i64 = 10;

impl CalendarName {
    /// Characters of a name.
    pub const CHARS_MAX: usize = 64;

    /// Reads a name: ASCII letters, digits, `-` and `_`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_name(text, Self::CHARS_MAX).then(|| Self(text.into()))
    }

    /// The name of the calendar that exists by itself.
    #[must_use]
    pub fn always() -> Self {
        Self("always".into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Calendar {
    /// Around the clock, in UTC.
    #[must_use]
    pub fn always() -> Self {
        let rules = Rules { hours: Hours::always(), ..Rules::default() };
        Self::of(CalendarName::always(), TimeZone::UTC, rules)
    }

    /// A calendar that goes by these rules.
    ///
    /// # Errors
    /// It would not be open at any minute of a year from 2025 to 2040.
    pub fn new(name: CalendarName, zone: TimeZone, rules: Rules) -> Result<Self, CalendarError> {
        let calendar = Self::of(name, zone, rules);
        let empty = |year: &i64| calendar.year(*year).is_none_or(|year| year.total == 0);
        match SURELY.into_iter().find(empty) {
            Some(year) => Err(CalendarError::NeverOpen { year }),
            None => Ok(calendar),
        }
    }

    fn of(name: CalendarName, zone: TimeZone, rules: Rules) -> Self {
        let years = (FIRST..=LAST).map(|_| OnceLock::new()).collect();
        Self { rules: Arc::new(Ruled { name, zone, rules, years }) }
    }

    /// Its name, an identity.
    #[must_use]
    pub fn name(&self) -> &CalendarName {
        &self.rules.name
    }

    /// Whose wall clocks it goes by.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.rules.zone
    }

    /// What is said about it.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules.rules
    }

    /// When a span that began at `start` is over.
    ///
    /// Opening time is over at the first instant at which so much of it has passed. Opening days are
    /// over at the same wall-clock time of the day that many opening days after the one of `start`; an
    /// opening day is a day of the zone with any opening. A start outside of hours counts as the next
    /// opening. Where it is closed at that time, the span is over at the next opening of the same day,
    /// else at that day's last minute; where clocks skip that time, when they have skipped it; an hour
    /// that is there for the second time counts as the end of what is repeated. What would be over after
    /// 2199 is over at its end.
    #[must_use]
    pub fn add(&self, start: Timestamp, span: Span) -> Timestamp {
        match span {
            _ if start >= end() => start,
            Span::Opening(span) => self.add_opening(start, span),
            Span::Days(0) => start,
            Span::Days(count) => self.add_days(start, count),
        }
    }

    fn add_opening(&self, start: Timestamp, span: Duration) -> Timestamp {
        let span = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        if span == 0 {
            return start;
        }
        let first = year::year_of(clamped(start));
        let passed = self.year(first).map_or(0, |year| year.passed(clamped(start)));
        let mut left = passed.saturating_add(span);
        for year in self.years_from(first) {
            if left <= year.total {
                return year.when(left).map_or_else(end, Timestamp::from_us);
            }
            left -= year.total;
        }
        end()
    }

    /// Opening time from an instant, inclusive, to another, exclusive; zero when that is not later.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Duration {
        let (from, to) = (clamped(from), clamped(to));
        if to <= from {
            return Duration::ZERO;
        }
        let (first, last) = (year::year_of(from), year::year_of(to));
        let passed = |number, at| self.year(number).map_or(0, |year| year.passed(at));
        let whole: i64 =
            (first..last).filter_map(|year| self.year(year)).map(|year| year.total).sum();
        let us = whole + passed(last, to) - passed(first, from);
        Duration::from_micros(u64::try_from(us).unwrap_or(0))
    }

    /// Whether it is open at an instant.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        (year::begins(FIRST)..end().as_us()).contains(&at.as_us()) && self.next_open(at) == at
    }

    /// When it is open next: `at` itself where it is open; where it is not any more, the end of 2199 or `at`,
    /// whichever is later.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        if at >= end() {
            return at;
        }
        let us = clamped(at);
        let next = self.years_from(year::year_of(us)).find_map(|year| year.after(us));
        next.map_or_else(end, |next| Timestamp::from_us(next.from.max(us)))
    }

    /// When it is closed next: `at` itself where it is closed; `None` where that is not within ten years.
    #[must_use]
    pub fn next_closed(&self, at: Timestamp) -> Option<Timestamp> {
        if !self.is_open(at) {
            return Some(at);
        }
        let first = year::year_of(at.as_us());
        let mut closes = at.as_us();
        for year in self.years_from(first).take(usize::try_from(CLOSES_WITHIN).unwrap_or(1)) {
            match year.after(closes) {
                Some(next) if next.from <= closes => closes = next.until,
                Some(_) | None => return Some(Timestamp::from_us(closes)),
            }
        }
        (closes < year::begins(first + CLOSES_WITHIN)).then(|| Timestamp::from_us(closes))
    }

    fn year(&self, year: i64) -> Option<&Year> {
        let slot = self.rules.years.get(usize::try_from(year - FIRST).ok()?)?;
        Some(slot.get_or_init(|| Year::new(year, &self.rules.rules, &self.rules.zone)))
    }

    fn years_from(&self, first: i64) -> impl Iterator<Item = &Year> {
        (first.max(FIRST)..=LAST).filter_map(|year| self.year(year))
    }
}

/// Nothing is open from here on.
fn end() -> Timestamp {
    Timestamp::from_us(year::begins(LAST + 1))
}

/// The same instant, or the nearest one at which something may be open.
fn clamped(at: Timestamp) -> i64 {
    at.as_us().clamp(year::begins(FIRST), year::begins(LAST + 1) - 1)
}

/// They go by the same rules in the same zone.
impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (&self.rules, &other.rules);
        Arc::ptr_eq(one, other)
            || (&one.name, &one.zone, &one.rules) == (&other.name, &other.zone, &other.rules)
    }
}

impl Eq for Calendar {}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calendar")
            .field("name", &self.rules.name)
            .field("zone", &self.rules.zone)
            .field("rules", &self.rules.rules)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for CalendarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(zone: &str, hours: &[(&str, &str)]) -> Calendar {
        let hours = Hours::parse(hours.iter().copied()).unwrap();
        let rules = Rules { hours, ..Rules::default() };
        let name = CalendarName::parse("hours").unwrap();
        Calendar::new(name, TimeZone::get(zone).unwrap(), rules).unwrap()
    }

    fn at(calendar: &Calendar, local: &str) -> Timestamp {
        let local: jiff::civil::DateTime = local.parse().unwrap();
        Timestamp::from_us(calendar.zone().to_timestamp(local).unwrap().as_microsecond())
    }

    #[track_caller]
    fn check(calendar: &Calendar, start: &str, span: &str, over: &str) {
        let span = Span::parse(span).unwrap();
        assert_eq!(calendar.add(at(calendar, start), span), at(calendar, over), "{start} {span}");
    }

    #[test]
    fn opening_hours_are_counted_and_the_rest_is_not() {
        let desk = calendar("America/New_York", &[("mon-fri", "08:00-20:00")]);
        check(&desk, "2026-11-20T18:00", "4h", "2026-11-23T10:00");
        check(&desk, "2026-11-20T18:00", "2h", "2026-11-20T20:00");
        check(&desk, "2026-11-21T12:00", "30m", "2026-11-23T08:30");
        let business = calendar("Europe/Berlin", &[("mon-fri", "00:00-24:00")]);
        check(&business, "2026-11-20T15:00", "24h", "2026-11-23T15:00");
        // One hour less, and one more, on the days when clocks are set.
        let always = calendar("Europe/Berlin", &[("mon-sun", "00:00-24:00")]);
        check(&always, "2026-03-28T12:00", "24h", "2026-03-29T13:00");
        check(&always, "2026-10-24T12:00", "24h", "2026-10-25T11:00");
        assert_eq!(always.next_closed(at(&always, "2026-10-24T12:00")), None);
    }

    #[test]
    fn days_are_opening_days_at_the_same_time() {
        let desk = calendar("America/New_York", &[("mon-fri", "08:00-12:00,13:00-20:00")]);
        check(&desk, "2026-11-20T18:00", "1d", "2026-11-23T18:00");
        // From outside of hours: the next opening.
        check(&desk, "2026-11-20T22:00", "1d", "2026-11-24T08:00");
        let sometimes = calendar(
            "Europe/Oslo",
            &[("mon", "12:00-20:00"), ("tue", "08:00-10:00"), ("wed", "14:00-15:00")],
        );
        // Closed by then: that day's last minute. Not open yet: its next opening.
        check(&sometimes, "2026-11-23T18:00", "1d", "2026-11-24T10:00");
        check(&sometimes, "2026-11-24T09:00", "1d", "2026-11-25T14:00");
        let nights = calendar("Europe/Berlin", &[("sat-sun", "00:00-24:00")]);
        check(&nights, "2026-03-28T02:30", "1d", "2026-03-29T03:00");
    }
}
