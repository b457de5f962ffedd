//! Words of a requester that say how urgent his request is: few forms, which nobody writes by chance.

use crate::desk::priorities::Priorities;
use crate::desk::priority::Priority;
use crate::mail::subject::{TicketPrefix, base_subject};

/// What stands before the word: in English, German and Norwegian.
const LABELS: [&str; 6] =
    ["priority", "severity", "priorität", "dringlichkeit", "prioritet", "alvorlighetsgrad"];

/// Lines above a text that are looked at.
pub(super) const LINES_MAX: usize = 10;
/// Characters before the colon of such a line.
const LABEL_CHARS_MAX: usize = 40;
/// Words in brackets at the beginning of a subject that are looked at.
const BRACKETS_MAX: usize = 5;

/// By a line such as `Priority: high`, among the first lines of a text as long as each is a label and a word.
pub(super) fn on_top<'a, 'b>(
    lines: impl Iterator<Item = &'b str>,
    priorities: &'a Priorities,
) -> Option<&'a Priority> {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    let mut fields = lines.take(LINES_MAX).map_while(field);
    fields.find_map(|(label, word)| is_label(label).then(|| priorities.find(word)).flatten())
}

/// By `[high]`, `[priority high]` or `!high` at the beginning or at the end of a subject. A number alone stands in
/// brackets for other things, and needs its label: `[severity 1]`.
pub(super) fn in_subject<'a>(
    subject: &str,
    prefix: &TicketPrefix,
    priorities: &'a Priorities,
) -> Option<&'a Priority> {
    let base = base_subject(subject, prefix);
    let mut rest = base.as_str();
    for _ in 0..BRACKETS_MAX {
        let Some((inside, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        else {
            break;
        };
        if let Some(found) = labelled(inside, priorities) {
            return Some(found);
        }
        rest = behind.trim_start();
    }
    let last = || {
        let (before, inside) = base.strip_suffix(']')?.rsplit_once('[')?;
        if before.ends_with(char::is_whitespace) { labelled(inside, priorities) } else { None }
    };
    let shouted = |word: Option<&str>| alone(word?.strip_prefix('!')?, priorities);
    last()
        .or_else(|| shouted(rest.split_whitespace().next()))
        .or_else(|| shouted(rest.split_whitespace().next_back()))
}

/// A label and a word: a line of a form, or what somebody writes as if it were one. Programs set it in bold.
fn field(line: &str) -> Option<(&str, &str)> {
    let (label, word) = line.split_once([':', '：'])?;
    let (label, word) = (bare(label), bare(word));
    let good = label.starts_with(char::is_alphabetic) && label.chars().count() <= LABEL_CHARS_MAX;
    good.then_some((label, word))
}

fn bare(text: &str) -> &str {
    text.trim_matches(|char: char| char.is_whitespace() || matches!(char, '*' | '_'))
}

fn is_label(text: &str) -> bool {
    LABELS.contains(&text.to_lowercase().as_str())
}

/// `high`, `priority high`, `Priority: 1`.
fn labelled<'a>(inside: &str, priorities: &'a Priorities) -> Option<&'a Priority> {
    let inside = inside.trim();
    let parted = inside.split_once(|char: char| char == ':' || char.is_whitespace());
    match parted {
        Some((label, word)) if is_label(label) => priorities.find(word.trim_start_matches(':')),
        Some(_) | None => alone(inside, priorities),
    }
}

fn alone<'a>(word: &str, priorities: &'a Priorities) -> Option<&'a Priority> {
    let is_number = word.trim().bytes().all(|byte| byte.is_ascii_digit());
    if is_number { None } else { priorities.find(word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(word: &str) -> Priority {
        Priority::parse(word).unwrap()
    }

    /// Numbers with words for them.
    fn numbers() -> Priorities {
        let mut numbers = Priorities::new(vec![name("1"), name("2"), name("3")], "3").unwrap();
        for (word, number) in [("P1", "1"), ("critical", "1"), ("hoch", "2"), ("sehr hoch", "1")] {
            numbers.add_alias(word, number).unwrap();
        }
        numbers
    }

    #[test]
    fn a_line_above_the_text_says_it() {
        check("Priority: 1\n\nThe printer burns.", Some("1"));
        check("\n\n  priority :  CRITICAL \nx", Some("1"));
        check("*Severity:* 2\nx", Some("2"));
        check("Priorität: sehr hoch", Some("1"));
        check("Dringlichkeit: hoch", Some("2"));
        check("Prioritet: 3", Some("3"));
        check("Alvorlighetsgrad：1", Some("1"));
        check("Name: Ada\nPhone: 1\n\nPriority: 2\nMessage: it burns", Some("2"));
        check("Priority: soon\nSeverity: 1", Some("1"));
        // not on top, not a line of its own, not a word of the desk
        check("The printer burns.\nPriority: 1", None);
        check("> Priority: 1", None);
        check("Priority: 1st floor", None);
        check("Our priority: 1", None);
        check("Priority 1", None);
        check("Priority:", None);
        check("", None);
        check(&format!("{}Priority: 1", "Name: x\n".repeat(LINES_MAX)), None);
        check(&format!("{}: x\nPriority: 1", "x".repeat(LABEL_CHARS_MAX + 1)), None);

        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(on_top(text.lines(), &numbers()), expected.map(name).as_ref(), "{text:?}");
        }
    }

    #[test]
    fn a_mark_at_an_end_of_the_subject_says_it() {
        check("[P1] Printer on fire", Some("1"));
        check("AW: [EX#17] [OTHER #5] [critical] Printer", Some("1"));
        check("Printer on fire [Hoch]", Some("2"));
        check("Re: Printer on fire [sehr hoch]", Some("1"));
        check("!critical Printer", Some("1"));
        check("Printer !hoch", Some("2"));
        check("[severity 1] Printer", Some("1"));
        check("Printer [Priority: 2]", Some("2"));
        check("[Priorität :2] Printer", Some("2"));
        check("[EX#17] [P1]", Some("1"));
        // a number alone, in the middle, a part of something, and what is no name
        check("[1] Printer", None);
        check("Re[1]: Printer", None);
        check("Printer !1", None);
        check("Printer [P1] on fire", None);
        check("list[P1]", None);
        check("[P12] Printer", None);
        check("critical: Printer", None);
        check("P1", None);
        check("Hello!critical", None);
        check("[P1 Printer", None);
        check("[EX#1]", None);
        check("", None);

        #[track_caller]
        fn check(subject: &str, expected: Option<&str>) {
            let prefix = TicketPrefix::parse("EX").unwrap();
            let found = in_subject(subject, &prefix, &numbers()).cloned();
            assert_eq!(found, expected.map(name), "{subject:?}");
        }
    }
}
