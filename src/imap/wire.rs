//! Runs commands: each is sent, its answers are read, and only the tagged end is an end. The end
//! of the stream, `BYE`, a foreign tag and silence are errors, whatever came before.

use std::io;
use std::time::Duration;

use async_imap::Client;
use secrecy::zeroize::Zeroizing;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout};

use super::answer::{Answer, Code, Ending, Told, shown};
use super::capabilities::Capabilities;
use super::filter::{Filter, Transport};
use super::screen::Refusal;
use super::{ImapError, Limits};

/// Largest literal outside of an answer that carries messages, in bytes.
pub(super) const LITERAL_MAX: u64 = 64 * 1024;

/// Bytes of a message that are sent at once; each piece has its own time.
const PIECE_BYTES: usize = 64 * 1024;

/// A connection and where it stands.
pub(super) struct Wire<S: Transport> {
    client: Client<Filter<S>>,
    host: Box<str>,
    limits: Limits,
    /// Commands so far; the number is in the tag.
    commands: u32,
    stage: Stage,
    news: News,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Every command has ended.
    AtRest,
    /// A command has begun, or broke off.
    Busy,
}

/// What is known of the selected folder by the way.
#[derive(Clone, Copy, Default)]
struct News {
    /// Messages in it.
    messages: u32,
    /// Messages that came since it was selected and that nobody was told of.
    arrived: u32,
}

/// A command that has begun.
pub(super) struct Turn {
    name: &'static str,
    tag: String,
    deadline: Instant,
    /// Longest time for the whole command.
    at_most: Duration,
    /// Longest time without a byte.
    silence: Duration,
}

/// A command line.
pub(super) struct Command {
    /// The name, for errors.
    pub(super) name: &'static str,
    /// The line without tag and line end. It may hold a password and is wiped.
    pub(super) line: Zeroizing<String>,
    /// Largest literal in an answer, in bytes.
    pub(super) literal_max: u64,
}

impl Command {
    /// A command whose answers carry no messages.
    pub(super) fn new(name: &'static str, line: impl Into<String>) -> Self {
        Self { name, line: Zeroizing::new(line.into()), literal_max: LITERAL_MAX }
    }
}

impl<S: Transport> Wire<S> {
    pub(super) fn new(transport: S, host: &str, limits: Limits) -> Self {
        Self {
            client: Client::new(Filter::new(transport, LITERAL_MAX)),
            host: host.into(),
            limits,
            commands: 0,
            stage: Stage::AtRest,
            news: News::default(),
        }
    }

    /// The limits of the session.
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// The transport, if the server has sent nothing that was not read.
    pub(super) fn into_transport(self) -> Option<S> {
        self.client.into_inner().into_transport()
    }

    /// Reads the greeting (RFC 3501 §7.1). A server that takes us for somebody already is refused:
    /// `PREAUTH` is how a third party keeps a client from TLS. Gives what the server says of itself.
    pub(super) async fn greeting(&mut self) -> Result<String, ImapError> {
        let turn = self.turn("the connection", String::new());
        match self.next(&turn).await? {
            Answer::Told(Told::Remark(remark)) => Ok(remark.text),
            Answer::Preauth => Err(ImapError::Insecure { why: "the server skips the login" }),
            Answer::Told(_) | Answer::Continue(_) | Answer::Bye(_) | Answer::End { .. } => {
                Err(ImapError::Garbage { what: "no greeting" })
            }
        }
    }

    /// Asks what the server can do.
    pub(super) async fn capabilities(&mut self) -> Result<Capabilities, ImapError> {
        let mut told = None;
        let ending = self.run(Command::new("CAPABILITY", "CAPABILITY"), |answer| {
            if let Told::Capabilities(capabilities) = answer {
                told = Some(capabilities);
            }
            Ok(())
        });
        ending.await?.ok("CAPABILITY")?;
        told.ok_or(ImapError::Garbage { what: "no capabilities in the answer" })
    }

    /// Runs a command to its tagged end; `take` gets each answer before it.
    pub(super) async fn run(
        &mut self,
        command: Command,
        mut take: impl FnMut(Told) -> Result<(), ImapError>,
    ) -> Result<Ending, ImapError> {
        let turn = self.begin(command).await?;
        loop {
            match self.next(&turn).await? {
                Answer::End { ending, .. } => return Ok(ending),
                Answer::Told(told) => take(told)?,
                Answer::Continue(_) | Answer::Preauth | Answer::Bye(_) => {
                    return Err(ImapError::Garbage { what: "an answer that nobody asked for" });
                }
            }
        }
    }

    /// Sends a command; [`Self::next`] reads its answers.
    pub(super) async fn begin(&mut self, command: Command) -> Result<Turn, ImapError> {
        if self.stage == Stage::Busy {
            return Err(ImapError::Closed { text: "an earlier command broke off".to_owned() });
        }
        self.stage = Stage::Busy;
        self.commands += 1;
        self.client.get_mut().allow(command.literal_max);
        let turn = self.turn(command.name, format!("T{:04}", self.commands));
        let line = Zeroizing::new(format!("{} {}", turn.tag, &*command.line));
        self.say(&turn, &line).await?;
        Ok(turn)
    }

    /// Sends a line within a command.
    ///
    /// async-imap's own way to send is not used: it logs the line, which may hold the password,
    /// and makes four TLS records of it.
    pub(super) async fn say(&mut self, turn: &Turn, line: &str) -> Result<(), ImapError> {
        let line = Zeroizing::new(format!("{line}\r\n"));
        self.send(turn, line.as_bytes()).await
    }

