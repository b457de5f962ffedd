//! One SQL text, whatever the engine: statements with `$n`, values of three kinds, rows that are
//! parsed. The one place that knows which engine runs.
//!
//! Statements use what `SQLite` and `PostgreSQL` share: `$1`, `returning`, `on conflict … do nothing`,
//! `bigint`-wide integers, text and bytes; no booleans, no `now()`, no arrays. Where a lock must be
//! named, which one of them has no words for, a statement has `PerEngine` texts.

mod row;
mod value;

use std::time::Instant;

use sqlx::{Sqlite, Transaction};

pub use self::row::Row;
pub use self::value::Value;
use self::value::bound;
pub(super) use self::value::values;
use super::error::StoreError;
use super::postgres::{self, answered};
use crate::metrics::Timing;
use crate::time::Timestamp;

/// A transaction. One that is dropped is undone.
pub struct Tx {
    inner: Inner,
    /// Whether a statement failed. `PostgreSQL` would answer COMMIT with success, and undo; `SQLite`
    /// would keep the statements before and after.
    failed: bool,
    /// When it began, and where it is noted how long it took.
    timed: Option<(Instant, Timing)>,
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(postgres::Transaction),
}

/// A statement whose texts differ in how they lock.
#[derive(Clone, Copy, Debug)]
pub(super) struct PerEngine {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

/// What loops of other processes are told: that there is something for them to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// Messages wait for their decision.
    Ingest,
    /// Notices are due.
    Submit,
    /// A desk is free to be taken.
    Lease,
}

/// Asks the transaction's engine, and makes the same value of either's answer.
macro_rules! on {
    ($tx:expr, $connection:ident => $ask:expr, $answer:ident => $value:expr) => {
        match &mut $tx.inner {
            Inner::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                match $ask.await {
                    Ok($answer) => Ok($value),
                    Err(error) => Err($tx.fail(error)),
                }
            }
            Inner::Postgres(transaction) => {
                let $connection = transaction.connection();
                match answered($ask).await {
                    Ok($answer) => Ok($value),
                    Err(error) => Err($tx.fail(error)),
                }
            }
        }
    };
}

impl Tx {
    pub(super) fn sqlite(inner: Transaction<'static, Sqlite>) -> Self {
        Self { inner: Inner::Sqlite(inner), failed: false, timed: None }
    }

    pub(super) fn postgres(inner: postgres::Transaction) -> Self {
        Self { inner: Inner::Postgres(inner), failed: false, timed: None }
    }

    /// It begins now; if it is committed, how long it took is noted there.
    pub(super) fn time(&mut self, timing: Timing) {
        self.timed = Some((Instant::now(), timing));
    }

    /// Makes all of it durable.
    ///
    /// # Errors
    /// [`StoreError::Undone`] when a statement had failed. [`StoreError`]; whether it was committed
    /// is then to be read again by key.
    pub async fn commit(self) -> Result<(), StoreError> {
        if self.failed {
            self.rollback().await?;
            return Err(StoreError::Undone);
        }
        match self.inner {
            Inner::Sqlite(transaction) => transaction.commit().await?,
            Inner::Postgres(transaction) => transaction.commit().await?,
        }
        if let Some((begun, timing)) = self.timed {
            timing.observe(begun.elapsed());
        }
        Ok(())
    }

    /// Undoes all of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(transaction) => Ok(transaction.rollback().await?),
            Inner::Postgres(transaction) => transaction.rollback().await,
        }
    }

    /// The instant by the clock that all who share the database go by: the server's, or, for a file
    /// on one machine, that machine's, which the caller brings.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shared_now(&mut self, own: Timestamp) -> Result<Timestamp, StoreError> {
        match &self.inner {
            Inner::Sqlite(_) => Ok(own),
            Inner::Postgres(_) => {
                let row = self.one(postgres::NOW, &[]).await?;
                Ok(Timestamp::from_us(row.integer("now_us")?))
            }
        }
    }

    /// Tells other processes, once this is committed. A nudge may be lost; the period finds what it
    /// was about. A file's daemon looks often enough by itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn nudge(&mut self, nudge: Nudge) -> Result<(), StoreError> {
        match &self.inner {
            Inner::Sqlite(_) => Ok(()),
            Inner::Postgres(_) => {
                self.optional(postgres::NOTIFY, values![nudge.as_str()]).await.map(drop)
            }
        }
    }

    /// Notes a failure: nothing of the transaction can be committed after it.
    fn fail(&mut self, error: sqlx::Error) -> StoreError {
        self.failed = true;
        error.into()
    }

    /// The text that this engine understands.
    pub(super) fn text(&self, statement: PerEngine) -> &'static str {
        match &self.inner {
            Inner::Sqlite(_) => statement.sqlite,
            Inner::Postgres(_) => statement.postgres,
        }
    }

    /// Runs a statement; how many rows it changed.
    pub(super) async fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        on!(self, connection => bound(sql, values).execute(connection),
            done => done.rows_affected())
    }

    /// Runs a statement that must change exactly one row.
    pub(super) async fn execute_one(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<(), StoreError> {
        match self.execute(sql, values).await? {
            1 => Ok(()),
            _ => Err(StoreError::Raced),
        }
    }

    /// The row that a statement gives, if it gives one.
    pub(super) async fn optional(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        on!(self, connection => bound(sql, values).fetch_optional(connection),
            row => row.map(Row::from))
    }

    /// The one row that a statement gives.
    pub(super) async fn one(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Row, StoreError> {
        on!(self, connection => bound(sql, values).fetch_one(connection), row => Row::from(row))
    }

    /// All rows that a statement gives. Statements bound their number.
    pub(super) async fn all(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        on!(self, connection => bound(sql, values).fetch_all(connection),
            rows => rows.into_iter().map(Row::from).collect())
    }
}

impl Nudge {
    /// Its word on the channel.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Submit => "submit",
            Self::Lease => "lease",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Ingest, Self::Submit, Self::Lease].into_iter().find(|one| one.as_str() == word)
    }
}
