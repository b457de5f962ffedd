//! Messages as people look at them: listed, shown, decided again, put aside.

use crate::store::body::BodyId;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, values};
use crate::time::Timestamp;
use crate::triage::case::{InboundId, Released};

/// A message, for people.
#[derive(Clone, Debug)]
pub struct InboundRow {
    /// Its row.
    pub id: InboundId,
    /// Its desk.
    pub desk: String,
    /// The folder and UID, or the file, that it came from.
    pub origin: String,
    /// When the mail server took it.
    pub received: Timestamp,
    /// When it was stored.
    pub spooled: Timestamp,
    /// When it was decided, or put aside; `None` while it waits, or when it is not known.
    pub decided: Option<Timestamp>,
    /// Who wrote it; `None` is nobody, or not known.
    pub sender: Option<String>,
    /// Its identifier, if it is known.
    pub message_id: Option<String>,
    /// How it relates to the first look; `found` later than it came.
    pub age: String,
    /// Bytes on the server.
    pub size: i64,
    /// How much of it there is.
    pub form: String,
    /// Its bytes.
    pub body: Option<BodyId>,
    /// What became of it, `pending` when it waits.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// Who wrote it, as far as that is known: one word.
    pub proof: Option<String>,
    /// What that rests on, as JSON.
    pub evidence: Option<String>,
    /// The ticket it belongs to.
    pub ticket: Option<i64>,
    /// The message it is a copy of.
    pub duplicate_of: Option<InboundId>,
    /// Failures of its own.
    pub attempts: i64,
    /// Where its mark stands.
    pub mark: String,
    /// Why its mark cannot be done.
    pub mark_reason: Option<String>,
}

/// How many messages of a desk are held.
///
/// # Errors
/// [`StoreError`].
pub async fn held(tx: &mut Tx, desk: &str) -> Result<i64, StoreError> {
    tx.one(HELD, values![desk]).await?.integer("held")
}

/// Messages with this verdict (`pending` is one, `all` is every), or those that wait or are held;
/// at most 500, above `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    tx: &mut Tx,
    verdict: Option<&str>,
    after: i64,
) -> Result<Vec<InboundRow>, StoreError> {
    tx.all(LIST, values![verdict, after]).await?.iter().map(read_row).collect()
}

/// One message.
///
/// # Errors
/// [`StoreError`].
pub async fn show(tx: &mut Tx, id: InboundId) -> Result<Option<InboundRow>, StoreError> {
    tx.optional(SHOW, values![id.0]).await?.as_ref().map(read_row).transpose()
}

/// A held, ignored or dropped message is decided again, with all its tries before it. One that was
/// held among many old ones is now wanted, as is one from before the first run, told to nobody.
///
/// # Errors
/// [`StoreError::Raced`] when it is none of these, or was never fetched.
pub async fn retry(tx: &mut Tx, id: InboundId) -> Result<(), StoreError> {
    tx.execute_one(RETRY, values![id.0]).await
}

/// A person says that a held, ignored or dropped message is no spam; it is heeded when the message
/// is decided again.
///
/// # Errors
/// [`StoreError::Raced`] when it is none of these.
pub async fn release(tx: &mut Tx, id: InboundId, word: &Released) -> Result<(), StoreError> {
    tx.execute_one(RELEASE, values![id.0, &word.by, word.at]).await
}

/// A held message is put aside for good.
///
/// # Errors
/// [`StoreError::Raced`] when it is not held.
pub async fn put_aside(
    tx: &mut Tx,
    id: InboundId,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(PUT_ASIDE, values![id.0, reason, now]).await
}

pub(in crate::store) fn read_row(row: &Row) -> Result<InboundRow, StoreError> {
    let origin = match row.text_or_null("folder")? {
        Some(folder) => format!("{folder}, UID {}", row.integer("uid")?),
        None => row.text_or_null("source")?.unwrap_or_default(),
    };
    Ok(InboundRow {
        id: InboundId(row.integer("id")?),
        desk: row.text("desk")?,
        origin,
        received: Timestamp::from_us(row.integer("received_us")?),
        spooled: Timestamp::from_us(row.integer("spooled_us")?),
        decided: row.integer_or_null("decided_us")?.map(Timestamp::from_us),
        sender: row.text_or_null("sender")?,
        message_id: row.text_or_null("message_id")?,
        age: row.text("age")?,
        size: row.integer("size")?,
        form: row.text("form")?,
        body: row.integer_or_null("body")?.map(BodyId),
        verdict: row.text_or_null("verdict")?.unwrap_or_else(|| "pending".to_owned()),
        reason: row.text_or_null("reason")?.unwrap_or_default(),
        proof: row.text_or_null("proof")?,
        evidence: row.text_or_null("evidence")?,
        ticket: row.integer_or_null("ticket")?,
        duplicate_of: row.integer_or_null("duplicate_of")?.map(InboundId),
        attempts: row.integer("attempts")?,
        mark: row.text("mark")?,
        mark_reason: row.text_or_null("mark_reason")?,
    })
}

const HELD: &str = "
select count(*) as held from inbound where desk = $1 and verdict = 'held'";

/// Messages as people look at them, those of which this is so.
macro_rules! inbound_rows {
    ($which:literal) => {
        concat!(
            "
select inbound.id, inbound.desk, mailbox.folder, inbound.uid, inbound.source, inbound.received_us,
       inbound.spooled_us, inbound.decided_us, inbound.sender, inbound.message_id,
       case when inbound.age = 'new' and inbound.found_us is not null then 'found'
            else inbound.age end as age,
       inbound.size, inbound.form, inbound.body, inbound.verdict, inbound.reason, inbound.proof,
       inbound.evidence, inbound.ticket, inbound.duplicate_of, inbound.attempts, inbound.mark, inbound.mark_reason
  from inbound
  left join mailbox on mailbox.id = inbound.mailbox
 where ",
            $which
        )
    };
}
pub(in crate::store) use inbound_rows;

const LIST: &str = inbound_rows!(
    "inbound.id > $2
   and ($1 = 'all'
        or inbound.verdict = $1
        or ($1 = 'pending' and inbound.verdict is null)
        or (cast($1 as text) is null and (inbound.verdict is null or inbound.verdict = 'held')))
 order by inbound.id
 limit 500"
);

const SHOW: &str = inbound_rows!("inbound.id = $1");

const RETRY: &str = "
update inbound
   set state = 'pending', verdict = null, reason = null, content = null, attempts = 0,
       due_us = 0, decided_us = null,
       age = case age when 'old_in_bulk' then 'new'
                      when 'before_first_run' then 'back_fill'
                      else age end
 where id = $1 and verdict in ('held', 'ignored', 'dropped') and body is not null";

const RELEASE: &str = "
update inbound
   set released_by = $2, released_us = $3
 where id = $1 and verdict in ('held', 'ignored', 'dropped')";

const PUT_ASIDE: &str = "
update inbound
   set verdict = 'dropped', reason = $2, decided_us = $3,
       mark = case when mailbox is null or form = 'oversize' then 'none' else 'owed' end
 where id = $1 and verdict = 'held'";
