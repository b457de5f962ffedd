//! The one module that speaks IMAP (RFC 3501, RFC 9051): mail is listed, read, marked, moved and filed,
//! and every command either ends in the server's tagged `OK` or is an error.
//!
//! async-imap frames and parses what comes. Its typed commands are not used, because they answer a
//! refused command or a lost connection with an empty success (async-imap#94); `wire` runs the
//! commands instead. What the server sends goes through `filter` first, which lets only answers
//! pass that we ask for, in a form that the parser reads without harm.

mod answer;
mod append;
mod capabilities;
mod change;
mod connect;
mod fetch;
mod filter;
#[cfg(fuzzing)]
mod fuzzed;
mod idle;
mod internal_date;
mod screen;
mod select;
mod set;
mod wire;

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::time::Timestamp;
use crate::tls::{ConnectError, Peer};
use capabilities::Capabilities;
use filter::Transport;
use wire::Wire;

pub use change::Mover;
#[cfg(fuzzing)]
pub use fuzzed::read_all;

pub use crate::sasl::Login;

/// Most messages in one answer of [`Session::list`]; a longer one is an error.
pub const LISTED_MAX: usize = 100_000;

/// The unique identifier of a message in a folder, under one UIDVALIDITY (RFC 3501 §2.3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(NonZeroU32);

impl Uid {
    /// The smallest.
    pub const MIN: Self = Self(NonZeroU32::MIN);

    /// The identifier `uid`; zero is none.
    #[must_use]
    pub const fn new(uid: u32) -> Option<Self> {
        match NonZeroU32::new(uid) {
            Some(uid) => Some(Self(uid)),
            None => None,
        }
    }

    /// The number, 1 or more.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a session puts up with.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest message that is read whole, in bytes. A tenth more is let through, because servers
    /// count line ends differently in RFC822.SIZE; [`Session::fetch`] keeps no more in all.
    pub message_bytes: u64,
    /// Longest wait for the next byte of an answer.
    pub silence: Duration,
    /// Longest time for one whole command, whatever comes meanwhile.
    pub command: Duration,
}

impl Limits {
    /// The usual limits for messages of at most `message_bytes` bytes: 60 s of silence, 5 min for
    /// a command.
    #[must_use]
    pub const fn for_messages(message_bytes: u64) -> Self {
        Self { message_bytes, silence: Duration::from_mins(1), command: Duration::from_mins(5) }
    }
}

/// A logged-in connection.
///
/// A command that ended with an answer of the server, even a refusal, leaves the session usable.
/// After any other error, or when the future of a command was dropped, each further command is
/// [`ImapError::Closed`].
pub struct Session {
    wire: Wire<Box<dyn Transport>>,
    capabilities: Capabilities,
    greeting: String,
    peer: Option<Peer>,
}

impl Session {
    /// How the server greeted us: printable, at most 200 characters. Empty with STARTTLS, before
    /// which anybody may have said it.
    #[must_use]
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// What the server showed of itself in the TLS handshake; `None` without TLS.
    #[must_use]
    pub fn peer(&self) -> Option<&Peer> {
        self.peer.as_ref()
    }
}

/// What the server says of a folder at [`Session::select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// While this stays, a UID means the same message for ever.
    pub uid_validity: u32,
    /// No message that comes later has a UID below this; not every server tells.
    pub uid_next: Option<u32>,
    /// Number of messages.
    pub exists: u32,
    /// Whether anything can be changed.
    pub access: Access,
    /// Whether `\Seen` can be set for good.
    pub seen: Seen,
}

/// Whether a folder can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It can.
    ReadWrite,
    /// It cannot: no marks, no moves.
    ReadOnly,
}

/// What becomes of `\Seen` (RFC 3501 §7.1, PERMANENTFLAGS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The server keeps it, or says nothing about it.
    Kept,
    /// The server refuses it, or forgets it with the session.
    Lost,
}

