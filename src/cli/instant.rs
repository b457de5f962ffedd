//! Instants as they are typed.

use super::{Exit, Failure};
use crate::time::{Timestamp, instant_or_day};

/// Reads the instant, or the day, that stands behind an option such as `--since`.
///
/// # Errors
/// What was typed is neither.
pub(super) fn typed(option: &str, text: &str) -> Result<Timestamp, Failure> {
    instant_or_day(text).map_err(|error| {
        Failure::new(Exit::Usage, format!("{option} {text:?} is not an instant: {error}"))
    })
}
