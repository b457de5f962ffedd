//! Where the database is.

use std::borrow::Cow;
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
        /// Who vouches for the server, beside the system's authorities.
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

/// An IPv6 address as a URL has it.
fn bracketed(host: &str) -> Cow<'_, str> {
    if host.contains(':') { format!("[{host}]").into() } else { host.into() }
}

/// As an operator knows it: the file, or a URL without a secret.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(PostgresServer { way, user, database }) => match way {
                PostgresWay::Socket { folder, port } => {
                    let folder = folder.display();
                    write!(f, "postgres://{user}@/{database}?host={folder}&port={port}")
                }
                PostgresWay::Tls { host, port, .. } => {
                    write!(f, "postgres://{user}@{}:{port}/{database}", bracketed(host))
                }
                PostgresWay::Plaintext { host, port } => {
                    let host = bracketed(host);
                    write!(f, "postgres://{user}@{host}:{port}/{database}?sslmode=disable")
                }
            },
        }
    }
}
