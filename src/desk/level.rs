//! Service levels: what an account bought.

use std::fmt;
use std::time::Duration;

use super::is_name;
use super::promise::Service;

/// The name of a level in the configuration, such as `commercial`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LevelName(Box<str>);

/// A service level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Its name, an identity.
    pub name: LevelName,
    /// What people read.
    pub title: String,
    /// Of several levels that an address may claim, the one of the highest rank serves.
    pub rank: i64,
    /// What it promises.
    pub service: Service,
    /// When it ends for somebody; `None` is never.
    pub ends: Option<End>,
    /// Levels to which agents may raise a ticket of this one; nobody else gives them.
    pub escalates_to: Vec<LevelName>,
}

/// The end of a level for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// So long after his first ticket at the desk.
    pub after: Duration,
    /// The level that he has from then on.
    pub then: LevelName,
}

impl LevelName {
    /// Characters of a name.
    pub const CHARS_MAX: usize = 64;

    /// Reads a name: ASCII letters, digits, `-` and `_`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_name(text, Self::CHARS_MAX).then(|| Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LevelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
