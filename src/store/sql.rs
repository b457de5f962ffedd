//! One SQL text, whatever the engine: statements with `$n`, values of three kinds, rows that are
//! parsed. The one place that knows which engine runs.
//!
//! Statements use what `SQLite` and `PostgreSQL` share: `$1`, `returning`, `on conflict … do nothing`,
//! `bigint`-wide integers, text and bytes; no booleans, no `now()`, no arrays.

use std::borrow::Cow;

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row as _, Sqlite, SqliteConnection, Transaction};

use super::error::StoreError;

/// A transaction, or a connection's own reads.
pub struct Tx {
    inner: Transaction<'static, Sqlite>,
}

/// A value that a statement is given.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// An integer or null.
    Integer(Option<i64>),
    /// Text or null.
    Text(Option<&'a str>),
    /// Bytes or null.
    Bytes(Option<&'a [u8]>),
}

/// A row that a statement gave.
pub struct Row(SqliteRow);

impl Tx {
    pub(super) fn new(inner: Transaction<'static, Sqlite>) -> Self {
        Self { inner }
    }

    /// Makes all of it durable.
    ///
    /// # Errors
    /// [`StoreError::Database`]; whether it was committed is then to be read again by key.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    /// Undoes all of it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }

    /// Runs a statement; how many rows it changed.
    pub(super) async fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let done = bound(sql, values).execute(self.connection()).await?;
        Ok(done.rows_affected())
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
        Ok(bound(sql, values).fetch_optional(self.connection()).await?.map(Row))
    }

    /// The one row that a statement gives.
    pub(super) async fn one(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Row, StoreError> {
        Ok(Row(bound(sql, values).fetch_one(self.connection()).await?))
    }

    /// All rows that a statement gives. Statements bound their number.
    pub(super) async fn all(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let rows = bound(sql, values).fetch_all(self.connection()).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }
}

fn bound<'q>(
    sql: &'static str,
    values: &[Value<'q>],
) -> sqlx::query::Query<'q, Sqlite, SqliteArguments> {
    values.iter().fold(sqlx::query(sql), |query, value| match *value {
        Value::Integer(integer) => query.bind(integer),
        Value::Text(text) => query.bind(text.map(storable)),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// `PostgreSQL` has no NUL in a text, and `SQLite` ends it there in some functions.
fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

impl Row {
    /// An integer.
    pub(super) fn integer(&self, column: &'static str) -> Result<i64, StoreError> {
        self.integer_or_null(column)?.ok_or_else(|| null(column))
    }

    /// An integer or null.
    pub(super) fn integer_or_null(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.0.try_get(column).map_err(|error| unreadable(column, &error))
    }

    /// Text.
    pub(super) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.text_or_null(column)?.ok_or_else(|| null(column))
    }

    /// Text or null.
    pub(super) fn text_or_null(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.0.try_get(column).map_err(|error| unreadable(column, &error))
    }

    /// Bytes.
    pub(super) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        let bytes: Option<Vec<u8>> =
            self.0.try_get(column).map_err(|error| unreadable(column, &error))?;
        bytes.ok_or_else(|| null(column))
    }

    /// Text that this program reads back into a value.
    pub(super) fn parsed<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let text = self.text(column)?;
        parse(&text).ok_or(StoreError::Corrupt { column, what: text })
    }

    /// As [`Self::parsed`], for text or null.
    pub(super) fn parsed_or_null<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let Some(text) = self.text_or_null(column)? else { return Ok(None) };
        match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(StoreError::Corrupt { column, what: text }),
        }
    }
}

// NULL decodes to 0 and "" for plain targets (sqlx#1597, sqlx#3221), so every column is read as
// an option and its absence is an error here.
fn null(column: &'static str) -> StoreError {
    StoreError::Corrupt { column, what: "null".to_owned() }
}

fn unreadable(column: &'static str, error: &sqlx::Error) -> StoreError {
    StoreError::Corrupt { column, what: error.to_string() }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<crate::time::Timestamp> for Value<'_> {
    fn from(value: crate::time::Timestamp) -> Self {
        Self::Integer(Some(value.as_us()))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(Some(value))
    }
}

impl<'a> From<Option<&'a [u8]>> for Value<'a> {
    fn from(value: Option<&'a [u8]>) -> Self {
        Self::Bytes(value)
    }
}

/// The values of a statement, `$1` first.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::sql::Value::from($value)),*] };
}
pub(super) use values;
