//! The desks that this daemon has. They come and go when the configuration is read again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::store::sql::Nudge;
use crate::work::room::Room;

/// The desks, for what goes on for all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Floor {
    desks: Arc<Mutex<Vec<Desk>>>,
}

#[derive(Debug)]
struct Desk {
    room: Arc<Room>,
    /// Says that some desk was given back.
    free: Arc<Notify>,
}

impl Floor {
    /// A desk comes.
    pub(super) fn add(&self, room: Arc<Room>, free: Arc<Notify>) {
        self.lock().push(Desk { room, free });
    }

    /// A desk goes.
    pub(super) fn remove(&self, room: &Arc<Room>) {
        self.lock().retain(|desk| !Arc::ptr_eq(&desk.room, room));
    }

    /// Every desk.
    pub(super) fn rooms(&self) -> Vec<Arc<Room>> {
        self.lock().iter().map(|desk| Arc::clone(&desk.room)).collect()
    }

    /// Wakes the loops that another process nudged, or all of them where it is not known which.
    pub(super) fn nudge(&self, heard: Option<Nudge>) {
        let told = |nudge| heard.is_none_or(|one| one == nudge);
        for desk in self.lock().iter() {
            if told(Nudge::Ingest) {
                desk.room.ingest.notify_one();
            }
            if told(Nudge::Submit) {
                desk.room.submit.notify_one();
            }
            if told(Nudge::Lease) {
                desk.free.notify_one();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Desk>> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
