//! Notices as people look at them: listed, shown, sent again, given up.

use super::filed::{Filed, read_filed};
use super::{DEAD_EVENT, OutboxId};
use crate::store::body::{self, BodyId};
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, values};
use crate::time::Timestamp;

/// A notice, for people.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Its row.
    pub id: OutboxId,
    /// Its desk.
    pub desk: String,
    /// The ticket it is about.
    pub ticket: i64,
    /// Which mail.
    pub kind: String,
    /// To whom.
    pub recipient: String,
    /// Where it stands.
    pub state: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// Refusals so far.
    pub attempts: i64,
    /// When it was refused first.
    pub first_attempt: Option<Timestamp>,
    /// When the server took it.
    pub sent: Option<Timestamp>,
    /// When another server said that it did not arrive.
    pub bounced: Option<Timestamp>,
    /// What the server said last.
    pub reply: Option<String>,
    /// Its identifier.
    pub message_id: String,
    /// Where its copy for the `sent` folder is.
    pub filed: Filed,
}

/// Notices that are not sent yet, or all, at most 500, above `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    tx: &mut Tx,
    state: Option<&str>,
    after: i64,
) -> Result<Vec<NoticeRow>, StoreError> {
    tx.all(LIST, values![state, after]).await?.iter().map(read_row).collect()
}

/// One notice and its bytes.
///
/// # Errors
/// [`StoreError`].
pub async fn show(tx: &mut Tx, id: OutboxId) -> Result<Option<(NoticeRow, Vec<u8>)>, StoreError> {
    let Some(row) = tx.optional(SHOW, values![id.0]).await? else { return Ok(None) };
    let bytes = body::load(tx, BodyId(row.integer("body")?)).await?;
    Ok(Some((read_row(&row)?, bytes)))
}

/// A dead, held or waiting notice is due now, with all its tries before it.
///
/// # Errors
/// [`StoreError::Raced`] when it is sent, or being sent.
pub async fn retry(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(RETRY, values![id.0, now]).await
}

/// A notice that waits is given up; it stays in the store.
///
/// # Errors
/// [`StoreError::Raced`] when it is sent, or being sent.
pub async fn give_up(
    tx: &mut Tx,
    id: OutboxId,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let reply = format!("dropped by {actor}");
    tx.execute_one(GIVE_UP, values![id.0, &reply]).await?;
    tx.execute(DEAD_EVENT, values![id.0, now, &reply]).await.map(drop)
}

pub(in crate::store) fn read_row(row: &Row) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        id: OutboxId(row.integer("id")?),
        desk: row.text("desk")?,
        ticket: row.integer("ticket")?,
        kind: row.text("kind")?,
        recipient: row.text("recipient")?,
        state: row.text("state")?,
        created: Timestamp::from_us(row.integer("created_us")?),
        due: Timestamp::from_us(row.integer("due_us")?),
        attempts: row.integer("attempts")?,
        first_attempt: row.integer_or_null("first_attempt_us")?.map(Timestamp::from_us),
        sent: row.integer_or_null("sent_us")?.map(Timestamp::from_us),
        bounced: row.integer_or_null("bounced_us")?.map(Timestamp::from_us),
        reply: row.text_or_null("reply")?,
        message_id: row.text("message_id")?,
        filed: read_filed(row)?,
    })
}

/// Notices as people look at them, those of which this is so.
macro_rules! notice_rows {
    ($which:literal) => {
        concat!(
            "
select id, desk, ticket, kind, recipient, state, created_us, due_us, attempts, first_attempt_us,
       sent_us, bounced_us, reply, message_id, body, filed, filed_reason
  from outbox
 where ",
            $which
        )
    };
}
pub(in crate::store) use notice_rows;

const LIST: &str = notice_rows!(
    "((cast($1 as text) is null and state <> 'sent') or state = $1 or $1 = 'all')
   and id > $2
 order by id
 limit 500"
);

const SHOW: &str = notice_rows!("id = $1");

const RETRY: &str = "
update outbox
   set state = 'due', due_us = $2, claimed_until_us = 0, attempts = 0, first_attempt_us = null
 where id = $1 and state in ('due', 'dead', 'held')";

const GIVE_UP: &str = "
update outbox set state = 'dead', reply = $2 where id = $1 and state in ('due', 'held')";
