//! What goes on for all desks of a daemon: its claims are renewed, and nudges of other processes
//! are passed on.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::error;

use super::floor::Floor;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lease::RENEWED;
use crate::store::outbox;
use crate::time::Clock;
use crate::work::pause;
use crate::work::pulse;
use crate::work::room::Daemon;

/// How soon a renewal that failed, or a listener that broke, is tried again.
pub(super) const AGAIN: Duration = Duration::from_secs(3);

/// Whether the database is still one that this program understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schema {
    Known,
    /// A later program has changed it; this one must not go on.
    Changed,
}

/// Renews the daemon's claims until told to stop, or until it must.
pub(super) async fn renew_claims(
    store: Store,
    clock: Clock,
    daemon: Daemon,
    stop: CancellationToken,
) -> Schema {
    const WHO: &str = "claims";
    let beat = daemon.pulse.begin(WHO);
    while !stop.is_cancelled() {
        beat.works(pulse::STORE);
        let rest = match renew_once(&store, &clock, &daemon).await {
            Ok(Schema::Known) => {
                daemon.outage.over(WHO);
                RENEWED
            }
            Ok(Schema::Changed) => {
                error!(
                    "The database was migrated by a newer tidings; install that one and start it"
                );
                return Schema::Changed;
            }
            Err(error) => {
                daemon.outage.met(WHO, &error);
                AGAIN
            }
        };
        beat.waits(rest);
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(rest) => {}
        }
    }
    Schema::Known
}

async fn renew_once(store: &Store, clock: &Clock, daemon: &Daemon) -> Result<Schema, StoreError> {
    if !store.is_readable().await? {
        return Ok(Schema::Changed);
    }
    let asked = clock.uptime();
    let mut tx = store.begin().await?;
    let now = tx.shared_now(clock.now()).await?;
    outbox::renew(&mut tx, &daemon.holder.id, now).await?;
    tx.commit().await?;
    daemon.claims.renewed(asked);
    daemon.water.raise(store, 0, clock.now()).await?;
    Ok(Schema::Known)
}

/// Wakes the loops that other processes nudge. Whatever is missed here is found by their periods.
pub(super) async fn pass_on_nudges(store: Store, floor: Floor, stop: CancellationToken) {
    let listening = async {
        loop {
            if let Ok(mut listener) = store.listen().await {
                while let Ok(heard) = listener.heard().await {
                    floor.nudge(heard);
                }
            }
            pause(AGAIN).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = listening => {}
    }
}
