//! The one module that speaks SMTP: a message and its envelope go out, and what became of them
//! comes back. Whose fault a failure is can be read off the type: [`OpenError`] is the server's or
//! the login's, [`Outcome`] is one message's.
//!
//! Commands, AUTH and dot-stuffing are lettre's; greeting, EHLO, STARTTLS, replies and time limits
//! are ours, because lettre has no time limits, reads only well-formed replies, and turns a
//! refused recipient into a lost connection.

mod greet;
mod guard;
mod login;
mod offer;
mod reply;
mod stream;
mod submit;

use std::net;
use std::os::fd::AsFd;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Quit;
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::tls::{ConnectError, Peer, Server};
use stream::{Failure, Handle, Permit, Stream};

pub use guard::{UnsendableError, assert_crlf_only};
pub use offer::{Keyword, Offer};
pub use reply::Reply;

pub use crate::sasl::Login;

/// Time for a server's farewell to QUIT.
const QUIT_LIMIT: Duration = Duration::from_secs(2);
/// Time for what a server still has to say after it stopped listening.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Time for RSET: a new connection costs less than waiting longer for the old one.
const RESET_LIMIT: Duration = Duration::from_secs(10);

/// How long a server may take (RFC 5321 §4.5.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the connection to the greeting.
    pub greeting: Duration,
    /// For the answer to EHLO, STARTTLS, AUTH, MAIL and RCPT.
    pub command: Duration,
    /// For the answer to DATA.
    pub data: Duration,
    /// For taking more of what we write.
    pub block: Duration,
    /// For the answer to the final dot. A shorter wait makes duplicates (RFC 1047).
    pub final_dot: Duration,
}

impl Default for Limits {
    /// The minimum times of RFC 5321 §4.5.3.2: 5, 5, 2, 3 and 10 minutes.
    fn default() -> Self {
        Self {
            greeting: Duration::from_mins(5),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            final_dot: Duration::from_mins(10),
        }
    }
}

/// What became of one submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has the message and answers for it from now on.
    Accepted(Reply),
    /// 4yz: not now (RFC 5321 §4.2.1). The message waits.
    Deferred(Reply),
    /// 5yz: never (RFC 5321 §4.2.1).
    Rejected(Reply),
    /// 421: the server goes; or 530: it wants a login that we have not (RFC 4954 §6). No fault of
    /// the message's.
    Closing(Reply),
    /// 550 5.7.30: the provider takes a token and no password, and says so late. No fault of the
    /// message's.
    PasswordsOff(Reply),
    /// The connection broke, or the server fell silent or spoke no SMTP. At
    /// [`Stage::FinalDot`] it may have the message all the same.
    Lost {
        /// What we waited for.
        at: Stage,
        /// What happened, for people; printable.
        cause: String,
    },
    /// Taken back by ourselves before its end was sent: the server has it not.
    Withheld,
    /// Refused by ourselves before a byte was sent. Sending it again would not help, unless the
    /// server learns to take more.
    Unsendable(UnsendableError),
}

/// How far a transaction had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// MAIL FROM was sent.
    Mail,
    /// RCPT TO was sent.
    Rcpt,
    /// DATA was sent.
    Data,
    /// The message was being sent; its end was not.
    Body,
    /// The end of the message was, or may have been, sent.
    FinalDot,
}

/// For people.
impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mail => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::Body => "the message",
            Self::FinalDot => "the end of the message",
        })
    }
}

/// Why there is no connection to submit on. Never a message's fault.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// TCP or TLS failed.
    #[error(transparent)]
    Connect(ConnectError),
    /// Nothing came within the limit.
    #[error("no answer to {stage} within {} ms", after.as_millis())]
    Silent {
        /// What was not answered.
        stage: &'static str,
        /// How long we waited.
        after: Duration,
    },
    /// The server greeted us with this, or answered so to EHLO or STARTTLS.
    #[error("the server does not serve us: {0}")]
    Greeting(Reply),
    /// 5yz to AUTH: user or password are wrong, or more is wanted (RFC 4954 §6: 534, 535, 538).
    #[error("login refused: {0}")]
    LoginRefused(Reply),
    /// 4yz to AUTH: the server cannot tell now (RFC 4954 §6: 454).
    #[error("login not possible now: {0}")]
    LoginDeferred(Reply),
    /// 550 5.7.30: the provider takes a token and no password.
    #[error("the provider takes no password any more: set [desk.smtp.oauth2]; it said: {0}")]
    PasswordsOff(Reply),
    /// A login is configured, and the server offers none of the mechanisms for it.
    #[error("the server offers no login that we know ({0})")]
    NoAuth(&'static str),
    /// STARTTLS is required and not offered, or somebody on the way took it out.
    #[error("the server does not offer STARTTLS")]
    NoStartTls,
    /// To go on would not be safe.
    #[error("not safe: {0}")]
    Insecure(&'static str),
    /// Something other than SMTP.
    #[error("the server does not speak SMTP: {0}")]
    Garbage(String),
    /// The connection ended.
    #[error("the server closed the connection")]
    Closed,
}

/// Whom an [`OpenError`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenClass {
    /// The server: it comes back by itself; ask often.
    Server,
    /// The login: a person has to do something; ask seldom, or the account gets locked.
    Login,
}

