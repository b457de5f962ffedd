//! Looking into the open folder and reading messages, without marking them: never anything but
//! `BODY.PEEK[]` and `BODY.PEEK[HEADER]`, and never a structure that only a recursive parser could read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::answer::{Item, Told};
use super::set::sets;
use super::wire::{Command, LITERAL_MAX};
use super::{Fetched, Header, ImapError, LISTED_MAX, Listed, Session, Uid, internal_date};

impl Session {
    /// The messages from UID `first` to `last`, or to the newest: ascending, each once.
    ///
    /// # Errors
    /// [`ImapError::TooLarge`] if there are more than [`LISTED_MAX`].
    pub async fn list(&mut self, first: Uid, last: Option<Uid>) -> Result<Vec<Listed>, ImapError> {
        let end = last.map_or("*".to_owned(), |last| last.to_string());
        let line = format!("UID FETCH {first}:{end} (UID RFC822.SIZE INTERNALDATE)");
        let mut items: BTreeMap<Uid, Item> = BTreeMap::new();
        // `n:*` always names the newest message, even one below n (RFC 3501 §6.4.8).
        let wanted = |uid: Uid| first <= uid && last.is_none_or(|last| uid <= last);
        let ending = self.wire.run(Command::new("UID FETCH", line), |told| {
            if let Told::Item(item) = told
                && let Some(uid) = item.uid.filter(|&uid| wanted(uid))
            {
                merge(&mut items, uid, item);
            }
            if LISTED_MAX < items.len() {
                let limit = LISTED_MAX as u64;
                return Err(ImapError::TooLarge { what: "list of messages", limit });
            }
            Ok(())
        });
        ending.await?.ok("UID FETCH")?;
        let mut listed = Vec::new();
        for (uid, item) in items {
            // A message of which only flags were told is not of this answer.
            if item.size.is_some() || item.internal_date.is_some() {
                let (size, internal_date) = item.facts()?;
                listed.push(Listed { uid, size, internal_date });
            }
        }
        Ok(listed)
    }

    /// Reads messages: ascending, each once. A message that is gone is not among them, nor is one
    /// that does not fit [`super::Limits::message_bytes`] together with those before it: ask for
    /// it alone.
    ///
    /// # Errors
    /// [`ImapError::TooLarge`] if a single message is larger than the limit.
    pub async fn fetch(&mut self, uids: &[Uid]) -> Result<Vec<Fetched>, ImapError> {
        let limits = self.wire.limits();
        let bytes_max = limits.message_bytes.saturating_add(limits.message_bytes / 10);
        let mut items: BTreeMap<Uid, Item> = BTreeMap::new();
        let mut bytes: u64 = 0;
        for set in sets(uids) {
            let asked: BTreeSet<Uid> = set.uids.into_iter().collect();
            let line = format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE BODY.PEEK[])", set.text);
            let literal_max = bytes_max.max(LITERAL_MAX);
            let command = Command { literal_max, ..Command::new("UID FETCH", line) };
            let ending = self.wire.run(command, |told| {
                let Told::Item(mut item) = told else { return Ok(()) };
                let Some(uid) = item.uid.filter(|uid| asked.contains(uid)) else { return Ok(()) };
                let known = items.get(&uid).is_some_and(|known| known.body.is_some());
                let length = item.body.as_ref().map_or(0, |body| body.bytes.len() as u64);
                if known || bytes_max < bytes.saturating_add(length) {
                    item.body = None;
                } else {
                    bytes += length;
                }
                merge(&mut items, uid, item);
                Ok(())
            });
            ending.await?.ok("UID FETCH")?;
        }
        let mut fetched = Vec::new();
        for (uid, mut item) in items {
            if let Some(body) = item.body.take() {
                if body.offset.is_some() {
                    return Err(ImapError::Garbage { what: "a part instead of a message" });
                }
                let (size, internal_date) = item.facts()?;
                fetched.push(Fetched { uid, size, internal_date, bytes: body.bytes });
            }
        }
        Ok(fetched)
    }

    /// Reads `length` bytes of a message from `offset` on. `None`: the message is gone. Fewer
    /// bytes, or none: the message ends there.
    ///
    /// # Errors
    /// [`ImapError::Unsupported`] for an offset that IMAP cannot say, 4 GiB and more.
    pub async fn fetch_part(
        &mut self,
        uid: Uid,
        offset: u64,
        length: u32,
    ) -> Result<Option<Vec<u8>>, ImapError> {
        let Ok(offset) = u32::try_from(offset) else {
            return Err(ImapError::Unsupported { what: "messages of 4 GiB" });
        };
        let line = format!("UID FETCH {uid} (UID BODY.PEEK[]<{offset}.{length}>)");
        let literal_max = u64::from(length).max(LITERAL_MAX);
        let command = Command { literal_max, ..Command::new("UID FETCH", line) };
        let mut part = None;
        let ending = self.wire.run(command, |told| {
            if let Told::Item(Item { uid: Some(of), body: Some(body), .. }) = told
                && of == uid
                && part.is_none()
            {
                part = Some(body);
            }
            Ok(())
        });
        ending.await?.ok("UID FETCH")?;
        let Some(part) = part else { return Ok(None) };
        let fits = u32::try_from(part.bytes.len()).is_ok_and(|bytes| bytes <= length);
        // Only an empty part, or one from the start, may come without saying where it begins.
        let begins = part.offset.unwrap_or(if part.bytes.is_empty() { offset } else { 0 });
        if !fits || begins != offset {
            return Err(ImapError::Garbage { what: "another part of a message than asked for" });
        }
        Ok(Some(part.bytes))
    }
}

