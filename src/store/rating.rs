//! What requesters think of how their tickets were handled: one word a ticket, the last one.

use super::commit::Act;
use super::error::StoreError;
use super::sql::{Tx, values};
use crate::mail::address::Address;
use crate::mail::rating::Stars;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;
use crate::triage::decision::NewRating;

/// A rating, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// How good.
    pub stars: Stars,
    /// Who says so.
    pub rater: Address,
    /// When it was kept.
    pub at: Timestamp,
}

/// Keeps one; it takes the place of an earlier one.
pub(super) async fn put(tx: &mut Tx, new: &NewRating, act: &Act<'_>) -> Result<(), StoreError> {
    let values = values![new.ticket.get(), new.stars.get(), new.rater.as_str(), act.now];
    tx.execute(PUT, values).await.map(drop)
}

/// That of a ticket.
///
/// # Errors
/// [`StoreError`].
pub async fn of_ticket(tx: &mut Tx, ticket: TicketNumber) -> Result<Option<Rating>, StoreError> {
    let Some(row) = tx.optional(OF_TICKET, values![ticket.get()]).await? else { return Ok(None) };
    let stars = row.integer("stars")?;
    Ok(Some(Rating {
        stars: Stars::new(stars)
            .ok_or_else(|| StoreError::Corrupt { column: "stars", what: stars.to_string() })?,
        rater: row.parsed("rater", |text| Address::parse(text).ok())?,
        at: Timestamp::from_us(row.integer("at_us")?),
    }))
}

const PUT: &str = "
insert into rating (ticket, stars, rater, at_us)
values ($1, $2, $3, $4)
on conflict (ticket) do update
   set stars = excluded.stars, rater = excluded.rater, at_us = excluded.at_us";

const OF_TICKET: &str = "select stars, rater, at_us from rating where ticket = $1";
