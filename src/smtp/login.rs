//! AUTH (RFC 4954). What is sent here appears in no log and in no error.

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::Auth;
use secrecy::{ExposeSecret, SecretString};

use super::offer::{Keyword, Offer};
use super::stream::Failure;
use super::{Connection, OpenError};

/// Challenges that a login answers: LOGIN has two, PLAIN none.
const CHALLENGES_MAX: usize = 2;

/// Who we are for the server.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user name.
    pub user: Box<str>,
    /// The password, or the token that stands in for one.
    pub password: SecretString,
}

/// PLAIN where it is offered, else LOGIN.
pub(super) fn mechanism(offer: &Offer) -> Result<Mechanism, OpenError> {
    if offer.has(Keyword::AuthPlain) {
        Ok(Mechanism::Plain)
    } else if offer.has(Keyword::AuthLogin) {
        Ok(Mechanism::Login)
    } else {
        Err(OpenError::NoAuth)
    }
}

impl Connection {
    /// Logs in. Not with lettre's `auth`: on a refusal that sends QUIT, and the farewell would
    /// take the place of the refusal.
    pub(super) async fn login(
        &mut self,
        login: &Login,
        mechanism: Mechanism,
    ) -> Result<(), OpenError> {
        let unknown = |_| OpenError::Garbage("a challenge that is not of this login".to_owned());
        let credentials =
            Credentials::new(login.user.to_string(), login.password.expose_secret().to_owned());
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
                (200..300, _) => return Ok(()),
                (400..500, _) => return Err(OpenError::LoginDeferred(answer.reply())),
                (500..600, _) => return Err(OpenError::LoginRefused(answer.reply())),
                _ => return Err(OpenError::Garbage(answer.reply().to_string())),
            }
        }
        Err(OpenError::Garbage("more challenges than a login has".to_owned()))
    }

    /// The answer to the command just sent, or why there is none.
    pub(super) fn heard(&mut self) -> Result<super::reply::Answer, Failure> {
        let mut control = self.control.lock();
        let nothing = || Failure::Garbage("no reply".to_owned());
        control.answer.take().ok_or_else(|| control.failure.clone().unwrap_or_else(nothing))
    }
}
