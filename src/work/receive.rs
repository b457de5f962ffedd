//! Watches one folder: looks, waits for the server to tell of change, looks again. Trouble with
//! this folder's server stops nothing else.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{error, info};

use super::backoff::{Backoff, Trouble};
use super::look::{Folder, LookError, Looked, STEP, look};
use super::pause;
use super::refused::Refused;
use super::room::Room;
use crate::config::{SecretError, Watch};
use crate::imap::{Class, ImapError, Limits, Login, Session};
use crate::store::trouble::Kind;

/// IDLE is renewed this often, well before servers and NAT gateways forget (RFC 2177).
const IDLE_RENEWED: Duration = Duration::from_mins(9);

/// A session that lasted so long ends a fault; a shorter one may be part of it.
const STEADY: Duration = Duration::from_mins(1);

/// A session begins with a connection, a handshake, and six answers of 5 minutes each at the most.
const CONNECTED_WITHIN: Duration = Duration::from_mins(32);

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
    /// The password is not to be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
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
            Self::Secret(_) => Trouble::Login,
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
    let Some(name) = room.desk.imap.folders.get(index) else { return };
    let mut folder = Folder::new(&room, name);
    let mut health = Health::default();
    while !room.stop.is_cancelled() {
        let Err(error) = watch(&room, index, &mut folder, &mut health).await else { break };
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
            () = leave_alone(&room, error.trouble(), rest) => {}
        }
    }
    room.daemon.outage.left(&who(&room, name));
}

/// Waits until the server is to be tried again.
async fn leave_alone(room: &Room, trouble: Trouble, rest: Duration) {
    let source = &room.desk.imap.password;
    match trouble {
        Trouble::Login => Refused::now(source, rest).over(source).await,
        Trouble::Server | Trouble::Store => pause(rest).await,
    }
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

/// Opens a session to the desk's mail server.
///
/// # Errors
/// [`ReceiveError`].
pub async fn connect(room: &Room) -> Result<Session, ReceiveError> {
    let imap = &room.desk.imap;
    let login = Login { user: imap.user.clone(), password: imap.password.read()? };
    let limits = Limits::for_messages(room.desk.message_limit);
    Ok(Session::connect(&imap.server, &login, limits).await?)
}

async fn watch(
    room: &Room,
    index: usize,
    folder: &mut Folder,
    health: &mut Health,
) -> Result<(), ReceiveError> {
    folder.beat.works(CONNECTED_WITHIN);
    let mut session = connect(room).await?;
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
    }
    folder.beat.works(STEP);
    session.logout().await;
    Ok(())
}

async fn owed(room: &Room, index: usize) {
    match room.marks.get(index) {
        Some(marks) => marks.notified().await,
        None => std::future::pending().await,
    }
}
