//! Signs our own mail in the name of a domain (DKIM, RFC 6376, RFC 8463): the same message, keys and
//! instant, the same bytes.

mod canonical;
mod key;

use data_encoding::BASE64;
pub use key::{KeyError, SigningKey};
use ring::digest::{SHA256, digest};

use crate::time::Timestamp;

/// Signs in the name of one domain, with one key or with two of different kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// `d=`: the domain that answers for the mail.
    pub domain: Box<str>,
    /// The key that signs.
    pub first: NamedKey,
    /// One that signs beside it (RFC 8463 §6): who does not know the one's kind knows the other's.
    pub second: Option<NamedKey>,
}

/// A key and the name under which its public half is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedKey {
    /// `s=`: the record is of `selector._domainkey.domain`.
    pub selector: Box<str>,
    /// The key.
    pub key: SigningKey,
}

/// A key did not sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the DKIM key of selector {selector} does not sign")]
pub struct SignError {
    selector: Box<str>,
}

/// Signed once more than they are there, so that nobody can add another one on the way (RFC 6376
/// §8.15): readers may show the one that was added.
const SEALED: [&str; 11] = [
    "from",
    "to",
    "cc",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
];
/// Signed as they are; a server on the way may add them.
const AS_THEY_ARE: [&str; 2] = ["content-transfer-encoding", "auto-submitted"];

/// Columns of a line of the field (RFC 5322 §2.1.1).
const COLUMNS_MAX: usize = 76;

impl Signer {
    /// Its keys with their selectors.
    pub fn keys(&self) -> impl Iterator<Item = &NamedKey> {
        std::iter::once(&self.first).chain(&self.second)
    }

    /// The message with a signature of each key before it. The whole body is signed, without end.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(&self, message: &[u8], at: Timestamp) -> Result<Vec<u8>, SignError> {
        let (header, body) = canonical::halves(message);
        let fields = canonical::fields(header);
        let (mut names, mut signed) = (Vec::new(), Vec::new());
        for name in SEALED.into_iter().chain(AS_THEY_ARE) {
            // From the bottom up (RFC 6376 §5.4.2).
            for (_, value) in fields.iter().rev().filter(|(found, _)| is(found, name)) {
                names.push(name);
                canonical::field(name, value, &mut signed);
            }
            if SEALED.contains(&name) {
                names.push(name);
            }
        }
        let (names, body_hash) =
            (folded(&names), BASE64.encode(hash(&canonical::body(body)).as_ref()));
        let mut whole = Vec::with_capacity(message.len() + 1024);
        for NamedKey { selector, key } in self.keys() {
            let (algorithm, domain, seconds) = (key.algorithm(), &self.domain, at.as_seconds());
            let unsigned = format!(
                " v=1; a={algorithm}; c=relaxed/relaxed; t={seconds};\r\n d={domain};\r\n \
                 s={selector};\r\n h={names};\r\n bh={body_hash};\r\n b="
            );
            let mut data = signed.clone();
            canonical::field("dkim-signature", unsigned.as_bytes(), &mut data);
            // Of the field that signs the line end is not signed (RFC 6376 §3.7).
            data.truncate(data.len().saturating_sub(2));
            let signature =
                key.sign(&data).ok_or_else(|| SignError { selector: selector.clone() })?;
            whole.extend_from_slice(b"DKIM-Signature:");
            whole.extend_from_slice(unsigned.as_bytes());
            whole.extend_from_slice(in_lines(&BASE64.encode(&signature)).as_bytes());
            whole.extend_from_slice(b"\r\n");
        }
        whole.extend_from_slice(message);
        Ok(whole)
    }
}

fn is(found: &[u8], name: &str) -> bool {
    found.eq_ignore_ascii_case(name.as_bytes())
}

fn hash(data: &[u8]) -> ring::digest::Digest {
    digest(&SHA256, data)
}

/// The names of `h=`, in lines.
fn folded(names: &[&str]) -> String {
    let (mut text, mut column) = (String::new(), " h=".len());
    for (nth, name) in names.iter().enumerate() {
        if nth > 0 {
            text.push(':');
            column += 1;
        }
        if column + name.len() + 1 > COLUMNS_MAX {
            text.push_str("\r\n  ");
            column = 2;
        }
        text.push_str(name);
        column += name.len();
    }
    text
}

/// White space in `b=` does not count (RFC 6376 §3.5).
fn in_lines(base64: &str) -> String {
    let mut text = String::new();
    for (nth, char) in base64.chars().enumerate() {
        if nth > 0 && nth.is_multiple_of(COLUMNS_MAX - 4) {
            text.push_str("\r\n  ");
        }
        text.push(char);
    }
    text
}

#[cfg(test)]
mod tests;
