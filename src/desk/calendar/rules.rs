//! What is said about opening hours, and what a wall clock in the zone shows while it is open by it.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::civil::{self, DAY};
use super::event::Event;
use super::holiday::HolidaySet;
use super::hours::Hours;
use super::ranges::{self, Range};

/// What is said about opening hours. Of several that bear on the same minute the last in this order
/// counts: hours, holidays, openings, closures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// When it is open in a week without holidays.
    pub hours: Hours,
    /// Days on which it is closed from midnight to midnight.
    pub holidays: Vec<Holiday>,
    /// Countries whose holidays they are, too.
    pub sets: Vec<HolidaySet>,
    /// Holidays of files, of whole days or of hours.
    pub events: Vec<Event>,
    /// When it is open out of turn.
    pub openings: Vec<Period>,
    /// When it is closed out of turn.
    pub closures: Vec<Period>,
    /// Announced maintenance: people are told of it, and clocks go on.
    pub maintenance: Vec<Period>,
}

/// A day on which it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// Which day.
    pub date: Date,
    /// What people call it.
    pub name: Option<Box<str>>,
}

/// A time that is named, by the calendar's wall clock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first minute.
    pub from: DateTime,
    /// The minute after the last.
    pub until: DateTime,
    /// What people call it.
    pub name: Option<Box<str>>,
}

impl Period {
    pub(super) fn range(&self) -> Range {
        (civil::shown(self.from), civil::shown(self.until))
    }
}

impl Holiday {
    pub(super) fn period(&self) -> Period {
        let day = civil::day(self.date);
        let at = |day: i64| civil::date_time(day * DAY);
        Period { from: at(day), until: at(day + 1), name: self.name.clone() }
    }
}

impl Rules {
    /// What a wall clock shows while it is open, from one day to the day before another.
    pub(super) fn open(&self, zone: &TimeZone, from: i64, until: i64) -> Vec<Range> {
        let window = (from * DAY, until * DAY);
        let holidays = self.holidays_in(zone, window).iter().map(Period::range).collect();
        let open = ranges::without(self.hours.open(from, until), &ranges::union(holidays));
        let openings = within(&self.openings, window);
        let open =
            if openings.is_empty() { open } else { ranges::union([open, openings].concat()) };
        ranges::without(open, &within(&self.closures, window))
    }

    /// The same without holidays and closures.
    pub(super) fn usual(&self, from: i64, until: i64) -> Vec<Range> {
        let openings = within(&self.openings, (from * DAY, until * DAY));
        ranges::union([self.hours.open(from, until), openings].concat())
    }

    /// The holidays that touch what a wall clock shows.
    pub(super) fn holidays_in(&self, zone: &TimeZone, window: Range) -> Vec<Period> {
        let year = |shown: i64| civil::date_time(shown).year();
        // One may be observed in the year before.
        let years = year(window.0)..=year(window.1).saturating_add(1);
        let of_sets = self.sets.iter().flat_map(|set| years.clone().flat_map(|year| set.of(year)));
        let holidays = self.holidays.iter().cloned().chain(of_sets);
        let events = self.events.iter().flat_map(|event| event.within(zone, window));
        let all = holidays.map(|holiday| holiday.period()).chain(events);
        all.filter(|period| touches(period, window)).collect()
    }
}

/// Whether a period has something of a range.
pub(super) fn touches(period: &Period, window: Range) -> bool {
    let (from, until) = period.range();
    from < window.1 && window.0 < until
}

/// What of the periods lies in a range, as a set.
fn within(periods: &[Period], window: Range) -> Vec<Range> {
    let touching = periods.iter().filter(|period| touches(period, window));
    ranges::common(&ranges::union(touching.map(Period::range).collect()), &[window])
}
