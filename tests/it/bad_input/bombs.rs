//! Bombs of each kind in a mailbox, before a running daemon, and a plain message behind them.

use super::super::servers::now;
use super::{QUICK, is_acknowledged, neighbour, outcomes, raw};
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::sink::Sink;
use crate::support::world::World;

/// Bytes of a bomb: what a server gives in two parts.
const BYTES: usize = 2 * 1024 * 1024;

/// What a bomb is made of, once and again and again, and what is said of it, if anything.
struct Bomb {
    rule: &'static str,
    head: &'static str,
    piece: &'static [u8],
    defect: &'static str,
}

const fn bomb(
    rule: &'static str,
    head: &'static str,
    piece: &'static [u8],
    defect: &'static str,
) -> Bomb {
    Bomb { rule, head, piece, defect }
}

const BOMBS: [Bomb; 14] = [
    bomb(
        "THR-10",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
        "parts within parts too deep",
    ),
    bomb(
        "THR-10",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"--b\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n",
        "too many parts",
    ),
    bomb("THR-10", "Content-Type: text/html\r\n\r\n", b"<table><tr><td>x", ""),
    bomb("THR-10", "", b"X-A: b\r\n", "header fields too many"),
    bomb("THR-11", "To: ", b"a@b.example, ", "header fields too many"),
    bomb("THR-11", "Cc: ", b"(", "header fields too many"),
    bomb(
        "THR-12",
        "Content-Transfer-Encoding: base64\r\nContent-Type: application/zip; name=42.zip\r\n\r\n",
        b"UEsDBAoAAAAAAAAAAABJkFMtAAAAUEsDBAoAAAAAAAAAAABJkFMt\r\n",
        "",
    ),
    bomb("THR-15", "Content-Type: text/plain; charset=utf-7\r\n\r\n", b"+AOQ-+", ""),
    bomb(
        "THR-15",
        "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n",
        b"\x1b$B%F\x1b(B\r\n",
        "",
    ),
    bomb(
        "THR-17",
        "\r\n",
        b"On Tue, 2 Jan 2024 at 10:15, Ann <a@b.example> wrote:\r\n> ",
        "too much text",
    ),
    bomb(
        "THR-17",
        "Content-Type: text/html\r\n\r\n",
        b"<p class=MsoNormal><o:p>&nbsp;</o:p></p>\r\n",
        "",
    ),
    bomb(
        "THR-18",
        "Content-Transfer-Encoding: base64\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\n",
        b"eJ8+IgIVAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADo\r\n",
        "attachments packed in a winmail.dat",
    ),
    bomb("THR-30", "Subject: ", b"[OTHER #123] ", "header fields too many"),
    bomb("THR-30", "Subject: ", b"Re: [EX#", "header fields too many"),
];

impl Bomb {
    fn message(&self, n: usize) -> Vec<u8> {
        let head = format!(
            "From: Bomber {n} <bomber{n}@evil{n}.example>\r\nMessage-ID: <{n}@evil{n}.example>\r\n{}",
            self.head
        );
        let mut message = head.into_bytes();
        message.extend(self.piece.repeat(BYTES / self.piece.len()));
        message.extend(b"\r\n\r\nEnd.\r\n");
        message
    }
}

#[test]
fn thr_10_thr_11_thr_12_thr_15_thr_17_thr_18_thr_30_behind_bombs_mail_is_answered() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    let messages: Vec<_> = BOMBS.iter().enumerate().map(|(n, one)| one.message(n)).collect();
    for message in &messages {
        world.append(SUPPORT, "INBOX", message, now(&desk));
    }
    world.deliver(SUPPORT, &neighbour(1));
    let daemon = desk.start();
    wait_until("the plain message is answered", || is_acknowledged(&sink, 1));
    wait_until("all is marked", || {
        let seen = world.doveadm(&["search", "-u", SUPPORT, "mailbox", "INBOX", "seen"]);
        seen.lines().count() == BOMBS.len() + 1
    });
    assert_eq!(daemon.stop(), Some(0));
    let inbound = desk.inbound();
    assert_eq!(inbound.len(), BOMBS.len() + 1, "{}", outcomes(&desk));
    let kept: Vec<_> = inbound.iter().map(|one| raw(&desk, one["id"].as_u64().unwrap())).collect();
    for (n, bomb) in BOMBS.iter().enumerate() {
        let position = kept.iter().position(|one| *one == messages[n]);
        let rule = bomb.rule;
        let one = &inbound[position.unwrap_or_else(|| panic!("{rule} {n} is not as it came"))];
        assert_eq!(
            (&one["verdict"], &one["attempts"]),
            (&"opened".into(), &0.into()),
            "{rule} {n}"
        );
        let shown = desk.ok(&["inbound", "show", &one["id"].to_string()]);
        let mut defects = shown.lines().filter_map(|line| line.strip_prefix("defect    "));
        let found = bomb.defect.is_empty() || defects.any(|line| line.contains(bomb.defect));
        assert!(found, "{rule} {n}: {}", shown.chars().take(1500).collect::<String>());
    }
    assert_eq!(desk.tickets().len(), BOMBS.len() + 1);
}
