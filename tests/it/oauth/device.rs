//! `tidings login`: what a person grants is kept, replaced durably, and found by a daemon that runs.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{both, device, reading, request};
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::endpoint::{Answer, Endpoint};
use crate::support::relay::{Relay, Way};
use crate::support::sink::Sink;
use crate::support::world::World;

const PENDING: &str = r#"{"error":"authorization_pending"}"#;

fn world(endpoint: &Endpoint) -> World {
    World::up(&["MTA=0", "MAIL_FSYNC=never", &endpoint.dovecot("xoauth2 oauthbearer")])
}

fn token_file(desk: &Desk) -> String {
    fs::read_to_string(desk.path("state/token.support.imap")).unwrap_or_default()
}

#[test]
fn std_96_a_person_grants_access_and_a_daemon_that_runs_goes_on_with_it() {
    let endpoint = Endpoint::start();
    let (world, sink) = (world(&endpoint), Sink::start(&[]));
    let desk = reading(&world, &sink, &endpoint, &device(&endpoint));
    let daemon = desk.start();
    wait_until("it is said what to do", || daemon.log().contains("type: tidings login support"));
    assert_eq!(endpoint.state().asked.len(), 0);

    endpoint.state().refresh_life = Some(86400);
    endpoint.state().next = VecDeque::from([Answer::Say(400, "", PENDING), Answer::Grant]);
    let said = desk.ok(&["login", "support"]);
    for what in ["https://login.example/device", "ABCD-EFGH", SUPPORT, "logged in to localhost"] {
        assert!(said.contains(what), "{what}: {said}");
    }
    assert!(!said.contains("canary"), "{said}");
    let mode = fs::metadata(desk.path("state/token.support.imap")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let asked = endpoint.state().asked.clone();
    assert_eq!(asked[1]["device_code"], "device-canary");
    // In the middle of a rest of five minutes.
    wait_until("the folder is looked at", || daemon.log().contains("First look at"));
    assert_eq!(daemon.stop(), Some(0));
    // What will end is said by the next daemon, and by `check`.
    let ends = "The refresh token of support@desk.example comes to its end on";
    assert!(desk.ok(&["check"]).contains(ends));
    let daemon = desk.start();
    wait_until("the log says it", || daemon.log().contains(ends));
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn what_is_not_granted_ends_with_its_own_code() {
    let endpoint = Endpoint::start();
    let desk_of = |keys: &str| {
        let (world, sink) = (world(&endpoint), Sink::start(&[]));
        (reading(&world, &sink, &endpoint, keys), world, sink)
    };
    let (desk, _world, _sink) = desk_of(&device(&endpoint));
    for (status, body, code, says) in [
        (400, r#"{"error":"access_denied"}"#, 77, "not granted"),
        (400, r#"{"error":"expired_token"}"#, 75, "type the command again"),
        (401, r#"{"error":"invalid_client"}"#, 78, "invalid_client"),
        (200, r#"{"access_token":"t","token_type":"bearer"}"#, 78, "offline_access"),
    ] {
        endpoint.state().next = VecDeque::from([Answer::Say(status, "", body)]);
        let ran = desk.run(&["login", "support"]);
        assert_eq!(ran.code, Some(code), "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
    assert_eq!(token_file(&desk), "");
    assert_eq!(desk.run(&["login", "sales"]).code, Some(64));
    let mut gone = desk;
    gone.config = gone.config.replace(&device(&endpoint), "device_url = \"http://127.0.0.1:1/\"\n");
    assert_eq!(gone.run(&["login", "support"]).code, Some(69));
    gone.config = gone.config.replace("device_url = \"http://127.0.0.1:1/\"\n", super::CLIENT);
    assert_eq!(gone.run(&["login", "support"]).code, Some(78));
}

#[test]
fn std_96_a_rotated_refresh_token_is_on_the_disk_before_its_access_token_is_used() {
    let endpoint = Endpoint::start();
    let (world, sink) = (world(&endpoint), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAPS"));
    let mut desk = reading(&world, &sink, &endpoint, &device(&endpoint));
    let direct = format!("port = {}", world.port("IMAPS"));
    desk.config = desk.config.replacen(&direct, &format!("port = {}", relay.port), 1);
    desk.ok(&["login", "support"]);
    endpoint.state().token_file = Some(desk.path("state/token.support.imap"));

    // Killed after the exchange and before anything was done with what came of it.
    relay.set(Way::Blocked);
    let daemon = desk.start();
    wait_until("the mail server is called", || relay.accepted() > 1);
    drop(daemon);
    assert!(token_file(&desk).contains("refresh-canary-2"), "{}", token_file(&desk));
    relay.set(Way::Open);
    endpoint.state().shown.clear();
    desk.ok(&["run", "--once"]);
    assert!(token_file(&desk).contains("refresh-canary-3"));
    let shown = endpoint.state().shown.clone();
    assert!(!shown.is_empty());
    for (token, file) in shown {
        let number = token.rsplit('-').next().unwrap();
        assert!(file.contains(&format!("refresh-canary-{number}\"")), "{token} with {file}");
    }

    // Who was told to go elsewhere does not send what it has there.
    desk.config = desk.config.replace("client_id = \"app\"", "client_id = \"other\"");
    let asked = endpoint.state().asked.len();
    let ran = desk.run(&["check"]);
    assert_eq!(ran.code, Some(78), "{}", ran.stdout);
    assert!(ran.stdout.contains("type: tidings login support"), "{}", ran.stdout);
    assert_eq!(endpoint.state().asked.len(), asked);
}

#[test]
fn thr_37_no_token_is_printed_even_at_trace_level() {
    let root = rustix::process::geteuid().is_root();
    let endpoint = Endpoint::start();
    let dovecot = endpoint.dovecot("xoauth2 oauthbearer");
    let options = ["MAIL_FSYNC=never", &dovecot, "MTA=0"];
    let world = World::up(if root { &options[..2] } else { &options });
    let sink = Sink::start(&[]);
    let keys = format!("{}{}", device(&endpoint), super::CLIENT);
    let mut desk = if root {
        both(&world, &sink, &endpoint, &keys)
    } else {
        reading(&world, &sink, &endpoint, &keys)
    };
    desk.environment.push(("TIDINGS_LOG".to_owned(), "trace".to_owned()));
    desk.environment.push(("RUST_LOG".to_owned(), "trace".to_owned()));
    let mut all = String::new();
    let mut run = |arguments: &[&str]| {
        let ran = desk.run(arguments);
        all.push_str(&ran.stdout);
        all.push_str(&ran.stderr);
    };
    run(&["login", "support"]);
    run(&["run", "--once"]);
    world.deliver(SUPPORT, &request(1));
    for arguments in [&["run", "--once"][..], &["check"], &["status", "--json"]] {
        run(arguments);
    }
    // Refused by the mail server, by the endpoint, and by one that repeats what it was sent.
    endpoint.state().life = 0;
    for body in [r#"{"error":"refresh-canary-9"}"#, "<secret-canary>"] {
        endpoint.state().always = Answer::Say(400, "", body);
        run(&["check"]);
        run(&["run", "--once"]);
    }
    endpoint.state().always = Answer::Grant;
    let stale = r#"{"access_token":"access-canary-stale","token_type":"bearer"}"#;
    endpoint.state().always = Answer::Say(200, "", stale);
    run(&["run", "--once"]);
    run(&["check"]);
    assert!(all.contains("sent 1") && all.contains("refuses the login"), "{all}");
    let found: Vec<_> = all.lines().filter(|line| line.contains("canary")).collect();
    let ours: Vec<_> = found.iter().filter(|line| !line.contains("refresh-canary-9")).collect();
    assert!(ours.is_empty(), "{ours:#?}");
    for n in 0..20 {
        let message = format!("user={SUPPORT}\x01auth=Bearer access-canary-{n}\x01\x01");
        let message = data_encoding::BASE64.encode(message.as_bytes());
        assert!(!all.contains(&message));
    }
}
