//! The access token of one login: kept in memory, shared by all who log in so, fetched by whoever
//! finds that one is due, one at a time.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use tracing::warn;

use super::backoff::{LOGIN_REST, Trouble};
use super::pause;
use super::troubles::Troubles;
use crate::config::{Flow, OAuth2, SecretError, SecretSource};
use crate::oauth::{
    self, Expiring, Expiry, FileError, Grant, Granted, KeyError, Lock, OAuthError, ServiceAccount,
    Stamp, Stored, Token, TokenFile, Use,
};
use crate::store::trouble::Kind;
use crate::time::{Clock, Timestamp};

/// The tokens of one login.
#[derive(Debug)]
pub struct Tokens {
    desk: Box<str>,
    user: Box<str>,
    oauth2: OAuth2,
    clock: Clock,
    troubles: Arc<Troubles>,
    /// On whose side its trouble is.
    kind: fn(Trouble) -> Kind,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    token: Option<Token>,
    unsaved: Option<Unsaved>,
    /// What the endpoint said last, and how long it is not asked again.
    failed: Option<Failed>,
}

/// A token that came with a refresh token that is not on the disk yet: it is not used before.
#[derive(Debug)]
struct Unsaved {
    token: Token,
    stored: Stored,
    /// The token file before: another one is of somebody who has logged in since.
    stamp: Option<Stamp>,
}

#[derive(Debug)]
struct Failed {
    error: OAuthError,
    until: Timestamp,
    /// The token file then: another one is another try.
    stamp: Option<Stamp>,
}

/// Where a token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was there; a server that refuses it may take a fresh one.
    Kept,
    /// It was fetched just now.
    Fetched,
}

/// Why there is nothing to log in with.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// A password, or what stands in for one, is not to be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The service account's key is none.
    #[error("the service account's key is of no use: {0}")]
    Key(#[from] KeyError),
    /// The token file is not to be had.
    #[error(transparent)]
    File(#[from] FileError),
    /// Nobody granted us anything, or for something else than what is configured now.
    #[error("nobody has logged in for {user}; type: tidings login {desk}")]
    NobodyLoggedIn {
        /// Whose mailbox it is.
        user: Box<str>,
        /// The desk.
        desk: Box<str>,
    },
    /// What was granted lasts an hour and cannot be renewed.
    #[error("the endpoint gave no refresh token; ask for one by the scope offline_access")]
    NoRefreshToken,
    /// The endpoint refuses, or is away.
    #[error("{error}{advice}")]
    OAuth {
        /// What it said.
        error: OAuthError,
        /// What to do.
        advice: String,
    },
}

/// So long what the endpoint said holds for who waited for their turn meanwhile.
const SAID: Duration = Duration::from_secs(1);
/// How often it is seen whether somebody has logged in.
const LOOKED_FOR: Duration = Duration::from_secs(2);

impl LoginError {
    /// How soon to try again.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::OAuth { error: OAuthError::Away { .. }, .. }
            | Self::File(FileError::Unusable { .. }) => Trouble::Server,
            Self::OAuth { error: OAuthError::Refused { .. }, .. }
            | Self::Secret(_)
            | Self::Key(_)
            | Self::File(FileError::Exposed { .. } | FileError::NotOne { .. })
            | Self::NoRefreshToken
            | Self::NobodyLoggedIn { .. } => Trouble::Login,
        }
    }
}

impl Tokens {
    /// None yet.
    #[must_use]
    pub fn new(
        desk: &str,
        user: &str,
        oauth2: OAuth2,
        clock: Clock,
        (troubles, kind): (Arc<Troubles>, fn(Trouble) -> Kind),
    ) -> Self {
        let (desk, user, held) = (desk.into(), user.into(), Mutex::default());
        Self { desk, user, oauth2, clock, troubles, kind, held }
    }

