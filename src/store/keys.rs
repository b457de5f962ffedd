//! The keys that the instance has had, by their ids: which one is the one of now, and when another was
//! replaced.

use super::Identity;
use super::error::{OpenError, StoreError};
use super::sql::{Tx, values};
use crate::time::Timestamp;

/// A key, as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// Its id, which tells nothing about it.
    pub id: Box<str>,
    /// Since when it is, or was, the one of now.
    pub since: Timestamp,
    /// When another took its place.
    pub replaced: Option<Timestamp>,
}

/// Every key, the oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<KnownKey>, StoreError> {
    let rows = tx.all(LIST, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(KnownKey {
                id: row.text("id")?.into(),
                since: Timestamp::from_us(row.integer("since_us")?),
                replaced: row.integer_or_null("replaced_us")?.map(Timestamp::from_us),
            })
        })
        .collect()
}

/// The key of now must be one of those that are at hand. The first of these takes its place, unless
/// it had its time before: a daemon whose file is older keeps what the others work with.
pub(super) async fn claim(
    tx: &mut Tx,
    identity: &Identity<'_>,
    now: Timestamp,
) -> Result<(), OpenError> {
    let first = identity.key_ids.first().copied().unwrap_or_default();
    if tx.execute(CLAIM, values![identity.instance, first, now]).await? > 0 {
        tx.execute(BEGIN, values![first, now]).await?;
    }
    let row = tx.one(CLAIMED, &[]).await?;
    let (found, key) = (row.text("name")?, row.text("key_id")?);
    if found != identity.instance {
        let configured = identity.instance.to_owned();
        return Err(OpenError::OtherInstance { found, configured });
    }
    if !identity.key_ids.contains(&key.as_str()) {
        let (ours, path) = (first.to_owned(), identity.key_file.to_owned());
        return Err(OpenError::OtherKey { found: key, ours, path });
    }
    // Of two daemons that start at once one begins the new key; the other waits for it, and finds that
    // it had its time.
    if key != first && tx.execute(BEGIN, values![first, now]).await? > 0 {
        tx.execute_one(REPLACE, values![&key, now]).await?;
        tx.execute_one(CHANGE, values![&key, first]).await?;
    }
    Ok(())
}

const LIST: &str = "select id, since_us, replaced_us from instance_key order by since_us, id";

const CLAIM: &str = "
insert into instance (id, name, key_id, created_us)
values (1, $1, $2, $3)
on conflict do nothing";

const BEGIN: &str = "
insert into instance_key (id, since_us) values ($1, $2) on conflict do nothing";

pub(super) const CLAIMED: &str = "select name, key_id from instance where id = 1";

const REPLACE: &str =
    "update instance_key set replaced_us = $2 where id = $1 and replaced_us is null";

const CHANGE: &str = "update instance set key_id = $2 where id = 1 and key_id = $1";
