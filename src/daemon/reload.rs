//! The configuration is read again while the desks that it does not change go on.

use std::path::Path;

use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::desks::Desks;
use super::plan::{self, plan};
use super::replies::{self, RepliesError};
use super::{STOP_WITHIN, Stock, notify};
use crate::config::{Config, ConfigError, SecretError, SignerError, Signers};

/// Why a configuration is not taken.
#[derive(Debug, thiserror::Error)]
enum ReloadError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error(transparent)]
    Replies(#[from] RepliesError),
}

/// What was read: the configuration, and the keys that sign.
type Read = (Config, Signers);

/// Reads the configuration again and does what it changes; the one that holds from now on. When
/// `stop` comes meanwhile, the one before holds, and what was begun is part of the stop.
pub(super) async fn reload(
    stock: &Stock,
    desks: &mut Desks,
    before: Read,
    path: &Path,
    stop: &CancellationToken,
) -> Read {
    notify::reloading();
    let holds = match read(stock, path).await {
        Ok(after) => change(stock, desks, &before, after, stop).await.unwrap_or(before),
        Err(error) => {
            error!("{error}; the configuration is not taken, the one before holds");
            before
        }
    };
    if !stop.is_cancelled() {
        notify::ready();
    }
    holds
}

/// As at the start: a password that cannot be read is a mistake in the configuration, and so is a
/// reply address that nobody has tried.
async fn read(stock: &Stock, path: &Path) -> Result<Read, ReloadError> {
    let config = Config::load(path)?;
    config.require_passwords()?;
    let signers = config.signers()?;
    replies::require_proved(&stock.store, &config).await?;
    Ok((config, signers))
}

/// `None` when it was told to stop before it was done.
async fn change(
    stock: &Stock,
    desks: &mut Desks,
    (before, known): &Read,
    (after, signers): Read,
    stop: &CancellationToken,
) -> Option<Read> {
    let signs_anew = |desk: &str| known.of(desk) != signers.of(desk);
    let plan = plan(before, &after).and_changed(signs_anew);
    let after = plan::taken(before, after);
    for key in &plan.at_restart {
        warn!("{key} has changed in the configuration; that takes effect at a restart");
    }
    let stops = |desk: &str| plan.stops(desk);
    desks.tell_to_stop(stops);
    let ended = tokio::select! {
        () = stop.cancelled() => return None,
        ended = tokio::time::timeout(STOP_WITHIN, desks.ended(stops)) => ended,
    };
    if ended.is_err() {
        warn!("Work in hand was not finished in time; it is done again");
    }
    desks.remove(stops);
    for room in plan.starts().filter_map(|name| stock.room(&after, &signers, name)) {
        desks.start(room);
    }
    info!(kept = plan.kept.len(), "The configuration was read again: {plan}");
    Some((after, signers))
}
