//! Marks in the mailbox: what is owed to it once a message is decided.

use crate::store::error::StoreError;
use crate::store::mailbox::MailboxId;
use crate::store::sql::{Tx, Value, values};
use crate::triage::case::InboundId;

/// A message whose mark is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Its row.
    pub id: InboundId,
    /// Its UID.
    pub uid: i64,
}

/// Messages of a mailbox whose mark is owed.
///
/// # Errors
/// [`StoreError`].
pub async fn owed(tx: &mut Tx, mailbox: MailboxId, limit: i64) -> Result<Vec<Owed>, StoreError> {
    let rows = tx.all(OWED, values![mailbox.0, limit]).await?;
    rows.iter()
        .map(|row| Ok(Owed { id: InboundId(row.integer("id")?), uid: row.integer("uid")? }))
        .collect()
}

/// The mark is done, or `why` it cannot be.
///
/// # Errors
/// [`StoreError`].
pub async fn marked(
    tx: &mut Tx,
    messages: &[Owed],
    impossible: Option<&str>,
) -> Result<(), StoreError> {
    let state = if impossible.is_some() { "impossible" } else { "done" };
    for group in messages.chunks(MARKED_AT_ONCE) {
        let mut values = vec![Value::from(state), Value::from(impossible)];
        let ids = (0..MARKED_AT_ONCE).map(|at| group.get(at).map(|message| message.id.0));
        values.extend(ids.map(Value::Integer));
        tx.execute(MARKED, &values).await?;
    }
    Ok(())
}

/// Marks owed under a UIDVALIDITY that is gone can never be done.
///
/// # Errors
/// [`StoreError`].
pub async fn abandon_marks(tx: &mut Tx, current: MailboxId) -> Result<u64, StoreError> {
    tx.execute(ABANDON, values![current.0, "the folder has another UIDVALIDITY"]).await
}

const OWED: &str = "
select id, uid
  from inbound
 where mailbox = $1 and mark = 'owed'
 order by id
 limit $2";

/// Messages of one statement.
const MARKED_AT_ONCE: usize = 16;

const MARKED: &str = "
update inbound
   set mark = $1, mark_reason = $2
 where mark = 'owed'
   and id in ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

const ABANDON: &str = "
update inbound
   set mark = 'impossible', mark_reason = $2
 where mark = 'owed'
   and mailbox in (select older.id
                     from mailbox older
                     join mailbox newer
                       on newer.desk = older.desk and newer.folder = older.folder
                      and newer.id > older.id
                    where newer.id = $1)";
