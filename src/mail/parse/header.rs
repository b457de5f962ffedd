//! The header of a message becomes values.

use super::decode;
use super::defects::Defects;
use super::field::{self, Block, Extent};
use super::word::{self, Words};
use super::{ADDRESSES_MAX, Defect, sender};
use crate::mail::address::{Address, NamedAddress};
use crate::mail::body::one_line;
use crate::mail::envelope::ReversePath;
use crate::mail::message_id::{MessageId, message_ids};
use crate::mail::{Sender, mailbox};
use crate::time::Timestamp;

/// Servers that a message passes before it looks like a loop (RFC 5321 §6.3 asks for 100; mail
/// to a help desk passes fewer).
pub const HOPS_MAX: usize = 50;

/// `X-Loop` fields that are looked at: each program on the way may write one.
const LOOP_MARKS_MAX: usize = 20;

/// Fields in which a relay that gives a message another identifier keeps the one that it had.
const EARLIER_IDS: [&str; 6] = [
    "resent-message-id",
    "original-message-id",
    "x-original-message-id",
    "x-google-original-message-id",
    "x-mailman-original-message-id",
    "x-microsoft-original-message-id",
];

/// What the header says; the fields are those of [`crate::mail::Mail`].
#[derive(Debug)]
pub(super) struct Header {
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    pub earlier_ids: Vec<MessageId>,
    pub loop_marks: Vec<String>,
    pub hops: usize,
    pub sender: Sender,
    pub reply_to: Vec<NamedAddress>,
    pub only_reply_to: Option<NamedAddress>,
    pub to: Vec<NamedAddress>,
    pub cc: Vec<NamedAddress>,
    pub resent_to: Vec<NamedAddress>,
    pub subject: String,
    pub date: Option<Timestamp>,
    pub received: Option<Timestamp>,
    pub return_path: Option<ReversePath>,
}

/// Takes the header block of a message, and notes what is odd about the block itself.
pub(super) fn block<'a>(raw: &'a [u8], defects: &mut Defects) -> Block<'a> {
    let top = blank_lines(raw);
    let mut block = field::block(raw.get(top..).unwrap_or_default(), |_| false);
    block.body_at += top;
    if block.fields.is_empty() {
        block.body_at = 0;
        defects.add(Defect::NoHeader);
    }
    if block.mailbox_line {
        defects.add(Defect::MailboxLine);
    }
    defects.add_count(block.bad_lines, Defect::BadHeaderLines);
    defects.add_count(block.beyond, Defect::FieldsOverLimit);
    defects.add_count(block.cut, Defect::FieldsTooLong);
    block
}

/// Bytes of blank lines above the header, which some programs write there.
fn blank_lines(raw: &[u8]) -> usize {
    let mut at = 0;
    while let Some(line) = field::line_at(raw, at).filter(|line| line.text.trim_ascii().is_empty())
    {
        at = line.next;
    }
    at
}

/// Reads the header.
pub(super) fn read(block: &Block<'_>, defects: &mut Defects) -> Header {
    for name in [
        "Date",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Subject",
        "Content-Type",
    ] {
        if 1 < block.all(name).count() {
            defects.add(Defect::Repeated { name });
        }
    }
    let hops = block.all("received").count();
    if HOPS_MAX < hops {
        defects.add(Defect::ManyHops(hops));
    }
    let mut resent_to = addresses(block, "Resent-To", defects);
    resent_to.extend(addresses(block, "Resent-Cc", defects));
    Header {
        message_id: message_id(block, defects),
        in_reply_to: first(block, "in-reply-to").map_or_else(Vec::new, |text| message_ids(&text)),
        references: first(block, "references").map_or_else(Vec::new, |text| message_ids(&text)),
        earlier_ids: earlier_ids(block),
        loop_marks: block.all("x-loop").take(LOOP_MARKS_MAX).map(one_value).collect(),
        hops,
        sender: sender::of(block, defects),
        reply_to: addresses(block, "Reply-To", defects),
        only_reply_to: only_address(block, "Reply-To"),
        to: addresses(block, "To", defects),
        cc: addresses(block, "Cc", defects),
        resent_to,
        subject: subject(block, defects),
        date: date(block, defects),
        received: received(block),
        return_path: return_path(block, defects),
    }
}

/// The identifier of a message that is an attachment, if it has one, and who stands in its To.
pub(super) fn nested_message(raw: &[u8]) -> (Option<MessageId>, Vec<Address>) {
    let block = nested(raw);
    let id = first(&block, "message-id").and_then(|text| message_ids(&text).pop());
    let to = addresses(&block, "To", &mut Defects::default());
    (id, to.into_iter().map(|named| named.address).collect())
}

