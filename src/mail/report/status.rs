//! Status codes (RFC 3463), as numbers or as what servers say instead.

use std::fmt;

use super::words;

/// A status code, `class.subject.detail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    class: Class,
    subject: u16,
    detail: u16,
}

/// What a status says of another try (RFC 3463 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Success,
    Transient,
    Permanent,
}

impl Status {
    /// Whether another try would fail, too.
    #[must_use]
    pub fn is_permanent(self) -> bool {
        self.class == Class::Permanent
    }

    pub(super) fn class(self) -> Class {
        self.class
    }

    /// The same of a failure that may pass.
    pub(super) fn transient(self) -> Self {
        Self { class: Class::Transient, ..self }
    }

    /// Whether it says nothing but its class.
    pub(super) fn is_undefined(self) -> bool {
        (self.subject, self.detail) == (0, 0)
    }

    /// Whether the recipient's address or mailbox is at fault for good, as far as it says, and not the
    /// sender's address, a full mailbox or the message.
    pub(super) fn blames_address(self) -> bool {
        self.is_permanent()
            && match self.subject {
                0 => true,
                1 => !matches!(self.detail, 7 | 8),
                2 => matches!(self.detail, 0 | 1),
                _ => false,
            }
    }

    /// The first code in a text, those behind an SMTP reply or a `#` before others: a bare one may be
    /// the version of a program.
    pub(super) fn first_in(text: &str) -> Option<Self> {
        let mut bare = None;
        for (at, _) in text.match_indices(['2', '4', '5']) {
            let Some((before, from)) = text.split_at_checked(at) else { continue };
            if before.ends_with(|one: char| one.is_alphanumeric() || matches!(one, '.' | '/')) {
                continue;
            }
            let Some(status) = Self::begin(from) else { continue };
            if before.ends_with('#') || ends_with_reply(before) {
                return Some(status);
            }
            bare = bare.or(Some(status));
        }
        bare
    }

    /// The class of the first SMTP reply in a text that says that something failed
    /// (RFC 5321 §4.2.1): `550 no`, `421-later`, but not a number within something else.
    pub(super) fn of_reply(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let class = bytes.windows(3).enumerate().find_map(|(at, code)| {
            let class = match code {
                [b'4', b'0'..=b'5', b'0'..=b'9'] => Class::Transient,
                [b'5', b'0'..=b'7', b'0'..=b'9'] => Class::Permanent,
                _ => return None,
            };
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let starts = before.is_none_or(|one| b" \t\n<(['\":#>".contains(one));
            let ends = bytes.get(at + 3).is_none_or(|one| b" -\t\n:;,.)]'\"".contains(one));
            // 10.2.3.550 is none, nor is 550.12.
            let alone = !(bytes.get(at + 3) == Some(&b'.') && digit(at + 4));
            (starts && ends && alone).then_some(class)
        })?;
        Some(Self { class, subject: 0, detail: 0 })
    }

    /// What a server says without a code: `550 User unknown` is 5.1.1.
    pub(super) fn of_words(text: &str) -> Option<Self> {
        if let Some(status) = Self::first_in(text).filter(|status| !status.is_undefined()) {
            return Some(status);
        }
        let reply = Self::of_reply(text);
        match words::cause(&words::folded(text)) {
            Some((subject, detail)) => {
                let class = reply.map_or(Class::Permanent, |reply| reply.class);
                Some(Self { class, subject, detail })
            }
            None => Self::first_in(text).or(reply),
        }
    }

    /// The code at the beginning of a text.
    fn begin(text: &str) -> Option<Self> {
        let end = text.find(|one: char| !one.is_ascii_digit() && one != '.').unwrap_or(text.len());
        let (number, behind) = text.split_at_checked(end)?;
        if behind.starts_with(|one: char| one.is_alphabetic() || one == '_') {
            return None;
        }
        let mut parts = number.trim_end_matches('.').split('.');
        let class = match parts.next()? {
            "2" => Class::Success,
            "4" => Class::Transient,
            "5" => Class::Permanent,
            _ => return None,
        };
        let mut part = |max: u16| {
            let text = parts.next().filter(|text| (1..=3).contains(&text.len()))?;
            text.parse::<u16>().ok().filter(|number| *number <= max)
        };
        // RFC 3463 §4 has the subjects 0 to 7.
        let (subject, detail) = (part(7)?, part(999)?);
        parts.next().is_none().then_some(Self { class, subject, detail })
    }
}

/// Whether a text ends with an SMTP reply and what separates it from a status.
fn ends_with_reply(before: &str) -> bool {
    let Some(before) = before.strip_suffix([' ', '-']) else { return false };
    let digits = before.len() - before.trim_end_matches(|one: char| one.is_ascii_digit()).len();
    digits == 3
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.class {
            Class::Success => 2,
            Class::Transient => 4,
            Class::Permanent => 5,
        };
        write!(f, "{class}.{}.{}", self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_41_a_status_is_found_among_other_numbers() {
        check("550 5.1.1 no such user", "5.1.1");
        check("(#4.4.1) I am going to try again", "4.4.1");
        check("said by 5.2.2.1, ESMTP 5.5.2653.12: 5.7.133", "5.7.133");
        check("Exchange 5.5.1, 550 5.1.10 RESOLVER.ADR.RecipientNotFound", "5.1.10");
        check("552-5.2.2 over quota", "5.2.2");
        check("4.05 v5.5.1 5.9.9 5.1 10.5.1.1", "none");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let found = Status::first_in(text).map(|status| status.to_string());
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{text}");
        }
    }

    #[test]
    fn std_42_words_say_what_a_status_would() {
        check("550 User unknown", "5.1.1");
        check("Unknown user: ada@example.com", "5.1.1");
        check("The recipient's mailbox is full", "5.2.2");
        check("452 mailbox full", "4.2.2");
        check("Host or domain name not found", "5.1.2");
        check("554 go away", "5.0.0");
        check("421 later", "4.0.0");
        check("after 120 hours, port 4550, [10.1.2.550]", "none");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let found = Status::of_words(text).map(|status| status.to_string());
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{text}");
        }
    }
}
