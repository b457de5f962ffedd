//! One message, one recipient, one transaction (RFC 5321 §3.3).

use std::fmt::{Display, Write as _};
use std::time::Duration;

use lettre::transport::smtp::commands::{Data, Rset};

use super::guard::{UnsendableError, assert_crlf_only, header_section};
use super::offer::Keyword;
use super::reply::Answer;
use super::stream::Failure;
use super::{Connection, LAST_WORDS, Outcome, RESET_LIMIT, Stage, State};
use crate::mail::envelope::{Envelope, ReversePath};

/// How a transaction stopped, and what is left of the connection.
struct Stop {
    outcome: Outcome,
    rest: Rest,
}

/// What has to be done before the next transaction.
enum Rest {
    /// The server has forgotten this transaction.
    Clean,
    /// RSET.
    Open,
    /// There is no next transaction.
    Gone,
}

impl Connection {
    /// Submits the final bytes of a message. After a refusal the connection is ready for the next
    /// one; ask [`Connection::usable`]. Not waiting for the end makes the connection unusable, and
    /// whether the message was taken unknown.
    pub async fn submit(&mut self, envelope: &Envelope, message: &[u8]) -> Outcome {
        let commands = match self.commands(envelope, message) {
            Ok(commands) => commands,
            Err(error) => return Outcome::Unsendable(error),
        };
        if self.state == State::Spent {
            return used_up();
        }
        self.state = State::Spent;
        let (outcome, rest) = match self.transaction(&commands, message).await {
            Ok(answer) => (Outcome::Accepted(answer.reply()), Rest::Clean),
            Err(stop) => (stop.outcome, stop.rest),
        };
        self.settle(rest).await;
        outcome
    }

    /// Asks whether the server would take a message with this envelope, and takes the question back:
    /// MAIL and RCPT, then RSET. Nothing is submitted. [`Outcome::Accepted`] is the answer to RCPT,
    /// because many servers judge the sender no earlier.
    pub async fn would_take(&mut self, envelope: &Envelope) -> Outcome {
        let [mail, rcpt] = match self.commands(envelope, b"\r\n") {
            Ok(commands) => commands,
            Err(error) => return Outcome::Unsendable(error),
        };
        if self.state == State::Spent {
            return used_up();
        }
        self.state = State::Spent;
        let limit = self.limits.command;
        let asked = async {
            self.command(Stage::Mail, mail, limit).await?;
            self.command(Stage::Rcpt, rcpt, limit).await
        };
        let (outcome, rest) = match asked.await {
            Ok(answer) => (Outcome::Accepted(answer.reply()), Rest::Open),
            Err(stop) => (stop.outcome, stop.rest),
        };
        self.settle(rest).await;
        outcome
    }

    /// Makes the connection ready for the next transaction, if there is one.
    async fn settle(&mut self, rest: Rest) {
        match rest {
            Rest::Clean => self.state = State::Idle,
            Rest::Open => self.reset().await,
            Rest::Gone => {}
        }
    }

