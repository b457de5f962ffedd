//! With what a desk's loops log in to its servers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use tracing::warn;

use super::backoff::Trouble;
use super::tokens::{LoginError, Source, Tokens};
use super::troubles::Troubles;
use super::{pause, receive, submit};
use crate::config::{Credential, Desk, OAuth2, SecretSource, is_same};
use crate::oauth::{self, Expiring, Expiry, Token};
use crate::sasl::{Login, Secret};
use crate::store::trouble::Kind;
use crate::time::{Clock, Timestamp};

/// The logins of a desk.
#[derive(Clone, Debug)]
pub struct Logins {
    /// For reading.
    pub imap: Means,
    /// For submitting; `None` where the server takes mail without.
    pub smtp: Option<Means>,
}

/// How one server is logged in to.
#[derive(Clone, Debug)]
pub struct Means {
    user: Box<str>,
    with: With,
}

#[derive(Clone, Debug)]
enum With {
    Password(SecretSource, Tried),
    Tokens(Arc<Tokens>),
}

/// The password that was tried last; each copy of a login has its own.
#[derive(Debug, Default)]
struct Tried(Mutex<Option<SecretString>>);

impl Tried {
    fn set(&self, password: Option<&SecretString>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = password.cloned();
    }

    fn get(&self) -> Option<SecretString> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Clone for Tried {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.get()))
    }
}

/// What is said to a server.
#[derive(Debug)]
pub struct Attempt {
    /// Who, and with what.
    pub login: Login,
    token: Option<(Token, Source)>,
}

/// How often it is seen whether there is another password.
const LOOKED_AT: Duration = Duration::from_secs(5);
/// Ends are announced so often.
const ANNOUNCED_EVERY: Duration = Duration::from_hours(24);

impl Attempt {
    /// How long a connection that begins with it now is kept; for ever with a password.
    #[must_use]
    pub fn keeps_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.token.as_ref().map(|(token, _)| token.keeps_until(now))
    }
}

impl Logins {
    /// The logins of a desk; one where both servers are logged in to alike.
    #[must_use]
    pub fn new(desk: &Desk, clock: &Clock, troubles: &Arc<Troubles>) -> Self {
        let make = |user: &str, credential: &Credential, kind| {
            let with = match credential {
                Credential::Password(source) => With::Password(source.clone(), Tried::default()),
                Credential::OAuth2(oauth2) => {
                    let (clock, troubles) = (clock.clone(), Arc::clone(troubles));
                    let oauth2 = OAuth2::clone(oauth2);
                    With::Tokens(Arc::new(Tokens::new(
                        &desk.name,
                        user,
                        oauth2,
                        clock,
                        (troubles, kind),
                    )))
                }
            };
            Means { user: user.into(), with }
        };
        let reading = (&desk.imap.user, &desk.imap.credential);
        let imap = make(reading.0, reading.1, receive::kind as fn(Trouble) -> Kind);
        let smtp = desk.smtp.login.as_ref().map(|(user, credential)| {
            if (user, credential) == reading {
                imap.clone()
            } else {
                make(user, credential, submit::kind)
            }
        });
        Self { imap, smtp }
    }

    /// The logins by OAuth 2.0, each once.
    pub fn tokens(&self) -> Vec<&Arc<Tokens>> {
        let imap = self.imap.tokens();
        let smtp = self.smtp.as_ref().and_then(Means::tokens);
        let other = smtp.filter(|smtp| imap.is_none_or(|imap| !Arc::ptr_eq(imap, smtp)));
        imap.into_iter().chain(other).collect()
    }

    /// What is held for these logins and when it comes to an end, as far as that is known, with the
    /// user of each.
    #[must_use]
    pub fn expiries(&self) -> Vec<(Box<str>, Expiry)> {
        let of = |tokens: &Arc<Tokens>| {
            let user: Box<str> = tokens.user().into();
            tokens.expiries().into_iter().map(move |expiry| (user.clone(), expiry))
        };
        self.tokens().into_iter().flat_map(of).collect()
    }