    /// Sends the message that a command announced, and the end of its line (RFC 3501 §7.5). The
    /// command has its full time again then.
    pub(super) async fn pour(&mut self, turn: &mut Turn, message: &[u8]) -> Result<(), ImapError> {
        self.renew(turn);
        for piece in message.chunks(PIECE_BYTES) {
            if turn.deadline <= Instant::now() {
                return Err(ImapError::Silent { command: turn.name, after: turn.at_most });
            }
            self.send(turn, piece).await?;
        }
        self.send(turn, b"\r\n").await?;
        self.renew(turn);
        Ok(())
    }

    async fn send(&mut self, turn: &Turn, bytes: &[u8]) -> Result<(), ImapError> {
        let stream = self.client.get_mut();
        let sending = async {
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        match timeout(self.limits.silence, sending).await {
            Ok(sent) => sent.map_err(|error| broken(&error)),
            Err(_) => Err(ImapError::Silent { command: turn.name, after: self.limits.silence }),
        }
    }

    /// The next answer to a command; its end makes the connection ready for the next one. May be
    /// dropped and called again.
    pub(super) async fn next(&mut self, turn: &Turn) -> Result<Answer, ImapError> {
        let answer = self.read(turn).await?;
        match &answer {
            Answer::Bye(remark) => return Err(ImapError::Closed { text: remark.text.clone() }),
            Answer::End { tag, .. } if *tag != turn.tag => {
                return Err(ImapError::Garbage { what: "an answer to another command" });
            }
            Answer::End { .. } => self.stage = Stage::AtRest,
            Answer::Told(told) => self.note(told),
            Answer::Continue(_) | Answer::Preauth => {}
        }
        Ok(answer)
    }

    fn note(&mut self, told: &Told) {
        match told {
            Told::Exists(messages) => self.news.count(*messages),
            Told::Expunged => self.news.messages = self.news.messages.saturating_sub(1),
            // RFC 3501 §7.1: the user must see it; ours reads the log.
            Told::Remark(remark) if matches!(remark.code, Code::Alert) => {
                tracing::warn!(host = %self.host, "IMAP server alerts: {}", remark.text);
            }
            Told::Remark(_)
            | Told::Capabilities(_)
            | Told::Item(_)
            | Told::Found(_)
            | Told::Other => {}
        }
    }

    /// Gives a command its full time again.
    pub(super) fn renew(&self, turn: &mut Turn) {
        turn.silence = self.limits.silence;
        turn.at_most = self.limits.command;
        turn.deadline = Instant::now() + turn.at_most;
    }

    /// Forgets what came to the folder that was selected before.
    pub(super) fn forget_news(&mut self) {
        self.news = News::default();
    }

    /// A folder with `messages` messages is selected.
    pub(super) fn selected(&mut self, messages: u32) {
        self.news = News { messages, arrived: 0 };
    }

    /// Whether messages came since the folder was selected; asking takes note of them.
    pub(super) fn take_arrived(&mut self) -> bool {
        std::mem::take(&mut self.news.arrived) != 0
    }

    /// Says good-bye and closes, as far as that goes without waiting long.
    pub(super) async fn close(mut self, at_most: Duration) {
        let closing = async {
            if self.stage == Stage::AtRest {
                let _ = self.run(Command::new("LOGOUT", "LOGOUT"), |_| Ok(())).await;
            }
            let _ = self.client.get_mut().shutdown().await;
        };
        // Whatever happens, the connection is dropped now, and the server sees that.
        let _ = timeout(at_most, closing).await;
    }

    fn turn(&self, name: &'static str, tag: String) -> Turn {
        let at_most = self.limits.command;
        let deadline = Instant::now() + at_most;
        Turn { name, tag, deadline, at_most, silence: self.limits.silence }
    }

    async fn read(&mut self, turn: &Turn) -> Result<Answer, ImapError> {
        loop {
            let left = turn.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ImapError::Silent { command: turn.name, after: turn.at_most });
            }
            let before = self.client.get_ref().received();
            let reading = self.client.read_response();
            match timeout(left.min(turn.silence), reading).await {
                Ok(Ok(Some(response))) => return Ok(Answer::read(response.parsed())),
                Ok(Ok(None)) => return Err(ImapError::Closed { text: "by the server".to_owned() }),
                Ok(Err(error)) => return Err(broken(&error)),
                Err(_) if self.client.get_ref().received() == before && turn.silence < left => {
                    return Err(ImapError::Silent { command: turn.name, after: turn.silence });
                }
                // Bytes came, if not yet a whole response; or the time is up.
                Err(_) => {}
            }
        }
    }
}

impl Turn {
    /// Lets the command last `longer`, in silence too.
    pub(super) fn extend(&mut self, longer: Duration) {
        self.silence += longer;
        self.at_most += longer;
        self.deadline += longer;
    }
}

impl News {
    fn count(&mut self, messages: u32) {
        self.arrived = self.arrived.saturating_add(messages.saturating_sub(self.messages));
        self.messages = messages;
    }
}

/// What an error of the stream means. The texts of async-imap hold what was received and are kept
/// out.
fn broken(error: &io::Error) -> ImapError {
    let refusal = error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>());
    match (refusal, error.kind()) {
        (Some(Refusal::TooLarge { what, limit }), _) => ImapError::TooLarge { what, limit: *limit },
        (Some(Refusal::Garbage { what }), _) => ImapError::Garbage { what },
        (None, io::ErrorKind::Other) => {
            ImapError::Garbage { what: "a response that cannot be read" }
        }
        (None, io::ErrorKind::UnexpectedEof) => {
            ImapError::Closed { text: "in the middle of an answer".to_owned() }
        }
        (None, _) => ImapError::Closed { text: shown(&error.to_string()) },
    }
}
