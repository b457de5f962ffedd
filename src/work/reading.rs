//! What is listed is fetched: many small messages together, a large one in parts. A message that
//! the server lists and does not give, or at which sessions break, stops nobody else's: it is
//! asked for alone, and after three sessions a person is asked to look.

use std::collections::{BTreeMap, BTreeSet};

use tracing::warn;

use super::look::{Folder, LookError, STEP};
use super::room::Room;
use super::spool::{self, Arrived, Piece, Source};
use crate::failpoint::{self, Point};
use crate::imap::{Class, Fetched, ImapError, Listed, Session, Uid};
use crate::store::inbound::Content;

/// What is remembered of messages that do not come. A restart forgets it, at no harm.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// How many sessions there were.
    session: u64,
    /// Messages that do not come when they are asked for alone.
    withheld: BTreeMap<(u32, Uid), Withheld>,
    /// Messages that were asked for together when a session broke: one of them may be why.
    suspects: BTreeSet<(u32, Uid)>,
    /// A message that came.
    good: Option<(u32, Uid)>,
}

/// In how many sessions a message did not come, and in which last.
#[derive(Debug, Default)]
struct Withheld {
    sessions: u32,
    last: u64,
}

/// Reads the messages of one folder in one session.
pub(super) struct Reading<'a> {
    room: &'a Room,
    folder: &'a mut Folder,
    session: &'a mut Session,
    uid_validity: u32,
    source: Source<'a>,
    withheld: BTreeSet<Uid>,
    /// Whether any message came in this session: else a broken session says nothing about the one
    /// that was asked for.
    came: bool,
}

/// Messages and bytes of one FETCH.
const BATCH_MESSAGES: usize = 64;
const BATCH_BYTES: u64 = 1024 * 1024;
/// Bytes of a message that is asked for to see that messages come at all (64 KiB).
const PROOF_BYTES: u32 = 64 * 1024;
/// Sessions in which a listed message may fail to come before a person is asked.
const SESSIONS_WITHHELD: u32 = 3;

impl Memory {
    pub(super) fn begin_session(&mut self) {
        self.session += 1;
    }

    pub(super) fn knows_suspects(&self) -> bool {
        !self.suspects.is_empty() || !self.withheld.is_empty()
    }

    /// Counts a session in which a message did not come; in how many it did not.
    fn count(&mut self, message: (u32, Uid)) -> u32 {
        let withheld = self.withheld.entry(message).or_default();
        if withheld.last != self.session {
            withheld.last = self.session;
            withheld.sessions += 1;
        }
        withheld.sessions
    }

    /// A message came: whatever was held against it was not its fault.
    fn came(&mut self, message: (u32, Uid)) {
        self.suspects.remove(&message);
        self.withheld.remove(&message);
        self.good = Some(message);
    }

    /// A session broke at a message, which may be the server's or the network's fault.
    fn blame(&mut self, message: (u32, Uid)) {
        self.withheld.entry(message).or_default();
    }

    fn is_blamed(&self, message: (u32, Uid)) -> bool {
        self.withheld.contains_key(&message)
    }

    fn sessions(&self, message: (u32, Uid)) -> u32 {
        self.withheld.get(&message).map_or(0, |withheld| withheld.sessions)
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        room: &'a Room,
        folder: &'a mut Folder,
        session: &'a mut Session,
        uid_validity: u32,
        source: Source<'a>,
    ) -> Self {
        let withheld = BTreeSet::new();
        Self { room, folder, session, uid_validity, source, withheld, came: false }
    }

    /// The messages in a range of UIDs.
    pub(super) async fn list(&mut self, from: Uid, to: Uid) -> Result<Vec<Listed>, ImapError> {
        self.folder.beat.works(STEP);
        self.session.list(from, Some(to)).await
    }

    /// The first message that is listed and did not come in this session.
    pub(super) fn withheld(&self) -> Option<Uid> {
        self.withheld.first().copied()
    }

