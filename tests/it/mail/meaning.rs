//! What single messages mean.

use tidings::mail::attachment::Placement;
use tidings::mail::automatic::{Answers, Kind};
use tidings::mail::envelope::ReversePath;
use tidings::mail::parse::Defect;
use tidings::mail::{Digest, Mail, Sender, parse};

fn mail(text: &str) -> Mail {
    parse::parse(text.replace('\n', "\r\n").as_bytes()).0
}

fn defects(text: &str) -> Vec<Defect> {
    parse::parse(text.replace('\n', "\r\n").as_bytes()).1
}

fn shown(sender: &Sender) -> String {
    match sender {
        Sender::One(named) => format!("{}|{}", named.name, named.address),
        Sender::Ambiguous { why, .. } => format!("nobody: {why}"),
    }
}

#[test]
fn std_20_one_from_field_with_one_address_is_a_sender() {
    check("From: Ada <ada@x.com>\n", "Ada|ada@x.com");
    check("From:\n Ada\n <ada@x.com>\n", "Ada|ada@x.com");
    check("from: =?utf-8?Q?J=C3=BCrgen?= <j@x.com>\n", "Jürgen|j@x.com");
    check("Subject: x\n", "nobody: no From field");
    check("From: a@x.com\nFrom: b@x.com\n", "nobody: several From fields");
    check("From: a@x.com\nX: y\nFROM : a@x.com\n", "nobody: several From fields");
    check("X: y\nFrom : a@x.com\n", "nobody: a From field that is misspelt or out of reach");
    check("From: a@x.com, b@x.com\n", "nobody: more than one address in From");
    check("From: team: a@x.com;\n", "nobody: a group in From");
    check("From: <a@x.com\0>\n", "nobody: a control character in From");
    check("From:\n", "nobody: no address in From");
    let flood = format!("{}From: a@x.com\n", "X: y\n".repeat(parse::FIELDS_MAX));
    check(&flood, "nobody: a From field that is misspelt or out of reach");
    let flood = format!("From: a@x.com\n{}From: b@x.com\n", "X: y\n".repeat(parse::FIELDS_MAX));
    check(&flood, "nobody: several From fields");
    let long = format!("From: a@x.com,{}b@x.com\n", " ".repeat(parse::FIELD_BYTES_MAX));
    check(&long, "nobody: a From field without an end");

    #[track_caller]
    fn check(header: &str, expected: &str) {
        assert_eq!(shown(&mail(&format!("{header}\nhi\n")).sender), expected);
    }
}

#[test]
fn std_21_words_are_decoded_in_names_only() {
    check("=?utf-8?q?vip=40paid.example?= <x@evil.com>", "vip@paid.example|x@evil.com");
    check(
        "=?utf-8?Q?=22x=22_=3Cvip@paid.example=3E?= <x@evil.com>",
        "\"x\" <vip@paid.example>|x@evil.com",
    );
    check("=?utf-8?Q?victim=40x?=@evil.com", "nobody: an encoded word in the address in From");
    check("\"vip@paid.example\"@evil.com", "nobody: words in From that are no address");
    check("<vip@paid.example>x@evil.com", "nobody: something behind the address in From");
    check("John <john@x.com> <evil@y.com>", "nobody: something behind the address in From");
    check("=?utf-8?Q?a=0D=0ABcc=3A_x?= <a@x.com>", "a  Bcc: x|a@x.com");

    #[track_caller]
    fn check(from: &str, expected: &str) {
        assert_eq!(shown(&mail(&format!("From: {from}\n\nhi\n")).sender), expected);
    }
}

