//! Message identifiers and the threads they form (RFC 5322 §3.6.4).

use std::fmt;

/// Identifiers read from one field; the rest is padding or attack.
pub const REFERENCES_MAX: usize = 100;

/// A message identifier without its angle brackets. Compared byte for byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(Box<str>);

/// Why a text is not a [`MessageId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageIdError {
    /// Nothing between the brackets.
    #[error("empty")]
    Empty,
    /// It would not fit a header line (RFC 5322 §2.1.1).
    #[error("longer than a header line")]
    TooLong,
    /// A blank, a control, a bracket or a byte beyond ASCII.
    #[error("a character that an identifier does not have")]
    BadCharacter,
}

impl MessageId {
    /// A header line holds 998 octets (RFC 5322 §2.1.1), less a space and two brackets.
    pub const BYTES_MAX: usize = 995;

    /// Reads an identifier without its angle brackets.
    ///
    /// # Errors
    /// [`MessageIdError`] names the first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, MessageIdError> {
        if text.is_empty() {
            return Err(MessageIdError::Empty);
        }
        if text.len() > Self::BYTES_MAX {
            return Err(MessageIdError::TooLong);
        }
        if text.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'<' | b'>')) {
            return Err(MessageIdError::BadCharacter);
        }
        Ok(Self(text.into()))
    }

    /// The identifier without angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads every `<left@right>` token of an `In-Reply-To` or `References` field, in order, at most
/// [`REFERENCES_MAX`] of them, the last ones where there are more. Phrases between tokens, which
/// old clients write there, are passed over.
#[must_use]
pub fn message_ids(field: &str) -> Vec<MessageId> {
    let mut found: Vec<MessageId> = field
        .rsplit('<')
        .filter_map(|rest| rest.split_once('>'))
        .filter(|(token, _)| token.contains('@'))
        .filter_map(|(token, _)| {
            let unfolded: String = token.split_ascii_whitespace().collect();
            MessageId::parse(&unfolded).ok()
        })
        .take(REFERENCES_MAX)
        .collect();
    found.reverse();
    found
}

/// With angle brackets, as in a header.
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_61_only_tokens_with_an_at_count() {
        check("<a@b>", "<a@b>");
        check("<a@b><c@d>\r\n <e@f>", "<a@b> <c@d> <e@f>");
        check("Your message of Monday <a@b> from <ada>", "<a@b>");
        check("<a@b", "");
        check("<<a@b>>", "<a@b>");
        check("<a@\r\n b>", "<a@b>");
        check("", "");

        #[track_caller]
        fn check(field: &str, expected: &str) {
            let found: Vec<_> = message_ids(field).iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected);
        }
    }

    #[test]
    fn std_61_the_newest_references_are_kept() {
        let field =
            (0..REFERENCES_MAX + 7).map(|n| format!("<{n}@x>")).collect::<Vec<_>>().join(" ");
        let found = message_ids(&field);
        assert_eq!(found.len(), REFERENCES_MAX);
        assert_eq!(found.first().map(MessageId::as_str), Some("7@x"));
    }

    #[test]
    fn an_identifier_fits_a_header_line() {
        assert!(MessageId::parse(&"a".repeat(MessageId::BYTES_MAX)).is_ok());
        assert!(MessageId::parse(&"a".repeat(MessageId::BYTES_MAX + 1)).is_err());
        assert!(MessageId::parse("a b").is_err());
    }
}
