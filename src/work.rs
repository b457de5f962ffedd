//! The loops, and what they share. Each finds what is due by itself, does at most a batch, and
//! says when to look again; a nudge and a period wake it. In-memory queues lose mail, so there are
//! none: the tables are the queues.

pub mod backoff;
pub mod claims;
pub mod due;
mod filing;
pub mod ingest;
pub mod logins;
pub mod look;
pub mod looked;
pub mod mark;
pub mod numbers;
pub mod once;
pub mod outage;
pub mod place;
pub mod pulse;
mod reading;
pub mod receive;
mod reconcile;
pub mod room;
pub mod spool;
pub mod submit;
pub mod tokens;
pub mod troubles;
pub mod water;

use std::future::Future;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use pulse::Beat;

/// When a loop looks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At once: there may be more.
    Now,
    /// After this time, or when nudged.
    After(Duration),
    /// After this time, whatever is nudged: the other side needs a rest.
    Rest(Duration),
}

/// Runs passes until it is told to stop; a pass in hand is finished.
pub async fn drive<P, F>(stop: &CancellationToken, nudge: &Notify, beat: &Beat, mut pass: P)
where
    P: FnMut() -> F,
    F: Future<Output = Next>,
{
    while !stop.is_cancelled() {
        beat.works(pulse::STORE);
        match pass().await {
            Next::Now => {}
            Next::After(span) => {
                beat.waits(span);
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = nudge.notified() => {}
                    () = pause(span) => {}
                }
            }
            Next::Rest(span) => {
                beat.waits(span);
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = pause(span) => {}
                }
            }
        }
    }
}

/// Waits. Only loops do.
#[expect(clippy::disallowed_methods, reason = "the loops are what may wait")]
pub(crate) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}
