//! The one module that speaks OAuth 2.0 (RFC 6749): a client, a person or a service account is
//! turned into an access token, which stands in for a password.
//!
//! What is asked (`request`, `assertion`), what the answer means (`answer`, `device`) and how long a
//! token lasts (`life`) are pure; `http` alone has a connection, `file` alone has the disk. The
//! secrets come in as values.

mod answer;
mod assertion;
mod device;
mod file;
mod http;
mod life;
mod request;

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;

use crate::tls::Tls;

pub use answer::Granted;
pub use assertion::{KeyError, ServiceAccount};
pub use device::{DeviceCode, Poll, Poller};
pub use file::{FileError, Lock, Stamp, Stored, TokenFile};
pub use life::{Expiring, Expiry, Token, Use, is_near};
pub use request::Grant;

/// An address that is asked: by https, or on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Reads one.
    ///
    /// # Errors
    /// What it must be, for people.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "must be a URL, https://…")?;
        let host = url.host_str().ok_or("must be a URL with a host")?;
        let bare = host.trim_matches(['[', ']']);
        let is_loopback =
            host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            _ => return Err("must begin with https://; http:// is for a loopback address only"),
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("must be without a user, a password and a fragment");
        }
        Ok(Self(url))
    }

    /// Where it is.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its host, for people.
    fn host(&self) -> Box<str> {
        self.0.host_str().unwrap_or_default().into()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who we are for an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Where tokens come from.
    pub token_url: Endpoint,
    /// The name under which we are registered; a service account needs none.
    pub id: Box<str>,
    /// What tokens are to be good for.
    pub scopes: BTreeSet<Box<str>>,
    /// Whom we believe about the endpoint's name.
    pub tls: Tls,
}

/// Why there is no token. Texts of the endpoint in it are printable and bounded, and none of our
/// secrets is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// It does not take what we have (RFC 6749 §5.2). A person has to do something.
    #[error("{host} gives no token: {code}{}{text}", if text.is_empty() { "" } else { ": " })]
    Refused {
        /// The endpoint's host.
        host: Box<str>,
        /// Its word for it, such as `invalid_grant`.
        code: String,
        /// Its sentence for people; may be empty.
        text: String,
    },
    /// It is not there, is busy, or talks nonsense. It comes back by itself.
    #[error("{host} gives no token now: {why}")]
    Away {
        /// The endpoint's host.
        host: Box<str>,
        /// What happened.
        why: String,
        /// How long it asks to be left alone.
        wait: Option<Duration>,
    },
}

/// Asks for a token. `now` is the instant at which the answer's life begins.
///
/// # Errors
/// [`OAuthError`].
pub async fn token(client: &Client, grant: &Grant<'_>) -> Result<Granted, OAuthError> {
    let form = request::form(&client.id, &client.scopes, grant);
    let reply = http::post(&client.token_url, &client.tls, &form).await?;
    answer::granted(&client.token_url.host(), &reply, &form)
}

/// Asks for a code that a person confirms elsewhere (RFC 8628 §3.1).
///
/// # Errors
/// [`OAuthError`].
pub async fn device_code(client: &Client, device_url: &Endpoint) -> Result<DeviceCode, OAuthError> {
    let form = request::device_form(&client.id, &client.scopes);
    let reply = http::post(device_url, &client.tls, &form).await?;
    device::code(&device_url.host(), &reply, &form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_asked_by_https_or_on_this_machine() {
        for good in [
            "https://login.example/t/token",
            "http://127.0.0.1:80/token",
            "http://[::1]/token",
            "http://localhost/",
        ] {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example/token",
            "http://127.0.0.1.example/",
            "ftp://127.0.0.1/",
            "token",
            "https://user:pw@login.example/",
            "https://login.example/#x",
            "unix:/run/x",
        ] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
    }
}
