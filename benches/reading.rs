//! Messages per second that are read: parsed, told person from machine, and their new text found.
//! The core's own time counts, whatever else the machine does; the messages are made here. Before a figure is printed, what was read is checked.
//!
//! `make bench` runs it first, and `cargo bench --profile quick --bench reading` alone.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program for people that measures time"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tidings::mail::automatic::Kind;
use tidings::mail::parse;

/// What one measurement takes at least.
const LEAST: Duration = Duration::from_secs(2);

/// Different messages of a measurement.
const MESSAGES: usize = 100;

fn main() {
    println!("reading on one core: parsed, person or machine, what was written now");
    measure("text and HTML, 4.7 KB", &each(alternative));
    measure("the same, 15 % HTML alone of 20 KB, 5 % with 200 KB attached", &each(mixed));
    measure("text of 1 MB, quoted eight deep", &[deep()]);
}

fn each(message: impl Fn(usize) -> Vec<u8>) -> Vec<Vec<u8>> {
    (0..MESSAGES).map(message).collect()
}

fn measure(what: &str, messages: &[Vec<u8>]) {
    for message in messages {
        assert!(read(message).starts_with("It stops after"), "{}", read(message));
    }
    let bytes: usize = messages.iter().map(Vec::len).sum();
    let (begun, mut count) = (worked(), 0);
    while worked().saturating_sub(begun) < LEAST {
        for message in messages {
            black_box(read(black_box(message)));
        }
        count += messages.len();
    }
    let seconds = worked().saturating_sub(begun).as_secs_f64();
    let rate = count as f64 / seconds;
    let volume = rate * bytes as f64 / messages.len() as f64 / 1e6;
    println!("{what:<62}{rate:>10.0} messages/s{volume:>8.0} MB/s");
}

/// How long this thread has worked on a core.
fn worked() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap()
}

/// What its writer wrote now.
fn read(message: &[u8]) -> String {
    let (mail, _) = parse::parse(message);
    assert_eq!(mail.class.kind, Kind::Person);
    mail.reply
}

fn mixed(n: usize) -> Vec<u8> {
    match n % 20 {
        0 | 7 | 14 => html_alone(n),
        10 => attached(n),
        _ => alternative(n),
    }
}

fn head(n: usize) -> String {
    format!(
        "Return-Path: <customer{n}@other.example>\r\n\
         Received: from mail.other.example by mx.desk.example; Mon, 2 Nov 2026 09:00:00 +0000\r\n\
         From: Customer {n} <customer{n}@other.example>\r\nTo: support@desk.example\r\n\
         Subject: Re: [EX#{n}] Backup stops\r\nMessage-ID: <bench-{n}@other.example>\r\n\
         In-Reply-To: <answer-{n}@desk.example>\r\nReferences: <answer-{n}@desk.example>\r\n\
         Date: Mon, 02 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
}

/// An answer, a signature and what it quotes.
fn text(sentences: usize) -> String {
    let mut text = String::new();
    for minute in 0..sentences {
        writeln!(text, "It stops after {minute} minutes, and the log says nothing of it.\r")
            .unwrap();
    }
    text.push_str("\r\n-- \r\nCustomer\r\nOther Ltd\r\n\r\nOn Mon, 2 Nov 2026 at 08:00, Example Support <support@desk.example>\r\nwrote:\r\n\r\n");
    for minute in 0..sentences {
        writeln!(text, "> Does it stop after {minute} minutes? What does the log say?\r").unwrap();
    }
    text
}

/// The same with markup, as a mail program writes it.
fn html(sentences: usize) -> String {
    let mut text = String::from("<html><body><div dir=3D\"ltr\">\r\n");
    for minute in 0..sentences {
        writeln!(
            text,
            "<p style=3D\"margin:0 0 1em\">It stops after <b>{minute}</b> minutes,&nbsp;and the =\r\n\
             log says <i>nothing</i> of it.</p>\r"
        )
        .unwrap();
    }
    text.push_str("<div class=3D\"quote\">On Mon, 2 Nov 2026 at 08:00, Example Support &lt;support@desk.example&gt; wrote:<br><blockquote>\r\n");
    for minute in 0..sentences {
        writeln!(
            text,
            "<div>Does it stop after {minute} minutes? What does the =\r\nlog say?</div>\r"
        )
        .unwrap();
    }
    text.push_str("</blockquote></div></div></body></html>\r\n");
    text
}

const PLAIN: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
const HTML: &str =
    "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";

fn alternative(n: usize) -> Vec<u8> {
    let (head, text, html) = (head(n), text(12), html(13));
    format!(
        "{head}Content-Type: multipart/alternative; boundary=b{n}\r\n\r\n\
         --b{n}\r\n{PLAIN}{text}\r\n--b{n}\r\n{HTML}{html}\r\n--b{n}--\r\n"
    )
    .into_bytes()
}

fn html_alone(n: usize) -> Vec<u8> {
    format!("{}{HTML}{}", head(n), html(106)).into_bytes()
}

fn attached(n: usize) -> Vec<u8> {
    let line = data_encoding::BASE64.encode(&[0x5a; 57]);
    let file = format!("{line}\r\n").repeat(200 * 1024 / 57);
    format!(
        "{}Content-Type: multipart/mixed; boundary=m{n}\r\n\r\n--m{n}\r\n{PLAIN}{}\r\n\
         --m{n}\r\nContent-Type: application/pdf; name=log.pdf\r\n\
         Content-Disposition: attachment; filename=log.pdf\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{file}\r\n--m{n}--\r\n",
        head(n),
        text(18),
    )
    .into_bytes()
}

fn deep() -> Vec<u8> {
    let mut body = String::from("It stops after that.\r\n\r\n");
    while body.len() < 1_000_000 {
        let marks = ">".repeat(body.len() % 8 + 1);
        writeln!(body, "{marks} On Mon, 2 Nov 2026 at 08:00, Ann wrote:\r\n{marks} It stops.\r")
            .unwrap();
    }
    format!("{}Content-Type: text/plain\r\n\r\n{body}", head(0)).into_bytes()
}
