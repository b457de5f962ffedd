//! The watchdog is told that all is well while every loop turns, and not any longer.

use std::process::{Command, Stdio};
#[cfg(feature = "failpoints")]
use std::time::Duration;

use super::Host;
use crate::support::desk::wait_until;
#[cfg(feature = "failpoints")]
use crate::support::desk::{SUPPORT, comes_within};

const WELL: &str = "WATCHDOG=1";

#[test]
fn it_is_told_again_and_again_while_all_is_well() {
    let host = Host::new(&[]);
    // The number of the process is known in the process only.
    let mut daemon = Command::new("/bin/sh")
        .args(["-c", "WATCHDOG_PID=$$ exec \"$0\" --config \"$1\" run"])
        .arg(env!("CARGO_BIN_EXE_tidings"))
        .arg(host.desk.path("tidings.toml"))
        .envs([host.manager.environment()])
        .env("WATCHDOG_USEC", "300000")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("ten times", || host.manager.count(WELL) >= 10);
    host.is_answered("one");
    let before = host.manager.count(WELL);
    wait_until("more", || host.manager.count(WELL) > before);
    daemon.kill().unwrap();
    daemon.wait().unwrap();
}

#[test]
fn it_is_not_told_by_a_process_that_is_not_meant() {
    let mut host = Host::new(&[]);
    let told = [("WATCHDOG_USEC", "300000"), ("WATCHDOG_PID", "1")];
    let told = told.map(|(name, value)| (name.to_owned(), value.to_owned()));
    host.desk.environment.extend(told);
    let daemon = host.start();
    host.is_answered("one");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(host.manager.count(WELL), 0);
}

#[cfg(feature = "failpoints")]
#[test]
fn a_loop_that_hangs_is_named_and_the_watchdog_is_told_no_more() {
    const HANGS: [(&str, &str); 3] = [
        ("listed", "support: receive INBOX"),
        ("parsed", "support: ingest"),
        ("connected", "support: submit, connection 1"),
    ];
    for (point, who) in HANGS {
        let mut host = Host::new(&[]);
        let told = [
            ("WATCHDOG_USEC", "300000".to_owned()),
            ("TIDINGS_FAILPOINT", format!("{point}:1:hang")),
            ("TIDINGS_PATIENCE_MS", "3000".to_owned()),
        ];
        let told = told.map(|(name, value)| (name.to_owned(), value));
        host.desk.environment.extend(told);
        let daemon = host.start();
        wait_until("all is well", || host.manager.count(WELL) >= 3);
        host.deliver(SUPPORT, "one");
        wait_until(&format!("the log names {who}"), || {
            // A daemon waits for a manager that does not listen.
            host.manager.heard();
            // Others may wait behind it for the thread that it holds.
            daemon.log().lines().any(|line| line.contains("Without progress") && line.contains(who))
        });
        let before = host.manager.count(WELL);
        let more = comes_within(Duration::from_secs(1), || host.manager.count(WELL) > before);
        assert!(!more, "{point}: told after all");
    }
}
