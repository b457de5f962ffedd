//! A message that is to be written, and texts that try to be more than a text in it.

use proptest::prelude::*;
use tidings::mail::address::{Address, NamedAddress};
use tidings::mail::compose::{Automatic, Draft};
use tidings::mail::message_id::MessageId;
use tidings::time::Timestamp;

pub(crate) fn draft() -> Draft {
    Draft {
        from: named("Acme Support", "support@acme.example"),
        to: named("Ada Lovelace", "ada@example.com"),
        reply_to: None,
        subject: "Re: Printer on fire [#17]".to_owned(),
        date: Timestamp::from_seconds(1_772_442_000),
        message_id: id("t.17.1.mac@acme.example"),
        in_reply_to: Some(id("fire@example.com")),
        references: vec![id("first@example.com"), id("fire@example.com")],
        text: "We have your message.\n\nTicket 17\n".to_owned(),
        html: None,
        language: None,
        automatic: Automatic::Replied,
        instance: "acme".to_owned(),
    }
}

pub(crate) fn named(name: &str, address: &str) -> NamedAddress {
    NamedAddress { name: name.to_owned(), address: Address::parse(address).unwrap() }
}

pub(crate) fn id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

/// Any text, and often one with what breaks headers.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~]{0,90}",
        "[a-z]{0,200}",
        "[\r\n\t\0 .=?_\"\\\\<>,;:@()]{0,8}",
        Just("\r\nBcc: evil@example.net\r\n".to_owned()),
        Just("\n.\nMAIL FROM:<evil@example.net>\n".to_owned()),
        Just("=?utf-8?Q?=0D=0ABcc:_evil?=".to_owned()),
        Just("--=_\r\n".to_owned()),
        Just("Größe 漢字 🎫".to_owned()),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}
