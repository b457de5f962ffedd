//! Starts the loops of every desk, keeps them running, changes them when the configuration is read
//! again, and stops them in order.

mod alarm;
mod clocks;
mod desks;
mod floor;
mod heart;
mod imports;
mod keep;
mod lookout;
pub mod notify;
mod operator;
mod plan;
mod reload;
pub mod replies;
mod scrape;
mod standing;
pub mod state;
mod tenure;
mod watchdog;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::authentication::dns::Dns;
use crate::config::{Config, Signers};
use crate::fresh::Namer;
use crate::mail::dkim::Signer;
use crate::metrics::Metrics;
use crate::store::Store;
use crate::store::lease::Holder;
use crate::time::Clock;
use crate::triage::policy::Policy;
use crate::work::claims::Claims;
use crate::work::once::{self, Ended};
use crate::work::pulse::Pulse;
use crate::work::room::{Daemon, Room};
use crate::work::water::Water;
use desks::Desks;
use floor::Floor;
use lookout::{Lookout, Settings};
use tenure::Begun;

/// How long everything may take when the process is told to stop.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// How long the last renewal may take.
const BEATEN_WITHIN: Duration = Duration::from_secs(2);
/// How long the work in hand of a desk may take, so that there is time to give the desk back.
const FINISHED_WITHIN: Duration = Duration::from_secs(25);

/// What desks are made from, beside their configuration.
pub struct Stock {
    /// Where everything is kept.
    pub store: Store,
    /// Which Message-IDs are ours.
    pub namer: Namer,
    /// What time it is.
    pub clock: Clock,
    daemon: Daemon,
}

impl Stock {
    /// What the desks of this daemon are made from.
    #[must_use]
    pub fn new(
        store: Store,
        namer: Namer,
        clock: Clock,
        holder: Holder,
        water: Arc<Water>,
        dns: Result<Dns, String>,
    ) -> Self {
        let claims = Claims::new(clock.clone());
        let metrics = Metrics::new(clock.now().as_seconds());
        let store = store.timed(metrics.writes());
        let (outage, pulse) = (Arc::default(), Pulse::default());
        let daemon = Daemon { holder, claims, outage, pulse, water, metrics, dns };
        Self { store, namer, clock, daemon }
    }

    /// The desks, ready to work.
    #[must_use]
    pub fn rooms(&self, config: &Config, signers: &Signers) -> Vec<Arc<Room>> {
        config.desks.iter().filter_map(|desk| self.room(config, signers, &desk.name)).collect()
    }

    /// A desk, ready to work; `None` when there is none of this name.
    fn room(&self, config: &Config, signers: &Signers, name: &str) -> Option<Arc<Room>> {
        let desk = config.desk(name)?.clone();
        let signer = signers.of(name).cloned();
        let policy = policy(config, name, &self.namer, signer)?;
        let (store, clock, daemon) = (self.store.clone(), self.clock.clone(), self.daemon.clone());
        Some(Room::new(store, desk, policy, clock, daemon))
    }
}

