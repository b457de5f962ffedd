//! Fetched messages become durable: line 1. From here the mailbox may burn.

use std::time::Duration;

use super::look::{LookError, STEP};
use super::pulse::Beat;
use super::room::Room;
use crate::config::Start;
use crate::failpoint::{self, Point};
use crate::imap::{Listed, Session, Uid};
use crate::mail::{Digest, Digester};
use crate::store::body::{self, BodyId, PART_BYTES_MAX};
use crate::store::error::StoreError;
use crate::store::inbound::{self, Content, NewInbound, Origin, SpoolAge, Spooled};
use crate::store::mailbox::Mailbox;
use crate::store::sequence::{self, Sequence};
use crate::store::sql::Tx;
use crate::time::Timestamp;
use crate::triage::case::{Age, FolderKind};

/// A message on its way into the spool.
#[derive(Debug)]
pub struct Arrived {
    /// Its UID.
    pub uid: Uid,
    /// INTERNALDATE.
    pub received: Timestamp,
    /// Bytes on the server.
    pub size: u64,
    /// What was fetched.
    pub piece: Piece,
}

/// Where messages come from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A folder that the desk watches.
    Watched {
        /// The mailbox.
        mailbox: &'a Mailbox,
        /// When the database was restored, if all that came before is not known again yet.
        restored: Option<Timestamp>,
        /// Which kind of folder it is.
        kind: FolderKind,
    },
    /// The folder that decided messages are moved to. What is found there stays as it is.
    Archive {
        /// The folder.
        folder: &'a str,
        /// Its UIDVALIDITY.
        uid_validity: u32,
    },
}

/// What was fetched of a message.
#[derive(Debug)]
pub enum Piece {
    /// All of it, in memory.
    Bytes(Vec<u8>),
    /// What is stored already, or why nothing is.
    Stored(Content),
}

/// Bytes of an oversize message that are read: header and beginning (256 KiB).
pub const OVERSIZE_BYTES: u32 = 256 * 1024;
/// After a changed UIDVALIDITY a message that the predecessor's last look should have met, and
/// that nobody knows, lay there before; one that came within this time of it may be new.
const LOOK_MARGIN: Duration = Duration::from_hours(1);

/// Puts a batch into the spool in one transaction; how many of it are new.
///
/// # Errors
/// [`StoreError`]; nothing of the batch is spooled then.
pub async fn spool(
    room: &Room,
    source: Source<'_>,
    arrived: Vec<Arrived>,
) -> Result<usize, StoreError> {
    let now = room.clock.now();
    let digests: Vec<Option<Digest>> = arrived
        .iter()
        .map(|one| match &one.piece {
            Piece::Bytes(bytes) => Some(Digest::of(bytes)),
            Piece::Stored(_) => None,
        })
        .collect();
    let mut bodies = room.bodies.lock().await;
    bodies.reserve_bodies(&room.store, arrived.len()).await?;
    let mut tx = room.store.begin().await?;
    let (mut new, mut delays) = (0, Vec::new());
    for (one, digest) in arrived.into_iter().zip(digests) {
        let uid = i64::from(one.uid.get());
        let content = match (one.piece, digest) {
            (Piece::Bytes(bytes), Some(digest)) => {
                let body = BodyId(bodies.advance());
                body::put(&mut tx, body, &bytes).await?;
                Content::Whole(body, digest)
            }
            (Piece::Stored(content), _) => {
                end_upload(&mut tx, &content).await?;
                content
            }
            (Piece::Bytes(_), None) => continue,
        };
        let named;
        let (origin, age, folder) = match source {
            Source::Watched { mailbox, restored, kind } => (
                Origin::Mailbox(mailbox.id, uid),
                age(room, mailbox, uid, one.received, restored, now),
                kind,
            ),
            Source::Archive { folder, uid_validity } => {
                named = format!("{folder}, UID {uid} under UIDVALIDITY {uid_validity}");
                (Origin::File(&named), SpoolAge::Settled(Age::Found), FolderKind::Watched)
            }
        };
        let inbound = NewInbound {
            desk: room.name(),
            origin,
            received: one.received,
            spooled: now,
            size: one.size,
            content,
            age,
            folder,
        };
        if inbound::spool(&mut tx, &inbound).await? != Spooled::Known {
            new += 1;
            // What lay there before says nothing about how quick we are.
            if inbound.age == SpoolAge::Settled(Age::New) {
                delays.push(now.since(one.received));
            }
        }
        failpoint::at(Point::Spooling);
    }
    tx.commit().await?;
    failpoint::at(Point::Spooled);
    for delay in delays {
        room.tally.spooled_after(delay);
    }
    Ok(new)
}

