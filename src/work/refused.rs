//! A login that was refused rests for minutes, lest the mailbox be locked; but with another password
//! it is tried at once: a person has just put it there.

use std::time::Duration;

use secrecy::SecretString;
use tokio::time::Instant;

use super::pause;
use crate::config::{PasswordSource, is_same};

/// How often it is seen whether there is another password.
const LOOKED_AT: Duration = Duration::from_secs(5);

/// A refused login.
#[derive(Debug)]
pub(super) struct Refused {
    /// With what; `None` where nothing could be read.
    password: Option<SecretString>,
    until: Instant,
}

impl Refused {
    /// It was refused just now, and rests for so long.
    pub(super) fn now(source: &PasswordSource, rest: Duration) -> Self {
        Self { password: source.read().ok(), until: Instant::now() + rest }
    }

    /// How long it rests before this is asked again; `None` when it may be tried.
    pub(super) fn rest(&self, source: &PasswordSource) -> Option<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        let same = is_same(source.read().ok().as_ref(), self.password.as_ref());
        (same && !left.is_zero()).then(|| left.min(LOOKED_AT))
    }

    /// Rests.
    pub(super) async fn over(&self, source: &PasswordSource) {
        while let Some(rest) = self.rest(source) {
            pause(rest).await;
        }
    }
}
