//! The log: one line an event, for people, for programs, or for the journal. Nothing in it is
//! obeyed by a terminal or taken for another line, whoever said it (THR-35), and a fault that
//! lasts does not fill a disk.

mod event;
mod journal;
mod json;
mod limit;

use std::convert::Infallible;
use std::fmt;
use std::io::IsTerminal as _;
use std::time::Instant;

use tracing::field::Field;
use tracing::{Level, Metadata, Subscriber, warn};
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use super::command::LogFormat;
use crate::config::{journal_stream_from_environment, log_filter_from_environment};
use crate::work::pause;
use event::Form;
use journal::Journal;
use limit::{Limit, WINDOW};

/// Without one in the environment. What sqlx has to say comes back to us as an error, and is told once
/// for all connections there.
const FILTER: &str = "info,sqlx=off";

type Lines<S> = Box<dyn Layer<S> + Send + Sync>;

/// The log of this process.
pub(super) struct Log {
    limit: Limit,
}

/// Starts the log, with the filter of the environment.
pub(super) fn start(format: LogFormat) -> Log {
    let filter = log_filter_from_environment()
        .and_then(|filter| filter.parse::<EnvFilter>().ok())
        .unwrap_or_else(|| EnvFilter::new(FILTER));
    let limit = Limit::default();
    let (lines, complaint) = match format {
        LogFormat::Auto if is_journals(journal_stream_from_environment().as_deref()) => {
            match Journal::open(journal::SOCKET) {
                Ok(journal) => (to_journal(journal), None),
                Err(_) => (text(), None),
            }
        }
        LogFormat::Auto | LogFormat::Text => (text(), None),
        LogFormat::Json => (json(), None),
        LogFormat::Journal => match Journal::open(journal::SOCKET) {
            Ok(journal) => (to_journal(journal), None),
            Err(error) => (text(), Some(error)),
        },
    };
    let _ = tracing_subscriber::registry()
        .with(lines)
        .with(filter)
        .with(filter_fn(is_fit))
        .with(limit.clone())
        .try_init();
    if let Some(error) = complaint {
        warn!("The log goes to standard error: no journal at {}: {error}", journal::SOCKET);
    }
    Log { limit }
}

impl Log {
    /// Says how much was left out of the log, as long as it is polled.
    pub(super) async fn tell_left_out(&self) -> Infallible {
        loop {
            pause(WINDOW).await;
            self.left_out();
        }
    }

    /// Says how much was left out of the log since this was said last.
    pub(super) fn left_out(&self) {
        for (lines, like) in self.limit.left_out(Instant::now()) {
            warn!(lines, "{lines} more lines were left out of the log, such as: {like}");
        }
    }
}

fn text<S: Subscriber + for<'a> LookupSpan<'a>>() -> Lines<S> {
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = layer.with_ansi(std::io::stderr().is_terminal()).with_target(false);
    layer.fmt_fields(debug_fn(field).delimited(" ")).boxed()
}

fn json<S: Subscriber + for<'a> LookupSpan<'a>>() -> Lines<S> {
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    layer.event_format(Form(json::line)).boxed()
}

fn to_journal<S: Subscriber + for<'a> LookupSpan<'a>>(journal: Journal) -> Lines<S> {
    let layer = tracing_subscriber::fmt::layer().with_writer(move || journal.clone());
    layer.event_format(Form(journal::entry)).boxed()
}

/// Whether standard error goes to the journal: the service manager says which stream that is,
/// and somebody may have redirected it since (systemd.exec, `$JOURNAL_STREAM`).
fn is_journals(stream: Option<&str>) -> bool {
    let Some((device, inode)) = stream.and_then(|stream| stream.split_once(':')) else {
        return false;
    };
    rustix::fs::fstat(std::io::stderr())
        .is_ok_and(|stat| device.parse() == Ok(stat.st_dev) && inode.parse() == Ok(stat.st_ino))
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
    match field.name() {
        "message" => {}
        name if event::is_of_no_use(name) => return Ok(()),
        name => write!(writer, "{name}=")?,
    }
    writer.write_str(&event::harmless(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_written_to_where_standard_error_goes_there() {
        let stat = rustix::fs::fstat(std::io::stderr()).unwrap();
        let ours = format!("{}:{}", stat.st_dev, stat.st_ino);
        let another = format!("{}:{}", stat.st_dev, stat.st_ino + 1);
        for (stream, expected) in
            [(None, false), (Some(""), false), (Some(&*another), false), (Some(&*ours), true)]
        {
            assert_eq!(is_journals(stream), expected, "{stream:?}");
        }
    }
}
