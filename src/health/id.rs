//! What causes are called, and what to do about each.

use crate::store::trouble::Kind;

/// What a fault is called: the same as long as it is the same one, whatever its figures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    /// Nobody works on the desk.
    Nobody,
    /// A folder is not looked through.
    NotLooked,
    /// A message waits for its decision.
    Undecided,
    /// A notice is not sent.
    Unsent,
    /// A notice will never be taken.
    Dead,
    /// A message waits for a person.
    Held,
    /// A notice waits for a person, since the database was restored.
    NoticesHeld,
    /// Somebody opens tickets as a machine does.
    Loop,
    /// Trouble with a server, or with the machine of who holds the desk.
    Trouble(Kind),
    /// The database is away. Of no desk.
    Database,
}

impl Id {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Nobody,
        Self::NotLooked,
        Self::Undecided,
        Self::Unsent,
        Self::Dead,
        Self::Held,
        Self::NoticesHeld,
        Self::Loop,
        Self::Trouble(Kind::Imap),
        Self::Trouble(Kind::ImapLogin),
        Self::Trouble(Kind::Smtp),
        Self::Trouble(Kind::SmtpLogin),
        Self::Trouble(Kind::Clock),
        Self::Database,
    ];

    /// The word by which programs, and docs/OPERATIONS.md, know it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::NotLooked => "not_looked",
            Self::Undecided => "undecided",
            Self::Unsent => "unsent",
            Self::Dead => "dead",
            Self::Held => "held",
            Self::NoticesHeld => "notices_held",
            Self::Loop => "loop",
            Self::Trouble(kind) => kind.as_str(),
            Self::Database => "database",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.as_str() == word)
    }

    /// What to do next.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Nobody => "start the daemon: `tidings run`",
            Self::NotLooked => "see whether it can be: `tidings check`",
            Self::Undecided => "see which: `tidings inbound list --verdict pending`",
            Self::Unsent => "see what the server says: `tidings outbox list --state due`",
            Self::Dead => "see why: `tidings outbox list --state dead`",
            Self::Held => "see why: `tidings inbound list --verdict held`",
            Self::NoticesHeld => "see which: `tidings outbox list --state held`",
            Self::Loop => "see what came: `tidings trace ADDRESS`, or `tidings ticket list`",
            Self::Trouble(Kind::Clock) => {
                "set it; then see whether it still is so: `tidings status`"
            }
            Self::Trouble(Kind::Imap | Kind::ImapLogin | Kind::Smtp | Kind::SmtpLogin)
            | Self::Database => "see whether it still is so: `tidings check`",
        }
    }
}
