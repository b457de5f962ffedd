//! What a wall clock shows, as a number: microseconds since 1970-01-01 00:00 on that clock.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Microseconds of a minute.
pub(super) const MINUTE: i64 = 60_000_000;
/// Microseconds of a day by the clock.
pub(super) const DAY: i64 = 24 * 60 * MINUTE;

/// What a wall clock shows at this date and time.
pub(super) fn shown(at: DateTime) -> i64 {
    TimeZone::UTC.to_timestamp(at).map_or(0, jiff::Timestamp::as_microsecond)
}

/// The date and time at which a wall clock shows this.
pub(super) fn date_time(shown: i64) -> DateTime {
    let at = jiff::Timestamp::from_microsecond(shown);
    at.map_or(DateTime::MAX, |at| jiff::tz::Offset::UTC.to_datetime(at))
}

/// Days from 1970-01-01 to this one.
pub(super) fn day(date: Date) -> i64 {
    shown(date.to_datetime(jiff::civil::Time::midnight())).div_euclid(DAY)
}

/// Which day of the week it is, from Monday, which is 0.
pub(super) fn weekday(day: i64) -> usize {
    // 1970-01-01 was a Thursday.
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_number() {
        let christmas = Date::constant(2026, 12, 25);
        assert_eq!(weekday(day(christmas)), 4);
        assert_eq!(day(Date::constant(1969, 12, 31)), -1);
        let noon = christmas.at(12, 0, 0, 1_000);
        assert_eq!(date_time(shown(noon)), noon);
    }
}
