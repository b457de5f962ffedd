//! Messages that no standard allows.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{QUICK, ingest, is_acknowledged, neighbour, outcomes, raw};
use crate::support::desk::{Desk, SUPPORT};
use crate::support::sink::Sink;
use crate::support::world::World;

/// What a slow, busy machine and an unoptimised build may take for a message and its neighbour.
const PATIENCE: Duration = Duration::from_secs(30);

fn strange() -> Vec<(&'static str, Vec<u8>)> {
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(30_000);
    let parts = "--b\r\n\r\nx\r\n".repeat(30_000);
    let headers = (0..200_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, "X-{n}: {n}\r\n");
        all
    });
    let addresses = "a@b.example, ".repeat(200_000);
    let all_bytes: Vec<u8> = (0..=255_u8).filter(|byte| !b"\r\n".contains(byte)).collect();
    vec![
        ("nothing", Vec::new()),
        ("a line end", b"\r\n".to_vec()),
        ("no header", b"Hello, my screen is dark.\r\nCarla\r\n".to_vec()),
        ("no body", b"From: carla@paid.example\r\nSubject: Help".to_vec()),
        ("an empty line first", b"\r\nFrom: carla@paid.example\r\n\r\nHelp\r\n".to_vec()),
        ("no sender", b"Subject: Help\r\n\r\nHelp\r\n".to_vec()),
        ("NULs", b"From: carla\0@paid.example\r\nSubject: \0He\0lp\r\n\r\nPlease\0.\r\n".to_vec()),
        (
            "every byte everywhere",
            [b"From: ", &*all_bytes, b" <x@y.example>\r\nSubject: ", &all_bytes, b"\r\n\r\n", &all_bytes]
                .concat(),
        ),
        (
            "broken UTF-8 everywhere",
            [
                b"From: \xff\xfe <\xc3\x28@\xf0\x28\x8c\x28>\r\nTo: \xc0\xaf\r\nSubject: \xed\xa0\x80\r\n\
                  Message-ID: <\xff@\xff>\r\nDate: \xff\r\nContent-Type: text/plain; charset=\xff\r\n\r\n",
                &b"\xff\xfe\xc3\x28"[..],
            ]
            .concat(),
        ),
        ("30,000 messages in each other", format!("From: a@b.example\r\n{nested}x").into_bytes()),
        (
            "30,000 parts",
            format!("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}")
                .into_bytes(),
        ),
        ("200,000 header fields", format!("From: a@b.example\r\n{headers}\r\nx\r\n").into_bytes()),
        ("200,000 recipients", format!("From: a@b.example\r\nTo: {addresses}\r\n\r\n").into_bytes()),
        (
            "a subject of 10 MB",
            format!("From: a@b.example\r\nSubject: {}\r\n\r\nx\r\n", "x".repeat(10_000_000)).into_bytes(),
        ),
    ]
}

#[test]
fn flt_40_each_strange_file_ends_in_one_outcome_beside_its_neighbours() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    for (n, (what, message)) in strange().into_iter().enumerate() {
        let before = desk.inbound().len();
        ingest(&desk, &[message.clone(), neighbour(n)]);
        let begun = Instant::now();
        desk.ok(&["run", "--once"]);
        let took = begun.elapsed();
        assert!(took < PATIENCE, "{what}: {took:?}");
        assert!(is_acknowledged(&sink, n), "the neighbour of {what}");
        let inbound = desk.inbound();
        assert_eq!(inbound.len(), before + 2, "{what}");
        let one = &inbound[before];
        assert_eq!(one["verdict"], "opened", "{what}: {one}");
        assert_eq!(one["attempts"], 0, "{what}: {one}");
        assert!(raw(&desk, one["id"].as_u64().unwrap()) == message, "{what} is not as it came");
    }
    assert_eq!(desk.tickets().len(), 2 * strange().len());
    // And all can be shown.
    for ticket in desk.tickets() {
        desk.ok(&["ticket", "show", &ticket["number"].to_string()]);
    }
    desk.ok(&["inbound", "show", "1"]);
}

#[test]
fn flt_40_each_strange_message_in_a_mailbox_ends_in_one_outcome() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    let strange = strange();
    for (n, (_, message)) in strange.iter().enumerate() {
        world.append(SUPPORT, "INBOX", message, super::super::servers::now(&desk));
        world.deliver(SUPPORT, &neighbour(n));
    }
    desk.ok(&["run", "--once"]);
    let inbound = desk.inbound();
    assert_eq!(inbound.len(), 2 * strange.len(), "{}", outcomes(&desk));
    assert!(inbound.iter().all(|one| one["verdict"] == "opened"), "{}", outcomes(&desk));
    assert!((0..strange.len()).all(|n| is_acknowledged(&sink, n)));
    let kept: Vec<Vec<u8>> =
        inbound.iter().map(|one| raw(&desk, one["id"].as_u64().unwrap())).collect();
    for (what, message) in strange {
        // Dovecot gives another byte for NUL, which IMAP cannot carry, and its own line ends.
        let given = as_given(&message);
        assert!(kept.iter().any(|one| as_given(one) == given), "{what} is not as it came");
    }
    let seen = world.doveadm(&["search", "-u", SUPPORT, "mailbox", "INBOX", "seen"]);
    assert_eq!(seen.lines().count(), inbound.len());
    let again = desk.ok(&["run", "--once"]);
    assert!(again.contains("fetched 0 · decided 0 · sent 0"), "{again}");
}

fn as_given(message: &[u8]) -> Vec<u8> {
    let nul = |byte: u8| if byte == 0 { 0x80 } else { byte };
    message.iter().filter(|byte| **byte != b'\r').map(|byte| nul(*byte)).collect()
}

#[test]
fn an_empty_mailbox_and_an_empty_mbox_are_no_mail() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    std::fs::create_dir_all(desk.path("maildir/new")).unwrap();
    desk.ok(&["ingest", &desk.path("maildir").display().to_string()]);
    desk.ok(&["run", "--once"]);
    assert!(desk.inbound().is_empty(), "{}", outcomes(&desk));
    assert!(sink.taken().is_empty());
}
