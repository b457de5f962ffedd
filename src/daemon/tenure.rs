//! A desk belongs to one daemon at a time. This one takes it when it is free, works while it holds
//! it, and gives it back.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::FINISHED_WITHIN;
use super::heart::AGAIN;
use super::keep::keep;
use crate::store::body;
use crate::store::error::StoreError;
use crate::store::inbound;
use crate::store::lease::{self, Hold, Lease, Left, RENEWED, Renewed, Taken};
use crate::store::sql::Nudge;
use crate::store::trouble;
use crate::triage::case::InboundId;
use crate::work::backoff::{Backoff, Trouble};
use crate::work::due::Due;
use crate::work::ingest::Ingest;
use crate::work::place::Place;
use crate::work::pulse::{self, Beat};
use crate::work::receive::{self, receive};
use crate::work::room::Room;
use crate::work::{drive, pause};

/// How often it is seen whether a desk that somebody else has is free.
const LOOKED_FOR: Duration = Duration::from_secs(5);

/// Takes the desk, works, and takes it again whenever it was lost, until told to stop. `free` says
/// that some desk was given back.
pub(super) async fn tenure(room: Arc<Room>, free: Arc<tokio::sync::Notify>) {
    let who = who(&room);
    let beat = room.daemon.pulse.begin(who.as_str());
    let mut backoff = Backoff::default();
    let mut told = None;
    while !room.stop.is_cancelled() {
        let rest = match begin(&room, &beat).await {
            Ok(Begun::Ours(hold, careful_until)) => {
                room.daemon.outage.over(&who);
                backoff.succeeded();
                told = None;
                room.place.set(Place::Works);
                work(&room, hold, careful_until, &beat).await;
                room.place.set(Place::Asks);
                forget_troubles(&room);
                continue;
            }
            Ok(Begun::Others(lease)) => {
                room.daemon.outage.over(&who);
                backoff.succeeded();
                room.place.set(Place::StandsBy);
                if told.replace(lease.holder.id.clone()) != Some(lease.holder.id) {
                    let (desk, holder) = (room.name(), lease.holder.name);
                    info!(desk, holder, "{holder} works on {desk}; this daemon stands by");
                }
                LOOKED_FOR
            }
            Err(error) => {
                room.daemon.outage.met(&who, &error);
                backoff.failed(Trouble::Store, room.jitter())
            }
        };
        beat.waits(rest);
        tokio::select! {
            () = room.stop.cancelled() => {}
            () = free.notified() => {}
            () = pause(rest) => {}
        }
    }
}

/// What came of asking for a desk.
pub(super) enum Begun {
    /// It is ours, and in order; rows up to this one are to be decided one by one.
    Ours(Hold, InboundId),
    /// Somebody else has it.
    Others(Lease),
}

/// Takes the desk if it is free, and puts in order what its last holder left.
pub(super) async fn begin(room: &Room, beat: &Beat) -> Result<Begun, StoreError> {
    beat.works(pulse::STORE);
    let mut tx = room.store.begin().await?;
    let now = tx.shared_now(room.clock.now()).await?;
    let taken = lease::take(&mut tx, room.name(), &room.daemon.holder, now).await?;
    tx.commit().await?;
    let (hold, left) = match taken {
        Taken::Ours(hold, left) => (hold, left),
        Taken::Others(lease) => return Ok(Begun::Others(lease)),
    };
    let store = room.store.held(hold.clone());
    loop {
        let mut tx = store.begin().await?;
        let bodies = body::left_behind(&mut tx, room.name(), room.clock.now()).await?;
        tx.commit().await?;
        if bodies.is_empty() {
            break;
        }
        for body in bodies {
            beat.works(pulse::STORE);
            let mut tx = store.begin().await?;
            body::sweep(&mut tx, body).await?;
            tx.commit().await?;
        }
    }
    let careful_until = match left {
        Left::Clean => InboundId(0),
        Left::Unclean => {
            let mut tx = store.read().await?;
            let newest = inbound::newest(&mut tx, room.name()).await?;
            tx.rollback().await?;
            let desk = room.name();
            warn!(desk, "The last stop was not clean; mail that waits is decided one by one");
            newest
        }
    };
    Ok(Begun::Ours(hold, careful_until))
}

