//! `SQLite`: the file, its one writer and its readers.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

use super::Absent;
use super::error::OpenError;

/// "tdng": marks a `SQLite` file as ours.
const APPLICATION_ID: i64 = 0x7464_6e67;
/// Bytes of the smallest page of a database file.
const PAGE_BYTES_LEAST: u64 = 512;
/// How long a writer waits for another process's write transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Readers beside the one writer.
const READERS: u32 = 4;

/// The one connection that writes. It makes the file fit: WAL, every commit on disk before it
/// returns, foreign keys.
pub(super) async fn writer(path: &Path, absent: Absent) -> Result<SqlitePool, OpenError> {
    let unusable = |cause: sqlx::Error| OpenError::Unusable {
        location: path.display().to_string().into(),
        cause: cause.into(),
    };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(absent == Absent::Create)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    require_ours(path).await?;
    lasting(1)
        .connect_with(options.pragma("application_id", APPLICATION_ID.to_string()))
        .await
        .map_err(unusable)
}

/// Connections that can only read. What the writer set for the file is not set again: that would
/// be a write.
pub(super) fn readers(path: &Path) -> SqlitePool {
    let options =
        SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
    lasting(READERS).connect_lazy_with(options)
}

/// Refuses a file that has tables and is not ours, before anything in it is changed.
pub(super) async fn require_ours(path: &Path) -> Result<(), OpenError> {
    let not_ours = |what: &str| OpenError::NotOurs {
        location: path.display().to_string().into(),
        what: what.to_owned(),
    };
    match tokio::fs::metadata(path).await.map_or(0, |metadata| metadata.len()) {
        // There is nothing yet, and it becomes ours when it is made.
        0 => return Ok(()),
        // SQLite takes what is shorter than a page for an empty file, and would write over it.
        length if length < PAGE_BYTES_LEAST => return Err(not_ours("file is not a database")),
        _ => {}
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let pool = lasting(1).connect_lazy_with(options);
    let id = integer(&pool, "pragma application_id").await;
    let tables = integer(&pool, "select count(*) from sqlite_schema").await;
    pool.close().await;
    let found = id.and_then(|id| Ok((id, tables?)));
    match found.map_err(|error| not_ours(&error.to_string()))? {
        // A stop between the first write to a new file and its mark leaves one without a table.
        (APPLICATION_ID, _) | (0, 0) => Ok(()),
        _ => Err(not_ours("another program's SQLite file")),
    }
}

/// A connection to a file does not grow old. Nor does the pool then look after them: when it is closed meanwhile, its
/// count of idle ones may fall below zero, and it counts down from there.
fn lasting(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(connections).idle_timeout(None).max_lifetime(None)
}

async fn integer(pool: &SqlitePool, sql: &'static str) -> Result<i64, sqlx::Error> {
    sqlx::Row::try_get(&sqlx::query(sql).fetch_one(pool).await?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_writer_waits_for_the_disk_and_minds_foreign_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidings.db");
        let pool = writer(&path, Absent::Create).await.unwrap();
        assert_eq!(integer(&pool, "pragma synchronous").await.unwrap(), 2, "full");
        assert_eq!(integer(&pool, "pragma foreign_keys").await.unwrap(), 1);
        assert_eq!(integer(&pool, "pragma busy_timeout").await.unwrap(), 10_000);
        pool.close().await;
    }
}
