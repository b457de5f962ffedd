//! `tidings run`.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::open::{Opened, open};
use super::{Exit, Failure, Or as _, Outcome, log};
use crate::daemon::{self, Stopped, state};
use crate::fresh::Random;
use crate::store::{inbound, outbox};
use crate::work::once::Ended;
use crate::work::room::{Room, Tally};

/// How often a long `--once` says how far it is.
const PROGRESS: Duration = Duration::from_secs(5);
const PROGRESS_ON_TERMINAL: Duration = Duration::from_millis(250);

pub(super) async fn run(path: &Path, just_once: bool) -> Outcome {
    log::start();
    let opened = open(path).await?;
    passwords(&opened)?;
    let lock = match state::lock(&opened.config) {
        Ok(locked) => locked,
        Err(error @ state::StateError::Locked { .. }) => {
            return Err(Failure { exit: Exit::TryLater, error: error.into() });
        }
        Err(error) => return Err(Failure { exit: Exit::Permission, error: error.into() }),
    };
    let holder = state::holder(&opened.config, &lock, &Random::System).or_exit(Exit::Permission)?;
    let Opened { config, store, namer, templates, clock } = &opened;
    let rooms = daemon::rooms(config, store, namer, templates, clock, holder);
    let exit = if just_once {
        let ended = with_progress(&rooms, daemon::once(&rooms)).await;
        summary(&rooms).await?;
        match ended {
            Ended::Drained => Exit::Ok,
            Ended::Incomplete => Exit::TryLater,
        }
    } else {
        let stop = CancellationToken::new();
        stop_on_signal(stop.clone());
        match daemon::run(rooms, stop).await {
            Stopped::Told => Exit::Ok,
            Stopped::SchemaChanged => Exit::Configuration,
        }
    };
    opened.store.close().await;
    drop(lock);
    Ok(exit)
}

/// Secrets are read again at each login; here it is only seen that they can be.
fn passwords(opened: &Opened) -> Result<(), Failure> {
    for desk in &opened.config.desks {
        desk.imap.password.read().or_exit(Exit::Configuration)?;
        if let Some((_, password)) = &desk.smtp.login {
            password.read().or_exit(Exit::Configuration)?;
        }
    }
    Ok(())
}

/// The first signal stops in order, the second at once.
fn stop_on_signal(stop: CancellationToken) {
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
                    info!("The configuration is read at the start only; restart to read it again");
                    continue;
                }
            }
            if stop.is_cancelled() {
                std::process::abort();
            }
            stop.cancel();
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
    let sum =
        |counter: fn(&Tally) -> u64| rooms.iter().map(|room| counter(&room.tally)).sum::<u64>();
    format!(
        "fetched {} · decided {} · sent {}",
        sum(|tally| Tally::read(&tally.fetched)),
        sum(|tally| Tally::read(&tally.decided)),
        sum(|tally| Tally::read(&tally.sent)),
    )
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
