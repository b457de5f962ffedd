//! An event of the log as values: its text and its fields, harmless.

use std::fmt::{self, Write as _};

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::cli::output::is_control;

/// Bytes of one field (2 KiB); the rest is an ellipsis.
const FIELD_MAX: usize = 2 * 1024;

/// A form of the log that needs nothing but what an event says, and who says it.
pub(super) struct Form(pub(super) fn(&Metadata<'_>, &Said) -> String);

/// What is said, and about what.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The sentence.
    pub(super) text: String,
    /// What it is about, in the order in which it was given.
    pub(super) fields: Vec<(&'static str, Value)>,
}

impl<S, N> FormatEvent<S, N> for Form
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        writer.write_str(&(self.0)(event.metadata(), &Said::of(event)))
    }
}

impl Said {
    /// What an event says.
    pub(super) fn of(event: &Event<'_>) -> Self {
        let mut said = Self::default();
        event.record(&mut said);
        said
    }

    /// The sentence and the fields in one line, for people.
    pub(super) fn line(&self) -> String {
        let mut line = self.text.clone();
        for (name, value) in &self.fields {
            let _ = write!(line, " {name}={value}");
        }
        line
    }

    fn add(&mut self, field: &Field, value: Value) {
        if !is_of_no_use(field.name()) {
            self.fields.push((field.name(), value));
        }
    }
}

impl Visit for Said {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, Value::Number(value.into()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, Value::Number(value.into()));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, Value::String(harmless(&format_args!("{value}"))));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = harmless(value);
        match field.name() {
            "message" => self.text = text,
            _ => self.add(field, Value::String(text)),
        }
    }
}

/// What the log crate's records bring along: where they come from, in our words below.
pub(super) fn is_of_no_use(field: &str) -> bool {
    field.starts_with("log.")
}

/// A value in one line that nothing obeys, of a bounded length.
pub(super) fn harmless(value: &dyn fmt::Debug) -> String {
    let mut said = format!("{value:?}");
    if said.len() > FIELD_MAX {
        said.truncate(said.floor_char_boundary(FIELD_MAX));
        said.push('…');
    }
    let mut text = String::with_capacity(said.len());
    for char in said.chars() {
        if is_control(char) {
            let _ = write!(text, "{}", char.escape_unicode());
        } else {
            text.push(char);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_35_a_value_is_one_line_that_nothing_obeys() {
        check("plain", "plain");
        check("a\nb\r\u{1b}[31m\0", "a\\u{a}b\\u{d}\\u{1b}[31m\\u{0}");
        check("\u{9b}1m \u{202e}right", "\\u{9b}1m \\u{202e}right");
        check(&"ü".repeat(FIELD_MAX), &format!("{}…", "ü".repeat(FIELD_MAX / 2)));

        #[track_caller]
        fn check(said: &str, expected: &str) {
            assert_eq!(harmless(&format_args!("{said}")), expected);
        }
    }
}
