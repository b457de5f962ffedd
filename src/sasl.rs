//! With what we log in, alike for IMAP and SMTP, and what the mechanisms for access tokens say:
//! OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2, which the large providers have.

use std::borrow::Cow;

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

/// Who logs in, and with what.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user's name, as the server knows it.
    pub user: Box<str>,
    /// What proves it; it is sent under TLS, or to a loopback address.
    pub secret: Secret,
}

/// What proves who we are.
#[derive(Clone, Debug)]
pub enum Secret {
    /// A password.
    Password(SecretString),
    /// An access token (RFC 6749 §1.4).
    AccessToken(SecretString),
}

/// A mechanism for access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// RFC 7628.
    OAuthBearer,
    /// Its forerunner.
    XOAuth2,
}

/// Longest challenge that is looked at, in characters of base64; servers send some hundred.
pub const CHALLENGE_MAX: usize = 4096;

/// Longest word of a failure that is shown, in characters.
const SHOWN_MAX: usize = 100;

impl Bearer {
    /// The standard where it is offered, else its forerunner; `None` where neither is.
    pub fn best(offers: impl Fn(Self) -> bool) -> Option<Self> {
        [Self::OAuthBearer, Self::XOAuth2].into_iter().find(|mechanism| offers(*mechanism))
    }

    /// Its registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OAuthBearer => "OAUTHBEARER",
            Self::XOAuth2 => "XOAUTH2",
        }
    }

    /// What the client says, in base64.
    #[must_use]
    pub fn message(
        self,
        user: &str,
        token: &SecretString,
        (host, port): (&str, u16),
    ) -> Zeroizing<String> {
        let token = token.expose_secret();
        let text = Zeroizing::new(match self {
            Self::OAuthBearer => format!(
                "n,a={},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01",
                saslname(user)
            ),
            Self::XOAuth2 => format!("user={user}\x01auth=Bearer {token}\x01\x01"),
        });
        Zeroizing::new(BASE64.encode(text.as_bytes()))
    }

    /// What the client answers to the server's account of a failure, so that the server ends the
    /// exchange (RFC 7628 §3.2.3), in base64.
    #[must_use]
    pub fn surrender(self) -> &'static str {
        match self {
            // ^A
            Self::OAuthBearer => "AQ==",
            Self::XOAuth2 => "",
        }
    }
}

/// A name in the header of RFC 5801 §4.
fn saslname(user: &str) -> Cow<'_, str> {
    if user.contains(['=', ',']) {
        Cow::Owned(user.replace('=', "=3D").replace(',', "=2C"))
    } else {
        Cow::Borrowed(user)
    }
}

/// What a server's account of a failure says (RFC 7628 §3.2.2), for people; `None` when it is none.
#[must_use]
pub fn failure(challenge: &str) -> Option<String> {
    if challenge.len() > CHALLENGE_MAX {
        return None;
    }
    let bytes = BASE64.decode(challenge.trim().as_bytes()).ok()?;
    let account: Value = serde_json::from_slice(&bytes).ok()?;
    let word = |key: &str| account.get(key).and_then(Value::as_str).map(shown);
    let status = word("status")?;
    Some(match word("scope").filter(|scope| !scope.is_empty()) {
        Some(scope) => format!("status {status}, wanted scope {scope}"),
        None => format!("status {status}"),
    })
}

fn shown(word: &str) -> String {
    let plain = |char: char| if char.is_control() { '?' } else { char };
    word.chars().take(SHOWN_MAX).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(mechanism: Bearer, user: &str) -> String {
        let message = mechanism.message(user, &"t0k".into(), ("mail.example", 993));
        String::from_utf8(BASE64.decode(message.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn std_98_what_a_mechanism_says() {
        assert_eq!(
            decoded(Bearer::XOAuth2, "a@b.example"),
            "user=a@b.example\x01auth=Bearer t0k\x01\x01"
        );
        assert_eq!(
            decoded(Bearer::OAuthBearer, "a@b.example"),
            "n,a=a@b.example,\x01host=mail.example\x01port=993\x01auth=Bearer t0k\x01\x01"
        );
        assert!(decoded(Bearer::OAuthBearer, "a=,b").starts_with("n,a=a=3D=2Cb,\x01"));
        assert_eq!(BASE64.decode(Bearer::OAuthBearer.surrender().as_bytes()).unwrap(), [1]);
        assert_eq!(Bearer::XOAuth2.surrender(), "");
    }

    #[test]
    fn std_98_the_standard_is_preferred() {
        check(&[Bearer::XOAuth2, Bearer::OAuthBearer], Some(Bearer::OAuthBearer));
        check(&[Bearer::XOAuth2], Some(Bearer::XOAuth2));
        check(&[], None);

        #[track_caller]
        fn check(offered: &[Bearer], best: Option<Bearer>) {
            assert_eq!(Bearer::best(|mechanism| offered.contains(&mechanism)), best);
        }
    }

    #[test]
    fn std_98_an_account_of_a_failure_is_said_in_words() {
        check(
            r#"{"status":"400","schemes":"Bearer","scope":"mail"}"#,
            Some("status 400, wanted scope mail"),
        );
        check(r#"{"status":"invalid_token"}"#, Some("status invalid_token"));
        check("{\"status\":\"a\\u001b[0m\\nb\"}", Some("status a?[0m?b"));
        check("{}", None);
        check("nonsense", None);
        assert_eq!(failure("=not base64="), None);
        assert_eq!(failure(&"A".repeat(CHALLENGE_MAX + 4)), None);
        let long = format!(r#"{{"status":"{}"}}"#, "x".repeat(SHOWN_MAX + 1));
        check(&long, Some(&format!("status {}", "x".repeat(SHOWN_MAX))));

        #[track_caller]
        fn check(account: &str, said: Option<&str>) {
            assert_eq!(failure(&BASE64.encode(account.as_bytes())).as_deref(), said);
        }
    }
}
