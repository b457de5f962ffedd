//! Calendars: what cannot be meant is named with its line and key, and files of holidays are read.

use std::path::Path;

use tidings::config::Config;
use tidings::desk::calendar::CalendarName;
use tidings::time::Timestamp;

use super::{GOOD, changed, refused};

/// A calendar of these keys, from line 27 on.
fn with(keys: &str) -> String {
    format!("{GOOD}\n[calendar.office]\n{keys}\n")
}

fn config(keys: &str) -> Result<Config, String> {
    Config::parse(&with(keys), Path::new("/etc/tidings/tidings.toml"))
        .map_err(|error| error.to_string())
}

const HOURS: &str = "timezone = \"Europe/Berlin\"\nhours = { mon-fri = \"08:00-16:00\" }";

#[test]
fn a_calendar_is_read_and_one_exists_by_itself() {
    let config = config(&format!(
        "{HOURS}\nholidays = [2026-12-24, \"2026-12-28\", {{ date = \"2026-12-29\", name = \"Stocktaking\" }}]\n\
         holiday_sets = [\"de\"]\n\
         closures = [{{ from = \"2026-12-30T08:00\", until = 2026-12-30T24:00:00, name = \"Move\" }}]\n"
    ));
    // 24:00 is no time of TOML.
    assert!(config.is_err());
    let config = self::config(&format!(
        "{HOURS}\nholidays = [2026-12-24, \"2026-12-28\", {{ date = \"2026-12-29\", name = \"Stocktaking\" }}]\n\
         holiday_sets = [\"de\"]\n\
         closures = [{{ from = 2026-12-30T08:00:00, until = \"2026-12-30T24:00\", name = \"Move\" }}]\n\
         openings = [{{ from = \"2026-12-31 10:00\", until = \"2026-12-31 11:00\" }}]\n\
         maintenance = [{{ from = \"2026-12-31T10:00\", until = \"2026-12-31T11:00\" }}]\n"
    ))
    .unwrap();
    let names: Vec<_> = config.calendars.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["always", "office"]);
    let office = &config.calendars[&CalendarName::parse("office").unwrap()];
    let now = Timestamp::parse("2026-12-23T15:00:00Z").unwrap();
    assert_eq!(office.next_open(now).to_string(), "2026-12-31T07:00:00Z");
    let names: Vec<_> = office.ahead(now, 9).into_iter().filter_map(|one| one.name).collect();
    assert_eq!(names, ["Erster Weihnachtstag", "Stocktaking", "Move", "Neujahr"].map(Into::into));
}

#[test]
fn hours_that_cannot_be_meant_have_their_line_and_key() {
    let zone = |name: &str| HOURS.replace("Europe/Berlin", name);
    let hours = |hours: &str| format!("timezone = \"UTC\"\nhours = {{ {hours} }}");
    named(&[
        (zone("Europe/Berln"), "27: calendar.office.timezone: \"Europe/Berln\" is not a time zone"),
        (zone(""), "27: calendar.office.timezone: "),
        ("timezone = \"UTC\"".to_owned(), "26: calendar.office: missing field `hours`"),
        (hours(""), "28: calendar.office.hours: has no open minute"),
        (
            hours("monday = \"08:00-16:00\""),
            "28: calendar.office.hours.monday: \"monday\" is not a day",
        ),
        (hours("mon-fri = \"8-16\""), "28: calendar.office.hours.mon-fri: \"8-16\" is not hours"),
        (hours("mon = \"08:00-24:01\""), "calendar.office.hours.mon: "),
        (hours("mon = \"08:60-09:00\""), "calendar.office.hours.mon: "),
        (hours("mon = \"08:00-08:00\""), "calendar.office.hours.mon: "),
        (hours("mon = \"24:00-08:00\""), "calendar.office.hours.mon: "),
        (hours("mon = \"08:00-12:00, 11:00-13:00\""), "mon has two spans of hours at 11:00"),
        (
            hours("mon-fri = \"08:00-12:00\", wed = \"10:00-13:00\""),
            "wed has two spans of hours at 10:00",
        ),
        (
            hours("sun = \"22:00-06:00\", mon = \"05:30-13:00\""),
            "mon has two spans of hours at 05:30",
        ),
    ]);
}

