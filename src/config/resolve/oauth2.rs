//! `[desk.imap.oauth2]` and `[desk.smtp.oauth2]`: a provider's addresses and scopes, and which flow
//! the keys that are written ask for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::OAuth2File;
use crate::config::{Credential, Flow, Imap, OAuth2, Secret, SecretSource, Smtp};
use crate::oauth::{Client, Endpoint};
use crate::time::Timestamp;
use crate::tls::Tls;

/// For which server a login is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Imap,
    Smtp,
}

/// Where a desk's refresh tokens are kept.
pub(super) struct Place<'a> {
    pub(super) state_dir: &'a Path,
    pub(super) desk: &'a str,
    pub(super) protocol: Protocol,
}

impl Place<'_> {
    /// A desk's name may hold anything; what could be read otherwise is written as its bytes.
    fn token_file(&self) -> PathBuf {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let desk: String =
            self.desk
                .bytes()
                .map(|byte| {
                    if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
                })
                .collect();
        let protocol = match self.protocol {
            Protocol::Imap => "imap",
            Protocol::Smtp => "smtp",
        };
        self.state_dir.join(format!("token.{desk}.{protocol}"))
    }
}

/// What the keys say, whatever the provider.
struct Keys {
    secret: Option<SecretSource>,
    account: Option<SecretSource>,
}

/// A provider's addresses.
struct Provider {
    token_url: Endpoint,
    device_url: Option<Endpoint>,
}

const GOOGLE_SCOPE: &str = "https://mail.google.com/";
const MICROSOFT_HOST: &str = "https://login.microsoftonline.com";
/// Every right that the administrator gave the application.
const MICROSOFT_APPLICATION: &str = "https://outlook.office365.com/.default";
const MICROSOFT_IMAP: &str = "https://outlook.office.com/IMAP.AccessAsUser.All";
const MICROSOFT_SMTP: &str = "https://outlook.office.com/SMTP.Send";
/// Without it there is no refresh token.
const OFFLINE: &str = "offline_access";

/// The login that a table asks for.
pub(super) fn oauth2(
    at: &At<'_>,
    written: &OAuth2File,
    place: &Place<'_>,
) -> Result<OAuth2, ConfigError> {
    let secret = at.secret(
        Secret::ClientSecret,
        ["client_secret_file", "client_secret_credential"],
        written.client_secret_file.as_deref(),
        written.client_secret_credential.as_deref(),
    )?;
    let (file, credential) = (written.key_file.as_deref(), written.key_credential.as_deref());
    let account =
        at.secret(Secret::ServiceAccountKey, ["key_file", "key_credential"], file, credential)?;
    let keys = Keys { secret, account };
    let provider = match written.provider.as_deref() {
        Some("microsoft") => microsoft(at, written, &keys)?,
        Some("google") => google(at, written, &keys)?,
        Some("custom") => custom(at, written)?,
        Some(_) | None => {
            return Err(at.wrong("provider", "must be \"microsoft\", \"google\" or \"custom\""));
        }
    };
    let has_secret = keys.secret.is_some();
    let flow = flow(at, keys, provider.device_url, place)?;
    let ca_file = written.ca_file.as_deref().map(|file| at.path(file));
    let tls =
        Tls::new(ca_file.as_deref()).map_err(|error| at.wrong("ca_file", error.to_string()))?;
    Ok(OAuth2 {
        client: Client {
            token_url: provider.token_url,
            id: client_id(at, written, &flow)?,
            scopes: scopes(written, &flow, place.protocol),
            tls,
        },
        flow,
        secret_expires: secret_expires(at, written, has_secret)?,
    })
}

/// Where IMAP and SMTP log in as the same user in the same way, they are one login with the scopes
/// of both.
pub(super) fn unite(imap: &mut Imap, smtp: &mut Smtp) {
    let Credential::OAuth2(reading) = &mut imap.credential else { return };
    let Some((user, Credential::OAuth2(submitting))) = &mut smtp.login else { return };
    let mut same = submitting.clone();
    same.client.scopes.clone_from(&reading.client.scopes);
    if let (Flow::DeviceCode { token_file: file, .. }, Flow::DeviceCode { token_file, .. }) =
        (&mut same.flow, &reading.flow)
    {
        file.clone_from(token_file);
    }
    if *user == imap.user && same == *reading {
        reading.client.scopes.append(&mut submitting.client.scopes);
        submitting.clone_from(reading);
    }
}

fn microsoft(at: &At<'_>, written: &OAuth2File, keys: &Keys) -> Result<Provider, ConfigError> {
    not_custom(at, written)?;
    if keys.account.is_some() {
        return Err(at.wrong("key_file", "is for Google's service accounts"));
    }
    let tenant = written.tenant.as_deref().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    if tenant.is_empty() || !tenant.bytes().all(plain) {
        let what = "must be the directory's id or a domain of it, such as example.onmicrosoft.com";
        return Err(at.wrong("tenant", what));
    }
    let endpoint = |name: &str| {
        Endpoint::parse(&format!("{MICROSOFT_HOST}/{tenant}/oauth2/v2.0/{name}"))
            .map_err(|what| at.wrong("tenant", what))
    };
    // A client with a secret has rights of its own and asks nobody.
    let device_url = keys.secret.is_none().then(|| endpoint("devicecode")).transpose()?;
    Ok(Provider { token_url: endpoint("token")?, device_url })
}

