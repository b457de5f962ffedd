//! `operator` and `[status]`: what counts as wrong, and who hears of it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::At;
use crate::config::error::ConfigError;
use crate::config::{Desk, Metrics, Operator, Status, StatusLimits, quantity};

/// What stands for less is not told by mail.
const OPERATOR_AFTER: Duration = Duration::from_mins(1);

/// Who is told. Not a desk of ours: the daemon would read what it wrote.
pub(super) fn operator(at: &At<'_>, desks: &[Desk]) -> Result<Option<Operator>, ConfigError> {
    let file = &at.document.file;
    let Some(written) = &file.operator else {
        return match file.operator_after {
            Some(_) => Err(at.wrong("operator_after", "there is no `operator` to be told")),
            None => Ok(None),
        };
    };
    let address = at.address("operator", written)?;
    if let Some(desk) = desks.iter().find(|desk| desk.has(&address)) {
        let what = format!("is an address of desk {:?}; it must be read by a person", desk.name);
        return Err(at.wrong("operator", what));
    }
    let after = span(at, "operator_after", file.operator_after.as_deref(), OPERATOR_AFTER)?;
    Ok(Some(Operator { address, after }))
}

/// What counts as wrong.
pub(super) fn status(root: &At<'_>) -> Result<Status, ConfigError> {
    let (at, file) = (root.table("status"), &root.document.file.status);
    let usual = StatusLimits::default();
    let limit = |key, written: &Option<String>, usual| span(&at, key, written.as_deref(), usual);
    Ok(Status {
        limits: StatusLimits {
            without_look: limit("without_look", &file.without_look, usual.without_look)?,
            undecided: limit("undecided", &file.undecided, usual.undecided)?,
            unsent: limit("unsent", &file.unsent, usual.unsent)?,
            trouble: limit("trouble", &file.trouble, usual.trouble)?,
        },
        metrics: metrics(&at, file.metrics.as_deref())?,
    })
}

fn span(
    at: &At<'_>,
    key: &str,
    written: Option<&str>,
    usual: Duration,
) -> Result<Duration, ConfigError> {
    let span = at.quantity(key, written, usual, quantity::duration)?;
    if span.is_zero() { Err(at.wrong(key, "must be 1s or more")) } else { Ok(span) }
}

/// Nobody beyond this machine is answered: there is neither a login nor TLS.
fn metrics(at: &At<'_>, written: Option<&str>) -> Result<Metrics, ConfigError> {
    let wrong = |what: &str| Err(at.wrong("metrics", what));
    match written {
        None | Some("none") => Ok(Metrics::None),
        Some(text) => match (text.strip_prefix("unix:"), text.parse::<SocketAddr>()) {
            (Some(path), _) if Path::new(path).is_absolute() => Ok(Metrics::Unix(path.into())),
            (Some(_), _) => wrong("the path of a socket must begin with \"/\""),
            (None, Ok(address)) if address.ip().is_loopback() => Ok(Metrics::Loopback(address)),
            (None, Ok(_)) => wrong("must be a loopback address, for anybody could ask there"),
            (None, Err(_)) => {
                wrong("must be \"none\", an address such as \"127.0.0.1:9464\", or \"unix:/PATH\"")
            }
        },
    }
}
