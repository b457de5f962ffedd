//! Rows, read column by column.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::store::error::StoreError;

/// A row that a statement gave.
pub struct Row(Inner);

enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self(Inner::Sqlite(row))
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self(Inner::Postgres(row))
    }
}

/// A column of either engine's row.
macro_rules! column {
    ($row:expr, $column:expr) => {
        match &$row.0 {
            Inner::Sqlite(row) => row.try_get($column),
            Inner::Postgres(row) => row.try_get($column),
        }
        .map_err(|error| unreadable($column, &error))
    };
}

impl Row {
    /// An integer.
    pub(in crate::store) fn integer(&self, column: &'static str) -> Result<i64, StoreError> {
        self.integer_or_null(column)?.ok_or_else(|| null(column))
    }

    /// An integer or null.
    pub(in crate::store) fn integer_or_null(
        &self,
        column: &'static str,
    ) -> Result<Option<i64>, StoreError> {
        column!(self, column)
    }

    /// Text.
    pub(in crate::store) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.text_or_null(column)?.ok_or_else(|| null(column))
    }

    /// Text or null.
    pub(in crate::store) fn text_or_null(
        &self,
        column: &'static str,
    ) -> Result<Option<String>, StoreError> {
        column!(self, column)
    }

    /// Bytes.
    pub(in crate::store) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        let bytes: Option<Vec<u8>> = column!(self, column)?;
        bytes.ok_or_else(|| null(column))
    }

    /// Text that this program reads back into a value.
    pub(in crate::store) fn parsed<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let text = self.text(column)?;
        parse(&text).ok_or(StoreError::Corrupt { column, what: text })
    }

    /// As [`Self::parsed`], for text or null.
    pub(in crate::store) fn parsed_or_null<T>(
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