/// One message of a folder, unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its identifier.
    pub uid: Uid,
    /// RFC822.SIZE in bytes, as the server counts.
    pub size: u64,
    /// INTERNALDATE: when the server took it.
    pub internal_date: Timestamp,
}

/// One message of a folder, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its identifier.
    pub uid: Uid,
    /// RFC822.SIZE in bytes, as the server counts; not always the length of `bytes`.
    pub size: u64,
    /// INTERNALDATE: when the server took it.
    pub internal_date: Timestamp,
    /// The message.
    pub bytes: Vec<u8>,
}

/// The header of one message of a folder, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its identifier.
    pub uid: Uid,
    /// RFC822.SIZE of the whole message in bytes, as the server counts.
    pub size: u64,
    /// INTERNALDATE: when the server took it.
    pub internal_date: Timestamp,
    /// The header, perhaps not to its end.
    pub bytes: Vec<u8>,
}

/// Why [`Session::idle`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleEnd {
    /// The server says that messages came.
    Changed,
    /// The caller asked for it.
    Woken,
    /// The time is up.
    TimeUp,
}

/// Why a command did not succeed. Texts of the server in it are printable and at most 200
/// characters long; what was sent or received is not in it.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The server cannot be spoken to.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server does not take the name or the password.
    #[error("{host} refuses the login: {text}")]
    LoginRefused {
        /// The host.
        host: Box<str>,
        /// What it said.
        text: String,
    },
    /// The server does not open the folder.
    #[error("cannot open folder {folder:?}: {text}")]
    Folder {
        /// The folder as configured.
        folder: Box<str>,
        /// What the server said.
        text: String,
    },
    /// The server answered `NO` or `BAD`.
    #[error("{command} refused: {text}")]
    Refused {
        /// The command's name.
        command: &'static str,
        /// What the server said.
        text: String,
    },
    /// The server answered that it cannot do it now (RFC 5530 §3: UNAVAILABLE, INUSE, LIMIT,
    /// SERVERBUG).
    #[error("{command} not possible now: {text}")]
    Unavailable {
        /// The command's name.
        command: &'static str,
        /// What the server said.
        text: String,
    },
    /// The server said `BYE` or closed the connection.
    #[error("connection closed: {text}")]
    Closed {
        /// What the server, or the system, said.
        text: String,
    },
    /// The server stopped answering.
    #[error("no answer to {command} within {} s", after.as_secs())]
    Silent {
        /// The command's name.
        command: &'static str,
        /// How long we waited.
        after: Duration,
    },
    /// The server does not keep to the protocol.
    #[error("not IMAP: {what}")]
    Garbage {
        /// What is wrong.
        what: &'static str,
    },
    /// The server sends more than we take.
    #[error("{what} larger than {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its limit, in bytes or pieces.
        limit: u64,
    },
    /// The password was not sent, or mail was not read, because the connection is not safe.
    #[error("not safe: {why}")]
    Insecure {
        /// What is wrong.
        why: &'static str,
    },
    /// The server does not have what is needed.
    #[error("the server does not offer {what}")]
    Unsupported {
        /// What is needed.
        what: &'static str,
    },
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The server's trouble or the way to it: try again soon, at most 30 s apart.
    Server,
    /// The login: try again after 5, 10, 20 minutes, because accounts are locked otherwise.
    Login,
    /// The folder: a person must look.
    Folder,
    /// This command: the session goes on, the same command fails again.
    Refused,
}

impl ImapError {
    /// What to do about it.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Connect(_)
            | Self::Unavailable { .. }
            | Self::Closed { .. }
            | Self::Silent { .. }
            | Self::Garbage { .. }
            | Self::TooLarge { .. }
            | Self::Insecure { .. } => Class::Server,
            Self::LoginRefused { .. } => Class::Login,
            Self::Folder { .. } => Class::Folder,
            Self::Refused { .. } | Self::Unsupported { .. } => Class::Refused,
        }
    }
}
