//! `check` on real servers: a line for each thing, with what to do where it is not right.

mod dns;
mod plus;
mod servers;

use serde_json::Value;

use super::output;
use crate::support::desk::Desk;
use crate::support::name_server::NameServer;
use crate::support::sink::Sink;
use crate::support::world::{Service, World};

const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];

/// What a domain publishes when all is right.
const PUBLISHED: &[(&str, &str, &str)] = &[
    ("desk.example", "MX", "10 mx.desk.example."),
    ("desk.example", "TXT", "v=spf1 mx -all"),
    ("_dmarc.desk.example", "TXT", "v=DMARC1; p=reject"),
];

/// The line of `check` about this, and its exit code.
#[track_caller]
fn checked(desk: &Desk, what: &str) -> (Option<i32>, String) {
    checked_with(desk, &["check"], what)
}

#[track_caller]
fn checked_with(desk: &Desk, arguments: &[&str], what: &str) -> (Option<i32>, String) {
    let ran = desk.run(arguments);
    let line = ran.stdout.lines().find(|line| line.contains(what));
    (ran.code, line.unwrap_or_else(|| panic!("nothing about {what}: {}", output(&ran))).to_owned())
}

#[test]
fn check_has_a_line_for_each_thing_for_people_and_for_programs() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let name_server = NameServer::of(PUBLISHED);
    let mut desk = Desk::new(&world, &sink);
    desk.ask(name_server.address);
    let all = desk.ok(&["check"]);
    let abouts = [
        "configuration",
        "support: sender_proof",
        "disk of state_dir",
        "time zones",
        "database",
        "support: imap password",
        "support: proof              senders can be proven by our own check alone",
        "support: imap ",
        "support: imap certificate",
        "support: folder INBOX",
        "support: headers            INBOX is empty",
        "support: smtp ",
        "support: smtp SMTPUTF8",
        "support: smtp sender        <support@desk.example>",
        "support: smtp sender        <>",
        "support: dns mx",
        "support: dns spf",
        "support: dns dkim",
        "support: dns dmarc",
    ];
    for (line, about) in all.lines().zip(abouts) {
        // Whether this machine has room, and tzdata, is its own affair.
        let of_machine = ["disk of state_dir", "time zones"].contains(&about);
        let good = line.starts_with("ok ") || of_machine;
        assert!(
            good && line.get(6..).is_some_and(|rest| rest.starts_with(about)),
            "{about}: {all}"
        );
    }
    assert_eq!(all.lines().count(), abouts.len(), "{all}");
    let objects = desk.ok(&["check", "--json"]);
    let objects: Vec<Value> =
        objects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), abouts.len());
    for (object, about) in objects.iter().zip(abouts) {
        assert!(about.starts_with(object["about"].as_str().unwrap()), "{object}");
        assert!(object["found"].is_string() && object["text"].is_string(), "{object}");
        assert_eq!(object.as_object().unwrap().len(), 3, "{object}");
    }
}

#[test]
fn check_says_of_what_is_not_right_what_to_do() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let name_server = NameServer::of(PUBLISHED);
    let mut desk = Desk::new(&world, &sink);
    desk.ask(name_server.address);
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
