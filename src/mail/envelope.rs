//! What SMTP is told about a message, apart from its bytes (RFC 5321 §2.3.1).

use std::fmt;

use super::address::{Address, AddressError};

/// Whom a failure to deliver is reported to (RFC 5321 §4.1.1.2, §4.5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReversePath {
    /// `<>`: nobody. What carries it is never answered.
    Null,
    /// This address.
    Address(Address),
}

/// The sender and the one recipient of a submission. One recipient a transaction, so that one
/// refusal never takes another recipient along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// `MAIL FROM`.
    pub from: ReversePath,
    /// `RCPT TO`.
    pub to: Address,
}

impl ReversePath {
    /// Reads `<>`, `<local@domain>` or `local@domain`. A bare `MAILER-DAEMON` is how some servers
    /// write the null path.
    ///
    /// # Errors
    /// [`AddressError`] when it is neither null nor an address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let inner =
            text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text).trim();
        if inner.is_empty() || inner.eq_ignore_ascii_case("mailer-daemon") {
            return Ok(Self::Null);
        }
        Address::parse(inner).map(Self::Address)
    }
}

/// In angle brackets, as in `Return-Path`.
impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Address(address) => write!(f, "<{address}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reverse_path_reads_what_it_writes() {
        for text in ["<>", "<ada@example.com>"] {
            assert_eq!(ReversePath::parse(text).map(|path| path.to_string()), Ok(text.into()));
        }
        assert!(ReversePath::parse("<a b>").is_err());
        assert_eq!(ReversePath::parse("<MAILER-DAEMON>"), Ok(ReversePath::Null));
    }
}
