//! A submission server that is gone, refuses, or drops connections.

use std::time::Instant;

use serde_json::Value;

use super::{
    QUICK, count, request, requester, wait_for_acknowledgements, wait_for_first_looks, with_login,
    with_ports,
};
use crate::support::desk::{Daemon, Desk, SUPPORT, wait_until};
use crate::support::relay::{Relay, Way};
use crate::support::sink::Sink;
use crate::support::world::World;

/// The notice to this requester.
#[track_caller]
fn notice_to(desk: &Desk, address: &str) -> Value {
    let found = desk.outbox().into_iter().find(|notice| notice["to"] == address);
    found.unwrap_or_else(|| panic!("no notice to {address}: {:?}", desk.outbox()))
}

fn in_state(desk: &Desk, state: &str) -> usize {
    desk.outbox().iter().filter(|notice| notice["state"] == state).count()
}

fn untried(desk: &Desk) -> bool {
    desk.outbox().iter().all(|notice| notice["attempts"] == 0)
}

/// A desk whose notices go through a relay, with this many connections, at work.
fn through(relay: &Relay, world: &World, sink: &Sink, connections: u32) -> (Desk, Daemon) {
    let mut desk = Desk::new(world, sink);
    desk.config = with_ports(&desk.config, world, sink, world.port("IMAPS"), relay.port);
    desk.config = desk
        .config
        .replace("[desk.smtp]\n", &format!("[desk.smtp]\nconnections = {connections}\n"));
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    (desk, daemon)
}

