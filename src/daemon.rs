//! Starts the loops of every desk, keeps them running, and stops them in order.

mod heart;
mod keep;
pub mod state;
mod tenure;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::config::Config;
use crate::fresh::Namer;
use crate::render::Templates;
use crate::store::Store;
use crate::store::lease::Holder;
use crate::time::Clock;
use crate::triage::policy::Policy;
use crate::work::claims::Claims;
use crate::work::drive;
use crate::work::once::{self, Ended};
use crate::work::room::{Daemon, Room};
use crate::work::submit::Submit;
use keep::keep;
use tenure::Begun;

/// How long everything may take when the process is told to stop.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// How long the work in hand of a desk may take, so that there is time to give the desk back.
const FINISHED_WITHIN: Duration = Duration::from_secs(25);

/// The desks, ready to work.
#[must_use]
pub fn rooms(
    config: &Config,
    store: &Store,
    namer: &Namer,
    templates: &Templates,
    clock: &Clock,
    holder: Holder,
) -> Vec<Arc<Room>> {
    let daemon = Daemon { holder, claims: Claims::new(clock.clone()), outage: Arc::default() };
    config
        .desks
        .iter()
        .filter_map(|desk| {
            let policy = policy(config, &desk.name, namer, templates)?;
            Some(Room::new(store.clone(), desk.clone(), policy, clock.clone(), daemon.clone()))
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

/// Why a daemon stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It was told to.
    Told,
    /// A newer program has changed the database so that this one cannot go on.
    SchemaChanged,
}

/// Runs every loop until `stop`; then waits for the work in hand, 30 s at the longest.
pub async fn run(rooms: Vec<Arc<Room>>, stop: CancellationToken) -> Stopped {
    let Some(room) = rooms.first() else { return Stopped::Told };
    let (store, clock, daemon) = (room.store.clone(), room.clock.clone(), room.daemon.clone());
    let mut loops = JoinSet::new();
    // Claims are renewed until the last notice in hand is settled.
    let last = CancellationToken::new();
    let mut beating = JoinSet::new();
    beating.spawn(heart::renew_claims(store.clone(), clock, daemon, last.clone()));
    let free: Vec<Arc<Notify>> = rooms.iter().map(|_| Arc::default()).collect();
    let mut nudging = JoinSet::new();
    nudging.spawn(heart::pass_on_nudges(store, rooms.clone(), free.clone(), last.clone()));
    for (room, free) in rooms.iter().zip(free) {
        start_submit(&mut loops, room);
        loops.spawn(tenure::tenure(Arc::clone(room), free));
    }
    info!(desks = rooms.len(), "tidings is at work");
    let beat = tokio::select! {
        () = stop.cancelled() => None,
        beat = beating.join_next() => beat,
    };
    for room in &rooms {
        room.stop.cancel();
    }
    info!("Stopping: no new mail is fetched, work in hand is finished");
    let drained = async { while loops.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_WITHIN, drained).await.is_err() {
        warn!("Work in hand was not finished in time; it is done again at the next start");
    }
    last.cancel();
    match beat {
        Some(Ok(heart::Schema::Changed)) => Stopped::SchemaChanged,
        Some(_) | None => Stopped::Told,
    }
}

/// Does everything that is due at every desk, once.
pub async fn once(rooms: &[Arc<Room>]) -> Ended {
    let Some(room) = rooms.first() else { return Ended::Drained };
    let last = CancellationToken::new();
    let (store, clock, daemon) = (room.store.clone(), room.clock.clone(), room.daemon.clone());
    let renewing = heart::renew_claims(store, clock, daemon, last.clone());
    let working = async {
        let ends = join_all(rooms.iter().map(once_at)).await;
        last.cancel();
        ends.into_iter().fold(Ended::Drained, Ended::and)
    };
    match tokio::join!(working, renewing) {
        (ended, heart::Schema::Known) => ended,
        (_, heart::Schema::Changed) => Ended::Incomplete,
    }
}

async fn once_at(room: &Arc<Room>) -> Ended {
    let desk = room.name();
    let (hold, careful_until) = match tenure::begin(room).await {
        Ok(Begun::Ours(hold, careful_until)) => (hold, careful_until),
        Ok(Begun::Others(lease)) => {
            let holder = lease.holder.name;
            warn!(desk, holder, "{holder} works on {desk}; nothing was done here");
            return Ended::Incomplete;
        }
        Err(error) => {
            error!(desk, "Cannot take the desk: {error}");
            return Ended::Incomplete;
        }
    };
    let ours = room.held(&hold);
    let ended = tokio::select! {
        ended = once::once(&ours, careful_until) => ended,
        () = tenure::renew(room, &hold) => Ended::Incomplete,
    };
    match tenure::give_back(room, &hold).await {
        Ok(()) => ended,
        Err(error) => {
            error!(desk, "Cannot give the desk back: {error}");
            Ended::Incomplete
        }
    }
}

fn start_submit(loops: &mut JoinSet<()>, room: &Arc<Room>) {
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