#[test]
fn the_header_is_read() {
    let mail = mail(
        "Return-Path: <bounce@x.com>\nReceived: from a by b\n\tfor <c@d.com>; Mon, 2 Mar 2026 10:00:00 +0100\n\
         Received: by z; Mon, 2 Mar 2020 10:00:00 +0000\nFrom: a@x.com\n\
         To: Desk <desk@y.com>, team: t@y.com;\nCc: bad, c@y.com\nReply-To: r@x.com\n\
         Message-ID: <1@x> (added)\nIn-Reply-To: Your message of <0@y>\n\
         References: <-2@y>\n <-1@y> <0@y>\nDate: Mon, 2 Mar 2026 08:59:58 GMT\n\
         Subject: Re: [EX#17]\n =?utf-8?Q?J=C3=BC?= =?utf-8?Q?rgen?=\n\nhi\n",
    );
    assert_eq!(mail.return_path, ReversePath::parse("<bounce@x.com>").ok());
    assert_eq!(mail.received.unwrap().to_string(), "2026-03-02T09:00:00Z");
    assert_eq!(mail.date.unwrap().to_string(), "2026-03-02T08:59:58Z");
    assert_eq!(mail.message_id.unwrap().as_str(), "1@x");
    assert_eq!(mail.in_reply_to.len(), 1);
    assert_eq!(mail.references.len(), 3);
    assert_eq!(mail.subject, "Re: [EX#17] Jürgen");
    let to: Vec<_> = mail.to.iter().map(|named| named.address.as_str()).collect();
    assert_eq!(to, ["desk@y.com", "t@y.com"]);
    assert_eq!(mail.cc.len(), 1);
    assert_eq!(mail.reply_to.len(), 1);
    assert_eq!(mail.text, "hi\n");
}

#[test]
fn a_return_path_below_received_is_anybodys() {
    check("Return-Path: <>\nFrom: a@x.com\n", Some("<>"));
    check("Return-Path: <a@x.com>\nReceived: x\nFrom: a@x.com\n", Some("<a@x.com>"));
    check("Received: x\nReturn-Path: <>\nFrom: a@x.com\n", None);
    check("Return-Path: <a b>\nFrom: a@x.com\n", None);
    check("From: a@x.com\n", None);

    #[track_caller]
    fn check(header: &str, expected: Option<&str>) {
        let path = mail(&format!("{header}\nhi\n")).return_path.map(|path| path.to_string());
        assert_eq!(path.as_deref(), expected, "{header}");
    }
}

#[test]
fn what_is_missing_or_odd_is_a_defect() {
    assert!(defects("From: a@x.com\n\n").contains(&Defect::NoMessageId));
    assert!(defects("Message-ID: <a b>\n\n").contains(&Defect::BadMessageId));
    assert!(defects("Date: tomorrow\n\n").contains(&Defect::BadDate));
    assert!(defects("Date: Mon, 2 Mar 1026 10:00:00 GMT\n\n").contains(&Defect::BadDate));
    assert!(defects("Subject: a\nSubject: b\n\n").contains(&Defect::Repeated { name: "Subject" }));
    assert!(defects(&format!("{}\n", "Received: x\n".repeat(51))).contains(&Defect::ManyHops(51)));
    assert!(defects("hello world").contains(&Defect::NoHeader));
    assert_eq!(mail("hello world").text, "hello world");
    assert_eq!(mail("   \n\nFrom: a@x.com\n\nhi").text, "hi");
    assert_eq!(mail("").text, "");
}

const MIXED: &str = "From: a@x.com\nContent-Type: multipart/mixed; boundary=m\n\npreamble\n--m\n\
    Content-Type: multipart/alternative; boundary=\"a\"\n\n--a\n\nplain\n--a\n\
    Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<p>html</p>\n\
    --r\nContent-Type: image/png\nContent-ID: <1>\nContent-Transfer-Encoding: base64\n\nAAAA\n--r--\n\
    --a--\n--m\nContent-Type: application/pdf; name=x.pdf\nContent-Disposition: attachment\n\n%PDF\n\
    --m\nContent-Type: message/rfc822\n\nSubject: a/b\nContent-Type: multipart/mixed; boundary=m2\n\n--m2\n\ninner\n--m2--\n\
    --m\n\nfooter\n--m--\nepilogue\n";

