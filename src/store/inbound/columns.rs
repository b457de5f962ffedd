//! In which kind of folder a message lay, and who has released it, as columns.

use crate::store::error::StoreError;
use crate::store::sql::Row;
use crate::time::Timestamp;
use crate::triage::case::{FolderKind, Released};

pub(super) fn folder_word(folder: FolderKind) -> &'static str {
    match folder {
        FolderKind::Watched => "watched",
        FolderKind::Junk => "junk",
    }
}

pub(super) fn parse_folder(word: &str) -> Option<FolderKind> {
    [FolderKind::Watched, FolderKind::Junk].into_iter().find(|folder| folder_word(*folder) == word)
}

pub(super) fn released(row: &Row) -> Result<Option<Released>, StoreError> {
    let (by, at) = (row.text_or_null("released_by")?, row.integer_or_null("released_us")?);
    Ok(by.zip(at).map(|(by, at)| Released { by, at: Timestamp::from_us(at) }))
}
