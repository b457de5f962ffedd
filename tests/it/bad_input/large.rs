//! Messages at both sides of `message_limit`.

use serde_json::Value;

use super::super::servers::now;
use super::{QUICK, is_acknowledged, neighbour, outcomes, raw};
use crate::support::desk::{Daemon, Desk, SUPPORT, wait_until};
use crate::support::sink::Sink;
use crate::support::world::World;

const MIB: usize = 1024 * 1024;

/// A message with one attachment, so many bytes in all; no two lines of it are alike.
fn large(bytes: usize) -> Vec<u8> {
    let mut message = b"From: Carla <carla@paid.example>\r\nTo: support@desk.example\r\n\
        Subject: Large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n\
        --b\r\nContent-Type: application/octet-stream; name=core\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n"
        .to_vec();
    let mut n = 0_u64;
    while message.len() < bytes - 100 {
        let line = [n.to_le_bytes(); 7].concat();
        message.extend(data_encoding::BASE64.encode(&line[..54]).bytes());
        message.extend(b"\r\n");
        n += 1;
    }
    message.extend(b"\r\n--b--\r\n");
    message
}

fn largest(desk: &Desk) -> Value {
    desk.inbound().into_iter().max_by_key(|one| one["size"].as_u64()).unwrap()
}

/// The most memory that a daemon had so far, in MiB.
fn peak(daemon: &Daemon) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().split(' ').next().unwrap().parse::<usize>().unwrap() / 1024
}

#[test]
fn std_52_above_the_limit_the_beginning_is_read_and_the_sender_is_told() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    let message = large(40 * MIB);
    world.append(SUPPORT, "INBOX", &message, now(&desk));
    world.deliver(SUPPORT, &neighbour(1));
    desk.ok(&["run", "--once"]);
    assert_eq!(desk.inbound().len(), 2, "{}", outcomes(&desk));
    let one = largest(&desk);
    assert_eq!(one["form"], "oversize");
    assert_eq!(one["verdict"], "opened");
    assert!(one["size"].as_u64().unwrap() >= message.len() as u64);
    assert!(raw(&desk, one["id"].as_u64().unwrap()) == message[..256 * 1024]);
    let taken = sink.taken();
    let to_carla = taken.iter().find(|one| one.recipient == "carla@paid.example").unwrap();
    assert!(to_carla.message.contains("too large for us to read in full"), "{to_carla:?}");
    assert!(is_acknowledged(&sink, 1));
    // It stays where a person sees it.
    let seen = world.doveadm(&["search", "-u", SUPPORT, "mailbox", "INBOX", "seen"]);
    assert_eq!(seen.lines().count(), 1, "{seen}");
    let again = desk.ok(&["run", "--once"]);
    assert!(again.contains("fetched 0 · decided 0 · sent 0"), "{again}");
}

#[test]
fn inv_6_below_the_limit_the_whole_is_kept_in_bounded_memory() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    let message = large(34 * MIB);
    for n in 0..2 {
        let other = [&message[..], format!("{n}\r\n").as_bytes()].concat();
        world.append(SUPPORT, "INBOX", &other, now(&desk));
    }
    world.deliver(SUPPORT, &neighbour(1));
    let daemon = desk.start();
    wait_until("all are answered", || sink.taken().len() == 3);
    let peak = peak(&daemon);
    assert!(peak < 64 + 3 * 34, "{peak} MiB");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(desk.inbound().len(), 3, "{}", outcomes(&desk));
    let one = largest(&desk);
    assert_eq!(one["form"], "whole");
    assert!(raw(&desk, one["id"].as_u64().unwrap())[..message.len()] == message);
}
