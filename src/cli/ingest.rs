//! `tidings ingest`: messages from files or an MTA's pipe into the spool.

use std::path::{Path, PathBuf};

use super::open::{Opened, desk_name, open};
use super::output::line;
use super::source::{Message, each_message};
use super::{Exit, Failure, Or as _, Outcome};
use crate::mail::parse::parse;
use crate::mail::{Digest, Mail};
use crate::store::body::{self, BodyId, Uploaded};
use crate::store::error::StoreError;
use crate::store::inbound::{self, Content, NewInbound, Origin, SpoolAge, Spooled};
use crate::store::sequence::{self, Sequence};
use crate::store::sql::Nudge;
use crate::time::Timestamp;
use crate::triage::case::{Age, FolderKind};

pub(super) async fn ingest(path: &Path, desk: Option<&str>, files: &[PathBuf]) -> Outcome {
    // An MTA that hands a message over keeps it and comes again, for this code alone.
    let opened = open(path).await.map_err(|failure| {
        let wait = failure.exit == Exit::Unavailable;
        if wait { Failure { exit: Exit::TryLater, ..failure } } else { failure }
    })?;
    let desk = desk_name(&opened.config, desk)?;
    for file in files {
        each_message(file, async |message| {
            let name = message.file.clone();
            let spooled = spool(&opened, &desk, message).await.or_exit(Exit::TryLater)?;
            if let Spooled::New(id) = spooled {
                line(&format!("inbound {}: {name} is spooled", id.0));
            }
            Ok::<_, Failure>(())
        })
        .await
        .map_err(|error| unreadable(file, &error))??;
    }
    opened.store.close().await;
    Ok(Exit::Ok)
}

pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::NoInput, format!("cannot read {}: {error}", file.display()))
}

async fn spool(opened: &Opened, desk: &str, message: Message) -> Result<Spooled, StoreError> {
    let now = opened.now();
    let mut tx = opened.store.begin().await?;
    let body = BodyId(sequence::reserve(&mut tx, Sequence::Body, 1).await?);
    body::begin_upload(&mut tx, body, desk, now).await?;
    tx.commit().await?;
    // Each part in a transaction of its own: nobody waits long, however large the message.
    for (part, bytes) in body::parts(&message.bytes).enumerate() {
        let mut tx = opened.store.begin().await?;
        body::put_part(&mut tx, body, part, bytes).await?;
        tx.commit().await?;
    }
    let inbound = NewInbound {
        desk,
        origin: Origin::File(&message.file),
        received: received(&parse(&message.bytes).0, now),
        spooled: now,
        size: message.bytes.len() as u64,
        content: Content::Whole(body, Digest::of(&message.bytes)),
        age: SpoolAge::Settled(Age::New),
        folder: FolderKind::Watched,
    };
    let mut tx = opened.store.begin().await?;
    // A daemon that takes the desk just now sweeps what it believes a stop has left.
    if body::end_upload(&mut tx, body).await? == Uploaded::Swept {
        body::put(&mut tx, body, &message.bytes).await?;
    }
    let spooled = inbound::spool(&mut tx, &inbound).await?;
    tx.nudge(Nudge::Ingest).await?;
    tx.commit().await?;
    Ok(spooled)
}

/// A file has no INTERNALDATE: its top `Received` date stands for it, else its own, else now;
/// never later than now.
pub(super) fn received(mail: &Mail, now: Timestamp) -> Timestamp {
    mail.received.or(mail.date).unwrap_or(now).min(now)
}
