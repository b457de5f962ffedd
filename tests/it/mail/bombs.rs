//! A bomb of each kind: what it is made of is repeated until it has a MiB, and it is still a mail.

use std::time::{Duration, Instant};

use tidings::mail::parse::{self, Defect};
use tidings::mail::reply::Reply;
use tidings::mail::{Mail, subject};

/// Bytes of a bomb.
const BYTES: usize = 1024 * 1024;

/// A guard against work that grows with the square of the length; no measure of speed.
const TIME_MAX: Duration = Duration::from_secs(20);

const FROM: &str =
    "From: a@x.com\r\nMessage-ID: <1@x.com>\r\nDate: Mon, 2 Mar 2026 10:00:00 GMT\r\n";

#[track_caller]
fn parse(name: &str, head: &str, piece: &str, tail: &str) -> (Mail, Vec<Defect>) {
    let raw = format!("{FROM}{head}{}{tail}", piece.repeat(BYTES / piece.len()));
    let started = Instant::now();
    let parsed = parse::parse(raw.as_bytes());
    parse::each_attachment(raw.as_bytes(), |_, _| {});
    let elapsed = started.elapsed();
    println!("{name}: {elapsed:?}");
    assert!(elapsed < TIME_MAX, "{name} took {elapsed:?}");
    parsed
}

fn of_type(content_type: &str) -> String {
    format!("Content-Type: {content_type}\r\n\r\n")
}

#[test]
fn thr_10_html_of_any_kind_is_text() {
    for (name, piece) in [
        // Each paragraph has all open elements again: a tree of it has the square of its length.
        ("formatting", "<b id=1><p>x"),
        ("depth", "<div>"),
        ("quotes", "<blockquote>x"),
        ("tables", "<table><tr><td>x"),
        ("cells", "<td>x"),
        ("lists", "<ul><li>x"),
        ("links", "<a href=http://x.example/>x"),
        ("open tags", "<a b='"),
        ("comments", "<!-- x "),
        ("references", "&amp;&"),
        ("hidden", "<div style=display:none>"),
        ("attributes", "<p a=1 b=2 c=3"),
    ] {
        let (mail, _) = parse(name, &of_type("text/html"), piece, "");
        assert!(mail.attachments.is_empty());
    }
}

#[test]
fn thr_15_any_character_set_is_text() {
    for (charset, piece) in [
        ("utf-7", "+AOQ-+"),
        ("utf-7", "+AOQAOQ"),
        ("iso-2022-jp", "\x1b$B%F\x1b(B"),
        ("iso-2022-kr", "\x0e0!\x0f"),
        ("hz-gb-2312", "~{Dc~}"),
        ("utf-16", "\0a"),
        ("utf-32", "\0\0\0a"),
        ("ibm437", "\u{84}"),
        ("", "\u{e4}\u{1b}$B"),
        ("replacement", "x"),
    ] {
        let head = of_type(&format!("text/plain; charset={charset}"));
        let (mail, _) = parse(charset, &head, piece, "");
        assert!(!mail.text.contains('\0'), "{charset}");
    }
}

#[test]
fn thr_17_lines_of_any_kind_are_text() {
    for (name, head, piece) in [
        ("quotes", of_type("text/plain"), "> "),
        ("quoted lines", of_type("text/plain; format=flowed"), "> \r\n"),
        ("flowed", of_type("text/plain; format=flowed; delsp=yes"), "x \r\n"),
        ("deep", of_type("text/plain; format=flowed"), ">"),
        ("attributions", of_type("text/plain"), "On x wrote:\r\n"),
        ("word", of_type("text/html"), "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"),
        ("words", "Subject: ".to_owned(), "=?utf-8?Q?=80?= "),
        ("open words", "Subject: ".to_owned(), "=?utf-8?Q?"),
        ("names", "To: ".to_owned(), "=?utf-8?Q?=80?= <a@b.c>, "),
        ("segments", "Content-Type: a/b".to_owned(), "; name*0*=x"),
        ("calendar", of_type("text/calendar"), "BEGIN:VEVENT\r\n"),
        ("folded calendar", of_type("text/calendar"), "\r\n x"),
        ("uuencode", "Content-Transfer-Encoding: x-uuencode\r\n\r\n".to_owned(), "begin 1\r\n"),
    ] {
        parse(name, &head, piece, "");
    }
    let alternative = "--b\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>y z\r\n";
    let head = of_type("multipart/alternative; boundary=b");
    parse("alternatives", &head, alternative, "--b--\r\n");
    let inner = "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nx\r\n\
                 --c\r\nContent-Type: text/html\r\n\r\n<p>yyyyyyyyyyy\r\n--c--\r\n";
    parse("stubs", &of_type("multipart/mixed; boundary=b"), inner, "--b--\r\n");
    parse("no boundary", "", "Content-Type: multipart/mixed\r\n\r\n--x\r\n", "");
}

#[test]
fn thr_17_what_was_written_is_found_in_lines_of_any_kind() {
    let dashes = format!("{}\n{}\n", "the con dis ".repeat(600), "__\n".repeat(50));
    for piece in [
        "\n",
        "x",
        "a\n",
        "a:\n",
        "> a\n",
        ">\n",
        "> a\nb\n",
        "-- \n",
        "-- \na\n",
        // Each of them may be the rule above a signature.
        "—\n",
        "__\n",
        "---\n",
        "-Ada\n\n",
        "-----\n",
        "____________________\nhttp://x.example/\n\n",
        "Sent from my iPhone\n",
        "This email is confidential.\n\n",
        "On Mon, 2 Nov 2026 at 08:00, Ann wrote:\n",
        "> On Mon, 2 Nov 2026 at 08:00, Ann <ann@x.example> wrote:\n>> a\n",
        "From: a@x.example\n",
        "From: a\nTo: b\n\n",
        "-----Original Message-----\n",
        &dashes,
    ] {
        let text = piece.repeat(BYTES / 4 / piece.len());
        let started = Instant::now();
        let reply = Reply::of(&text);
        let elapsed = started.elapsed();
        println!("{piece:?}: {elapsed:?}");
        assert!(elapsed < TIME_MAX && reply.text.len() <= text.len(), "{piece:?}: {elapsed:?}");
    }
}

#[test]
fn thr_12_thr_18_what_is_packed_stays_packed() {
    for (media_type, defect) in
        [("application/zip", None), ("application/ms-tnef", Some(Defect::Tnef))]
    {
        let head = format!("Content-Transfer-Encoding: base64\r\n{}", of_type(media_type));
        let (mail, defects) = parse(media_type, &head, "UEsDBAoAAAAAAAAAAABJkFMtAAAA\r\n", "");
        assert_eq!(mail.attachments.len(), 1);
        assert!(mail.text.is_empty());
        assert_eq!(defects, defect.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn thr_30_tags_without_end_are_a_subject() {
    for piece in ["[EX#1] ", "[OTHER #1] ", "(ABC-77) ", "Re: ", "Fwd: [EX#", "[", "(", "AW: [x "] {
        let (mail, _) = parse(piece, "Subject: ", piece, "\r\n\r\nx");
        let started = Instant::now();
        let prefix = subject::TicketPrefix::parse("EX").unwrap();
        let _ = subject::base_subject(&mail.subject, &prefix);
        assert!(started.elapsed() < TIME_MAX, "{piece}");
    }
}
