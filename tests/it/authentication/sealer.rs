//! Seals mails (RFC 8617), by hand: what each field says is a text in which the test may change anything
//! before it is signed, and after.

use std::fmt::Write as _;

use data_encoding::BASE64;

use super::signer::Key;

pub(crate) const SEALER: &str = "list.example";

/// What a set says; `{i}` is its instance, `{h}` the digest of the body, `{b}` the signature.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) results: String,
    pub(crate) message: String,
    pub(crate) seal: String,
}

impl Set {
    /// As a good forwarder says it.
    pub(crate) fn good(instance: usize) -> Self {
        let status = if instance == 1 { "none" } else { "pass" };
        Self {
            results: format!(
                "i={instance}; {SEALER}; dmarc=pass header.from=example.com; arc={status}"
            ),
            message: format!(
                "i={instance}; a=ed25519-sha256; c=relaxed/relaxed; d={SEALER}; s=s; t=12345; \
                 h=from:to:subject:date; bh={{h}}; b={{b}}"
            ),
            seal: format!(
                "i={instance}; a=ed25519-sha256; cv={status}; d={SEALER}; s=s; t=12345; b={{b}}"
            ),
        }
    }

    /// With another text in its signature, as it is made.
    pub(crate) fn message(mut self, from: &str, to: &str) -> Self {
        assert!(self.message.contains(from), "{from} not in {}", self.message);
        self.message = self.message.replacen(from, to, 1);
        self
    }

    /// With another text in its seal, as it is made.
    pub(crate) fn seal(mut self, from: &str, to: &str) -> Self {
        assert!(self.seal.contains(from), "{from} not in {}", self.seal);
        self.seal = self.seal.replacen(from, to, 1);
        self
    }
}

/// A mail on its way past those who seal it.
pub(crate) struct Sealed {
    pub(crate) raw: String,
    /// What is sealed so far, in the form in which it is.
    chain: String,
}

impl Sealed {
    pub(crate) fn new(mail: &str) -> Self {
        Self { raw: mail.to_owned(), chain: String::new() }
    }

    /// Somebody changes it.
    pub(crate) fn changed(mut self, from: &str, to: &str) -> Self {
        assert!(self.raw.contains(from), "{from} not in {}", self.raw);
        self.raw = self.raw.replace(from, to);
        self
    }

    /// With a set on top.
    pub(crate) fn with(mut self, key: &Key, set: &Set) -> Self {
        let (header, body) = self.raw.split_once("\r\n\r\n").unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, body.as_bytes());
        let (results, seal) = (&set.results, &set.seal);
        let message = set.message.replace("{h}", &BASE64.encode(digest.as_ref()));
        let (_, names) = message.split_once("h=").unwrap_or_default();
        let (names, _) = names.split_once(';').unwrap_or_default();
        let header = format!("arc-authentication-results: {results}\r\n{header}");
        let mut data = signed_fields(&header, names);
        write!(data, "arc-message-signature:{}", relaxed(&unsigned(&message))).unwrap();
        let message = message.replace("{b}", &BASE64.encode(&key.sign(data.as_bytes())));
        let chain = &mut self.chain;
        write!(chain, "arc-authentication-results:{}\r\n", relaxed(results)).unwrap();
        write!(chain, "arc-message-signature:{}\r\n", relaxed(&message)).unwrap();
        let unsealed = format!("{chain}arc-seal:{}", relaxed(&unsigned(seal)));
        let seal = seal.replace("{b}", &BASE64.encode(&key.sign(unsealed.as_bytes())));
        write!(chain, "arc-seal:{}\r\n", relaxed(&seal)).unwrap();
        self.raw = format!(
            "ARC-Seal: {seal}\r\nARC-Message-Signature: {message}\r\n\
             ARC-Authentication-Results: {results}\r\n{}",
            self.raw
        );
        self
    }
}

/// The mail with a chain of these sets on top, made by this key.
pub(crate) fn sealed(mail: &str, key: &Key, sets: &[Set]) -> String {
    sets.iter().fold(Sealed::new(mail), |sealed, set| sealed.with(key, set)).raw
}

/// The fields of these names, from the bottom up, in the relaxed form.
pub(crate) fn signed_fields(header: &str, names: &str) -> String {
    let header = header.replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut lines: Vec<_> = header.lines().filter_map(|line| line.split_once(':')).collect();
    let mut data = String::new();
    for name in names.split(':').map(str::trim) {
        let found = lines.iter().rposition(|(found, _)| found.eq_ignore_ascii_case(name));
        if let Some(at) = found {
            let (name, value) = lines.remove(at);
            write!(data, "{}:{}\r\n", name.to_lowercase(), relaxed(value)).unwrap();
        }
    }
    data
}

/// A value in the relaxed form (RFC 6376 §3.4.2).
pub(crate) fn relaxed(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tags with nothing in `b=`, white space neither (RFC 6376 §3.5).
pub(crate) fn unsigned(tags: &str) -> String {
    let (before, after) = tags.split_once("{b}").unwrap_or((tags, ""));
    format!("{}{}", before.trim_end(), after.trim_start())
}
