//! How it goes with every desk: what is known of it, asked from the database at one instant, and
//! what is wrong with it. `tidings status`, `/healthz`, the metrics and the mails to the operator
//! all say what is judged here.

pub mod cause;
pub mod clock;
pub mod id;

use std::time::Duration;

use crate::config::{self, StatusLimits};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::hush::{self, Hush};
use crate::store::lease::Lease;
use crate::store::status::{self, Seen, Work};
use crate::time::Timestamp;
use cause::Cause;

/// What is known at one instant.
#[derive(Clone, Debug)]
pub struct Known {
    /// By the clock that all who share the database go by.
    pub now: Timestamp,
    /// In the order that was asked for.
    pub desks: Vec<Desk>,
}

/// What is known of a desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Its name.
    pub name: Box<str>,
    /// How often its folders are looked at, at the least.
    pub poll: Duration,
    /// How it goes with its work.
    pub work: Work,
    /// How it goes with the folders that it watches.
    pub folders: Vec<Folder>,
    /// Who opens tickets as a machine does.
    pub hushes: Vec<Hush>,
}

/// What is known of a folder.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its name.
    pub name: Box<str>,
    /// How far it is read; `None` when it was never opened.
    pub seen: Option<Seen>,
}

impl Desk {
    /// Who holds it now.
    #[must_use]
    pub fn holder(&self, now: Timestamp) -> Option<&Lease> {
        self.work.lease.as_ref().filter(|lease| lease.is_living(now))
    }

    /// The folder that was looked at longest ago; one that never was before all.
    #[must_use]
    pub fn stalest(&self) -> Option<&Folder> {
        self.folders.iter().min_by_key(|folder| folder.looked())
    }

    /// What is wrong with it.
    #[must_use]
    pub fn wrong(&self, limits: &StatusLimits, now: Timestamp) -> Vec<Cause> {
        cause::wrong(self, limits, now)
    }
}

impl Folder {
    /// When it was last looked through.
    #[must_use]
    pub fn looked(&self) -> Option<Timestamp> {
        self.seen.and_then(|seen| seen.looked)
    }
}

/// Asks how it goes with these desks. Nothing is changed, and no server is asked but the database's.
///
/// # Errors
/// [`StoreError`].
pub async fn ask(
    store: &Store,
    desks: &[&config::Desk],
    now: Timestamp,
) -> Result<Known, StoreError> {
    let mut tx = store.read().await?;
    let now = tx.shared_now(now).await?;
    let mut known = Vec::new();
    for desk in desks {
        let mut folders = Vec::new();
        for name in desk.imap.watched() {
            let seen = status::folder(&mut tx, &desk.name, name).await?;
            folders.push(Folder { name: name.clone(), seen });
        }
        let work = status::work(&mut tx, &desk.name).await?;
        let hushes = hush::lasting(&mut tx, &desk.name, now).await?;
        known.push(Desk { name: desk.name.clone(), poll: desk.imap.poll, work, folders, hushes });
    }
    tx.rollback().await?;
    Ok(Known { now, desks: known })
}

/// A span as people say it, in its largest unit and rounded down.
#[must_use]
pub fn span(span: Duration) -> String {
    const UNITS: [(&str, u64); 3] = [("d", 86_400), ("h", 3_600), ("min", 60)];
    let seconds = span.as_secs();
    // From two of a unit on: "90 s" says more than "1 min".
    match UNITS.iter().find(|(_, unit)| seconds >= 2 * unit) {
        Some((name, unit)) => format!("{} {name}", seconds / unit),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_its_largest_unit() {
        check(0, "0 s");
        check(119, "119 s");
        check(120, "2 min");
        check(7_199, "119 min");
        check(7_200, "2 h");
        check(172_799, "47 h");
        check(172_800, "2 d");

        #[track_caller]
        fn check(seconds: u64, expected: &str) {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
    }
}
