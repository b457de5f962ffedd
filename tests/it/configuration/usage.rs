//! Exit codes of what is typed wrongly or is not there (sysexits).

use super::{GOOD, changed, output};
use crate::support::desk::Desk;

#[track_caller]
fn exits(desk: &Desk, arguments: &[&str], code: i32, says: &str) {
    let ran = desk.run(arguments);
    assert_eq!(ran.code, Some(code), "{arguments:?}: {}", output(&ran));
    assert!(output(&ran).contains(says), "{arguments:?}: {says:?} is not in {}", output(&ran));
}

#[test]
fn what_is_typed_wrongly_exits_with_64() {
    let desk = Desk::with_config(GOOD);
    exits(&desk, &[], 64, "Usage");
    exits(&desk, &["frobnicate"], 64, "unrecognized subcommand");
    exits(&desk, &["run", "--twice"], 64, "unexpected argument");
    exits(&desk, &["ticket", "show"], 64, "required");
    exits(&desk, &["ticket", "show", "EX-1"], 64, "invalid value");
    exits(&desk, &["ticket", "show", "0"], 64, "not a ticket number");
    exits(&desk, &["ticket", "list", "--status", "lost"], 64, "not a status");
    exits(&desk, &["ingest", "--desk", "other", "-"], 64, "there is no desk");
    exits(&desk, &["--help"], 0, "Usage");
    exits(&desk, &["--version"], 0, "tidings");
}

#[test]
fn what_is_not_there_exits_with_66() {
    let desk = Desk::with_config(GOOD);
    exits(&desk, &["status"], 66, "the first `tidings run` makes it");
    exits(&desk, &["ingest", "/nowhere.eml"], 66, "/nowhere.eml");
    exits(&desk, &["explain", "/nowhere.eml"], 66, "/nowhere.eml");
    exits(&desk, &["account", "import", "/nowhere.toml"], 66, "/nowhere.toml");
    exits(&desk, &["ticket", "show", "4711"], 66, "no ticket 4711");
    exits(&desk, &["inbound", "show", "4711"], 66, "no inbound 4711");
    exits(&desk, &["outbox", "show", "4711"], 66, "no outbox 4711");
}

#[test]
fn what_is_not_reached_exits_with_69() {
    let line = "database = \"postgres://tidings@/tidings?host=/nowhere\"\nkey_file = \"key\"\n";
    let desk = changed("state_dir = \"state\"\n", &format!("state_dir = \"state\"\n{line}"));
    exits(&desk, &["status"], 69, "cannot use database");
}

#[test]
fn a_configuration_that_is_not_there_exits_with_78_and_is_named() {
    let desk = Desk::with_config(GOOD);
    exits(&desk, &["--config", "/nowhere.toml", "run"], 64, "");
    let mut desk = changed("state", "state");
    desk.config = String::new();
    exits(&desk, &["run"], 78, "tidings.toml");
}

#[test]
fn a_server_that_cannot_be_reached_exits_once_with_75() {
    let desk = Desk::with_config(GOOD);
    exits(&desk, &["run", "--once"], 75, "cannot reach 127.0.0.1:1");
}

#[test]
fn a_second_daemon_exits_with_75() {
    let desk = Desk::with_config(GOOD);
    let daemon = desk.start();
    crate::support::desk::wait_until("it works", || daemon.log().contains("at work"));
    exits(&desk, &["run", "--once"], 75, "another tidings works with");
}

#[test]
fn completions_and_the_manual_need_no_configuration() {
    let desk = Desk::with_config("nonsense");
    for shell in ["bash", "zsh", "fish"] {
        exits(&desk, &["completions", shell], 0, "log-format");
    }
    exits(&desk, &["man"], 0, ".TH tidings 8");
    exits(&desk, &["completions", "cobol"], 64, "possible values");
}
