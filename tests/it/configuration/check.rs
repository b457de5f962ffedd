//! `check` on real servers: a line for each thing, with what to do where it is not right.

use super::output;
use crate::support::desk::Desk;
use crate::support::sink::Sink;
use crate::support::world::{Service, World};

const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];

/// The line of `check` about this, and its exit code.
#[track_caller]
fn checked(desk: &Desk, what: &str) -> (Option<i32>, String) {
    let ran = desk.run(&["check"]);
    let line = ran.stdout.lines().find(|line| line.contains(what));
    (ran.code, line.unwrap_or_else(|| panic!("nothing about {what}: {}", output(&ran))).to_owned())
}

#[test]
fn check_says_for_each_thing_whether_it_is_right_and_what_to_do() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let mut desk = Desk::new(&world, &sink);
    let all = desk.ok(&["check"]);
    for what in
        ["configuration", "sender_proof", "database", "imap password", "folder INBOX", "smtp"]
    {
        let line = all.lines().find(|line| line.contains(what));
        assert!(line.is_some_and(|line| line.starts_with("ok ")), "{what}: {all}");
    }
    assert_eq!(all.lines().count(), 7, "{all}");

    desk.write_secret("password", "pw-canary", 0o600);
    let (code, line) = checked(&desk, "support: imap  ");
    assert_eq!(code, Some(78));
    assert!(line.starts_with("WRONG") && line.contains("refuses the login"), "{line}");
    assert!(line.contains("look at `user` and the password"), "{line}");
    assert!(!line.contains("canary"), "{line}");
    // The other server is looked at all the same.
    assert!(checked(&desk, "support: smtp").1.starts_with("ok "));
    desk.write_secret("password", "pw-support", 0o600);

    let good = desk.config.clone();
    desk.config = good.replacen("poll = \"1s\"", "folders = [\"INBOX\", \"Tickets\"]", 1);
    let (code, line) = checked(&desk, "folder Tickets");
    assert_eq!(code, Some(78));
    assert!(line.starts_with("WRONG") && line.contains("cannot open folder"), "{line}");
    assert!(checked(&desk, "folder INBOX").1.starts_with("ok "));
    desk.config = good.clone();

    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    desk.write_secret("other.pem", &other.cert.pem(), 0o644);
    let ca = format!("ca_file = \"{}\"", world.ca_file().display());
    desk.config = good.replace(&ca, "ca_file = \"other.pem\"");
    let (code, line) = checked(&desk, "support: imap  ");
    assert_eq!(code, Some(69));
    assert!(line.contains("certificate") && line.contains("ca_file"), "{line}");
    desk.config = good;

    drop(sink);
    let (code, line) = checked(&desk, "support: smtp");
    assert_eq!(code, Some(69));
    assert!(line.starts_with("down") && line.contains("cannot reach 127.0.0.1:"), "{line}");
    world.stop(Service::Dovecot);
    let (code, line) = checked(&desk, "support: imap  ");
    assert_eq!(code, Some(69));
    assert!(line.starts_with("down") && line.contains("cannot reach localhost:"), "{line}");
    // Without asking servers all is right still.
    desk.ok(&["check", "--offline"]);
    // What is wrong comes before what is down.
    desk.write_secret("password", "pw-support", 0o644);
    assert_eq!(checked(&desk, "imap password").0, Some(78));
}
