//! What goes on for all desks of a daemon: its claims are renewed, and nudges of other processes
//! are passed on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::error;

use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lease::RENEWED;
use crate::store::outbox;
use crate::store::sql::Nudge;
use crate::time::Clock;
use crate::work::pause;
use crate::work::room::{Daemon, Room};

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
    while !stop.is_cancelled() {
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
    Ok(Schema::Known)
}

/// Wakes the loops that other processes nudge. Whatever is missed here is found by their periods.
pub(super) async fn pass_on_nudges(
    store: Store,
    rooms: Vec<Arc<Room>>,
    free: Vec<Arc<Notify>>,
    stop: CancellationToken,
) {
    let listening = async {
        loop {
            if let Ok(mut listener) = store.listen().await {
                while let Ok(heard) = listener.heard().await {
                    let told = |nudge| heard.is_none_or(|one| one == nudge);
                    for room in &rooms {
                        if told(Nudge::Ingest) {
                            room.ingest.notify_one();
                        }
                        if told(Nudge::Submit) {
                            room.submit.notify_one();
                        }
                    }
                    if told(Nudge::Lease) {
                        for free in &free {
                            free.notify_one();
                        }
                    }
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
