//! Whatever a mail says, the acknowledgement has exactly our fields.

use data_encoding::BASE64;
use mail_parser::MessageParser;
use proptest::prelude::*;
use tidings::mail::address::{Address, NamedAddress};
use tidings::mail::compose::{Draft, compose};
use tidings::mail::message_id::MessageId;
use tidings::smtp::assert_crlf_only;

use super::{MINE, Words, acknowledgement, field_names, policy};
use crate::support::draft::{any_text, draft};

/// The fields of an acknowledgement, in order.
pub(crate) const FIELDS: [&str; 14] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Content-Language",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Precedence",
    "X-Loop",
    "MIME-Version",
    "Content-Type",
];

/// What the template engines of help desks would fill in.
const PLACEHOLDERS: &str =
    "{{ticket.token}} {% raw %} ${env} #{1+1} %{x} {!! x !!} <OTRS_CUSTOMER_DATA> <%= 1 %>";

fn encoded(text: &str) -> String {
    let chunks: Vec<_> = text.chars().collect();
    let words = chunks.chunks(10).map(|chunk| {
        let chunk: String = chunk.iter().collect();
        format!("=?utf-8?B?{}?=", BASE64.encode(chunk.as_bytes()))
    });
    words.collect::<Vec<_>>().join("\r\n ")
}

/// A mail that carries texts where we read them, and fields of servers on its way.
fn mail(name: &str, subject: &str, id: &str, body: &str) -> Vec<u8> {
    format!(
        "Return-Path: <eve@example.net>\r\nAuthentication-Results: CANARY; dkim=pass\r\n\
         ARC-Seal: i=1; d=CANARY\r\nDKIM-Signature: v=1; d=CANARY\r\nReceived: from CANARY\r\n\
         X-Loop: CANARY\r\nReply-To: victim@example.org\r\nCc: victim@example.org\r\n\
         From: {} <eve@example.net>\r\nTo: support@desk.example\r\nSubject: {}\r\n\
         Message-ID: <{id}>\r\nReferences: <a@CANARY.example> <{id}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\
         <script>CANARY</script>{body}\r\n--x\r\n\
         Content-Disposition: attachment; filename=\"CANARY\r\n Bcc: eve@example.net\"\r\n\r\n\
         CANARY\r\n--x--\r\n",
        encoded(name),
        encoded(subject)
    )
    .into_bytes()
}

/// All but those that isolate a value, which may be there or not.
fn tags(html: &str) -> Vec<&str> {
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap());
    tags.filter(|tag| !tag.ends_with("bdi")).collect()
}

/// The acknowledgement as text; everything holds for it that must hold for any.
fn sound(raw: &[u8], words: Words) -> String {
    let notice = acknowledgement(raw, words, &policy()).unwrap();
    assert_crlf_only(&notice.bytes).unwrap();
    assert_eq!(notice.envelope.to.as_str(), "eve@example.net");
    let message = String::from_utf8(notice.bytes).unwrap();
    assert_eq!(field_names(&message), FIELDS);
    let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
    assert_eq!(parsed.message_id(), Some(MINE));
    let to: Vec<_> = parsed.to().unwrap().iter().map(|one| one.address().unwrap()).collect();
    assert_eq!(to, ["eve@example.net"]);
    assert!(parsed.cc().is_none() && parsed.bcc().is_none() && parsed.reply_to().is_none());
    assert_eq!((parsed.attachment_count(), parsed.text_body_count()), (0, 1));
    let html = parsed.body_html(0).unwrap();
    let plain = acknowledgement(&mail("Eve", "x", "1@x", ""), words, &policy()).unwrap();
    let plain = MessageParser::default().parse(&plain.bytes).unwrap().into_owned();
    assert_eq!(tags(&html), tags(&plain.body_html(0).unwrap()));
    message
}

#[test]
fn std_76_thr_31_nothing_of_the_header_of_a_mail_goes_into_ours() {
    for words in [Words::Full, Words::Short] {
        let message = sound(&mail("Eve", "help", "1@x", "help"), words);
        let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
        let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
        assert!(!text.contains("CANARY") && !html.contains("CANARY"), "{message}");
        assert!(!message.contains("victim"), "{message}");
        let header = message.split("\r\n\r\n").next().unwrap();
        // The thread's identifiers stand where they belong.
        let thread = header.lines().filter(|line| line.contains("CANARY")).collect::<Vec<_>>();
        match words {
            Words::Full => assert_eq!(thread, ["References: <a@CANARY.example> <1@x> <1@x>"]),
            Words::Short => assert_eq!(thread, [""; 0]),
        }
    }
}