/// The header of a message that is an attachment. It has the same bound as that of a message; what
/// is behind it does not matter here.
fn nested(raw: &[u8]) -> Block<'_> {
    field::block(raw.get(..field::HEADER_BYTES_MAX).unwrap_or(raw), |_| false)
}

/// The subject of a message that is an attachment, if it has one.
pub(super) fn nested_subject(raw: &[u8]) -> Option<String> {
    let block = nested(raw);
    let subject = one_line(&word::decode(block.first("subject")?.value).0);
    (!subject.is_empty()).then_some(subject)
}

fn first(block: &Block<'_>, name: &str) -> Option<String> {
    block.first(name).map(field::Field::unfolded)
}

fn message_id(block: &Block<'_>, defects: &mut Defects) -> Option<MessageId> {
    let Some(text) = first(block, "message-id") else {
        defects.add(Defect::NoMessageId);
        return None;
    };
    let token = match text.split_once('<') {
        Some((_, rest)) => rest.split_once('>').map_or("", |(token, _)| token),
        None => text.split_ascii_whitespace().next().unwrap_or_default(),
    };
    let read = MessageId::parse(token.trim());
    if read.is_err() {
        defects.add(Defect::BadMessageId);
    }
    read.ok()
}

fn earlier_ids(block: &Block<'_>) -> Vec<MessageId> {
    EARLIER_IDS
        .iter()
        .filter_map(|name| first(block, name))
        .flat_map(|text| message_ids(&text))
        .collect()
}

fn one_value(field: &field::Field<'_>) -> String {
    field.unfolded().trim().to_owned()
}

fn addresses(block: &Block<'_>, name: &'static str, defects: &mut Defects) -> Vec<NamedAddress> {
    let mut found = Vec::new();
    let mut bad = 0;
    for field in block.all(name) {
        for one in mailbox::list(&field.unfolded()) {
            match one {
                Ok(_) if found.len() == ADDRESSES_MAX => {
                    defects.add(Defect::AddressesOverLimit { name });
                    return found;
                }
                Ok(named) => {
                    found.push(NamedAddress { name: sender::name(&named.name), ..named });
                }
                Err(_) => bad += 1,
            }
        }
    }
    defects.add_count(bad, |count| Defect::BadAddresses { name, count });
    found
}

/// As strict as about From: one field, as a whole, with one plain address.
fn only_address(block: &Block<'_>, name: &str) -> Option<NamedAddress> {
    let mut fields = block.all(name);
    let field = fields.next().filter(|field| field.extent == Extent::Whole)?;
    let named = mailbox::one(&field.unfolded()).ok().filter(|_| fields.next().is_none())?;
    Some(NamedAddress { name: sender::name(&named.name), ..named })
}

fn subject(block: &Block<'_>, defects: &mut Defects) -> String {
    let Some(field) = block.first("subject") else { return String::new() };
    let (text, words) = word::decode(field.value);
    if words == Words::Some {
        defects.add(Defect::WordsOverLimit);
    }
    one_line(&text)
}

fn date(block: &Block<'_>, defects: &mut Defects) -> Option<Timestamp> {
    let Some(text) = first(block, "date") else {
        defects.add(Defect::NoDate);
        return None;
    };
    let date = decode::date(&text);
    if date.is_none() {
        defects.add(Defect::BadDate);
    }
    date
}

/// The instant stands behind the last semicolon (RFC 5321 §4.4).
fn received(block: &Block<'_>) -> Option<Timestamp> {
    let text = first(block, "received")?;
    text.rsplit_once(';').and_then(|(_, date)| decode::date(date))
}

/// The delivering server writes its Return-Path on top (RFC 5321 §4.4); one further down was
/// there before, so anybody may have written it.
fn return_path(block: &Block<'_>, defects: &mut Defects) -> Option<ReversePath> {
    let top = block.fields.iter().find(|field| {
        ["return-path", "received"].iter().any(|name| field.name.eq_ignore_ascii_case(name))
    })?;
    if top.name.eq_ignore_ascii_case("received") {
        return None;
    }
    let text = top.unfolded();
    let path = ReversePath::parse(text.split('(').next().unwrap_or_default());
    if path.is_err() {
        defects.add(Defect::BadReturnPath);
    }
    // An empty field without brackets says nothing.
    path.ok().filter(|_| !text.trim().is_empty())
}
