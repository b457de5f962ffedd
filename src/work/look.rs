//! One full look at a folder: everything that the server lists and the store does not know is
//! spooled, in UID order, and the position moves up behind it.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{info, warn};

use super::filing::{self, Filing};
use super::mark;
use super::pulse::{self, Beat};
use super::reading::{Memory, Reading};
use super::receive::who;
use super::reconcile::{self, Step, Walk};
use super::room::Room;
use super::spool::Source;
use crate::config::Start;
use crate::failpoint::{self, Point};
use crate::imap::{ImapError, Listed, Selected, Session, Uid};
use crate::store::error::StoreError;
use crate::store::inbound;
use crate::store::inbound::mark::abandon_marks;
use crate::store::mailbox::{self, Identity, Mailbox};
use crate::store::reconcile::{self as wishes, Wish};
use crate::time::Timestamp;
use crate::triage::case::FolderKind;

/// What a desk remembers of a folder between looks. A restart forgets it, at no harm.
#[derive(Debug)]
pub struct Folder {
    identity: Identity,
    pub(super) memory: Memory,
    /// Says that the loop of this folder turns.
    pub(super) beat: Beat,
    /// A comparison of all folders of the desk, if this is the first.
    pub(super) walk: Option<Box<Walk>>,
    /// How filing goes, if this is the first.
    pub(super) filing: Filing,
}

/// What a look did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Nothing: no command but SELECT was given, so nothing that the server wants to tell was
    /// passed over, and IDLE may begin.
    Nothing,
    /// Something; another look is due.
    Something,
}

/// Why a look ended early. What is spooled stays spooled.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The mail server.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// UIDs of one listing; doubles over empty ranges, up to what one listing may hold.
const WINDOW: u32 = 1_000;
const WINDOW_MAX: u32 = 100_000;
/// More old messages than this in one look are a person's decision.
const OLD_IN_BULK: i64 = 50;
/// What a look does between two signs of life: two commands, of 5 minutes each, and what becomes of
/// the answers.
pub(super) const STEP: Duration = Duration::from_mins(10).saturating_add(pulse::STORE);

impl Folder {
    /// A folder of a desk.
    #[must_use]
    pub fn new(room: &Room, folder: &str) -> Self {
        let identity = Identity {
            desk: room.desk.name.clone(),
            host: room.desk.imap.server.host.clone(),
            login: room.desk.imap.user.clone(),
            folder: folder.into(),
        };
        let beat = room.daemon.pulse.begin(who(room, folder));
        let (memory, filing) = (Memory::default(), Filing::default());
        Self { identity, memory, beat, walk: None, filing }
    }

    /// Another folder, in the hands of the same loop.
    pub(super) fn beside(first: &Self, folder: &str) -> Self {
        let identity = Identity { folder: folder.into(), ..first.identity.clone() };
        let (memory, filing) = (Memory::default(), Filing::default());
        Self { identity, memory, beat: first.beat.clone(), walk: None, filing }
    }

    /// A session begins.
    pub fn begin_session(&mut self) {
        self.memory.begin_session();
        if let Some(walk) = &mut self.walk {
            walk.begin_session();
        }
    }

    /// Whether a message may be why sessions break.
    #[must_use]
    pub fn knows_suspects(&self) -> bool {
        self.memory.knows_suspects() || self.walk.as_ref().is_some_and(|walk| walk.knows_suspects())
    }

    /// Whether this is the one folder whose loop does what is the whole desk's.
    fn is_first(&self, room: &Room) -> bool {
        room.desk.imap.folders.first().is_some_and(|first| **first == *self.name())
    }

    /// The folder's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.identity.folder
    }
}

/// Looks at a folder: selects it, does the marks that are owed, spools what is new.
///
/// # Errors
/// [`LookError`]; the next look goes on where this one stopped.
pub async fn look(
    room: &Room,
    folder: &mut Folder,
    session: &mut Session,
) -> Result<Looked, LookError> {
    folder.beat.works(STEP);
    let begun = Instant::now();
    let selected = session.select(folder.name()).await?;
    let uid_next = uid_next(session, &selected).await?;
    let now = room.clock.now();
    let (mailbox, wish) = meet(room, folder, &selected, uid_next, now).await?;
    let marked = mark::do_owed(room, session, &selected, mailbox.id, &folder.beat).await?;
    let restored = wish.and_then(|wish| wish.restored);
    let kind = room.desk.imap.kind(folder.name());
    let source = Source::Watched { mailbox: &mailbox, restored, kind };
    let reading = Reading::new(room, folder, session, selected.uid_validity, source);
    let spooled = read_up(room, reading, &mailbox, uid_next).await?;
    if room.stop.is_cancelled() {
        return Ok(Looked::Something);
    }
    folder.beat.works(STEP);
    let mut tx = room.store.begin().await?;
    let held = inbound::settle(&mut tx, mailbox.id, OLD_IN_BULK).await?;
    if spooled != ReadUp::Partly {
        mailbox::looked(&mut tx, mailbox.id, now).await?;
    }
    tx.commit().await?;
    if spooled != ReadUp::Partly {
        room.looked.note(folder.name());
    }
    // Of old mail in a junk folder most is spam, and is ignored.
    if held > 0 && kind == FolderKind::Watched {
        warn!(
            desk = room.name(),
            folder = folder.name(),
            cause = "held",
            held,
            "{held} old messages appeared together and are held; look at them with \
             `tidings inbound list`, open them with `tidings inbound retry`"
        );
    }
    room.tally.looked(begun.elapsed());
    room.ingest.notify_one();
    // A message that does not come is asked for again in the next session, not at once.
    let mut quiet = marked == 0 && spooled != ReadUp::All;
    if folder.is_first(room) {
        quiet &= reconcile::step(room, folder, session, wish).await? == Step::Nothing;
        // Last: a copy that breaks a session keeps no mail from being read.
        quiet &= filing::step(room, folder, session).await? == filing::Step::Nothing;
    }
    Ok(if quiet { Looked::Nothing } else { Looked::Something })
}

