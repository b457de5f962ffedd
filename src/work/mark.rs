//! Marks that are owed: a decided message is flagged as seen or moved away. Flags are for people
//! who look into the mailbox; the truth is the store, and without any flag nothing is lost.

use tracing::warn;

use super::look::{LookError, STEP};
use super::pulse::Beat;
use super::room::Room;
use crate::config::After;
use crate::failpoint::{self, Point};
use crate::imap::{Access, Class, ImapError, Selected, Session, Uid};
use crate::store::inbound::mark::{self, Owed};
use crate::store::mailbox::MailboxId;

/// Marks of one command: servers write to disk once a command, not once a message.
const MARKS: i64 = 500;

/// Does every mark that is owed in a selected mailbox; how many there were.
///
/// # Errors
/// [`LookError`]; what is still owed is done in the next look.
pub async fn do_owed(
    room: &Room,
    session: &mut Session,
    selected: &Selected,
    mailbox: MailboxId,
    beat: &Beat,
) -> Result<usize, LookError> {
    let mut count = 0;
    loop {
        beat.works(STEP);
        let mut tx = room.store.read().await?;
        let owed = mark::owed(&mut tx, mailbox, MARKS).await?;
        tx.rollback().await?;
        if owed.is_empty() {
            return Ok(count);
        }
        count += owed.len();
        if let After::Move(_) = room.desk.imap.after {
            // What is moved is not found by the next look, if the database forgets it.
            room.daemon.water.raise(&room.store, 0, room.clock.now()).await?;
        }
        let impossible = mark(room, session, selected, &owed).await?;
        failpoint::at(Point::Marked);
        if let Some(why) = &impossible {
            warn!(desk = room.name(), count = owed.len(), "Messages cannot be marked: {why}");
        }
        let mut tx = room.store.begin().await?;
        mark::marked(&mut tx, &owed, impossible.as_deref()).await?;
        tx.commit().await?;
    }
}

/// Why these messages can never be marked; `None` when they are.
async fn mark(
    room: &Room,
    session: &mut Session,
    selected: &Selected,
    owed: &[Owed],
) -> Result<Option<String>, ImapError> {
    if selected.access == Access::ReadOnly {
        return Ok(Some("the folder is read-only for us".to_owned()));
    }
    let uids: Vec<Uid> =
        owed.iter().filter_map(|one| u32::try_from(one.uid).ok().and_then(Uid::new)).collect();
    let done = match &room.desk.imap.after {
        After::Seen => session.mark_seen(&uids).await,
        After::Move(folder) => session.move_to(&uids, folder).await,
        After::Keep => Ok(()),
    };
    match done {
        Ok(()) => Ok(None),
        Err(error) => match error.class() {
            // The server understood and says no; asking again will not change that.
            Class::Refused | Class::Folder => Ok(Some(error.to_string())),
            Class::Server | Class::Login => Err(error),
        },
    }
}
