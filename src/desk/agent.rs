//! Agents: who answers for a desk.

use std::fmt;

use crate::mail::address::{Address, NamedAddress};

/// Somebody who answers for a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Its identity.
    pub name: AgentName,
    /// Where mails to it go.
    pub address: Address,
    /// Other addresses from which it writes.
    pub others: Vec<Address>,
    /// What it does.
    pub role: Role,
    /// Whether it is there.
    pub presence: Presence,
}

/// The name of an agent in the configuration: in records, in commands, and beside the desk's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentName(Box<str>);

/// What an agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It answers.
    Agent,
    /// It answers, too, and stands above the others.
    Supervisor,
}

/// Whether an agent is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Here,
    /// It is not: others do its work. What it writes counts all the same.
    Away,
}

impl AgentName {
    /// Bytes of a name.
    pub const BYTES_MAX: usize = 64;

    /// Reads a name: 1 to 64 bytes without control characters, and no blanks at its ends.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = (1..=Self::BYTES_MAX).contains(&text.len())
            && text.trim() == text
            && !text.contains(char::is_control);
        good.then(|| Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somebody who types `text` means this one: no two agents differ by case alone.
    #[must_use]
    pub fn is_meant_by(&self, text: &str) -> bool {
        self.0.to_lowercase() == text.trim().to_lowercase()
    }
}

impl Agent {
    /// Whether it writes from this address.
    #[must_use]
    pub fn has(&self, address: &Address) -> bool {
        self.address == *address || self.others.contains(address)
    }

    /// As the recipient of a mail.
    #[must_use]
    pub fn named(&self) -> NamedAddress {
        NamedAddress { name: self.name.0.to_string(), address: self.address.clone() }
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_people_can_type() {
        for good in ["Ada", "Ada Lovelace", "Åse", "a"] {
            let name = AgentName::parse(good).unwrap();
            assert!(name.is_meant_by(&format!(" {} ", good.to_uppercase())), "{good}");
        }
        for bad in ["", " Ada", "Ada ", "A\nda", &"a".repeat(65)] {
            assert_eq!(AgentName::parse(bad), None, "{bad:?}");
        }
        assert!(!AgentName::parse("Ada").unwrap().is_meant_by("Adam"));
    }
}
