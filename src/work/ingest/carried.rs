//! Notices get the attachments that they carry, or a correspondence: after the decision, so that nobody waits for a large message.
//! Made again after a stop they have the same bytes.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use tracing::warn;

use super::IngestError;
use crate::failpoint::{self, Point};
use crate::mail::attachment::is_signature;
use crate::mail::compose::ComposeError;
use crate::mail::compose::carried::Carried;
use crate::mail::parse::each_attachment;
use crate::store::body::{self, BodyId, Uploaded};
use crate::store::error::{Class, StoreError};
use crate::store::outbox::carried::{self, Unmade, Which};
use crate::store::sequence::{self, Sequence};
use crate::store::sql::Tx;
use crate::store::ticket;
use crate::store::ticket::history::exchange;
use crate::triage::answer::Correspondence;
use crate::triage::history::{self, Exchange, READ_BYTES_MAX};
use crate::triage::policy::Policy;
use crate::work::room::Room;

/// Notices that are made in one pass.
const AT_ONCE: i64 = 4;

/// Makes some of the notices that are not made yet; how many there were.
pub(super) async fn make(room: &Room) -> Result<usize, IngestError> {
    let mut tx = room.store.read().await?;
    let unmade = carried::unmade(&mut tx, room.name(), AT_ONCE).await?;
    tx.rollback().await?;
    for one in &unmade {
        match make_one(room, one).await {
            Ok(()) => {}
            Err(error) if error.class() == Class::Store => return Err(error),
            Err(error) => give_up(room, one, &error).await?,
        }
    }
    Ok(unmade.len())
}

async fn make_one(room: &Room, one: &Unmade) -> Result<(), IngestError> {
    let mut tx = room.store.read().await?;
    let message = body::load(&mut tx, one.bytes).await?;
    let goods = goods(&mut tx, one).await?;
    tx.rollback().await?;
    let (policy, unmade) = (room.policy.clone(), one.clone());
    let whole = spawn_blocking(move || whole(&message, &goods, &unmade, &policy))
        .await
        .map_err(|error| IngestError::Panicked(error.to_string()))?
        .map_err(|error| IngestError::Panicked(error.to_string()))?;
    let mut tx = room.store.begin().await?;
    let id = BodyId(sequence::reserve(&mut tx, Sequence::Body, 1).await?);
    body::begin_upload(&mut tx, id, room.name(), room.clock.now()).await?;
    tx.commit().await?;
    let whole = Arc::<[u8]>::from(whole);
    for (part, bytes) in body::parts(&whole).enumerate() {
        let mut tx = room.store.begin().await?;
        body::put_part(&mut tx, id, part, bytes).await?;
        tx.commit().await?;
        failpoint::at(Point::PartStored);
    }
    let mut tx = room.store.begin().await?;
    let made = carried::made(&mut tx, one, id).await?;
    tx.commit().await?;
    if made == Uploaded::Kept {
        room.submit.notify_one();
    }
    Ok(())
}

/// What is to be added to a notice.
enum Goods {
    /// The attachments of this message that the desk takes.
    Accepted(Vec<u8>),
    /// Those that an agent has attached to it.
    All(Vec<u8>),
    /// What was said in this ticket.
    Correspondence(Box<Correspondence>, Exchange),
}

async fn goods(tx: &mut Tx, one: &Unmade) -> Result<Goods, StoreError> {
    let carries = || one.carries.ok_or_else(|| body::missing(one.bytes));
    Ok(match one.which {
        Which::Accepted => Goods::Accepted(body::load(tx, carries()?).await?),
        Which::All => Goods::All(body::load(tx, carries()?).await?),
        Which::Correspondence => {
            let found = ticket::correspondence(tx, one.ticket).await?;
            let (_, ticket) = found.ok_or_else(|| body::missing(one.bytes))?;
            let (number, until) = (one.ticket, one.created);
            let exchange = exchange(tx, number, until, READ_BYTES_MAX).await?;
            Goods::Correspondence(Box::new(ticket), exchange)
        }
    })
}

/// The final bytes.
fn whole(
    message: &[u8],
    goods: &Goods,
    unmade: &Unmade,
    policy: &Policy,
) -> Result<Vec<u8>, ComposeError> {
    let mut carried = Carried::begin(message);
    match goods {
        Goods::Accepted(raw) => each_attachment(raw, |attachment, bytes| {
            if policy.attachments.refusal(attachment).is_none() {
                carried.add(attachment, bytes);
            }
        }),
        Goods::All(raw) => each_attachment(raw, |attachment, bytes| {
            if !is_signature(&attachment.media_type) {
                carried.add(attachment, bytes);
            }
        }),
        Goods::Correspondence(ticket, exchange) => {
            let (attachment, bytes) = history::file(ticket, exchange, policy, unmade.created);
            carried.add(&attachment, &bytes);
        }
    }
    carried.end(policy.signer.as_ref(), unmade.created)
}

async fn give_up(room: &Room, one: &Unmade, error: &IngestError) -> Result<(), IngestError> {
    let (desk, notice) = (room.name(), one.id.0);
    warn!(desk, notice, "Notice {notice} cannot get its attachments: {error}");
    let why = format!("its attachments cannot be had: {error}");
    let mut tx = room.store.begin().await?;
    carried::give_up(&mut tx, one.id, &why, room.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
