//! Waiting for mail (RFC 2177), and the end of a session.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use super::answer::{Answer, Ending, Told};
use super::wire::{Command, Turn};
use super::{IdleEnd, ImapError, Session};

/// Longest time for a good-bye.
const LOGOUT_MAX: Duration = Duration::from_secs(2);

impl Session {
    /// Whether the server can tell when mail comes.
    #[must_use]
    pub fn can_idle(&self) -> bool {
        self.capabilities.offers("IDLE")
    }

    /// Waits until messages come to the open folder, `wake` is ready, or `at_most` is over; ends
    /// at once if messages came since the folder was selected. Servers end an IDLE after 30
    /// minutes, and routers forget a quiet connection before that; 9 minutes are safe.
    ///
    /// # Errors
    /// [`ImapError::Unsupported`] without IDLE; [`ImapError::Silent`] if the server does not end
    /// the command when told to.
    pub async fn idle(
        &mut self,
        at_most: Duration,
        wake: impl Future<Output = ()>,
    ) -> Result<IdleEnd, ImapError> {
        if !self.can_idle() {
            return Err(ImapError::Unsupported { what: "IDLE" });
        }
        // The server tells of a message once, and it may have done so during another command.
        if self.wire.take_arrived() {
            return Ok(IdleEnd::Changed);
        }
        let mut turn = self.wire.begin(Command::new("IDLE", "IDLE")).await?;
        let mut end = None;
        loop {
            match self.heard(&turn).await? {
                Heard::Continue => break,
                Heard::Messages => end = Some(IdleEnd::Changed),
                Heard::End(ending) => return Err(too_early(ending)),
                Heard::Nothing => {}
            }
        }
        let mut end = if let Some(end) = end {
            end
        } else {
            turn.extend(at_most);
            self.watch(&turn, at_most, wake).await?
        };
        self.wire.renew(&mut turn);
        self.wire.say(&turn, "DONE").await?;
        loop {
            match self.heard(&turn).await? {
                Heard::Messages => end = IdleEnd::Changed,
                Heard::End(ending) => {
                    ending.ok("IDLE")?;
                    self.wire.take_arrived();
                    return Ok(end);
                }
                Heard::Continue | Heard::Nothing => {}
            }
        }
    }

    /// Says good-bye, waiting at most 2 s, and closes the connection.
    pub async fn logout(self) {
        self.wire.close(LOGOUT_MAX).await;
    }

    async fn watch(
        &mut self,
        turn: &Turn,
        at_most: Duration,
        wake: impl Future<Output = ()>,
    ) -> Result<IdleEnd, ImapError> {
        let mut wake = pin!(wake);
        let watching = async {
            loop {
                tokio::select! {
                    biased;
                    heard = self.heard(turn) => match heard? {
                        Heard::Messages => return Ok(IdleEnd::Changed),
                        Heard::End(ending) => return Err(too_early(ending)),
                        Heard::Continue | Heard::Nothing => {}
                    },
                    () = &mut wake => return Ok(IdleEnd::Woken),
                }
            }
        };
        match timeout(at_most, watching).await {
            Ok(end) => end,
            Err(_) => Ok(IdleEnd::TimeUp),
        }
    }

    /// The next answer, as far as an IDLE is concerned. May be dropped and called again.
    async fn heard(&mut self, turn: &Turn) -> Result<Heard, ImapError> {
        Ok(match self.wire.next(turn).await? {
            Answer::Continue(_) => Heard::Continue,
            Answer::Told(Told::Exists(_)) => Heard::Messages,
            Answer::End { ending, .. } => Heard::End(ending),
            Answer::Told(_) | Answer::Preauth | Answer::Bye(_) => Heard::Nothing,
        })
    }
}

/// What a server says while we wait.
enum Heard {
    Continue,
    /// The number of messages, which is worth a look.
    Messages,
    End(Ending),
    /// Flags, keep-alives, and messages that went away.
    Nothing,
}

/// An IDLE that we did not end.
fn too_early(ending: Ending) -> ImapError {
    match ending.ok("IDLE") {
        Ok(_) => ImapError::Garbage { what: "an IDLE that the server ended" },
        Err(refusal) => refusal,
    }
}
