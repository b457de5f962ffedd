//! What can go wrong with the store, and what a caller does about it.

use std::path::PathBuf;

use sqlx::error::ErrorKind;

/// Why something could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is not there.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
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
    #[error("{} is not a tidings database: {what}; set `database` to another file", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
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
    /// It cannot be opened or read.
    #[error("cannot use database {}: {cause}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What was said.
        cause: sqlx::Error,
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
            Self::Raced => Class::Raced,
            Self::Corrupt { .. } | Self::Missing { .. } => Class::Message,
            // A value that the schema refuses is refused again; all else is disk, lock or network.
            Self::Database(sqlx::Error::Database(error))
                if matches!(
                    error.kind(),
                    ErrorKind::UniqueViolation
                        | ErrorKind::ForeignKeyViolation
                        | ErrorKind::NotNullViolation
                        | ErrorKind::CheckViolation
                ) =>
            {
                Class::Message
            }
            Self::Database(_) => Class::Store,
        }
    }
}
