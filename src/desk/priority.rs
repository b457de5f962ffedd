//! The name of a priority: how urgent a ticket is.

use std::fmt;
use std::sync::Arc;

use super::is_name;

/// How urgent a ticket is, by one of the names of the configuration, such as `high` or `P1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(Arc<str>);

impl Priority {
    /// Characters of a name.
    pub const CHARS_MAX: usize = 32;

    /// Reads a name: 1 to 32 ASCII letters, digits, `-` and `_`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_name(text, Self::CHARS_MAX).then(|| Self(text.into()))
    }

    /// One that is written in the program, and is known to be a name.
    pub(super) fn fixed(name: &'static str) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_word() {
        for good in ["1", "P1", "very-high", "a_b", &"x".repeat(Priority::CHARS_MAX)] {
            assert_eq!(Priority::parse(good).unwrap().to_string(), good);
        }
        for bad in ["", " 1", "very high", "høy", "a\nb", &"x".repeat(Priority::CHARS_MAX + 1)] {
            assert_eq!(Priority::parse(bad), None, "{bad:?}");
        }
    }
}
