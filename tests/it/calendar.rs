//! Opening hours: against a walk from minute to minute, against tables of holidays, and files of them.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

mod ahead;
mod files;
mod holidays;
mod oracle;
mod random;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tidings::desk::calendar::{Calendar, CalendarName, Hours, Rules};
use tidings::time::Timestamp;

/// A calendar of these hours and, besides them, of these rules.
fn calendar(zone: &str, hours: &[(&str, &str)], rules: Rules) -> Calendar {
    let hours = Hours::parse(hours.iter().copied()).unwrap();
    let name = CalendarName::parse("hours").unwrap();
    Calendar::new(name, TimeZone::get(zone).unwrap(), Rules { hours, ..rules }).unwrap()
}

/// When the calendar's clock shows this.
fn at(calendar: &Calendar, local: &str) -> Timestamp {
    let local: DateTime = local.parse().unwrap();
    Timestamp::from_us(calendar.zone().to_timestamp(local).unwrap().as_microsecond())
}
