//! What waits for its decision, as much as goes into one batch.

use std::sync::Arc;

use crate::store::body::{self, BodyId};
use crate::store::error::StoreError;
use crate::store::inbound::{self, Pending};
use crate::time::Timestamp;
use crate::work::room::Room;

/// What waits, up to the first message whose bytes cannot be had, and that one.
pub(super) struct Loaded {
    pub(super) waiting: Vec<(Pending, Arc<[u8]>)>,
    pub(super) broken: Option<(Pending, StoreError)>,
}

/// Messages of one transaction.
const BATCH: usize = 64;
/// Bytes of raw messages in memory at a time (8 MiB), unless one alone is larger.
const BATCH_BYTES: u64 = 8 * 1024 * 1024;

/// How many of these, the first ones, are read at a time.
pub(in crate::work) fn fitting<'a>(messages: impl Iterator<Item = &'a Pending>) -> usize {
    let mut bytes = 0;
    let fits = |one: &&Pending| {
        let first = bytes == 0;
        bytes += one.size.max(1);
        first || bytes <= BATCH_BYTES
    };
    messages.take_while(fits).count()
}

/// Reads what is due, with its bytes.
pub(super) async fn load(room: &Room, now: Timestamp) -> Result<Loaded, StoreError> {
    let mut tx = room.store.read().await?;
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let pending = inbound::pending(&mut tx, room.name(), now, limit).await?;
    let mut loaded = Loaded { waiting: Vec::with_capacity(pending.len()), broken: None };
    let count = fitting(pending.iter());
    let bodies: Vec<BodyId> = pending.iter().take(count).map(|one| one.body).collect();
    let mut bodies = body::load_all(&mut tx, &bodies).await?;
    tx.rollback().await?;
    for one in pending.into_iter().take(count) {
        if let Some(raw) = bodies.remove(&one.body) {
            loaded.waiting.push((one, Arc::from(raw)));
        } else {
            let missing = body::missing(one.body);
            loaded.broken = Some((one, missing));
            break;
        }
    }
    Ok(loaded)
}
