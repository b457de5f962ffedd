//! How a desk logs in to a mail server.

use std::path::PathBuf;

use super::secret::SecretSource;
use crate::oauth::{Client, Endpoint};
use crate::time::Timestamp;

/// With what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A password.
    Password(SecretSource),
    /// An access token of OAuth 2.0.
    OAuth2(Box<OAuth2>),
}

/// How an access token is had. Two that are equal, of the same user, are one login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth2 {
    /// Who we are, and for whom.
    pub client: Client,
    /// What we show for it.
    pub flow: Flow,
    /// When the client's secret comes to an end, if somebody wrote that down.
    pub secret_expires: Option<Timestamp>,
}

/// What is shown for an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The client's secret: the application has rights of its own (RFC 6749 §4.4).
    ClientCredentials {
        /// Where the secret is.
        secret: SecretSource,
    },
    /// What a person granted by `tidings login` (RFC 8628).
    DeviceCode {
        /// Where a code for that comes from.
        device_url: Endpoint,
        /// Where the client's secret is, if it has one.
        secret: Option<SecretSource>,
        /// Where the refresh token is kept.
        token_file: PathBuf,
    },
    /// A service account's key: it may speak for the user (RFC 7523).
    ServiceAccount {
        /// Where the key file is.
        key: SecretSource,
    },
}

impl Credential {
    /// The files that must be readable; a refresh token is none of them, as it is had later.
    #[must_use]
    pub fn sources(&self) -> Vec<&SecretSource> {
        match self {
            Self::Password(source) => vec![source],
            Self::OAuth2(oauth2) => match &oauth2.flow {
                Flow::ClientCredentials { secret } => vec![secret],
                Flow::DeviceCode { secret, .. } => secret.iter().collect(),
                Flow::ServiceAccount { key } => vec![key],
            },
        }
    }

    /// The OAuth 2.0 of it, if it is that.
    #[must_use]
    pub fn oauth2(&self) -> Option<&OAuth2> {
        match self {
            Self::Password(_) => None,
            Self::OAuth2(oauth2) => Some(oauth2),
        }
    }
}
