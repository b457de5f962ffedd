//! Keys that sign, from PEM files (RFC 7468), and what is published for them (RFC 6376 §3.6.1).

use std::fmt;
use std::sync::Arc;

use data_encoding::BASE64;
use ring::rsa;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::hash;

/// A private key. Two are the same if their public halves are; it does not print itself.
#[derive(Clone)]
pub enum SigningKey {
    /// RSA of 2048 to 4096 bits (RFC 8301 §3.2).
    Rsa(Arc<RsaKeyPair>),
    /// Ed25519 (RFC 8463).
    Ed25519(Arc<Ed25519KeyPair>),
}

/// Why a file is of no use as a key. The file is not quoted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is something else.
    #[error("is not a private key in PEM: neither PRIVATE KEY nor RSA PRIVATE KEY stands in it")]
    NotPem,
    /// There is nobody who could type a passphrase.
    #[error("is encrypted, and nobody can be asked for its passphrase")]
    Encrypted,
    /// Of another kind, too short, too long, or broken.
    #[error(
        "holds a key that cannot sign ({0}): RSA of 2048 to 4096 bits or Ed25519 is needed; \
         openssl genrsa -out FILE 2048, or openssl genpkey -algorithm ed25519 -out FILE"
    )]
    Rejected(String),
}

const RSA_ENCRYPTION: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

impl SigningKey {
    /// Reads a file in PEM: PKCS #8 of either kind, or PKCS #1 of RSA.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read(text: &SecretString) -> Result<Self, KeyError> {
        let text = text.expose_secret();
        if text.contains("BEGIN ENCRYPTED") || text.contains("4,ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let rejected = |cause: ring::error::KeyRejected| KeyError::Rejected(cause.to_string());
        if let Some(der) = block(text, "RSA PRIVATE KEY") {
            let pair = RsaKeyPair::from_der(&der).map_err(rejected)?;
            return Ok(Self::Rsa(Arc::new(pair)));
        }
        let der = block(text, "PRIVATE KEY").ok_or(KeyError::NotPem)?;
        // openssl leaves the public half out.
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der) {
            return Ok(Self::Ed25519(Arc::new(pair)));
        }
        RsaKeyPair::from_pkcs8(&der).map(Arc::new).map(Self::Rsa).map_err(rejected)
    }

    /// What is signed with, `a=`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// The kind of key, `k=` of its record.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa",
            Self::Ed25519(_) => "ed25519",
        }
    }

    /// What is published under its selector.
    #[must_use]
    pub fn record(&self) -> String {
        format!("v=DKIM1; k={}; p={}", self.kind(), BASE64.encode(&self.published()))
    }

    /// Whether this, decoded from `p=`, is its public half.
    #[must_use]
    pub fn is_published_as(&self, bytes: &[u8]) -> bool {
        // RFC 6376 §3.6.1 says RSAPublicKey; everybody publishes what has it inside.
        bytes == self.published() || bytes == self.public()
    }

    /// `RSAPublicKey` of PKCS #1, or the 32 bytes of RFC 8032.
    fn public(&self) -> &[u8] {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref(),
            Self::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }

    /// RSA in a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), Ed25519 as it is (RFC 8463 §4.2).
    fn published(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => {
                let bits = [&[0], self.public()].concat();
                der(0x30, &[RSA_ENCRYPTION, &der(0x03, &bits)].concat())
            }
            Self::Ed25519(_) => self.public().to_vec(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "blinds a signature, and names nothing")]
    pub(super) fn sign(&self, data: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(pair) => {
                let public: &rsa::PublicKey = pair.public();
                let mut signature = vec![0; public.modulus_len()];
                let random = ring::rand::SystemRandom::new();
                pair.sign(&RSA_PKCS1_SHA256, &random, data, &mut signature).ok()?;
                Some(signature)
            }
            // RFC 8463 §3: the digest is what is signed.
            Self::Ed25519(pair) => Some(pair.sign(hash(data).as_ref()).as_ref().to_vec()),
        }
    }
}

impl PartialEq for SigningKey {
    fn eq(&self, other: &Self) -> bool {
        self.published() == other.published()
    }
}

impl Eq for SigningKey {}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kind())
    }
}

/// What stands between the two lines of this label.
fn block(text: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (inner, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let base64: Zeroizing<String> = Zeroizing::new(inner.split_ascii_whitespace().collect());
    BASE64.decode(base64.as_bytes()).ok().map(Zeroizing::new)
}

/// A value in DER (X.690 §8.1, §10.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut value = vec![tag];
    match (u8::try_from(content.len()), u8::try_from(significant.len())) {
        (Ok(short), _) if short < 0x80 => value.push(short),
        (_, count) => {
            value.push(0x80 | count.unwrap_or_default());
            value.extend(significant);
        }
    }
    value.extend_from_slice(content);
    value
}
