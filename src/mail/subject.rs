//! Subjects: our ticket identifier in them, and what is left without it and the reply markers.

use std::fmt;
use std::num::NonZeroU32;

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

/// The subject without reply and forward markers, leading bracketed labels that gateways add, and
/// without this desk's ticket identifiers, white space folded: what a thread is about.
///
/// After "base subject" of RFC 5256 §2.1, with the reply markers that the field uses in other
/// languages. Other systems' bracketed tags in the middle stay: they may be evidence to people.
#[must_use]
pub fn base_subject(subject: &str, prefix: &TicketPrefix) -> String {
    let mut text = without_tids(head(subject), prefix);
    // Where identifiers were taken out others may appear, [EX[EX#1]#2]: until none is left.
    while prefix.find(&text).is_some() {
        text = without_tids(&text, prefix);
    }
    while let Some(rest) = without_marker(&text).or_else(|| without_label(&text)) {
        rest.trim().clone_into(&mut text);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reply and forward markers, lower case, without the colon.
const MARKERS: [&str; 24] = [
    "re", "aw", "sv", "vs", "antw", "odp", "ref", "rif", "res", "ynt", "vá", "回复", "回覆",
    "答复", "fw", "fwd", "wg", "vb", "tr", "doorst", "pd", "rv", "enc", "転送",
];

/// Labels that gateways put before a subject.
const LABELS: [&str; 4] = ["[ext]", "[external]", "[extern]", "[ext:]"];

fn head(subject: &str) -> &str {
    match subject.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => subject.get(..end).unwrap_or(subject),
        None => subject,
    }
}

fn without_tids(subject: &str, prefix: &TicketPrefix) -> String {
    let is_tid = |inside: &str| prefix.find(&format!("[{inside}]")).is_some();
    let mut kept = String::new();
    let mut rest = subject;
    while let Some((before, after)) = rest.split_once('[') {
        kept.push_str(before);
        match after.split_once(']') {
            Some((inside, tail)) if !inside.contains('[') && is_tid(inside) => rest = tail,
            Some(_) | None => {
                kept.push('[');
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    kept.trim().to_owned()
}

/// `Re: x`, `AW[2]: x`, `Re : x`, and with the colon of full width.
fn without_marker(text: &str) -> Option<String> {
    let (marker, rest) = text.split_once([':', '：'])?;
    let marker = marker.trim_end();
    let word = match marker.split_once(['[', '(']) {
        Some((word, count)) => {
            let count = count.trim_end_matches([']', ')']);
            if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            word.trim_end()
        }
        None => marker,
    };
    MARKERS.contains(&word.to_lowercase().as_str()).then(|| rest.to_owned())
}

fn without_label(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    LABELS
        .iter()
        .find(|label| lower.starts_with(**label))
        .and_then(|label| text.get(label.len()..))
        .map(str::to_owned)
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
    fn the_base_subject_is_what_the_thread_is_about() {
        check("Re: [EX#17] Printer on fire", "Printer on fire");
        check("AW: SV: Re[2]: RE (3): Printer", "Printer");
        check("[EXT] Re: [External] Printer", "Printer");
        check("回复：Printer", "Printer");
        check("Regarding: Printer", "Regarding: Printer");
        check("Printer [OTHER-9]", "Printer [OTHER-9]");
        check("[a [EX#17] b", "[a b");
        check("Re: [EX[EX#1]#2] Printer", "Printer");
        check("[EXT] [EX#17] AW: [External] [EX#18] Printer", "Printer");
        check("  a \r\n b  ", "a b");
        check("Re:", "");

        #[track_caller]
        fn check(subject: &str, base: &str) {
            assert_eq!(base_subject(subject, &ex()), base, "{subject}");
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
