//! Desks whose folders are to be compared with the database: who asks, and what is known there.

use std::collections::BTreeMap;

use super::error::StoreError;
use super::mailbox::MailboxId;
use super::sql::{Tx, Value, values};
use crate::time::Timestamp;

/// A desk's folders are to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What was received before is passed over.
    pub since: Timestamp,
    /// The database was restored then: what was received before may have been answered, and is told
    /// to nobody.
    pub restored: Option<Timestamp>,
    /// When it was asked for last.
    pub asked: Timestamp,
}

/// Asks for a desk's folders to be compared. One that was asked for before becomes the wider of both.
///
/// # Errors
/// [`StoreError`].
pub async fn ask(tx: &mut Tx, desk: &str, wish: &Wish) -> Result<(), StoreError> {
    let restored = wish.restored.map(Timestamp::as_us);
    tx.execute(ASK, values![desk, wish.since, restored, wish.asked]).await.map(drop)
}

/// Asks for it at every desk that has watched a folder, after a restore at `at`.
///
/// # Errors
/// [`StoreError`].
pub async fn ask_all(tx: &mut Tx, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(ASK_ALL, values![at]).await.map(drop)
}

/// What is asked for at a desk; `None` when nothing is.
///
/// # Errors
/// [`StoreError`].
pub async fn wish(tx: &mut Tx, desk: &str) -> Result<Option<Wish>, StoreError> {
    let Some(row) = tx.optional(WISH, values![desk]).await? else { return Ok(None) };
    Ok(Some(Wish {
        since: Timestamp::from_us(row.integer("since_us")?),
        restored: row.integer_or_null("restored_us")?.map(Timestamp::from_us),
        asked: Timestamp::from_us(row.integer("asked_us")?),
    }))
}

/// What was asked for is done, unless it was asked for again meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn done(tx: &mut Tx, desk: &str, wish: &Wish) -> Result<(), StoreError> {
    tx.execute(DONE, values![desk, wish.asked]).await.map(drop)
}

/// The UIDs of a mailbox from `first` to `last` that have a row, with INTERNALDATE.
///
/// # Errors
/// [`StoreError`].
pub async fn spooled(
    tx: &mut Tx,
    mailbox: MailboxId,
    first: i64,
    last: i64,
) -> Result<Vec<(i64, Timestamp)>, StoreError> {
    let rows = tx.all(SPOOLED, values![mailbox.0, first, last]).await?;
    rows.iter()
        .map(|row| Ok((row.integer("uid")?, Timestamp::from_us(row.integer("received_us")?))))
        .collect()
}

/// How many messages of a desk were received at these instants, by instant and size: wherever they
/// are now.
///
/// # Errors
/// [`StoreError`].
pub async fn received(
    tx: &mut Tx,
    desk: &str,
    instants: &[Timestamp],
) -> Result<BTreeMap<(Timestamp, i64), usize>, StoreError> {
    let mut known = BTreeMap::new();
    for group in instants.chunks(INSTANTS) {
        let mut values = vec![Value::from(desk)];
        let instants = (0..INSTANTS).map(|at| group.get(at).map(|instant| instant.as_us()));
        values.extend(instants.map(Value::Integer));
        for row in tx.all(RECEIVED, &values).await? {
            let received = Timestamp::from_us(row.integer("received_us")?);
            *known.entry((received, row.integer("size")?)).or_insert(0) += 1;
        }
    }
    Ok(known)
}

/// Instants of one statement.
const INSTANTS: usize = 16;

const ASK: &str = "
insert into reconcile (desk, since_us, restored_us, asked_us)
values ($1, $2, $3, $4)
on conflict (desk) do update
   set since_us = case when excluded.since_us < reconcile.since_us then excluded.since_us
                       else reconcile.since_us end,
       restored_us = coalesce(excluded.restored_us, reconcile.restored_us),
       asked_us = excluded.asked_us";

const ASK_ALL: &str = "
insert into reconcile (desk, since_us, restored_us, asked_us)
select distinct desk, 0, cast($1 as bigint), cast($1 as bigint)
  from mailbox
 where 1 = 1
on conflict (desk) do update
   set since_us = 0, restored_us = excluded.restored_us, asked_us = excluded.asked_us";

const WISH: &str = "select since_us, restored_us, asked_us from reconcile where desk = $1";

const DONE: &str = "delete from reconcile where desk = $1 and asked_us = $2";

const SPOOLED: &str = "
select uid, received_us
  from inbound
 where mailbox = $1 and uid >= $2 and uid <= $3
 order by uid
 limit 100000";

const RECEIVED: &str = "
select received_us, size
  from inbound
 where desk = $1
   and received_us in ($2, $3, $4, $5, $6, $7, $8, $9,
                       $10, $11, $12, $13, $14, $15, $16, $17)
 limit 100000";