#[test]
fn thr_27_placeholders_arrive_as_they_are_or_not_at_all() {
    let raw = mail(PLACEHOLDERS, PLACEHOLDERS, "1@x", PLACEHOLDERS);
    let full = sound(&raw, Words::Full);
    let parsed = MessageParser::default().parse(full.as_bytes()).unwrap();
    assert_eq!(parsed.subject().unwrap(), format!("[EX#17] {PLACEHOLDERS}"));
    assert!(parsed.body_text(0).unwrap().contains(PLACEHOLDERS), "{full}");
    let to = parsed.to().unwrap().first().unwrap();
    assert_eq!(to.name(), Some(PLACEHOLDERS));
    let short = sound(&raw, Words::Short);
    let parsed = MessageParser::default().parse(short.as_bytes()).unwrap();
    assert_eq!(parsed.subject().unwrap(), "[EX#17] We received your message");
    for text in [parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap()] {
        assert!(!text.contains("{{") && !text.contains("OTRS"), "{text}");
    }
}

#[test]
fn thr_13_no_markup_of_a_sender_reaches_our_html() {
    for markup in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg/onload=alert(1)>",
        "'><a href='javascript:alert(1)'>",
        "<!--",
        "]]><b>",
        "\u{ff1c}script\u{ff1e}",
        "<style>@import 'http://evil.example'</style>",
        "&lt;script&gt;",
    ] {
        let full = sound(&mail(markup, markup, "1@x", markup), Words::Full);
        let parsed = MessageParser::default().parse(full.as_bytes()).unwrap();
        // The name is the one word of a sender that stands there, and it is text.
        let html = parsed.body_html(0).unwrap();
        let shown = html.split("Hello <bdi>").nth(1).unwrap().split("</bdi>,</p>").next().unwrap();
        assert!(!shown.contains(['<', '>', '"', '\'']), "{shown}");
        sound(&mail(markup, markup, "1@x", markup), Words::Short);
    }
}

fn any_identifier() -> impl Strategy<Value = MessageId> {
    let text = prop_oneof!["[!-;=?-~]{1,60}@[a-z]{1,20}", "[!-;=?-~]{900,995}"];
    text.prop_filter_map("no identifier", |text| MessageId::parse(&text).ok())
}

fn any_address() -> impl Strategy<Value = Address> {
    let text = prop_oneof![
        "[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9]{1,60}\\.example",
        "[a-zéß漢]{1,20}@[a-zäö]{1,20}\\.example",
        ".{1,30}@.{1,30}",
    ];
    text.prop_filter_map("no address", |text| Address::parse(&text).ok())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn thr_25_whatever_a_mail_says_our_fields_are_ours(
        name in any_text(), subject in any_text(), id in any_identifier(), body in any_text()
    ) {
        let raw = mail(&name, &subject, id.as_str(), &body);
        // An identifier without an "@" is none, and there is nothing to answer then.
        if id.as_str().contains('@') && id.as_str().len() < 250 {
            for words in [Words::Full, Words::Short] {
                sound(&raw, words);
            }
        }
    }

    #[test]
    fn thr_25_std_23_addresses_and_identifiers_stay_in_their_fields(
        to in any_address(), reply_to in any_address(), names in (any_text(), any_text()),
        ids in prop::collection::vec(any_identifier(), 1..5)
    ) {
        let draft = Draft {
            from: NamedAddress { name: names.0, address: draft().from.address },
            to: NamedAddress { name: names.1, address: to.clone() },
            reply_to: Some(reply_to.clone()),
            in_reply_to: ids.first().cloned(),
            references: ids.clone(),
            ..draft()
        };
        let bytes = compose(&draft, None).unwrap();
        assert_crlf_only(&bytes).unwrap();
        let message = String::from_utf8(bytes).unwrap();
        let mut expected = FIELDS.to_vec();
        expected.retain(|name| *name != "Content-Language");
        expected.insert(3, "Reply-To");
        expected.push("Content-Transfer-Encoding");
        prop_assert_eq!(field_names(&message), expected);
        // Each address and identifier once where it belongs, as it was.
        let field = |name: &str| {
            let start = message.find(&format!("\r\n{name}:")).unwrap() + name.len() + 3;
            let rest = message[start..].replace("\r\n ", " ");
            rest.split("\r\n").next().unwrap().trim().to_owned()
        };
        let address = |field: &str| {
            let inner = field.rsplit_once(" <").map_or(field, |(_, rest)| rest);
            inner.trim_start_matches('<').trim_end_matches('>').to_owned()
        };
        prop_assert_eq!(address(&field("To")), to.as_str());
        prop_assert_eq!(field("Reply-To"), reply_to.as_str());
        let references: Vec<_> = ids.iter().map(ToString::to_string).collect();
        prop_assert_eq!(field("References"), references.join(" "));
    }
}
