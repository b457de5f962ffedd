//! Whether a machine's clock is to be believed, judged beside two clocks that nobody there sets: the
//! machine's uptime, and the database server's.

use std::fmt;
use std::time::Duration;

use super::span;
use crate::time::{Timestamp, Uptime};

/// Clocks that are not further apart are right: a leap second, a slow answer, and what time services
/// mend by themselves are less.
const APART: Duration = Duration::from_mins(1);
/// A clock that is left for so long as it was set was set right.
const MEANT: Duration = Duration::from_hours(1);
/// Reading both of a machine's clocks takes no time, unless the process is stopped between the two.
const READ_WITHIN: Duration = Duration::from_secs(1);
/// No program that knows of this rule is older: 2026-01-01T00:00:00Z.
const FIRST: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// What clocks showed, in this order.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The uptime before all.
    pub before: Uptime,
    /// The wall clock.
    pub wall: Timestamp,
    /// The uptime after it.
    pub between: Uptime,
    /// The database server's; `None` where it is a file, or away.
    pub database: Option<Timestamp>,
    /// The uptime after all.
    pub after: Uptime,
}

/// What is wrong with a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It shows an instant before there was this program.
    BeforeUs,
    /// It is ahead of the database server's.
    Ahead(Duration),
    /// It is behind the database server's.
    Behind(Duration),
    /// It was set forward while the daemon ran.
    SetForward(Duration),
    /// It was set back while the daemon ran.
    SetBack(Duration),
}

/// How a clock went so far.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// When the machine started, by the wall clock as it was believed last.
    begun: Option<Timestamp>,
    /// Since when the wall clock has shown something else.
    set: Option<Uptime>,
    /// What was wrong with it at last.
    wrong: Option<Wrong>,
}

impl Course {
    /// What is wrong with the clock now. What was read while the process stood still says nothing new,
    /// and a clock that was left for an hour as it was set is right.
    pub fn judge(&mut self, reading: &Reading) -> Option<Wrong> {
        if reading.between.since(reading.before) <= READ_WITHIN {
            self.wrong = self.wrong_at(reading);
        }
        self.wrong
    }

    fn wrong_at(&mut self, reading: &Reading) -> Option<Wrong> {
        let Reading { wall, between, database, after, .. } = *reading;
        if wall < FIRST {
            // Whatever it is set to is better.
            (self.begun, self.set) = (None, None);
            return Some(Wrong::BeforeUs);
        }
        let set = self.set(wall, between);
        let ahead = database.map_or(Duration::ZERO, |there| wall.since(there));
        let behind = database.map_or(Duration::ZERO, |there| there.since(wall));
        if ahead > APART {
            Some(Wrong::Ahead(ahead))
        } else if behind.saturating_sub(after.since(between)) > APART {
            Some(Wrong::Behind(behind))
        } else {
            set
        }
    }

    fn set(&mut self, wall: Timestamp, now: Uptime) -> Option<Wrong> {
        let begun = now.begun(wall);
        let believed = *self.begun.get_or_insert(begun);
        let (forward, back) = (begun.since(believed), believed.since(begun));
        if forward.max(back) <= APART {
            self.set = None;
            return None;
        }
        if now.since(*self.set.get_or_insert(now)) > MEANT {
            (self.begun, self.set) = (Some(begun), None);
            return None;
        }
        Some(if forward > back { Wrong::SetForward(forward) } else { Wrong::SetBack(back) })
    }
}

/// What has happened to the clock, as it is said after whose it is.
impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeUs => write!(f, "is years behind"),
            Self::Ahead(by) => write!(f, "is {} ahead of the database server's", rounded(*by)),
            Self::Behind(by) => write!(f, "is {} behind the database server's", rounded(*by)),
            Self::SetForward(by) => write!(f, "was set forward by {}", rounded(*by)),
            Self::SetBack(by) => write!(f, "was set back by {}", rounded(*by)),
        }
    }
}

