//! Files that are there whole or not at all: written beside their place, and put there when they are on disk.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// A file that is not done, readable by its owner alone. It goes with this value unless it is put in its place.
pub(super) struct Part {
    path: PathBuf,
}

impl Part {
    /// An empty one in the folder of a file.
    pub(super) fn beside(file: &Path) -> std::io::Result<Self> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = file.with_file_name(format!(".{name}.{}.part", std::process::id()));
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { path })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Becomes a file where there is none; how many bytes it has.
    pub(super) fn become_file(&self, file: &Path) -> std::io::Result<u64> {
        let bytes = self.on_disk()?;
        match renameat_with(CWD, &self.path, CWD, file, RenameFlags::NOREPLACE) {
            // Some network file systems cannot promise that.
            Err(Errno::INVAL) if file.symlink_metadata().is_err() => {
                std::fs::rename(&self.path, file)?;
            }
            done => done?,
        }
        named_on_disk(file)?;
        Ok(bytes)
    }

    /// Becomes a file, in the place of what has its name: of a symbolic link the link, never where it leads.
    pub(super) fn replace(&self, file: &Path) -> std::io::Result<()> {
        self.on_disk()?;
        std::fs::rename(&self.path, file)?;
        named_on_disk(file)
    }

    fn on_disk(&self) -> std::io::Result<u64> {
        let part = File::open(&self.path)?;
        part.sync_all()?;
        Ok(part.metadata()?.len())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Gone already where it was put in its place.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn named_on_disk(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
