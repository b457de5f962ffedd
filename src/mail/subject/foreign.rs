//! Other systems' tags in subjects: `[OTHER #123]`, `(ABC-77)`. We cannot read them; we keep them, so
//! that the other system finds its own again (THR-30).

use super::{TicketPrefix, head};

/// Tags of one subject that are kept.
pub const FOREIGN_TAGS_MAX: usize = 3;

/// Characters of a tag with its brackets.
const CHARS_MAX: usize = 40;

/// The tags of other systems in a decoded subject, each once, at most [`FOREIGN_TAGS_MAX`].
#[must_use]
pub fn foreign_tags(subject: &str, prefix: &TicketPrefix) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in tags(head(subject)).filter(|tag| prefix.find(tag).is_none()) {
        if found.len() < FOREIGN_TAGS_MAX && !found.iter().any(|known| known == tag) {
            found.push(tag.to_owned());
        }
    }
    found
}

/// The tags in a text, in their order.
pub(super) fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().filter(|(_, char)| matches!(char, '[' | '(')).filter_map(|(at, _)| {
        let (tag, _) = leading_tag(text.get(at..)?)?;
        Some(tag)
    })
}

/// The tag at the beginning of a text, and what follows.
pub(super) fn leading_tag(text: &str) -> Option<(&str, &str)> {
    let close = match text.chars().next()? {
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    let end = text.find(close)? + 1;
    let (tag, rest) = text.split_at_checked(end)?;
    let inside = tag.get(1..end - 1)?;
    (end <= CHARS_MAX && is_tag(inside)).then_some((tag, rest))
}

/// A name and a number with a sign between, or a number behind `#`: `OTHER #123`, `ABC-77`,
/// `rt.example.com #5`, `Ticket: 9`, `#17`.
fn is_tag(inside: &str) -> bool {
    let inside = inside.trim();
    let name = inside.trim_end_matches(|char: char| char.is_ascii_digit());
    let sign = name.trim_end().chars().next_back();
    let plain = inside.chars().all(|char| {
        char.is_ascii_alphanumeric() || matches!(char, ' ' | '#' | '-' | '_' | '.' | ':' | '/')
    });
    let named = name.contains(|char: char| char.is_ascii_alphabetic());
    let numbered = name.len() < inside.len();
    plain
        && numbered
        && match sign {
            Some('#') => true,
            Some('-' | ':') => named,
            Some(_) | None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_30_tags_of_other_systems_are_found() {
        check("[OTHER #123] Re: [EX#17] Printer", &["[OTHER #123]"]);
        check("Re: (ABC-77) Printer [#5]", &["(ABC-77)", "[#5]"]);
        check(
            "[rt.example.com #5] [Ticket: 9] [Case:8]",
            &["[rt.example.com #5]", "[Ticket: 9]", "[Case:8]"],
        );
        check("[A-1] [A-1] [A-2] [A-3] [A-4]", &["[A-1]", "[A-2]", "[A-3]"]);
        check("[EX#17] [ex #18]", &[]);
        check("[ext] (urgent) [2026-03-01] (2nd floor) (room 12) [] [ ] ( [A-1", &[]);
        check("[a [B-2] c]", &["[B-2]"]);
        check(&format!("[{}-1]", "A".repeat(40)), &[]);
        check("[Ä-1] [A\"-1] [A<-1]", &[]);

        #[track_caller]
        fn check(subject: &str, expected: &[&str]) {
            let prefix = TicketPrefix::parse("EX").unwrap();
            assert_eq!(foreign_tags(subject, &prefix), expected, "{subject}");
        }
    }
}
