//! Copies for the agents' `sent` folder: what is owed to it once a server has an answer.

use super::{OutboxId, Settled};
use crate::store::body::{self, BodyId};
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, Value, values};
use crate::time::Timestamp;

/// An answer whose copy is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfiled {
    /// Its row.
    pub id: OutboxId,
    /// Its identifier, without angle brackets.
    pub message_id: String,
    /// When the server took it.
    pub sent: Timestamp,
    body: BodyId,
}

/// Where the copy of an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// None is wanted.
    No,
    /// It is owed.
    Owed,
    /// It lies in the folder.
    Done,
    /// It never will, and why.
    Impossible(String),
}

impl Unfiled {
    /// The bytes that were sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn bytes(&self, tx: &mut Tx) -> Result<Vec<u8>, StoreError> {
        body::load(tx, self.body).await
    }
}

/// Of what a server has taken, a copy of each answer is owed from now on. Belongs to the transaction
/// that settles it.
///
/// # Errors
/// [`StoreError`].
pub async fn owe(tx: &mut Tx, settled: &[(OutboxId, Settled)]) -> Result<u64, StoreError> {
    let sent = settled.iter().filter(|(_, outcome)| matches!(outcome, Settled::Sent { .. }));
    let sent: Vec<i64> = sent.map(|(id, _)| id.0).collect();
    let mut owed = 0;
    for group in sent.chunks(OWED_AT_ONCE) {
        let ids = (0..OWED_AT_ONCE).map(|at| Value::Integer(group.get(at).copied()));
        owed += tx.execute(OWE, &ids.collect::<Vec<_>>()).await?;
    }
    Ok(owed)
}

/// The answer of a desk whose copy has been owed longest.
///
/// # Errors
/// [`StoreError`].
pub async fn next(tx: &mut Tx, desk: &str) -> Result<Option<Unfiled>, StoreError> {
    let row = tx.optional(NEXT, values![desk]).await?;
    row.as_ref().map(read).transpose()
}

/// The copy lies in the folder, or `impossible` says why it never will.
///
/// # Errors
/// [`StoreError`].
pub async fn filed(tx: &mut Tx, id: OutboxId, impossible: Option<&str>) -> Result<(), StoreError> {
    let state = if impossible.is_some() { "impossible" } else { "done" };
    tx.execute(FILED, values![id.0, state, impossible]).await.map(drop)
}

pub(super) fn read_filed(row: &Row) -> Result<Filed, StoreError> {
    let reason = row.text_or_null("filed_reason")?.unwrap_or_default();
    Ok(match row.text_or_null("filed")?.as_deref() {
        Some("owed") => Filed::Owed,
        Some("done") => Filed::Done,
        Some(_) => Filed::Impossible(reason),
        None => Filed::No,
    })
}

fn read(row: &Row) -> Result<Unfiled, StoreError> {
    Ok(Unfiled {
        id: OutboxId(row.integer("id")?),
        message_id: row.text("message_id")?,
        sent: Timestamp::from_us(row.integer("sent_us")?),
        body: BodyId(row.integer("body")?),
    })
}

/// Answers of one statement.
const OWED_AT_ONCE: usize = 10;

const OWE: &str = "
update outbox
   set filed = 'owed'
 where kind = 'answer' and state = 'sent' and filed is null
   and id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const NEXT: &str = "
select id, message_id, sent_us, body
  from outbox
 where desk = $1 and filed = 'owed'
 order by id
 limit 1";

const FILED: &str = "
update outbox
   set filed = $2, filed_reason = $3
 where id = $1 and filed = 'owed'";
