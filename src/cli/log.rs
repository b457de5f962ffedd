//! The log: one line an event on standard error, for journald. Nothing in it is obeyed by a
//! terminal or taken for another line, whoever said it (THR-35).

use std::fmt;
use std::io::IsTerminal as _;

use tracing::field::Field;
use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::output::is_control;
use crate::config::log_filter_from_environment;

/// Without one in the environment. What sqlx has to say comes back to us as an error, and is told once
/// for all connections there.
const FILTER: &str = "info,sqlx=off";

/// Bytes of one field (2 KiB); the rest is an ellipsis.
const FIELD_MAX: usize = 2 * 1024;

/// Starts the log, with the filter of the environment.
pub(super) fn start() {
    let filter = log_filter_from_environment()
        .and_then(|filter| filter.parse::<EnvFilter>().ok())
        .unwrap_or_else(|| EnvFilter::new(FILTER));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .fmt_fields(debug_fn(field).delimited(" "));
    let capped = filter_fn(is_fit);
    let _ = tracing_subscriber::registry().with(lines).with(filter).with(capped).try_init();
}

/// Below these levels they write out what goes over the wire: passwords, and mail. A filter that
/// names their modules would undo a directive, so this is none.
fn is_fit(metadata: &Metadata<'_>) -> bool {
    let cap = match metadata.target().split("::").next().unwrap_or_default() {
        "async_imap" | "imap_proto" | "lettre" | "rustls" | "tokio_rustls" => Level::INFO,
        "sqlx" | "sqlx_core" | "sqlx_postgres" | "sqlx_sqlite" => Level::WARN,
        _ => Level::TRACE,
    };
    *metadata.level() <= cap
}

fn field(writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    let mut text = format!("{value:?}");
    if text.len() > FIELD_MAX {
        text.truncate(text.floor_char_boundary(FIELD_MAX));
        text.push('…');
    }
    match field.name() {
        "message" => {}
        // What the log crate's records bring along says where they come from.
        name if name.starts_with("log.") => return Ok(()),
        name => write!(writer, "{name}=")?,
    }
    for char in text.chars() {
        if is_control(char) {
            write!(writer, "{}", char.escape_unicode())?;
        } else {
            writer.write_char(char)?;
        }
    }
    Ok(())
}
