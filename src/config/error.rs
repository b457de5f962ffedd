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
