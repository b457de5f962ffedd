//! The same arithmetic, slow and plainly right: a walk over the minutes of some weeks, each open or closed by
//! what the wall clock shows then.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Clocks are set back by fewer minutes.
const SET_MAX: usize = 5 * 60;

/// Microseconds of a minute.
pub(super) const MINUTE: i64 = 60_000_000;

/// What a calendar's rules say, as a walk needs it.
pub(super) struct Said {
    pub(super) zone: TimeZone,
    /// For each day from Monday on, hours as minutes; what ends before it begins reaches into the next day.
    pub(super) hours: Vec<Vec<(i16, i16)>>,
    pub(super) holidays: BTreeSet<Date>,
    pub(super) openings: Vec<(DateTime, DateTime)>,
    pub(super) closures: Vec<(DateTime, DateTime)>,
}

impl Said {
    fn is_open(&self, shown: DateTime) -> bool {
        let in_any = |periods: &[(DateTime, DateTime)]| {
            periods.iter().any(|(from, until)| *from <= shown && shown < *until)
        };
        if in_any(&self.closures) {
            return false;
        }
        if in_any(&self.openings) {
            return true;
        }
        if self.holidays.contains(&shown.date()) {
            return false;
        }
        let minute = i16::from(shown.hour()) * 60 + i16::from(shown.minute());
        let day = usize::try_from(shown.weekday().to_monday_zero_offset()).unwrap();
        let today = self.hours[day]
            .iter()
            .any(|(from, until)| *from <= minute && (minute < *until || until <= from));
        let yesterday = &self.hours[(day + 6) % 7];
        today || yesterday.iter().any(|(from, until)| until <= from && minute < *until)
    }
}

/// Some weeks, minute by minute.
pub(super) struct Walk {
    /// Microseconds since the epoch.
    begin: i64,
    open: Vec<bool>,
    /// The date and the minute of the day.
    shown: Vec<(Date, i16)>,
    /// Dates with an open minute, and the first minute that is of each.
    days: BTreeMap<Date, usize>,
}

/// What the walk comes to; `None` where it comes to its end before.
pub(super) type Found = Option<i64>;

impl Walk {
    pub(super) fn new(said: &Said, begin: i64, minutes: i64) -> Self {
        let shown: Vec<_> = (0..minutes)
            .map(|minute| {
                let at = jiff::Timestamp::from_microsecond(begin + minute * MINUTE).unwrap();
                said.zone.to_datetime(at)
            })
            .collect();
        let open: Vec<_> = shown.iter().map(|shown| said.is_open(*shown)).collect();
        let shown: Vec<_> = shown.iter().map(|at| (at.date(), minutes_of(*at))).collect();
        let mut days = BTreeMap::new();
        for minute in (0..open.len()).filter(|minute| open[*minute]) {
            days.entry(shown[minute].0).or_insert(minute);
        }
        Self { begin, open, shown, days }
    }

    fn minute_of(&self, at: i64) -> usize {
        usize::try_from((at - self.begin) / MINUTE).unwrap()
    }

    fn instant(&self, minute: usize) -> i64 {
        self.begin + i64::try_from(minute).unwrap() * MINUTE
    }

    pub(super) fn is_open(&self, at: i64) -> bool {
        self.open[self.minute_of(at)]
    }

    pub(super) fn next(&self, at: i64, open: bool) -> Found {
        let first = self.minute_of(at);
        let found = (first..self.open.len()).find(|minute| self.open[*minute] == open)?;
        Some(self.instant(found).max(at))
    }

    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let minutes = self.minute_of(from)..=self.minute_of(to);
        let of = |minute: usize| {
            let (begin, end) = (self.instant(minute), self.instant(minute) + MINUTE);
            end.min(to) - begin.max(from)
        };
        minutes.filter(|minute| self.open[*minute]).map(of).sum()
    }

    pub(super) fn add(&self, start: i64, mut span: i64) -> Found {
        if span == 0 {
            return Some(start);
        }
        let mut at = start;
        for minute in self.minute_of(start)..self.open.len() {
            let end = self.instant(minute) + MINUTE;
            if self.open[minute] {
                if span <= end - at {
                    return Some(at + span);
                }
                span -= end - at;
            }
            at = end;
        }
        None
    }

    /// As many opening days later as `count`, from the beginning of a minute.
    pub(super) fn add_days(&self, start: i64, count: usize) -> Found {
        let start = self.next(start, true)?;
        let now = self.minute_of(start);
        // What the clock shows, or what it has shown before it was set back, to the end of that minute.
        let before = (now.saturating_sub(SET_MAX)..now)
            .filter(|minute| self.open[*minute])
            .map(|minute| (self.shown[minute].0, self.shown[minute].1 + 1));
        let (day, time) = before.chain([self.shown[now]]).max()?;
        let (target, begins) = self.days.range(day..).nth(count)?;
        // The last day of the walk may be cut.
        if *target >= self.shown.last()?.0 {
            return None;
        }
        // It is open at `begins`, which may be late in the day.
        let midnight = begins.saturating_sub(24 * 60 + SET_MAX);
        let is_later = |minute: &usize| self.shown[*minute] >= (*target, time);
        let first = (midnight..self.open.len()).find(is_later)?;
        if self.open[first] {
            return Some(self.instant(first));
        }
        let same_day = (first..self.open.len()).find(|minute| self.open[*minute])?;
        if self.shown[same_day].0 == *target {
            return Some(self.instant(same_day));
        }
        let last = (0..first).rev().find(|minute| self.open[*minute])?;
        Some(self.instant(last) + MINUTE)
    }
}

fn minutes_of(shown: DateTime) -> i16 {
    i16::from(shown.hour()) * 60 + i16::from(shown.minute())
}