    /// MAIL and RCPT for this message, if this server can be given it at all.
    fn commands(
        &self,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<[String; 2], UnsendableError> {
        assert_crlf_only(message)?;
        let bytes = message.len() as u64;
        if let Some(limit) = self.offer.size_max().filter(|&limit| bytes > limit) {
            return Err(UnsendableError::TooLarge { bytes, limit });
        }
        let from = envelope.from.to_string();
        let international = !from.is_ascii()
            || !envelope.to.as_str().is_ascii()
            || !header_section(message).is_ascii();
        let mut mail = format!("MAIL FROM:{from}");
        if self.offer.has(Keyword::Size) {
            let _ = write!(mail, " SIZE={bytes}");
        }
        if !message.is_ascii() {
            self.demand(Keyword::EightBitMime, UnsendableError::NeedsEightBitMime)?;
            mail.push_str(" BODY=8BITMIME");
        }
        if international {
            self.demand(Keyword::SmtpUtf8, UnsendableError::NeedsSmtpUtf8)?;
            mail.push_str(" SMTPUTF8");
        }
        let mut rcpt = format!("RCPT TO:<{}>", envelope.to);
        match envelope.from {
            // Nobody is there to hear of a failure (RFC 5230 §5.1).
            ReversePath::Null if self.offer.has(Keyword::Dsn) => rcpt.push_str(" NOTIFY=NEVER"),
            ReversePath::Null | ReversePath::Address(_) => {}
        }
        Ok([mail + "\r\n", rcpt + "\r\n"])
    }

    fn demand(&self, keyword: Keyword, missing: UnsendableError) -> Result<(), UnsendableError> {
        if self.offer.has(keyword) { Ok(()) } else { Err(missing) }
    }

    async fn transaction(
        &mut self,
        commands: &[String; 2],
        message: &[u8],
    ) -> Result<Answer, Stop> {
        let [mail, rcpt] = commands;
        let limits = self.limits;
        self.command(Stage::Mail, mail, limits.command).await?;
        self.command(Stage::Rcpt, rcpt, limits.command).await?;
        self.command(Stage::Data, Data, limits.data).await?;
        self.body(message).await
    }

    async fn command(
        &mut self,
        at: Stage,
        command: impl Display,
        limit: Duration,
    ) -> Result<Answer, Stop> {
        self.control.lock().reply_limit = limit;
        // What lettre makes of the reply is not asked: the stream has kept the reply itself.
        drop(self.lettre.command(command).await);
        match self.heard() {
            Ok(answer) => judge(at, answer),
            Err(failure) => Err(lost(at, failure.to_string())),
        }
    }

    /// Sends the message and its end. lettre puts a CRLF before the final dot, so ours goes.
    async fn body(&mut self, message: &[u8]) -> Result<Answer, Stop> {
        {
            let mut control = self.control.lock();
            control.reply_limit = self.limits.final_dot;
            control.flushes = 0;
            control.permit.clone_from(&self.permit);
        }
        let message = message.strip_suffix(b"\r\n").unwrap_or(message);
        drop(self.lettre.message(message).await);
        // lettre flushes once after the message and once after the dot.
        let at = {
            let mut control = self.control.lock();
            control.permit = None;
            if control.flushes == 0 { Stage::Body } else { Stage::FinalDot }
        };
        match self.heard() {
            Ok(answer) => judge(at, answer),
            Err(Failure::Withheld) => Err(Stop { outcome: Outcome::Withheld, rest: Rest::Gone }),
            Err(failure) => Err(self.last_words(at).await.unwrap_or(lost(at, failure.to_string()))),
        }
    }

    /// A server that stops reading in the middle of a message has often said why.
    async fn last_words(&mut self, at: Stage) -> Option<Stop> {
        match at {
            Stage::Body => {}
            Stage::Mail | Stage::Rcpt | Stage::Data | Stage::FinalDot => return None,
        }
        self.control.lock().reply_limit = LAST_WORDS;
        drop(self.lettre.read_response().await);
        let answer = self.heard().ok().filter(|answer| answer.code >= 400)?;
        judge(at, answer).err().map(|stop| Stop { rest: Rest::Gone, ..stop })
    }

    async fn reset(&mut self) {
        self.control.lock().reply_limit = RESET_LIMIT.min(self.limits.command);
        drop(self.lettre.command(Rset).await);
        if self.heard().is_ok_and(|answer| answer.code == 250) {
            self.state = State::Idle;
        }
    }
}

/// What a reply means at a stage (RFC 5321 §4.2.1, §4.3.2).
fn judge(at: Stage, answer: Answer) -> Result<Answer, Stop> {
    let (wanted, refused) = match at {
        Stage::Mail | Stage::Rcpt => (200..300, Rest::Open),
        Stage::Data => (354..355, Rest::Open),
        // A message that was refused is forgotten (RFC 5321 §4.1.1.4).
        Stage::Body | Stage::FinalDot => (200..300, Rest::Clean),
    };
    let reply = answer.reply();
    match answer.code {
        code if wanted.contains(&code) => Ok(answer),
        421 | 530 => Err(Stop { outcome: Outcome::Closing(reply), rest: Rest::Gone }),
        _ if reply.wants_oauth2() => {
            Err(Stop { outcome: Outcome::PasswordsOff(reply), rest: Rest::Gone })
        }
        400..500 => Err(Stop { outcome: Outcome::Deferred(reply), rest: refused }),
        500..600 => Err(Stop { outcome: Outcome::Rejected(reply), rest: refused }),
        _ => Err(lost(at, format!("an answer that does not belong here: {reply}"))),
    }
}

fn used_up() -> Outcome {
    Outcome::Lost { at: Stage::Mail, cause: "the connection was used up before".to_owned() }
}

fn lost(at: Stage, cause: String) -> Stop {
    Stop { outcome: Outcome::Lost { at, cause }, rest: Rest::Gone }
}