/// Fetches a large message part by part straight into the store, so that memory holds one part.
/// Above `limit` only its beginning is read. `None`: it does not come.
///
/// # Errors
/// [`LookError`]; parts that were stored are swept when the desk is taken again.
pub async fn fetch_large(
    room: &Room,
    session: &mut Session,
    one: &Listed,
    limit: u64,
    beat: &Beat,
) -> Result<Option<Content>, LookError> {
    let mut tx = room.store.begin().await?;
    let body = BodyId(sequence::reserve(&mut tx, Sequence::Body, 1).await?);
    body::begin_upload(&mut tx, body, room.name(), room.clock.now()).await?;
    tx.commit().await?;
    if one.size > limit {
        let Some(bytes) = session.fetch_part(one.uid, 0, OVERSIZE_BYTES).await? else {
            return Ok(None);
        };
        // The size is part of what it is: the beginning alone may be that of another message.
        let digest = Digest::of_parts([bytes.as_slice(), &one.size.to_be_bytes()]);
        put(room, body, 0, &bytes).await?;
        return Ok(Some(Content::Oversize(body, digest)));
    }
    let mut digester = Digester::default();
    let mut total = 0;
    let length = u32::try_from(PART_BYTES_MAX).unwrap_or(u32::MAX);
    for part in 0.. {
        beat.works(STEP);
        let Some(bytes) = session.fetch_part(one.uid, total, length).await? else {
            return Ok(None);
        };
        digester.update(&bytes);
        total += bytes.len() as u64;
        if part == 0 || !bytes.is_empty() {
            put(room, body, part, &bytes).await?;
            failpoint::at(Point::PartStored);
        }
        // RFC822.SIZE is a hint: some servers compute it wrongly. A short part is the end.
        if bytes.len() < PART_BYTES_MAX {
            break;
        }
        if total > limit.saturating_add(limit / 10) {
            let digest = Digest::finish(digester);
            return Ok(Some(Content::Oversize(body, digest)));
        }
    }
    Ok(Some(Content::Whole(body, Digest::finish(digester))))
}

/// The row that refers to the bytes is written in this transaction. Nobody sweeps under the feet of
/// who holds the desk, so they are all there.
async fn end_upload(tx: &mut Tx, content: &Content) -> Result<(), StoreError> {
    match content {
        Content::Whole(body, _) | Content::Oversize(body, _) => {
            body::end_upload(tx, *body).await.map(drop)
        }
        Content::Missing(_) => Ok(()),
    }
}

async fn put(room: &Room, body: BodyId, part: usize, bytes: &[u8]) -> Result<(), StoreError> {
    let mut tx = room.store.begin().await?;
    body::put_part(&mut tx, body, part, bytes).await?;
    tx.commit().await
}

/// How a message relates to the desk's first look at the folder.
fn age(
    room: &Room,
    mailbox: &Mailbox,
    uid: i64,
    received: Timestamp,
    restored: Option<Timestamp>,
    now: Timestamp,
) -> SpoolAge {
    let found = restored.is_some_and(|restored| received < restored);
    if found && uid >= mailbox.first_uid_next {
        return SpoolAge::Settled(Age::Found);
    }
    if uid >= mailbox.first_uid_next {
        // Somebody put it there on purpose, however old it is.
        let old = now.since(received) > room.desk.acknowledge_within;
        return if old { SpoolAge::Unsettled } else { SpoolAge::Settled(Age::New) };
    }
    SpoolAge::Settled(match (mailbox.predecessor_looked, room.desk.imap.start) {
        (None, _) => Age::BackFill,
        // INTERNALDATE has whole seconds; what came in the second of the first contact is new.
        (Some(_), Start::New) if received.as_seconds() < mailbox.first_contact.as_seconds() => {
            Age::BeforeFirstRun
        }
        (Some(_), _) if found => Age::Found,
        (Some(looked), _) if received.after(LOOK_MARGIN) < looked => Age::BackFill,
        (Some(_), _) => Age::New,
    })
}
