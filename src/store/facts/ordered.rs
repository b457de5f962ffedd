//! What was ordered before of the tickets that a message may belong to. Nothing is asked where it orders nothing.

use super::Question;
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::rating;
use crate::store::sql::{Tx, values};
use crate::time::Timestamp;
use crate::triage::case::ordered::Ordered;

pub(super) async fn ordered(
    tx: &mut Tx,
    question: &Question<'_>,
    tickets: &[TicketNumber],
) -> Result<Vec<Ordered>, StoreError> {
    let mut known: Vec<Ordered> = Vec::new();
    if !question.orders {
        return Ok(known);
    }
    for ticket in tickets.iter().copied() {
        if known.iter().any(|one| one.ticket == ticket) {
            continue;
        }
        let rating = rating::of_ticket(tx, ticket).await?.map(|rating| rating.stars);
        let told = tx.one(SUPERVISOR, values![ticket.get()]).await?.integer_or_null("at_us")?;
        known.push(Ordered { ticket, rating, supervisor: told.map(Timestamp::from_us) });
    }
    Ok(known)
}

const SUPERVISOR: &str =
    "select max(at_us) as at_us from event where ticket = $1 and kind = 'supervisor'";
