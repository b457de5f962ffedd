//! Others hold what the daemon wants, or end its sessions.

use std::time::{Duration, Instant};

use super::{Stage, TERMINATE, assert_told};
use crate::support::desk::wait_until;

/// Longer than a lock is waited for.
const HELD: Duration = Duration::from_secs(8);

const WAITS: &str = "
select exists (select 1 from pg_stat_activity
                where application_name = 'tidings' and wait_event_type = 'Lock')";

#[test]
fn flt_23_mail_that_comes_while_a_table_is_locked_is_decided_in_its_order() {
    let stage = Stage::up(&[]);
    let daemon = stage.daemon();
    let mut session = stage.server().psql("tidings");
    session.run("begin; lock table inbound in access exclusive mode");
    let begun = Instant::now();
    stage.deliver(0..20);
    while begun.elapsed() < HELD {
        assert_eq!(stage.marked(), 0);
        std::thread::park_timeout(Duration::from_millis(100));
    }
    session.run("commit");
    stage.wait_for(0..20);
    assert_told(&daemon, 1..=1);
    let log = daemon.log();
    assert!(log.contains("lock timeout"), "{log}");
    stage.end(daemon, 0..20);
}

/// The daemon reads its lease and wants a mailbox; somebody else has that and wants the lease.
#[test]
fn flt_23_a_deadlock_is_the_database_s_trouble_and_no_message_s() {
    let stage = Stage::up(&[]);
    let daemon = stage.daemon();
    let server = stage.server();
    server.set("deadlock_timeout", "2s");
    let mut session = server.psql("tidings");
    session.run("set deadlock_timeout = '1h'; begin; update mailbox set looked_us = looked_us");
    stage.deliver(0..10);
    server.wait_until("tidings", WAITS);
    session.send("select fence from lease for update");
    wait_until("there is a deadlock", || server.log().contains("deadlock detected"));
    session.answer().unwrap();
    session.run("commit");
    stage.wait_for(0..10);
    assert_told(&daemon, 1..=1);
    stage.end(daemon, 0..10);
}

#[test]
fn flt_23_sessions_that_somebody_ends_and_statements_that_somebody_cancels_lose_nothing() {
    const TIMES: usize = 10;
    let cancel = TERMINATE.replace("terminate", "cancel");
    let stage = Stage::up(&[]);
    let daemon = stage.daemon();
    let mut session = stage.server().psql("tidings");
    let mut hit = 0;
    for time in 0..TIMES {
        let statement = if time % 2 == 0 { TERMINATE } else { &cancel };
        stage.deliver_during(5 * time..5 * time + 5, || {
            for _ in 0..10 {
                hit += session.run(statement).lines().count();
            }
        });
    }
    assert!(hit > 0);
    stage.wait_for(0..5 * TIMES);
    assert_told(&daemon, 0..=TIMES);
    stage.end(daemon, 0..5 * TIMES);
}
