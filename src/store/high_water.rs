//! The file beside the database that says how far it had come when that was last told outside: the
//! one witness that a backup does not bring back.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::error::StoreError;
use crate::time::Timestamp;

/// How far the database had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The highest tide.
    pub tide: i64,
    /// The highest ticket number that was taken.
    pub ticket: i64,
    /// When that was.
    pub at: Timestamp,
}

/// What the file says; `None` when there is none.
///
/// # Errors
/// [`StoreError::HighWater`], [`StoreError::NotAMark`].
pub fn read(path: &Path, instance: &str) -> Result<Option<Mark>, StoreError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(path, &error.to_string())),
    };
    let what = match parse(&text) {
        Some((of, mark)) if of == instance => return Ok(Some(mark)),
        Some((of, _)) => format!("it is of {of:?}; this state directory was another's"),
        None => "it cannot be read; move it away, and if the database was restored say so: \
                 tidings db restored"
            .to_owned(),
    };
    Err(StoreError::NotAMark { path: path.to_owned(), what })
}

/// Makes the file say this, or what it says already where that is higher. It is on disk before this
/// returns. Several processes may write.
///
/// # Errors
/// [`StoreError::HighWater`], [`StoreError::NotAMark`].
pub fn write(path: &Path, instance: &str, mark: &Mark) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| unusable(path, &error.to_string());
    let lock = private().open(path.with_extension("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let mut mark = mark.clone();
    if let Some(known) = read(path, instance)? {
        mark.tide = mark.tide.max(known.tide);
        mark.ticket = mark.ticket.max(known.ticket);
    }
    let fresh = path.with_extension("new");
    let written = private().truncate(true).open(&fresh).and_then(|mut file| {
        write!(file, "{HEADING}\ninstance {instance}\n{mark}")?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    });
    written.map_err(failed)
}

/// The first line: what it is, and its version.
const HEADING: &str = "tidings high-water 1";

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tide {}\nticket {}\nat {}\n", self.tide, self.ticket, self.at)
    }
}

fn parse(text: &str) -> Option<(&str, Mark)> {
    let mut lines = text.lines();
    (lines.next()? == HEADING).then_some(())?;
    let mut next = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
    let instance = next("instance")?;
    let mark = Mark {
        tide: next("tide")?.parse().ok()?,
        ticket: next("ticket")?.parse().ok()?,
        at: Timestamp::parse(next("at")?).ok()?,
    };
    Some((instance, mark))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).mode(0o600);
    options
}

fn unusable(path: &Path, what: &str) -> StoreError {
    StoreError::HighWater { path: path.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(tide: i64, ticket: i64) -> Mark {
        Mark { tide, ticket, at: Timestamp::from_seconds(1_772_442_000) }
    }

    #[test]
    fn it_never_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("high-water");
        assert_eq!(read(&path, "desk.example").unwrap(), None);
        for (written, expected) in [((3, 1008), (3, 1008)), ((2, 1016), (3, 1016))] {
            write(&path, "desk.example", &mark(written.0, written.1)).unwrap();
            let found = read(&path, "desk.example").unwrap();
            assert_eq!(found, Some(mark(expected.0, expected.1)));
        }
        let other = read(&path, "other.example").unwrap_err().to_string();
        assert!(other.contains("it is of \"desk.example\""), "{other}");
    }

    #[test]
    fn half_a_file_is_not_one() {
        let whole = format!("{HEADING}\ninstance desk.example\n{}", mark(3, 1008));
        assert_eq!(parse(&whole), Some(("desk.example", mark(3, 1008))));
        for length in 0..whole.find("at 2026").unwrap() {
            assert_eq!(parse(&whole[..length]), None, "{length}");
        }
        assert_eq!(parse(&whole.replace("high-water 1", "high-water 2")), None);
    }
}
