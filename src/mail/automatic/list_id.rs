//! Which list a message came through (RFC 2919).

use std::fmt;

use super::LISTS_MAX;

/// What stands between the brackets of `List-Id`, in lower case: `support.example.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListId(Box<str>);

impl ListId {
    /// Octets of an identifier (RFC 2919 §3).
    pub const BYTES_MAX: usize = 255;

    /// Reads an identifier, with a description and brackets or without. `None` where there is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let inside = text.rsplit_once('<').map(|(_, rest)| rest.split('>').next());
        let id = inside.flatten().unwrap_or(text).trim().to_lowercase();
        let fits = !id.is_empty()
            && id.len() <= Self::BYTES_MAX
            && !id.contains(|one: char| one.is_whitespace() || one.is_control() || one == '>');
        fits.then(|| Self(id.into()))
    }

    /// The identifier without brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ListId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The lists of a header, one more than [`LISTS_MAX`] where there are more.
pub(super) fn of(fields: &[(&str, String)]) -> Vec<ListId> {
    fields
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("list-id"))
        .filter_map(|(_, value)| ListId::parse(value))
        .take(LISTS_MAX + 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_what_stands_in_brackets() {
        check("<support.example.com>", Some("support.example.com"));
        check("Our \"support\" <Support.Example.com>", Some("support.example.com"));
        check("support.example.com", Some("support.example.com"));
        check("<>", None);
        check("a group without brackets", None);
        check(&"x".repeat(256), None);

        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let found = ListId::parse(text);
            assert_eq!(found.as_ref().map(ListId::as_str), expected, "{text}");
        }
    }
}
