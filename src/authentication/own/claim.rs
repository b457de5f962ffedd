//! What a signature says of itself (RFC 6376 §3.5), and a seal (RFC 8617 §4.1.3): read before anything
//! is asked. What breaks a rule is refused, whatever a key would say.

use super::canonical::Form;
use super::key::Algorithm;
use super::tags::Tags;
use crate::mail::address::normal_domain;
use crate::mail::proof::Outcome;
use crate::time::Timestamp;

/// Names in `h=`: with the fields of a message it bounds the time to find them.
const SIGNED_NAMES_MAX: usize = 200;

/// Longest name in the DNS, in octets (RFC 1035 §3.1).
const NAME_MAX: usize = 253;

/// Why a signature is not asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub outcome: Outcome,
    pub why: &'static str,
}

/// Who signed, and with which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// As domains are compared.
    pub domain: String,
    pub selector: String,
    pub algorithm: Algorithm,
    pub signature: Vec<u8>,
}

/// What a signature of header and body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim<'a> {
    pub stamp: Stamp,
    /// Of the header, and of the body.
    pub forms: (Form, Form),
    /// The fields that are signed, from the bottom up.
    pub names: Vec<&'a str>,
    pub body_hash: Vec<u8>,
    /// How many octets of the body are signed; `None` is all of them.
    pub length: Option<u64>,
    /// Whom it signs for, where that is said: a domain.
    pub identity: Option<String>,
}

const fn broken(why: &'static str) -> Refusal {
    Refusal { outcome: Outcome::PermError, why }
}

impl Claim<'_> {
    /// Whether it names this field.
    pub(super) fn times(&self, name: &str) -> usize {
        self.names.iter().filter(|found| found.eq_ignore_ascii_case(name)).count()
    }
}

/// The domain that a signature names, if it can be read.
pub(super) fn domain(tags: &Tags<'_>) -> Option<String> {
    tags.get("d").and_then(|domain| normal_domain(domain).ok())
}

/// Reads a DKIM-Signature as of its receipt.
///
/// # Errors
/// [`Refusal`].
pub(super) fn dkim<'a>(tags: &Tags<'a>, received: Timestamp) -> Result<Claim<'a>, Refusal> {
    if tags.get("v") != Some("1") {
        return Err(broken("a signature of another version"));
    }
    let mut claim = claim(tags, received)?;
    if claim.times("from") == 0 {
        return Err(broken("From is not signed"));
    }
    claim.identity = tags.get("i").map(|identity| identity_domain(identity, &claim)).transpose()?;
    Ok(claim)
}

/// The domain of `i=`: that of the signer, or one below it (RFC 6376 §3.5).
fn identity_domain(identity: &str, claim: &Claim<'_>) -> Result<String, Refusal> {
    let signer = claim.stamp.domain.as_str();
    let (_, domain) = identity.rsplit_once('@').ok_or(broken("i= is no identity"))?;
    let domain = normal_domain(domain).map_err(|_| broken("i= is no identity"))?;
    let above = domain.strip_suffix(signer);
    if above.is_some_and(|above| above.is_empty() || above.ends_with('.')) {
        Ok(domain)
    } else {
        Err(broken("i= is not of the domain that signed"))
    }
}

/// Reads an ARC-Message-Signature (RFC 8617 §4.1.2) as of its receipt.
///
/// # Errors
/// [`Refusal`].
pub(super) fn message<'a>(tags: &Tags<'a>, received: Timestamp) -> Result<Claim<'a>, Refusal> {
    let claim = claim(tags, received)?;
    if claim.times("arc-seal") > 0 {
        return Err(broken("a seal is signed, which nobody may"));
    }
    Ok(claim)
}

