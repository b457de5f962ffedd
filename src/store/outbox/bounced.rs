//! Notices that a server had taken and that did not arrive.

use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::time::Timestamp;
use crate::triage::decision::Bounced;

/// A notice of a ticket, or of one that was merged into it, did not arrive, though a server had taken
/// it. Its bytes and its state stay: it was sent.
///
/// # Errors
/// [`StoreError`].
pub(in crate::store) async fn note(
    tx: &mut Tx,
    bounced: &Bounced,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = values![bounced.message_id.as_str(), bounced.ticket.get(), now];
    tx.execute(BOUNCE, values).await.map(drop)
}

const BOUNCE: &str = "
update outbox
   set bounced_us = $3
 where message_id = $1 and bounced_us is null
   and ticket in (
        with recursive family (number) as (
            select number from ticket where number = $2
            union
            select ticket.number from family join ticket on ticket.merged_into = family.number
        )
        select number from family
   )";
