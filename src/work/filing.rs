//! Copies that are owed to the agents' `sent` folder: each answer that a submission server has taken is
//! laid there with the same bytes. For people who look into the mailbox; the truth is the store.

use std::time::Duration;

use tokio::time::Instant;
use tracing::{info, warn};

use super::look::{Folder, LookError};
use super::pulse;
use super::room::Room;
use crate::failpoint::{self, Point};
use crate::imap::{Class, ImapError, Session};
use crate::store::error::{self, StoreError};
use crate::store::outbox::OutboxId;
use crate::store::outbox::filed::{self, Unfiled};

/// What a loop remembers of its filing. A restart forgets it, at no harm.
#[derive(Debug, Default)]
pub(super) struct Filing {
    /// The server could not do it; until then it is not asked.
    rests_until: Option<Instant>,
    /// With what sessions broke, and how often in a row.
    broke: Option<(OutboxId, u32)>,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: no command was given.
    Nothing,
    /// Something; another folder may be open now.
    Done,
}

/// How long the server rests when it says that it cannot do it now.
const REST: Duration = Duration::from_mins(10);
/// Sessions that may break with one copy before that is given up.
const SESSIONS: u32 = 3;
/// A copy is looked for by its day; servers do not agree on whose day that is.
const DAYS: Duration = Duration::from_hours(48);
/// A copy takes at most five answers, of 5 minutes each, and 5 minutes to send.
const STEP: Duration = Duration::from_mins(30).saturating_add(pulse::STORE);

/// What there is of the folder before a copy is laid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// The folder is open.
    Sent,
    /// It does not open: it is not there yet, or not for us to read.
    Nothing,
}

impl Filing {
    fn rests(&self) -> bool {
        self.rests_until.is_some_and(|until| Instant::now() < until)
    }

    /// A session broke with this one; how often it has.
    fn broke(&mut self, id: OutboxId) -> u32 {
        let before = self.broke.filter(|(other, _)| *other == id).map_or(0, |(_, times)| times);
        self.broke = Some((id, before + 1));
        before + 1
    }
}

/// Files every copy that is owed.
///
/// Before each is laid it is looked for: what the last session did before it broke is not known.
///
/// # Errors
/// [`LookError`]; what is still owed is filed after the next look.
pub(super) async fn step(
    room: &Room,
    folder: &mut Folder,
    session: &mut Session,
) -> Result<Step, LookError> {
    let Some(sent) = &room.desk.imap.sent else { return Ok(Step::Nothing) };
    if folder.filing.rests() {
        return Ok(Step::Nothing);
    }
    let (mut open, mut done) = (None, Step::Nothing);
    while let Some((unfiled, bytes)) = next(room).await? {
        if room.stop.is_cancelled() {
            break;
        }
        folder.beat.works(STEP);
        let filed = match bytes {
            Ok(bytes) => {
                done = Step::Done;
                file(session, sent, &mut open, &unfiled, &bytes).await
            }
            Err(why) => Ok(Some(why)),
        };
        let impossible = match filed {
            Ok(impossible) => impossible,
            Err(ImapError::Unavailable { command, text }) => {
                folder.filing.rests_until = Some(Instant::now() + REST);
                let (desk, outbox, rest_s) = (room.name(), unfiled.id.0, REST.as_secs());
                warn!(
                    desk,
                    outbox,
                    rest_s,
                    "Outbox {outbox} is not filed in {sent} yet: {command} not possible now: {text}"
                );
                break;
            }
            Err(error) => {
                if folder.filing.broke(unfiled.id) >= SESSIONS {
                    let why = format!("{SESSIONS} sessions broke while it was filed: {error}");
                    write(room, &unfiled, sent, Some(&why)).await?;
                }
                return Err(error.into());
            }
        };
        folder.filing.broke = None;
        failpoint::at(Point::Filed);
        write(room, &unfiled, sent, impossible.as_deref()).await?;
    }
    Ok(done)
}

/// The copy that is due, with its bytes, or why it has none.
async fn next(room: &Room) -> Result<Option<(Unfiled, Result<Vec<u8>, String>)>, StoreError> {
    let mut tx = room.store.read().await?;
    let due = match filed::next(&mut tx, room.name()).await? {
        None => None,
        Some(unfiled) => match unfiled.bytes(&mut tx).await {
            Ok(bytes) => Some((unfiled, Ok(bytes))),
            Err(error) if error.class() == error::Class::Message => {
                Some((unfiled, Err(error.to_string())))
            }
            Err(error) => return Err(error),
        },
    };
    tx.rollback().await?;
    Ok(due)
}

/// Why a copy can never be filed; `None` when it lies in the folder.
async fn file(
    session: &mut Session,
    sent: &str,
    open: &mut Option<Open>,
    unfiled: &Unfiled,
    bytes: &[u8],
) -> Result<Option<String>, ImapError> {
    let opened = match *open {
        Some(opened) => opened,
        None => refusable(session.examine(sent).await)?.map_or(Open::Nothing, |_| Open::Sent),
    };
    *open = Some(opened);
    let since = unfiled.sent.before(DAYS);
    if opened == Open::Sent
        && refusable(session.holds(&unfiled.message_id, since).await)?.unwrap_or(false)
    {
        return Ok(None);
    }
    let limit = session.append_limit().filter(|limit| *limit < bytes.len() as u64);
    if let Some(limit) = limit {
        let bytes = bytes.len();
        return Ok(Some(format!("it has {bytes} bytes, and the mail server takes {limit}")));
    }
    match session.append(sent, unfiled.sent, bytes).await {
        Ok(()) => Ok(None),
        Err(error) => match error.class() {
            // The server understood and says no; asking again will not change that.
            Class::Refused | Class::Folder => Ok(Some(error.to_string())),
            Class::Server | Class::Login => Err(error),
        },
    }
}

/// What a command gave; `None` if the server understood it and says no, which is no reason not to file.
fn refusable<T>(done: Result<T, ImapError>) -> Result<Option<T>, ImapError> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.class() {
            Class::Refused | Class::Folder => Ok(None),
            Class::Server | Class::Login => Err(error),
        },
    }
}

async fn write(
    room: &Room,
    unfiled: &Unfiled,
    sent: &str,
    impossible: Option<&str>,
) -> Result<(), StoreError> {
    let mut tx = room.store.begin().await?;
    filed::filed(&mut tx, unfiled.id, impossible).await?;
    tx.commit().await?;
    let (desk, outbox) = (room.name(), unfiled.id.0);
    match impossible {
        None => info!(desk, outbox, "Outbox {outbox} is filed in {sent}"),
        Some(why) => warn!(desk, outbox, "Outbox {outbox} cannot be filed in {sent}: {why}"),
    }
    Ok(())
}
