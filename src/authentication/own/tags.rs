//! A tag list (RFC 6376 §3.2), as signatures, seals and keys have it: by its grammar, or not at all.

use data_encoding::BASE64_MIME_PERMISSIVE;

/// Tags of a list.
const TAGS_MAX: usize = 50;

/// White space of a folded value (RFC 6376 §2.8).
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// Names and values, each name once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    /// Reads a list.
    ///
    /// # Errors
    /// The first rule that it breaks, for people.
    pub(super) fn parse(list: &'a [u8]) -> Result<Self, &'static str> {
        let list = std::str::from_utf8(list).map_err(|_| "tags that are no text")?;
        let mut tags: Vec<(&str, &str)> = Vec::new();
        let mut rest = Some(list);
        while let Some(text) = rest {
            let (tag, after) = match text.split_once(';') {
                Some((tag, after)) => (tag, Some(after)),
                None => (text, None),
            };
            // A last semicolon ends the list.
            if after.is_none() && !tags.is_empty() && tag.trim_matches(BLANKS).is_empty() {
                break;
            }
            let (name, value) = tag.split_once('=').ok_or("words that are no tag")?;
            let (name, value) = (name.trim_matches(BLANKS), value.trim_matches(BLANKS));
            if !is_name(name) {
                return Err("a tag without a proper name");
            }
            if value.chars().any(|char| char.is_control() && !BLANKS.contains(&char)) {
                return Err("a tag with control characters");
            }
            if tags.iter().any(|(found, _)| *found == name) {
                return Err("a tag that stands twice");
            }
            if tags.len() == TAGS_MAX {
                return Err("more tags than are looked at");
            }
            tags.push((name, value));
            rest = after;
        }
        Ok(Self(tags))
    }

    /// The value of a tag; names are told apart by case.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// The name of the first tag.
    pub(super) fn first(&self) -> Option<&'a str> {
        self.0.first().map(|(name, _)| *name)
    }

    /// A number; `None` where there is no such tag.
    ///
    /// # Errors
    /// Its digits are none.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, &'static str> {
        let Some(text) = self.get(name) else { return Ok(None) };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("a number that is none");
        }
        // What does not fit is later and longer than all else.
        Ok(Some(text.parse().unwrap_or(u64::MAX)))
    }

    /// Bytes, white space among them.
    pub(super) fn base64(&self, name: &str) -> Option<Vec<u8>> {
        let text: String = self.get(name)?.split(BLANKS).collect();
        BASE64_MIME_PERMISSIVE.decode(text.as_bytes()).ok()
    }

    /// What a value lists between colons.
    pub(super) fn list(&self, name: &str) -> Option<impl Iterator<Item = &'a str>> {
        let items = self.get(name)?.split(':').map(|item| item.trim_matches(BLANKS));
        Some(items.filter(|item| !item.is_empty()))
    }
}

/// The tags of a record that is read for what it has: name and value, or nothing where a tag is none.
pub(super) fn split(record: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    record.split(';').map(|tag| {
        let (name, value) = tag.split_once('=')?;
        Some((name.trim_matches(BLANKS), value.trim_matches(BLANKS)))
    })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_74_a_list_is_read_by_its_grammar() {
        check("a=1", Ok(&[("a", "1")]));
        check(" a = 1 ;\r\n\tb= 2 3;", Ok(&[("a", "1"), ("b", "2 3")]));
        check("a=1; ", Ok(&[("a", "1")]));
        check("a=; A==", Ok(&[("a", ""), ("A", "=")]));
        check("a_1=é", Ok(&[("a_1", "é")]));
        check("", Err("words that are no tag"));
        check(";", Err("words that are no tag"));
        check("a=1;;b=2", Err("words that are no tag"));
        check("a=1;;", Err("words that are no tag"));
        check("a=1; b", Err("words that are no tag"));
        check("==", Err("a tag without a proper name"));
        check("_=1", Err("a tag without a proper name"));
        check("a b=1", Err("a tag without a proper name"));
        check("a=1; a=1", Err("a tag that stands twice"));
        check("a=\0", Err("a tag with control characters"));

        #[track_caller]
        fn check(list: &str, expected: Result<&[(&str, &str)], &str>) {
            let found = Tags::parse(list.as_bytes());
            let found = found.as_ref().map(|tags| tags.0.as_slice()).map_err(|why| *why);
            assert_eq!(found, expected, "{list:?}");
        }
    }

    #[test]
    fn values_are_numbers_bytes_and_lists() {
        let tags =
            Tags::parse(b"t=12; x=1 2; l=; b=YW J\r\n\tj; c=not_base_64; h=from : :to").unwrap();
        assert_eq!(tags.number("t"), Ok(Some(12)));
        assert_eq!(tags.number("z"), Ok(None));
        assert!(tags.number("x").is_err() && tags.number("l").is_err());
        assert_eq!(tags.base64("b").as_deref(), Some(&b"abc"[..]));
        assert_eq!(tags.base64("c"), None);
        assert_eq!(tags.list("h").unwrap().collect::<Vec<_>>(), ["from", "to"]);
        assert_eq!(tags.first(), Some("t"));
    }
}