/// Reads an ARC-Seal (RFC 8617 §4.1.3), but for what it says of the chain. It begins with its instance;
/// seals of the form before the RFC do not (draft-ietf-dmarc-arc-protocol-01 §5.1.1.1), and those must
/// say their time.
///
/// # Errors
/// [`Refusal`].
pub(super) fn seal(tags: &Tags<'_>) -> Result<Stamp, Refusal> {
    if tags.get("h").is_some() {
        return Err(broken("a seal that names fields"));
    }
    if tags.number("t").map_err(broken)?.is_none() && tags.first() != Some("i") {
        return Err(broken("a seal without a time"));
    }
    stamp(tags)
}

fn stamp(tags: &Tags<'_>) -> Result<Stamp, Refusal> {
    let algorithm = match tags.get("a") {
        Some("rsa-sha256") => Algorithm::RsaSha256,
        Some("ed25519-sha256") => Algorithm::Ed25519Sha256,
        Some("rsa-sha1") => {
            return Err(Refusal { outcome: Outcome::Policy, why: "signed with SHA-1" });
        }
        Some(_) | None => return Err(broken("signed in a way that is not known")),
    };
    let domain = domain(tags).ok_or(broken("d= is no domain"))?;
    let selector = tags.get("s").and_then(selector).ok_or(broken("s= is no selector"))?;
    let signature = bytes(tags, "b")?;
    Ok(Stamp { domain, selector, algorithm, signature })
}

fn claim<'a>(tags: &Tags<'a>, received: Timestamp) -> Result<Claim<'a>, Refusal> {
    let stamp = stamp(tags)?;
    let body_hash = bytes(tags, "bh")?;
    let forms = forms(tags.get("c")).ok_or(broken("a form that is not known (c=)"))?;
    let names: Vec<_> = tags.list("h").ok_or(broken("no signed fields are named"))?.collect();
    if SIGNED_NAMES_MAX < names.len() {
        return Err(Refusal {
            outcome: Outcome::Policy,
            why: "more signed fields than are looked at",
        });
    }
    if tags.list("q").is_some_and(|mut ways| !ways.any(|way| way == "dns/txt")) {
        return Err(broken("the key is not in the DNS (q=)"));
    }
    let length = tags.number("l").map_err(broken)?;
    let made = tags.number("t").map_err(broken)?;
    let until = tags.number("x").map_err(broken)?;
    if !holds(made, until, received) {
        return Err(Refusal { outcome: Outcome::Fail, why: "expired when it was received" });
    }
    Ok(Claim { stamp, forms, names, body_hash, length, identity: None })
}

fn bytes(tags: &Tags<'_>, name: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = tags.base64(name).filter(|bytes| !bytes.is_empty());
    bytes.ok_or(broken("a signature that cannot be read"))
}

/// `c=`: the form of the header, and of the body (RFC 6376 §3.5).
fn forms(word: Option<&str>) -> Option<(Form, Form)> {
    let Some(word) = word else { return Some((Form::Simple, Form::Simple)) };
    let (header, body) = word.split_once('/').unwrap_or((word, "simple"));
    Some((Form::parse(header)?, Form::parse(body)?))
}

/// A selector as it is asked for: labels, of which an underscore is found in practice.
fn selector(text: &str) -> Option<String> {
    let ascii =
        if text.is_ascii() { text.to_ascii_lowercase() } else { normal_domain(text).ok()? };
    let is_label = |label: &str| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.bytes().all(good)
    };
    (ascii.len() <= NAME_MAX && ascii.split('.').all(is_label)).then_some(ascii)
}

/// Whether a signature made at `t` and good until `x` was good when it was received. One that was
/// made later than that is (RFC 6376 §3.5 leaves it to us): clocks go wrong, and a file may say too
/// early when it came.
fn holds(made: Option<u64>, until: Option<u64>, received: Timestamp) -> bool {
    let received = u64::try_from(received.as_seconds()).unwrap_or(0);
    until.is_none_or(|until| made.unwrap_or(0) < until && received < until)
}

#[cfg(test)]
mod tests;
