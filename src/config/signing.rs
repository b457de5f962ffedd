//! The keys that sign a desk's mail: where they are, and what was read there.

use std::collections::BTreeMap;

use super::secret::{SecretError, SecretPlace, SecretSource};
use super::{Config, Desk};
use crate::mail::dkim::{KeyError, NamedKey, Signer, SigningKey};

/// With what a desk's mail is signed (RFC 6376).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dkim {
    /// The domain that answers for it: the desk's, or one above or below.
    pub domain: Box<str>,
    /// The key.
    pub first: DkimKey,
    /// One of another kind beside it.
    pub second: Option<DkimKey>,
}

/// Where a key is, and under which name its public half is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DkimKey {
    /// The name of the record before `._domainkey.` and the domain.
    pub selector: Box<str>,
    /// Where the private half is.
    pub source: SecretSource,
}

/// Why a desk's mail cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The key cannot be had.
    #[error("the DKIM key of selector {selector}: {cause}")]
    Secret {
        /// Which.
        selector: Box<str>,
        /// Why.
        cause: SecretError,
    },
    /// It is of no use.
    #[error("the DKIM key of selector {selector}: {place} {cause}")]
    Key {
        /// Which.
        selector: Box<str>,
        /// Where it is.
        place: String,
        /// Why.
        cause: KeyError,
    },
}

/// Who signs for which desk, with the keys as they were when they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signers(BTreeMap<Box<str>, Signer>);

impl Signers {
    /// Who signs for a desk; `None` where the server does.
    #[must_use]
    pub fn of(&self, desk: &str) -> Option<&Signer> {
        self.0.get(desk)
    }
}

impl Config {
    /// Reads every desk's keys.
    ///
    /// # Errors
    /// [`SignerError`] says what to do.
    pub fn signers(&self) -> Result<Signers, SignerError> {
        let mut signers = BTreeMap::new();
        for desk in &self.desks {
            if let Some(signer) = desk.signer()? {
                signers.insert(desk.name.clone(), signer);
            }
        }
        Ok(Signers(signers))
    }
}

impl Desk {
    /// Reads its keys; `None` where the server signs.
    ///
    /// # Errors
    /// [`SignerError`] says what to do.
    pub fn signer(&self) -> Result<Option<Signer>, SignerError> {
        let Some(dkim) = &self.dkim else { return Ok(None) };
        let first = dkim.first.read()?;
        let second = dkim.second.as_ref().map(DkimKey::read).transpose()?;
        Ok(Some(Signer { domain: dkim.domain.clone(), first, second }))
    }
}

impl Dkim {
    /// Its keys.
    pub fn keys(&self) -> impl Iterator<Item = &DkimKey> {
        std::iter::once(&self.first).chain(&self.second)
    }
}

impl DkimKey {
    /// Reads the private half.
    ///
    /// # Errors
    /// [`SignerError`] says what to do.
    pub fn read(&self) -> Result<NamedKey, SignerError> {
        let selector = self.selector.clone();
        let text = match self.source.read() {
            Ok(text) => text,
            Err(cause) => return Err(SignerError::Secret { selector, cause }),
        };
        match SigningKey::read(&text) {
            Ok(key) => Ok(NamedKey { selector, key }),
            Err(cause) => {
                let place = match &self.source.place {
                    SecretPlace::File(path) => path.display().to_string(),
                    SecretPlace::Credential(name) => format!("credential {name:?}"),
                };
                Err(SignerError::Key { selector, place, cause })
            }
        }
    }
}
