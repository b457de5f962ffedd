//! Calendars, with the files of holidays that they name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::{CalendarFile, HolidayFile, PeriodFile, TimeFile};
use crate::desk::calendar::{
    Calendar, CalendarName, Event, Holiday, HolidaySet, Hours, Period, Rules,
};
use crate::mail::body::one_line;

/// Entries of one key of a calendar.
const ENTRIES_MAX: usize = 1_000;
/// Files of holidays of a calendar.
const FILES_MAX: usize = 20;
/// Characters of a name.
const NAME_MAX: usize = 100;

/// By name, with the one that exists by itself.
pub(super) fn calendars(root: &At<'_>) -> Result<BTreeMap<CalendarName, Calendar>, ConfigError> {
    let table = root.table("calendar");
    let always = Calendar::always();
    let mut calendars = BTreeMap::from([(always.name().clone(), always)]);
    for (written, file) in &root.document.file.calendar {
        let name = CalendarName::parse(written).ok_or_else(|| {
            table.wrong(written, "a calendar's name has only letters, digits, \"-\" and \"_\"")
        })?;
        if calendars.contains_key(&name) {
            return Err(table.wrong(written, "exists by itself: around the clock, in UTC"));
        }
        let at = table.table(written);
        let zone = zone(&at, &file.timezone)?;
        let rules = rules(&at, file)?;
        let calendar = Calendar::new(name.clone(), zone, rules)
            .map_err(|error| table.wrong(written, error.to_string()))?;
        calendars.insert(name, calendar);
    }
    Ok(calendars)
}

fn zone(at: &At<'_>, name: &str) -> Result<TimeZone, ConfigError> {
    TimeZone::get(name).map_err(|_| {
        let what = "is not a time zone that is known; the names are those of the IANA, such as \
            \"Europe/Berlin\" or \"UTC\"";
        at.wrong("timezone", format!("{name:?} {what}"))
    })
}

fn rules(at: &At<'_>, file: &CalendarFile) -> Result<Rules, ConfigError> {
    let mut hours = Hours::default();
    for (days, spans) in &file.hours {
        let added = hours.add(days, spans);
        added.map_err(|error| at.table("hours").wrong(days, error.to_string()))?;
    }
    if hours.are_none() {
        return Err(at.wrong("hours", "has no open minute"));
    }
    let holiday = |(index, written)| holiday(&at.table("holidays").item(index), written);
    let set = |(index, name): (usize, &String)| {
        HolidaySet::parse(name).ok_or_else(|| {
            let known = HolidaySet::names().map(|name| format!("{name:?}")).join(", ");
            let at = at.table("holiday_sets").item(index);
            at.wrong_here(format!("there is no set {name:?}; there are {known}"))
        })
    };
    Ok(Rules {
        hours,
        holidays: few(at, "holidays", &file.holidays)?.map(holiday).collect::<Result<_, _>>()?,
        sets: few(at, "holiday_sets", &file.holiday_sets)?.map(set).collect::<Result<_, _>>()?,
        events: events(at, file)?,
        openings: periods(at, "openings", &file.openings)?,
        closures: periods(at, "closures", &file.closures)?,
        maintenance: periods(at, "maintenance", &file.maintenance)?,
    })
}

/// Entries with their places, if they are not too many.
fn few<'w, T>(
    at: &At<'_>,
    key: &str,
    written: &'w [T],
) -> Result<impl Iterator<Item = (usize, &'w T)>, ConfigError> {
    if written.len() > ENTRIES_MAX {
        return Err(at.wrong(key, format!("has more than {ENTRIES_MAX} entries")));
    }
    Ok(written.iter().enumerate())
}

fn holiday(at: &At<'_>, written: &HolidayFile) -> Result<Holiday, ConfigError> {
    let (date, name) = match written {
        HolidayFile::Date(date) => (date, None),
        HolidayFile::Named(named) => (&named.date, named.name.as_deref()),
    };
    let text = text(date);
    let date: Date = text
        .parse()
        .map_err(|_| at.wrong_here(format!("{text:?} is not a date such as \"2026-12-25\"")))?;
    Ok(Holiday { date, name: named(name) })
}

fn periods(at: &At<'_>, key: &str, written: &[PeriodFile]) -> Result<Vec<Period>, ConfigError> {
    let table = at.table(key);
    let mut periods = Vec::new();
    for (index, one) in few(at, key, written)? {
        let at = table.clone().item(index);
        let time = |key: &str, written: &TimeFile| {
            let text = text(written);
            read_time(&text).ok_or_else(|| {
                let what = "is not a time of the calendar's clock such as \"2026-03-02T12:00\"";
                at.wrong(key, format!("{text:?} {what}"))
            })
        };
        let (from, until) = (time("from", &one.from)?, time("until", &one.until)?);
        if until <= from {
            return Err(at.wrong("until", "must be after `from`"));
        }
        periods.push(Period { from, until, name: named(one.name.as_deref()) });
    }
    Ok(periods)
}

fn text(written: &TimeFile) -> String {
    match written {
        TimeFile::Text(text) => text.clone(),
        TimeFile::Toml(date) => date.to_string(),
    }
}

/// A date and a time without a zone, which would be read past. `24:00` is the end of a day.
fn read_time(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(['T', ' '])?;
    let good = time.bytes().all(|one| one.is_ascii_digit() || one == b':');
    let date: Date = date.parse().ok()?;
    match time {
        "24:00" => Some(date.tomorrow().ok()?.at(0, 0, 0, 0)),
        time if good => Some(date.to_datetime(time.parse().ok()?)),
        _ => None,
    }
}

/// A name as people read it.
fn named(written: Option<&str>) -> Option<Box<str>> {
    let name: String = one_line(written?).chars().take(NAME_MAX).collect();
    (!name.is_empty()).then(|| name.into())
}

fn events(at: &At<'_>, file: &CalendarFile) -> Result<Vec<Event>, ConfigError> {
    if file.holiday_files.len() > FILES_MAX {
        return Err(at.wrong("holiday_files", format!("names more than {FILES_MAX} files")));
    }
    let mut events = Vec::new();
    for (index, path) in file.holiday_files.iter().enumerate() {
        let at = at.table("holiday_files").item(index);
        let path = at.path(path);
        let wrong = |what: String| at.wrong_here(what);
        let text = read_file(&path)
            .map_err(|what| wrong(format!("cannot read {}: {what}", path.display())))?;
        let read = Event::read(&text);
        events.extend(read.map_err(|error| wrong(format!("{}: {error}", path.display())))?);
        if events.len() > Event::EVENTS_MAX {
            return Err(wrong(format!("more than {} events in all files", Event::EVENTS_MAX)));
        }
    }
    Ok(events)
}

fn read_file(path: &Path) -> Result<String, String> {
    let most = Event::BYTES_MAX as u64;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > Event::BYTES_MAX {
        return Err("it is larger than 1 MiB".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}
