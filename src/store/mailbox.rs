//! Folders as desks see them: first contact, position, last complete look.

use std::collections::BTreeMap;

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use crate::time::Timestamp;

/// The row of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxId(pub i64);

/// What a mailbox is, apart from its UIDVALIDITY (RFC 9051 §2.3.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The desk.
    pub desk: Box<str>,
    /// The IMAP server.
    pub host: Box<str>,
    /// The user who logs in.
    pub login: Box<str>,
    /// The folder.
    pub folder: Box<str>,
}

/// A mailbox under one UIDVALIDITY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Its row.
    pub id: MailboxId,
    /// UIDNEXT at the first look under this UIDVALIDITY; UIDs below lay there before.
    pub first_uid_next: i64,
    /// When the desk first saw the folder, under whatever UIDVALIDITY.
    pub first_contact: Timestamp,
    /// The last complete look under the UIDVALIDITY before; `None` when this is the first.
    pub predecessor_looked: Option<Timestamp>,
    /// The highest UID below which every listed UID has its row or is gone.
    pub last_uid: i64,
}

/// A mailbox, and whether this was the first look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Whether its row was made now.
    pub first_look: bool,
}

/// From where a folder is read at the first contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// What comes from now on.
    New,
    /// What lies there, too.
    All,
}

/// The mailbox under this UIDVALIDITY; made when this is the first look. A mailbox made so
/// inherits the first contact and the last look from its predecessor, if the desk watched the
/// folder before.
///
/// # Errors
/// [`StoreError`].
pub async fn meet(
    tx: &mut Tx,
    identity: &Identity,
    uid_validity: u32,
    uid_next: i64,
    start: Start,
    now: Timestamp,
) -> Result<Met, StoreError> {
    let Identity { desk, host, login, folder } = identity;
    let (desk, host, login, folder) = (&**desk, &**host, &**login, &**folder);
    let validity = i64::from(uid_validity);
    if let Some(row) =
        tx.optional(BY_IDENTITY, values![desk, host, login, folder, validity]).await?
    {
        return Ok(Met { mailbox: read(&row)?, first_look: false });
    }
    let before = tx.optional(PREDECESSOR, values![desk, folder]).await?;
    let (first_contact, looked, last_uid) = match &before {
        Some(row) => {
            let first = Timestamp::from_us(row.integer("first_contact_us")?);
            let looked = row.integer_or_null("looked_us")?;
            let inherited = row.integer_or_null("predecessor_looked_us")?;
            // A predecessor that was never looked through counts as seen when it was met.
            (first, looked.or(inherited).or(Some(first.as_us())), 0)
        }
        None => match start {
            Start::New => (now, None, uid_next - 1),
            Start::All => (now, None, 0),
        },
    };
    let made = tx
        .optional(
            INSERT,
            values![desk, host, login, folder, validity, uid_next, first_contact, looked, last_uid],
        )
        .await?;
    let row = made.ok_or(StoreError::Raced)?;
    Ok(Met { mailbox: read(&row)?, first_look: true })
}

/// The position moves up.
///
/// # Errors
/// [`StoreError`].
pub async fn advance(tx: &mut Tx, mailbox: MailboxId, last_uid: i64) -> Result<(), StoreError> {
    tx.execute(ADVANCE, values![mailbox.0, last_uid]).await.map(drop)
}

/// The server has gone back: UIDs from `uid_next` on mean other messages than they did.
///
/// # Errors
/// [`StoreError`].
pub async fn go_back(tx: &mut Tx, mailbox: MailboxId, uid_next: i64) -> Result<(), StoreError> {
    tx.execute(GO_BACK, values![mailbox.0, uid_next]).await.map(drop)
}

/// When the desk first saw any of its folders; `None` when it never did.
///
/// # Errors
/// [`StoreError`].
pub async fn first_contact(tx: &mut Tx, desk: &str) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.one(FIRST_CONTACT, values![desk]).await?;
    Ok(row.integer_or_null("first_contact_us")?.map(Timestamp::from_us))
}

/// Everything that lay there at `at` is spooled.
///
/// # Errors
/// [`StoreError`].
pub async fn looked(tx: &mut Tx, mailbox: MailboxId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(LOOKED, values![mailbox.0, at]).await.map(drop)
}

/// When each of these folders was looked through last, the earliest of them: what the server had taken by then
/// is spooled. `None` where one was not yet.
///
/// # Errors
/// [`StoreError`].
pub async fn all_looked<'a>(
    tx: &mut Tx,
    desk: &str,
    folders: impl Iterator<Item = &'a Box<str>>,
) -> Result<Option<Timestamp>, StoreError> {
    let mut last = BTreeMap::new();
    // Of a folder under several UIDVALIDITYs the newest counts.
    for row in tx.all(ALL_LOOKED, values![desk]).await? {
        last.insert(row.text("folder")?, row.integer_or_null("looked_us")?);
    }
    let looked = folders.map(|folder| last.get(&**folder).copied().flatten());
    let earliest = looked.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().min());
    Ok(earliest.map(Timestamp::from_us))
}

/// UIDs above the position that have their row already, with INTERNALDATE.
///
/// # Errors
/// [`StoreError`].
pub async fn spooled_above(
    tx: &mut Tx,
    mailbox: MailboxId,
    uid: i64,
) -> Result<Vec<(i64, Timestamp)>, StoreError> {
    let rows = tx.all(SPOOLED_ABOVE, values![mailbox.0, uid]).await?;
    rows.iter()
        .map(|row| Ok((row.integer("uid")?, Timestamp::from_us(row.integer("received_us")?))))
        .collect()
}

fn read(row: &Row) -> Result<Mailbox, StoreError> {
    Ok(Mailbox {
        id: MailboxId(row.integer("id")?),
        first_uid_next: row.integer("first_uid_next")?,
        first_contact: Timestamp::from_us(row.integer("first_contact_us")?),
        predecessor_looked: row.integer_or_null("predecessor_looked_us")?.map(Timestamp::from_us),
        last_uid: row.integer("last_uid")?,
    })
}

const BY_IDENTITY: &str = "
select id, first_uid_next, first_contact_us, predecessor_looked_us, last_uid
  from mailbox
 where desk = $1 and host = $2 and login = $3 and folder = $4 and uid_validity = $5";

const PREDECESSOR: &str = "
select first_contact_us, predecessor_looked_us, looked_us
  from mailbox
 where desk = $1 and folder = $2
 order by id desc
 limit 1";

const INSERT: &str = "
insert into mailbox (desk, host, login, folder, uid_validity,
                     first_uid_next, first_contact_us, predecessor_looked_us, last_uid)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
returning id, first_uid_next, first_contact_us, predecessor_looked_us, last_uid";

const ADVANCE: &str = "update mailbox set last_uid = $2 where id = $1 and last_uid < $2";

const GO_BACK: &str = "
update mailbox
   set last_uid = $2 - 1,
       first_uid_next = case when first_uid_next < $2 then first_uid_next else $2 end
 where id = $1 and last_uid >= $2";

const FIRST_CONTACT: &str = "
select min(first_contact_us) as first_contact_us from mailbox where desk = $1";

const LOOKED: &str = "update mailbox set looked_us = $2 where id = $1";

const ALL_LOOKED: &str = "select folder, looked_us from mailbox where desk = $1 order by id";

const SPOOLED_ABOVE: &str = "
select uid, received_us
  from inbound
 where mailbox = $1 and uid > $2
 order by uid
 limit 100000";
