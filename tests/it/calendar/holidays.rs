//! Holidays of countries, against tables of them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use tidings::desk::calendar::{HolidaySet, Rules, Span};

use super::{at, calendar};

const TABLES: [(&str, &str); 3] = [
    ("us-federal", include_str!("../../data/calendar/us-federal.txt")),
    ("de", include_str!("../../data/calendar/de.txt")),
    ("no", include_str!("../../data/calendar/no.txt")),
];

#[test]
fn holidays_are_those_of_the_tables() {
    for (name, table) in TABLES {
        let set = HolidaySet::parse(name).unwrap();
        let mut years = 0;
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let (year, days) = line.split_once(' ').unwrap();
            let number: i16 = year.parse().unwrap();
            let expected: BTreeSet<Date> =
                days.split(' ').map(|day| format!("{year}-{day}").parse().unwrap()).collect();
            // New Year's Day may be observed in the year before.
            let found = set.of(number).into_iter().chain(set.of(number + 1));
            let found: BTreeSet<Date> =
                found.map(|holiday| holiday.date).filter(|date| date.year() == number).collect();
            assert_eq!(found, expected, "{name} {year}");
            years += 1;
        }
        assert!(years > 50, "{name} {years}");
    }
}

#[test]
fn a_holiday_is_observed_in_the_year_before() {
    let sets = vec![HolidaySet::UsFederal];
    let desk = calendar(
        "America/New_York",
        &[("mon-fri", "08:00-20:00")],
        Rules { sets, ..Rules::default() },
    );
    // 1 January 2028 is a Saturday.
    let over = desk.add(at(&desk, "2027-12-30T18:00"), Span::parse("4h").unwrap());
    assert_eq!(over, at(&desk, "2028-01-03T10:00"));
    let names: Vec<_> = desk
        .ahead(at(&desk, "2027-12-20T00:00"), 14)
        .into_iter()
        .filter_map(|one| one.name)
        .collect();
    let expected = ["Christmas Day (observed)", "New Year's Day (observed)"];
    assert_eq!(names.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), expected);
}
