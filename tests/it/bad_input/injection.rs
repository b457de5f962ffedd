//! Nothing that a mail or a server says is obeyed by a terminal or taken for a line of the log.

use super::QUICK;
use crate::support::desk::{Desk, SUPPORT};
use crate::support::sink::Sink;
use crate::support::world::World;

/// What a terminal obeys: a new line, a window title, red letters by C1, right to left.
const EVIL: &str = "x\r\n2026-01-01T00:00:00Z  INFO Inbound 99 opened ticket 99\u{1b}]0;y\u{7}\
                    \u{9b}31m\u{202e}\u{8}\u{7f}z";

fn evil() -> Vec<u8> {
    let word = format!("=?utf-8?B?{}?=", data_encoding::BASE64.encode(EVIL.as_bytes()));
    format!(
        "From: {word} <carla@paid.example>\r\nTo: {word} <support@desk.example>\r\n\
         Subject: {word}\r\nMessage-ID: <{EVIL}@paid.example>\r\nX-{EVIL}: {EVIL}\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{EVIL}\r\n--b\r\n\
         Content-Type: application/{word}; name=\"{word}\"\r\n\
         Content-Disposition: attachment; filename=\"{word}\"\r\n\r\nx\r\n--b--\r\n"
    )
    .into_bytes()
}

/// Fails if there is something in it that a terminal obeys.
#[track_caller]
fn is_plain(what: &str, text: &str) {
    let obeyed = |char: char| {
        char != '\n'
            && (char.is_control()
                || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    let found = text.lines().find(|line| line.contains(obeyed));
    assert!(found.is_none(), "{what}: {found:?}");
}

#[test]
fn thr_35_thr_41_a_mail_gives_no_orders_to_log_and_terminal() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let mut desk = Desk::new(&world, &sink);
    desk.environment.push(("TIDINGS_LOG".to_owned(), "trace".to_owned()));
    desk.ok(&["run", "--once"]);
    world.deliver(SUPPORT, &evil());
    let ran = desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    is_plain("log", &ran.stderr);
    let forged = ran.stderr.lines().find(|line| line.starts_with("2026-01-01T00:00:00Z"));
    assert!(forged.is_none(), "{forged:?}");
    let number = desk.tickets()[0]["number"].to_string();
    let file = desk.path("evil.eml");
    std::fs::write(&file, evil()).unwrap();
    let file = file.display().to_string();
    let commands: [&[&str]; 12] = [
        &["ticket", "list"],
        &["ticket", "list", "--json"],
        &["ticket", "show", &number],
        &["ticket", "show", &number, "--json"],
        &["inbound", "list", "--verdict", "all"],
        &["inbound", "list", "--verdict", "all", "--json"],
        &["inbound", "show", "1"],
        &["outbox", "list", "--state", "all"],
        &["outbox", "list", "--state", "all", "--json"],
        &["outbox", "show", "1"],
        &["explain", &file],
        &["explain", "--json", &file],
    ];
    for arguments in commands {
        let ran = desk.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        is_plain(&arguments.join(" "), &ran.stdout);
        is_plain(&arguments.join(" "), &ran.stderr);
        // One object a line, whatever is in it.
        if arguments.contains(&"--json") {
            assert!(ran.stdout.lines().all(|line| line.starts_with('{')), "{}", ran.stdout);
        }
    }
    // What is typed comes back in errors.
    for arguments in [&["account", "match", EVIL][..], &["ingest", EVIL]] {
        let ran = desk.run(arguments);
        assert_ne!(ran.code, Some(0));
        is_plain(arguments[0], &ran.stderr);
    }
    // And our own mail says it in its place, or not at all.
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    let header = taken[0].message.split("\n\n").next().unwrap();
    is_plain("header", &header.replace('\t', " "));
}

#[test]
fn thr_35_a_servers_reply_gives_no_orders_to_log_and_terminal() {
    let reply = "550 5.1.1 no\u{1b}]0;y\u{7}\u{8}\u{7f}\u{9b}31m\u{202e}such";
    let (world, sink) = (World::up(QUICK), Sink::start(&["-f", "RCPT", "-B", reply]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    world.deliver(SUPPORT, &super::neighbour(1));
    let ran = desk.run(&["run", "--once"]);
    assert!(ran.stderr.contains("is dead: 550 5.1.1 no"), "{}", ran.stderr);
    is_plain("log", &ran.stderr);
    let number = desk.tickets()[0]["number"].to_string();
    for arguments in
        [&["outbox", "list"][..], &["outbox", "show", "1"], &["ticket", "show", &number]]
    {
        is_plain(&arguments.join(" "), &desk.ok(arguments));
    }
}