impl Session {
    /// Reads the headers of the messages with these numbers in the open folder (RFC 3501 §2.3.1.2),
    /// each at most to `bytes_max`; ascending by UID, each once. The numbers hold as long as the
    /// session does nothing but fetch.
    ///
    /// # Errors
    /// [`ImapError::TooLarge`] if the server sends more than was asked for.
    pub async fn fetch_headers(
        &mut self,
        numbers: RangeInclusive<u32>,
        bytes_max: u32,
    ) -> Result<Vec<Header>, ImapError> {
        let (first, last) = (numbers.start(), numbers.end());
        let what = format!("(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER]<0.{bytes_max}>)");
        let line = format!("FETCH {first}:{last} {what}");
        let literal_max = u64::from(bytes_max).max(LITERAL_MAX);
        let command = Command { literal_max, ..Command::new("FETCH", line) };
        let mut items: BTreeMap<Uid, Item> = BTreeMap::new();
        let limit = numbers.clone().count();
        let ending = self.wire.run(command, |told| {
            if let Told::Item(item) = told
                && let Some(uid) = item.uid
            {
                merge(&mut items, uid, item);
            }
            if limit < items.len() {
                let limit = limit as u64;
                return Err(ImapError::TooLarge { what: "list of headers", limit });
            }
            Ok(())
        });
        ending.await?.ok("FETCH")?;
        let mut headers = Vec::new();
        for (uid, mut item) in items {
            // A message of which only flags were told is not of this answer.
            let Some(header) = item.header.take() else { continue };
            if header.offset.is_some_and(|offset| offset != 0) {
                return Err(ImapError::Garbage { what: "another part of a header than asked for" });
            }
            let (size, internal_date) = item.facts()?;
            headers.push(Header { uid, size, internal_date, bytes: header.bytes });
        }
        Ok(headers)
    }
}

impl Item {
    /// RFC822.SIZE and INTERNALDATE, which every message has.
    fn facts(&self) -> Result<(u64, crate::time::Timestamp), ImapError> {
        let Some(size) = self.size else {
            return Err(ImapError::Garbage { what: "a message without RFC822.SIZE" });
        };
        let date = self.internal_date.as_deref().and_then(internal_date::parse);
        match date {
            Some(date) => Ok((size, date)),
            None => Err(ImapError::Garbage { what: "a message without INTERNALDATE" }),
        }
    }
}

/// Adds what a response says to what is known; a server may tell of one message in several, and
/// then the first word counts.
fn merge(items: &mut BTreeMap<Uid, Item>, uid: Uid, item: Item) {
    let known = items.entry(uid).or_default();
    known.size = known.size.or(item.size);
    known.internal_date = known.internal_date.take().or(item.internal_date);
    known.body = known.body.take().or(item.body);
    known.header = known.header.take().or(item.header);
}
