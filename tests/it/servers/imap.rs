//! A mail server that is cut off, stops, talks nonsense.

use std::time::Instant;

use super::{
    QUICK, SALES, count, now, plaintext, request, to_sales, two_desks, wait_for_acknowledgements,
    wait_for_first_looks, with_ports,
};
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::relay::{Relay, Way};
use crate::support::sink::Sink;
use crate::support::world::{Service, World};

/// The way to the mail server of one desk is spoiled in this manner; the other desk goes on, the
/// log says it once, and when the way is open again the backlog is gone within a minute.
#[track_caller]
fn bears(way: Way, security: fn(&str) -> String, port: &str, says: &str) {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port(port));
    let mut desk = two_desks(&world, &sink, relay.port, sink.port);
    desk.config = security(&desk.config);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 2);

    relay.set(way);
    wait_until("the fault is logged", || count(&daemon.log(), "Cannot read INBOX") > 0);
    let before = relay.accepted();
    world.deliver_many(SUPPORT, (0..20).map(request));
    world.deliver_many(SALES, (20..40).map(to_sales));
    wait_for_acknowledgements(&sink, 20..40);
    wait_until("the server is tried again", || relay.accepted() > before + 1);
    assert_eq!(sink.taken().len(), 20);
    let log = daemon.log();
    assert_eq!(count(&log, "Cannot read INBOX"), 1, "{log}");
    assert!(log.contains(says), "{says:?} is not in:\n{log}");
    assert!(log.bytes().all(|byte| byte == b'\n' || byte >= b' '), "{log:?}");

    relay.set(Way::Open);
    let begun = Instant::now();
    wait_for_acknowledgements(&sink, 0..20);
    assert!(begun.elapsed().as_secs() < 60);
    let log = daemon.log();
    assert_eq!(count(&log, "The mail server is back"), 1, "{log}");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(desk.tickets().len(), 40);
}

#[test]
fn flt_30_a_mail_server_that_is_cut_off_stops_one_desk_only() {
    bears(Way::Cut, str::to_owned, "IMAPS", "desk=\"support\"");
}

#[test]
fn flt_33_a_mail_server_that_talks_nonsense_stops_one_desk_only() {
    bears(Way::Soiled, plaintext, "IMAP", "not IMAP");
}

#[test]
fn flt_33_a_broken_tls_stream_stops_one_desk_only() {
    bears(Way::Soiled, str::to_owned, "IMAPS", "desk=\"support\"");
}

#[test]
fn flt_30_a_connection_cut_at_any_command_loses_and_doubles_nothing() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAP"));
    let mut desk = Desk::new(&world, &sink);
    desk.config = plaintext(&with_ports(&desk.config, &world, &sink, relay.port, sink.port));
    desk.ok(&["run", "--once"]);
    let mut sent = 0;
    for command in ["CAPABILITY", "LOGIN", "SELECT", "UID FETCH", "BODY.PEEK", "UID STORE"] {
        world.deliver_many(SUPPORT, (sent..sent + 3).map(request));
        sent += 3;
        relay.set(Way::CutAt(command));
        let ran = desk.run(&["run", "--once"]);
        assert_eq!(ran.code, Some(75), "{command}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(count(&ran.stderr, "ERROR"), 1, "{command}: {}", ran.stderr);
    }
    // Nobody waits for the answer to LOGOUT.
    relay.set(Way::CutAt("LOGOUT"));
    desk.ok(&["run", "--once"]);
    wait_for_acknowledgements(&sink, 0..sent);
    assert_eq!(desk.tickets().len(), sent);
    assert_eq!(desk.inbound().len(), sent);
    let seen = world.doveadm(&["search", "-u", SUPPORT, "mailbox", "INBOX", "seen"]);
    assert_eq!(seen.lines().count(), sent);
}

#[test]
fn flt_30_a_connection_cut_after_any_number_of_bytes_loses_and_doubles_nothing() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAP"));
    let mut desk = Desk::new(&world, &sink);
    desk.config = plaintext(&with_ports(&desk.config, &world, &sink, relay.port, sink.port));
    desk.ok(&["run", "--once"]);
    world.deliver_many(SUPPORT, (0..10).map(request));
    let mut failed = 0;
    for limit in (1..).map(|n| n * 331) {
        relay.set(Way::CutAfter(limit));
        let ran = desk.run(&["run", "--once"]);
        match ran.code {
            Some(0) => break,
            Some(75) => failed += 1,
            other => panic!("{limit}: {other:?} {}{}", ran.stdout, ran.stderr),
        }
    }
    assert!(failed > 5, "only {failed} runs were cut");
    wait_for_acknowledgements(&sink, 0..10);
    assert_eq!(desk.tickets().len(), 10);
    assert_eq!(desk.inbound().len(), 10);
}

