//! Values of an event's lines: dates and times, durations, lists.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::mail::content_line::ContentLine;

/// A beginning or an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// A whole day.
    Day(Date),
    /// A time, and whose clock shows it; `None`: everybody's (RFC 5545 §3.3.5).
    Time(DateTime, Option<TimeZone>),
}

impl When {
    /// Reads the value of DTSTART and its like; what is wrong with it, otherwise.
    pub(super) fn read(line: &ContentLine, value: &str) -> Result<Self, String> {
        let wrong = || format!("{} is not a date or a time", line.name);
        let value = value.trim();
        let (date, time) = match value.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (value, None),
        };
        let date = read_date(date).ok_or_else(wrong)?;
        let Some(time) = time else { return Ok(Self::Day(date)) };
        let (time, zone) = match time.strip_suffix('Z') {
            Some(time) => (time, Some(TimeZone::UTC)),
            None => (time, zone(line)?),
        };
        let time = read_time(time).ok_or_else(wrong)?;
        Ok(Self::Time(date.to_datetime(time), zone))
    }

    /// What its clock shows.
    pub(super) fn shown(&self) -> DateTime {
        match self {
            Self::Day(date) => date.to_datetime(Time::midnight()),
            Self::Time(at, _) => *at,
        }
    }

    /// What another clock shows then; `None` is the same clock.
    pub(super) fn shown_by(&self, other: Option<&TimeZone>) -> Option<DateTime> {
        match (self, other) {
            (Self::Time(at, Some(zone)), Some(other)) if zone != other => {
                Some(other.to_datetime(zone.to_timestamp(*at).ok()?))
            }
            (Self::Time(_, Some(_)), None) => None,
            (Self::Day(_) | Self::Time(..), _) => Some(self.shown()),
        }
    }
}

/// The zone of a time. Some programs write a name of their own before that of the IANA.
fn zone(line: &ContentLine) -> Result<Option<TimeZone>, String> {
    let name = line.parameter("TZID").trim_matches(['"', ' ']);
    if name.is_empty() {
        return Ok(None);
    }
    let mut tails = vec![name];
    tails.extend(name.match_indices('/').map(|(at, _)| name.get(at + 1..).unwrap_or_default()));
    let found =
        tails.into_iter().filter(|tail| !tail.is_empty()).find_map(|tail| TimeZone::get(tail).ok());
    found.map(Some).ok_or_else(|| {
        let name: String = name.chars().take(NAME_MAX).collect();
        format!("{name:?} is not a time zone that is known; the IANA's names are, such as \"Europe/Berlin\"")
    })
}

/// Characters of a name that are told.
const NAME_MAX: usize = 60;

fn digits(text: &str) -> Option<i16> {
    let good = !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
    good.then(|| text.parse().ok())?
}

/// `20261225`
pub(super) fn read_date(text: &str) -> Option<Date> {
    if text.len() != 8 {
        return None;
    }
    let part = |from, to| text.get(from..to).and_then(digits);
    let small = |from, to| i8::try_from(part(from, to)?).ok();
    Date::new(part(0, 4)?, small(4, 6)?, small(6, 8)?).ok()
}

/// `120000`; a leap second is the one before it (RFC 5545 §3.3.12).
fn read_time(text: &str) -> Option<Time> {
    if text.len() != 6 {
        return None;
    }
    let part = |from, to| i8::try_from(text.get(from..to).and_then(digits)?).ok();
    Time::new(part(0, 2)?, part(2, 4)?, part(4, 6)?.min(59), 0).ok()
}

/// Seconds of `P1D`, `PT2H30M` or `P2W` (RFC 5545 §3.3.6); `None` for what is none, or is not more than
/// nothing.
pub(super) fn read_duration(text: &str) -> Option<i64> {
    let rest = text.trim().strip_prefix('+').unwrap_or(text.trim()).strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let sum = |mut rest: &str, units: &[(char, i64)]| {
        let mut seconds = 0i64;
        for (unit, each) in units {
            if let Some((count, after)) = rest.split_once(*unit) {
                seconds += i64::from(digits(count)?) * each;
                rest = after;
            }
        }
        rest.is_empty().then_some(seconds)
    };
    let days = sum(days, &[('W', 7 * 86_400), ('D', 86_400)])?;
    let seconds = days + sum(time, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    (seconds > 0).then_some(seconds)
}