#[test]
fn parts_become_text_and_attachments() {
    let mail = mail(MIXED);
    assert_eq!(mail.text, "plain\nfooter");
    let found: Vec<_> = mail
        .attachments
        .iter()
        .map(|one| (one.name.as_str(), one.media_type.as_str(), one.size, one.placement))
        .collect();
    assert_eq!(
        found,
        [
            ("attachment-1.png", "image/png", 3, Placement::Inline),
            ("x.pdf", "application/pdf", 4, Placement::Beside),
            ("a_b.eml", "message/rfc822", 81, Placement::Beside),
        ]
    );
    assert_eq!(defects(MIXED), [Defect::NoMessageId, Defect::NoDate]);
}

#[test]
fn html_is_read_where_there_is_no_plain_text() {
    check("Content-Type: text/html\n\n<p>a<p>b", "a\n\nb");
    check(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<b>x</b>\n--b--\n",
        "x",
    );
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<b>x</b>\n--b\n\nfooter\n--b--\n",
        "x\nfooter",
    );

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(mail(text).text, expected, "{text}");
    }
}

#[test]
fn attachments_are_cut_out_of_the_raw_message() {
    let mut found = Vec::new();
    parse::each_attachment(MIXED.as_bytes(), |one, bytes| {
        assert_eq!((one.digest, one.size), (Digest::of(bytes), bytes.len()));
        found.push(one.clone());
    });
    assert_eq!(found, parse::parse(MIXED.as_bytes()).0.attachments);
    assert_eq!(found.len(), 3);
}

#[test]
fn std_31_broken_multiparts_lose_nothing() {
    check("Content-Type: multipart/mixed\n\nhello", "hello", &Defect::NoBoundary);
    check("Content-Type: multipart/mixed; boundary=b\n\nhello", "hello", &Defect::NoBoundary);
    check(
        "Content-Type: multipart/mixed\n\n-- \nx\n--y\nContent-Type: text/html\n\n<p>hello\n--y\n\nyou\n--y--\n",
        "hello\nyou",
        &Defect::NoBoundary,
    );
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello",
        "hello",
        &Defect::NoLastBoundary,
    );
    check(
        "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\nhello\n--b--\n",
        "hello",
        &Defect::EncodedMultipart,
    );
    check("Content-Transfer-Encoding: x-new\n\nhello", "hello", &Defect::UnknownEncoding);
    check("Content-Transfer-Encoding: x-new\n\n\0hello", "", &Defect::UnknownEncoding);
    check("Content-Transfer-Encoding: x-uuencode\n\nhello", "hello", &Defect::BrokenEncoding);
    check("Content-Transfer-Encoding: base64\n\naG!k=", "hi", &Defect::BrokenEncoding);
    check("Content-Type: text/plain; charset=x-none\n\nhi", "hi", &Defect::UnknownCharset);
    check("Content-Type: text/plain; charset=iso-2022-cn\n\nhi", "", &Defect::UnreadCharset);

    #[track_caller]
    fn check(text: &str, expected: &str, defect: &Defect) {
        assert_eq!(mail(text).text, expected, "{text}");
        assert!(defects(text).contains(defect), "{text}: {:?}", defects(text));
    }
}

#[test]
fn copies_that_came_another_way_have_one_content() {
    let copy = format!("Received: from elsewhere\nDelivered-To: x\nX-Spam: no\n{MIXED}");
    assert_eq!(mail(MIXED).content, mail(&copy).content);
    assert_eq!(parse::parse(MIXED.as_bytes()).0.content, mail(MIXED).content);
    for (from, to) in
        [("plain", "Plain"), ("<p>html", "<p>Html"), ("AAAA", "AAAB"), ("inner", "Inner")]
    {
        assert_ne!(mail(MIXED).content, mail(&MIXED.replacen(from, to, 1)).content, "{from}");
    }
    let long = |end: &str| {
        let parts = "--b\n\nx\n".repeat(parse::PARTS_MAX + 1);
        mail(&format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}--b\n\n{end}")).content
    };
    assert_ne!(long("one"), long("two"));
}

