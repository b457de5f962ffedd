//! Messages that are made to hurt: each becomes a mail, in time, on the small stack of a worker.

use std::time::{Duration, Instant};

use tidings::mail::attachment::ATTACHMENTS_MAX;
use tidings::mail::body::TEXT_BYTES_MAX;
use tidings::mail::parse::{self, Defect};
use tidings::mail::{Mail, Sender};

/// Stack of a worker of the runtime, in bytes.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// A guard against work that grows with the square of the length, which takes minutes here; no
/// measure of speed.
const TIME_MAX: Duration = Duration::from_secs(30);

#[track_caller]
fn parse(name: &str, raw: Vec<u8>) -> (Mail, Vec<Defect>) {
    let length = raw.len();
    let worker = move || {
        let started = Instant::now();
        (parse::parse(&raw), started.elapsed())
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(worker).unwrap();
    let (parsed, elapsed) = thread.join().unwrap();
    println!("{name}: {length} bytes in {elapsed:?}");
    assert!(elapsed < TIME_MAX, "{name} took {elapsed:?}");
    parsed
}

fn multipart(body: &str) -> Vec<u8> {
    format!("From: a@x.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{body}").into_bytes()
}

#[test]
fn thr_10_bombs_are_mail() {
    let head = "From: a@x.com\r\n";
    let nested = "Content-Type: message/rfc822\r\n\r\n";
    let encoded = "Content-Type: text/html\r\n\r\n";
    let quotes = "<a \">\" ".repeat(300_000);
    for (name, raw) in [
        ("nothing", String::new()),
        ("no header", "hello world".to_owned()),
        ("zeros", "\0".repeat(1 << 20)),
        ("nested messages", format!("{head}{}", nested.repeat(30_000))),
        (
            "parts",
            format!(
                "{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
                "--b\r\n\r\nx\r\n".repeat(200_000)
            ),
        ),
        ("fields", format!("{head}{}\r\nx", "X: y\r\n".repeat(200_000))),
        ("To fields", format!("{head}{}\r\nx", "To: a@b.com\r\n".repeat(500_000))),
        ("addresses", format!("{head}To: {}\r\n\r\nx", "u@x.com, ".repeat(500_000))),
        ("senders", format!("From: {}\r\n\r\nx", "u@x.com, ".repeat(500_000))),
        ("comments", format!("From: {}\r\n\r\nx", "(".repeat(1 << 20))),
        ("subject", format!("{head}Subject: {}\r\n\r\nx", "x".repeat(10 << 20))),
        ("words", format!("{head}Subject: {}\r\n\r\nx", "=?utf-8?Q?a?= ".repeat(300_000))),
        ("open words", format!("{head}Subject: {}\r\n\r\nx", "=?utf-8?Q?".repeat(300_000))),
        ("false boundaries", String::from_utf8(multipart(&"--a\r\n".repeat(1_000_000))).unwrap()),
        ("dashes", String::from_utf8(multipart(&"-".repeat(5 << 20))).unwrap()),
        ("tags", format!("{head}{encoded}{}", "<div>".repeat(1_000_000))),
        ("brackets", format!("{head}{encoded}{}", "<".repeat(1_000_000))),
        ("quotes in tags", format!("{head}{encoded}{quotes}")),
        ("references", format!("{head}References: {}\r\n\r\nx", "<a@b> ".repeat(500_000))),
    ] {
        parse(name, raw.into_bytes());
    }
}

#[test]
fn thr_10_a_large_message_is_mail() {
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let raw = multipart(&format!(
        "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--b--\r\n",
        line.repeat(40 * 1024 * 1024 / line.len())
    ));
    let (mail, _) = parse("40 MB", raw);
    assert_eq!(mail.attachments.len(), 1);
}

#[test]
fn thr_10_parts_have_a_number() {
    for count in
        [parse::PARTS_MAX - 2, parse::PARTS_MAX - 1, parse::PARTS_MAX, parse::PARTS_MAX * 100]
    {
        let (_, defects) = parse("parts", multipart(&"--b\r\n\r\nx\r\n".repeat(count)));
        // The multipart itself is a part too.
        assert_eq!(defects.contains(&Defect::TooManyParts), parse::PARTS_MAX <= count, "{count}");
    }
}

#[test]
fn thr_10_multiparts_have_a_depth() {
    for depth in
        [parse::DEPTH_MAX - 1, parse::DEPTH_MAX, parse::DEPTH_MAX + 1, parse::DEPTH_MAX * 1000]
    {
        let nested = |level| {
            format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n")
        };
        let levels = (0..depth).map(nested).collect::<Vec<_>>().concat();
        let raw = format!("From: a@x.com\r\n{levels}");
        let (mail, defects) = parse("depth", format!("{raw}\r\ntext").into_bytes());
        let deep = parse::DEPTH_MAX < depth;
        assert_eq!(defects.contains(&Defect::TooDeep), deep, "{depth}");
        assert_eq!(mail.text == "text", !deep, "{depth}");
        assert_eq!(mail.attachments.len(), usize::from(deep));
    }
}

#[test]
fn thr_10_attachments_have_a_number() {
    for count in [ATTACHMENTS_MAX - 1, ATTACHMENTS_MAX, ATTACHMENTS_MAX + 1, 900] {
        let part = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n".repeat(count);
        let (mail, defects) = parse("attachments", multipart(&part));
        assert_eq!(mail.attachments.len(), count.min(ATTACHMENTS_MAX));
        let unlisted = Defect::AttachmentsOverLimit(count.saturating_sub(ATTACHMENTS_MAX));
        assert_eq!(defects.contains(&unlisted), ATTACHMENTS_MAX < count, "{count}");
    }
}

#[test]
fn thr_10_text_has_a_length() {
    for length in [TEXT_BYTES_MAX - 1, TEXT_BYTES_MAX, TEXT_BYTES_MAX + 1, TEXT_BYTES_MAX * 20] {
        let raw = format!("From: a@x.com\r\n\r\n{}", "x".repeat(length));
        let (mail, defects) = parse("text", raw.into_bytes());
        assert_eq!(mail.text.len(), length.min(TEXT_BYTES_MAX));
        assert_eq!(defects.contains(&Defect::TextOverLimit), TEXT_BYTES_MAX < length);
    }
}

#[test]
fn thr_11_addresses_have_a_number() {
    for count in [parse::ADDRESSES_MAX - 1, parse::ADDRESSES_MAX, parse::ADDRESSES_MAX + 1, 5_000] {
        let raw = format!("From: a@x.com\r\nTo: {}\r\n\r\nx", "u@x.com,".repeat(count));
        let (mail, defects) = parse("addresses", raw.into_bytes());
        assert_eq!(mail.to.len(), count.min(parse::ADDRESSES_MAX));
        let over = Defect::AddressesOverLimit { name: "To" };
        assert_eq!(defects.contains(&over), parse::ADDRESSES_MAX < count, "{count}");
        assert!(matches!(mail.sender, Sender::One(_)));
    }
}
