//! What is wrong with a configuration, where, and what to do. Never prints a line of the file: it
//! may hold a secret that somebody put there by mistake.

use std::path::PathBuf;

/// Why a configuration is not accepted. Exit code 78.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{}:{line}: {key}: {what}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, the first is 1.
        line: usize,
        /// The key, with the tables around it.
        key: String,
        /// What is wrong, and what would be right.
        what: String,
    },
}

/// Why a desk could never prove who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}: nobody can be proven; {advice}")]
pub struct Unprovable {
    /// What is so.
    pub why: &'static str,
    /// What to do.
    pub advice: &'static str,
}