    /// Fetches and spools; `false` when it was told to stop before the end.
    pub(super) async fn read(&mut self, listed: Vec<Listed>) -> Result<bool, LookError> {
        let validity = self.uid_validity;
        let memory = &self.folder.memory;
        let suspects = memory.suspects.clone();
        let alone = |uid| suspects.contains(&(validity, uid));
        // Those at which sessions broke come last, so that the others come whatever happens.
        let (last, first): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|one| memory.is_blamed((validity, one.uid)));
        let limit = self.room.desk.message_limit;
        for batch in batches(&first, limit, alone) {
            if !self.batch(batch).await? {
                return Ok(false);
            }
        }
        for one in &last {
            self.prove().await?;
            if !self.batch(std::slice::from_ref(one)).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Fetches and spools what is asked for together; `false` when it was told to stop.
    async fn batch(&mut self, batch: &[Listed]) -> Result<bool, LookError> {
        if self.room.stop.is_cancelled() {
            return Ok(false);
        }
        self.folder.beat.works(STEP);
        let arrived = match batch {
            [one] if one.size > BATCH_BYTES => self.large(one).await?.into_iter().collect(),
            [one] => self.alone(one).await?.into_iter().collect(),
            several => self.together(several).await?,
        };
        failpoint::at(Point::Fetched);
        self.folder.beat.works(STEP);
        let missing = |one: &&Arrived| matches!(one.piece, Piece::Stored(Content::Missing(_)));
        for one in arrived.iter().filter(|one| !missing(one)) {
            self.came = true;
            self.folder.memory.came((self.uid_validity, one.uid));
        }
        let spooled = spool::spool(self.room, self.source, arrived).await?;
        self.room.tally.fetched(spooled);
        self.room.ingest.notify_one();
        Ok(true)
    }

    /// Asks for a message that came before, if none came in this session: when that comes and the
    /// next does not, the server and the network are not why.
    async fn prove(&mut self) -> Result<(), LookError> {
        if let Some((validity, uid)) = self.folder.memory.good
            && validity == self.uid_validity
            && !self.came
        {
            self.folder.beat.works(STEP);
            self.came = self.session.fetch_part(uid, 0, PROOF_BYTES).await?.is_some();
        }
        Ok(())
    }

    async fn together(&mut self, batch: &[Listed]) -> Result<Vec<Arrived>, LookError> {
        let uids: Vec<Uid> = batch.iter().map(|one| one.uid).collect();
        let mut fetched: BTreeMap<Uid, Fetched> =
            self.ask(&uids).await?.into_iter().map(|one| (one.uid, one)).collect();
        let mut arrived = Vec::with_capacity(batch.len());
        for one in batch {
            match fetched.remove(&one.uid) {
                Some(got) => arrived.push(came(one, got)),
                None => arrived.extend(self.alone(one).await?),
            }
        }
        Ok(arrived)
    }

    async fn alone(&mut self, one: &Listed) -> Result<Option<Arrived>, LookError> {
        if self.given_up(one) {
            return Ok(Some(missing(one)));
        }
        match self.ask(&[one.uid]).await?.pop() {
            Some(got) => Ok(Some(came(one, got))),
            None => self.withhold(one).await,
        }
    }

    async fn large(&mut self, one: &Listed) -> Result<Option<Arrived>, LookError> {
        if self.given_up(one) {
            return Ok(Some(missing(one)));
        }
        let limit = self.room.desk.message_limit;
        let beat = &self.folder.beat;
        match spool::fetch_large(self.room, self.session, one, limit, beat).await {
            Ok(Some(content)) => Ok(Some(Arrived {
                uid: one.uid,
                received: one.internal_date,
                size: one.size,
                piece: Piece::Stored(content),
            })),
            Ok(None) => self.withhold(one).await,
            Err(LookError::Imap(error)) => {
                self.refused_or_broken(&[one.uid], error)?;
                self.withhold(one).await
            }
            Err(error @ LookError::Store(_)) => Err(error),
        }
    }

    /// A FETCH that the server refuses brings nothing.
    async fn ask(&mut self, uids: &[Uid]) -> Result<Vec<Fetched>, LookError> {
        self.folder.beat.works(STEP);
        match self.session.fetch(uids).await {
            Ok(fetched) => Ok(fetched),
            Err(error) => self.refused_or_broken(uids, error).map(|()| Vec::new()),
        }
    }

    /// A refusal leaves the session usable. Any other error ends it, and is remembered against
    /// the messages that were asked for.
    fn refused_or_broken(&mut self, uids: &[Uid], error: ImapError) -> Result<(), LookError> {
        match (error.class(), uids) {
            (Class::Refused, _) => return Ok(()),
            (Class::Server | Class::Login | Class::Folder, [one]) if self.came => {
                self.folder.memory.count((self.uid_validity, *one));
            }
            (Class::Server | Class::Login | Class::Folder, [one]) => {
                self.folder.memory.blame((self.uid_validity, *one));
            }
            (Class::Server | Class::Login | Class::Folder, several) => {
                let validity = self.uid_validity;
                let suspects = several.iter().map(|uid| (validity, *uid));
                self.folder.memory.suspects.extend(suspects);
            }
        }
        Err(error.into())
    }

    /// Gone, or asked for again in the next session; after three a person is asked.
    async fn withhold(&mut self, one: &Listed) -> Result<Option<Arrived>, LookError> {
        self.folder.beat.works(STEP);
        if self.session.list(one.uid, Some(one.uid)).await?.is_empty() {
            return Ok(None);
        }
        self.folder.memory.count((self.uid_validity, one.uid));
        if self.given_up(one) {
            return Ok(Some(missing(one)));
        }
        warn!(
            desk = self.room.name(),
            folder = self.folder.name(),
            uid = one.uid.get(),
            "The server lists message {} and does not give it; it is asked again",
            one.uid
        );
        self.withheld.insert(one.uid);
        Ok(None)
    }

    fn given_up(&self, one: &Listed) -> bool {
        self.folder.memory.sessions((self.uid_validity, one.uid)) >= SESSIONS_WITHHELD
    }
}

fn came(one: &Listed, got: Fetched) -> Arrived {
    Arrived {
        uid: one.uid,
        received: got.internal_date,
        size: one.size,
        piece: Piece::Bytes(got.bytes),
    }
}

fn missing(one: &Listed) -> Arrived {
    let why = "cannot be fetched: the server lists the message and does not give it";
    Arrived {
        uid: one.uid,
        received: one.internal_date,
        size: one.size,
        piece: Piece::Stored(Content::Missing(why.to_owned())),
    }
}

/// Cuts a listing into what is fetched together: many small messages, or one that is large or to
/// be asked for alone.
fn batches(
    listed: &[Listed],
    limit: u64,
    alone: impl Fn(Uid) -> bool,
) -> impl Iterator<Item = &[Listed]> {
    let mut rest = listed;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fitting = rest
            .iter()
            .take(BATCH_MESSAGES)
            .take_while(|one| {
                bytes += one.size;
                bytes <= BATCH_BYTES && one.size <= limit && !alone(one.uid)
            })
            .count();
        let (batch, after) = rest.split_at_checked(fitting.max(1))?;
        rest = after;
        Some(batch)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn a_listing_is_cut_by_number_and_by_bytes() {
        const MIB: u64 = 1024 * 1024;
        check(&[10; 100], &[64, 36]);
        check(&[MIB / 2, MIB / 2, 1], &[2, 1]);
        check(&[1, 3 * MIB, 1], &[1, 1, 1]);
        check(&[50 * MIB, 50 * MIB], &[1, 1]);
        check(&[], &[]);

        #[track_caller]
        fn check(sizes: &[u64], expected: &[usize]) {
            let listed: Vec<Listed> = (1..)
                .zip(sizes)
                .map(|(uid, size)| Listed {
                    uid: Uid::new(uid).unwrap(),
                    size: *size,
                    internal_date: Timestamp::from_seconds(0),
                })
                .collect();
            let cut: Vec<usize> =
                batches(&listed, 35 * MIB, |_| false).map(<[Listed]>::len).collect();
            assert_eq!(cut, expected);
        }
    }
}
