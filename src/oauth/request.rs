//! What is sent to an endpoint. Pure.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret as _, SecretString};

/// With what a token is asked for.
#[derive(Clone, Debug)]
pub enum Grant<'a> {
    /// The application's own right (RFC 6749 §4.4).
    ClientCredentials {
        /// The client's secret.
        secret: &'a SecretString,
    },
    /// What a person granted before (RFC 6749 §6).
    RefreshToken {
        /// The token for that.
        token: &'a SecretString,
        /// The client's secret, if it has one.
        secret: Option<&'a SecretString>,
    },
    /// A service account speaks for a user (RFC 7523 §2.1).
    Assertion {
        /// The signed assertion.
        jwt: SecretString,
    },
    /// What a person confirms elsewhere (RFC 8628 §3.4).
    DeviceCode {
        /// The code that the person does not see.
        code: &'a SecretString,
        /// The client's secret, if it has one.
        secret: Option<&'a SecretString>,
    },
}

/// A field of a form.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Plain(String),
    Secret(SecretString),
}

impl Value {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(text) => text.expose_secret(),
        }
    }
}

/// What is sent.
pub(super) type Form = Vec<(&'static str, Value)>;

pub(super) fn form(client_id: &str, scopes: &BTreeSet<Box<str>>, grant: &Grant<'_>) -> Form {
    let plain = |text: &str| Value::Plain(text.to_owned());
    let hidden = |text: &SecretString| Value::Secret(text.clone());
    let client_id = ("client_id", plain(client_id));
    let scope = ("scope", Value::Plain(joined(scopes)));
    let (kind, mut form, secret) = match grant {
        Grant::ClientCredentials { secret } => {
            ("client_credentials", vec![client_id, scope], Some(*secret))
        }
        Grant::RefreshToken { token, secret } => {
            ("refresh_token", vec![client_id, scope, ("refresh_token", hidden(token))], *secret)
        }
        // The scopes stand in the assertion.
        Grant::Assertion { jwt } => {
            let kind = "urn:ietf:params:oauth:grant-type:jwt-bearer";
            (kind, vec![("assertion", hidden(jwt))], None)
        }
        Grant::DeviceCode { code, secret } => {
            let kind = "urn:ietf:params:oauth:grant-type:device_code";
            (kind, vec![client_id, ("device_code", hidden(code))], *secret)
        }
    };
    form.insert(0, ("grant_type", plain(kind)));
    form.extend(secret.map(|secret| ("client_secret", hidden(secret))));
    form
}

pub(super) fn device_form(client_id: &str, scopes: &BTreeSet<Box<str>>) -> Form {
    vec![("client_id", Value::Plain(client_id.to_owned())), ("scope", Value::Plain(joined(scopes)))]
}

/// RFC 6749 §3.3.
pub(super) fn joined(scopes: &BTreeSet<Box<str>>) -> String {
    scopes.iter().map(|scope| &**scope).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_95_what_each_grant_sends() {
        let (secret, token) = (SecretString::from("s3cret"), SecretString::from("r3fresh"));
        check(
            &Grant::ClientCredentials { secret: &secret },
            "grant_type=client_credentials client_id=app scope=a b client_secret=s3cret",
        );
        check(
            &Grant::RefreshToken { token: &token, secret: None },
            "grant_type=refresh_token client_id=app scope=a b refresh_token=r3fresh",
        );
        check(
            &Grant::RefreshToken { token: &token, secret: Some(&secret) },
            "grant_type=refresh_token client_id=app scope=a b refresh_token=r3fresh \
             client_secret=s3cret",
        );
        check(
            &Grant::Assertion { jwt: "j.w.t".into() },
            "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer assertion=j.w.t",
        );
        check(
            &Grant::DeviceCode { code: &token, secret: None },
            "grant_type=urn:ietf:params:oauth:grant-type:device_code client_id=app \
             device_code=r3fresh",
        );

        #[track_caller]
        fn check(grant: &Grant<'_>, expected: &str) {
            let scopes = ["b".into(), "a".into()].into();
            let form = form("app", &scopes, grant);
            let fields: Vec<_> =
                form.iter().map(|(name, value)| format!("{name}={}", value.text())).collect();
            assert_eq!(fields.join(" "), expected);
            let shown = format!("{form:?}{grant:?}");
            for secret in ["s3cret", "r3fresh", "j.w.t"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}
