//! What the manager is told from start to stop.

use rustix::process::Signal;

use super::{Host, signal};
use crate::support::desk::wait_until;
use crate::support::world::Service;

#[test]
fn it_is_ready_works_and_stops() {
    let host = Host::new(&[]);
    let mut daemon = host.start();
    wait_until("the desk is taken", || host.manager.status() == "works on support");
    host.is_answered("one");
    signal(&daemon, Signal::TERM);
    assert_eq!(daemon.child.wait().unwrap().code(), Some(0));
    assert_eq!(host.manager.states(), ["READY=1", "STOPPING=1"]);
    assert_eq!(host.manager.status(), "finishes the work in hand");
}

#[test]
fn a_mail_server_that_is_away_keeps_nobody_from_being_ready() {
    let host = Host::new(&[]);
    host.world.stop(Service::Dovecot);
    let daemon = host.start();
    wait_until("the trouble is told", || {
        let status = host.manager.status();
        status.starts_with("support: Cannot read INBOX: cannot reach localhost:")
            && status.ends_with("; works on support")
    });
    host.world.start(Service::Dovecot);
    wait_until("its end is told", || host.manager.status() == "works on support");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_database_that_is_refused_is_never_ready() {
    let mut host = Host::new(&[]);
    host.desk.config = host.desk.config.replace("instance = \"desk", "instance = \"help");
    let ran = host.desk.run(&["run"]);
    assert_eq!(ran.code, Some(78), "{}", ran.stderr);
    assert_eq!(host.manager.heard(), [] as [String; 0]);
}
