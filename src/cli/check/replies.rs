//! Whether desks may give out reply addresses, and that one may from now on.

use super::Reach;
use super::report::Finding;
use crate::cli::open::{Opened, open_config};
use crate::cli::{Failure, Or as _};
use crate::config::{Config, Desk};
use crate::daemon::replies::{RepliesError, require_proved_of};
use crate::store::{Upgrade, plus};
use crate::time::Timestamp;
use crate::triage::policy::Replies;

const ABOUT: &str = "reply addresses";

/// A line for each desk that gives them out. What is about to be tried is not judged.
pub(super) async fn look(opened: &Opened, reach: Reach) -> Vec<Finding> {
    let mut findings = Vec::new();
    for desk in giving(&opened.config, reach) {
        let finding = match require_proved_of(&opened.store, desk).await {
            Ok(()) => {
                let text = format!("mail to {} with a token has come back", desk.reply_address);
                Finding::good(ABOUT, text)
            }
            Err(error @ RepliesError::Unproved { .. }) => Finding::wrong(ABOUT, error.to_string()),
            Err(error @ RepliesError::Store(_)) => Finding::down(ABOUT, error.to_string()),
        };
        findings.push(finding.of(&desk.name));
    }
    findings
}

/// The same where there is no database that could know.
pub(super) fn unknown(config: &Config, reach: Reach) -> Vec<Finding> {
    giving(config, reach)
        .map(|desk| {
            let (desk, address) = (desk.name.clone(), desk.reply_address.clone());
            let error = RepliesError::Unproved { desk: desk.clone(), address };
            Finding::wrong(ABOUT, error.to_string()).of(&desk)
        })
        .collect()
}

fn giving(config: &Config, reach: Reach) -> impl Iterator<Item = &Desk> {
    let judged = match reach {
        Reach::Offline | Reach::Login | Reach::Servers => config.desks.as_slice(),
        Reach::RoundTrip => &[],
    };
    judged.iter().filter(|desk| desk.replies != Replies::Plain)
}

/// Keeps that a mail to the desk's reply address came; the line about why that is not kept.
pub(super) async fn record(config: &Config, desk: &Desk, now: Timestamp) -> Option<Finding> {
    let failure = keep(config, desk, now).await.err()?;
    let text =
        format!("the mail came, and that could not be kept for plus_addressing: {}", failure.error);
    Some(Finding::down(ABOUT, text))
}

async fn keep(config: &Config, desk: &Desk, now: Timestamp) -> Result<(), Failure> {
    let opened = open_config(config.clone(), Upgrade::Gently).await?;
    let kept = async {
        let mut tx = opened.store.begin().await?;
        plus::prove(&mut tx, &desk.name, &desk.reply_address, now).await?;
        tx.commit().await
    }
    .await;
    opened.store.close().await;
    kept.or_exit(crate::cli::Exit::Unavailable)
}
