//! Where a desk's mail is, and what happens to it there.

use std::time::Duration;

use super::Credential;
use crate::tls::Server;
use crate::triage::case::FolderKind;

/// Where a desk's mail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imap {
    /// The server.
    pub server: Server,
    /// Who logs in.
    pub user: Box<str>,
    /// With what.
    pub credential: Credential,
    /// The folders that are watched.
    pub folders: Vec<Box<str>>,
    /// Those that are watched for mail of people whom the desk knows.
    pub junk_folders: Vec<Box<str>>,
    /// Whether mail that lies there at the first contact is read.
    pub start: Start,
    /// What happens to a message when it is decided.
    pub after: After,
    /// The folder that gets a copy of each answer; `None` where nothing is filed.
    pub sent: Option<Box<str>>,
    /// Whether the server tells of new mail.
    pub watch: Watch,
    /// A full look at least this often.
    pub poll: Duration,
}

impl Imap {
    /// Every folder that is watched, in the order of the loops that watch them.
    pub fn watched(&self) -> impl Iterator<Item = &Box<str>> {
        self.folders.iter().chain(&self.junk_folders)
    }

    /// Which kind of folder this is.
    #[must_use]
    pub fn kind(&self, folder: &str) -> FolderKind {
        let junk = self.junk_folders.iter().any(|name| **name == *folder);
        if junk { FolderKind::Junk } else { FolderKind::Watched }
    }
}

/// Whether mail that lies there at the first contact is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Only what comes from then on.
    New,
    /// All of it.
    All,
}

/// What happens to a message in its folder when it is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// It is flagged as seen.
    Seen,
    /// It is moved into this folder.
    Move(Box<str>),
    /// Nothing.
    Keep,
}

/// How new mail is noticed between full looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// By IDLE (RFC 2177), where the server offers it.
    Idle,
    /// By full looks alone.
    Poll,
}
