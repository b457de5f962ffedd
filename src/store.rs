//! The only place that knows SQL. A transaction is a value; what is written in it is all of it or
//! none of it. No module here waits for anything but the database.

pub mod account;
pub mod body;
pub mod commit;
pub mod error;
pub mod facts;
pub mod inbound;
pub mod location;
pub mod mailbox;
pub mod outbox;
mod schema;
pub mod sequence;
pub mod sql;
pub mod ticket;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

use crate::time::Timestamp;
use error::{OpenError, StoreError};
use sql::{Tx, values};

/// The database, open.
#[derive(Clone, Debug)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    path: PathBuf,
}

/// Whose database it must be.
#[derive(Clone, Debug)]
pub struct Identity<'a> {
    /// The instance's name.
    pub instance: &'a str,
    /// The id of its key.
    pub key_id: &'a str,
    /// Where the key is kept, for the message when it is another.
    pub key_file: &'a Path,
}

/// Whether a database is made when there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It is made.
    Create,
    /// That is an error.
    Refuse,
}

/// "tdng": marks a `SQLite` file as ours.
const APPLICATION_ID: i64 = 0x7464_6e67;
/// Bytes of the smallest page of a database file.
const PAGE_BYTES_LEAST: u64 = 512;
/// How long a writer waits for another process's write transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Readers beside the one writer.
const READERS: u32 = 4;

impl Store {
    /// Opens a `SQLite` file, and makes it fit: WAL, every commit on disk before it returns, foreign
    /// keys, one writer. Migrations that are missing are applied, each in a transaction.
    ///
    /// # Errors
    /// [`OpenError`] when the file is not ours, or not of this instance, or not readable.
    pub async fn open(
        path: &Path,
        absent: Absent,
        identity: &Identity<'_>,
        now: Timestamp,
    ) -> Result<Self, OpenError> {
        let unusable = |cause| OpenError::Unusable { path: path.to_owned(), cause };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(absent == Absent::Create)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        require_ours(path).await?;
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.pragma("application_id", APPLICATION_ID.to_string()))
            .await
            .map_err(unusable)?;
        let store = Self { write, read: readers(path), path: path.to_owned() };
        schema::migrator().run(&store.write).await?;
        store.claim(identity, now).await?;
        Ok(store)
    }

    /// Opens a `SQLite` file that exists, to read it only; it is neither made nor migrated.
    ///
    /// # Errors
    /// [`OpenError`] when the file is not ours or not readable.
    pub async fn open_read_only(path: &Path) -> Result<Self, OpenError> {
        require_ours(path).await?;
        let read = readers(path);
        Ok(Self { write: read.clone(), read, path: path.to_owned() })
    }

    /// Begins a write transaction. There is one at a time; others wait.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        // A plain BEGIN that reads first and writes later fails at once when somebody else wrote
        // between, whatever the busy timeout.
        Ok(Tx::new(self.write.begin_with("BEGIN IMMEDIATE").await?))
    }

    /// Begins a transaction that only reads, and sees one state of the database.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(Tx::new(self.read.begin().await?))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at every page and every foreign key; what is wrong, empty when nothing is.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut tx = self.read().await?;
        let mut wrong = Vec::new();
        for row in tx.all("pragma integrity_check", &[]).await? {
            let line = row.text("integrity_check")?;
            if line != "ok" {
                wrong.push(line);
            }
        }
        for row in tx.all("pragma foreign_key_check", &[]).await? {
            wrong.push(format!("a row of {} refers to nothing", row.text("table")?));
        }
        Ok(wrong)
    }

    /// Closes every connection; pending work is on disk already.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    async fn claim(&self, identity: &Identity<'_>, now: Timestamp) -> Result<(), OpenError> {
        let mut tx = self.begin().await?;
        tx.execute(CLAIM, values![identity.instance, identity.key_id, now]).await?;
        let row = tx.one(CLAIMED, &[]).await?;
        let (found, key) = (row.text("name")?, row.text("key_id")?);
        tx.commit().await?;
        if found != identity.instance {
            return Err(OpenError::OtherInstance {
                found,
                configured: identity.instance.to_owned(),
            });
        }
        if key != identity.key_id {
            return Err(OpenError::OtherKey {
                found: key,
                ours: identity.key_id.to_owned(),
                path: identity.key_file.to_owned(),
            });
        }
        Ok(())
    }
}

const CLAIM: &str = "
insert into instance (id, name, key_id, created_us)
values (1, $1, $2, $3)
on conflict do nothing";

const CLAIMED: &str = "select name, key_id from instance where id = 1";

/// Connections that can only read. What the writer set for the file is not set again: that would
/// be a write.
fn readers(path: &Path) -> SqlitePool {
    let options =
        SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
    SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options)
}

async fn integer(pool: &SqlitePool, sql: &'static str) -> Result<i64, sqlx::Error> {
    sqlx::Row::try_get(&sqlx::query(sql).fetch_one(pool).await?, 0)
}

/// Refuses a file that has tables and is not ours, before anything in it is changed.
async fn require_ours(path: &Path) -> Result<(), OpenError> {
    let not_ours = |what: &str| OpenError::NotOurs { path: path.to_owned(), what: what.to_owned() };
    match tokio::fs::metadata(path).await.map_or(0, |metadata| metadata.len()) {
        // There is nothing yet, and it becomes ours when it is made.
        0 => return Ok(()),
        // SQLite takes what is shorter than a page for an empty file, and would write over it.
        length if length < PAGE_BYTES_LEAST => return Err(not_ours("file is not a database")),
        _ => {}
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_writer_waits_for_the_disk_and_minds_foreign_keys() {
        let folder = tempfile::tempdir().unwrap();
        let identity =
            Identity { instance: "desk.example", key_id: "k", key_file: Path::new("key") };
        let path = folder.path().join("tidings.db");
        let now = Timestamp::from_seconds(0);
        let store = Store::open(&path, Absent::Create, &identity, now).await.unwrap();
        assert_eq!(integer(&store.write, "pragma synchronous").await.unwrap(), 2, "full");
        assert_eq!(integer(&store.write, "pragma foreign_keys").await.unwrap(), 1);
        assert_eq!(integer(&store.write, "pragma busy_timeout").await.unwrap(), 10_000);
        store.close().await;
    }
}
