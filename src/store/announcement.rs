//! Announcements: what nobody could plan, shown to who writes, and mailed once to who has an open ticket.

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use super::ticket::number;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its row.
    pub id: i64,
    /// Of this desk.
    pub desk: String,
    /// What it says.
    pub text: String,
    /// Whose word it is.
    pub actor: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Who is told, beside who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Nobody.
    Writers,
    /// The requesters of tickets that are open, once each.
    Open,
}

/// Announcements that are told at once; the newest count.
const TOLD_MAX: i64 = 5;

/// Announces something; its row.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(
    tx: &mut Tx,
    new: &Announcement,
    audience: Audience,
) -> Result<i64, StoreError> {
    let told = match audience {
        Audience::Writers => None,
        Audience::Open => Some(0_i64),
    };
    let values = values![&new.desk, &new.text, &new.actor, new.from, new.until, told];
    tx.one(INSERT, values).await?.integer("id")
}

/// What a desk announces at this instant, the newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn standing(
    tx: &mut Tx,
    desk: &str,
    now: Timestamp,
) -> Result<Vec<Announcement>, StoreError> {
    tx.all(STANDING, values![desk, now, TOLD_MAX]).await?.iter().map(read).collect()
}

/// Ends one; whether it stood.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(END, values![id, now]).await? == 1)
}

/// The first of a desk that is still to be mailed to requesters of open tickets, and the ticket up to which
/// it was.
///
/// # Errors
/// [`StoreError`].
pub async fn owed(
    tx: &mut Tx,
    desk: &str,
    now: Timestamp,
) -> Result<Option<(Announcement, i64)>, StoreError> {
    match tx.optional(OWED, values![desk, now]).await? {
        Some(row) => Ok(Some((read(&row)?, row.integer("told")?))),
        None => Ok(None),
    }
}

/// Open tickets above this one that were there when it was announced, the first of each requester.
///
/// # Errors
/// [`StoreError`].
pub async fn to_tell(
    tx: &mut Tx,
    one: &Announcement,
    after: i64,
    limit: i64,
) -> Result<Vec<TicketNumber>, StoreError> {
    let values = values![&one.desk, after, one.from, limit];
    tx.all(TO_TELL, values).await?.iter().map(number).collect()
}

/// Tickets up to this one were told; `None`: all were.
///
/// # Errors
/// [`StoreError`].
pub async fn told(tx: &mut Tx, id: i64, up_to: Option<TicketNumber>) -> Result<(), StoreError> {
    tx.execute_one(TOLD, values![id, up_to.map(TicketNumber::get)]).await
}

fn read(row: &Row) -> Result<Announcement, StoreError> {
    Ok(Announcement {
        id: row.integer("id")?,
        desk: row.text("desk")?,
        text: row.text("text")?,
        actor: row.text("actor")?,
        from: Timestamp::from_us(row.integer("from_us")?),
        until: Timestamp::from_us(row.integer("until_us")?),
    })
}

const INSERT: &str = "
insert into announcement (desk, text, actor, from_us, until_us, told)
values ($1, $2, $3, $4, $5, $6)
returning id";

const STANDING: &str = "
select id, desk, text, actor, from_us, until_us
  from announcement
 where desk = $1 and until_us > $2
 order by id desc
 limit $3";

const END: &str = "
update announcement set until_us = $2, told = null where id = $1 and until_us > $2";

const OWED: &str = "
select id, desk, text, actor, from_us, until_us, told
  from announcement
 where desk = $1 and told is not null and until_us > $2
 order by id
 limit 1";

const TO_TELL: &str = "
select ticket.number
  from ticket
 where ticket.desk = $1 and ticket.status not in ('resolved', 'closed') and ticket.number > $2
   and ticket.requester is not null and ticket.opened_us <= $3
   and not exists (select 1 from ticket other
                    where other.desk = ticket.desk and other.status not in ('resolved', 'closed')
                      and other.requester = ticket.requester and other.number < ticket.number)
 order by ticket.number
 limit $4";

const TOLD: &str = "update announcement set told = $2 where id = $1 and told is not null";
