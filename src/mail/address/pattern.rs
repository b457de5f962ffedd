//! Addresses with a token in their local part: `support+TOKEN@example.com`.

use super::{Address, AddressError};

/// An address that is whole with a token in its local part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressPattern {
    before: Box<str>,
    after: Box<str>,
    domain: Box<str>,
}

/// Why a text is not an [`AddressPattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// There must be one place for the token, before the `@`.
    #[error("\"%token\" must stand once, before the \"@\"")]
    NotOnce,
    /// RFC 5321 §4.5.3.1.1 allows 64 octets before the `@`.
    #[error("with a token of 38 characters it would have more than 64 octets before the \"@\"")]
    NoRoom,
    /// With a token it would be no address.
    #[error("with a token it is {0}")]
    Address(AddressError),
}

/// The place of the token in what people write.
const PLACE: &str = "%token";

impl AddressPattern {
    /// Octets that a token may have.
    pub const TOKEN_BYTES_MAX: usize = 38;

    /// Reads an address with `%token` in its local part.
    ///
    /// # Errors
    /// [`PatternError`] names the first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let (local, domain) = text.rsplit_once('@').ok_or(PatternError::NotOnce)?;
        let (before, after) = local.split_once(PLACE).ok_or(PatternError::NotOnce)?;
        Self::new(before, after, domain)
    }

    /// The address whose local part has the token behind a `+` (RFC 5233), at this domain.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn behind_plus(address: &Address, domain: &str) -> Result<Self, PatternError> {
        Self::new(&format!("{}+", address.local()), "", domain)
    }

    fn new(before: &str, after: &str, domain: &str) -> Result<Self, PatternError> {
        if after.contains(PLACE) || domain.contains(PLACE) {
            return Err(PatternError::NotOnce);
        }
        if before.len() + Self::TOKEN_BYTES_MAX + after.len() > 64 {
            return Err(PatternError::NoRoom);
        }
        let token = "t".repeat(Self::TOKEN_BYTES_MAX);
        let whole = Address::parse(&format!("{before}{token}{after}@{domain}"));
        let whole = whole.map_err(PatternError::Address)?;
        Ok(Self {
            before: before.to_ascii_lowercase().into(),
            after: after.to_ascii_lowercase().into(),
            domain: whole.domain().into(),
        })
    }

    /// The address with this token.
    ///
    /// # Errors
    /// [`AddressError`] when the token is too long, or not of letters, digits and dots.
    pub fn fill(&self, token: &str) -> Result<Address, AddressError> {
        Address::parse(&format!("{}{token}{}@{}", self.before, self.after, self.domain))
    }

    /// What stands at the token's place in an address; `None` when it is another address.
    #[must_use]
    pub fn token<'a>(&self, address: &'a Address) -> Option<&'a str> {
        let rest = address.local().strip_prefix(&*self.before)?.strip_suffix(&*self.after)?;
        (!rest.is_empty() && address.domain() == &*self.domain).then_some(rest)
    }

    /// The domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reads_what_it_fills() {
        let address = |text: &str| Address::parse(text).unwrap();
        let bounces = AddressPattern::parse("Bounces+%token-x@Example.com.").unwrap();
        let filled = bounces.fill("c1.a").unwrap();
        assert_eq!(filled.as_str(), "bounces+c1.a-x@example.com");
        assert_eq!(bounces.token(&filled), Some("c1.a"));
        for other in ["bounces+-x@example.com", "bounces+c1.a@example.com", "bounces+a-x@x.com"] {
            assert_eq!(bounces.token(&address(other)), None, "{other}");
        }
        let replies = AddressPattern::behind_plus(&address("a+b@x.com"), "reply.example").unwrap();
        assert_eq!(replies.fill("t").unwrap().as_str(), "a+b+t@reply.example");
        assert!(replies.fill("a b").is_err());
    }

    #[test]
    fn aut_40_a_pattern_keeps_room_for_a_token() {
        use PatternError::{NoRoom, NotOnce};
        let refused = |text: &str| AddressPattern::parse(text).unwrap_err();
        assert_eq!(refused("bounces@example.com"), NotOnce);
        assert_eq!(refused("%token"), NotOnce);
        assert_eq!(refused("b@%token.example.com"), NotOnce);
        assert_eq!(refused("%token%token@example.com"), NotOnce);
        assert_eq!(
            refused("a b%token@example.com"),
            PatternError::Address(AddressError::BadCharacter)
        );
        assert!(AddressPattern::parse(&format!("{}%token@example.com", "b".repeat(26))).is_ok());
        assert_eq!(refused(&format!("{}%token@example.com", "b".repeat(27))), NoRoom);
        assert_eq!(refused(&format!("b%token{}@example.com", "b".repeat(26))), NoRoom);
    }
}
