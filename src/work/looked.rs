//! Which folders of a desk were looked through since this daemon has it. Before all were, an answer may lie
//! there that keeps a promise.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::time::Timestamp;

/// The folders that were looked through.
#[derive(Debug)]
pub struct LookedThrough {
    since: Timestamp,
    folders: Mutex<BTreeSet<Box<str>>>,
}

impl LookedThrough {
    /// None yet, since this instant.
    #[must_use]
    pub fn none(since: Timestamp) -> Self {
        Self { since, folders: Mutex::default() }
    }

    /// Since when it is known.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// A look came to its end.
    pub fn note(&self, folder: &str) {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if !folders.contains(folder) {
            folders.insert(folder.into());
        }
    }

    /// Whether all of these were looked through.
    #[must_use]
    pub fn all<'a>(&self, mut of: impl Iterator<Item = &'a Box<str>>) -> bool {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        of.all(|folder| folders.contains(folder))
    }
}