#[test]
fn what_is_wrong_in_a_calendar_has_its_line_and_key() {
    let more = |keys: &str| format!("{HOURS}\n{keys}");
    named(&[
        (
            more("holidays = [\"2026-12-24\",\n \"2026-13-24\"]"),
            "30: calendar.office.holidays[1]: \"2026-13-24\" is not a date",
        ),
        (more("holidays = [1]"), "29: calendar.office.holidays: must be a date"),
        (
            more("holidays = [{ day = \"2026-12-24\" }]"),
            "29: calendar.office.holidays: must be a date",
        ),
        (
            more("holiday_sets = [\"de\", \"fr\"]"),
            "29: calendar.office.holiday_sets[1]: there is no set \"fr\"",
        ),
        (
            more("closures = [{ from = \"2026-12-24T12:00\", until = \"2026-12-24T12:00\" }]"),
            "29: calendar.office.closures[0].until: must be after",
        ),
        (
            more("openings = [{ from = \"2026-12-24T12:00Z\", until = \"2026-12-25T12:00\" }]"),
            "29: calendar.office.openings[0].from: ",
        ),
        (
            more("maintenance = [{ from = \"2026-12-24\", until = \"2026-12-25\" }]"),
            "29: calendar.office.maintenance[0].from: ",
        ),
        (
            more("closures = [{ from = \"2026-12-24T12:00\" }]"),
            "calendar.office.closures[0]: missing field `until`",
        ),
        (
            more("closures = [{ from = \"1990-01-01T00:00\", until = \"2099-01-01T00:00\" }]"),
            "26: calendar.office: has no open minute in 2025",
        ),
        (
            more("holiday_files = [\"/there/is/nothing.ics\"]"),
            "29: calendar.office.holiday_files[0]: cannot read /there/is/nothing.ics: No such file",
        ),
        (more("colour = \"red\""), "29: calendar.office.colour: unknown field"),
        (format!("{HOURS}\n[calendar.always]\n{HOURS}"), "29: calendar.always: exists by itself"),
        (
            format!("{HOURS}\n[calendar.\"of us\"]\n{HOURS}"),
            "29: calendar.of us: a calendar's name",
        ),
    ]);
}

/// Each of these is refused, with these words.
#[track_caller]
fn named(cases: &[(String, &str)]) {
    let mut wrong = Vec::new();
    for (keys, named) in cases {
        match config(keys) {
            Err(error) if error.contains(named) => {}
            Err(error) => wrong.push(format!("{error}\n  is not {named}")),
            Ok(_) => wrong.push(format!("{keys}\n  is taken, and is not {named}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_of_holidays_lies_beside_the_configuration() {
    let table = format!("\n[calendar.office]\n{HOURS}\nholiday_files = [\"office.ics\"]\n");
    let desk = changed("\n[level.community]", &format!("{table}\n[level.community]"));
    let file = desk.path("office.ics");
    refused(
        &desk,
        78,
        &["calendar.office.holiday_files[0]: cannot read ", "office.ics: No such file"],
    );
    let event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224\nEND:VEVENT\nEND:VCALENDAR\n";
    std::fs::write(&file, event).unwrap();
    desk.ok(&["check", "--offline"]);
    std::fs::write(&file, event.replace("END:VEVENT", "RRULE:FREQ=DAILY\nEND:VEVENT")).unwrap();
    refused(&desk, 78, &["office.ics: line 4: RRULE: only FREQ=YEARLY is understood"]);
    std::fs::write(&file, b"BEGIN:VCALENDAR\xff").unwrap();
    refused(&desk, 78, &["office.ics: it is not UTF-8"]);
    std::fs::write(&file, vec![b'x'; 1024 * 1024 + 1]).unwrap();
    refused(&desk, 78, &["office.ics: it is larger than 1 MiB"]);
}