/// Does the marks and files the copies that are owed, and nothing else.
///
/// # Errors
/// [`LookError`].
pub async fn debts_alone(
    room: &Room,
    folder: &mut Folder,
    session: &mut Session,
) -> Result<(), LookError> {
    let selected = session.select(folder.name()).await?;
    let uid_next = uid_next(session, &selected).await?;
    let (mailbox, _) = meet(room, folder, &selected, uid_next, room.clock.now()).await?;
    mark::do_owed(room, session, &selected, mailbox.id, &folder.beat).await?;
    if folder.is_first(room) {
        filing::step(room, folder, session).await?;
    }
    Ok(())
}

/// The mailbox, and what is to be compared.
pub(super) async fn meet(
    room: &Room,
    folder: &Folder,
    selected: &Selected,
    uid_next: i64,
    now: Timestamp,
) -> Result<(Mailbox, Option<Wish>), LookError> {
    let start = match room.desk.imap.start {
        Start::New => mailbox::Start::New,
        Start::All => mailbox::Start::All,
    };
    let mut tx = room.store.begin().await?;
    let validity = selected.uid_validity;
    let mut met = mailbox::meet(&mut tx, &folder.identity, validity, uid_next, start, now).await?;
    // UIDs only go up (RFC 9051 §2.3.1.1); not so on a server that was itself restored.
    let back = selected.uid_next.is_some() && uid_next <= met.mailbox.last_uid;
    if back {
        mailbox::go_back(&mut tx, met.mailbox.id, uid_next).await?;
        met = mailbox::meet(&mut tx, &folder.identity, validity, uid_next, start, now).await?;
    }
    let changed = met.first_look && met.mailbox.predecessor_looked.is_some();
    if back || changed {
        let wish = Wish { since: Timestamp::from_us(0), restored: None, asked: now };
        wishes::ask(&mut tx, room.name(), &wish).await?;
    }
    let wish = wishes::wish(&mut tx, room.name()).await?;
    // At every look: what was spooled under an older UIDVALIDITY may be decided later.
    abandon_marks(&mut tx, met.mailbox.id).await?;
    tx.commit().await?;
    if met.first_look {
        info!(
            desk = room.name(),
            folder = folder.name(),
            uid_validity = validity,
            uid_next,
            "First look at {} under UIDVALIDITY {validity}; reading from UID {}",
            folder.name(),
            met.mailbox.last_uid + 1
        );
    }
    if back {
        warn!(
            desk = room.name(),
            folder = folder.name(),
            uid_next,
            "The mail server has gone back: {} is compared with the database",
            folder.name()
        );
    }
    Ok((met.mailbox, wish))
}

/// Servers should say UIDNEXT (RFC 9051 §6.3.2); of one that does not, the last message tells.
pub(super) async fn uid_next(session: &mut Session, selected: &Selected) -> Result<i64, LookError> {
    if let Some(uid_next) = selected.uid_next {
        return Ok(i64::from(uid_next));
    }
    let Some(first) = Uid::new(1) else { return Ok(1) };
    let all = session.list(first, None).await?;
    Ok(all.last().map_or(1, |last| i64::from(last.uid.get()) + 1))
}

/// How much of what is new was spooled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadUp {
    /// There was nothing new.
    Nothing,
    /// All of it.
    All,
    /// Something is still to come.
    Partly,
}

async fn read_up(
    room: &Room,
    mut reading: Reading<'_>,
    mailbox: &Mailbox,
    uid_next: i64,
) -> Result<ReadUp, LookError> {
    let mut first = mailbox.last_uid + 1;
    if first >= uid_next {
        return Ok(ReadUp::Nothing);
    }
    let mut tx = room.store.read().await?;
    let known: BTreeSet<_> =
        mailbox::spooled_above(&mut tx, mailbox.id, mailbox.last_uid).await?.into_iter().collect();
    tx.rollback().await?;
    let mut window = WINDOW;
    while first < uid_next {
        let last = (first + i64::from(window) - 1).min(uid_next - 1);
        let (Some(from), Some(to)) = (uid(first), uid(last)) else { break };
        let listed = reading.list(from, to).await?;
        failpoint::at(Point::Listed);
        window = if listed.is_empty() { (window * 2).min(WINDOW_MAX) } else { WINDOW };
        let unknown: Vec<Listed> = listed
            .into_iter()
            .filter(|one| !known.contains(&(i64::from(one.uid.get()), one.internal_date)))
            .collect();
        if !reading.read(unknown).await? {
            return Ok(ReadUp::Partly);
        }
        // UIDs that were not listed are gone for ever (RFC 9051 §2.3.1.1).
        let position = reading.withheld().map_or(last, |uid| i64::from(uid.get()) - 1);
        let mut tx = room.store.begin().await?;
        mailbox::advance(&mut tx, mailbox.id, position).await?;
        tx.commit().await?;
        first = last + 1;
    }
    Ok(if reading.withheld().is_none() { ReadUp::All } else { ReadUp::Partly })
}

pub(super) fn uid(number: i64) -> Option<Uid> {
    u32::try_from(number).ok().and_then(Uid::new)
}