fn google(at: &At<'_>, written: &OAuth2File, keys: &Keys) -> Result<Provider, ConfigError> {
    not_custom(at, written)?;
    if written.tenant.is_some() {
        return Err(at.wrong("tenant", "is for provider = \"microsoft\""));
    }
    if keys.account.is_none() {
        let what = "provider = \"google\" needs it, or key_credential: the key of a service \
                    account; an account that is none of a Workspace logs in by an app password";
        return Err(at.wrong("key_file", what));
    }
    let token_url = Endpoint::parse("https://oauth2.googleapis.com/token")
        .map_err(|what| at.wrong("provider", what))?;
    Ok(Provider { token_url, device_url: None })
}

fn custom(at: &At<'_>, written: &OAuth2File) -> Result<Provider, ConfigError> {
    if written.tenant.is_some() {
        return Err(at.wrong("tenant", "is for provider = \"microsoft\""));
    }
    let needed = |key: &str| at.wrong(key, "provider = \"custom\" needs it");
    let token_url = written.token_url.as_deref().ok_or_else(|| needed("token_url"))?;
    let scopes = written.scopes.as_ref().ok_or_else(|| needed("scopes"))?;
    let is_scope = |scope: &String| {
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        !scope.is_empty() && scope.bytes().all(plain)
    };
    if !scopes.iter().all(is_scope) {
        return Err(at.wrong("scopes", "must be words without blanks and quotes"));
    }
    let endpoint = |key: &str, url: &str| Endpoint::parse(url).map_err(|what| at.wrong(key, what));
    let device_url = written.device_url.as_deref().map(|url| endpoint("device_url", url));
    Ok(Provider {
        token_url: endpoint("token_url", token_url)?,
        device_url: device_url.transpose()?,
    })
}

/// The addresses and scopes of a known provider are known.
fn not_custom(at: &At<'_>, written: &OAuth2File) -> Result<(), ConfigError> {
    let keys = [
        ("token_url", written.token_url.is_some()),
        ("device_url", written.device_url.is_some()),
        ("scopes", written.scopes.is_some()),
    ];
    match keys.into_iter().find(|(_, is_written)| *is_written) {
        Some((key, _)) => Err(at.wrong(key, "is for provider = \"custom\"")),
        None => Ok(()),
    }
}

/// A key is a service account's; where there is an address for it, a person is asked; else the
/// client's secret is enough.
fn flow(
    at: &At<'_>,
    keys: Keys,
    device_url: Option<Endpoint>,
    place: &Place<'_>,
) -> Result<Flow, ConfigError> {
    match (keys, device_url) {
        (Keys { account: Some(_), secret: Some(_) }, _) => {
            Err(at.wrong("client_secret_file", "not beside key_file: one of the two is shown"))
        }
        (Keys { account: Some(_), secret: None }, Some(_)) => {
            Err(at.wrong("device_url", "not beside key_file: a service account asks nobody"))
        }
        (Keys { account: Some(key), secret: None }, None) => Ok(Flow::ServiceAccount { key }),
        (Keys { account: None, secret }, Some(device_url)) => {
            Ok(Flow::DeviceCode { device_url, secret, token_file: place.token_file() })
        }
        (Keys { account: None, secret: Some(secret) }, None) => {
            Ok(Flow::ClientCredentials { secret })
        }
        (Keys { account: None, secret: None }, None) => Err(at.wrong(
            "client_secret_file",
            "it, client_secret_credential, key_file, key_credential or device_url must be set",
        )),
    }
}

fn client_id(at: &At<'_>, written: &OAuth2File, flow: &Flow) -> Result<Box<str>, ConfigError> {
    match (flow, written.client_id.as_deref()) {
        (Flow::ServiceAccount { .. }, None) => Ok("".into()),
        (Flow::ServiceAccount { .. }, Some(_)) => {
            Err(at.wrong("client_id", "not beside key_file: the key says whose it is"))
        }
        (_, Some(id)) if !id.is_empty() => Ok(id.into()),
        (Flow::ClientCredentials { .. } | Flow::DeviceCode { .. }, _) => {
            Err(at.wrong("client_id", "must be set: the id under which tidings is registered"))
        }
    }
}

fn scopes(written: &OAuth2File, flow: &Flow, protocol: Protocol) -> BTreeSet<Box<str>> {
    if let Some(scopes) = &written.scopes {
        return scopes.iter().map(|scope| scope.as_str().into()).collect();
    }
    let scopes: &[&str] = match (flow, protocol) {
        (Flow::ServiceAccount { .. }, _) => &[GOOGLE_SCOPE],
        (Flow::ClientCredentials { .. }, _) => &[MICROSOFT_APPLICATION],
        (Flow::DeviceCode { .. }, Protocol::Imap) => &[MICROSOFT_IMAP, OFFLINE],
        (Flow::DeviceCode { .. }, Protocol::Smtp) => &[MICROSOFT_SMTP, OFFLINE],
    };
    scopes.iter().map(|scope| (*scope).into()).collect()
}

fn secret_expires(
    at: &At<'_>,
    written: &OAuth2File,
    has_secret: bool,
) -> Result<Option<Timestamp>, ConfigError> {
    const KEY: &str = "client_secret_expires";
    let Some(day) = written.client_secret_expires.as_deref() else { return Ok(None) };
    if !has_secret {
        return Err(at.wrong(KEY, "only with a client secret"));
    }
    Timestamp::parse(&format!("{day}T00:00:00Z"))
        .map(Some)
        .map_err(|_| at.wrong(KEY, "must be a day, such as \"2027-01-31\""))
}

#[cfg(test)]
mod tests;
