//! When it is open in a year of UTC, as instants in order: what makes a calendar quick.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::civil::DAY;
use super::rules::Rules;

/// The first year in which anything is open.
pub(super) const FIRST: i64 = 1970;
/// The last one.
pub(super) const LAST: i64 = 2199;

/// The opening time of a year. Instants are microseconds since the epoch.
#[derive(Clone, Debug)]
pub(super) struct Year {
    /// When it is open: in order, and with time between any two.
    pub(super) openings: Box<[Opening]>,
    /// What wall clocks show, in order.
    pub(super) clocks: Box<[WallClock]>,
    /// Days of the zone with an opening in this year, in order.
    pub(super) days: Box<[i64]>,
    /// All opening time of the year, in microseconds.
    pub(super) total: i64,
}

/// Some time without an end in between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) from: i64,
    pub(super) until: i64,
    /// Opening time of the year before it.
    pub(super) before: i64,
}

/// What wall clocks show while nobody sets them.
#[derive(Clone, Copy, Debug)]
pub(super) struct WallClock {
    pub(super) from: i64,
    pub(super) until: i64,
    /// What they are ahead of UTC.
    pub(super) offset: i64,
    /// When they were last set: at `from`, or before the year.
    pub(super) set: i64,
    /// By how much they were set back then; zero when they were set forward.
    pub(super) back: i64,
}

impl WallClock {
    /// Whether they show what they have shown before.
    pub(super) fn repeats(&self, at: i64) -> bool {
        at < self.set.saturating_add(self.back)
    }
}

/// The first instant of a year.
pub(super) fn begins(year: i64) -> i64 {
    let leap = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    (365 * (year - 1970) + leap(year - 1) - leap(1969)) * DAY
}

/// The year of an instant.
pub(super) fn year_of(at: i64) -> i64 {
    let guess = 1970 + at.div_euclid(365 * DAY + DAY / 4);
    // The mean is not the Gregorian year's, and no year begins at its mean.
    (guess - 2..=guess + 2).rev().find(|year| begins(*year) <= at).unwrap_or(guess)
}

impl Year {
    pub(super) fn new(year: i64, rules: &Rules, zone: &TimeZone) -> Self {
        let (begin, end) = (begins(year), begins(year + 1));
        let clocks = clocks(zone, begin, end);
        // No clock is a day away from UTC, and it may have been set within one.
        let shown = rules.open(zone, begin / DAY - 2, end / DAY + 2);
        let (mut openings, mut days): (Vec<Opening>, Vec<i64>) = (Vec::new(), Vec::new());
        let mut total = 0;
        for clock in &clocks {
            let window = (clock.from + clock.offset, clock.until + clock.offset);
            let first = shown.partition_point(|(_, until)| *until <= window.0);
            for (from, until) in shown.iter().skip(first).take_while(|one| one.0 < window.1) {
                let (from, until) = ((*from).max(window.0), (*until).min(window.1));
                days.extend(from.div_euclid(DAY)..=(until - 1).div_euclid(DAY));
                let (from, until) = (from - clock.offset, until - clock.offset);
                match openings.last_mut() {
                    Some(last) if last.until == from => last.until = until,
                    _ => openings.push(Opening { from, until, before: total }),
                }
                total += until - from;
            }
        }
        days.sort_unstable();
        days.dedup();
        Self { openings: openings.into(), clocks: clocks.into(), days: days.into(), total }
    }

    /// The first opening that ends after an instant.
    pub(super) fn after(&self, at: i64) -> Option<Opening> {
        self.openings.get(self.openings.partition_point(|one| one.until <= at)).copied()
    }

    /// The last opening that begins before an instant.
    pub(super) fn before(&self, at: i64) -> Option<Opening> {
        let next = self.openings.partition_point(|one| one.from < at);
        self.openings.get(next.checked_sub(1)?).copied()
    }

    /// Opening time of the year before an instant.
    pub(super) fn passed(&self, at: i64) -> i64 {
        self.after(at).map_or(self.total, |one| one.before + (at - one.from).max(0))
    }

    /// The first instant at which so much opening time of the year has passed; more than none, and
    /// not more than all of it.
    pub(super) fn when(&self, passed: i64) -> Option<i64> {
        let at = self.openings.partition_point(|one| one.before + (one.until - one.from) < passed);
        self.openings.get(at).map(|one| one.from + (passed - one.before))
    }

    pub(super) fn clock(&self, at: i64) -> Option<WallClock> {
        self.clocks.get(self.clocks.partition_point(|clock| clock.until <= at)).copied()
    }
}

fn clocks(zone: &TimeZone, begin: i64, end: i64) -> Vec<WallClock> {
    let mut clocks: Vec<WallClock> = Vec::new();
    let before = zone.preceding(instant(begin)).next();
    let mut set = before.map_or(i64::MIN, |one| one.timestamp().as_microsecond());
    let mut from = begin;
    // One that is set exactly when the year begins is found as well.
    for next in zone.following(instant(begin - 1)) {
        let at = next.timestamp().as_microsecond();
        if at >= end {
            break;
        }
        if from < at {
            clocks.push(wall_clock(zone, set, from, at));
        }
        (set, from) = (at, at);
    }
    clocks.push(wall_clock(zone, set, from, end));
    clocks
}

fn wall_clock(zone: &TimeZone, set: i64, from: i64, until: i64) -> WallClock {
    let offset = |at: i64| i64::from(zone.to_offset(instant(at)).seconds()) * 1_000_000;
    let ahead = offset(from);
    let back = if set == i64::MIN { 0 } else { (offset(set - 1) - ahead).max(0) };
    WallClock { from, until, offset: ahead, set, back }
}

fn instant(us: i64) -> Timestamp {
    Timestamp::from_microsecond(us).unwrap_or(if us < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
