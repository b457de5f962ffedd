//! The file beside the database that says how far it had come when that was last told outside: the
//! one witness that a backup does not bring back.
//!
//! It has two slots that are overwritten by turns, each with a digest of its own: what a stop tears
//! is one of them, and the other says what was told until then.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::error::StoreError;
use crate::mail::Digest;
use crate::time::Timestamp;

/// How far the database had come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    Ok(slots(path, instance)?.and_then(newest))
}

/// Makes the file say this, or what it says already where that is higher. It is on disk before this
/// returns. Several processes may write.
///
/// # Errors
/// [`StoreError::HighWater`], [`StoreError::NotAMark`].
pub fn write(path: &Path, instance: &str, mark: &Mark) -> Result<(), StoreError> {
    let failed = |error: io::Error| unusable(path, &error.to_string());
    let lock = private().open(path.with_extension("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let slots = slots(path, instance)?;
    let mut mark = mark.clone();
    if let Some(known) = slots.clone().and_then(newest) {
        mark.tide = mark.tide.max(known.tide);
        mark.ticket = mark.ticket.max(known.ticket);
    }
    let text = slot(instance, &mark);
    match slots {
        Some(slots) => overwrite(path, older(&slots), &text),
        None => create(path, &text),
    }
    .map_err(failed)
}

/// The first line: what it is, and its version.
const HEADING: &str = "tidings high-water 2";
/// Bytes of a slot: no disk writes two of them as one.
const SLOT: usize = 4096;

/// What each slot says; nothing if it was torn, or never written.
type Slots = [Option<Mark>; 2];

fn newest([first, second]: Slots) -> Option<Mark> {
    first.max(second)
}

/// The slot that can be spared.
fn older([first, second]: &Slots) -> usize {
    usize::from(second < first)
}

/// What the file says, in one slot at the least; `None` when there is no file.
fn slots(path: &Path, instance: &str) -> Result<Option<Slots>, StoreError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(path, &error.to_string())),
    };
    let parsed = [0, 1].map(|at| bytes.chunks(SLOT).nth(at).and_then(parse));
    let what = match parsed.iter().flatten().find(|(of, _)| *of != instance) {
        Some((of, _)) => format!("it is of {of:?}; this state directory was another's"),
        None if parsed.iter().any(Option::is_some) => {
            return Ok(Some(parsed.map(|slot| slot.map(|(_, mark)| mark))));
        }
        None => "it cannot be read; move it away, and if the database was restored say so: \
                 tidings db restored"
            .to_owned(),
    };
    Err(StoreError::NotAMark { path: path.to_owned(), what })
}

/// A file with one slot, whole or not there.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = private().truncate(true).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn overwrite(path: &Path, slot: usize, text: &str) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.write_all_at(text.as_bytes(), (slot * SLOT) as u64)?;
    file.sync_data()
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tide {}\nticket {}\nat {}\n", self.tide, self.ticket, self.at)
    }
}

fn slot(instance: &str, mark: &Mark) -> String {
    let said = format!("{HEADING}\ninstance {instance}\n{mark}");
    let sum = Digest::of(said.as_bytes());
    let text = format!("{said}sum {sum}\n");
    format!("{text:<width$}\n", width = SLOT - 1)
}

fn parse(slot: &[u8]) -> Option<(&str, Mark)> {
    let text = std::str::from_utf8(slot).ok()?;
    let end = text.find("sum ")?;
    let (said, sum) = text.split_at(end);
    let mut lines = said.lines();
    (lines.next()? == HEADING).then_some(())?;
    let mut next = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
    let instance = next("instance")?;
    let mark = Mark {
        tide: next("tide")?.parse().ok()?,
        ticket: next("ticket")?.parse().ok()?,
        at: Timestamp::parse(next("at")?).ok()?,
    };
    let sum = sum.lines().next()?.strip_prefix("sum ")?;
    (sum == Digest::of(said.as_bytes()).to_string()).then_some((instance, mark))
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

    const INSTANCE: &str = "desk.example";

    fn mark(tide: i64, ticket: i64) -> Mark {
        Mark { tide, ticket, at: Timestamp::from_seconds(1_772_442_000) }
    }

    #[test]
    fn it_never_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("high-water");
        assert_eq!(read(&path, INSTANCE).unwrap(), None);
        let marks = [(3, 1008), (2, 1016), (2, 1008), (4, 1016), (4, 1016), (5, 1024)];
        let highest = [(3, 1008), (3, 1016), (3, 1016), (4, 1016), (4, 1016), (5, 1024)];
        for (written, expected) in marks.into_iter().zip(highest) {
            write(&path, INSTANCE, &mark(written.0, written.1)).unwrap();
            let found = read(&path, INSTANCE).unwrap();
            assert_eq!(found, Some(mark(expected.0, expected.1)), "{written:?}");
        }
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 2 * SLOT as u64);
        let other = read(&path, "other.example").unwrap_err().to_string();
        assert!(other.contains("it is of \"desk.example\""), "{other}");
    }

    #[test]
    fn flt_26_a_write_that_is_torn_anywhere_leaves_what_was_told_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("high-water");
        for tide in 98..=101 {
            write(&path, INSTANCE, &mark(tide, 10 * tide)).unwrap();
            let before = std::fs::read(&path).unwrap();
            write(&path, INSTANCE, &mark(tide + 1, 10 * tide + 10)).unwrap();
            let after = std::fs::read(&path).unwrap();
            let begin = (0..after.len()).find(|&at| before.get(at) != Some(&after[at])).unwrap()
                / SLOT
                * SLOT;
            for torn in begin..begin + SLOT {
                // Behind what is written it is as it was, or empty.
                let was = before.get(torn..).unwrap_or_default().to_vec();
                let mut empty = was.clone();
                empty.iter_mut().take(begin + SLOT - torn).for_each(|byte| *byte = 0);
                for rest in [was, empty] {
                    std::fs::write(&path, [&after[..torn], &rest].concat()).unwrap();
                    let found = read(&path, INSTANCE).unwrap().unwrap();
                    assert!([tide, tide + 1].contains(&found.tide), "{tide}, {torn}: {found:?}");
                    assert_eq!(found.ticket, 10 * found.tide, "{tide}, {torn}");
                }
            }
            std::fs::write(&path, &before).unwrap();
        }
    }

    #[test]
    fn a_slot_is_whole_or_it_says_nothing() {
        let whole = slot(INSTANCE, &mark(3, 1008));
        assert_eq!((whole.len(), parse(whole.as_bytes())), (SLOT, Some((INSTANCE, mark(3, 1008)))));
        let end = whole.trim_end().len();
        for at in 0..end {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(parse(&bytes), None, "{at}");
            assert_eq!(parse(&whole.as_bytes()[..at]), None, "{at}");
        }
        let longest = "i".repeat(253);
        assert_eq!(slot(&longest, &mark(i64::MAX, i64::MAX)).len(), SLOT);
    }
}
