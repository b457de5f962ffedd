//! Whether a filter in front of the mailbox calls a message spam: a value, found by `authentication`
//! and weighed by `triage`.

use std::fmt;

use super::body::one_line;

/// Characters of a field that are shown.
const SHOWN_CHARS_MAX: usize = 80;

/// A field by which a filter calls a message spam, for people: `X-Spam-Flag: YES`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpamSign(Box<str>);

impl SpamSign {
    /// The field, on one line and cut.
    #[must_use]
    pub fn of(name: &str, value: &str) -> Self {
        let shown = one_line(&format!("{name}: {}", value.trim()));
        Self(shown.chars().take(SHOWN_CHARS_MAX).collect())
    }
}

impl fmt::Display for SpamSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
