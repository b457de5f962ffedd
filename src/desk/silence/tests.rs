//! The steps of a silence: their order, their distance, the hours in which they are counted.

use super::*;
use crate::desk::calendar::{CalendarName, Hours, Rules as Hourly};

/// Monday, 2 March 2026, 09:00 UTC.
const BEGIN: i64 = 1_772_442_000;
const DAY_SECONDS: i64 = 86_400;

fn days(count: i64) -> Timestamp {
    Timestamp::from_seconds(BEGIN + count * DAY_SECONDS)
}

fn rules(remind: &[&str], lower: &str, resolve: &str, close: &str) -> Rules {
    let span = |text: &str| Span::parse(text).ok();
    Rules {
        remind_after: remind.iter().filter_map(|text| span(text)).collect(),
        lower_priority_after: span(lower),
        resolve_after: span(resolve),
        close_after: span(close),
    }
}

fn silence(owed: Owed) -> Silence {
    Silence { owed, since: days(0), reminded: 0, lowered: None, acted: None }
}

/// Lives on, looked at from `from` on, then at whatever is due: step and day, up to the end of the silence.
fn lived(rules: &Rules, mut silence: Silence, from: Timestamp) -> String {
    let (hours, mut now, mut told) = (Calendar::always(), from, Vec::new());
    while let Some(due) = rules.next(&silence, &hours) {
        now = now.max(due.at);
        let after = now.since(days(0));
        let minutes = after.as_secs() / 60;
        told.push(match (minutes / 1_440, minutes % 1_440) {
            (days, 0) => format!("{:?} {days}", due.step),
            (days, rest) => format!("{:?} {days}+{}:{:02}", due.step, rest / 60, rest % 60),
        });
        match due.step {
            Step::Resolve | Step::Close => break,
            Step::Remind | Step::LowerPriority => {
                silence = rules.after(&silence, due.step, now, &hours);
            }
        }
    }
    told.join(", ")
}

#[track_caller]
fn check(rules: &Rules, from: i64, expected: &str) {
    assert_eq!(lived(rules, silence(Owed::Answer), days(from)), expected);
}

#[test]
fn steps_come_in_the_order_of_their_times() {
    check(
        &rules(&["3d", "7d"], "5d", "14d", ""),
        0,
        "Remind 3, LowerPriority 5, Remind 7, Resolve 14",
    );
    check(&rules(&["3d"], "", "", ""), 0, "Remind 3");
    check(&rules(&[], "", "2h", ""), 0, "Resolve 0+2:00");
    check(&rules(&["3d"], "3d", "4d", ""), 0, "Remind 3, LowerPriority 3, Resolve 4");
    check(&rules(&[], "", "", "3d"), 0, "");
    // What is resolved waits for nobody.
    check(&rules(&["7d"], "", "2d", ""), 0, "Resolve 2");
}

#[test]
fn after_a_month_of_standstill_each_step_comes_a_day_after_the_other() {
    let all = rules(&["3d", "7d"], "5d", "14d", "");
    check(&all, 30, "Remind 30, LowerPriority 31, Resolve 32");
    check(&all, 6, "Remind 6, LowerPriority 7, Remind 8, Resolve 14");
    // The second reminder is not overtaken, and the end comes when it was meant.
    check(&rules(&["3d", "7d"], "", "14d", ""), 4, "Remind 4, Remind 7, Resolve 14");
}

#[test]
fn what_was_meant_to_come_hours_apart_does() {
    check(&rules(&["2h"], "", "4h", ""), 0, "Remind 0+2:00, Resolve 0+4:00");
    check(&rules(&["2h"], "", "4h", ""), 1, "Remind 1, Resolve 1+2:00");
}

#[test]
fn a_reminder_that_is_made_late_moves_nothing_into_its_own_minute() {
    let almost = days(14).before(Duration::from_mins(1));
    let lived = lived(&rules(&["3d"], "", "14d", ""), silence(Owed::Answer), almost);
    assert_eq!(lived, "Remind 13+23:59, Resolve 14+23:59");
}

#[test]
fn a_day_that_an_agent_named_is_waited_for() {
    let all = rules(&["3d", "7d"], "5d", "14d", "1d");
    assert_eq!(lived(&all, silence(Owed::Day), days(90)), "");
}

#[test]
fn what_is_resolved_is_closed() {
    let all = rules(&["3d"], "5d", "14d", "10d");
    assert_eq!(lived(&all, silence(Owed::Nothing), days(0)), "Close 10");
    assert_eq!(lived(&all, silence(Owed::Nothing), days(40)), "Close 40");
    let none = rules(&["3d"], "5d", "14d", "");
    assert_eq!(lived(&none, silence(Owed::Nothing), days(40)), "");
}

#[test]
fn a_priority_that_is_settled_is_not_lowered() {
    let all = rules(&[], "5d", "14d", "");
    let settled = Silence { lowered: Some(days(1)), ..silence(Owed::Answer) };
    assert_eq!(lived(&all, settled, days(0)), "Resolve 14");
}

#[test]
fn other_rules_hold_for_who_waits_already() {
    let first = rules(&["3d"], "", "14d", "");
    let reminded = first.after(&silence(Owed::Answer), Step::Remind, days(3), &Calendar::always());
    assert_eq!(
        lived(&rules(&["1d", "2d", "6d"], "", "9d", ""), reminded.clone(), days(4)),
        "Remind 4, Remind 6, Resolve 9"
    );
    assert_eq!(lived(&rules(&["1d"], "", "2d", ""), reminded.clone(), days(4)), "Resolve 4");
    assert_eq!(lived(&Rules::default(), reminded, days(99)), "");
}

#[test]
fn spans_are_of_opening_time() {
    let hours = Hours::parse([("mon-fri", "08:00-16:00")]).unwrap();
    let name = CalendarName::parse("office").unwrap();
    let hours = Hourly { hours, ..Hourly::default() };
    let office = Calendar::new(name, jiff::tz::TimeZone::UTC, hours).unwrap();
    let at = |step, days: i64, hour: i64| {
        Some(Due { step, at: Timestamp::from_seconds(BEGIN + days * DAY_SECONDS + hour * 3_600) })
    };
    let all = rules(&["3d", "7d"], "", "14d", "");
    let mut silence = silence(Owed::Answer);
    assert_eq!(all.next(&silence, &office), at(Step::Remind, 3, 0));
    // Made late, on a Saturday: the next one comes on an opening day.
    silence = all.after(&silence, Step::Remind, days(12), &office);
    assert_eq!(silence.reminded, 2);
    assert_eq!(all.next(&silence, &office), at(Step::Resolve, 18, 0));
    assert_eq!(
        rules(&["12h"], "", "", "")
            .next(&Silence { reminded: 0, ..silence }, &office)
            .map(|due| due.step),
        Some(Step::Remind)
    );
}

#[test]
fn the_outlook_says_what_comes() {
    let all = rules(&["3d", "7d"], "5d", "14d", "");
    let hours = Calendar::always();
    let reminded = all.after(&silence(Owed::Answer), Step::Remind, days(3), &hours);
    let outlook = Outlook { lowers: Some(days(5)), resolves: Some(days(14)) };
    assert_eq!(all.outlook(&reminded, &hours), outlook);
    let late = all.after(&silence(Owed::Answer), Step::Remind, days(30), &hours);
    let outlook = Outlook { lowers: Some(days(31)), resolves: Some(days(32)) };
    assert_eq!(all.outlook(&late, &hours), outlook);
    assert_eq!(rules(&["3d"], "", "", "").outlook(&reminded, &hours), Outlook::default());
}
