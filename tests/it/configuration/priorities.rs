//! Which priorities there are, and what cannot be meant.

use std::path::Path;

use tidings::config::Config;
use tidings::desk::priorities::Priorities;
use tidings::triage::policy::RequesterPriority;

use super::{GOOD, refused};
use crate::support::desk::Desk;

fn priorities(lines: &str) -> Priorities {
    let text = format!("{GOOD}\n[priority]\n{lines}\n");
    Config::parse(&text, Path::new("/tmp/tidings.toml")).unwrap().priorities
}

#[test]
fn words_that_cannot_be_priorities_are_named_with_line_and_key() {
    let first = GOOD.lines().count() + 3;
    for (lines, line, key, why) in [
        ("names = []\ndefault = \"a\"", 0, "names", "1 to 16 names"),
        ("default = \"a\"\nnames = [\"a\", \"A\"]", 1, "names", "\"A\" is there twice"),
        ("names = [\"a b\"]\ndefault = \"a b\"", 0, "names", "ASCII letters"),
        ("names = [\"a\"]", 0, "default", "\"medium\" is not one of the names: a"),
        ("names = [\"a\", \"b\"]\ndefault = \"c\"", 1, "default", "one of the names: a, b"),
        ("default = \"none\"", 0, "default", "critical, high, medium, low"),
        ("default = \"low\"\naliases.x = \"y\"", 1, "aliases.x", "one of the names"),
        ("aliases = { x = \"low\", HIGH = \"low\" }", 0, "aliases.HIGH", "there twice"),
        ("aliases = { \"a:b\" = \"low\" }", 0, "aliases.a:b", "letters, digits"),
        ("names = [1]\ndefault = \"1\"", 0, "names", "expected a string"),
        ("name = \"x\"", 0, "name", "unknown"),
    ] {
        let desk = Desk::with_config(&format!("{GOOD}\n[priority]\n{lines}\n"));
        // The default that is not written is missed in its table.
        let line = if lines == "names = [\"a\"]" { first - 1 } else { first + line };
        refused(&desk, 78, &[&format!("tidings.toml:{line}: priority.{key}"), why]);
    }
}

#[test]
fn a_rule_that_means_nothing_is_named() {
    let rules = |lines: &str| format!("[[desk.priority_rule]]\n{lines}\n");
    let good = "words = [\"down\"]\npriority = \"urgent\"";
    for (lines, key, why) in [
        (rules("words = []\npriority = \"high\""), "[0].words", "1 to 100"),
        (rules("words = [\"a\", \"!\"]\npriority = \"high\""), "[0].words", "a letter or a digit"),
        (
            rules(good) + &rules("words = [\"x\"]\npriority = \"hihg\""),
            "[1].priority",
            "do you mean high?",
        ),
        (rules("priority = \"high\""), "[0]", "missing field `words`"),
        (rules("words = [\"x\"]\npriority = \"high\"\nfor = 1"), "[0].for", "unknown field"),
        (rules(good).repeat(101), "", "at most 100"),
    ] {
        let text = GOOD.replacen("[level.", &format!("{lines}[level."), 1);
        let key = format!("desk[0].priority_rule{key}: ");
        refused(&Desk::with_config(&text), 78, &[&key, why]);
    }
    let text = GOOD.replacen("[level.", &format!("{}[level.", rules(good)), 1);
    let config = Config::parse(&text, Path::new("/tmp/tidings.toml")).unwrap();
    assert_eq!(config.desks[0].priority_rules[0].priority.as_str(), "critical");
    assert_eq!(config.desks[0].requester_priority, RequesterPriority::Ignored);
    let text = text.replacen("[desk.imap]", "requester_sets_priority = true\n[desk.imap]", 1);
    let config = Config::parse(&text, Path::new("/tmp/tidings.toml")).unwrap();
    assert_eq!(config.desks[0].requester_priority, RequesterPriority::Heard);
}

#[test]
fn priorities_are_what_is_written_or_the_usual_ones() {
    assert_eq!(priorities(""), Priorities::standard());
    let numbers = priorities(
        "names = [\"1\", \"2\", \"3\"]\ndefault = \"3\"\naliases = { Kritisch = \"1\" }",
    );
    let of = |word| numbers.find(word).map(ToString::to_string);
    assert_eq!((of("1").as_deref(), of("kritisch").as_deref()), (Some("1"), Some("1")));
    assert_eq!((of("urgent"), of("medium")), (None, None));
    assert_eq!(numbers.default().as_str(), "3");
    let low = priorities("default = \"low\"");
    assert_eq!((low.default().as_str(), low.find("urgent").unwrap().as_str()), ("low", "critical"));
}
