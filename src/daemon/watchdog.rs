//! Tells the service manager that every loop turns, while it is so. A manager that is told nothing
//! for long enough ends the process and starts it again: what hangs is not mended by waiting.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::notify;
use crate::work::pause;
use crate::work::pulse::Pulse;

/// How often the runtime shows that it runs tasks.
const TURN: Duration = Duration::from_secs(5);

/// Ends with this value.
pub(super) struct Watchdog {
    _ends: Sender<()>,
}

/// Begins to tell, if the manager wants to be told. In a thread of its own: a runtime that hangs
/// would run no task that could say so.
pub(super) fn start(pulse: Pulse) -> Option<Watchdog> {
    let patience = notify::watchdog_patience()?;
    let (ends, ended) = mpsc::channel();
    let watching = std::thread::Builder::new().name("watchdog".to_owned());
    match watching.spawn(move || watch(&pulse, patience / 3, &ended)) {
        Ok(_) => Some(Watchdog { _ends: ends }),
        Err(error) => {
            error!("No thread for the watchdog, so the service manager will end this: {error}");
            None
        }
    }
}

fn watch(pulse: &Pulse, period: Duration, ended: &Receiver<()>) {
    let mut told = Vec::new();
    loop {
        let silent = pulse.silent();
        if silent.is_empty() {
            notify::watchdog();
            if !told.is_empty() {
                info!("Every loop turns again");
            }
        } else if silent != told {
            error!(
                "Without progress for longer than its limits allow: {}; the watchdog is not told \
                 that all is well, and the service manager will restart the service",
                silent.join(", ")
            );
        }
        told = silent;
        match ended.recv_timeout(period) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Shows that the runtime runs tasks.
pub(super) async fn turn(pulse: Pulse, stop: CancellationToken) {
    let beat = pulse.begin("the runtime");
    while !stop.is_cancelled() {
        beat.waits(TURN);
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(TURN) => {}
        }
    }
}