impl OpenError {
    /// Whom this is about.
    #[must_use]
    pub fn class(&self) -> OpenClass {
        match self {
            Self::LoginRefused(_) | Self::PasswordsOff(_) | Self::NoAuth(_) => OpenClass::Login,
            Self::Connect(_)
            | Self::Silent { .. }
            | Self::Greeting(_)
            | Self::LoginDeferred(_)
            | Self::NoStartTls
            | Self::Insecure(_)
            | Self::Garbage(_)
            | Self::Closed => OpenClass::Server,
        }
    }

    fn from_failure(stage: &'static str, failure: Failure) -> Self {
        match failure {
            Failure::Silent(after) | Failure::Stuck(after) => Self::Silent { stage, after },
            Failure::Closed | Failure::Broken(_) | Failure::Withheld => Self::Closed,
            Failure::Garbage(what) => Self::Garbage(what),
        }
    }
}

/// A connection to a server that is ready for transactions, one after the other.
pub struct Connection {
    lettre: AsyncSmtpConnection,
    control: Handle,
    offer: Offer,
    greeting: Reply,
    peer: Option<Peer>,
    limits: Limits,
    state: State,
    permit: Option<Permit>,
    /// The same socket again, to see what came while we were idle.
    socket: net::TcpStream,
}

/// Whether another transaction may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between transactions.
    Idle,
    /// In one, or in one that nobody waited for, or after one that went wrong.
    Spent,
}

impl Connection {
    /// Connects, greets with `hello` (a host name or an address literal) and logs in. A login is
    /// sent in the clear only where `server` is configured so.
    ///
    /// # Errors
    /// [`OpenError`]; nothing was submitted then.
    pub async fn open(
        server: &Server,
        login: Option<&Login>,
        hello: &str,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        let stream = server.open().await.map_err(OpenError::Connect)?;
        let socket = duplicate(&stream).map_err(|_| OpenError::Closed)?;
        let greeted = greet::greet(server, stream, hello, limits).await?;
        let control = Handle::new(limits.command, limits.block);
        let stream = Stream::new(greeted.wire, control.clone(), "220 greeted\r\n250 greeted\r\n");
        let nobody = ClientId::Domain("swallowed".to_owned());
        let lettre = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &nobody)
            .await
            .map_err(|error| OpenError::Garbage(reply::printable(&error.to_string())))?;
        let (offer, greeting, peer) = (greeted.offer, greeted.greeting, greeted.peer);
        let (state, permit) = (State::Idle, None);
        let mut connection =
            Self { lettre, control, offer, greeting, peer, limits, state, permit, socket };
        if let Some(login) = login {
            connection.login(server, login).await?;
        }
        Ok(connection)
    }

    /// How the server greeted us; with STARTTLS before TLS, so that anybody may have said it.
    #[must_use]
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// What the server showed of itself in the TLS handshake; `None` without TLS.
    #[must_use]
    pub fn peer(&self) -> Option<&Peer> {
        self.peer.as_ref()
    }

    /// What the server offers.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Asks `is_given` before the end of each message is sent: where it says no, the message is taken
    /// back ([`Outcome::Withheld`]).
    pub fn ask_permit(&mut self, is_given: impl Fn() -> bool + Send + Sync + 'static) {
        self.permit = Some(Permit::new(is_given));
    }

    /// Whether another message can be submitted: not after [`Outcome::Lost`],
    /// [`Outcome::Withheld`], [`Outcome::Closing`] or [`Outcome::PasswordsOff`], nor after a
    /// submission that was not waited for, nor when the server closed the connection or said
    /// something while nothing was asked.
    #[must_use]
    pub fn usable(&self) -> bool {
        match self.state {
            State::Idle => match self.socket.peek(&mut [0]) {
                Ok(_) => false,
                Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
            },
            State::Spent => false,
        }
    }

    /// Takes leave, as well as can be done within two seconds.
    pub async fn quit(mut self) {
        match self.state {
            State::Idle => drop(timeout(QUIT_LIMIT, self.lettre.command(Quit)).await),
            State::Spent => {}
        }
    }
}

/// A second handle to a socket; non-blocking like the first.
fn duplicate(stream: &TcpStream) -> std::io::Result<net::TcpStream> {
    stream.as_fd().try_clone_to_owned().map(net::TcpStream::from)
}
