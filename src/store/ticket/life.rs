//! What became of tickets: merged, pending until an instant, split, worked at.

use super::number;
use crate::desk::article::{ArticleId, ArticleKind};
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::time::Timestamp;
use crate::triage::split::ArticleHead;

/// What became of a ticket, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The ticket that has taken it in.
    pub merged_into: Option<TicketNumber>,
    /// Those that it has taken in.
    pub merged: Vec<TicketNumber>,
    /// When it comes back.
    pub pending_until: Option<Timestamp>,
    /// Minutes.
    pub spent: i64,
}

/// What became of a ticket.
///
/// # Errors
/// [`StoreError`].
pub async fn life(tx: &mut Tx, ticket: TicketNumber) -> Result<Life, StoreError> {
    let row = tx.one(LIFE, values![ticket.get()]).await?;
    let merged = tx.all(MERGED, values![ticket.get()]).await?;
    Ok(Life {
        merged_into: row.integer_or_null("merged_into")?.and_then(TicketNumber::new),
        merged: merged.iter().map(number).collect::<Result<_, _>>()?,
        pending_until: row.integer_or_null("pending_until_us")?.map(Timestamp::from_us),
        spent: spent(tx, ticket).await?,
    })
}

/// Minutes that were spent on a ticket.
///
/// # Errors
/// [`StoreError`].
pub async fn spent(tx: &mut Tx, ticket: TicketNumber) -> Result<i64, StoreError> {
    tx.one(SPENT, values![ticket.get()]).await?.integer("minutes")
}

/// The articles of a ticket's own, in order of time.
///
/// # Errors
/// [`StoreError`].
pub async fn heads(tx: &mut Tx, ticket: TicketNumber) -> Result<Vec<ArticleHead>, StoreError> {
    let rows = tx.all(HEADS, values![ticket.get()]).await?;
    rows.iter()
        .map(|row| {
            Ok(ArticleHead {
                id: ArticleId(row.integer("id")?),
                kind: row.parsed("kind", ArticleKind::parse)?,
                sender: row.text("sender")?,
            })
        })
        .collect()
}

/// Pending tickets of a desk that come back by now, those that waited longest first.
///
/// # Errors
/// [`StoreError`].
pub async fn due(
    tx: &mut Tx,
    desk: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(TicketNumber, Timestamp)>, StoreError> {
    let rows = tx.all(DUE, values![desk, now, limit]).await?;
    rows.iter()
        .map(|row| Ok((number(row)?, Timestamp::from_us(row.integer("pending_until_us")?))))
        .collect()
}

/// When the next ticket of a desk comes back, if one does.
///
/// # Errors
/// [`StoreError`].
pub async fn next(tx: &mut Tx, desk: &str) -> Result<Option<Timestamp>, StoreError> {
    let next = tx.one(NEXT, values![desk]).await?.integer_or_null("due_us")?;
    Ok(next.map(Timestamp::from_us))
}

const LIFE: &str = "select merged_into, pending_until_us from ticket where number = $1";

const MERGED: &str = "
with recursive family (number) as (
    select number from ticket where merged_into = $1
    union
    select ticket.number from family join ticket on ticket.merged_into = family.number
)
select number from family order by number";

const SPENT: &str =
    "select cast(coalesce(sum(minutes), 0) as bigint) as minutes from spent where ticket = $1";

const HEADS: &str =
    "select id, kind, sender from article where ticket = $1 order by at_us / 1000000, id";

const DUE: &str = "
select number, pending_until_us
  from ticket
 where desk = $1 and pending_until_us is not null and pending_until_us <= $2
 order by pending_until_us, number
 limit $3";

const NEXT: &str = "
select min(pending_until_us) as due_us
  from ticket
 where desk = $1 and pending_until_us is not null";
