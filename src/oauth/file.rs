//! The token file: a refresh token and whose it is, in the state directory, for its owner alone.
//! A token that replaces another is on the disk before anything is done with it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::time::Timestamp;

/// Where a refresh token is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFile(PathBuf);

/// What is kept.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Where it may be sent, and nowhere else.
    pub token_url: Box<str>,
    /// The client that it was given to.
    pub client_id: Box<str>,
    /// The user that it was given for.
    pub user: Box<str>,
    /// The refresh token.
    pub refresh: SecretString,
    /// When it comes to an end, where the endpoint said it.
    pub expires: Option<Timestamp>,
}

/// A file as it was at one moment; another content has another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64, i64, i64);

/// Why the token file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system does not let us.
    #[error("cannot use the token file {}: {cause}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Others can read it.
    #[error("the token file {0} can be read by others; run: chmod 600 {0}", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// It holds something else.
    #[error("{} is not a token file; remove it and log in again", path.display())]
    NotOne {
        /// The file.
        path: PathBuf,
    },
}

/// Held while a token is exchanged for its successor: of two who did that at the same time one
/// would hold a token that is none any more.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl TokenFile {
    /// The file at this place, which need not be there.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Its place.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Reads it; `None` when there is none.
    ///
    /// # Errors
    /// [`FileError`] says what to do.
    pub fn read(&self) -> Result<Option<Stored>, FileError> {
        let mode = match std::fs::metadata(&self.0) {
            Ok(metadata) => metadata.mode(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(self.unusable(cause)),
        };
        if mode & 0o077 != 0 {
            return Err(FileError::Exposed { path: self.0.clone() });
        }
        let text = std::fs::read_to_string(&self.0).map_err(|cause| self.unusable(cause))?;
        let text = Zeroizing::new(text);
        let stored = parse(&text).ok_or_else(|| FileError::NotOne { path: self.0.clone() })?;
        Ok(Some(stored))
    }

    /// Writes it beside and renames it: when this is done, it is on the disk, whole.
    ///
    /// # Errors
    /// [`FileError::Unusable`]; the file before is as it was.
    pub fn write(&self, stored: &Stored) -> Result<(), FileError> {
        self.replace(stored).map_err(|cause| self.unusable(cause))
    }

    /// Waits until nobody else exchanges this token.
    ///
    /// # Errors
    /// [`FileError::Unusable`].
    pub fn lock(&self) -> Result<Lock, FileError> {
        let path = self.0.with_added_extension("lock");
        let open = || {
            self.make_folder()?;
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .mode(0o600)
                .open(path)?;
            file.lock()?;
            Ok(Lock { _file: file })
        };
        open().map_err(|cause| self.unusable(cause))
    }

    /// What it is like now; `None` when there is none.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        let metadata = std::fs::metadata(&self.0).ok()?;
        Some(Stamp(metadata.ino(), metadata.mtime(), metadata.mtime_nsec()))
    }

    fn replace(&self, stored: &Stored) -> std::io::Result<()> {
        self.make_folder()?;
        let fresh = self.0.with_added_extension("new");
        let mut file =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&fresh)?;
        file.write_all(text(stored).as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.0)?;
        match self.0.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }

    fn make_folder(&self) -> std::io::Result<()> {
        match self.0.parent() {
            Some(folder) => DirBuilder::new().recursive(true).mode(0o700).create(folder),
            None => Ok(()),
        }
    }

    fn unusable(&self, cause: std::io::Error) -> FileError {
        FileError::Unusable { path: self.0.clone(), cause }
    }
}

fn text(stored: &Stored) -> Zeroizing<String> {
    let value = json!({
        "token_url": stored.token_url,
        "client_id": stored.client_id,
        "user": stored.user,
        "refresh_token": stored.refresh.expose_secret(),
        "expires_us": stored.expires.map(Timestamp::as_us),
    });
    Zeroizing::new(format!("{value}\n"))
}

fn parse(text: &str) -> Option<Stored> {
    let value: Value = serde_json::from_str(text).ok()?;
    let word = |key: &str| value.get(key).and_then(Value::as_str);
    Some(Stored {
        token_url: word("token_url")?.into(),
        client_id: word("client_id")?.into(),
        user: word("user")?.into(),
        refresh: word("refresh_token")?.into(),
        expires: value.get("expires_us").and_then(Value::as_i64).map(Timestamp::from_us),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn stored(refresh: &str) -> Stored {
        Stored {
            token_url: "https://login.example/token".into(),
            client_id: "app".into(),
            user: "support@example.com".into(),
            refresh: refresh.into(),
            expires: Some(Timestamp::from_seconds(5)),
        }
    }

    #[test]
    fn svc_05_what_is_written_is_read_again_and_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path().join("state/token.support.imap"));
        assert!(file.read().unwrap().is_none() && file.stamp().is_none());
        file.write(&stored("one")).unwrap();
        let first = file.stamp();
        file.write(&stored("two")).unwrap();
        assert_ne!(file.stamp(), first);
        let read = file.read().unwrap().unwrap();
        assert_eq!(read.refresh.expose_secret(), "two");
        assert_eq!(read.expires, Some(Timestamp::from_seconds(5)));
        assert_eq!(std::fs::metadata(file.path()).unwrap().mode() & 0o777, 0o600);
        let names: Vec<_> = std::fs::read_dir(dir.path().join("state")).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(!format!("{read:?}").contains("two"));
    }

    #[test]
    fn svc_05_a_token_file_that_others_can_read_or_that_is_none_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = TokenFile::new(dir.path().join("token"));
        file.write(&stored("canary")).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = file.read().unwrap_err().to_string();
        assert!(error.contains("chmod 600") && !error.contains("canary"), "{error}");
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(file.path(), "{\"canary\":1}").unwrap();
        let error = file.read().unwrap_err().to_string();
        assert!(error.contains("not a token file") && !error.contains("canary"), "{error}");
    }
}
