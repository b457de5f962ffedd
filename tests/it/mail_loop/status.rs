//! Who works on a desk and how it goes, as a monitoring probe sees it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{CARLA, Stand};
use crate::support::desk::{Daemon, Desk, SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::sink::Sink;

/// The exit code and what it says of the one desk.
#[track_caller]
fn status(desk: &Desk) -> (Option<i32>, Value) {
    let ran = desk.run(&["status", "--json"]);
    assert_eq!(ran.stdout.lines().count(), 1, "{}{}", ran.stdout, ran.stderr);
    (ran.code, serde_json::from_str(&ran.stdout).unwrap())
}

/// What people are told, which makes a probe fail.
#[track_caller]
fn wrong(desk: &Desk) -> String {
    let ran = desk.run(&["status"]);
    assert_eq!(ran.code, Some(75), "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// Starts the daemon; it has read its configuration, which each command writes again.
fn start(desk: &Desk) -> Daemon {
    let daemon = desk.start();
    wait_until("it is at work", || daemon.log().contains("at work"));
    daemon
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_desk_at_work_is_well_until_nobody_works_on_it() {
    let stand = Stand::new();
    stand.desk.ok(&["db", "migrate"]);
    let said = wrong(&stand.desk);
    assert!(said.contains("nobody works on it; start the daemon: `tidings run`"), "{said}");
    assert!(said.contains("INBOX was never looked through"), "{said}");

    let daemon = start(&stand.desk);
    wait_until("the first contact", || status(&stand.desk).0 == Some(0));
    stand.deliver(&Letter::new(CARLA, "Help"));
    wait_until("the acknowledgement", || stand.sink.taken().len() == 1);
    wait_until("its outcome is written", || status(&stand.desk).1["outbox"]["due"] == 0);
    let (code, one) = status(&stand.desk);
    assert_eq!((code, &one["ok"]), (Some(0), &Value::Bool(true)), "{one:#}");
    let expected = [
        "desk",
        "holder",
        "held",
        "last_error",
        "last_look",
        "mailboxes",
        "ok",
        "oldest_unprocessed",
        "outbox",
        "position",
    ];
    assert_eq!(keys(&one), BTreeSet::from(expected));
    assert_eq!(keys(&one["holder"]), BTreeSet::from(["name", "since", "until"]));
    assert_eq!(keys(&one["outbox"]), BTreeSet::from(["dead", "due", "held", "oldest"]));
    assert_eq!(keys(&one["mailboxes"][0]), BTreeSet::from(["folder", "last_look", "position"]));
    assert_eq!((&one["desk"], &one["position"]), (&"support".into(), &1.into()), "{one:#}");
    assert_eq!(one["mailboxes"][0]["folder"], "INBOX");
    assert_eq!(one["mailboxes"][0]["last_look"], one["last_look"]);
    for absent in ["oldest_unprocessed", "last_error"] {
        assert_eq!(one[absent], Value::Null, "{one:#}");
    }
    for time in [&one["last_look"], &one["holder"]["since"], &one["holder"]["until"]] {
        assert!(time.as_str().unwrap().ends_with('Z'), "{one:#}");
    }
    let said = stand.desk.ok(&["status"]);
    let name = one["holder"]["name"].as_str().unwrap();
    assert!(said.contains(name) && said.contains(" s ago") && said.contains("ok"), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");

    // Killed: its lease runs out by itself.
    drop(daemon);
    assert_eq!(status(&stand.desk).1["holder"]["name"], name);
    stand.desk.sql("update lease set until_us = 1");
    let (code, one) = status(&stand.desk);
    assert_eq!((code, &one["ok"]), (Some(75), &Value::Bool(false)), "{one:#}");
    assert_eq!(one["holder"], Value::Null);
    let said = wrong(&stand.desk);
    assert!(said.contains(&format!("nobody works on it: {name} did not renew")), "{said}");
}

#[test]
fn a_stop_in_order_leaves_a_desk_that_nobody_works_on() {
    let stand = Stand::met();
    let said = wrong(&stand.desk);
    assert!(said.contains("nobody works on it; start the daemon: `tidings run`"), "{said}");
    // A daemon with another configuration works on a desk that is not in this one.
    let far = 4_000_000_000_000_000_i64;
    stand.desk.sql(&format!("update lease set desk = 'sales', until_us = {far}"));
    let said = wrong(&stand.desk);
    assert!(said.contains("sales: is not in this configuration"), "{said}");
}

#[test]
fn a_server_that_is_away_is_told_and_its_notices_count() {
    let Stand { world, sink, desk } = Stand::met();
    let port = sink.port;
    drop(sink);
    let daemon = start(&desk);
    world.deliver(SUPPORT, &Letter::new(CARLA, "Help").bytes());
    wait_until("its trouble is told", || !status(&desk).1["last_error"].is_null());
    let (code, one) = status(&desk);
    assert!(one["last_error"].as_str().unwrap().starts_with("Cannot submit: "), "{one:#}");
    assert_eq!(one["outbox"]["due"], 1, "{one:#}");
    assert!(one["outbox"]["oldest"].is_string(), "{one:#}");
    // It is told, and no fault of the desk's before it lasts.
    assert_eq!(code, Some(0), "{one:#}");
    assert!(desk.ok(&["status"]).contains("support: Cannot submit: "));
    desk.sql("update outbox set due_us = 1");
    let said = wrong(&desk);
    assert!(said.contains("support: a notice has been due for"), "{said}");

    let sink = Sink::start_at(port, &[]);
    wait_until("it is back", || status(&desk).1["last_error"].is_null());
    wait_until("the acknowledgement", || sink.taken().len() == 1);
    wait_until("all is well", || status(&desk).0 == Some(0));
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_folder_that_cannot_be_read_is_told_even_after_one_run() {
    let stand = Stand::met();
    stand.desk.write_secret("password", "wrong\n", 0o600);
    assert_eq!(stand.desk.run(&["run", "--once"]).code, Some(75));
    let (_, one) = status(&stand.desk);
    assert!(one["last_error"].as_str().unwrap().starts_with("Cannot read INBOX: "), "{one:#}");
    stand.desk.sql("delete from trouble");
    let daemon = start(&stand.desk);
    wait_until("its trouble is told", || !status(&stand.desk).1["last_error"].is_null());
    assert_eq!(daemon.stop(), Some(0));
}
