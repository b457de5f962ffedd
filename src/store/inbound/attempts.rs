//! Failures of a message's own, counted; and what waits for something else.

use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::time::Timestamp;
use crate::triage::case::InboundId;

/// Counts a failure of the message's own, before it is tried.
///
/// # Errors
/// [`StoreError`].
pub async fn raise_attempts(tx: &mut Tx, id: InboundId) -> Result<(), StoreError> {
    tx.execute(RAISE_ATTEMPTS, values![id.0]).await.map(drop)
}

/// Takes a failure back that was not the message's own, if it was counted: there were `attempts`
/// before it. Asked twice, this takes one back.
///
/// # Errors
/// [`StoreError`].
pub async fn lower_attempts(tx: &mut Tx, id: InboundId, attempts: i64) -> Result<(), StoreError> {
    tx.execute(LOWER_ATTEMPTS, values![id.0, attempts]).await.map(drop)
}

/// A message that waits for its decision is not looked at before an instant.
///
/// # Errors
/// [`StoreError`].
pub async fn put_off(
    tx: &mut Tx,
    id: InboundId,
    until: Timestamp,
    about: Option<TicketNumber>,
) -> Result<(), StoreError> {
    tx.execute_one(PUT_OFF, values![id.0, until, about.map(TicketNumber::get)]).await
}

const RAISE_ATTEMPTS: &str = "
update inbound set attempts = attempts + 1 where id = $1 and state = 'pending'";

const LOWER_ATTEMPTS: &str = "
update inbound set attempts = $2 where id = $1 and state = 'pending' and attempts = $2 + 1";

const PUT_OFF: &str = "
update inbound set due_us = $2, about = $3 where id = $1 and state = 'pending'";
