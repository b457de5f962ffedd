//! Subjects: our ticket identifier in them, and what is left without it and the reply markers.

mod base;
mod foreign;

use std::fmt;
use std::num::NonZeroU32;

pub(super) use base::MARKERS;
pub use base::{base_subject, untagged};
pub use foreign::{FOREIGN_TAGS_MAX, foreign_tags};

/// Characters of a subject that are looked at.
pub const CHARS_MAX: usize = 1_000;

/// Ticket identifiers of a subject that are looked up.
pub const TIDS_MAX: usize = 8;

/// A ticket's number: unique in the instance, readable, and no key to anything by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber(NonZeroU32);

/// What stands before the number in a desk's ticket identifiers, such as `EX` in `[EX#104217]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketPrefix(Box<str>);

impl TicketNumber {
    /// A ticket number; zero is none.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        u32::try_from(number).ok().and_then(NonZeroU32::new).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        i64::from(self.0.get())
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl TicketPrefix {
    /// Characters of a prefix.
    pub const CHARS_MAX: usize = 16;

    /// Reads a prefix: ASCII letters, digits and `-`, beginning with a letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.len() <= Self::CHARS_MAX
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        good.then(|| Self(text.into()))
    }

    /// The ticket identifier (TID) of `number`, as it stands in a subject: `[EX#104217]`.
    #[must_use]
    pub fn tid(&self, number: TicketNumber) -> String {
        format!("[{}#{number}]", self.0)
    }

    /// The first identifier with this prefix in a decoded subject.
    #[must_use]
    pub fn find(&self, subject: &str) -> Option<TicketNumber> {
        self.identifiers(subject).next()
    }

    /// The identifiers with this prefix in a decoded subject, each once, at most [`TIDS_MAX`].
    #[must_use]
    pub fn find_all(&self, subject: &str) -> Vec<TicketNumber> {
        let mut found = Vec::new();
        for number in self.identifiers(subject) {
            if found.len() < TIDS_MAX && !found.contains(&number) {
                found.push(number);
            }
        }
        found
    }

    /// White space around the parts of an identifier is allowed, as clients fold there; the case
    /// of the prefix does not matter.
    fn identifiers(&self, subject: &str) -> impl Iterator<Item = TicketNumber> {
        head(subject).split('[').skip(1).filter_map(|rest| {
            let (inside, _) = rest.split_once(']')?;
            let (prefix, number) = inside.split_once('#')?;
            let number = number.trim();
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            (digits && prefix.trim().eq_ignore_ascii_case(&self.0))
                .then(|| number.parse().ok().and_then(TicketNumber::new))
                .flatten()
        })
    }
}

impl fmt::Display for TicketPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn head(subject: &str) -> &str {
    match subject.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => subject.get(..end).unwrap_or(subject),
        None => subject,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ex() -> TicketPrefix {
        TicketPrefix::parse("EX").unwrap()
    }

    #[test]
    fn the_ticket_identifier_is_found_wherever_clients_leave_it() {
        check("[EX#17] Printer", Some(17));
        check("Re: [EX#17] Printer", Some(17));
        check("AW: WG: SV: [EXT] [ex#17]", Some(17));
        check("[OTHER #123] Re: [EX#17]", Some(17));
        check("[ EX # 17 ]", Some(17));
        check("Re: [EX#17", None);
        check("[EX#]", None);
        check("[EX#0]", None);
        check("[EX#+17]", None);
        check("[EX#99999999999]", None);
        check("[EXX#17] [X#17] [#17]", None);
        check("EX#17", None);
        check("", None);

        #[track_caller]
        fn check(subject: &str, number: Option<i64>) {
            assert_eq!(ex().find(subject).map(TicketNumber::get), number, "{subject}");
        }
    }

    #[test]
    fn each_identifier_is_found_once() {
        let numbers = |subject: &str| {
            ex().find_all(subject).into_iter().map(TicketNumber::get).collect::<Vec<_>>()
        };
        assert_eq!(numbers("[EX#2] Re: [EX#1] [OTHER#3] [ex#2]"), [2, 1]);
        assert_eq!(numbers("[EX#1][EX#2][EX#3][EX#4][EX#5][EX#6][EX#7][EX#8][EX#9]").len(), 8);
    }

    #[test]
    fn a_prefix_is_a_short_word() {
        assert!(TicketPrefix::parse("EX-1").is_some());
        for bad in ["", "1X", "E X", "E#", "[E", "ABCDEFGHIJKLMNOPQ", "É"] {
            assert!(TicketPrefix::parse(bad).is_none(), "{bad}");
        }
    }
}
