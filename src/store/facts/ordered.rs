//! What was ordered before of the tickets that a message may belong to. Nothing is asked where it orders nothing.

use super::Question;
use crate::desk::request::Request;
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::rating;
use crate::store::sql::{Tx, values};
use crate::store::ticket::history;
use crate::time::Timestamp;
use crate::triage::case::ordered::Ordered;
use crate::triage::request::history::{MANY, WITHIN};

pub(super) async fn ordered(
    tx: &mut Tx,
    question: &Question<'_>,
    tickets: &[TicketNumber],
) -> Result<Vec<Ordered>, StoreError> {
    let mut known: Vec<Ordered> = Vec::new();
    if !question.asked.is_something() {
        return Ok(known);
    }
    for ticket in tickets.iter().copied() {
        if known.iter().any(|one| one.ticket == ticket) {
            continue;
        }
        let rating = rating::of_ticket(tx, ticket).await?.map(|rating| rating.stars);
        let told = tx.one(SUPERVISOR, values![ticket.get()]).await?.integer_or_null("at_us")?;
        let (histories, exchanged) = if question.asked.asks_for(Request::History) {
            (histories(tx, ticket, question.now).await?, history::exchanged(tx, ticket).await?)
        } else {
            (Vec::new(), None)
        };
        let supervisor = told.map(Timestamp::from_us);
        known.push(Ordered { ticket, rating, supervisor, histories, exchanged });
    }
    Ok(known)
}

/// When the correspondence of a ticket went out, as far as that counts.
async fn histories(
    tx: &mut Tx,
    ticket: TicketNumber,
    now: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let many = i64::try_from(MANY).unwrap_or(i64::MAX);
    let rows = tx.all(HISTORIES, values![ticket.get(), now.before(WITHIN), many]).await?;
    rows.iter().map(|row| Ok(Timestamp::from_us(row.integer("created_us")?))).collect()
}

const SUPERVISOR: &str =
    "select max(at_us) as at_us from event where ticket = $1 and kind = 'supervisor'";

const HISTORIES: &str = "
select created_us
  from outbox
 where ticket = $1 and kind = 'history' and created_us > $2
 order by created_us desc
 limit $3";
