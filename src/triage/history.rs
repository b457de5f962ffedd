//! The correspondence of a ticket as its requester may have it: what was said in public, oldest first, and no word of
//! what is among the agents (THR-31). It becomes a file, as it may be long.

use std::collections::VecDeque;

use super::answer::Correspondence;
use super::notice::{language, promised};
use super::policy::Policy;
use super::raise;
use crate::desk::language::Language;
use crate::mail::Digest;
use crate::mail::address::Address;
use crate::mail::attachment::{Attachment, Placement};
use crate::mail::reply::Reply;
use crate::mail::secret::masked;
use crate::mail::subject::{TicketNumber, TicketPrefix};
use crate::render::phrase::Phrase;
use crate::time::Timestamp;

/// Bytes of the file (1 MiB); of more the oldest part is left out.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of texts that are read for it (4 MiB): what they quote is left out.
pub const READ_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What was said once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who spoke.
    pub side: Side,
    /// The writer, for people.
    pub writer: String,
    /// When.
    pub at: Timestamp,
    /// The whole text.
    pub text: String,
}

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The requester, or somebody on his side.
    Requester,
    /// The desk.
    Desk,
}

/// What was said in a ticket: the last so many messages, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The newest first.
    pub said: Vec<Said>,
    /// Messages in all.
    pub count: usize,
}

/// The file, and its bytes.
#[must_use]
pub fn file(
    ticket: &Correspondence,
    exchange: &Exchange,
    policy: &Policy,
    now: Timestamp,
) -> (Attachment, Vec<u8>) {
    let language = language::of_ticket(ticket, policy);
    let level = raise::level(policy, &ticket.entitlement.level).unwrap_or(&policy.default_level);
    let subject = masked(&ticket.subject);
    let mut text = format!("{} {subject}\r\n\r\n", policy.prefix.tid(ticket.number));
    let note = |missing| left_out(missing, policy, language);
    let mut room = FILE_BYTES_MAX.saturating_sub(text.len() + note(usize::MAX).len());
    let mut kept: VecDeque<String> = VecDeque::new();
    for one in &exchange.said {
        let at = promised::instant(level, one.at, now, language);
        let mut paragraph = paragraph(&at, &writer(one, ticket, policy), &one.text);
        if room < paragraph.len() && !kept.is_empty() {
            break;
        }
        paragraph.truncate(paragraph.floor_char_boundary(room));
        room -= paragraph.len();
        kept.push_front(paragraph);
    }
    let missing = exchange.count.saturating_sub(kept.len());
    if 0 < missing {
        text.push_str(&note(missing));
    }
    text.extend(kept);
    let bytes = text.into_bytes();
    let attachment = Attachment {
        name: name(&policy.prefix, ticket.number),
        media_type: "text/plain; charset=utf-8".to_owned(),
        format: None,
        size: bytes.len(),
        digest: Digest::of(&bytes),
        placement: Placement::Beside,
    };
    (attachment, bytes)
}

/// `EX-17.txt`.
fn name(prefix: &TicketPrefix, ticket: TicketNumber) -> String {
    format!("{prefix}-{ticket}.txt")
}

/// A message: its words are set in, so that none of them looks like the head of another.
fn paragraph(at: &str, writer: &str, text: &str) -> String {
    let said = Reply::of(text).text;
    let said = masked(if said.is_empty() { text } else { &said });
    let mut paragraph = format!("{at}\r\n{writer}\r\n\r\n");
    for line in said.trim_end().lines() {
        let line = line.trim_end();
        if !line.is_empty() {
            paragraph.push_str("  ");
            paragraph.push_str(line);
        }
        paragraph.push_str("\r\n");
    }
    paragraph.push_str("\r\n");
    paragraph
}

/// Agents speak in the desk's name.
fn writer(said: &Said, ticket: &Correspondence, policy: &Policy) -> String {
    let written = said.writer.split_whitespace().collect::<Vec<_>>().join(" ");
    let address = Address::parse(&written).ok();
    let requester = ticket.requester.as_ref().filter(|one| Some(&one.address) == address.as_ref());
    let is_agent = address.is_some_and(|address| policy.agents.iter().any(|one| one.has(&address)));
    match (said.side, requester) {
        (Side::Requester, Some(named)) if !named.name.is_empty() => {
            format!("{} <{}>", named.name, named.address)
        }
        (Side::Requester, Some(named)) => named.address.to_string(),
        (Side::Requester, None) if !is_agent => written,
        (Side::Desk, _) | (Side::Requester, None) if policy.display_name.is_empty() => {
            policy.address.to_string()
        }
        (Side::Desk, _) | (Side::Requester, None) => policy.display_name.clone(),
    }
}

/// That so many are left out.
fn left_out(count: usize, policy: &Policy, language: Language) -> String {
    let said = policy.templates.phrase(Phrase::LeftOut { count }, language).unwrap_or_default();
    format!("({said})\r\n\r\n")
}
