//! What a requester tells in confidence stands in no log and in no report.

use super::QUICK;
use crate::support::desk::{Desk, SUPPORT};
use crate::support::sink::Sink;
use crate::support::world::World;

const MAIL: &str = "From: carla@paid.example\r\nTo: support@desk.example\r\nSubject: Password: hunter2x\r\n\
                    Message-ID: <1@paid.example>\r\n\r\nPassword: hunter2y\r\n";

#[test]
fn a_password_stands_in_no_log_and_no_report() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let mut desk = Desk::new(&world, &sink);
    desk.environment.push(("TIDINGS_LOG".to_owned(), "trace".to_owned()));
    desk.ok(&["run", "--once"]);
    world.deliver(SUPPORT, MAIL.as_bytes());
    let ran = desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("DEBUG") && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
    let file = desk.path("mail.eml");
    std::fs::write(&file, MAIL).unwrap();
    let file = file.display().to_string();
    for arguments in [
        &["trace", "carla@paid.example"][..],
        &["trace", "carla@paid.example", "--json"],
        &["inbound", "show", "1"],
        &["explain", "--offline", &file],
        &["explain", "--offline", "--json", &file],
    ] {
        let ran = desk.run(arguments);
        assert!(!ran.stdout.contains("hunter2"), "{arguments:?}: {}", ran.stdout);
        assert!(!ran.stderr.contains("hunter2"), "{arguments:?}: {}", ran.stderr);
    }
    let asked = desk.run(&["explain", "--offline", "--secrets", &file]).stdout;
    assert!(asked.contains("hunter2x") && asked.contains("hunter2y"), "{asked}");
}
