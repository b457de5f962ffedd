//! Compares a desk's folders with the database, UID by UID, and spools what is not known there: in
//! the folders that are watched, and in the one that decided messages are moved to. It is asked for
//! by a person, after a restore of the database, or when the mail server is not what it was.
//!
//! The loop of the desk's first folder does it, a listing at a time between two looks.

use std::collections::{BTreeMap, BTreeSet};

use tracing::{info, warn};

use super::look::{Folder, LookError, STEP, meet, uid, uid_next};
use super::reading::Reading;
use super::room::Room;
use super::spool::Source;
use crate::config::{After, Start};
use crate::imap::{Class, Listed, Selected, Session};
use crate::store::error::StoreError;
use crate::store::mailbox::{self, Mailbox};
use crate::store::reconcile::{self, Wish};
use crate::time::Timestamp;

/// A comparison on its way. A restart begins it again, and what it found is known then.
#[derive(Debug)]
pub(super) struct Walk {
    wish: Wish,
    targets: Vec<Target>,
    /// Which is in hand.
    at: usize,
    /// Messages that were listed, and those of them that nobody knew.
    listed: usize,
    unknown: usize,
    /// Some message did not come; all is gone through again in the next session.
    rests: bool,
}

/// A folder to be gone through.
#[derive(Debug)]
struct Target {
    folder: Folder,
    kind: Kind,
    /// The first UID that was not listed yet.
    first: i64,
    window: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Watched,
    Archive,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: there is nothing to do in this session.
    Nothing,
    /// A listing; another folder is open now.
    Done,
}

/// UIDs of one listing; doubles over empty ranges, up to what one listing may hold.
const WINDOW: u32 = 1_000;
const WINDOW_MAX: u32 = 100_000;

impl Walk {
    fn new(room: &Room, wish: Wish, first: &Folder) -> Self {
        let archive = match &room.desk.imap.after {
            After::Move(folder) => Some(folder),
            After::Seen | After::Keep => None,
        };
        let target = |name: &str, kind| Target {
            folder: Folder::beside(first, name),
            kind,
            first: 1,
            window: WINDOW,
        };
        let watched = room.desk.imap.watched().map(|name| target(name, Kind::Watched));
        let targets = watched.chain(archive.map(|name| target(name, Kind::Archive))).collect();
        Self { wish, targets, at: 0, listed: 0, unknown: 0, rests: false }
    }

    pub(super) fn begin_session(&mut self) {
        self.rests = false;
        for target in &mut self.targets {
            target.folder.begin_session();
        }
    }

    pub(super) fn knows_suspects(&self) -> bool {
        self.targets.iter().any(|target| target.folder.knows_suspects())
    }

    /// From the first folder on, with all that is remembered of messages that do not come.
    fn begin_again(&mut self) {
        (self.at, self.listed, self.unknown) = (0, 0, 0);
        for target in &mut self.targets {
            (target.first, target.window) = (1, WINDOW);
        }
    }
}

/// Goes a step further in what is wished, if anything is.
///
/// # Errors
/// [`LookError`]; the next step goes on where this one stopped.
pub(super) async fn step(
    room: &Room,
    folder: &mut Folder,
    session: &mut Session,
    wish: Option<Wish>,
) -> Result<Step, LookError> {
    let Some(wish) = wish else {
        folder.walk = None;
        return Ok(Step::Nothing);
    };
    let known = folder.walk.take().filter(|walk| walk.wish == wish);
    let mut walk = known.unwrap_or_else(|| {
        info!(desk = room.name(), "Comparing the folders of {} with the database", room.name());
        Box::new(Walk::new(room, wish, folder))
    });
    let done = if walk.rests { Ok(Step::Nothing) } else { walk.go_on(room, session).await };
    let ended = walk.at >= walk.targets.len();
    if !ended || done.is_err() {
        folder.walk = Some(walk);
    } else if walk.rests {
        walk.begin_again();
        folder.walk = Some(walk);
    } else {
        let mut tx = room.store.begin().await?;
        reconcile::done(&mut tx, room.name(), &walk.wish).await?;
        tx.commit().await?;
        let (desk, listed, unknown) = (room.name(), walk.listed, walk.unknown);
        info!(
            desk,
            listed, unknown, "Compared {listed} messages of {desk}; {unknown} were not known"
        );
    }
    done
}

