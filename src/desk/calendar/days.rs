//! The same wall-clock time some opening days later.

use super::civil::DAY;
use super::year::{self, LAST};
use super::{Calendar, Timestamp, clamped, end};

/// A day of the zone, as days since 1970-01-01, and microseconds since its midnight by the wall clock: at
/// most a day.
#[derive(Clone, Copy)]
struct Shown {
    day: i64,
    time: i64,
}

impl Calendar {
    pub(super) fn add_days(&self, start: Timestamp, count: u32) -> Timestamp {
        let start = self.next_open(start);
        if start >= end() {
            return start;
        }
        let at = start.as_us();
        let Some(clock) = self.year(year::year_of(at)).and_then(|year| year.clock(at)) else {
            return end();
        };
        let now = at + clock.offset;
        let now = Shown { day: now.div_euclid(DAY), time: now.rem_euclid(DAY) };
        let later = self.later(at, now, count);
        if !clock.repeats(at) {
            return later;
        }
        // What has begun before the clock was set back is not over after this.
        match self.last_open(clock.set) {
            Some(last) => {
                let shown = last + clock.offset + clock.back - 1;
                let shown = Shown { day: shown.div_euclid(DAY), time: shown.rem_euclid(DAY) + 1 };
                later.max(self.later(last - 1, shown, count))
            }
            None => later,
        }
    }

    /// The same time `count` opening days after the day of `shown`, which is shown at the instant `at`.
    fn later(&self, at: i64, shown: Shown, count: u32) -> Timestamp {
        let Some(day) = self.nth_day(year::year_of(at), shown.day, count) else { return end() };
        let Some(at) = self.first_shown(day * DAY + shown.time) else { return end() };
        let next = self.next_open(Timestamp::from_us(at));
        let is_of_that_day = self.shown(next.as_us()).is_some_and(|now| now.div_euclid(DAY) == day);
        if next.as_us() == at || is_of_that_day {
            return next;
        }
        self.last_open(at).map_or(next, Timestamp::from_us)
    }

    /// The `count`th opening day after a day that touches `year`.
    fn nth_day(&self, year: i64, mut after: i64, count: u32) -> Option<i64> {
        let mut left = usize::try_from(count).ok()?;
        for year in self.years_from(year) {
            let first = year.days.partition_point(|day| *day <= after);
            if let Some(day) = year.days.get(first + left - 1) {
                return Some(*day);
            }
            left -= year.days.len() - first;
            after = year.days.last().copied().unwrap_or(after).max(after);
        }
        None
    }

    /// The first instant at which the wall clock shows this or more.
    fn first_shown(&self, shown: i64) -> Option<i64> {
        self.years_from(year::year_of(clamped(Timestamp::from_us(shown - 2 * DAY))))
            .flat_map(|year| year.clocks.iter())
            .find(|clock| shown < clock.until + clock.offset)
            .map(|clock| clock.from.max(shown - clock.offset))
    }

    fn shown(&self, at: i64) -> Option<i64> {
        let clock = self.year(year::year_of(at)).and_then(|year| year.clock(at))?;
        Some(at + clock.offset)
    }

    /// The end of what was last open before an instant.
    fn last_open(&self, at: i64) -> Option<i64> {
        let year = year::year_of(clamped(Timestamp::from_us(at))).min(LAST);
        let last = (year::year_of(0)..=year)
            .rev()
            .filter_map(|year| self.year(year))
            .find_map(|year| year.before(at))?;
        Some(last.until.min(at))
    }
}
