//! What is wrong with a file of accounts: all of it at once.

use std::fmt;

/// Where something stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The first is 1.
    pub(super) line: usize,
    pub(super) column: Column,
}

/// Where in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// At this character; the first is 1.
    Character(usize),
    /// In the column with this heading.
    Named(&'static str),
}

/// Faults that are told; of others, how many there are.
pub(super) const FAULTS_MAX: usize = 100;

/// What is wrong, and where, as it is met.
#[derive(Debug, Default)]
pub(super) struct Faults {
    told: Vec<(Place, String)>,
    more: usize,
}

impl Faults {
    pub(super) fn add(&mut self, place: Place, what: impl Into<String>) {
        if self.told.len() < FAULTS_MAX {
            self.told.push((place, what.into()));
        } else {
            self.more += 1;
        }
    }

    /// Those of a part of the file, too.
    pub(super) fn take(&mut self, others: Self) {
        self.more += others.more;
        for (place, what) in others.told {
            self.add(place, what);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// One a line, by place.
    pub(super) fn for_people(&self, file: &str) -> String {
        let mut told: Vec<_> = self.told.iter().collect();
        told.sort();
        let mut lines: Vec<String> =
            told.into_iter().map(|(place, what)| format!("{file}: {place}: {what}")).collect();
        if self.more > 0 {
            lines.push(format!("and {} more", self.more));
        }
        lines.push("nothing was imported".to_owned());
        lines.join("\n")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Column::Character(column) => write!(f, "line {}, column {column}", self.line),
            Column::Named(name) => write!(f, "line {}, column {name:?}", self.line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_are_told_and_the_others_are_counted() {
        let mut faults = Faults::default();
        for line in (1..=103).rev() {
            faults.add(Place { line, column: Column::Character(1) }, "wrong");
        }
        let told = faults.for_people("a.toml");
        assert_eq!(told.lines().count(), 102);
        assert!(told.starts_with("a.toml: line 4, column 1: wrong\n"), "{told}");
        assert!(told.ends_with("and 3 more\nnothing was imported"), "{told}");
    }
}
