//! Sweeps what an import of accounts has left that was stopped in the middle. An import that comes to its end
//! does so itself.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::store::Store;
use crate::store::account::remnant::{self, Broom, Latest, Left, Stage};
use crate::store::account::staging;
use crate::store::error::StoreError;
use crate::time::Clock;
use crate::work::pause;
use crate::work::pulse::{Beat, STORE};
use crate::work::room::Daemon;

/// How often it is looked for an import that was stopped.
const LOOKED_AT: Duration = Duration::from_mins(1);
/// One that has not written for so long does not go on.
const ABANDONED_AFTER: Duration = Duration::from_mins(10);
/// Between two transactions, so that others have their turn.
const TURN: Duration = Duration::from_millis(20);

/// Sweeps until told to stop.
pub(super) async fn sweep(store: Store, clock: Clock, daemon: Daemon, stop: CancellationToken) {
    const WHO: &str = "imports";
    let beat = daemon.pulse.begin(WHO);
    // The last import when all was swept.
    let mut done = 0;
    while !stop.is_cancelled() {
        beat.works(STORE);
        match look(&store, &clock, done, (&beat, &stop)).await {
            Ok(looked) => {
                done = looked;
                daemon.outage.over(WHO);
            }
            Err(error) => daemon.outage.met(WHO, &error),
        }
        beat.waits(LOOKED_AT);
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(LOOKED_AT) => {}
        }
    }
    daemon.outage.left(WHO);
}

/// Sweeps what the last import left, unless that is `done`; up to which import all is swept.
async fn look(
    store: &Store,
    clock: &Clock,
    done: i64,
    (beat, stop): (&Beat, &CancellationToken),
) -> Result<i64, StoreError> {
    let mut tx = store.read().await?;
    let now = tx.shared_now(clock.now()).await?;
    let latest = remnant::latest(&mut tx).await?;
    tx.rollback().await?;
    let is_due = |one: &Latest| one.id != done && one.beat < now.before(ABANDONED_AFTER);
    let Some(latest) = latest.filter(is_due) else { return Ok(done) };
    if latest.stage == Stage::Staging {
        let mut tx = store.begin().await?;
        staging::leave_silent(&mut tx, now.before(ABANDONED_AFTER)).await?;
        tx.commit().await?;
        info!("An import of accounts was stopped before its end; what it has written is swept");
    }
    let mut broom = Broom::begin();
    while !stop.is_cancelled() {
        beat.works(STORE);
        match broom.sweep(store).await? {
            Left::Something(_) => pause(TURN).await,
            Left::Nothing => return Ok(latest.id),
        }
    }
    Ok(done)
}
