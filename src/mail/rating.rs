//! What a requester thinks of how his ticket was handled, as he writes it: `Rating: 4`, the subject of a mail that our
//! links begin, or a line on top of his words. What only looks like that is none: nobody is rated by
//! "Rating: 4 things are broken".

use std::fmt;

use super::subject::{TicketPrefix, base_subject, untagged};

/// How many stars of [`Stars::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stars(u8);

/// The word before the number, in each language.
const WORDS: [&str; 3] = ["rating", "bewertung", "vurdering"];

impl Stars {
    /// The best.
    pub const MAX: u8 = 5;

    /// From one to the best.
    #[must_use]
    pub fn new(stars: i64) -> Option<Self> {
        u8::try_from(stars).ok().filter(|stars| (1..=Self::MAX).contains(stars)).map(Self)
    }

    /// How many.
    #[must_use]
    pub fn get(self) -> i64 {
        i64::from(self.0)
    }
}

/// For people: `4 of 5`.
impl fmt::Display for Stars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.0, Self::MAX)
    }
}

/// The rating that a decoded subject is, but for what mail programs and ticket systems add to it.
#[must_use]
pub fn in_subject(subject: &str, prefix: &TicketPrefix) -> Option<Stars> {
    named(&untagged(&base_subject(subject, prefix)))
}

/// The rating that a line of a text is: as in a subject, or with `#` before it.
#[must_use]
pub fn in_line(line: &str) -> Option<Stars> {
    let line = line.trim();
    named(line.strip_prefix('#').unwrap_or(line))
}

/// The rating that a text is which says nothing else: its number alone.
#[must_use]
pub fn alone(text: &str) -> Option<Stars> {
    stars(text.trim())
}

/// `Rating: 4`, `Rating 4`, `Rating: 4/5`.
fn named(text: &str) -> Option<Stars> {
    let text = text.trim();
    let end = text.find(|char: char| !char.is_alphabetic())?;
    let (word, rest) = (text.get(..end)?, text.get(end..)?);
    if !WORDS.contains(&word.to_lowercase().as_str()) {
        return None;
    }
    let rest = match rest.trim_start().strip_prefix(':') {
        Some(rest) => rest,
        None => rest.strip_prefix(char::is_whitespace)?,
    };
    let number = match rest.split_once('/') {
        Some((number, of)) => Some(number).filter(|_| stars(of.trim()) == Some(Stars(Stars::MAX))),
        None => Some(rest),
    };
    stars(number?.trim())
}

fn stars(text: &str) -> Option<Stars> {
    let mut digits = text.chars();
    match (digits.next().and_then(|digit| digit.to_digit(10)), digits.next()) {
        (Some(digit), None) => Stars::new(digit.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_is_a_word_and_a_number_and_nothing_else() {
        for (line, expected) in [
            ("Rating: 4", Some(4)),
            ("  rating 4 ", Some(4)),
            ("RATING:4/5", Some(4)),
            ("Rating : 1 / 5", Some(1)),
            ("#rating: 5", Some(5)),
            ("# Bewertung: 2", Some(2)),
            ("Vurdering\u{a0}3", Some(3)),
            ("Rating: 0", None),
            ("Rating: 6", None),
            ("Rating: 4.5", None),
            ("Rating: 45", None),
            ("Rating: 4/10", None),
            ("Rating: 4/5/5", None),
            ("Rating: 4 things are broken", None),
            ("Rating: -4", None),
            ("Rating: four", None),
            ("Rating:", None),
            ("Rating", None),
            ("My rating: 4", None),
            ("Ratings: 4", None),
            ("Rating4", None),
            ("##rating: 4", None),
            ("> Rating: 4", None),
            ("4", None),
            ("", None),
        ] {
            assert_eq!(in_line(line).map(Stars::get), expected, "{line}");
        }
    }

    #[test]
    fn a_subject_is_read_without_what_programs_add() {
        for (subject, expected) in [
            ("[EX#17] Rating: 4", Some(4)),
            ("Re: [EX#17] Rating: 4", Some(4)),
            ("AW: SV: [EXT] [OTHER #123] Bewertung: 5", Some(5)),
            ("Vurdering: 1 [EX#17]", Some(1)),
            ("[EX#17] #Rating: 4", None),
            ("[EX#17] Rating: 4 things are broken", None),
            ("[EX#17] 4", None),
            ("Rating: [OTHER#4]", None),
        ] {
            let prefix = TicketPrefix::parse("EX").unwrap();
            assert_eq!(in_subject(subject, &prefix).map(Stars::get), expected, "{subject}");
        }
    }

    #[test]
    fn a_number_by_itself_is_one_digit() {
        for (text, expected) in [("4", Some(4)), (" 5\n", Some(5)), ("0", None), ("6", None)] {
            assert_eq!(alone(text).map(Stars::get), expected, "{text}");
        }
        for text in ["", "45", "4.5", "4!", "٤", "4 4"] {
            assert_eq!(alone(text), None, "{text}");
        }
    }
}
