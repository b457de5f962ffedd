//! Signatures on which something was done: a message under one of them again is a replay, whatever was
//! changed of what it does not cover.

use super::error::StoreError;
use super::sql::{Tx, Value, values};
use crate::mail::proof::{Proof, SIGNED_MAX, Verdict};
use crate::triage::case::InboundId;

/// Notes the signatures that prove a message; those that came before stay the others'.
///
/// # Errors
/// [`StoreError`].
pub async fn note(
    tx: &mut Tx,
    desk: &str,
    inbound: InboundId,
    proof: &Proof,
) -> Result<(), StoreError> {
    match proof.verdict {
        Verdict::Strong | Verdict::Pass => {}
        // A pending one is noted when it is settled.
        Verdict::PassSpf
        | Verdict::None
        | Verdict::Pending
        | Verdict::Fail
        | Verdict::Ambiguous => return Ok(()),
    }
    for key in &proof.signed {
        tx.execute(NOTE, values![desk, key.0.as_slice(), inbound.0]).await?;
    }
    Ok(())
}

/// The first message of a desk that was under one of the signatures of this one.
///
/// # Errors
/// [`StoreError`].
pub async fn first(
    tx: &mut Tx,
    desk: &str,
    proof: &Proof,
) -> Result<Option<InboundId>, StoreError> {
    if proof.signed.is_empty() {
        return Ok(None);
    }
    let keys = (0..SIGNED_MAX).map(|at| Value::Bytes(proof.signed.get(at).map(|key| &key.0[..])));
    let values: Vec<_> = std::iter::once(Value::from(desk)).chain(keys).collect();
    match tx.optional(FIRST, &values).await? {
        Some(row) => Ok(Some(InboundId(row.integer("inbound")?))),
        None => Ok(None),
    }
}

const NOTE: &str = "
insert into signature (desk, key, inbound) values ($1, $2, $3) on conflict do nothing";

const FIRST: &str = "
select inbound
  from signature
 where desk = $1 and key in ($2, $3, $4, $5)
 order by inbound
 limit 1";
