//! What can go wrong with the store, and what a caller does about it.

use std::path::PathBuf;

use sqlx::error::ErrorKind;

/// Why something could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is not there.
    #[error("database: {}", said(.0))]
    Database(sqlx::Error),
    /// There is no connection to it.
    #[error(
        "database: no connection within 10 s: the server is not there, is starting, or has no \
         connection left"
    )]
    NoConnection,
    /// COMMIT was not answered.
    #[error("database: COMMIT was not answered, so it is not known whether it was done: {}", said(.0))]
    CommitUnknown(sqlx::Error),
    /// A statement had failed before COMMIT: nothing was written.
    #[error("database: a statement of the transaction had failed; nothing of it was written")]
    Undone,
    /// Another daemon has taken the desk.
    #[error("another daemon has taken the desk {desk:?} over; nothing was written")]
    Fenced {
        /// The desk.
        desk: Box<str>,
    },
    /// The mark beside the database cannot be read or written; without it nothing is told outside.
    #[error("cannot use {}: {what}", path.display())]
    HighWater {
        /// The file.
        path: PathBuf,
        /// What the system said.
        what: String,
    },
    /// The mark beside the database is not one of this instance.
    #[error("{} is not the mark of this instance: {what}", path.display())]
    NotAMark {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// A row holds what this program never writes.
    #[error("table row is not readable: column {column:?}: {what}")]
    Corrupt {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// Somebody else changed the row meanwhile; read again and decide again.
    #[error("the row was changed meanwhile")]
    Raced,
    /// As [`Self::Raced`], after something was written: the transaction is to be rolled back.
    #[error("one of several rows was changed meanwhile")]
    RacedHalfway,
    /// There is no such row.
    #[error("there is no {what} {id}")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its number.
        id: i64,
    },
}

/// Why a database cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another program's file, or no database.
    #[error("{location} is not a tidings database: {what}; set `database` to another")]
    NotOurs {
        /// Where.
        location: Box<str>,
        /// What was found.
        what: String,
    },
    /// It belongs to another instance.
    #[error(
        "the database belongs to instance {found:?}, the configuration says {configured:?}; \
         an instance never changes its name"
    )]
    OtherInstance {
        /// In the database.
        found: String,
        /// In the configuration.
        configured: String,
    },
    /// It was used with another key.
    #[error(
        "the database was used with another key ({found}) than the one in {} ({ours}); \
         restore that key file", path.display()
    )]
    OtherKey {
        /// Id of the key in the database.
        found: String,
        /// Id of the key in the file.
        ours: String,
        /// The file.
        path: PathBuf,
    },
    /// A migration was applied that this program does not know, or was changed.
    #[error("the database's schema does not fit this program: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// A later program has changed the schema so that this one cannot work with it.
    #[error(
        "the database's schema does not fit this program: it has migration {newest}, and this \
         program knows those up to {known}; install the newer tidings again"
    )]
    Newer {
        /// The newest migration in the database.
        newest: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// An older program made the schema, or nobody did.
    #[error("the database's schema is older than this program; run: tidings db migrate")]
    Behind,
    /// Daemons of an older version are at work, and could not go on.
    #[error(
        "the database's schema must change so that daemons of the version before cannot go on, \
         and {by} is at work; stop them all, then run: tidings db migrate"
    )]
    InUse {
        /// One of them.
        by: Box<str>,
    },
    /// It could lose or garble what it said is stored.
    #[error("the database {location} cannot be trusted with mail: {what}")]
    Unsound {
        /// Where.
        location: Box<str>,
        /// What is wrong, and what to do.
        what: String,
    },
    /// It cannot be opened or read.
    #[error("cannot use database {location}: {cause}")]
    Unusable {
        /// Where.
        location: Box<str>,
        /// What was said.
        cause: StoreError,
    },
    /// Reading or writing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whose fault a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The store's: nothing is wrong with the message, try again.
    Store,
    /// Another writer was faster: read and decide again.
    Raced,
    /// The message's own: it will fail again.
    Message,
}

impl StoreError {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Raced | Self::RacedHalfway => Class::Raced,
            Self::Corrupt { .. } | Self::Missing { .. } => Class::Message,
            // A value that is refused is refused again; all else is disk, lock or network.
            Self::Database(sqlx::Error::Database(error)) if refuses_a_value(&**error) => {
                Class::Message
            }
            Self::Database(_)
            | Self::NoConnection
            | Self::CommitUnknown(_)
            | Self::Undone
            | Self::HighWater { .. }
            | Self::NotAMark { .. }
            | Self::Fenced { .. } => Class::Store,
        }
    }

    /// Whether another session kept what was asked for, for longer than we wait (SQLSTATE 55P03).
    #[must_use]
    pub fn is_locked(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| code == "55P03")
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::PoolTimedOut = error {
            return Self::NoConnection;
        }
        Self::Database(error)
    }
}

/// What a server says, and its code, by which it can be looked up; not where in its sources it says so.
fn said(error: &sqlx::Error) -> String {
    let sqlx::Error::Database(said) = error else { return error.to_string() };
    match said.code() {
        Some(code) => format!("{} ({code})", said.message()),
        None => said.message().to_owned(),
    }
}

/// By its kind, or by its SQLSTATE: 22 is a value that cannot be, 54 one that is too large.
fn refuses_a_value(error: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation
    ) || error
        .code()
        .is_some_and(|code| code.len() == 5 && (code.starts_with("22") || code.starts_with("54")))
}