/// The rules of a desk, with who signs for it; `None` when there is no desk of this name.
#[must_use]
pub fn policy(
    config: &Config,
    desk: &str,
    namer: &Namer,
    signer: Option<Signer>,
) -> Option<Policy> {
    let desk = config.desk(desk)?;
    let other_desks = config.other_addresses(&desk.name).cloned().collect();
    Some(Policy {
        desk: desk.name.clone(),
        address: desk.address.clone(),
        aliases: desk.aliases.clone(),
        other_desks,
        display_name: desk.display_name.clone(),
        prefix: desk.ticket_prefix.clone(),
        levels: config.levels.clone(),
        priorities: config.priorities.clone(),
        requester_priority: desk.requester_priority,
        priority_rules: desk.priority_rules.clone(),
        checklist: desk.checklist.clone(),
        silence: desk.silence.clone(),
        notices: desk.notices.clone(),
        default_level: desk.default_level.clone(),
        lapsed_level: desk.lapsed_level.clone(),
        sender_proof: desk.sender_proof,
        acknowledge: desk.acknowledge,
        acknowledge_within: desk.acknowledge_within,
        reopen_within: desk.reopen_within,
        limits: desk.limits,
        bulk: desk.bulk,
        agents: desk.agents.clone(),
        agent_proof: desk.agent_proof,
        supervisor: desk.supervisor.clone(),
        signature: desk.signature.clone(),
        languages: desk.languages.clone(),
        generated_reopens: desk.generated_reopens,
        own_lists: desk.own_lists.clone(),
        attachments: desk.attachments.clone(),
        replies: desk.replies.clone(),
        block: desk.block.clone(),
        forms: desk.forms.clone(),
        envelope_from: desk.envelope_from.clone(),
        signer,
        namer: namer.clone(),
        templates: desk.templates.clone(),
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

/// What the process is told from outside while it runs.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// To stop.
    pub stop: CancellationToken,
    /// To read the configuration again. One that comes meanwhile is remembered.
    pub reload: Arc<Notify>,
}

/// Runs every loop until it is told to stop; then waits for the work in hand, 30 s at the longest.
/// `path` is where the configuration is read again, and the keys that sign with it.
pub async fn run(
    stock: &Stock,
    mut config: Config,
    mut signers: Signers,
    path: &Path,
    orders: Orders,
) -> Stopped {
    let (store, daemon) = (stock.store.clone(), stock.daemon.clone());
    let floor = Floor::default();
    let mut desks = Desks::new(floor.clone());
    // Claims are renewed until the last notice in hand is settled.
    let last = CancellationToken::new();
    let mut beating = JoinSet::new();
    let (clock, renewing) = (stock.clock.clone(), daemon.clone());
    beating.spawn(heart::renew_claims(store.clone(), clock, renewing, last.clone()));
    let mut beside = JoinSet::new();
    beside.spawn(heart::pass_on_nudges(store, floor.clone(), last.clone()));
    beside.spawn(watchdog::turn(daemon.pulse.clone(), last.clone()));
    for room in stock.rooms(&config, &signers) {
        desks.start(room);
    }
    let (settings, changed) = watch::channel(Settings::of(&config));
    let (clock, its_store) = (stock.clock.clone(), stock.store.clone());
    let (others, comparing) = (floor.clone(), daemon.clone());
    beside.spawn(clocks::compare(
        others,
        comparing,
        its_store.clone(),
        clock.clone(),
        last.clone(),
    ));
    let metrics = config.status.metrics.clone();
    let lookout =
        Lookout::new(floor.clone(), daemon.clone(), its_store, clock, changed, metrics.clone());
    beside.spawn(lookout.clone().look(last.clone()));
    beside.spawn(scrape::serve(metrics, lookout.clone(), last.clone()));
    beside.spawn(operator::tell(lookout, orders.stop.clone()));
    let (clock, its_store) = (stock.clock.clone(), stock.store.clone());
    beside.spawn(imports::sweep(its_store, clock, daemon.clone(), orders.stop.clone()));
    let watchdog = watchdog::start(daemon.pulse.clone());
    info!(desks = config.desks.len(), "tidings is at work");
    notify::ready();
    let telling = CancellationToken::new();
    beside.spawn(standing::tell_changes(floor, Arc::clone(&daemon.outage), telling.clone()));
    let beat = loop {
        tokio::select! {
            () = orders.stop.cancelled() => break None,
            beat = beating.join_next() => break beat,
            () = orders.reload.notified() => {
                let before = (config, signers);
                (config, signers) =
                    reload::reload(stock, &mut desks, before, path, &orders.stop).await;
                settings.send_replace(Settings::of(&config));
            }
        }
    };
    telling.cancel();
    notify::stopping("finishes the work in hand");
    desks.tell_to_stop(|_| true);
    info!("Stopping: no new mail is fetched, work in hand is finished");
    if tokio::time::timeout(STOP_WITHIN, desks.ended(|_| true)).await.is_err() {
        warn!("Work in hand was not finished in time; it is done again at the next start");
    }
    last.cancel();
    drop(watchdog);
    let beaten = async { while beating.join_next().await.is_some() {} };
    if tokio::time::timeout(BEATEN_WITHIN, beaten).await.is_err() {
        warn!("The database does not answer; the last renewal is given up");
    }
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
    let beat = room.daemon.pulse.begin(tenure::who(room));
    let (hold, careful_until) = match tenure::begin(room, &beat).await {
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
    let done = CancellationToken::new();
    let working = async {
        let ended = once::once(&ours, careful_until).await;
        done.cancel();
        ended
    };
    let (ended, ()) = tokio::join!(working, tenure::renew(room, &hold, &beat, &done));
    match tenure::give_back(room, &hold).await {
        Ok(()) => ended,
        Err(error) => {
            error!(desk, "Cannot give the desk back: {error}");
            Ended::Incomplete
        }
    }
}
