//! Priorities: how urgent a ticket is.

use std::fmt;

/// How urgent a ticket is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// It can wait.
    Low,
    /// As most are.
    #[default]
    Medium,
    /// Before the others.
    High,
    /// At once.
    Critical,
}

impl Priority {
    /// All, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word in the store, on the command line and in orders.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads the word, in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_read() {
        for one in Priority::ALL {
            assert_eq!(Priority::parse(&one.to_string().to_uppercase()), Some(one));
        }
        assert_eq!((Priority::parse("urgent"), Priority::parse("")), (None, None));
        assert!(Priority::Critical > Priority::Low);
    }
}
