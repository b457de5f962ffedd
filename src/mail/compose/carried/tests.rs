//! What arrives of attachments that a composed message gets.

use super::*;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::compose::{Automatic, Draft, compose};
use crate::mail::message_id::MessageId;
use crate::mail::parse::{each_attachment, parse};

fn attachment(name: &str, media_type: &str, placement: Placement, bytes: &[u8]) -> Attachment {
    let (name, media_type) = (name.to_owned(), media_type.to_owned());
    let (size, digest) = (bytes.len(), Digest::of(bytes));
    Attachment { name, media_type, format: None, size, digest, placement }
}

fn draft(text: &str, html: Option<&str>) -> Vec<u8> {
    let named = |address: &str| NamedAddress {
        name: "Grüße".to_owned(),
        address: Address::parse(address).unwrap(),
    };
    let draft = Draft {
        from: named("support@example.com"),
        to: named("ada@other.example"),
        reply_to: None,
        subject: "Ein längerer Betreff, der umgebrochen werden muss, weil er zu lang ist"
            .to_owned(),
        date: Timestamp::from_us(1_793_000_000_000_000),
        message_id: MessageId::parse("a@example.com").unwrap(),
        in_reply_to: None,
        references: Vec::new(),
        text: text.to_owned(),
        html: html.map(str::to_owned),
        language: None,
        automatic: Automatic::No,
        instance: "support.example.com".to_owned(),
    };
    compose(&draft, None).unwrap()
}

fn check(text: &str, html: Option<&str>, attachments: &[(&str, &str, Placement, &[u8])]) {
    let plain = draft(text, html);
    let mut carried = Carried::begin(&plain);
    for (name, media_type, placement, bytes) in attachments {
        carried.add(&attachment(name, media_type, *placement, bytes), bytes);
    }
    let whole = carried.end(None, Timestamp::from_us(0)).unwrap();
    let (before, _) = parse(&plain);
    let (mail, defects) = parse(&whole);
    assert_eq!(defects, [], "{}", String::from_utf8_lossy(&whole));
    assert_eq!(mail.text.trim_end(), before.text.trim_end());
    assert_eq!((&mail.subject, &mail.sender), (&before.subject, &before.sender));
    let mut found = Vec::new();
    each_attachment(&whole, |one, bytes| {
        found.push((one.name.clone(), one.placement, bytes.to_vec()));
    });
    let expected: Vec<_> = attachments
        .iter()
        .map(|(name, _, placement, bytes)| ((*name).to_owned(), *placement, bytes.to_vec()))
        .collect();
    assert_eq!(found, expected);
    let lines: Vec<_> = whole.split(|&byte| byte == b'\n').collect();
    assert!(lines.iter().all(|line| line.len() <= 998));
    assert!(lines.iter().rev().skip(1).all(|line| line.ends_with(b"\r")));
}

#[test]
fn attachments_arrive_as_they_were_sent_under_their_names() {
    let (beside, inline) = (Placement::Beside, Placement::Inline);
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    check("Hello.\n", None, &[("report.pdf", "application/pdf", beside, &bytes)]);
    check(
        "Größe und 漢字 漢字 漢字\n",
        Some("<p>Größe</p>"),
        &[
            (
                "Größe und Maße, ein sehr langer Name, der umgebrochen wird (1).png",
                "image/png",
                inline,
                &bytes,
            ),
            ("漢字.txt", "text/plain", beside, b"\xff\xfe odd \r\n.\r\n"),
            ("empty.bin", "application/octet-stream", beside, b""),
        ],
    );
}

#[test]
fn what_may_not_be_encoded_goes_as_bytes() {
    let nested = b"Subject: hi\r\n\r\n--=_m\r\nhello\r\n";
    check(
        "x\n",
        Some("<p>x</p>"),
        &[
            ("hi.eml", "message/rfc822", Placement::Beside, nested),
            ("odd", "multipart/mixed", Placement::Beside, b"--x\r\n"),
            ("strange", "not a type", Placement::Beside, b"1"),
        ],
    );
}

#[test]
fn the_same_message_has_the_same_bytes() {
    let build = || {
        let mut carried = Carried::begin(&draft("x", None));
        carried.add(&attachment("a", "text/csv", Placement::Beside, b"1,2"), b"1,2");
        carried.end(None, Timestamp::from_us(0)).unwrap()
    };
    assert_eq!(build(), build());
}