#[test]
fn std_01_to_07_machines_are_told_from_persons() {
    use Kind::{AutoReply, Bounce, Bulk, Generated, List, OutOfOffice, Person, Report};
    for (header, kind) in [
        ("", Person),
        ("Auto-Submitted: no\n", Person),
        ("Auto-Submitted: No (x)\n", Person),
        ("auto-submitted:  NO ; x=y\n", Person),
        ("Auto-Submitted: auto-replied; owner-email=\"a\"\n", OutOfOffice),
        ("Auto-Submitted: auto-replied\n", AutoReply),
        ("Auto-Submitted: AUTO-GENERATED\n", Generated),
        ("Auto-Submitted: auto-notified\n", Generated),
        ("Auto-Submitted: (no) x-new\n", Generated),
        ("Auto-Submitted:\n", Generated),
        ("Auto-Submitted: no\nAuto-Submitted: auto-replied\n", AutoReply),
        ("Auto-Submitted: auto-replied (vacation)\n", OutOfOffice),
        ("Auto-Submitted: auto-replied\nSubject: Out of Office: Ada\n", OutOfOffice),
        ("Auto-Submitted: auto-generated\nSubject: Automatic reply: x\n", OutOfOffice),
        ("X-Autoreply: yes\nSubject: Abwesenheit\n", OutOfOffice),
        ("Subject: Automatische Antwort: Drucker\n", OutOfOffice),
        ("Subject: Réponse automatique : absent\n", OutOfOffice),
        ("Subject: Re: Automatic reply: x\n", Person),
        ("Subject: Out of office next week, who helps?\n", Person),
        ("Subject: How do I set up an automatic reply?\n", Person),
        ("Precedence: bulk\n", Bulk),
        ("Precedence: Junk\n", Bulk),
        ("Precedence: list\n", List),
        ("Precedence: auto_reply\n", AutoReply),
        ("Precedence: first-class\n", Person),
        ("X-Precedence: bulk\n", Bulk),
        ("List-Id: <x.y>\nList-Unsubscribe: <mailto:x@y>\n", List),
        ("List-Unsubscribe: <mailto:x@y>\n", Bulk),
        ("X-Autorespond: x\n", AutoReply),
        ("X-Autoresponder: x\n", AutoReply),
        ("X-Mail-Autoreply: x\n", AutoReply),
        ("X-AutoReply-From: x@y\n", AutoReply),
        ("Delivered-To: Autoresponder\n", AutoReply),
        ("X-FC-Machinegenerated: true\n", Generated),
        ("X-Amazon-Mail-Relay-Type: notification\n", Generated),
        ("X-Loop: somebody@else.com\n", Person),
        ("X-Loop: yes\n", Generated),
        ("In-Reply-To: <a@b>\nSubject: Out of office: Printer\n", OutOfOffice),
        ("Subject: Auto: Re: Printer\n", OutOfOffice),
        ("Subject: Out of office: who helps next week?\n", Person),
        ("In-Reply-To: <a@b>\nSubject: Out of office tomorrow\n", Person),
        ("X-No-Loop: x\n", Generated),
        ("X-RT-Loop-Prevention: example\n", Generated),
        ("X-MS-Exchange-Inbox-Rules-Loop: x@y\n", Person),
        ("X-MS-Exchange-Inbox-Rules-Loop: x@y\nX-Auto-Response-Suppress: All\n", AutoReply),
        ("X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n", Generated),
        ("X-Apple-Action: vacation\n", OutOfOffice),
        ("X-Mailer: vacation 1.2\n", AutoReply),
        ("TLS-Report-Domain: x.com\n", Report),
        ("Content-Disposition: attachment; filename=\"a.com!x.com!17!18.xml.gz\"\n", Report),
        ("Content-Disposition: attachment; filename=\"a!b.zip\"\n", Person),
        ("Subject: complaint about message from 192.0.2.1\n", Report),
        ("Subject: Automatic reply: x\nX-Autoreply: yes\n", OutOfOffice),
        ("X-Auto-Response-Suppress: All\n", Person),
        ("X-Failed-Recipients: x@y.com\n", Bounce),
        ("Content-Type: multipart/report; report-type=delivery-status\n", Bounce),
        ("Content-Type: multipart/report; report-type=disposition-notification\n", Report),
        ("Content-Type: multipart/report; report-type=feedback-report\n", Report),
        ("Content-Type: multipart/report\n", Report),
        ("Content-Type: multipart/report; report-type=delivery-status\nList-Id: <x.y>\n", Bounce),
        ("Subject: Report domain: a Submitter: b Report-ID: c\n", Report),
        ("Subject: Delivery failure\n", Person),
    ] {
        let text = format!("From: ada@x.com\n{header}\nHello, I get a bounce: 550 user unknown\n");
        assert_eq!(mail(&text).class.kind, kind, "{header}");
    }
}

