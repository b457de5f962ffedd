//! Starts the loops of every desk, keeps them running, and stops them in order.

pub mod state;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::config::Config;
use crate::fresh::Namer;
use crate::render::Templates;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::{body, inbound, outbox};
use crate::time::Clock;
use crate::triage::case::InboundId;
use crate::triage::policy::Policy;
use crate::work::ingest::Ingest;
use crate::work::receive::receive;
use crate::work::room::Room;
use crate::work::submit::Submit;
use crate::work::{drive, pause};
use state::LastStop;

/// How long work in hand may take when the process is told to stop.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// The rest of a loop that panicked, before it is started again.
const PANIC_REST: Duration = Duration::from_secs(1);

/// The desks, ready to work.
#[must_use]
pub fn rooms(
    config: &Config,
    store: &Store,
    namer: &Namer,
    templates: &Templates,
    clock: &Clock,
) -> Vec<Arc<Room>> {
    config
        .desks
        .iter()
        .filter_map(|desk| {
            let policy = policy(config, &desk.name, namer, templates)?;
            Some(Room::new(store.clone(), desk.clone(), policy, clock.clone()))
        })
        .collect()
}

/// The rules of a desk; `None` when there is no desk of this name.
#[must_use]
pub fn policy(config: &Config, desk: &str, namer: &Namer, templates: &Templates) -> Option<Policy> {
    let desk = config.desk(desk)?;
    let other_desks = config
        .desks
        .iter()
        .filter(|other| other.name != desk.name)
        .flat_map(|other| std::iter::once(&other.address).chain(&other.aliases))
        .cloned()
        .collect();
    Some(Policy {
        desk: desk.name.clone(),
        address: desk.address.clone(),
        aliases: desk.aliases.clone(),
        other_desks,
        display_name: desk.display_name.clone(),
        prefix: desk.ticket_prefix.clone(),
        levels: config.levels.clone(),
        default_level: desk.default_level.clone(),
        lapsed_level: desk.lapsed_level.clone(),
        acknowledge: desk.acknowledge,
        acknowledge_within: desk.acknowledge_within,
        limits: desk.limits,
        bulk: desk.bulk,
        envelope_from: desk.envelope_from.clone(),
        namer: namer.clone(),
        templates: templates.clone(),
    })
}

/// Puts the store in order after the last stop. Only who holds the lock may. Rows up to the one
/// returned are to be decided one by one.
///
/// # Errors
/// [`StoreError`].
pub async fn tidy(store: &Store, last_stop: LastStop) -> Result<InboundId, StoreError> {
    let mut tx = store.begin().await?;
    let released = outbox::release_all(&mut tx).await?;
    body::sweep(&mut tx).await?;
    let newest = inbound::newest(&mut tx).await?;
    tx.commit().await?;
    if released > 0 {
        info!(released, "{released} notices were in hand at the last stop and are due again");
    }
    Ok(match last_stop {
        LastStop::Clean => InboundId(0),
        LastStop::Unclean => {
            warn!("The last stop was not clean; mail that waits is decided one by one");
            newest
        }
    })
}

/// Runs every loop until `stop`; then waits for the work in hand, 30 s at the longest. How it
/// stopped.
pub async fn run(
    rooms: Vec<Arc<Room>>,
    careful_until: InboundId,
    stop: CancellationToken,
) -> LastStop {
    let mut loops = JoinSet::new();
    for room in &rooms {
        start(&mut loops, room, careful_until);
    }
    info!(desks = rooms.len(), "tidings is at work");
    stop.cancelled().await;
    for room in &rooms {
        room.stop.cancel();
    }
    info!("Stopping: no new mail is fetched, work in hand is finished");
    let drained = async { while loops.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_WITHIN, drained).await.is_err() {
        warn!("Work in hand was not finished in time; it is done again at the next start");
        return LastStop::Unclean;
    }
    LastStop::Clean
}

fn start(loops: &mut JoinSet<()>, room: &Arc<Room>, careful_until: InboundId) {
    for index in 0..room.desk.imap.folders.len() {
        let watching = Arc::clone(room);
        loops.spawn(keep(format!("receive {index}"), Arc::clone(room), move || {
            receive(Arc::clone(&watching), index)
        }));
    }
    let deciding = Arc::clone(room);
    loops.spawn(keep("ingest".to_owned(), Arc::clone(room), move || {
        let room = Arc::clone(&deciding);
        async move {
            let ingest = Mutex::new(Ingest::new(Arc::clone(&room), careful_until));
            drive(&room.stop, &room.ingest, || async { ingest.lock().await.pass().await }).await;
        }
    }));
    let submitting = Arc::clone(room);
    loops.spawn(keep("submit".to_owned(), Arc::clone(room), move || {
        let room = Arc::clone(&submitting);
        async move {
            let submit = Mutex::new(Submit::new(Arc::clone(&room)));
            drive(&room.stop, &room.submit, || async { submit.lock().await.pass().await }).await;
            submit.into_inner().quit().await;
        }
    }));
}

/// Runs a loop, each time in a task of its own, and again when it panicked.
async fn keep<F>(name: String, room: Arc<Room>, make: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut panics = 0_u32;
    loop {
        let mut task = JoinSet::new();
        task.spawn(make());
        match task.join_next().await {
            Some(Err(failure)) if failure.is_panic() => {
                panics += 1;
                error!(
                    desk = room.name(),
                    panics, "The loop {name:?} failed and is started again: {failure}"
                );
            }
            Some(_) | None => return,
        }
        tokio::select! {
            () = room.stop.cancelled() => return,
            () = pause(PANIC_REST) => {}
        }
    }
}
