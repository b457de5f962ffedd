//! Values that statements are given.

use std::borrow::Cow;

use sqlx::query::Query;
use sqlx::{Database, Encode, IntoArguments, Type};

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

/// A statement of either engine with its values, `$1` first.
pub(super) fn bound<'q, DB>(sql: &'static str, values: &[Value<'q>]) -> Query<'q, DB, DB::Arguments>
where
    DB: Database,
    DB::Arguments: IntoArguments<DB>,
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<Cow<'q, str>>: Encode<'q, DB> + Type<DB>,
    Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
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
pub(in crate::store) use values;
