//! Where the database is.

use std::fmt;
use std::path::PathBuf;

/// The database of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A `SQLite` file.
    Sqlite(PathBuf),
    /// A `PostgreSQL` server.
    Postgres(PostgresServer),
}

/// A database on a `PostgreSQL` server. The password is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresServer {
    /// How it is reached.
    pub way: PostgresWay,
    /// Who logs in.
    pub user: Box<str>,
    /// The database's name.
    pub database: Box<str>,
}

/// How a `PostgreSQL` server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostgresWay {
    /// By the Unix socket in this folder, under this port's name.
    Socket {
        /// The folder.
        folder: PathBuf,
        /// The port.
        port: u16,
    },
    /// By TCP and TLS; certificate and name are verified.
    Tls {
        /// The server's name.
        host: Box<str>,
        /// The port.
        port: u16,
        /// Who vouches for the server, instead of the system's authorities.
        ca_file: Option<PathBuf>,
    },
    /// By TCP as it is, on loopback alone.
    Plaintext {
        /// The server's name or address.
        host: Box<str>,
        /// The port.
        port: u16,
    },
}

/// As an operator knows it: the file, or a URL without a secret.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(PostgresServer { way, user, database }) => match way {
                PostgresWay::Socket { folder, port } => {
                    write!(f, "postgres://{user}@:{port}/{database}?host={}", folder.display())
                }
                PostgresWay::Tls { host, port, .. } | PostgresWay::Plaintext { host, port } => {
                    write!(f, "postgres://{user}@{host}:{port}/{database}")
                }
            },
        }
    }
}
