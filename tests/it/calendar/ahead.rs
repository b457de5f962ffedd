//! What people are told of beforehand.

use jiff::civil::date;
use tidings::desk::calendar::{Holiday, HolidaySet, Period, Rules, Span};

use super::{at, calendar};

fn period(from: &str, until: &str, name: Option<&str>) -> Period {
    let name = name.map(Into::into);
    Period { from: from.parse().unwrap(), until: until.parse().unwrap(), name }
}

fn rules() -> Rules {
    Rules {
        holidays: vec![
            Holiday { date: date(2026, 12, 24), name: Some("Office party".into()) },
            // A Saturday, on which it is closed anyway.
            Holiday { date: date(2026, 12, 19), name: Some("Nothing".into()) },
            Holiday { date: date(2026, 12, 25), name: None },
            Holiday { date: date(2026, 12, 28), name: Some("Worked through".into()) },
        ],
        sets: vec![HolidaySet::Germany],
        openings: vec![period("2026-12-28T08:00", "2026-12-28T16:00", None)],
        closures: vec![
            period("2026-12-22T12:00", "2026-12-22T15:00", Some("Move")),
            period("2026-12-22T18:00", "2026-12-22T20:00", Some("After hours")),
        ],
        maintenance: vec![
            period("2026-12-23T10:00", "2026-12-23T11:00", Some("Upgrade")),
            period("2027-02-01T10:00", "2027-02-01T11:00", None),
        ],
        ..Rules::default()
    }
}

#[test]
fn what_takes_hours_of_the_next_days_is_told() {
    let desk = calendar("Europe/Berlin", &[("mon-fri", "08:00-16:00")], rules());
    let now = at(&desk, "2026-12-18T12:00");
    let told = |days| {
        let told = desk.ahead(now, days).into_iter();
        told.map(|one| format!("{} {}", one.from, one.name.unwrap_or_default())).collect::<Vec<_>>()
    };
    assert_eq!(told(0), Vec::<String>::new());
    let expected = [
        "2026-12-22T12:00:00 Move",
        "2026-12-24T00:00:00 Office party",
        "2026-12-25T00:00:00 Erster Weihnachtstag",
    ];
    assert_eq!(told(10), expected);
    assert_eq!(told(21).last().unwrap(), "2027-01-01T00:00:00 Neujahr");
}

#[test]
fn maintenance_is_told_and_stops_no_clock() {
    let desk = calendar("Europe/Berlin", &[("mon-fri", "08:00-16:00")], rules());
    let now = at(&desk, "2026-12-18T12:00");
    let names: Vec<_> = desk.maintenance_ahead(now, 30).into_iter().map(|one| one.name).collect();
    assert_eq!(names, [Some("Upgrade".into())]);
    assert_eq!(desk.maintenance_ahead(now, 60).len(), 2);
    let over = desk.add(at(&desk, "2026-12-23T09:00"), Span::parse("2h").unwrap());
    assert_eq!(over, at(&desk, "2026-12-23T11:00"));
}

#[test]
fn an_opening_beats_a_holiday_and_a_closure_beats_both() {
    let openings = vec![period("2026-12-25T08:00", "2026-12-25T12:00", None)];
    let closures = vec![period("2026-12-25T09:00", "2026-12-25T10:00", None)];
    let sets = vec![HolidaySet::Germany];
    let rules = Rules { sets, openings, closures, ..Rules::default() };
    let desk = calendar("Europe/Berlin", &[("mon-fri", "08:00-16:00")], rules);
    for (time, open) in
        [("07:59", false), ("08:00", true), ("09:30", false), ("11:59", true), ("12:00", false)]
    {
        assert_eq!(desk.is_open(at(&desk, &format!("2026-12-25T{time}"))), open, "{time}");
    }
}

#[test]
fn a_night_reaches_into_the_next_day() {
    let desk = calendar(
        "Europe/Oslo",
        &[("fri", "22:00-06:00"), ("sun", "23:00-01:00")],
        Rules::default(),
    );
    for (time, open) in [
        ("2026-11-20T21:59", false),
        ("2026-11-20T22:00", true),
        ("2026-11-21T05:59", true),
        ("2026-11-21T06:00", false),
        ("2026-11-22T23:30", true),
        ("2026-11-23T00:59", true),
        ("2026-11-23T01:00", false),
    ] {
        assert_eq!(desk.is_open(at(&desk, time)), open, "{time}");
    }
}

#[test]
fn the_calendar_that_exists_by_itself_is_never_closed() {
    let always = tidings::desk::calendar::Calendar::always();
    let now = at(&always, "2026-11-20T21:59");
    assert_eq!((always.next_open(now), always.next_closed(now)), (now, None));
    assert_eq!(always.add(now, Span::parse("36h").unwrap()), at(&always, "2026-11-22T09:59"));
    assert_eq!(always.add(now, Span::parse("3d").unwrap()), at(&always, "2026-11-23T21:59"));
    // Far away nothing is open, and nothing fails.
    for us in [i64::MIN, i64::MAX, -1] {
        let far = tidings::time::Timestamp::from_us(us);
        assert!(!always.is_open(far));
        assert!(always.add(far, Span::Days(3)) >= far && always.next_open(far) >= far);
        assert!(always.add(far, Span::Opening(Span::OPENING_MAX)) >= far);
    }
}