    /// Says in the log, once a day, what comes to an end soon. Never ends.
    pub async fn announce(&self, desk: &str, clock: &Clock) {
        loop {
            let now = clock.now();
            for (user, expiry) in self.expiries() {
                if oauth::is_near(expiry.at, now) {
                    warn!(desk, "{}", announcement(&user, desk, expiry, now));
                }
            }
            pause(ANNOUNCED_EVERY).await;
        }
    }
}

/// What comes to an end, and what to do about it.
#[must_use]
pub fn announcement(user: &str, desk: &str, expiry: Expiry, now: Timestamp) -> String {
    let ends = if expiry.at <= now { "came to its end on" } else { "comes to its end on" };
    let (what, advice) = match expiry.what {
        Expiring::ClientSecret => {
            ("client secret", "make a new one and write it into its file".to_owned())
        }
        Expiring::RefreshToken => ("refresh token", format!("type: tidings login {desk}")),
    };
    let day = crate::time::for_people(expiry.at);
    format!("The {what} of {user} {ends} {day}; {advice}")
}

impl Means {
    /// What to say to the server now.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn attempt(&self) -> Result<Attempt, LoginError> {
        match &self.with {
            With::Password(source, tried) => {
                let password = source.read();
                tried.set(password.as_ref().ok());
                let secret = Secret::Password(password?);
                Ok(Attempt { login: Login { user: self.user.clone(), secret }, token: None })
            }
            With::Tokens(tokens) => {
                let (token, source) = tokens.token().await?;
                Ok(self.with_token(token, source))
            }
        }
    }

    /// What to say instead of what a server refused; `None` when it would be the same.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn instead(&self, refused: &Attempt) -> Result<Option<Attempt>, LoginError> {
        match (&self.with, &refused.token) {
            (With::Tokens(tokens), Some((token, Source::Kept))) => {
                let token = tokens.replace(token).await?;
                Ok(Some(self.with_token(token, Source::Fetched)))
            }
            (With::Tokens(_), Some((_, Source::Fetched)) | None) | (With::Password(..), _) => {
                Ok(None)
            }
        }
    }

    /// Rests, but no longer than until a person has put another password there, or logged in: a
    /// refused login rests for minutes, lest the mailbox be locked, and then there is no need to.
    pub async fn rest(&self, span: Duration) {
        tokio::select! {
            () = pause(span) => {}
            () = self.renewed() => {}
        }
    }

    async fn renewed(&self) {
        match &self.with {
            With::Password(source, tried) => {
                // Not what stands there by now: it may be another one already.
                let before = tried.get();
                loop {
                    pause(LOOKED_AT).await;
                    if !is_same(source.read().ok().as_ref(), before.as_ref()) {
                        return;
                    }
                }
            }
            With::Tokens(tokens) => tokens.renewed().await,
        }
    }

    /// The tokens, where it is by OAuth 2.0.
    #[must_use]
    pub fn tokens(&self) -> Option<&Arc<Tokens>> {
        match &self.with {
            With::Password(..) => None,
            With::Tokens(tokens) => Some(tokens),
        }
    }

    fn with_token(&self, token: Token, source: Source) -> Attempt {
        let secret = Secret::AccessToken(token.secret.clone());
        let login = Login { user: self.user.clone(), secret };
        Attempt { login, token: Some((token, source)) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::{Secret as What, SecretPlace};

    #[tokio::test]
    async fn flt_36_another_password_is_seen_though_it_came_before_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        fs::write(&file, "of yesterday").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let source =
            SecretSource { secret: What::Password, place: SecretPlace::File(file.clone()) };
        let with = With::Password(source, Tried::default());
        let means = Means { user: "support".into(), with };
        means.attempt().await.unwrap();
        // The server refuses it, and before the loop rests it is changed.
        fs::write(&file, "of today").unwrap();
        let rest = means.rest(Duration::from_mins(5));
        assert!(tokio::time::timeout(LOOKED_AT * 4, rest).await.is_ok(), "it rests for minutes");
    }
}