/// To the second: two clocks are never read at once.
fn rounded(by: Duration) -> String {
    span(by.saturating_add(Duration::from_millis(500)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const HOUR: i64 = 3_600;
    /// How long the machine was up at the first reading, in seconds.
    const UP: i64 = 500;

    fn up(seconds: i64) -> Uptime {
        Clock::manual(Timestamp::from_seconds(UP + seconds)).uptime()
    }

    /// So many seconds after the first one, with the wall clock so far ahead.
    fn reading(seconds: i64, ahead: i64) -> Reading {
        let wall = Timestamp::from_seconds(NOW.as_seconds() + seconds + ahead);
        let up = up(seconds);
        Reading { before: up, wall, between: up, database: None, after: up }
    }

    fn hours(hours: u64) -> Duration {
        Duration::from_hours(hours)
    }

    #[test]
    fn flt_35_a_clock_that_is_set_is_wrong_until_it_is_set_back_or_left_so_for_an_hour() {
        let years = 10 * 8_766;
        check(&[(0, 0, None), (15, 1, None), (30, 60, None), (45, -60, None)]);
        check(&[(15, HOUR, Some(Wrong::SetForward(hours(1)))), (30, 0, None)]);
        check(&[(15, -HOUR, Some(Wrong::SetBack(hours(1)))), (30, 30, None)]);
        check(&[(15, 10 * 8_766 * HOUR, Some(Wrong::SetForward(hours(years)))), (30, 0, None)]);
        let forward = Some(Wrong::SetForward(hours(1)));
        let day = 24 * HOUR;
        check(&[(15, HOUR, forward), (15 + HOUR, HOUR, forward), (16 + HOUR, HOUR, None)]);
        // What it was set to is what it is compared with from then on.
        check(&[(15, HOUR, forward), (day, HOUR, None), (day + 15, HOUR, None)]);
        check(&[
            (15, HOUR, forward),
            (day, HOUR, None),
            (day + 15, 0, Some(Wrong::SetBack(hours(1)))),
        ]);

        #[track_caller]
        fn check(readings: &[(i64, i64, Option<Wrong>)]) {
            let mut course = Course::default();
            assert_eq!(course.judge(&reading(0, 0)), None);
            for (seconds, ahead, expected) in readings {
                assert_eq!(course.judge(&reading(*seconds, *ahead)), *expected, "{readings:?}");
            }
        }
    }

    #[test]
    fn flt_35_a_clock_is_wrong_beside_the_database_servers() {
        check(0, 0, None);
        check(60, 0, None);
        check(61, 0, Some(Wrong::Behind(Duration::from_secs(61))));
        check(-60, 0, None);
        check(-61, 0, Some(Wrong::Ahead(Duration::from_secs(61))));
        // The answer took a while.
        check(300, 290, None);
        check(-61, 290, Some(Wrong::Ahead(Duration::from_secs(61))));

        #[track_caller]
        fn check(database: i64, took: i64, expected: Option<Wrong>) {
            let there = Timestamp::from_seconds(NOW.as_seconds() + database);
            let reading = Reading { database: Some(there), after: up(took), ..reading(0, 0) };
            assert_eq!(Course::default().judge(&reading), expected);
        }
    }

    #[test]
    fn flt_35_no_clock_shows_what_was_before_the_program() {
        let wall = Timestamp::from_seconds(12);
        let mut course = Course::default();
        assert_eq!(course.judge(&Reading { wall, ..reading(0, 0) }), Some(Wrong::BeforeUs));
        assert_eq!(course.judge(&reading(15, 0)), None);
    }

    #[test]
    fn flt_05_a_process_that_stood_still_between_two_clocks_learns_nothing() {
        let mut course = Course::default();
        course.judge(&reading(0, 0));
        let stood = Reading { between: up(300), ..reading(15, 0) };
        assert_eq!(course.judge(&stood), None);
        let forward = course.judge(&reading(330, HOUR));
        assert!(forward.is_some());
        let stood = Reading { between: up(700), ..reading(345, 0) };
        assert_eq!(course.judge(&stood), forward);
    }
}
