//! Instants and periods as people read them: by the clock of a calendar's zone, and with the year where
//! it is not this one. A mail is read later than it is written: no word is said of today or tomorrow.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use super::{Calendar, Period};
use crate::desk::language::Language;
use crate::time::Timestamp;

/// `Tuesday, 24 November, 10:15 CET`, to the minute; `now` tells which year needs no word.
#[must_use]
pub fn instant(calendar: &Calendar, at: Timestamp, now: Timestamp, language: Language) -> String {
    let (zone, at) = (calendar.zone(), moment(at));
    let shown = zone.to_datetime(at);
    let day = day(shown.date(), this_year(zone, now), language);
    let (between, time) = (before_time(language), time(shown.time(), language));
    format!("{day}{between}{time} {}", zone_name(zone, at, language))
}

/// `Friday, 25 December (Christmas Day)`, `Monday, 2 March, 12:00 to 15:00 (Move)`.
#[must_use]
pub fn period(calendar: &Calendar, period: &Period, now: Timestamp, language: Language) -> String {
    let year = this_year(calendar.zone(), now);
    let words = match whole_days(period) {
        Some((first, last)) if first == last => day(first, year, language),
        Some((first, last)) => {
            let (first, last) = (day(first, year, language), day(last, year, language));
            format!("{first} {} {last}", to(language))
        }
        None => hours(period, year, language),
    };
    match &period.name {
        Some(name) => format!("{words} ({name})"),
        None => words,
    }
}

/// `31 December 2026`.
#[must_use]
pub fn date(date: Date, language: Language) -> String {
    format!("{} {}", day_of_month(date, language), date.year())
}

fn hours(period: &Period, year: i16, language: Language) -> String {
    let (from, until) = (period.from, period.until);
    let at = |at: DateTime| {
        let (day, time) = (day(at.date(), year, language), time(at.time(), language));
        format!("{day}{}{time}", before_time(language))
    };
    let oclock = if language == Language::German { " Uhr" } else { "" };
    let end = if from.date() == until.date() { time(until.time(), language) } else { at(until) };
    // German says it once, behind the last.
    let begin = at(from);
    let begin = begin.strip_suffix(oclock).unwrap_or(&begin);
    format!("{begin} {} {end}", to(language))
}

/// The first and the last day of what lasts from a midnight to another.
fn whole_days(period: &Period) -> Option<(Date, Date)> {
    let midnight = |at: DateTime| at.time() == Time::midnight();
    let whole = midnight(period.from) && midnight(period.until);
    whole.then(|| Some((period.from.date(), period.until.date().yesterday().ok()?)))?
}

fn day(date: Date, year: i16, language: Language) -> String {
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let weekday = names(language).weekdays.get(weekday).copied().unwrap_or_default();
    let day = day_of_month(date, language);
    let said = match language {
        Language::English | Language::German => format!("{weekday}, {day}"),
        Language::Norwegian => format!("{weekday} {day}"),
    };
    if date.year() == year { said } else { format!("{said} {}", date.year()) }
}

fn day_of_month(date: Date, language: Language) -> String {
    let month = usize::try_from(date.month() - 1).unwrap_or_default();
    let month = names(language).months.get(month).copied().unwrap_or_default();
    let number = date.day();
    match language {
        Language::English => format!("{number} {month}"),
        Language::German | Language::Norwegian => format!("{number}. {month}"),
    }
}

fn time(time: Time, language: Language) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match language {
        Language::English => format!("{hour:02}:{minute:02}"),
        Language::German => format!("{hour:02}:{minute:02} Uhr"),
        Language::Norwegian => format!("{hour:02}.{minute:02}"),
    }
}

fn before_time(language: Language) -> &'static str {
    match language {
        Language::English | Language::German => ", ",
        Language::Norwegian => " kl. ",
    }
}

fn to(language: Language) -> &'static str {
    match language {
        Language::English => "to",
        Language::German => "bis",
        Language::Norwegian => "til",
    }
}

/// What people call a zone's time then; where they have no letters for it, what it is ahead of UTC.
fn zone_name(zone: &TimeZone, at: jiff::Timestamp, language: Language) -> String {
    let now = zone.to_offset_info(at);
    let name = now.abbreviation();
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return ahead_of_utc(now.offset());
    }
    let own = match language {
        Language::German => GERMAN_ZONES.iter().find(|(of, _)| *of == name).map(|(_, own)| *own),
        Language::English | Language::Norwegian => None,
    };
    own.unwrap_or(name).to_owned()
}

/// What German calls otherwise than the IANA does.
const GERMAN_ZONES: [(&str, &str); 6] = [
    ("CET", "MEZ"),
    ("CEST", "MESZ"),
    ("WET", "WEZ"),
    ("WEST", "WESZ"),
    ("EET", "OEZ"),
    ("EEST", "OESZ"),
];

