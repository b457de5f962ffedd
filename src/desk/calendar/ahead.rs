//! What people are told of beforehand: when it will be closed out of turn, and maintenance.

use super::civil::{self, DAY};
use super::ranges::{self, Range};
use super::rules::{Period, touches};
use super::{Calendar, Timestamp};

/// Periods that are told at once, at most.
const TOLD_MAX: usize = 50;

impl Calendar {
    /// The holidays and closures that touch the next days and take some of the hours, in order.
    #[must_use]
    pub fn ahead(&self, at: Timestamp, days: u16) -> Vec<Period> {
        let window = self.window(at, days);
        let rules = self.rules();
        let mut found = rules.holidays_in(self.zone(), window);
        found.extend(rules.closures.iter().filter(|one| touches(one, window)).cloned());
        found.retain(|period| self.takes_hours(period));
        in_order(found)
    }

    /// The announced maintenance of the next days, in order.
    #[must_use]
    pub fn maintenance_ahead(&self, at: Timestamp, days: u16) -> Vec<Period> {
        let window = self.window(at, days);
        let all = self.rules().maintenance.iter();
        in_order(all.filter(|one| touches(one, window)).cloned().collect())
    }

    /// What a wall clock shows in the next days.
    fn window(&self, at: Timestamp, days: u16) -> Range {
        let at = jiff::Timestamp::from_microsecond(at.as_us()).unwrap_or_default();
        let from = civil::shown(self.zone().to_datetime(at));
        (from, from + i64::from(days) * DAY)
    }

    /// Whether it would be open at some minute of a period if there were no such period.
    fn takes_hours(&self, period: &Period) -> bool {
        let (from, until) = period.range();
        let (first, last) = (from.div_euclid(DAY), until.div_euclid(DAY) + 1);
        let hours = ranges::common(&self.rules().usual(first, last), &[(from, until)]);
        !ranges::without(hours, &self.rules().open(self.zone(), first, last)).is_empty()
    }
}

/// What has the same time is told once, by the first name.
fn in_order(mut periods: Vec<Period>) -> Vec<Period> {
    periods.sort_by_key(|period| (period.from, period.until, period.name.is_none()));
    periods.dedup_by_key(|period| (period.from, period.until));
    periods.truncate(TOLD_MAX);
    periods
}
