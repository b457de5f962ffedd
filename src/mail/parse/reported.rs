//! The parts of a report are found (RFC 6522 §3), and read by [`report`].

use super::defects::Defects;
use super::header::{Header, nested_message};
use super::part::{self, About, Leaf, Parts};
use super::{decode, field};
use crate::mail::address::Address;
use crate::mail::automatic::Kind;
use crate::mail::message_id::{MessageId, message_ids};
use crate::mail::report::{self, READ_BYTES_MAX, Report, Sources};

/// What a report says; `None` where the message is none.
pub(super) fn of(
    kind: Kind,
    parts: &Parts<'_>,
    header: &Header,
    fields: &[(&str, String)],
    text: &str,
) -> Option<Report> {
    match kind {
        Kind::Bounce => {
            let within = report_within(parts);
            let parts = within.as_ref().unwrap_or(parts);
            let (returned, returned_to) = returned(parts).unwrap_or_default();
            let reported_to: Vec<&Address> = header.to.iter().map(|named| &named.address).collect();
            Some(report::read(&Sources {
                status: &decoded(parts, &DELIVERY_STATUS),
                fields,
                reporter: header.sender.address(),
                reported_to: &reported_to,
                text,
                returned_to: &returned_to,
                original: original(parts, returned, text).as_ref(),
            }))
        }
        Kind::Report => {
            let (returned, _) = returned(parts).unwrap_or_default();
            let original = original(parts, returned, text);
            Some(Report { recipients: Vec::new(), original })
        }
        Kind::Person
        | Kind::Generated
        | Kind::AutoReply
        | Kind::OutOfOffice
        | Kind::List
        | Kind::Bulk => None,
    }
}

/// The message that it is about.
fn original(parts: &Parts<'_>, returned: Option<MessageId>, text: &str) -> Option<MessageId> {
    told_of(parts).or(returned).or_else(|| quoted(text))
}

/// RFC 3464 §2.1, RFC 6533 §6.
const DELIVERY_STATUS: [&str; 2] = ["message/delivery-status", "message/global-delivery-status"];

/// RFC 8098 §3.1, RFC 6533 §6.
const DISPOSITION: [&str; 2] =
    ["message/disposition-notification", "message/global-disposition-notification"];

/// The message that comes back (RFC 6522 §3), whole or its header alone.
const BROUGHT_BACK: [&str; 6] = [
    "message/rfc822",
    "message/global",
    "message/global-headers",
    "message/rfc822-headers",
    "text/rfc822-headers",
    "text/rfc822",
];

fn leaves<'p, 'a>(
    parts: &'p Parts<'a>,
    types: &'static [&'static str],
) -> impl Iterator<Item = &'p Leaf<'a>> {
    parts.leaves.iter().filter(move |leaf| types.contains(&leaf.about.media_type.as_str()))
}

/// The parts of a report that somebody wrapped into another message on its way.
fn report_within<'a>(parts: &Parts<'a>) -> Option<Parts<'a>> {
    if leaves(parts, &DELIVERY_STATUS).next().is_some() {
        return None;
    }
    let wrapped = leaves(parts, &["message/rfc822"]).next()?;
    let mut defects = Defects::default();
    let block = field::block(wrapped.body, |_| false);
    let body = wrapped.body.get(block.body_at..)?;
    let within = part::parts(About::of(&block, "text/plain"), body, &mut defects);
    let is_report = leaves(&within, &DELIVERY_STATUS).next().is_some();
    is_report.then_some(within)
}

/// The text of all parts of some types, as far as it is read.
fn decoded(parts: &Parts<'_>, types: &'static [&'static str]) -> String {
    let mut text = String::new();
    for leaf in leaves(parts, types) {
        let bytes = leaf.body.get(..READ_BYTES_MAX).unwrap_or(leaf.body);
        text.push_str(&String::from_utf8_lossy(&decode::decode(bytes, leaf.about.encoding).0));
        text.push_str("\n\n");
        if READ_BYTES_MAX < text.len() {
            break;
        }
    }
    text
}

/// The message that comes back: its identifier, and who stands in its To.
fn returned(parts: &Parts<'_>) -> Option<(Option<MessageId>, Vec<Address>)> {
    leaves(parts, &BROUGHT_BACK)
        .map(|leaf| nested_message(&decode::decode(leaf.body, leaf.about.encoding).0))
        .find(|(id, to)| id.is_some() || !to.is_empty())
}

/// The message that was read or thrown away (RFC 8098 §3.2.5).
fn told_of(parts: &Parts<'_>) -> Option<MessageId> {
    decoded(parts, &DISPOSITION).lines().find_map(|line| id_of(line, "original-message-id"))
}

/// Old reports quote the message in their text.
fn quoted(text: &str) -> Option<MessageId> {
    text.lines()
        .find_map(|line| id_of(line.trim_start_matches(['>', ' ', '\t', '|']), "message-id"))
}

fn id_of(line: &str, field: &str) -> Option<MessageId> {
    let (name, value) = line.split_once(':')?;
    name.eq_ignore_ascii_case(field).then(|| message_ids(value).pop()).flatten()
}