impl Walk {
    async fn go_on(&mut self, room: &Room, session: &mut Session) -> Result<Step, LookError> {
        let Some(target) = self.targets.get_mut(self.at) else { return Ok(Step::Nothing) };
        target.folder.beat.works(STEP);
        let selected = match session.select(target.folder.name()).await {
            Ok(selected) => selected,
            Err(error) if error.class() == Class::Folder => {
                warn!(desk = room.name(), "Passed over: {error}");
                self.at += 1;
                return Ok(Step::Done);
            }
            Err(error) => return Err(error.into()),
        };
        let uid_next = uid_next(session, &selected).await?;
        let last = (target.first + i64::from(target.window) - 1).min(uid_next - 1);
        let (Some(from), Some(to)) = (uid(target.first), uid(last)) else {
            self.at += 1;
            return Ok(Step::Done);
        };
        if target.first > last {
            self.at += 1;
            return Ok(Step::Done);
        }
        let listed = session.list(from, Some(to)).await?;
        target.window =
            if listed.is_empty() { (target.window * 2).min(WINDOW_MAX) } else { WINDOW };
        let count = listed.len();
        let wanted = listed.into_iter().filter(|one| one.internal_date >= self.wish.since);
        let read = match target.kind {
            Kind::Watched => {
                let (mailbox, _) =
                    meet(room, &target.folder, &selected, uid_next, room.clock.now()).await?;
                let unknown =
                    unknown_of(room, &mailbox, wanted.collect(), from.get(), last).await?;
                let kind = room.desk.imap.kind(target.folder.name());
                let restored = self.wish.restored;
                let source = Source::Watched { mailbox: &mailbox, restored, kind };
                target.read(room, session, &selected, source, unknown).await?
            }
            Kind::Archive => {
                let unknown = unknown_in_archive(room, wanted.collect()).await?;
                let folder: Box<str> = target.folder.name().into();
                let (folder, uid_validity) = (&*folder, selected.uid_validity);
                let source = Source::Archive { folder, uid_validity };
                target.read(room, session, &selected, source, unknown).await?
            }
        };
        match read {
            Read::Stopped => return Ok(Step::Done),
            Read::Whole(unknown) => self.unknown += unknown,
            Read::Partly(unknown) => {
                self.unknown += unknown;
                self.rests = true;
            }
        }
        self.listed += count;
        target.first = last + 1;
        Ok(Step::Done)
    }
}

/// How much came of what was asked for.
enum Read {
    Whole(usize),
    Partly(usize),
    Stopped,
}

impl Target {
    async fn read(
        &mut self,
        room: &Room,
        session: &mut Session,
        selected: &Selected,
        source: Source<'_>,
        unknown: Vec<Listed>,
    ) -> Result<Read, LookError> {
        let count = unknown.len();
        let validity = selected.uid_validity;
        let mut reading = Reading::new(room, &mut self.folder, session, validity, source);
        if !reading.read(unknown).await? {
            return Ok(Read::Stopped);
        }
        Ok(if reading.withheld().is_none() { Read::Whole(count) } else { Read::Partly(count) })
    }
}

/// What has no row of its UID and INTERNALDATE. What lay there at the first contact has its outcome,
/// without a row, if the desk was told to start with new mail.
async fn unknown_of(
    room: &Room,
    mailbox: &Mailbox,
    listed: Vec<Listed>,
    first: u32,
    last: i64,
) -> Result<Vec<Listed>, StoreError> {
    let mut tx = room.store.read().await?;
    let known = reconcile::spooled(&mut tx, mailbox.id, i64::from(first), last).await?;
    tx.rollback().await?;
    let known: BTreeSet<_> = known.into_iter().collect();
    let lay_there = |one: &Listed| {
        room.desk.imap.start == Start::New
            && mailbox.predecessor_looked.is_none()
            && i64::from(one.uid.get()) < mailbox.first_uid_next
            && one.internal_date.as_seconds() <= mailbox.first_contact.as_seconds()
    };
    let mut unknown = listed;
    unknown.retain(|one| {
        !known.contains(&(i64::from(one.uid.get()), one.internal_date)) && !lay_there(one)
    });
    Ok(unknown)
}

/// What came at no instant, or with no size, that the desk knows of. UIDs say nothing there; where
/// more messages are alike than are known, the bytes decide.
async fn unknown_in_archive(room: &Room, listed: Vec<Listed>) -> Result<Vec<Listed>, StoreError> {
    let mut tx = room.store.read().await?;
    let contact = mailbox::first_contact(&mut tx, room.name()).await?;
    let mut listed = listed;
    if room.desk.imap.start == Start::New {
        let begun = contact.map_or(i64::MAX, Timestamp::as_seconds);
        listed.retain(|one| one.internal_date.as_seconds() >= begun);
    }
    let instants: BTreeSet<Timestamp> = listed.iter().map(|one| one.internal_date).collect();
    let instants: Vec<Timestamp> = instants.into_iter().collect();
    let known = reconcile::received(&mut tx, room.name(), &instants).await?;
    tx.rollback().await?;
    let key = |one: &Listed| (one.internal_date, i64::try_from(one.size).unwrap_or(i64::MAX));
    let mut alike = BTreeMap::new();
    for one in &listed {
        *alike.entry(key(one)).or_insert(0_usize) += 1;
    }
    listed.retain(|one| {
        let key = key(one);
        alike.get(&key).copied().unwrap_or(0) > known.get(&key).copied().unwrap_or(0)
    });
    Ok(listed)
}
