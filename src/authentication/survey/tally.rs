//! Names, and how many messages have each.

use std::collections::BTreeMap;

/// How many messages have a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<String, usize>);

impl Tally {
    /// One message more.
    pub(super) fn add(&mut self, name: String) {
        *self.0.entry(name).or_default() += 1;
    }

    /// One message more, with each of these names.
    pub(super) fn add_all(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            self.add(name);
        }
    }

    /// How many messages have this name.
    #[must_use]
    pub fn of(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// All names, the most frequent first, then in the order of the alphabet.
    #[must_use]
    pub fn ranked(&self) -> Vec<(&str, usize)> {
        let mut all: Vec<_> = self.0.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all
    }
}