#[test]
fn flt_31_a_crashed_mail_server_is_met_again_when_it_is_back() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    world.deliver_many(SUPPORT, (0..5).map(request));
    wait_for_acknowledgements(&sink, 0..5);
    world.crash(Service::Dovecot);
    wait_until("the fault is logged", || count(&daemon.log(), "Cannot read INBOX") > 0);
    for n in 5..10 {
        world.append(SUPPORT, "INBOX", &request(n), now(&desk));
    }
    world.start(Service::Dovecot);
    wait_for_acknowledgements(&sink, 0..10);
    let log = daemon.log();
    assert_eq!(count(&log, "Cannot read INBOX"), 1, "{log}");
    assert_eq!(count(&log, "The mail server is back"), 1, "{log}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn inv_8_a_server_that_ends_every_session_after_a_good_look_makes_no_storm() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAP"));
    let mut desk = Desk::new(&world, &sink);
    desk.config = plaintext(&with_ports(&desk.config, &world, &sink, relay.port, sink.port));
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    relay.set(Way::CutAt("IDLE"));
    wait_until("the server is tried often", || relay.accepted() >= 5);
    world.deliver_many(SUPPORT, (0..5).map(request));
    wait_for_acknowledgements(&sink, 0..5);
    let log = daemon.log();
    assert!(count(&log, "Cannot read INBOX") <= 2, "{log}");
    assert!(count(&log, "The mail server is back") <= 2, "{log}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn flt_30_a_copy_that_breaks_sessions_is_given_up_and_mail_is_read_meanwhile() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAP"));
    let mut desk = Desk::new(&world, &sink);
    desk.config = plaintext(&with_ports(&desk.config, &world, &sink, relay.port, sink.port));
    desk.config = desk.config.replacen("[desk.imap]\n", "[desk.imap]\nsent = \"Answers\"\n", 1);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    world.deliver_many(SUPPORT, (0..1).map(request));
    wait_for_acknowledgements(&sink, 0..1);
    relay.set(Way::CutAt("APPEND"));
    let ticket = desk.tickets()[0]["number"].to_string();
    desk.tell(&["ticket", "reply", &ticket], "Use water.\n");
    wait_until("a session breaks", || count(&daemon.log(), "Cannot read INBOX") > 0);
    world.deliver_many(SUPPORT, (1..4).map(request));
    wait_for_acknowledgements(&sink, 1..4);
    wait_until("it is given up", || count(&daemon.log(), "cannot be filed in Answers") > 0);
    let filed = || desk.outbox().into_iter().filter(|one| one["kind"] == "answer");
    assert!(filed().all(|one| one["filed"] == "impossible"));
    let reason = filed().next().unwrap()["filed_reason"].to_string();
    assert!(reason.contains("3 sessions broke while it was filed"), "{reason}");
    relay.set(Way::Open);
    desk.tell(&["ticket", "reply", &ticket], "Use more water.\n");
    wait_until("the next one is filed", || filed().any(|one| one["filed"] == "done"));
    assert_eq!(world.count(SUPPORT, "Answers"), 1);
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn inv_8_a_folder_that_is_not_there_is_logged_once() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAPS"));
    let mut desk = two_desks(&world, &sink, relay.port, sink.port);
    desk.config =
        desk.config.replacen("poll = \"1s\"", "poll = \"1s\"\nfolders = [\"Tickets\"]", 1);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    wait_until("the folder is tried again", || relay.accepted() >= 3);
    world.deliver_many(SALES, (0..3).map(to_sales));
    wait_for_acknowledgements(&sink, 0..3);
    let log = daemon.log();
    assert_eq!(count(&log, "Cannot read Tickets"), 1, "{log}");
    assert_eq!(count(&log, "cannot open folder"), 1, "{log}");
    assert_eq!(count(&log, "is back"), 0, "{log}");
    world.append(SUPPORT, "Tickets", &request(9), now(&desk));
    wait_until("the folder is met", || count(&daemon.log(), "First look at Tickets") == 1);
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn flt_32_a_mail_server_that_hangs_stops_one_desk_only_and_no_stop() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAPS"));
    let desk = two_desks(&world, &sink, relay.port, sink.port);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 2);
    relay.set(Way::Blocked);
    world.deliver_many(SUPPORT, (0..3).map(request));
    world.deliver_many(SALES, (3..6).map(to_sales));
    wait_for_acknowledgements(&sink, 3..6);
    let begun = Instant::now();
    assert_eq!(daemon.stop(), Some(0));
    assert!(begun.elapsed().as_secs() <= 35, "{:?}", begun.elapsed());
    relay.set(Way::Open);
    desk.ok(&["run", "--once"]);
    wait_for_acknowledgements(&sink, 0..6);
}
