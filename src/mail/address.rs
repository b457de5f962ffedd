//! Addresses, read strictly: what cannot be compared safely is not an address (RFC 5321 §4.1.2).

pub mod pattern;

use std::fmt;

/// An address in the form in which addresses are compared: the local part in ASCII lower case
/// (RFC 5321 §2.4 lets us; every mailbox in the field is so), the domain as A-labels in lower
/// case without the final dot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    text: Box<str>,
    at: usize,
}

/// Why a text is not an [`Address`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// RFC 5321 §4.5.3.1 allows 64 octets before and 255 after the `@`, 254 in all.
    #[error("longer than an address may be")]
    TooLong,
    /// There must be exactly one `@` with something on both sides.
    #[error("not exactly one \"@\" between a name and a domain")]
    NotOneAt,
    /// Quoted local parts, comments, routes, controls and blanks cannot be matched to anybody.
    #[error("a character that a plain address does not have")]
    BadCharacter,
    /// The domain is not a host name (RFC 5890).
    #[error("not a domain name")]
    BadDomain,
}

/// An address with the name that its owner shows beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAddress {
    /// The display name, decoded; empty when absent. Never evidence of anything.
    pub name: String,
    /// The address.
    pub address: Address,
}

impl Address {
    /// Octets of an address (RFC 5321 §4.5.3.1.3, less the angle brackets).
    pub const BYTES_MAX: usize = 254;

    /// Reads `local@domain`.
    ///
    /// # Errors
    /// [`AddressError`] names the first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.split_once('@').ok_or(AddressError::NotOneAt)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(AddressError::NotOneAt);
        }
        if local.len() > 64 {
            return Err(AddressError::TooLong);
        }
        if !is_dot_atom(local) {
            return Err(AddressError::BadCharacter);
        }
        let domain = normal_domain(domain)?;
        let text = format!("{}@{domain}", local.to_ascii_lowercase());
        if text.len() > Self::BYTES_MAX {
            return Err(AddressError::TooLong);
        }
        Ok(Self { at: local.len(), text: text.into() })
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// The address without what stands behind the first `+` of its local part (RFC 5233).
    #[must_use]
    pub fn without_detail(&self) -> Self {
        match self.local().split_once('+') {
            Some((local, _)) if !local.is_empty() => {
                Self { text: format!("{local}@{}", self.domain()).into(), at: local.len() }
            }
            Some(_) | None => self.clone(),
        }
    }

    /// The whole, `local@domain`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A domain name as it is compared: A-labels, lower case, no final dot.
///
/// # Errors
/// [`AddressError::BadDomain`] when it is not a host name, [`AddressError::TooLong`] above 255
/// octets.
pub fn normal_domain(text: &str) -> Result<String, AddressError> {
    let trimmed = text.strip_suffix('.').unwrap_or(text);
    if trimmed.len() > 255 {
        return Err(AddressError::TooLong);
    }
    let ascii = idna::domain_to_ascii_strict(trimmed).map_err(|_| AddressError::BadDomain)?;
    let labels_good = ascii.split('.').all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    if labels_good { Ok(ascii) } else { Err(AddressError::BadDomain) }
}

/// RFC 5322 §3.2.3, with the letters beyond ASCII that RFC 6532 §3.2 adds.
fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|atom| {
        !atom.is_empty()
            && atom.chars().all(|char| {
                char.is_ascii_alphanumeric()
                    || "!#$%&'*+-/=?^_`{|}~".contains(char)
                    || (!char.is_ascii() && char.is_alphanumeric())
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_22_addresses_compare_in_lower_case_with_a_labels() {
        same("Ada@Example.COM", "ada@example.com");
        same("ada@example.com.", "ada@example.com");
        same("ada+x@bücher.example", "ada+x@xn--bcher-kva.example");
        same("jörg@example.com", "jörg@example.com");

        #[track_caller]
        fn same(text: &str, normal: &str) {
            assert_eq!(Address::parse(text).map(|address| address.to_string()), Ok(normal.into()));
        }
    }

    #[test]
    fn std_21_what_is_not_plain_is_not_an_address() {
        use AddressError::{BadCharacter, BadDomain, NotOneAt, TooLong};
        refused("", NotOneAt);
        refused("ada", NotOneAt);
        refused("@example.com", NotOneAt);
        refused("ada@", NotOneAt);
        refused("vip@paid.example@evil.example", NotOneAt);
        refused("\"vip\"@example.com", BadCharacter);
        refused("a..b@example.com", BadCharacter);
        refused("a b@example.com", BadCharacter);
        refused("a\0b@example.com", BadCharacter);
        refused("<a@example.com>", BadCharacter);
        refused("a@exa mple.com", BadDomain);
        refused("a@[127.0.0.1]", BadDomain);
        refused("a@x.com\r\nRCPT TO:<y", BadDomain);
        refused(&format!("{}@example.com", "a".repeat(65)), TooLong);
        refused(&format!("a@{}", "b.".repeat(129)), TooLong);

        #[track_caller]
        fn refused(text: &str, error: AddressError) {
            assert_eq!(Address::parse(text), Err(error), "{text}");
        }
    }
}
