//! A batch is parsed outside of any transaction.

use std::sync::Arc;

use super::IngestError;
use crate::mail::Mail;
use crate::mail::parse::parse;
use crate::store::inbound::Pending;

/// A message with what it says.
pub(super) struct Read {
    pub(super) pending: Pending,
    pub(super) mail: Mail,
}

/// Parses a batch on all cores.
pub(super) async fn read_all(waiting: &[(Pending, Arc<[u8]>)]) -> Result<Vec<Read>, IngestError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = waiting.len().div_ceil(cores).max(1);
    let tasks: Vec<_> = waiting
        .chunks(share)
        .map(|chunk| {
            let chunk = chunk.to_vec();
            tokio::task::spawn_blocking(move || {
                chunk
                    .into_iter()
                    .map(|(pending, raw)| Read { pending, mail: parse(&raw).0 })
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    let mut read = Vec::with_capacity(waiting.len());
    for task in tasks {
        read.extend(task.await.map_err(|error| IngestError::Panicked(error.to_string()))?);
    }
    Ok(read)
}
