//! The database and the secrets that it needs.

use super::report::{Finding, Found, Report};
use super::{Reach, keys, replies, secret};
use crate::cli::Exit;
use crate::cli::open::open_config;
use crate::config::{Config, KeySource};
use crate::daemon::state;
use crate::fresh::Random;
use crate::store::Upgrade;
use crate::store::error::OpenError;
use crate::store::location::Location;

pub(super) async fn look(config: Config, reach: Reach, report: &mut Report) {
    let secrets = secrets(&config);
    report.say_all(&secrets);
    if secrets.iter().any(|finding| finding.found != Found::Good) {
        // Whoever opens it would say the same again.
        return;
    }
    let name = config.database.to_string();
    match &config.database {
        Location::Sqlite(file) if !file.exists() => {
            let text = format!("{name} is not there yet; the first `tidings run` makes it");
            report.say(&Finding::good("database", text));
            return report.say_all(&replies::unknown(&config, reach));
        }
        Location::Postgres(_) if reach == Reach::Offline => return,
        Location::Sqlite(_) | Location::Postgres(_) => {}
    }
    let mut about = Vec::new();
    report.say(&match open_config(config, Upgrade::Never).await {
        Ok(opened) => {
            about = keys::look(&opened).await;
            about.extend(replies::look(&opened, reach).await);
            opened.store.close().await;
            Finding::good("database", format!("{name} is ours and up to date"))
        }
        Err(failure) if matches!(failure.error.downcast_ref(), Some(OpenError::Behind)) => {
            let text =
                format!("{name} is empty or of an older version; `tidings run` makes it fit");
            Finding::good("database", text)
        }
        Err(failure) => {
            let found = if failure.exit == Exit::Unavailable { Found::Down } else { Found::Wrong };
            Finding::new(found, "database", failure.error.to_string())
        }
    });
    report.say_all(&about);
}

/// The key and the password, where the configuration names a place for them.
fn secrets(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let KeySource::Given(_) = config.key {
        findings.push(match state::keys(config, &Random::System) {
            Ok(_) => Finding::good("key", "is readable for us alone"),
            Err(error) => Finding::wrong("key", error.to_string()),
        });
    }
    let source = config.database_password.as_ref();
    findings.extend(source.map(|source| secret("database password", source)));
    findings
}
