//! The loops of the desks, each desk's apart from the others'.

use std::sync::Arc;

use tokio::sync::{Mutex, Notify};
use tokio::task::JoinSet;

use super::floor::Floor;
use super::keep::keep;
use super::tenure;
use crate::work::room::Room;
use crate::work::submit::Submit;
use crate::work::{Next, drive};

/// The desks whose loops run.
pub(super) struct Desks {
    running: Vec<Running>,
    floor: Floor,
}

struct Running {
    room: Arc<Room>,
    loops: JoinSet<()>,
}

impl Desks {
    pub(super) fn new(floor: Floor) -> Self {
        Self { running: Vec::new(), floor }
    }

    /// Starts a desk's loops.
    pub(super) fn start(&mut self, room: Arc<Room>) {
        let free: Arc<Notify> = Arc::default();
        let mut loops = JoinSet::new();
        start_submit(&mut loops, &room);
        loops.spawn(tenure::tenure(Arc::clone(&room), Arc::clone(&free)));
        if !room.logins.tokens().is_empty() {
            loops.spawn(announce(Arc::clone(&room)));
        }
        self.floor.add(Arc::clone(&room), free);
        self.running.push(Running { room, loops });
    }

    /// Tells the loops of these desks to stop.
    pub(super) fn tell_to_stop(&self, which: impl Fn(&str) -> bool) {
        for desk in self.running.iter().filter(|desk| which(desk.room.name())) {
            desk.room.stop.cancel();
        }
    }

    /// Waits until the loops of these desks have ended.
    pub(super) async fn ended(&mut self, which: impl Fn(&str) -> bool) {
        for desk in self.running.iter_mut().filter(|desk| which(desk.room.name())) {
            while desk.loops.join_next().await.is_some() {}
        }
    }

    /// These desks are no more; what still runs of them ends where it stands.
    pub(super) fn remove(&mut self, which: impl Fn(&str) -> bool) {
        let floor = &self.floor;
        self.running.retain(|desk| {
            let stays = !which(desk.room.name());
            if !stays {
                floor.remove(&desk.room);
                desk.room.daemon.outage.forget(desk.room.name());
            }
            stays
        });
    }
}

async fn announce(room: Arc<Room>) {
    tokio::select! {
        () = room.stop.cancelled() => {}
        () = room.logins.announce(room.name(), &room.clock) => {}
    }
}

fn start_submit(loops: &mut JoinSet<()>, room: &Arc<Room>) {
    let submitting = Arc::clone(room);
    loops.spawn(keep("submit".to_owned(), Arc::clone(room), move || {
        let room = Arc::clone(&submitting);
        async move {
            let submit = Submit::new(Arc::clone(&room));
            let (beat, submit) = (submit.beat.clone(), Mutex::new(submit));
            // A rest after a refused login ends when there is something else to log in with.
            let pass = || async {
                let next = submit.lock().await.pass().await;
                match (next, &room.logins.smtp) {
                    (Next::Rest(span), Some(means)) => {
                        beat.waits(span);
                        tokio::select! {
                            () = room.stop.cancelled() => {}
                            () = means.rest(span) => {}
                        }
                        Next::Now
                    }
                    (next, _) => next,
                }
            };
            drive(&room.stop, &room.submit, &beat, pass).await;
            submit.into_inner().quit().await;
        }
    }));
}
