//! One run: first contact, or everything that is due in mailboxes, spool and outbox, and by time. The
//! three kinds of work go on at the same time; each ends when the one before it has ended and nothing
//! is left. What is due by time comes when all is decided.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::watch;
use tracing::{error, warn};

use super::Next;
use super::due::Due;
use super::ingest::Ingest;
use super::look::{self, Folder, Looked, look};
use super::receive::{ReceiveError, cannot_read, connect, kind, who};
use super::room::Room;
use super::submit::Submit;
use crate::imap::Session;
use crate::triage::case::InboundId;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything that was due is done.
    Drained,
    /// A server, or the store, was not to be had; the rest is done.
    Incomplete,
}

/// Does everything that is due at a desk, once. `room` is a room of who holds the desk.
pub async fn once(room: &Arc<Room>, careful_until: InboundId) -> Ended {
    let (fetched, all_fetched) = watch::channel(false);
    let (decided, all_decided) = watch::channel(false);
    let receiving = async {
        let folders = room.desk.imap.watched().map(|name| read(room, name));
        let sessions = join_all(folders).await;
        let _ = fetched.send(true);
        sessions
    };
    let deciding = async {
        let ended = decide(room, careful_until, all_fetched).await.and(prove(room).await);
        let _ = decided.send(true);
        ended
    };
    let (sessions, ingest, submit) = tokio::join!(receiving, deciding, submit(room, all_decided));
    let marked = join_all(sessions.into_iter().map(|session| finish(room, session))).await;
    if marked.contains(&Ended::Incomplete) { Ended::Incomplete } else { ingest.and(submit) }
}

impl Ended {
    /// What two runs come to together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::Drained => other,
            Self::Incomplete => Self::Incomplete,
        }
    }
}

/// Sessions of one run: enough to find the one message at which they break, and to go on behind it.
const SESSIONS: u32 = 5;

/// Reads a folder up; the session is kept for the marks.
async fn read(room: &Room, name: &str) -> Option<(Folder, Session)> {
    let mut folder = Folder::new(room, name);
    for session in 1.. {
        match read_up(room, &mut folder).await {
            Ok(session) => return Some((folder, session)),
            Err(error) if session < SESSIONS && folder.knows_suspects() => {
                warn!(desk = room.name(), folder = name, "A session broke: {error}");
            }
            Err(error) => {
                let what = cannot_read(name, &error);
                error!(desk = room.name(), folder = name, "{what}");
                room.troubles.met(&who(room, name), kind(error.trouble()), &what);
                break;
            }
        }
    }
    None
}

async fn read_up(room: &Room, folder: &mut Folder) -> Result<Session, ReceiveError> {
    let (mut session, _) = connect(room).await?;
    folder.begin_session();
    while look(room, folder, &mut session).await? == Looked::Something {}
    Ok(session)
}

async fn decide(room: &Arc<Room>, careful: InboundId, mut fetched: watch::Receiver<bool>) -> Ended {
    let mut ingest = Ingest::new(Arc::clone(room), careful);
    loop {
        let last = *fetched.borrow_and_update();
        match ingest.pass().await {
            Next::Now => {}
            Next::After(_) if last => return Ended::Drained,
            Next::After(_) => {
                tokio::select! {
                    _ = fetched.changed() => {}
                    () = room.ingest.notified() => {}
                }
            }
            Next::Rest(_) => return Ended::Incomplete,
        }
    }
}

/// Proves what is due to be proven again.
async fn prove(room: &Arc<Room>) -> Ended {
    let mut due = Due::new(Arc::clone(room));
    loop {
        match due.pass().await {
            Next::Now => {}
            Next::After(_) => return Ended::Drained,
            Next::Rest(_) => return Ended::Incomplete,
        }
    }
}

async fn submit(room: &Arc<Room>, mut decided: watch::Receiver<bool>) -> Ended {
    let mut submit = Submit::new(Arc::clone(room));
    let ended = loop {
        let last = *decided.borrow_and_update();
        match submit.pass().await {
            Next::Now => {}
            Next::After(_) if last => break Ended::Drained,
            Next::After(_) => {
                tokio::select! {
                    _ = decided.changed() => {}
                    () = room.submit.notified() => {}
                }
            }
            Next::Rest(_) if submit.in_trouble() => break Ended::Incomplete,
            Next::Rest(span) => super::pause(span).await,
        }
    };
    submit.quit().await;
    ended
}

/// Does the marks and files the copies that are owed now.
async fn finish(room: &Room, session: Option<(Folder, Session)>) -> Ended {
    let Some((mut folder, mut session)) = session else { return Ended::Incomplete };
    let marked = look::debts_alone(room, &mut folder, &mut session).await;
    session.logout().await;
    match marked {
        Ok(()) => Ended::Drained,
        Err(error) => {
            error!(
                desk = room.name(),
                folder = folder.name(),
                "Cannot mark messages or file answers: {error}"
            );
            Ended::Incomplete
        }
    }
}
