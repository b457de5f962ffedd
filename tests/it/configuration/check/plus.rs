//! A desk writes to itself, to an address with a token.

use std::fs;

use super::{PUBLISHED, checked_with, output};
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::name_server::NameServer;
use crate::support::sink::Sink;
use crate::support::world::World;

const PLUS: &[&str] = &["check", "--plus"];

/// A desk that submits to the Postfix of its world.
fn desk(world: &World, sink: &Sink, server: &NameServer) -> Desk {
    let mut desk = Desk::new(world, sink);
    desk.ask(server.address);
    let (from, to) = (format!("port = {}", sink.port), format!("port = {}", world.port("SMTP")));
    desk.config = desk.config.replacen(&from, &to, 1);
    desk
}

#[test]
fn std_91_plus_addressing_is_proved_by_a_mail_that_comes_back() {
    let (world, sink) = (World::up(&["MAIL_FSYNC=never"]), Sink::start(&[]));
    if !world.has_postfix() {
        return;
    }
    let server = NameServer::of(PUBLISHED);
    let mut desk = desk(&world, &sink, &server);
    let (code, line) = checked_with(&desk, PLUS, "plus addressing");
    assert_eq!(code, Some(0));
    assert!(line.starts_with("ok ") && line.contains("a mail to support+"), "{line}");
    assert!(line.contains("@desk.example came to INBOX, without a DKIM signature"), "{line}");
    // It was looked at, and is as new as before.
    assert_eq!(world.flags(SUPPORT, "INBOX"), ["\\Recent"]);

    // The daemon takes the mail away in the middle of it, and makes nothing of it.
    let moving = "after = \"move\"\nmove_to = \"Processed\"\npoll = \"1s\"";
    desk.config = desk.config.replacen("poll = \"1s\"", moving, 1);
    let daemon = desk.start();
    wait_until("the first look", || daemon.log().contains("First look"));
    for _ in 0..3 {
        let (code, line) = checked_with(&desk, PLUS, "plus addressing");
        assert_eq!(code, Some(0), "{line}");
    }
    let list = ["inbound", "list", "--json", "--verdict", "ignored"];
    wait_until("they are ignored", || desk.ok(&list).lines().count() == 3);
    let ignored = desk.ok(&list);
    assert!(ignored.lines().all(|line| line.contains("own mail")), "{ignored}");
    assert_eq!(desk.tickets().len(), 0);
    assert_eq!(desk.outbox().len(), 0);
    assert_eq!(daemon.stop(), Some(0));
    // It is found where the daemon would have moved it, too.
    let moved = "folders = [\"Sent\"]\nafter = \"move\"\nmove_to = \"INBOX\"\npoll = \"1s\"";
    desk.config = desk.config.replacen(moving, moved, 1);
    let (code, line) = checked_with(&desk, PLUS, "plus addressing");
    assert_eq!(code, Some(0), "{line}");
    assert!(line.contains("came to INBOX"), "{line}");
}

#[test]
fn std_91_without_plus_addressing_it_is_said_why() {
    let folder = tempfile::tempdir().unwrap();
    let include = folder.path().join("include");
    fs::write(&include, "recipient_delimiter =\n").unwrap();
    // Dovecot is another user.
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let server = NameServer::of(PUBLISHED);
    let sink = Sink::start(&[]);
    for (service, says) in
        [("POSTFIX", "is refused: 550 5.1.1"), ("DOVECOT", "came back as undeliverable")]
    {
        let include = format!("{service}_INCLUDE={}", include.display());
        let world = World::up(&["MAIL_FSYNC=never", &include]);
        if !world.has_postfix() {
            return;
        }
        let mut desk = desk(&world, &sink, &server);
        let (code, line) = checked_with(&desk, PLUS, "plus addressing");
        assert_eq!(code, Some(69), "{line}");
        assert!(line.starts_with("down ") && line.contains(says), "{line}");
        assert!(line.contains("recipient_delimiter = +"), "{line}");
        // What is taken and never comes.
        let (from, to) =
            (format!("port = {}", world.port("SMTP")), format!("port = {}", sink.port));
        desk.config = desk.config.replacen(&from, &to, 1);
        if cfg!(feature = "failpoints") {
            desk.environment.push(("TIDINGS_PATIENCE_MS".to_owned(), "900".to_owned()));
            let (code, line) = checked_with(&desk, PLUS, "plus addressing");
            assert_eq!(code, Some(69), "{line}");
            assert!(line.contains("did not come within"), "{line}");
        }
    }
    let taken = sink.taken();
    assert!(taken.iter().all(|mail| mail.header("Auto-Submitted") == "auto-replied"), "{taken:?}");
}

#[test]
fn plus_needs_servers() {
    let desk = Desk::with_config(super::super::GOOD);
    let ran = desk.run(&["check", "--offline", "--plus"]);
    assert_eq!(ran.code, Some(64), "{}", output(&ran));
}
