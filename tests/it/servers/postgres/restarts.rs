//! The server is restarted while mail comes.

use super::{Stage, assert_told};
use crate::support::desk::wait_until;
use crate::support::postgres::{Mode, Postgres};

/// The server goes in the midst of work and comes back at once; mail comes all the while.
#[track_caller]
fn check(outages: usize, stop: impl Fn(&Stage, &Postgres)) {
    let stage = Stage::up(&[]);
    let daemon = stage.daemon();
    stage.deliver_during(0..20, || {
        wait_until("work is going on", || stage.decided() > 2);
        stop(&stage, stage.server());
        stage.server().start();
    });
    stage.wait_for(0..20);
    assert_told(&daemon, 0..=outages);
    stage.end(daemon, 0..20);
}

#[test]
fn flt_20_a_fast_restart_of_the_server_loses_nothing() {
    check(1, |_, server| server.stop(Mode::Fast));
}

#[test]
fn flt_20_an_immediate_restart_of_the_server_loses_nothing() {
    check(1, |_, server| server.stop(Mode::Immediate));
}

#[test]
fn flt_20_a_crash_of_the_server_loses_nothing() {
    check(1, |_, server| server.crash());
}

/// It lets who is connected go on, for as long as that may take, and nobody else in: a loop may find no
/// connection free, before the server goes.
#[test]
fn flt_20_a_smart_restart_of_the_server_loses_nothing() {
    check(2, |stage, server| {
        std::thread::scope(|scope| {
            let stopping = scope.spawn(|| server.stop(Mode::Smart));
            wait_until("nobody else is let in", || server.log().contains("smart shutdown"));
            wait_until("who is in works on", || stage.copies(&(0..20)).iter().all(|one| *one > 0));
            server.stop(Mode::Fast);
            stopping.join().unwrap();
        });
    });
}

#[test]
fn flt_20_many_restarts_in_a_row_lose_nothing() {
    const RESTARTS: usize = 5;
    let stage = Stage::up(&[]);
    let daemon = stage.daemon();
    for restart in 0..RESTARTS {
        stage.deliver_during(10 * restart..10 * restart + 10, || {
            wait_until("work is going on", || stage.decided() > 10 * restart);
            stage.server().stop(Mode::Immediate);
            stage.server().start();
        });
    }
    stage.wait_for(0..50);
    assert_told(&daemon, 0..=RESTARTS);
    stage.end(daemon, 0..50);
}
