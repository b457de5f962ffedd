//! Watches one folder: looks, waits for the server to tell of change, looks again. Trouble with
//! this folder's server stops nothing else.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{error, info};

use super::backoff::{Backoff, Trouble};
use super::look::{Folder, LookError, Looked, STEP, look};
use super::pause;
use super::room::Room;
use super::tokens::LoginError;
use crate::config::Watch;
use crate::imap::{Class, ImapError, Limits, Session};
use crate::store::trouble::Kind;
use crate::time::Timestamp;

/// IDLE is renewed this often, well before servers and NAT gateways forget (RFC 2177).
const IDLE_RENEWED: Duration = Duration::from_mins(9);

/// A session that lasted so long ends a fault; a shorter one may be part of it.
const STEADY: Duration = Duration::from_mins(1);

/// A session begins with a connection, a handshake, and six answers of 5 minutes each at the most;
/// a token that is refused may be replaced, and then it begins again.
const CONNECTED_WITHIN: Duration = Duration::from_mins(65);

/// How it goes with a folder's server.
#[derive(Debug, Default)]
struct Health {
    backoff: Backoff,
    /// And with our own store, which is well again as soon as one look was.
    store: Backoff,
    /// The log says that something is wrong.
    told: bool,
}

/// Why a session cannot begin or ended.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// There is nothing to log in with.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The server or the store.
    #[error(transparent)]
    Look(#[from] LookError),
}

impl From<ImapError> for ReceiveError {
    fn from(error: ImapError) -> Self {
        Self::Look(LookError::Imap(error))
    }
}

impl ReceiveError {
    /// What it is trouble with.
    pub(super) fn trouble(&self) -> Trouble {
        match self {
            Self::Login(error) => error.trouble(),
            Self::Look(LookError::Store(_)) => Trouble::Store,
            Self::Look(LookError::Imap(error)) => match error.class() {
                Class::Login => Trouble::Login,
                Class::Server | Class::Folder | Class::Refused => Trouble::Server,
            },
        }
    }
}

/// Watches the desk's folder of this index until told to stop.
pub async fn receive(room: Arc<Room>, index: usize) {
    let Some(name) = room.desk.imap.watched().nth(index) else { return };
    let mut folder = Folder::new(&room, name);
    let mut health = Health::default();
    while !room.stop.is_cancelled() {
        let Err(error) = watch(&room, index, &mut folder, &mut health).await else { continue };
        let backoff = match error.trouble() {
            Trouble::Store => &mut health.store,
            Trouble::Server | Trouble::Login => &mut health.backoff,
        };
        let rest = backoff.failed(error.trouble(), room.jitter());
        if let ReceiveError::Look(LookError::Store(error)) = &error {
            room.daemon.outage.met(&who(&room, name), error);
        } else {
            let what = cannot_read(name, &error);
            if health.backoff.is_news() {
                health.told = true;
                error!(
                    desk = room.name(),
                    folder = folder.name(),
                    cause = kind(error.trouble()).as_str(),
                    failures = health.backoff.failures(),
                    rest_s = rest.as_secs(),
                    "{what}"
                );
            }
            room.troubles.met(&who(&room, name), kind(error.trouble()), &what);
        }
        folder.beat.waits(rest);
        tokio::select! {
            () = room.stop.cancelled() => {}
            () = room.logins.imap.rest(rest) => {}
        }
    }
    room.daemon.outage.left(&who(&room, name));
}

/// The loop of a folder, where several tell how it goes.
pub(crate) fn who(room: &Room, folder: &str) -> String {
    format!("{}: receive {folder}", room.name())
}

/// What trouble with a mail server is to who looks from outside.
pub(super) fn kind(trouble: Trouble) -> Kind {
    match trouble {
        Trouble::Login => Kind::ImapLogin,
        Trouble::Server | Trouble::Store => Kind::Imap,
    }
}

/// That a folder could not be read, and why.
pub(super) fn cannot_read(folder: &str, error: &ReceiveError) -> String {
    format!("Cannot read {folder}: {error}")
}

/// Opens a session to the desk's mail server; says until when it is kept, if it has an end.
///
/// # Errors
/// [`ReceiveError`].
pub async fn connect(room: &Room) -> Result<(Session, Option<Timestamp>), ReceiveError> {
    let limits = Limits::for_messages(room.desk.message_limit);
    let (server, means) = (&room.desk.imap.server, &room.logins.imap);
    let mut attempt = means.attempt().await?;
    let session = match Session::connect(server, &attempt.login, limits).await {
        Err(refused @ ImapError::LoginRefused { .. }) => {
            attempt = means.instead(&attempt).await?.ok_or(refused)?;
            Session::connect(server, &attempt.login, limits).await?
        }
        other => other?,
    };
    Ok((session, attempt.keeps_until(room.clock.now())))
}

async fn watch(
    room: &Room,
    index: usize,
    folder: &mut Folder,
    health: &mut Health,
) -> Result<(), ReceiveError> {
    folder.beat.works(CONNECTED_WITHIN);
    let (mut session, kept_until) = connect(room).await?;
    let begun = Instant::now();
    folder.begin_session();
    while !room.stop.is_cancelled() {
        let looked = look(room, folder, &mut session).await?;
        health.store.succeeded();
        let who = who(room, folder.name());
        room.daemon.outage.over(&who);
        room.troubles.over(&who);
        if std::mem::take(&mut health.told) {
            info!(desk = room.name(), folder = folder.name(), "The mail server is back");
        }
        if begun.elapsed() >= STEADY {
            health.backoff.succeeded();
        }
        if looked == Looked::Something {
            continue;
        }
        let woken = async {
            tokio::select! {
                () = room.stop.cancelled() => {}
                () = owed(room, index) => {}
            }
        };
        if room.desk.imap.watch == Watch::Idle && session.can_idle() {
            let at_most = room.desk.imap.poll.min(IDLE_RENEWED);
            // A server that is gone is found out within the limits of the command's two ends.
            folder.beat.waits(at_most.saturating_add(STEP));
            session.idle(at_most, woken).await?;
        } else {
            folder.beat.waits(room.desk.imap.poll);
            tokio::select! {
                () = woken => {}
                () = pause(room.desk.imap.poll) => {}
            }
        }
        if kept_until.is_some_and(|until| until <= room.clock.now()) {
            break;
        }
    }
    folder.beat.works(STEP);
    session.logout().await;
    Ok(())
}

async fn owed(room: &Room, index: usize) {
    let marks = async {
        match room.marks.get(index) {
            Some(marks) => marks.notified().await,
            None => std::future::pending().await,
        }
    };
    match index {
        0 => tokio::select! {
            () = marks => {}
            () = room.filing.notified() => {}
        },
        _ => marks.await,
    }
}