/// Reads, decides and proves while the desk is ours.
async fn work(room: &Arc<Room>, hold: Hold, careful_until: InboundId, beat: &Beat) {
    info!(desk = room.name(), "Working on {}", room.name());
    let ours = room.held(&hold);
    let mut loops = JoinSet::new();
    for index in 0..ours.desk.imap.watched().count() {
        let watching = Arc::clone(&ours);
        loops.spawn(keep(format!("receive {index}"), Arc::clone(&ours), move || {
            receive(Arc::clone(&watching), index)
        }));
    }
    let deciding = Arc::clone(&ours);
    loops.spawn(keep("ingest".to_owned(), Arc::clone(&ours), move || {
        let room = Arc::clone(&deciding);
        async move {
            let ingest = Ingest::new(Arc::clone(&room), careful_until);
            let (beat, ingest) = (ingest.beat.clone(), tokio::sync::Mutex::new(ingest));
            let pass = || async { ingest.lock().await.pass().await };
            drive(&room.stop, &room.ingest, &beat, pass).await;
            ingest.into_inner().end();
        }
    }));
    let proving = Arc::clone(&ours);
    loops.spawn(keep("due".to_owned(), Arc::clone(&ours), move || {
        let room = Arc::clone(&proving);
        async move {
            let due = Due::new(Arc::clone(&room));
            let (beat, due) = (due.beat.clone(), tokio::sync::Mutex::new(due));
            let pass = || async { due.lock().await.pass().await };
            // What is due by time needs nobody to say so.
            drive(&room.stop, &tokio::sync::Notify::new(), &beat, pass).await;
            due.into_inner().end();
        }
    }));
    renew(room, &hold, beat, &room.stop).await;
    hold.ended().cancel();
    beat.waits(FINISHED_WITHIN);
    let ended =
        tokio::time::timeout(FINISHED_WITHIN, async { while loops.join_next().await.is_some() {} });
    if ended.await.is_err() {
        warn!(desk = room.name(), "Work in hand was not finished in time; it is done again");
        loops.shutdown().await;
        return;
    }
    beat.works(pulse::STORE);
    if let Err(error) = give_back(room, &hold).await {
        room.daemon.outage.met(&who(room), &error);
    }
}

/// What stood in the way of reading is not this daemon's any more.
fn forget_troubles(room: &Room) {
    for folder in room.desk.imap.watched() {
        room.troubles.over(&receive::who(room, folder));
    }
}

/// The loop, where several tell how it goes.
pub(super) fn who(room: &Room) -> String {
    format!("{}: lease", room.name())
}

/// Keeps the desk; returns when it is lost, or with `until`. A renewal is never cut off.
pub(super) async fn renew(room: &Room, hold: &Hold, beat: &Beat, until: &CancellationToken) {
    let who = who(room);
    let mut rest = RENEWED;
    loop {
        beat.waits(rest);
        tokio::select! {
            () = until.cancelled() => return,
            () = hold.ended().cancelled() => {}
            () = room.troubles.changed() => {}
            () = pause(rest) => {}
        }
        beat.works(pulse::STORE);
        let renewed = if hold.ended().is_cancelled() {
            Ok(Renewed::Lost)
        } else {
            renew_once(room, hold).await
        };
        match renewed {
            Ok(Renewed::Held) => {
                room.daemon.outage.over(&who);
                rest = RENEWED;
            }
            Ok(Renewed::Lost) => {
                error!(desk = room.name(), "{} was taken over by another daemon", room.name());
                return;
            }
            Err(error) => {
                room.daemon.outage.met(&who, &error);
                rest = AGAIN;
            }
        }
    }
}

async fn renew_once(room: &Room, hold: &Hold) -> Result<Renewed, StoreError> {
    let mut tx = room.store.begin().await?;
    let now = tx.shared_now(room.clock.now()).await?;
    let renewed = lease::renew(&mut tx, hold, now).await?;
    trouble::tell(&mut tx, hold, &room.troubles.standing(now)).await?;
    tx.commit().await?;
    Ok(renewed)
}

/// Gives the desk back, so that another daemon takes it at once.
pub(super) async fn give_back(room: &Room, hold: &Hold) -> Result<(), StoreError> {
    let mut tx = room.store.begin().await?;
    let now = tx.shared_now(room.clock.now()).await?;
    trouble::tell(&mut tx, hold, &room.troubles.standing(now)).await?;
    lease::give_back(&mut tx, hold).await?;
    tx.nudge(Nudge::Lease).await?;
    tx.commit().await
}
