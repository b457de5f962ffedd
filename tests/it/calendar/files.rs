//! Files of holidays: what is understood closes, what is not is an error with its line.

use jiff::civil::Date;
use tidings::desk::calendar::{Event, Rules};

use super::{at, calendar};

const YEARLY: &str = include_str!("../../data/calendar/yearly.txt");

fn file(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

fn event(lines: &str) -> String {
    file(&format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n"))
}

fn closed(zone: &str, text: &str, from: &str, days: u16) -> Vec<String> {
    let events = Event::read(text).unwrap();
    let desk = calendar(zone, &[("mon-sun", "00:00-24:00")], Rules { events, ..Rules::default() });
    let periods = desk.ahead(at(&desk, from), days).into_iter();
    periods
        .map(|one| format!("{} {} {}", one.from, one.until, one.name.unwrap_or_default()))
        .collect()
}

#[test]
fn what_comes_again_does_so_on_the_days_of_the_table() {
    let mut rules = 0;
    for line in YEARLY.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<_> = line.split(' ').collect();
        let (start, rule) = (words[0], words[1]);
        let events =
            Event::read(&event(&format!("DTSTART;VALUE=DATE:{start}\r\nRRULE:{rule}"))).unwrap();
        let hours = [("mon-sun", "00:00-24:00")];
        let desk = calendar("UTC", &hours, Rules { events, ..Rules::default() });
        let mut closed = Vec::new();
        let mut day = jiff::civil::date(2020, 1, 1);
        while day.year() < 2033 {
            if !desk.is_open(at(&desk, &format!("{day}T12:00"))) {
                closed.push(day);
            }
            day = day.tomorrow().unwrap();
        }
        let expected: Vec<Date> = words[2..]
            .iter()
            .map(|day| format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]).parse().unwrap())
            .collect();
        assert_eq!(closed, expected, "{start} {rule}");
        rules += 1;
    }
    assert!(rules > 15, "{rules}");
}

#[test]
fn events_of_days_and_of_hours_are_read() {
    let whole = "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\\, \
        and\r\n  after";
    assert_eq!(
        closed("Europe/Berlin", &event(whole), "2026-12-01", 40),
        ["2026-12-24T00:00:00 2026-12-27T00:00:00 Christmas, and after"]
    );
    // In its own zone, in UTC, and by whatever clock one looks at.
    for (lines, expected) in [
        (
            "DTSTART;TZID=America/New_York:20261222T080000\r\nDURATION:PT1H30M",
            "2026-12-22T14:00:00 2026-12-22T15:30:00 ",
        ),
        (
            "DTSTART;TZID=\"/example.org/20261101_1/America/New_York\":20261222T080000\r\n\
             DTEND:20261222T143000Z",
            "2026-12-22T14:00:00 2026-12-22T15:30:00 ",
        ),
        (
            "DTSTART:20261222T130000Z\r\nDTEND:20261222T140000Z",
            "2026-12-22T14:00:00 2026-12-22T15:00:00 ",
        ),
        (
            "DTSTART:20261222T130000\r\nDTEND:20261222T140000",
            "2026-12-22T13:00:00 2026-12-22T14:00:00 ",
        ),
        ("DTSTART:20261222", "2026-12-22T00:00:00 2026-12-23T00:00:00 "),
        (
            "DTSTART;VALUE=DATE:20261222\r\nDTEND;VALUE=DATE:20261222",
            "2026-12-22T00:00:00 2026-12-23T00:00:00 ",
        ),
        ("DTSTART;VALUE=DATE:20261222\r\nDURATION:P1W", "2026-12-22T00:00:00 2026-12-29T00:00:00 "),
    ] {
        assert_eq!(closed("Europe/Berlin", &event(lines), "2026-12-01", 40), [expected], "{lines}");
    }
}

