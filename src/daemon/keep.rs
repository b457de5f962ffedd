//! Keeps a loop running.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tracing::error;

use crate::work::pause;
use crate::work::room::Room;

/// The rest of a loop that panicked, before it is started again.
const PANIC_REST: Duration = Duration::from_secs(1);

/// Runs a loop, each time in a task of its own, and again when it panicked.
pub(super) async fn keep<F>(name: String, room: Arc<Room>, make: impl Fn() -> F)
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
