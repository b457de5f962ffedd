//! What is counted, and how it is summed up.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::*;

/// A ticket that began then, by the wall clock of UTC.
fn ticket(began: &str) -> Handled {
    Handled {
        desk: "support".to_owned(),
        level: "community".to_owned(),
        agent: None,
        began: Timestamp::parse(began).unwrap(),
        asked: None,
        answered: None,
        over: None,
        kept: 0,
        broken: 0,
        stars: None,
    }
}

/// One that was answered after so many seconds.
fn answered(seconds: u64) -> Handled {
    let ticket = ticket("2026-03-02T09:00:00Z");
    let asked = ticket.began.after(Duration::from_mins(1));
    let answered = Some(asked.after(Duration::from_secs(seconds)));
    Handled { asked: Some(asked), answered, ..ticket }
}

fn summary(tickets: impl IntoIterator<Item = Handled>) -> Summary {
    let mut totals = Totals::default();
    tickets.into_iter().for_each(|ticket| totals.add("one", &ticket));
    totals.report().all
}

#[test]
fn percentiles_are_those_of_the_nearest_rank() {
    check(&[7], 7, 7);
    check(&[9, 7], 7, 9);
    check(&[3, 1, 2], 2, 3);
    check(&[4, 3, 2, 1], 2, 4);
    check(&[5, 5, 5, 5, 1], 5, 5);
    check(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5, 9);
    check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6, 10);
    check(&[0, u64::MAX / 1_000_000], 0, u64::from(u32::MAX));

    #[track_caller]
    fn check(seconds: &[u64], median: u64, ninetieth: u64) {
        let found = summary(seconds.iter().map(|one| answered(*one))).first_response.unwrap();
        let (median, ninetieth) = (Duration::from_secs(median), Duration::from_secs(ninetieth));
        assert_eq!(found, Spread { count: seconds.len() as u64, median, ninetieth }, "{seconds:?}");
    }
}

#[test]
fn each_figure_counts_the_tickets_that_have_it() {
    assert_eq!(
        summary([]),
        Summary {
            tickets: 0,
            first_response: None,
            resolution: None,
            kept: 0,
            broken: 0,
            rated: None
        }
    );
    let began = ticket("2026-03-02T09:00:00Z");
    let over = Some(began.began.after(Duration::from_hours(2)));
    let all = summary([
        Handled { over, kept: 2, broken: 1, stars: Some(5), ..answered(90) },
        Handled { kept: 1, stars: Some(4), ..began.clone() },
        // Nobody has asked, so that nothing was answered.
        Handled { answered: over, broken: 3, stars: Some(4), ..began },
    ]);
    let one = |seconds| {
        let span = Duration::from_secs(seconds);
        Some(Spread { count: 1, median: span, ninetieth: span })
    };
    let expected = Summary {
        tickets: 3,
        first_response: one(90),
        resolution: one(7_200),
        kept: 3,
        broken: 4,
        rated: Some(Rated { count: 3, hundredths: 433 }),
    };
    assert_eq!(all, expected);
}

#[test]
fn all_is_of_every_ticket_of_every_group() {
    let mut totals = Totals::default();
    for (group, seconds) in [("b", 1), ("a", 2), ("b", 3), ("b", 4), ("c", 5)] {
        totals.add(group, &answered(seconds));
    }
    let report = totals.report();
    let medians: Vec<_> = report
        .groups
        .iter()
        .map(|(group, one)| (&**group, one.tickets, one.first_response.unwrap().median.as_secs()))
        .collect();
    assert_eq!(medians, [("a", 1, 2), ("b", 3, 3), ("c", 1, 5)]);
    let all = report.all.first_response.unwrap();
    assert_eq!((all.count, all.median.as_secs(), all.ninetieth.as_secs()), (5, 3, 5));
}

#[test]
fn a_month_is_that_of_the_wall_clock() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    // Winter: an hour ahead; summer: two. In 2026 clocks go forward on 29 March, back on 25 October.
    check("2026-01-31T22:59:59Z", &berlin, "2026-01");
    check("2026-01-31T23:00:00Z", &berlin, "2026-02");
    check("2026-03-31T21:59:59Z", &berlin, "2026-03");
    check("2026-03-31T22:00:00Z", &berlin, "2026-04");
    check("2026-10-31T22:59:59Z", &berlin, "2026-10");
    check("2026-10-31T23:00:00Z", &berlin, "2026-11");
    check("2025-12-31T23:00:00Z", &berlin, "2026-01");
    check("2025-12-31T23:00:00Z", &TimeZone::UTC, "2025-12");
    let new_york = TimeZone::get("America/New_York").unwrap();
    check("2026-01-01T04:59:59Z", &new_york, "2025-12");
    check("2026-07-01T04:00:00Z", &new_york, "2026-07");

    #[track_caller]
    fn check(began: &str, zone: &TimeZone, expected: &str) {
        assert_eq!(By::Month.group(&ticket(began), zone), expected, "{began}");
    }
}

#[test]
fn a_ticket_has_a_group_of_each_kind() {
    let ticket = Handled { agent: Some("Ada".to_owned()), ..ticket("2026-03-02T09:00:00Z") };
    let all = [By::Desk, By::Agent, By::Level, By::Month];
    let groups = all.map(|by| by.group(&ticket, &TimeZone::UTC).into_owned());
    assert_eq!(groups, ["support", "Ada", "community", "2026-03"]);
    assert_eq!(By::Agent.group(&Handled { agent: None, ..ticket }, &TimeZone::UTC), "-");
}

#[test]
fn a_time_begins_with_its_first_instant_and_ends_before_its_last() {
    check(None, None, [true; 4]);
    check(Some(2), None, [false, true, true, true]);
    check(None, Some(3), [true, true, false, false]);
    check(Some(2), Some(3), [false, true, false, false]);
    check(Some(3), Some(2), [false; 4]);

    #[track_caller]
    fn check(since: Option<i64>, until: Option<i64>, expected: [bool; 4]) {
        let at = |second| Timestamp::from_seconds(second);
        let interval = Interval { since: since.map(at), until: until.map(at) };
        assert_eq!([1, 2, 3, 4].map(|second| interval.has(at(second))), expected, "{interval:?}");
    }
}
