//! A refused login rests for minutes, says so, and stops nobody else.

use super::{
    QUICK, SALES, count, request, to_sales, two_desks, wait_for_acknowledgements,
    wait_for_first_looks, with_login,
};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::name_server::NameServer;
use crate::support::relay::{Relay, Way};
use crate::support::sink::Sink;
use crate::support::world::World;

/// The rest that a log line speaks of, in seconds.
fn rest(log: &str, what: &str) -> u64 {
    let line = log.lines().find(|line| line.contains(what)).unwrap();
    let (_, rest) = line.split_once("rest_s=").unwrap();
    rest.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn flt_36_a_refused_imap_login_rests_five_minutes_and_stops_one_desk_only() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAPS"));
    let desk = two_desks(&world, &sink, relay.port, sink.port);
    desk.write_secret("password", "pw-canary\n", 0o600);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    wait_until("the refusal is logged", || count(&daemon.log(), "refuses the login") > 0);
    world.deliver_many(SUPPORT, (0..3).map(request));
    world.deliver_many(SALES, (3..6).map(to_sales));
    wait_for_acknowledgements(&sink, 3..6);
    let log = daemon.log();
    assert_eq!(count(&log, "refuses the login"), 1, "{log}");
    assert!(rest(&log, "refuses the login") >= 300, "{log}");
    assert!(!log.contains("pw-canary"), "{log}");
    assert_eq!(relay.accepted(), 1);
    assert_eq!(daemon.stop(), Some(0));

    // A corrected file is read at the next start, and nothing was lost meanwhile.
    desk.write_secret("password", "pw-support\n", 0o600);
    desk.ok(&["run", "--once"]);
    desk.ok(&["run", "--once"]);
    world.deliver_many(SUPPORT, (6..7).map(request));
    desk.ok(&["run", "--once"]);
    wait_for_acknowledgements(&sink, 6..7);
}

#[test]
fn flt_36_a_login_refused_after_an_outage_is_told_apart() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAPS"));
    let desk = two_desks(&world, &sink, relay.port, sink.port);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 2);
    relay.set(Way::Cut);
    wait_until("the outage is logged", || count(&daemon.log(), "Cannot read INBOX") == 1);
    let before = relay.accepted();
    wait_until("there were several tries", || relay.accepted() >= before + 2);
    desk.write_secret("password", "pw-canary\n", 0o600);
    relay.set(Way::Open);
    wait_until("the refusal is logged", || count(&daemon.log(), "refuses the login") == 1);
    let log = daemon.log();
    let rest = rest(&log, "refuses the login");
    assert!((300..600).contains(&rest), "{log}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn flt_36_a_refused_smtp_login_rests_five_minutes_and_charges_no_notice() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let (world, sink) = (World::up(&["MAIL_FSYNC=never"]), Sink::start(&[]));
    let (relay, name_server) = (Relay::to(world.port("SUBMISSIONS")), NameServer::of(&[]));
    let mut desk = with_login(&world, &sink, relay.port);
    desk.ask(name_server.address);
    desk.write_secret("smtp-password", "pw-canary\n", 0o600);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    let from = |address: &str| format!("From: {address}\r\nSubject: Help\r\n\r\n").into_bytes();
    world.deliver_many(SUPPORT, ["carla@paid.example", "carl@paid.example"].map(from));
    wait_until("the refusal is logged", || count(&daemon.log(), "Cannot submit") > 0);
    let log = daemon.log();
    assert!(rest(&log, "Cannot submit") >= 300, "{log}");
    assert!(log.contains("login refused"), "{log}");
    assert!(!log.contains("canary"), "{log}");
    wait_until("both wait", || desk.outbox().iter().filter(|n| n["state"] == "due").count() == 2);
    assert!(desk.outbox().iter().all(|notice| notice["attempts"] == 0));
    assert_eq!(daemon.stop(), Some(0));
    let once = desk.run(&["run", "--once"]);
    assert_eq!(once.code, Some(75), "{}{}", once.stdout, once.stderr);

    let check = desk.run(&["check"]);
    assert_eq!(check.code, Some(78), "{}", check.stdout);
    assert!(check.stdout.contains("login refused: 535"), "{}", check.stdout);

    desk.write_secret("smtp-password", "pw-support\n", 0o600);
    desk.ok(&["check"]);
    desk.ok(&["run", "--once"]);
    let outbox = desk.outbox();
    assert!(outbox.iter().all(|notice| notice["state"] == "sent"), "{outbox:?}");
}

#[test]
fn flt_36_another_password_is_tried_without_waiting_for_the_rest() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let (world, sink) = (World::up(&["MAIL_FSYNC=never"]), Sink::start(&[]));
    let desk = with_login(&world, &sink, world.port("SUBMISSIONS"));
    desk.write_secret("smtp-password", "pw-canary\n", 0o600);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    world.deliver(SUPPORT, b"From: carla@paid.example\r\nSubject: Help\r\n\r\n");
    wait_until("the refusal is logged", || count(&daemon.log(), "Cannot submit") > 0);
    assert!(rest(&daemon.log(), "Cannot submit") >= 300, "{}", daemon.log());
    desk.write_secret("smtp-password", "pw-support\n", 0o600);
    wait_until("the server is back", || count(&daemon.log(), "submission server is back") == 1);
    wait_until("it is sent", || desk.outbox().iter().all(|notice| notice["state"] == "sent"));
    assert_eq!(daemon.stop(), Some(0));
}
