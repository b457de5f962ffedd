//! The private mail world does what the tests that stand on it need.

mod postgres;

use std::net::TcpStream;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::world::{Service, World};

const SUPPORT: &str = "support@desk.example";

fn mail(subject: &str) -> Vec<u8> {
    format!("From: Carla <carla@paid.example>\nSubject: {subject}\n\n.dot\r\nend\n").into_bytes()
}

fn ends_with(message: &[u8], subject: &str) -> bool {
    let end = format!("Subject: {subject}\r\n\r\n.dot\r\nend\r\n");
    message.starts_with(b"Return-Path: <carla@paid.example>\r\n")
        && message.ends_with(end.as_bytes())
}

#[test]
fn what_is_delivered_lies_in_the_mailbox_in_order() {
    let world = World::up(&["MTA=0", "MAIL_FSYNC=never"]);
    assert!(!world.has_postfix());
    assert_eq!(world.count(SUPPORT, "INBOX"), 0);
    assert!(world.messages(SUPPORT, "INBOX").is_empty());
    world.deliver(SUPPORT, &mail("0"));
    // an alias is the same mailbox
    world.deliver_many("help@desk.example", (1..100).map(|n| mail(&n.to_string())));
    assert_eq!(world.count(SUPPORT, "INBOX"), 100);
    let messages = world.messages(SUPPORT, "INBOX");
    assert_eq!(messages.len(), 100);
    for (n, message) in messages.iter().enumerate() {
        assert!(ends_with(message, &n.to_string()), "{n}: {}", String::from_utf8_lossy(message));
    }
}

#[test]
fn an_appended_message_has_its_date_and_lies_as_given() {
    let world = World::up(&["MTA=0"]);
    let arrived = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for folder in ["INBOX", "Junk", "Somewhere"] {
        world.append(SUPPORT, folder, &mail("old"), arrived);
        world.append(SUPPORT, folder, &mail("also"), arrived);
        assert_eq!(world.messages(SUPPORT, folder), [mail("old"), mail("also")], "{folder}");
        let dates =
            world.doveadm(&["fetch", "-u", SUPPORT, "date.received", "mailbox", folder, "1"]);
        assert!(dates.contains("2023-11-14"), "{dates}");
    }
}

#[test]
fn a_folder_gets_another_uid_validity() {
    let world = World::up(&["MTA=0"]);
    world.deliver(SUPPORT, &mail("stays"));
    world.set_uid_validity(SUPPORT, "INBOX", 4_000_000_000);
    let status = world.doveadm(&["mailbox", "status", "-u", SUPPORT, "uidvalidity", "INBOX"]);
    assert_eq!(status.trim(), "INBOX uidvalidity=4000000000");
    assert_eq!(world.count(SUPPORT, "INBOX"), 1);
}

#[test]
fn dovecot_is_stopped_killed_and_started_again() {
    let world = World::up(&["MTA=0"]);
    let listens = || TcpStream::connect(("127.0.0.1", world.port("IMAPS"))).is_ok();
    world.deliver(SUPPORT, &mail("before"));
    for end in [World::stop, World::crash] {
        assert!(listens());
        end(&world, Service::Dovecot);
        assert!(!listens());
        world.start(Service::Dovecot);
    }
    assert!(listens());
    assert_eq!(world.messages(SUPPORT, "INBOX").len(), 1);
}

#[test]
fn several_worlds_stand_at_once_and_know_nothing_of_each_other() {
    let worlds: Vec<World> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| World::up(&["MTA=0"]))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    for (n, world) in worlds.iter().enumerate() {
        world.deliver_many(SUPPORT, (0..n).map(|n| mail(&n.to_string())));
    }
    for (n, world) in worlds.iter().enumerate() {
        assert_eq!(world.count(SUPPORT, "INBOX"), n);
    }
}

#[test]
fn the_certificate_is_what_the_ca_file_vouches_for() {
    let world = World::up(&["MTA=0"]);
    let pem = std::fs::read_to_string(world.ca_file()).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
}

/// Postfix's master runs as root only.
#[test]
fn postfix_passes_mail_on_and_holds_it_while_dovecot_is_down() {
    let world = World::up(&[]);
    if !world.has_postfix() {
        return;
    }
    world.mail("help@desk.example", &mail("first"));
    world.wait_for_count(SUPPORT, "INBOX", 1);
    world.stop(Service::Dovecot);
    world.mail(SUPPORT, &mail("second"));
    world.crash(Service::Postfix);
    world.start(Service::Postfix);
    world.start(Service::Dovecot);
    world.wait_for_count(SUPPORT, "INBOX", 2);
    assert_eq!(world.messages(SUPPORT, "INBOX").len(), 2);
}
