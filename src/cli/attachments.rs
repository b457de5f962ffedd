//! Attachments as files: each under the SHA-256 of its bytes, never under its sender's name
//! (CVE-2026-27636).

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::{Exit, Failure};
use crate::mail::Digest;
use crate::mail::attachment::accepted::Accepted;
use crate::mail::parse::each_attachment;

/// A folder that takes attachments.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is not there.
    ///
    /// # Errors
    /// What the system said, and of which folder.
    pub(super) fn open(path: PathBuf) -> Result<Self, Failure> {
        match DirBuilder::new().recursive(true).mode(0o700).create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(error) => Err(failure(&path, &error)),
        }
    }

    /// Writes the attachments of a message that are taken.
    ///
    /// # Errors
    /// What the system said, and of which file.
    pub(super) fn take(&self, raw: &[u8], accepted: &Accepted) -> Result<(), Failure> {
        let mut done = Ok(());
        each_attachment(raw, |attachment, bytes| {
            if done.is_ok() && accepted.refusal(attachment).is_none() {
                done = self.write(attachment.digest, bytes);
            }
        });
        done
    }

    /// A file that is there already is left alone, if it may be the same.
    fn write(&self, digest: Digest, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.0.join(digest.to_string());
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = match file {
            Ok(mut file) => file.write_all(bytes),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let there = File::open(&path).and_then(|file| file.metadata());
                match there.map(|there| there.len() == bytes.len() as u64) {
                    Ok(true) => Ok(()),
                    Ok(false) | Err(_) => Err(error),
                }
            }
            Err(error) => Err(error),
        };
        written.map_err(|error| failure(&path, &error))
    }
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    let denied = error.kind() == ErrorKind::PermissionDenied;
    let exit = if denied { Exit::Permission } else { Exit::TryLater };
    Failure::new(exit, format!("{} cannot be written: {error}", path.display()))
}
