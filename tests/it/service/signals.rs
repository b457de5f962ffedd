//! The first signal stops in order, the second at once.

use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;

use super::{Host, signal};
use crate::support::desk::{SUPPORT, wait_until};

/// A daemon with a notice in hand at a server that takes this long to answer.
#[track_caller]
fn submitting(seconds: &str) -> (Host, crate::support::desk::Daemon) {
    let host = Host::new(&["-w", seconds]);
    let daemon = host.start();
    host.deliver(SUPPORT, "one");
    wait_until("the notice is claimed", || {
        host.sql("select count(*) from outbox where state = 'claimed'") == "1"
    });
    (host, daemon)
}

#[test]
fn sigterm_waits_for_a_notice_that_is_being_submitted() {
    let (host, mut daemon) = submitting("2");
    signal(&daemon, Signal::TERM);
    assert_eq!(daemon.child.wait().unwrap().code(), Some(0));
    assert_eq!(host.sink.taken().len(), 1);
    assert_eq!(host.sql("select state from outbox"), "sent");
    assert_eq!(host.sql("select until_us from lease"), "0");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for second in [Signal::TERM, Signal::INT] {
        let (host, mut daemon) = submitting("20");
        signal(&daemon, Signal::TERM);
        wait_until("it stops", || host.manager.count("STOPPING=1") == 1);
        signal(&daemon, second);
        let status = daemon.child.wait().unwrap();
        assert_eq!(status.signal(), Some(Signal::ABORT.as_raw()), "{status}");
        assert_eq!(host.sql("select state from outbox"), "claimed");
    }
}