#[test]
fn flt_50_a_server_that_is_gone_is_nobodys_fault_and_gets_all_when_it_is_back() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    let port = sink.port;
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    drop(sink);
    world.deliver_many(SUPPORT, (0..100).map(request));
    wait_until("the fault is logged", || count(&daemon.log(), "Cannot submit") > 0);
    wait_until("all wait", || in_state(&desk, "due") == 100);
    assert!(untried(&desk));
    let sink = Sink::start_at(port, &[]);
    let begun = Instant::now();
    wait_for_acknowledgements(&sink, 0..100);
    assert!(begun.elapsed().as_secs() < 60);
    let log = daemon.log();
    assert_eq!(count(&log, "Cannot submit"), 1, "{log}");
    assert_eq!(count(&log, "The submission server is back"), 1, "{log}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn flt_50_a_deferred_notice_waits_a_minute() {
    let (world, sink) = (World::up(QUICK), Sink::start(&["-r", "RCPT"]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    world.deliver_many(SUPPORT, (0..2).map(request));
    desk.ok(&["run", "--once"]);
    for n in 0..2 {
        let notice = notice_to(&desk, &requester(n));
        assert_eq!((&notice["state"], &notice["attempts"]), (&"due".into(), &1.into()), "{notice}");
        assert!(notice["reply"].as_str().unwrap().starts_with("450 "), "{notice}");
    }
    // It is not tried again before its time.
    desk.ok(&["run", "--once"]);
    assert_eq!(notice_to(&desk, &requester(0))["attempts"], 1);
    assert!(sink.taken().is_empty());
}

#[test]
fn flt_51_a_refused_notice_is_dead_and_its_ticket_says_so() {
    let (world, sink) = (World::up(QUICK), Sink::start(&["-f", "RCPT"]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    world.deliver(SUPPORT, &request(0));
    let ran = desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(count(&ran.stderr, "is dead: 500 5.3.0"), 1, "{}", ran.stderr);
    let notice = notice_to(&desk, &requester(0));
    assert_eq!(notice["state"], "dead", "{notice}");
    let number = desk.tickets()[0]["number"].to_string();
    let ticket = desk.json(&["ticket", "show", &number, "--json"]).remove(0);
    let events = ticket["events"].to_string();
    assert!(events.contains("undeliverable") && events.contains("500 5.3.0"), "{events}");
    desk.ok(&["run", "--once"]);
    assert_eq!(in_state(&desk, "dead"), 1);
}

#[test]
fn flt_57_one_recipient_deferred_and_one_refused_and_the_others_go_out() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let refusing = tempfile::NamedTempFile::new().unwrap();
    let map = "inline:{ {olaf@other.example = 450 4.2.1 later}, {new@other.example = 550 5.1.1 \
               never} }";
    std::fs::write(
        refusing.path(),
        format!("smtpd_delay_reject = yes\nsmtpd_recipient_restrictions = check_recipient_access {map}, permit_sasl_authenticated, reject\n"),
    )
    .unwrap();
    let include = format!("POSTFIX_INCLUDE={}", refusing.path().display());
    let (world, sink) = (World::up(&["MAIL_FSYNC=never", &include]), Sink::start(&[]));
    let desk = with_login(&world, &sink, world.port("SUBMISSIONS"));
    desk.write_secret("smtp-password", "pw-support\n", 0o600);
    desk.ok(&["run", "--once"]);
    let requesters =
        ["olaf@other.example", "new@other.example", "carla@paid.example", "carl@paid.example"];
    for from in requesters {
        let message = format!("From: {from}\r\nTo: {SUPPORT}\r\nSubject: Help\r\n\r\n{from}\r\n");
        world.deliver(SUPPORT, message.as_bytes());
    }
    desk.ok(&["run", "--once"]);
    let found = requesters.map(|to| {
        let notice = notice_to(&desk, to);
        (notice["state"].as_str().unwrap().to_owned(), notice["attempts"].as_i64().unwrap())
    });
    let expected = [("due", 1), ("dead", 0), ("sent", 0), ("sent", 0)];
    assert_eq!(found, expected.map(|(state, attempts)| (state.to_owned(), attempts)));
    for to in requesters.iter().skip(2) {
        world.wait_for_count(to, "INBOX", 1);
    }
}

#[test]
fn flt_53_a_server_that_closes_with_421_is_nobodys_fault() {
    let (world, sink) = (World::up(QUICK), Sink::start(&["-Q", "RCPT"]));
    let desk = Desk::new(&world, &sink);
    let port = sink.port;
    desk.ok(&["run", "--once"]);
    world.deliver_many(SUPPORT, (0..3).map(request));
    assert_eq!(desk.run(&["run", "--once"]).code, Some(75));
    assert_eq!(in_state(&desk, "due"), 3);
    assert!(untried(&desk));
    drop(sink);
    let sink = Sink::start_at(port, &[]);
    desk.ok(&["run", "--once"]);
    wait_for_acknowledgements(&sink, 0..3);
}

#[test]
fn flt_52_a_notice_that_loses_the_connection_is_charged_and_the_others_go_out() {
    for connections in [1, 2] {
        let (world, sink) = (World::up(QUICK), Sink::start(&[]));
        let relay = Relay::to(sink.port);
        let (desk, daemon) = through(&relay, &world, &sink, connections);
        relay.set(Way::CutAt("Request 3\r\n"));
        world.deliver_many(SUPPORT, (0..8).map(request));
        wait_for_acknowledgements(&sink, 0..3);
        wait_for_acknowledgements(&sink, 4..8);
        wait_until("it is charged", || notice_to(&desk, &requester(3))["attempts"] == 1);
        let notice = notice_to(&desk, &requester(3));
        assert_eq!(notice["state"], "due", "{notice}");
        assert!(notice["reply"].as_str().unwrap().starts_with("lost at"), "{notice}");
        assert_eq!(count(&daemon.log(), "Cannot submit"), 0, "{}", daemon.log());
    }
}

#[test]
fn flt_52_two_notices_that_lose_connections_do_not_stop_the_others() {
    for connections in [1, 2] {
        let (world, sink) = (World::up(QUICK), Sink::start(&[]));
        let relay = Relay::to(sink.port);
        let (desk, daemon) = through(&relay, &world, &sink, connections);
        // Each connection ends with a poison subject.
        relay.set(Way::CutAt("Request 1\r\n"));
        let poison = |n: usize| {
            let mut bytes = String::from_utf8(request(n)).unwrap();
            if n == 2 {
                bytes = bytes.replace("Subject: Request 2", "Subject: Request 1");
            }
            bytes.into_bytes()
        };
        world.deliver_many(SUPPORT, (0..10).map(poison));
        wait_for_acknowledgements(&sink, 3..10);
        wait_for_acknowledgements(&sink, 0..1);
        assert_eq!(in_state(&desk, "due") + in_state(&desk, "claimed"), 2);
        relay.set(Way::Open);
        assert_eq!(daemon.stop(), Some(0));
        for n in [1, 2] {
            let id = notice_to(&desk, &requester(n))["id"].to_string();
            desk.ok(&["outbox", "retry", &id]);
        }
        desk.ok(&["run", "--once"]);
        wait_for_acknowledgements(&sink, 0..10);
    }
}

#[test]
fn flt_52_a_server_that_loses_every_notice_charges_none_and_gets_all_when_it_is_well() {
    for connections in [1, 2] {
        let (world, sink) = (World::up(QUICK), Sink::start(&[]));
        let relay = Relay::to(sink.port);
        let (desk, daemon) = through(&relay, &world, &sink, connections);
        relay.set(Way::CutAt("Subject:"));
        world.deliver_many(SUPPORT, (0..4).map(request));
        wait_until("the server is blamed", || count(&daemon.log(), "Cannot submit") == 1);
        let before = relay.accepted();
        wait_until("it is tried again", || relay.accepted() >= before + 2);
        relay.set(Way::Open);
        let begun = Instant::now();
        wait_for_acknowledgements(&sink, 0..4);
        assert!(begun.elapsed().as_secs() < 60, "{connections}: {:?}", begun.elapsed());
        wait_until("all are sent", || in_state(&desk, "sent") == 4);
        assert!(untried(&desk), "{connections}: {:?}", desk.outbox());
    }
}

#[test]
fn flt_55_to_a_certificate_of_somebody_else_no_notice_goes() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let mut desk = Desk::new(&world, &sink);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    desk.write_secret("other.pem", &other.cert.pem(), 0o644);
    // Any server with TLS does: it does not come to SMTP.
    desk.config = desk.config.replace(
        &format!("host = \"127.0.0.1\"\nport = {}\ntls = \"plaintext\"", sink.port),
        &format!("host = \"localhost\"\nport = {}\nca_file = \"other.pem\"", world.port("IMAPS")),
    );
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    world.deliver(SUPPORT, &request(0));
    wait_until("the fault is logged", || count(&daemon.log(), "Cannot submit") > 0);
    let log = daemon.log();
    assert!(log.contains("TLS with localhost"), "{log}");
    assert!(log.contains("certificate"), "{log}");
    wait_until("it waits", || in_state(&desk, "due") == 1);
    assert!(untried(&desk));
}
