//! Fields of a mail of ours, out of the fields of theirs.

use data_encoding::BASE64;

use super::{Guarded, SUPPORT, date, now, system_time};
use crate::authentication::signer::{How, Key, signed};
use crate::outgoing::headers::FIELDS;

/// Line ends as servers and parsers have taken them for one, each before a field of Eve's.
const ENDS: [&str; 8] = ["\r\n", "\n", "\r", "\0", "\r\n\r\n", "\u{85}", "\u{2028}", "\u{b}"];

fn word(text: &str) -> String {
    let whole: Vec<char> = text.chars().collect();
    let words = whole.chunks(8).map(|part| {
        let part: String = part.iter().collect();
        format!("=?utf-8?B?{}?=", BASE64.encode(part.as_bytes()))
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A mail whose every field would add one of its own; signed, as else nothing of it is repeated.
fn mail(n: usize, end: &str) -> Vec<u8> {
    let evil = format!("x{end}Bcc: victim@other.example{end}X-Evil: {n}");
    let encoded = word(&evil);
    // What a field may hold as it is, without ending it.
    let raw = if end.contains('\n') { "%0d%0aBcc: victim@other.example".to_owned() } else { evil };
    let date = date(now());
    let text = format!(
        "From: {encoded} <eve@evil.example>\r\nTo: support@desk.example\r\n\
         Subject: {n} {encoded}\r\nDate: {date}\r\n\
         Message-ID: <{n}{raw}@evil.example>\r\nReferences: <r{n}@evil.example> <s{n}{raw}@evil.example>\r\n\
         In-Reply-To: <t{n}{raw}\r\n Bcc: victim@other.example>\r\n\
         Reply-To: {encoded} <victim@other.example>\r\nX-{n}: {raw}\r\n\r\nAbout {n}.\r\n"
    );
    let fields = &["from", "to", "subject", "date"];
    let how = How { fields, ..How::by("evil.example") };
    signed(&text, &Key::ed25519(), &how).into_bytes()
}

#[test]
fn thr_25_header_injection_through_every_field() {
    let guarded = Guarded::met();
    let stand = &guarded.stand;
    for (n, end) in ENDS.iter().enumerate() {
        // Laid down as it is, since servers would mend it.
        stand.world.append(SUPPORT, "INBOX", &mail(n, end), system_time(now()));
    }
    stand.once();
    let tickets = stand.desk.tickets();
    assert_eq!(tickets.len(), ENDS.len(), "{tickets:#?}");
    for ticket in &tickets {
        let number = ticket["number"].to_string();
        stand.desk.tell(&["ticket", "reply", &number], "Use water.\n");
    }
    stand.once();
    let taken = stand.sink.taken();
    assert_eq!(taken.len(), 2 * ENDS.len(), "{taken:#?}");
    let full = taken.iter().filter(|mail| mail.header("Auto-Submitted").is_empty()).count();
    assert_eq!(full, ENDS.len());
    for mail in taken {
        assert_eq!(mail.recipient, "eve@evil.example");
        let header = mail.message.split("\n\n").next().unwrap();
        let names: Vec<&str> = header
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap_or_else(|| panic!("{header}")).0)
            .collect();
        for (at, name) in names.iter().enumerate() {
            let ours = FIELDS.contains(name) || *name == "Content-Transfer-Encoding";
            assert!(ours, "{name} in {header}");
            assert!(!names[..at].contains(name), "{name} twice in {header}");
        }
        let to = mail.header("To");
        assert!(to.ends_with("<eve@evil.example>") && !to.contains(','), "{to}");
        assert!(!header.contains(['\r', '\0', '\u{85}', '\u{b}', '\u{2028}']), "{header:?}");
    }
}
