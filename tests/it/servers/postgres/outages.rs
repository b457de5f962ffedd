//! The server is not there, or lets nobody in, or nobody write.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{Stage, assert_told};
use crate::support::desk::{Daemon, wait_until};
use crate::support::postgres::{Mode, Postgres, Session};

/// The trouble goes on for a while; it is told of once, and no message is marked meanwhile that is
/// not decided.
#[track_caller]
fn stay(stage: &Stage, daemon: &Daemon, span: Duration, marked: usize) {
    let begun = Instant::now();
    wait_until("it is told", || super::count(&daemon.log(), "ERROR database: ") == 1);
    while begun.elapsed() < span {
        assert_eq!(stage.marked(), marked);
        std::thread::park_timeout(Duration::from_millis(100));
    }
    let log = daemon.log();
    assert_eq!((super::count(&log, "ERROR"), super::count(&log, "WARN")), (1, 0), "{log}");
    assert!(!log.contains("The database is back"), "{log}");
}

/// Starts a server that has to read what it wrote before it lets anybody in, for as long as something
/// is done.
fn start_slowly(server: &Postgres, act: impl FnOnce()) {
    let folder = server.data();
    fs::write(folder.join("standby.signal"), "").unwrap();
    std::thread::scope(|scope| {
        let starting = scope.spawn(|| server.start());
        let pid = || {
            let lines = fs::read_to_string(folder.join("postmaster.pid")).ok()?;
            Pid::from_raw(lines.lines().next()?.parse().ok()?)
        };
        wait_until("it is starting", || server.log().contains("entering standby mode"));
        act();
        assert!(!starting.is_finished());
        fs::write(folder.join("promote"), "").unwrap();
        kill_process(pid().unwrap(), Signal::USR1).unwrap();
        starting.join().unwrap();
    });
}

#[test]
fn flt_21_mail_that_comes_while_the_server_is_down_or_starting_waits_for_it() {
    let stage = Stage::up(&[]);
    let daemon = stage.daemon();
    stage.deliver(0..5);
    stage.wait_for(0..5);
    stage.server().sql("postgres", "alter system set hot_standby = off");
    stage.server().stop(Mode::Fast);
    stage.deliver(5..15);
    stay(&stage, &daemon, Duration::from_secs(5), 5);
    start_slowly(stage.server(), || {
        stage.deliver(15..20);
        stay(&stage, &daemon, Duration::from_secs(5), 5);
    });
    stage.wait_for(0..20);
    assert_told(&daemon, 1..=1);
    stage.end(daemon, 0..20);
}

#[test]
fn flt_21_a_server_that_has_no_connection_left_is_waited_for() {
    // Of these the last three are for superusers.
    let mut stage = Stage::up(&["MAX_CONNECTIONS=12"]);
    let server = stage.server();
    server.sql(
        "tidings",
        "create role tidings login connection limit 20; alter database tidings owner to tidings",
    );
    let url = server.url("tidings");
    let ours = url.replace("postgres://postgres@", "postgres://tidings@");
    stage.desk.config = stage.desk.config.replace(&url, &ours);
    let daemon = stage.daemon();
    stage.deliver(0..5);
    stage.wait_for(0..5);
    let server = stage.server();
    server.sql("tidings", "alter role tidings connection limit 0");
    server.sql("tidings", super::TERMINATE);
    let taken: Vec<Session> = (0..9)
        .map(|_| {
            let mut session = server.psql("tidings");
            session.run("select 1");
            session
        })
        .collect();
    server.sql("tidings", "alter role tidings connection limit 20");
    stage.deliver(5..10);
    let refused = "remaining connection slots are reserved";
    wait_until("we are refused", || stage.server().log().contains(refused));
    // If no loop was at work when its session ended, the first to tell is one that has waited.
    stay(&stage, &daemon, Duration::from_secs(3), 5);
    drop(taken);
    stage.wait_for(0..10);
    assert_told(&daemon, 1..=1);
    stage.end(daemon, 0..10);
}

#[test]
fn flt_21_a_server_on_which_nobody_may_write_is_waited_for() {
    let stage = Stage::up(&[]);
    let daemon = stage.daemon();
    stage.deliver(0..5);
    stage.wait_for(0..5);
    stage.server().set("default_transaction_read_only", "on");
    stage.deliver(5..10);
    stay(&stage, &daemon, Duration::from_secs(2), 5);
    stage.server().set("default_transaction_read_only", "off");
    stage.wait_for(0..10);
    assert_told(&daemon, 1..=1);
    stage.end(daemon, 0..10);
}