#[test]
fn std_02_bounces_are_told_by_their_writer() {
    use Kind::{Bounce, Generated, Person};
    for (header, kind) in [
        ("From: MAILER-DAEMON (Mail Delivery System)\n", Bounce),
        ("From: Mail Delivery Subsystem <MAILER-DAEMON@x.com>\n", Bounce),
        ("From: <>\nReturn-Path: <>\nSubject: failure notice\n", Bounce),
        ("From: postmaster@x.com\n", Person),
        ("From: postmaster@x.com\nSubject: Undeliverable: hi\n", Bounce),
        ("Return-Path: <>\nFrom: postmaster@x.com\nSubject: Undeliverable: hi\n", Bounce),
        ("Return-Path: <>\nFrom: ada@x.com\n", Generated),
        ("Return-Path: <MAILER-DAEMON>\nFrom: ada@x.com\nSubject: Returned mail: x\n", Bounce),
    ] {
        let text = format!("{header}\nYour message: 550 user unknown\n");
        assert_eq!(mail(&text).class.kind, kind, "{header}");
    }
}

#[test]
fn std_07_some_ask_for_no_answer() {
    for (header, welcome) in [
        ("From: ada@x.com\n", true),
        ("From: ada@x.com\nX-Auto-Response-Suppress: All\n", false),
        ("From: ada@x.com\nX-Auto-Response-Suppress: DR, AutoReply\n", false),
        ("From: ada@x.com\nX-Auto-Response-Suppress: OOF\n", false),
        ("From: ada@x.com\nX-Auto-Response-Suppress: DR, RN, NRN\n", true),
        ("From: noreply@x.com\n", false),
        ("From: no-reply+1@x.com\n", false),
        ("From: do_not.reply@x.com\n", false),
        ("From: bounces@x.com\n", false),
        ("From: owner-list@x.com\n", false),
        ("From: list-request@x.com\n", false),
        ("From: majordomo@x.com\n", false),
        ("From: prvs=0123abcdef=noreply@x.com\n", false),
        ("From: SRS0=ab=cd=x.com=listserv@y.com\n", false),
        ("From: prvs=0123abcdef=ada@x.com\n", true),
        ("From: postmaster@x.com\n", true),
        ("From: abuse@x.com\n", true),
        ("From: security@x.com\n", true),
        ("From: bouncer@x.com\n", true),
        ("Return-Path: <>\nFrom: ada@x.com\n", false),
        ("Return-Path: <owner-list@x.com>\nFrom: ada@x.com\n", false),
        ("Return-Path: <bounce-1@esp.com>\nFrom: ada@x.com\n", true),
    ] {
        let class = mail(&format!("{header}\nhi\n")).class;
        assert_eq!(class.answers == Answers::Welcome, welcome, "{header}: {class:?}");
    }
}