    /// The user whose tokens these are.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// A token to log in with. One that is due is replaced; where that fails it is used to its end.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn token(&self) -> Result<(Token, Source), LoginError> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        let kept = held.token.clone();
        match kept.map(|token| (token.usable(now), token)) {
            Some((Use::Good, token)) => Ok((token, Source::Kept)),
            Some((Use::Due, token)) => match self.fetch(&mut held).await {
                Ok(fresh) => Ok((fresh, Source::Fetched)),
                Err(error) => {
                    let what = format!("The token is used until {}: {error}", token.expires);
                    let kind = (self.kind)(error.trouble());
                    if self.troubles.met(&self.who(), kind, &what) {
                        warn!(desk = &*self.desk, "{what}");
                    }
                    Ok((token, Source::Kept))
                }
            },
            Some((Use::Over, _)) | None => Ok((self.fetch(&mut held).await?, Source::Fetched)),
        }
    }

    /// A token in the place of one that a server refused though it should be good.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn replace(&self, refused: &Token) -> Result<Token, LoginError> {
        let mut held = self.held.lock().await;
        match &held.token {
            Some(token) if token.obtained != refused.obtained => Ok(token.clone()),
            Some(_) | None => {
                held.token = None;
                self.fetch(&mut held).await
            }
        }
    }

    /// Waits until somebody has logged in; for ever where nobody can.
    pub async fn renewed(&self) {
        let Some(file) = self.file() else { return std::future::pending().await };
        let seen = file.stamp();
        while file.stamp() == seen {
            pause(LOOKED_FOR).await;
        }
    }

    /// What we hold and when it comes to an end, as far as that is known.
    #[must_use]
    pub fn expiries(&self) -> Vec<Expiry> {
        let secret = self.oauth2.secret_expires;
        let secret = secret.map(|at| Expiry { what: Expiring::ClientSecret, at });
        let stored = self.file().and_then(|file| file.read().ok().flatten());
        let refresh = stored.and_then(|stored| stored.expires);
        let refresh = refresh.map(|at| Expiry { what: Expiring::RefreshToken, at });
        secret.into_iter().chain(refresh).collect()
    }

    /// Takes what a person granted.
    ///
    /// # Errors
    /// [`LoginError::File`], or [`LoginError::NoRefreshToken`].
    pub async fn accept(&self, granted: &Granted, asked: Timestamp) -> Result<(), LoginError> {
        let (Some(file), Some(refresh)) = (self.file(), &granted.refresh) else {
            return Err(LoginError::NoRefreshToken);
        };
        let lock = locked(&file).await?;
        file.write(&self.stored(refresh, granted, asked))?;
        drop(lock);
        self.held.lock().await.token = Some(Token::new(granted, asked));
        Ok(())
    }

    /// The endpoint, the client and what is shown for a token.
    #[must_use]
    pub fn oauth2(&self) -> &OAuth2 {
        &self.oauth2
    }

    /// The loop that tells of trouble here.
    fn who(&self) -> String {
        format!("{}: token of {}", self.desk, self.user)
    }

    fn file(&self) -> Option<TokenFile> {
        match &self.oauth2.flow {
            Flow::DeviceCode { token_file, .. } => Some(TokenFile::new(token_file.clone())),
            Flow::ClientCredentials { .. } | Flow::ServiceAccount { .. } => None,
        }
    }

    async fn fetch(&self, held: &mut Held) -> Result<Token, LoginError> {
        let stamp = self.file().and_then(|file| file.stamp());
        if let Some(failed) = &held.failed
            && self.clock.now() < failed.until
            && stamp == failed.stamp
        {
            return Err(self.advised(failed.error.clone()));
        }
        let token = match &self.oauth2.flow {
            Flow::ClientCredentials { secret } => {
                let secret = secret.read()?;
                self.ask(held, &Grant::ClientCredentials { secret: &secret }).await?.1
            }
            Flow::ServiceAccount { key } => {
                let account = ServiceAccount::read(&key.read()?)?;
                let (client, now) = (&self.oauth2.client, self.clock.now());
                let jwt = account.assertion(&self.user, &client.scopes, &client.token_url, now)?;
                self.ask(held, &Grant::Assertion { jwt }).await?.1
            }
            Flow::DeviceCode { secret, token_file, .. } => {
                let file = TokenFile::new(token_file.clone());
                let secret = secret.as_ref().map(SecretSource::read).transpose()?;
                self.exchange(held, &file, secret.as_ref()).await?
            }
        };
        held.failed = None;
        held.token = Some(token.clone());
        self.troubles.over(&self.who());
        Ok(token)
    }

    /// A refresh token for an access token. A refresh token that comes with it replaces the one
    /// before, and is on the disk before the access token is used: whoever is refused the old one
    /// must find the new one.
    async fn exchange(
        &self,
        held: &mut Held,
        file: &TokenFile,
        secret: Option<&SecretString>,
    ) -> Result<Token, LoginError> {
        let _lock = locked(file).await?;
        let stamp = file.stamp();
        let unsaved = match held.unsaved.take() {
            Some(unsaved) if unsaved.stamp == stamp => unsaved,
            Some(_) | None => {
                let stored = file.read()?.filter(|stored| self.is_ours(stored));
                let stored = stored.ok_or_else(|| self.nobody())?;
                let grant = Grant::RefreshToken { token: &stored.refresh, secret };
                let (granted, token) = self.ask(held, &grant).await?;
                let Some(refresh) = &granted.refresh else { return Ok(token) };
                let stored = self.stored(refresh, &granted, token.obtained);
                Unsaved { token, stored, stamp }
            }
        };
        match file.write(&unsaved.stored) {
            Ok(()) => Ok(unsaved.token),
            Err(error) => {
                held.unsaved = Some(unsaved);
                Err(error.into())
            }
        }
    }

    async fn ask(
        &self,
        held: &mut Held,
        grant: &Grant<'_>,
    ) -> Result<(Granted, Token), LoginError> {
        let asked = self.clock.now();
        match oauth::token(&self.oauth2.client, grant).await {
            Ok(granted) => {
                let token = Token::new(&granted, asked);
                Ok((granted, token))
            }
            Err(error) => {
                let span = match &error {
                    OAuthError::Refused { .. } => LOGIN_REST,
                    OAuthError::Away { wait, .. } => wait.unwrap_or(SAID),
                };
                let until = self.clock.now().after(span);
                let stamp = self.file().and_then(|file| file.stamp());
                held.failed = Some(Failed { error: error.clone(), until, stamp });
                Err(self.advised(error))
            }
        }
    }

    fn stored(&self, refresh: &SecretString, granted: &Granted, asked: Timestamp) -> Stored {
        let client = &self.oauth2.client;
        Stored {
            token_url: client.token_url.as_str().into(),
            client_id: client.id.clone(),
            user: self.user.clone(),
            refresh: refresh.clone(),
            expires: granted.refresh_life.map(|life| asked.after(life)),
        }
    }

    /// A refresh token is sent to nobody but who gave it.
    fn is_ours(&self, stored: &Stored) -> bool {
        let client = &self.oauth2.client;
        *stored.token_url == *client.token_url.as_str()
            && stored.client_id == client.id
            && stored.user == self.user
    }

    fn nobody(&self) -> LoginError {
        LoginError::NobodyLoggedIn { user: self.user.clone(), desk: self.desk.clone() }
    }

    fn advised(&self, error: OAuthError) -> LoginError {
        let advice = match (&error, &self.oauth2.flow) {
            (OAuthError::Away { .. }, _) => String::new(),
            (OAuthError::Refused { .. }, Flow::DeviceCode { .. }) => {
                format!("; type: tidings login {}", self.desk)
            }
            (OAuthError::Refused { .. }, Flow::ClientCredentials { .. }) => {
                "; see the client's id and secret, and the administrator's consent".to_owned()
            }
            (OAuthError::Refused { .. }, Flow::ServiceAccount { .. }) => {
                "; see the service account's key, and its delegation in the domain".to_owned()
            }
        };
        LoginError::OAuth { error, advice }
    }
}

/// Takes the lock of a token file; whoever has it asks an endpoint, for half a minute at most.
async fn locked(file: &TokenFile) -> Result<Lock, FileError> {
    let (locking, path) = (file.clone(), file.path().to_owned());
    let locked = tokio::task::spawn_blocking(move || locking.lock()).await;
    locked.unwrap_or_else(|panic| {
        Err(FileError::Unusable { path, cause: std::io::Error::other(panic) })
    })
}