/// `UTC-3`, `UTC+5:30`
fn ahead_of_utc(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match (minutes, rest) {
        (0, _) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        (_, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

fn this_year(zone: &TimeZone, now: Timestamp) -> i16 {
    zone.to_datetime(moment(now)).year()
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.as_us()).unwrap_or_default()
}

struct Names {
    weekdays: [&'static str; 7],
    months: [&'static str; 12],
}

fn names(language: Language) -> &'static Names {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::Norwegian => &NORWEGIAN,
    }
}

const ENGLISH: Names = Names {
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

const GERMAN: Names = Names {
    weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
};

const NORWEGIAN: Names = Names {
    weekdays: ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    months: [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::calendar::{CalendarName, Hours, Rules};

    fn in_zone(zone: &str) -> Calendar {
        let rules = Rules { hours: Hours::always(), ..Rules::default() };
        let name = CalendarName::parse("hours").unwrap();
        Calendar::new(name, TimeZone::get(zone).unwrap(), rules).unwrap()
    }

    #[track_caller]
    fn check(zone: &str, at: &str, expected: [&str; 3]) {
        let now = Timestamp::parse("2026-11-22T12:00:00Z").unwrap();
        let (calendar, at) = (in_zone(zone), Timestamp::parse(at).unwrap());
        let said = Language::ALL.map(|language| instant(&calendar, at, now, language));
        assert_eq!(said, expected);
    }

    #[test]
    fn an_instant_is_said_in_three_languages() {
        check(
            "Europe/Oslo",
            "2026-11-24T09:15:59Z",
            [
                "Tuesday, 24 November, 10:15 CET",
                "Dienstag, 24. November, 10:15 Uhr MEZ",
                "tirsdag 24. november kl. 10.15 CET",
            ],
        );
        check(
            "America/New_York",
            "2027-06-07T12:05:00Z",
            [
                "Monday, 7 June 2027, 08:05 EDT",
                "Montag, 7. Juni 2027, 08:05 Uhr EDT",
                "mandag 7. juni 2027 kl. 08.05 EDT",
            ],
        );
        // In that zone it is another year already.
        check(
            "Asia/Kathmandu",
            "2026-12-31T18:30:00Z",
            [
                "Friday, 1 January 2027, 00:15 UTC+5:45",
                "Freitag, 1. Januar 2027, 00:15 Uhr UTC+5:45",
                "fredag 1. januar 2027 kl. 00.15 UTC+5:45",
            ],
        );
        check(
            "America/Sao_Paulo",
            "2026-03-01T15:00:00Z",
            [
                "Sunday, 1 March, 12:00 UTC-3",
                "Sonntag, 1. März, 12:00 Uhr UTC-3",
                "søndag 1. mars kl. 12.00 UTC-3",
            ],
        );
    }

    #[test]
    fn a_period_is_said_with_its_name() {
        let (calendar, now) = (in_zone("UTC"), Timestamp::parse("2026-11-22T12:00:00Z").unwrap());
        let check = |from: &str, until: &str, name: Option<&str>, expected: [&str; 3]| {
            let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
            let of = Period { from, until, name: name.map(Into::into) };
            assert_eq!(
                Language::ALL.map(|language| period(&calendar, &of, now, language)),
                expected
            );
        };
        check(
            "2026-12-25",
            "2026-12-26",
            Some("Christmas Day"),
            [
                "Friday, 25 December (Christmas Day)",
                "Freitag, 25. Dezember (Christmas Day)",
                "fredag 25. desember (Christmas Day)",
            ],
        );
        check(
            "2026-12-31",
            "2027-01-02",
            None,
            [
                "Thursday, 31 December to Friday, 1 January 2027",
                "Donnerstag, 31. Dezember bis Freitag, 1. Januar 2027",
                "torsdag 31. desember til fredag 1. januar 2027",
            ],
        );
        check(
            "2026-12-01T12:00",
            "2026-12-01T15:30",
            Some("Move"),
            [
                "Tuesday, 1 December, 12:00 to 15:30 (Move)",
                "Dienstag, 1. Dezember, 12:00 bis 15:30 Uhr (Move)",
                "tirsdag 1. desember kl. 12.00 til 15.30 (Move)",
            ],
        );
        check(
            "2026-12-01T22:00",
            "2026-12-02T06:00",
            None,
            [
                "Tuesday, 1 December, 22:00 to Wednesday, 2 December, 06:00",
                "Dienstag, 1. Dezember, 22:00 bis Mittwoch, 2. Dezember, 06:00 Uhr",
                "tirsdag 1. desember kl. 22.00 til onsdag 2. desember kl. 06.00",
            ],
        );
    }
}