#[test]
fn what_is_called_off_or_takes_no_time_closes_nothing() {
    for lines in [
        "DTSTART;VALUE=DATE:20261222\r\nSTATUS:CANCELLED",
        "DTSTART:20261222T130000Z",
        "DTSTART;VALUE=DATE:20251222\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20261222",
        "DTSTART:20261222T130000Z\r\nDTEND:20261222T140000Z\r\nEXDATE:20261222T130000Z",
    ] {
        assert_eq!(closed("UTC", &event(lines), "2026-12-01", 40), [""; 0], "{lines}");
    }
    let more = "DTSTART;VALUE=DATE:20261201\r\nRDATE;VALUE=DATE:20261205,20261207";
    assert_eq!(closed("UTC", &event(more), "2026-12-02", 40).len(), 2);
    // Of other components nothing is an event's.
    let others = file(
        "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
         BEGIN:VTODO\r\nDTSTART:x\r\nEND:VTODO\r\n\
         BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261222\r\nBEGIN:VALARM\r\nDURATION:x\r\nEND:VALARM\r\n\
         END:VEVENT\r\n",
    );
    assert_eq!(closed("UTC", &others, "2026-12-01", 40).len(), 1);
}

#[test]
fn what_is_not_understood_is_named_by_its_line() {
    for (text, line, what) in [
        ("hello".to_owned(), 1, "not an iCalendar file"),
        (String::new(), 1, "not an iCalendar file"),
        ("BEGIN:VCARD\r\nEND:VCARD\r\n".to_owned(), 1, "not an iCalendar file"),
        (event("DTSTART:20261222T130000Z").replace("END:VCALENDAR\r\n", ""), 5, "in the middle"),
        (event("DTSTART;VALUE=DATE:20261222\r\nEND:VTODO"), 5, "ends what did not begin"),
        (event("SUMMARY:x"), 5, "without DTSTART"),
        (event("DTSTART;VALUE=DATE:20261322"), 4, "not a date"),
        (event("DTSTART;VALUE=DATE:00010101"), 4, "before 1900"),
        (event("SUMMARY:a\r\n b\r\nDTSTART;TZID=W. Europe:20261222T130000"), 6, "\"W. Europe\""),
        (event("DTSTART;VALUE=DATE:20261222\r\nDTEND;VALUE=DATE:20261220"), 5, "before DTSTART"),
        (
            event("DTSTART;VALUE=DATE:20261222\r\nDTEND;VALUE=DATE:20301220"),
            4,
            "longer than a year",
        ),
        (event("DTSTART:20261222T130000\r\nDTEND:20261222T140000Z"), 5, "DTSTART has none"),
        (event("DTSTART;VALUE=DATE:20261222\r\nDURATION:PT"), 5, "DURATION"),
        (event("DTSTART;VALUE=DATE:20261222\r\nRRULE:FREQ=WEEKLY;BYDAY=MO"), 5, "FREQ=YEARLY"),
        (event("DTSTART;VALUE=DATE:20261222\r\nRRULE:FREQ=YEARLY;BYEASTER=1"), 5, "BYEASTER"),
        (event("DTSTART;VALUE=DATE:20261222\r\nRRULE:FREQ=YEARLY;BYMONTH=13"), 5, "BYMONTH"),
        (event("DTSTART;VALUE=DATE:20261222\r\nRRULE:FREQ=YEARLY;COUNT=0"), 5, "COUNT"),
        (event("DTSTART;VALUE=DATE:20261222\r\nRECURRENCE-ID:20261222"), 5, "RECURRENCE-ID"),
        (file(&"BEGIN:X\r\n".repeat(20)), 12, "too deep"),
    ] {
        let error = Event::read(&text).unwrap_err();
        assert!(error.line == line && error.what.contains(what), "{error} of {text:?}");
    }
    let many = file(&"BEGIN:VEVENT\r\nDTSTART:20261222\r\nEND:VEVENT\r\n".repeat(2_001));
    assert!(Event::read(&many).unwrap_err().what.contains("2000 events"));
}
