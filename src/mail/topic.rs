//! What a subject is about, without anything that mail programs and ticket systems add to it: the
//! same for a message, an answer to it, and the tenth answer of another system that puts a tag of its
//! own before each.
//!
//! It only ever says that two messages look alike. No message is appended to anything because of it.

use super::subject::{MARKERS, head};

/// Characters of a topic.
pub const CHARS_MAX: usize = 200;

/// What stands before a number that is a ticket's.
const TAG_WORDS: [&str; 14] = [
    "ticket", "case", "request", "incident", "issue", "id", "no", "nr", "number", "ref", "anfrage",
    "vorgang", "fall", "sak",
];
/// Letters with so many digits behind them are a ticket's number: `INC0012345`.
const TAG_DIGITS: usize = 4;

/// The topic of a decoded subject: its words in lower case, each once, in the order in which they
/// first come; without reply markers, tags with a number in brackets, and numbers of tickets. Empty
/// when nothing is left.
///
/// A number that stands by itself stays: "Order 17" and "Order 18" are two topics. That each word
/// counts once makes one topic of a subject that grows by the same words with each round.
#[must_use]
pub fn topic(subject: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut room = CHARS_MAX;
    let text = without_tags(head(subject)).to_lowercase();
    let mut last = "";
    for (word, next) in parts(&text) {
        let is_marker = next == Some(':') && MARKERS.contains(&word);
        let is_number = word.starts_with('#')
            || is_ticket_number(word)
            || (TAG_WORDS.contains(&last) && has_digit(word));
        last = word;
        if is_marker || is_number || words.contains(&word) {
            continue;
        }
        let Some(left) = room.checked_sub(word.chars().count() + 1) else { break };
        room = left;
        words.push(word);
    }
    words.join(" ")
}

/// Takes out brackets with what stands in them, where that has a digit. One of any kind closes one
/// of any other, as who rewrites subjects does not care.
fn without_tags(subject: &str) -> String {
    let mut kept = String::with_capacity(subject.len());
    let mut open: Vec<usize> = Vec::new();
    for char in subject.chars() {
        match char {
            '[' | '(' | '{' | '<' => {
                open.push(kept.len());
                kept.push(' ');
            }
            ']' | ')' | '}' | '>' => {
                if let Some(at) = open.pop()
                    && kept.get(at..).is_some_and(has_digit)
                {
                    kept.truncate(at);
                }
                kept.push(' ');
            }
            _ => kept.push(char),
        }
    }
    kept
}

/// Words, a `#` before them included, and the first character behind each that is no blank.
fn parts(text: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let is_word = |char: char| char.is_alphanumeric() || char == '#';
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|char| !is_word(char));
        let end = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(end)?;
        rest = behind;
        let next = behind.trim_start().chars().next();
        let next = next.map(|char| if char == '：' { ':' } else { char });
        (!word.is_empty()).then_some((word, next))
    })
}

fn has_digit(text: &str) -> bool {
    text.contains(|char: char| char.is_ascii_digit())
}

fn is_ticket_number(word: &str) -> bool {
    let digits = word.trim_start_matches(|char: char| char.is_ascii_alphabetic());
    digits.len() < word.len()
        && TAG_DIGITS <= digits.len()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_29_what_systems_add_is_no_topic() {
        check("Printer on fire", "printer on fire");
        check("RE: AW[2]: [EX#17] Printer on  FIRE", "printer on fire");
        check("[Case #123] Re: Printer on fire", "printer on fire");
        check("[Case #125] Re: [Case #123] Re: Printer on fire (#A-7)", "printer on fire");
        check("{7} <x9> [Case #7) Printer [a [b 3] c 4] on fire", "printer on fire");
        check("#4711 Re: ticket 4712: case-4713 INC0012345 Printer", "ticket case printer");
        check("回复：Printer", "printer");
        // a subject that grows by the same words is one topic from the second round on
        check("Ticket received: Printer", "ticket received printer");
        check("Ticket received: [T-1] Ticket received: Printer", "ticket received printer");
        // people's own numbers and brackets stay
        check("Order 17", "order 17");
        check("Order 18", "order 18");
        check("[Shop] Order (urgent)", "shop order urgent");
        check("python3 fails", "python3 fails");
        check("][)(>< [", "");
        check("Re:", "");
        check("", "");

        #[track_caller]
        fn check(subject: &str, expected: &str) {
            assert_eq!(topic(subject), expected, "{subject}");
        }
    }

    #[test]
    fn a_topic_has_an_end() {
        let many: Vec<_> = (0..300).map(|n| format!("w{n}")).collect();
        assert!(topic(&many.join(" ")).chars().count() <= CHARS_MAX);
        assert_eq!(topic(&"x".repeat(10_000)), "");
        assert_eq!(topic(&"[".repeat(10_000)), "");
    }
}
