//! AUTH (RFC 4954). What is sent here appears in no log and in no error.

use std::fmt;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::Auth;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::offer::{Keyword, Offer};
use super::reply::Answer;
use super::stream::Failure;
use super::{Connection, OpenError};
use crate::sasl::{self, Bearer, Login, Secret};
use crate::tls::Server;

/// Challenges that a login answers: LOGIN has two, PLAIN none.
const CHALLENGES_MAX: usize = 2;
/// A command line with an initial response must not be longer, line end included (RFC 4954 §4,
/// RFC 5321 §4.5.3.1.4); a longer one waits for the server's challenge.
const LINE_MAX: usize = 512;

/// A line to the server that may hold a secret.
struct Line(Zeroizing<String>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\r\n", *self.0)
    }
}

/// PLAIN where it is offered, else LOGIN.
fn mechanism(offer: &Offer) -> Result<Mechanism, OpenError> {
    if offer.has(Keyword::AuthPlain) {
        Ok(Mechanism::Plain)
    } else if offer.has(Keyword::AuthLogin) {
        Ok(Mechanism::Login)
    } else {
        Err(OpenError::NoAuth("PLAIN, LOGIN"))
    }
}

fn bearer(offer: &Offer) -> Result<Bearer, OpenError> {
    let keyword = |mechanism| match mechanism {
        Bearer::OAuthBearer => Keyword::AuthOAuthBearer,
        Bearer::XOAuth2 => Keyword::AuthXOAuth2,
    };
    Bearer::best(|mechanism| offer.has(keyword(mechanism)))
        .ok_or(OpenError::NoAuth("OAUTHBEARER, XOAUTH2"))
}

impl Connection {
    /// Logs in. Not with lettre's `auth`: on a refusal that sends QUIT, and the farewell would
    /// take the place of the refusal.
    pub(super) async fn login(&mut self, server: &Server, login: &Login) -> Result<(), OpenError> {
        match &login.secret {
            Secret::Password(password) => {
                let mechanism = mechanism(&self.offer)?;
                self.by_password(&login.user, password, mechanism).await
            }
            Secret::AccessToken(token) => {
                let mechanism = bearer(&self.offer)?;
                let place = (&*server.host, server.port);
                self.by_token(mechanism, mechanism.message(&login.user, token, place)).await
            }
        }
    }

    async fn by_password(
        &mut self,
        user: &str,
        password: &SecretString,
        mechanism: Mechanism,
    ) -> Result<(), OpenError> {
        let unknown = |_| OpenError::Garbage("a challenge that is not of this login".to_owned());
        let credentials = Credentials::new(user.to_owned(), password.expose_secret().to_owned());
        let mut command = Auth::new(mechanism, credentials.clone(), None).map_err(unknown)?;
        for _ in 0..=CHALLENGES_MAX {
            let response = self.lettre.command(command).await;
            let answer =
                self.heard().map_err(|failure| OpenError::from_failure("AUTH", failure))?;
            match (answer.code, response) {
                (334, Ok(challenge)) => {
                    let next = Auth::new_from_response(mechanism, credentials.clone(), &challenge);
                    command = next.map_err(unknown)?;
                }
                _ => return ended(&answer, None),
            }
        }
        Err(too_many())
    }

    /// A challenge that follows the message is the server's account of a failure (RFC 7628 §3.2.2).
    async fn by_token(
        &mut self,
        mechanism: Bearer,
        message: Zeroizing<String>,
    ) -> Result<(), OpenError> {
        let mut line = Zeroizing::new(format!("AUTH {} {}", mechanism.name(), *message));
        let mut message = Some(message);
        if line.len() + 2 <= LINE_MAX {
            message = None;
        } else {
            line = Zeroizing::new(format!("AUTH {}", mechanism.name()));
        }
        let mut why = None;
        for _ in 0..=CHALLENGES_MAX {
            drop(self.lettre.command(Line(line)).await);
            let answer =
                self.heard().map_err(|failure| OpenError::from_failure("AUTH", failure))?;
            if answer.code != 334 {
                return ended(&answer, why);
            }
            line = message.take().unwrap_or_else(|| {
                why = answer.lines.first().and_then(|challenge| sasl::failure(challenge));
                Zeroizing::new(mechanism.surrender().to_owned())
            });
        }
        Err(too_many())
    }

    /// The answer to the command just sent, or why there is none.
    pub(super) fn heard(&mut self) -> Result<Answer, Failure> {
        let mut control = self.control.lock();
        let nothing = || Failure::Garbage("no reply".to_owned());
        control.answer.take().ok_or_else(|| control.failure.clone().unwrap_or_else(nothing))
    }
}

/// How a login ended, with what the server said of its failure before.
fn ended(answer: &Answer, why: Option<String>) -> Result<(), OpenError> {
    let mut reply = answer.reply();
    if let Some(why) = why {
        reply.text = format!("{} ({why})", reply.text);
    }
    match answer.code {
        200..300 => Ok(()),
        400..500 => Err(OpenError::LoginDeferred(reply)),
        500..600 if reply.wants_oauth2() => Err(OpenError::PasswordsOff(reply)),
        500..600 => Err(OpenError::LoginRefused(reply)),
        _ => Err(OpenError::Garbage(reply.to_string())),
    }
}

fn too_many() -> OpenError {
    OpenError::Garbage("more challenges than a login has".to_owned())
}
