//! `tidings run`.

use std::io::IsTerminal as _;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};

use super::command::LogFormat;
use super::open::{self, Opened, open, water};
use super::{Exit, Failure, Or as _, Outcome, log};
use crate::authentication::OwnDkim;
use crate::authentication::dns::Dns;
use crate::daemon::{self, Orders, Stock, Stopped, notify, replies, state};
use crate::fresh::Random;
use crate::store::error::StoreError;
use crate::store::{Store, inbound, outbox};
use crate::time::Clock;
use crate::work::once::Ended;
use crate::work::room::Room;
use crate::work::water::Water;

/// How long closing the database may take.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);
/// How often a long `--once` says how far it is.
const PROGRESS: Duration = Duration::from_secs(5);
const PROGRESS_ON_TERMINAL: Duration = Duration::from_millis(250);

/// How often a start that takes long says so, and for how long that counts. Each wait for the
/// database has a limit of its own; a large one takes its time to migrate.
const STILL_STARTING: Duration = Duration::from_secs(10);
const STARTS_WITHIN: Duration = Duration::from_mins(1);
/// How long a start waits for what another daemon keeps: longer than a server lets one that stands
/// still keep it.
const UNLOCKED_WITHIN: Duration = Duration::from_secs(20);

pub(super) async fn run(path: &Path, just_once: bool, format: LogFormat) -> Outcome {
    let log = log::start(format);
    let ran = tokio::select! {
        ran = work(path, just_once) => ran,
        never = log.tell_left_out() => match never {},
    };
    log.left_out();
    ran
}

async fn work(path: &Path, just_once: bool) -> Outcome {
    let Opened { config, store, namer, clock } = opened(path).await?;
    config.require_passwords().or_exit(Exit::Configuration)?;
    let signers = config.signers().or_exit(Exit::Configuration)?;
    replies::require_proved(&store, &config).await.map_err(open::unproved)?;
    let lock = match state::lock(&config) {
        Ok(locked) => locked,
        Err(error @ state::StateError::Locked { .. }) => {
            return Err(Failure { exit: Exit::TryLater, error: error.into() });
        }
        Err(error) => return Err(Failure { exit: Exit::Permission, error: error.into() }),
    };
    let holder = state::holder(&config, &lock, &Random::System).or_exit(Exit::Permission)?;
    let water = water(&config, &holder.name);
    if let Err(error) = raised(&water, &store, &clock).await {
        let is_not_ours = matches!(error, StoreError::NotAMark { .. });
        let exit = if is_not_ours { Exit::Configuration } else { Exit::Unavailable };
        return Err(Failure { exit, error: error.into() });
    }
    let dns = Dns::new(config.dns).map_err(|error| error.to_string());
    if let Err(why) = &dns
        && config.desks.iter().any(|desk| desk.trust.own_dkim != OwnDkim::Off)
    {
        let what = format!("nobody can be asked who a sender is ({why}): set dns to \"IP:PORT\"");
        return Err(Failure::new(Exit::Configuration, what));
    }
    let stock = Stock::new(store, namer, clock, holder, Arc::new(water), dns);
    let exit = if just_once {
        let rooms = stock.rooms(&config, &signers);
        let ended = Box::pin(with_progress(&rooms, daemon::once(&rooms))).await;
        summary(&rooms).await?;
        match ended {
            Ended::Drained => Exit::Ok,
            Ended::Incomplete => Exit::TryLater,
        }
    } else {
        let orders = Orders::default();
        obey_signals(orders.clone());
        match daemon::run(&stock, config, signers, path, orders).await {
            Stopped::Told => Exit::Ok,
            Stopped::SchemaChanged => Exit::Configuration,
        }
    };
    // What is stored is stored; a connection that does not end must not keep the process.
    let _ = tokio::time::timeout(CLOSED_WITHIN, stock.store.close()).await;
    drop(lock);
    Ok(exit)
}

/// Raises the mark beside the database. A daemon that stands still may keep what that needs: its
/// server gives it up after some seconds.
async fn raised(water: &Water, store: &Store, clock: &Clock) -> Result<(), StoreError> {
    let begun = Instant::now();
    loop {
        match water.raise(store, 0, clock.now()).await {
            Err(error) if error.is_locked() && begun.elapsed() < UNLOCKED_WITHIN => {
                warn!("Waiting for another daemon, which keeps a part of the database: {error}");
                notify::extend_start(STARTS_WITHIN);
            }
            raised => return raised.map(drop),
        }
    }
}

/// Opens the database; while that takes long the service manager is asked for patience.
async fn opened(path: &Path) -> Result<Opened, Failure> {
    let mut opening = pin!(open(path));
    let mut ticks = tokio::time::interval(STILL_STARTING);
    ticks.tick().await;
    loop {
        tokio::select! {
            opened = &mut opening => return opened,
            _ = ticks.tick() => notify::extend_start(STARTS_WITHIN),
        }
    }
}

/// The first SIGTERM or SIGINT stops in order, the second at once; SIGHUP reads the configuration
/// again.
fn obey_signals(orders: Orders) {
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        warn!("Signals cannot be received; only kill -9 stops this process");
        return;
    };
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {
                    orders.reload.notify_one();
                    continue;
                }
            }
            if orders.stop.is_cancelled() {
                std::process::abort();
            }
            orders.stop.cancel();
        }
    });
}

async fn with_progress<T>(rooms: &[Arc<Room>], work: impl Future<Output = T>) -> T {
    let terminal = std::io::stderr().is_terminal();
    let period = if terminal { PROGRESS_ON_TERMINAL } else { PROGRESS };
    let mut ticks = tokio::time::interval(period);
    ticks.tick().await;
    tokio::pin!(work);
    loop {
        tokio::select! {
            ended = &mut work => {
                if terminal {
                    progress_line("");
                }
                return ended;
            }
            _ = ticks.tick() => {
                let line = totals(rooms);
                if terminal { progress_line(&line) } else { info!("{line}") }
            }
        }
    }
}

#[expect(clippy::print_stderr, reason = "progress for people goes to standard error")]
fn progress_line(text: &str) {
    eprint!("\r\u{1b}[K{text}");
}

fn totals(rooms: &[Arc<Room>]) -> String {
    let mut sum = [0; 3];
    for room in rooms {
        for (sum, one) in sum.iter_mut().zip(room.tally.totals()) {
            *sum += one;
        }
    }
    let [fetched, decided, sent] = sum;
    format!("fetched {fetched} · decided {decided} · sent {sent}")
}

/// What was done, and what waits.
async fn summary(rooms: &[Arc<Room>]) -> Result<(), Failure> {
    for room in rooms {
        let mut tx = room.store.read().await.or_exit(Exit::Unavailable)?;
        let waiting = inbound::waiting(&mut tx, room.name()).await.or_exit(Exit::Unavailable)?;
        let held = inbound::review::held(&mut tx, room.name()).await.or_exit(Exit::Unavailable)?;
        let notices = outbox::counts(&mut tx, room.name()).await.or_exit(Exit::Unavailable)?;
        super::output::line(&format!(
            "{}: {}; waiting: {waiting} to decide, {held} held, {} to send, {} dead",
            room.name(),
            totals(std::slice::from_ref(room)),
            notices.due,
            notices.dead
        ));
    }
    Ok(())
}
