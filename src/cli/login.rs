//! `tidings login`: a person grants access to a mailbox in a browser (RFC 8628), and what comes of it is
//! kept for the daemon.

use std::path::Path;
use std::sync::Arc;

use super::check;
use super::open::{config, desk_name};
use super::output::{line, printable};
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::{Flow, SecretSource};
use crate::daemon::state;
use crate::oauth::{self, Grant, OAuthError, Poll, Poller};
use crate::time::Clock;
use crate::work::logins::Logins;
use crate::work::pause;
use crate::work::tokens::Tokens;

pub(super) async fn login(path: &Path, named: &str) -> Outcome {
    let config = config(path)?;
    let name = desk_name(&config, Some(named))?;
    let Some(desk) = config.desk(&name) else { return Ok(Exit::Usage) };
    state::prepare(&config).or_exit(Exit::Permission)?;
    let logins = Logins::new(desk, &Clock::System, &Arc::default());
    let mut asked = false;
    for tokens in logins.tokens() {
        asked |= grant(tokens).await?;
    }
    if !asked {
        let what = format!("{name} logs in without anybody's consent; `tidings check` tries it");
        return Err(Failure::new(Exit::Configuration, what));
    }
    Ok(check::log_in(desk, &logins, &config).await)
}

/// Asks a person for consent; whether this login needs one's.
async fn grant(tokens: &Tokens) -> Result<bool, Failure> {
    let oauth2 = tokens.oauth2();
    let (device_url, secret) = match &oauth2.flow {
        Flow::DeviceCode { device_url, secret, .. } => (device_url, secret),
        Flow::ClientCredentials { .. } | Flow::ServiceAccount { .. } => return Ok(false),
    };
    let secret =
        secret.as_ref().map(SecretSource::read).transpose().or_exit(Exit::Configuration)?;
    let clock = Clock::System;
    let code = oauth::device_code(&oauth2.client, device_url).await.map_err(failure)?;
    let until = clock.now().after(code.life);
    line(&format!("Open    {}", printable(&code.verification_uri)));
    line(&format!("type    {}", printable(&code.user_code)));
    line(&format!("and sign in as {}, within {} min.", tokens.user(), code.life.as_secs() / 60));
    let grant = Grant::DeviceCode { code: &code.code, secret: secret.as_ref() };
    let mut poller = Poller::new(&code);
    let mut wait = code.interval;
    loop {
        pause(wait).await;
        let asked = clock.now();
        if asked >= until {
            return Err(expired());
        }
        match poller.heard(oauth::token(&oauth2.client, &grant).await) {
            Poll::Wait(span) => wait = span,
            Poll::Done(granted) => {
                tokens.accept(&granted, asked).await.or_exit(Exit::Configuration)?;
                line(&format!("{} has granted it; the daemon needs no restart.", tokens.user()));
                return Ok(true);
            }
            Poll::Denied => {
                return Err(Failure::new(Exit::Permission, "it was not granted in the browser"));
            }
            Poll::Expired => return Err(expired()),
            Poll::Failed(error) => return Err(failure(error)),
        }
    }
}

fn expired() -> Failure {
    Failure::new(Exit::TryLater, "the code was not confirmed in time; type the command again")
}

fn failure(error: OAuthError) -> Failure {
    let exit = match &error {
        OAuthError::Refused { .. } => Exit::Configuration,
        OAuthError::Away { .. } => Exit::Unavailable,
    };
    Failure { exit, error: error.into() }
}
