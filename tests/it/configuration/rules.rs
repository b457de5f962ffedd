//! Rules that act by time: what is refused, and what is meant.

use std::path::Path;

use tidings::config::{Config, Desk as Meant};
use tidings::desk::calendar::Span;
use tidings::triage::policy::Told;

use super::{GOOD, refused};
use crate::support::desk::Desk;

fn with(lines: &str) -> String {
    GOOD.replacen("[desk.imap]", &format!("{lines}\n[desk.imap]"), 1)
}

#[test]
fn a_rule_that_cannot_be_meant_is_named_with_line_and_key() {
    let first = GOOD.lines().position(|line| line == "[desk.imap]").unwrap() + 2;
    for (lines, line, key, why) in [
        ("remind_after = [\"0d\"]", 0, "remind_after", "not a span"),
        ("remind_after = [\"3\"]", 0, "remind_after", "not a span"),
        ("remind_after = [\"3d\", \"3d\"]", 0, "remind_after", "the shortest first"),
        ("remind_after = [\"7d\", \"3d\"]", 0, "remind_after", "3d comes after 7d"),
        ("resolve_after = \"0h\"", 0, "resolve_after", "more than nothing"),
        (
            "resolve_after = \"3d\"\nremind_after = [\"3d\"]",
            1,
            "remind_after",
            "3d would never come: resolve_after is 3d",
        ),
        (
            "lower_priority_after = \"5h\"\nresolve_after = \"4h\"",
            0,
            "lower_priority_after",
            "5h would never come: resolve_after is 4h",
        ),
        (
            "remind_after = [\"1d\", \"2d\", \"3d\", \"4d\", \"5d\", \"6d\"]",
            0,
            "remind_after",
            "at most 5",
        ),
        ("close_after = \"1d\"", 0, "close_after", "unknown field"),
    ] {
        let desk = Desk::with_config(&with(&format!("[desk.when_pending]\n{lines}")));
        let place = format!("tidings.toml:{}: desk[0].when_pending.{key}", first + line);
        refused(&desk, 78, &[&place, why]);
    }
    let close = with("[desk.when_resolved]\nclose_after = \"0d\"");
    refused(&Desk::with_config(&close), 78, &["desk[0].when_resolved.close_after", "not a span"]);
    let told = with("notices = [\"resolved\", \"opened\"]");
    refused(&Desk::with_config(&told), 78, &["desk[0].notices", "\"pending\" or \"waiting\""]);
}

#[test]
fn hours_and_days_stand_beside_each_other_and_nothing_is_the_default() {
    let meant = |text: &str| -> Meant {
        Config::parse(text, Path::new("/tmp/tidings.toml")).unwrap().desks.remove(0)
    };
    let none = meant(GOOD);
    assert_eq!(none.silence, tidings::desk::silence::Rules::default());
    assert_eq!(none.notices, Told::ALL);
    assert_eq!(meant(&with("acknowledge = \"none\"")).notices, []);
    let told = meant(&with("acknowledge = \"none\"\nnotices = [\"closed\"]")).notices;
    assert_eq!(told, [Told::Closed]);
    let rules = meant(&with(
        "[desk.when_pending]\nremind_after = [\"20h\", \"3d\"]\nresolve_after = \"4d\"\n\
         lower_priority_after = \"none\"\n[desk.when_resolved]\nclose_after = \"10d\"",
    ))
    .silence;
    let hours = Span::Opening(std::time::Duration::from_hours(20));
    assert_eq!(rules.remind_after, [hours, Span::Days(3)]);
    assert_eq!((rules.lower_priority_after, rules.resolve_after), (None, Some(Span::Days(4))));
    assert_eq!(rules.close_after, Some(Span::Days(10)));
}
