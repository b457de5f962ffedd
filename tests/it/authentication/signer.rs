//! Signs mails (RFC 6376), by hand, so that every tag can be wrong.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use data_encoding::BASE64;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use tempfile::TempDir;

/// A key of the test.
pub(crate) enum Key {
    Ed25519(Ed25519KeyPair),
    /// Made and used by openssl.
    Rsa(TempDir),
}

/// How a mail is signed; what is not said is as a good signer does it.
#[derive(Clone, Debug)]
pub(crate) struct How<'a> {
    pub(crate) domain: &'a str,
    /// Names of fields, each once.
    pub(crate) fields: &'a [&'a str],
    /// Tags of the test's own, such as `x=100;`.
    pub(crate) tags: &'a str,
    pub(crate) algorithm: &'a str,
}

pub(crate) const SELECTOR: &str = "s";
/// When the mails of the tests are received, in seconds and in words.
pub(crate) const RECEIVED: i64 = 1_700_000_000;

impl How<'static> {
    pub(crate) const fn by(domain: &'static str) -> Self {
        let fields = &["from", "to", "subject", "date"];
        Self { domain, fields, tags: "", algorithm: "ed25519-sha256" }
    }
}

impl Key {
    pub(crate) fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap())
    }

    /// One that nobody publishes.
    pub(crate) fn another() -> Self {
        Self::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap())
    }

    pub(crate) fn rsa(bits: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pem").display().to_string();
        openssl(&["genrsa", "-out", &file, &bits.to_string()], b"");
        Self::Rsa(folder)
    }

    /// What is published for it (RFC 6376 §3.6.1).
    pub(crate) fn record(&self) -> String {
        match self {
            Self::Ed25519(key) => {
                format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(key.public_key().as_ref()))
            }
            Self::Rsa(folder) => {
                let file = folder.path().join("key.pem").display().to_string();
                let public = openssl(&["rsa", "-in", &file, "-pubout", "-outform", "DER"], b"");
                format!("v=DKIM1; k=rsa; p={}", BASE64.encode(&public))
            }
        }
    }

    pub(crate) fn sign(&self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => {
                let digest = ring::digest::digest(&ring::digest::SHA256, data);
                key.sign(digest.as_ref()).as_ref().to_vec()
            }
            Self::Rsa(folder) => {
                let file = folder.path().join("key.pem").display().to_string();
                openssl(&["dgst", "-sha256", "-sign", &file], data)
            }
        }
    }
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "openssl {arguments:?}");
    ended.stdout
}

/// A mail whose lines are canonical already, so that signing needs no canonicalization.
pub(crate) fn mail(from: &str) -> String {
    format!(
        "From: {from}\r\nTo: support@desk.example\r\nSubject: help\r\n\
         Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nMessage-ID: <1@{SELECTOR}>\r\n\r\n\
         My printer is on fire.\r\n"
    )
}

/// A body as it is hashed (RFC 6376 §3.4.4).
fn relaxed(body: &str) -> String {
    let line = |line: &str| {
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        let blank = if line.starts_with([' ', '\t']) && !words.is_empty() { " " } else { "" };
        format!("{blank}{}\r\n", words.join(" "))
    };
    let lines: Vec<&str> = body.trim_end_matches("\r\n").split("\r\n").collect();
    if lines == [""] { String::new() } else { lines.into_iter().map(line).collect() }
}

/// The mail with a signature on top.
pub(crate) fn signed(mail: &str, key: &Key, how: &How<'_>) -> String {
    let (header, body) = mail.split_once("\r\n\r\n").unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, relaxed(body).as_bytes());
    let unsigned = format!(
        "v=1; a={}; c=relaxed/relaxed; d={}; s={SELECTOR}; {}h={}; bh={}; b=",
        how.algorithm,
        how.domain,
        how.tags,
        how.fields.join(":"),
        BASE64.encode(digest.as_ref())
    );
    let mut data = String::new();
    for name in how.fields {
        // from the bottom up
        let line = header.lines().rev().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        });
        if let Some(value) = line {
            write!(data, "{name}:{value}\r\n").unwrap();
        }
    }
    write!(data, "dkim-signature:{unsigned}").unwrap();
    let signature = BASE64.encode(&key.sign(data.as_bytes()));
    format!("DKIM-Signature: {unsigned}{signature}\r\n{mail}")
}
