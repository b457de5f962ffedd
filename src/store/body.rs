//! Bytes of messages, in parts of at most 1 MiB, so that no transaction is long and no value is
//! large. A body whose parts do not fit into one transaction is noted as an *upload* until a row
//! refers to it; what a stop leaves of one is swept.

use std::collections::BTreeMap;

use super::error::StoreError;
use super::sql::{Tx, Value, values};
use crate::time::Timestamp;

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
    load_all(tx, &[body]).await?.remove(&body).ok_or_else(|| missing(body))
}

/// Reads whole bodies, several in one statement; those that there are.
///
/// # Errors
/// [`StoreError`].
pub async fn load_all(
    tx: &mut Tx,
    bodies: &[BodyId],
) -> Result<BTreeMap<BodyId, Vec<u8>>, StoreError> {
    let mut loaded: BTreeMap<BodyId, Vec<u8>> = BTreeMap::new();
    for group in bodies.chunks(LOADED_AT_ONCE) {
        let ids = (0..LOADED_AT_ONCE).map(|at| Value::Integer(group.get(at).map(|body| body.0)));
        let firsts = tx.all(FIRST_PARTS, &ids.collect::<Vec<_>>()).await?;
        for row in firsts {
            let (body, mut bytes) = (BodyId(row.integer("body")?), row.bytes("bytes")?);
            drop(row);
            load_rest(tx, body, &mut bytes).await?;
            loaded.insert(body, bytes);
        }
    }
    Ok(loaded)
}

/// Reads the parts behind the first, if it is full: one at a time, so that a large body is not in
/// memory twice.
async fn load_rest(tx: &mut Tx, body: BodyId, bytes: &mut Vec<u8>) -> Result<(), StoreError> {
    for part in 1.. {
        if bytes.is_empty() || !bytes.len().is_multiple_of(PART_BYTES_MAX) {
            break;
        }
        match tx.optional(PART, values![body.0, part]).await? {
            Some(row) => bytes.extend(row.bytes("bytes")?),
            None => break,
        }
    }
    Ok(())
}

/// What is said of a body that is not there.
#[must_use]
pub fn missing(body: BodyId) -> StoreError {
    StoreError::Missing { what: "body", id: body.0 }
}

/// Notes that parts of a body are to come, each in a transaction of its own.
///
/// # Errors
/// [`StoreError`].
pub async fn begin_upload(
    tx: &mut Tx,
    body: BodyId,
    desk: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(BEGIN_UPLOAD, values![body.0, desk, now]).await.map(drop)
}

/// What became of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploaded {
    /// All that was written of it is there.
    Kept,
    /// It was taken for what a stop had left, and nothing of it is there.
    Swept,
}

/// A row refers to the body from this transaction on.
///
/// # Errors
/// [`StoreError`].
pub async fn end_upload(tx: &mut Tx, body: BodyId) -> Result<Uploaded, StoreError> {
    if tx.execute(END_UPLOAD, values![body.0]).await? == 1 {
        return Ok(Uploaded::Kept);
    }
    // Parts that came after the sweep.
    tx.execute(REMOVE, values![body.0]).await?;
    Ok(Uploaded::Swept)
}

/// Drops a body to which no row refers.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn remove(tx: &mut Tx, body: BodyId) -> Result<(), StoreError> {
    tx.execute(REMOVE, values![body.0]).await.map(drop)
}

/// Uploads of a desk that began before `before`, at most 100. Whoever takes the desk finds what the
/// one before it left; nobody else uploads for it but the command line, which looks again.
///
/// # Errors
/// [`StoreError`].
pub async fn left_behind(
    tx: &mut Tx,
    desk: &str,
    before: Timestamp,
) -> Result<Vec<BodyId>, StoreError> {
    let rows = tx.all(LEFT_BEHIND, values![desk, before]).await?;
    rows.iter().map(|row| Ok(BodyId(row.integer("body")?))).collect()
}

/// Drops what there is of an upload.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, body: BodyId) -> Result<(), StoreError> {
    // The note first: who ends the upload meanwhile waits for this, or this finds it ended.
    if tx.execute(END_UPLOAD, values![body.0]).await? == 1 {
        tx.execute(REMOVE, values![body.0]).await?;
    }
    Ok(())
}

const PUT: &str = "insert into chunk (body, part, bytes) values ($1, $2, $3)";

/// Bodies of one statement.
const LOADED_AT_ONCE: usize = 16;

const FIRST_PARTS: &str = "
select body, bytes
  from chunk
 where part = 0
   and body in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

const PART: &str = "select bytes from chunk where body = $1 and part = $2";

const REMOVE: &str = "delete from chunk where body = $1";

const BEGIN_UPLOAD: &str = "insert into upload (body, desk, begun_us) values ($1, $2, $3)";

const END_UPLOAD: &str = "delete from upload where body = $1";

const LEFT_BEHIND: &str = "
select body from upload where desk = $1 and begun_us < $2 order by begun_us limit 100";
