//! Composed messages, read back by a parser that did not write them.

use mail_parser::{Message, MessageParser, MimeHeaders};
use proptest::prelude::*;
use tidings::mail::address::Address;
use tidings::mail::compose::{Automatic, ComposeError, Draft, compose};
use tidings::smtp::assert_crlf_only;
use tidings::time::Timestamp;

use crate::support::draft::{any_text, draft, id, named};

fn composed(draft: &Draft) -> String {
    let bytes = compose(draft, None).unwrap();
    assert_crlf_only(&bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Field names of the header section, continuation lines left out.
fn field_names(message: &str) -> Vec<&str> {
    let header = message.split("\r\n\r\n").next().unwrap();
    let fields = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    fields.map(|line| line.split_once(':').unwrap().0).collect()
}

#[test]
fn std_05_the_acknowledgement() {
    let expected = "\
Date: Mon, 02 Mar 2026 09:00:00 +0000
From: Acme Support <support@acme.example>
To: Ada Lovelace <ada@example.com>
Subject: Re: Printer on fire [#17]
Message-ID: <t.17.1.mac@acme.example>
In-Reply-To: <fire@example.com>
References: <first@example.com> <fire@example.com>
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
Precedence: bulk
X-Loop: tidings-acme
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

We have your message.

Ticket 17
";
    assert_eq!(composed(&draft()), expected.replace('\n', "\r\n"));
}

#[test]
fn std_05_without_a_parent_both_thread_fields_are_left_out() {
    let message = composed(&Draft { in_reply_to: None, references: Vec::new(), ..draft() });
    assert!(!message.contains("In-Reply-To") && !message.contains("References"), "{message}");
}

#[test]
fn std_05_a_person_s_words_carry_the_loop_mark_only() {
    let message = composed(&Draft {
        automatic: Automatic::No,
        reply_to: Some(Address::parse("desk@acme.example").unwrap()),
        html: Some("<p>We have your message.</p>".to_owned()),
        ..draft()
    });
    let expected = [
        "Date",
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "X-Loop",
        "MIME-Version",
        "Content-Type",
    ];
    assert_eq!(field_names(&message), expected);
}

#[test]
fn two_parts_are_the_same_bytes_each_time() {
    let draft = Draft { html: Some("<p>--=_x</p>\n".to_owned()), ..draft() };
    let message = composed(&draft);
    assert_eq!(message, composed(&draft));
    let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
    assert_eq!(parsed.content_type().unwrap().subtype(), Some("alternative"));
    assert_eq!((parsed.text_body_count(), parsed.html_body_count()), (1, 1));
    assert_eq!(parsed.body_html(0).unwrap(), "<p>--=_x</p>\r\n");
    let other = composed(&Draft { message_id: id("other@acme.example"), ..draft.clone() });
    let boundary =
        |message: &str| message.split("boundary=").nth(1).map(|rest| rest[..40].to_owned());
    assert_ne!(boundary(&message), boundary(&other));
}

#[test]
fn std_60_references_keep_the_first_and_the_newest() {
    let references = (0..30).map(|n| id(&format!("{n}@x"))).collect();
    let message = composed(&Draft { references, ..draft() });
    let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
    let kept = parsed.references().as_text_list().unwrap();
    assert_eq!(kept.len(), 20);
    assert_eq!((&*kept[0], &*kept[1], &*kept[19]), ("0@x", "11@x", "29@x"));
}

#[test]
fn std_28_a_letter_beyond_ascii_in_an_address_stands_as_it_is() {
    let message = composed(&Draft { to: named("Jörg", "jörg@bücher.example"), ..draft() });
    assert!(message.contains("<jörg@xn--bcher-kva.example>\r\n"), "{message}");
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let instance = |name: &str| compose(&Draft { instance: name.to_owned(), ..draft() }, None);
    assert_eq!(instance(""), Err(ComposeError::Instance));
    assert_eq!(instance("a\r\nBcc: b@c"), Err(ComposeError::Instance));
    let date = |date| compose(&Draft { date, ..draft() }, None);
    for instant in [Timestamp::from_seconds(-1), Timestamp::from_us(i64::MAX)] {
        assert_eq!(date(instant), Err(ComposeError::Date(instant)));
    }
}

#[test]
fn a_text_of_a_megabyte_is_no_work() {
    let start = std::time::Instant::now();
    let text = "ä\n".repeat(400_000) + &"x".repeat(500_000);
    composed(&Draft { text, ..draft() });
    // What grows with the square of the length takes minutes here.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

/// What a reader shall see of a subject or name: controls and blanks are one blank.
fn seen(text: &str) -> String {
    let words = text.split(|char: char| char == ' ' || char.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A text that is the whole body gets a line end if it has none.
fn end_of_line(text: &str) -> String {
    let text = lines(text);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

fn assert_from(parsed: &Message<'_>, name: &str) {
    let address = parsed.from().unwrap().first().unwrap();
    assert_eq!(address.address(), Some("support@acme.example"));
    assert_eq!(address.name().unwrap_or_default(), seen(name));
    assert_eq!(parsed.from().unwrap().iter().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn thr_25_what_a_stranger_writes_stays_in_its_place(
        subject in any_text(), name in any_text(), text in any_text(), html in proptest::option::of(any_text())
    ) {
        let draft = Draft {
            from: named(&name, "support@acme.example"),
            subject: subject.clone(),
            text: text.clone(),
            html: html.clone(),
            ..draft()
        };
        let message = composed(&draft);
        let mut expected = field_names(&composed(&Draft { html: None, ..self::draft() })).join(" ");
        if html.is_some() {
            expected = expected.replace(" Content-Transfer-Encoding", "");
        }
        prop_assert_eq!(field_names(&message).join(" "), expected);
        let header = message.split("\r\n\r\n").next().unwrap();
        prop_assert!(header.split("\r\n").all(|line| line.len() <= 78), "{}", header);
        let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
        prop_assert_eq!(parsed.subject().unwrap_or_default(), seen(&subject));
        assert_from(&parsed, &name);
        prop_assert!(!parsed.body_text(0).unwrap().replace("\r\n", "\n").contains('\r'));
        prop_assert!(parsed.bcc().is_none());
        prop_assert_eq!(end_of_line(&parsed.body_text(0).unwrap()), end_of_line(&text));
        if let Some(html) = html {
            prop_assert_eq!(lines(&parsed.body_html(0).unwrap()), lines(&html));
        }
    }
}
