//! Bytes of messages, in parts of at most 1 MiB, so that no transaction is long and no value is
//! large. A body is valid when a row refers to it; others are swept.

use super::error::StoreError;
use super::sql::{Tx, values};

/// Bytes of one part (1 MiB).
pub const PART_BYTES_MAX: usize = 1024 * 1024;

/// The identity of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BodyId(pub i64);

/// Writes one part of a body.
///
/// # Errors
/// [`StoreError`].
pub async fn put_part(
    tx: &mut Tx,
    body: BodyId,
    part: usize,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let part = i64::try_from(part).unwrap_or(i64::MAX);
    tx.execute(PUT, values![body.0, part, bytes]).await.map(drop)
}

/// Cuts bytes into the parts of a body: at least one, so that an empty body is there, too.
pub fn parts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let empty = bytes.is_empty().then_some(bytes);
    empty.into_iter().chain(bytes.chunks(PART_BYTES_MAX))
}

/// Writes a whole body in one transaction: for bodies of one part or few.
///
/// # Errors
/// [`StoreError`].
pub async fn put(tx: &mut Tx, body: BodyId, bytes: &[u8]) -> Result<(), StoreError> {
    for (part, chunk) in parts(bytes).enumerate() {
        put_part(tx, body, part, chunk).await?;
    }
    Ok(())
}

/// Reads a whole body.
///
/// # Errors
/// [`StoreError::Missing`] when there is none.
pub async fn load(tx: &mut Tx, body: BodyId) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    for part in 0.. {
        match tx.optional(PART, values![body.0, part]).await? {
            Some(row) if part == 0 => bytes = row.bytes("bytes")?,
            Some(row) => bytes.extend(row.bytes("bytes")?),
            None if part == 0 => return Err(StoreError::Missing { what: "body", id: body.0 }),
            None => break,
        }
        if bytes.len() % PART_BYTES_MAX != 0 {
            break;
        }
    }
    Ok(bytes)
}

/// How many parts of a body there are.
///
/// # Errors
/// [`StoreError`].
pub async fn count_parts(tx: &mut Tx, body: BodyId) -> Result<usize, StoreError> {
    let parts = tx.one(PARTS, values![body.0]).await?.integer("parts")?;
    Ok(usize::try_from(parts).unwrap_or(0))
}

/// Drops a body.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(tx: &mut Tx, body: BodyId) -> Result<(), StoreError> {
    tx.execute(REMOVE, values![body.0]).await.map(drop)
}

/// Drops bodies that no row refers to: left by a stop between a large message's parts and its
/// row. Only while nobody writes any.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.execute(SWEEP, &[]).await
}

const PUT: &str = "insert into chunk (body, part, bytes) values ($1, $2, $3)";

const PART: &str = "select bytes from chunk where body = $1 and part = $2";

const PARTS: &str = "select count(*) as parts from chunk where body = $1";

const REMOVE: &str = "delete from chunk where body = $1";

const SWEEP: &str = "
delete from chunk
 where body not in (select body from inbound where body is not null)
   and body not in (select body from outbox)";
