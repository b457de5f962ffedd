//! The instance's key: what makes a name of ours recognisable as ours.

use std::fmt;

use ring::hmac;

/// The instance's key. It never leaves this module but as MACs.
#[derive(Clone)]
pub struct Key {
    mac: hmac::Key,
    id: Box<str>,
    short: Box<str>,
}

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// Characters of the name of a key inside a token.
pub(super) const SHORT_CHARS: usize = 5;

impl Key {
    /// Takes the bytes of a key.
    #[must_use]
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        let mac = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let tag = hmac::sign(&mac, b"tidings key id");
        let id = data_encoding::HEXLOWER.encode(tag.as_ref().get(..8).unwrap_or_default());
        let short = base32(tag.as_ref().get(8..11).unwrap_or_default());
        Self { mac, id: id.into(), short: short.into() }
    }

    /// What the database remembers of the key, so that another key is noticed. Tells nothing
    /// about the key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name of the key inside a token.
    pub(super) fn short(&self) -> &str {
        &self.short
    }

    /// The MAC over `parts`, the first of which says what for, in so many characters of five bits.
    /// Each part has its length before it, so that no two lists of parts have the same MAC.
    pub(super) fn tag(&self, parts: &[&str], chars: usize) -> String {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut tag = base32(context.sign().as_ref());
        tag.truncate(chars);
        tag
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// Compares in constant time, so that a MAC cannot be guessed byte by byte.
pub(super) fn same(ours: &str, theirs: &str) -> bool {
    ours.len() == theirs.len()
        && ours.bytes().zip(theirs.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

/// Five bits a character, lower case, as local parts are compared.
pub(super) fn base32(bytes: &[u8]) -> String {
    data_encoding::BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

/// Whether a text is what [`base32`] writes, so many characters of it.
pub(super) fn is_base32(text: &str, chars: usize) -> bool {
    text.len() == chars && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_37_a_key_does_not_print_itself() {
        let key = Key::new(&[0xAB; KEY_BYTES]);
        assert!(!format!("{key:?}").to_lowercase().contains("abab"));
        assert_eq!((key.id().len(), key.short().len()), (16, SHORT_CHARS));
    }

    #[test]
    fn parts_are_not_run_together() {
        let key = Key::new(&[1; KEY_BYTES]);
        assert_ne!(key.tag(&["ab", "c"], 20), key.tag(&["a", "bc"], 20));
        assert_ne!(key.tag(&["a", "b"], 20), key.tag(&["a", "b", ""], 20));
    }
}
