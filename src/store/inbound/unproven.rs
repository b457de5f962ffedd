//! Messages that are decided while nobody can say who wrote them yet: their proof is pending, and they
//! are proven again when it is time. A recheck is counted before it is made, so that a message that stops
//! the program is not proven again for ever.

use super::{Pending, read_pending};
use crate::mail::proof::Proof;
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::evidence::evidence;
use crate::store::sql::{Row, Tx, values};
use crate::store::ticket;
use crate::time::Timestamp;
use crate::triage::case::InboundId;
use crate::triage::reconsider::{Role, Told};

/// A message that is to be proven again.
#[derive(Clone, Debug)]
pub struct Unproven {
    /// The message.
    pub pending: Pending,
    /// Its ticket.
    pub ticket: TicketNumber,
    /// What it is to the ticket.
    pub role: Role,
    /// How often it was proven again.
    pub rechecks: i64,
}

/// A decided message waits for its proof until `due`.
///
/// # Errors
/// [`StoreError::Raced`] if its proof is not pending.
pub async fn wait(tx: &mut Tx, id: InboundId, due: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(WAIT, values![id.0, due]).await
}

/// Messages of a desk that are due to be proven again, those that waited longest first.
///
/// # Errors
/// [`StoreError`].
pub async fn due(
    tx: &mut Tx,
    desk: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Unproven>, StoreError> {
    tx.all(DUE, values![desk, now, limit]).await?.iter().map(read).collect()
}

/// When the next message of a desk is due, if one waits.
///
/// # Errors
/// [`StoreError`].
pub async fn next(tx: &mut Tx, desk: &str) -> Result<Option<Timestamp>, StoreError> {
    let next = tx.one(NEXT, values![desk]).await?.integer_or_null("due_us")?;
    Ok(next.map(Timestamp::from_us))
}

/// A recheck begins; if nothing comes of it, the next one is due at `next`.
///
/// # Errors
/// [`StoreError::Raced`] if somebody else has begun it.
pub async fn begin(
    tx: &mut Tx,
    id: InboundId,
    rechecks: i64,
    next: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(BEGIN, values![id.0, rechecks, next]).await
}

/// What the recheck with this number came to. A proof that is not pending any more is the last word.
///
/// # Errors
/// [`StoreError::Raced`] if somebody else has begun another since.
pub async fn end(
    tx: &mut Tx,
    id: InboundId,
    recheck: i64,
    proof: &Proof,
) -> Result<(), StoreError> {
    let evidence = evidence(proof);
    tx.execute_one(END, values![id.0, recheck, proof.verdict.as_str(), &evidence]).await
}

/// What the requester of a ticket was told.
///
/// # Errors
/// [`StoreError`].
pub async fn told(tx: &mut Tx, ticket: TicketNumber) -> Result<Told, StoreError> {
    Ok(match tx.optional(TOLD, values![ticket.get()]).await? {
        Some(_) => Told::Something,
        None => Told::Nothing,
    })
}

fn read(row: &Row) -> Result<Unproven, StoreError> {
    Ok(Unproven {
        pending: read_pending(row)?,
        ticket: ticket::number(row)?,
        role: row.parsed("verdict", |word| match word {
            "opened" => Some(Role::Opened),
            "follow_up" => Some(Role::FollowUp),
            _ => None,
        })?,
        rechecks: row.integer("proof_rechecks")?,
    })
}

const WAIT: &str = "update inbound set proof_due_us = $2 where id = $1 and proof = 'pending'";

const DUE: &str = "
select id, received_us, spooled_us, age, found_us, form, size, body, attempts, duplicate_of,
       folder_kind, released_by, released_us, verdict, ticket as number, proof_rechecks
  from inbound
 where desk = $1 and proof_due_us is not null and proof_due_us <= $2
   and verdict in ('opened', 'follow_up') and body is not null
 order by proof_due_us, id
 limit $3";

const NEXT: &str = "
select min(proof_due_us) as due_us
  from inbound
 where desk = $1 and proof_due_us is not null
   and verdict in ('opened', 'follow_up') and body is not null";

const BEGIN: &str = "
update inbound
   set proof_rechecks = proof_rechecks + 1, proof_due_us = $3
 where id = $1 and proof = 'pending' and proof_rechecks = $2";

const END: &str = "
update inbound
   set proof = $3, evidence = $4,
       proof_due_us = case when $3 = 'pending' then proof_due_us end
 where id = $1 and proof = 'pending' and proof_rechecks = $2";

const TOLD: &str = "select id from outbox where ticket = $1 limit 1";
