//! Tells when this machine's clock is not to be believed. Deadlines go by it, and what others read:
//! the Date of a mail, the age of a message, the end of a licence.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::floor::Floor;
use crate::health::clock::{Course, Reading};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::trouble::Kind;
use crate::time::{Clock, Timestamp};
use crate::work::pause;
use crate::work::pulse;
use crate::work::room::Daemon;

/// How often the clocks are compared.
const COMPARED: Duration = Duration::from_secs(15);

/// Compares clocks until told to stop. That one is wrong stands in the way of every desk.
pub(super) async fn compare(
    floor: Floor,
    daemon: Daemon,
    store: Store,
    clock: Clock,
    stop: CancellationToken,
) {
    const WHO: &str = "clock";
    let beat = daemon.pulse.begin(WHO);
    let (mut course, mut told) = (Course::default(), None);
    while !stop.is_cancelled() {
        beat.works(pulse::STORE);
        let wrong = course.judge(&read(&store, &clock).await);
        let what = wrong.map(|wrong| format!("The clock of {} {wrong}", daemon.holder.name));
        for room in floor.rooms() {
            match &what {
                Some(what) => drop(room.troubles.met(WHO, Kind::Clock, what)),
                None => room.troubles.over(WHO),
            }
        }
        match &what {
            Some(what) if told.as_ref() != Some(what) => {
                error!(cause = Kind::Clock.as_str(), "{what}");
            }
            None if told.is_some() => info!("The clock of {} is right again", daemon.holder.name),
            Some(_) | None => {}
        }
        told = what;
        beat.waits(COMPARED);
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(COMPARED) => {}
        }
    }
}

async fn read(store: &Store, clock: &Clock) -> Reading {
    let (before, wall, between) = (clock.uptime(), clock.now(), clock.uptime());
    // Of a database that is away others tell.
    let database = of_database(store, wall).await.ok();
    Reading { before, wall, between, database, after: clock.uptime() }
}

/// By the clock of the database's server; a file has none but ours.
async fn of_database(store: &Store, wall: Timestamp) -> Result<Timestamp, StoreError> {
    let mut tx = store.read().await?;
    let now = tx.shared_now(wall).await?;
    tx.rollback().await?;
    Ok(now)
}
