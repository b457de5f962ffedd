//! Folders are compared with the database: because a person asks, or as the mail server went back.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde_json::Value;

use super::restore::{MOVES, address, from, next_second};
use super::{CARL, CARLA, OLAF, Stand, long_ago, now};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::world::Service;

#[test]
fn flt_26_a_mail_server_that_went_back_is_read_again() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "one"));
    stand.once();
    let maildir = stand.world.maildir(SUPPORT, "INBOX");
    let saved = stand.desk.path("maildir");
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        let done = std::process::Command::new("cp").arg("-a").args([from, to]).status();
        assert!(done.unwrap().success());
    };
    copy(&maildir, &saved);
    stand.world.deliver_many(SUPPORT, ["two", "three"].map(|n| Letter::new(CARL, n).bytes()));
    stand.once();
    stand.expect(&[("opened", 3)], 3);

    stand.world.stop(Service::Dovecot);
    fs::remove_dir_all(&maildir).unwrap();
    copy(&saved, &maildir);
    stand.world.start(Service::Dovecot);
    next_second();
    stand.deliver(&Letter::new(OLAF, "four"));
    let ran = stand.once_told();
    assert!(ran.stderr.contains("The mail server has gone back"), "{}", ran.stderr);
    stand.expect(&[("opened", 4)], 4);
    stand.deliver(&Letter::new(OLAF, "five"));
    let ran = stand.once_told();
    assert!(!ran.stderr.contains("gone back"), "{}", ran.stderr);
    stand.expect(&[("opened", 5)], 5);
    let origins: BTreeSet<String> =
        stand.desk.inbound().iter().map(|one| one["origin"].to_string()).collect();
    assert_eq!(origins.len(), 3, "{origins:?}");
}

#[test]
fn what_lies_in_the_archive_is_read_on_demand_from_then_on() {
    let stand = Stand::new().imap(&format!("start = \"all\"\n{MOVES}"));
    stand.once();
    stand.deliver(&from("ann"));
    stand.once();
    for (name, arrived) in [("old", long_ago()), ("new", now())] {
        stand.world.append(SUPPORT, "Processed", &from(name).bytes(), arrived);
    }
    stand.once();
    stand.expect(&[("opened", 1)], 1);
    let arguments = ["inbound", "reconcile", "--desk", "support", "--since"];
    let said = stand.desk.ok(&[&arguments[..], &["2026-01-01T00:00:00Z"]].concat());
    assert!(said.contains("at the next look"), "{said}");
    let ran = stand.once_told();
    assert!(
        ran.stderr.contains("Compared 3 messages of support; 1 were not known"),
        "{}",
        ran.stderr
    );
    stand.expect(&[("opened", 2)], 1);
    // All of it, by a daemon at work, twice.
    let daemon = stand.desk.start();
    for times in 1..=2 {
        stand.desk.ok(&["inbound", "reconcile"]);
        let done = || daemon.log().matches("Compared 3 messages of support").count() == times;
        wait_until("it is compared", done);
    }
    wait_until("it is decided", || stand.desk.json(&["inbound", "list", "--json"]).is_empty());
    assert_eq!(daemon.stop(), Some(0));
    stand.expect(&[("opened", 3)], 1);
    let inbound = stand.desk.inbound();
    let marks: Vec<&Value> = inbound.iter().map(|one| &one["mark"]).collect();
    assert_eq!(marks, ["done", "none", "none"]);
    assert_eq!(stand.world.count(SUPPORT, "Processed"), 3);
    assert!(inbound[1]["origin"].as_str().unwrap().starts_with("Processed, UID"), "{inbound:#?}");
}

#[test]
fn what_lay_there_before_the_first_contact_is_never_read() {
    let stand = Stand::new().imap(MOVES);
    let before = now() - Duration::from_mins(1);
    for folder in ["INBOX", "Processed"] {
        stand.world.append(SUPPORT, folder, &from(folder).bytes(), before);
    }
    stand.once();
    stand.desk.ok(&["inbound", "reconcile"]);
    stand.once();
    stand.expect(&[], 0);
    // Three of one instant and one size, two of them the same: the bytes decide.
    let same = |name| Letter::new(&address(name), name);
    let (twin, other, second) = (same("bob"), same("cid"), now());
    stand.world.append(SUPPORT, "Processed", &twin.bytes(), second);
    stand.desk.ok(&["inbound", "reconcile"]);
    stand.once();
    stand.expect(&[("opened", 1)], 0);
    for letter in [&other, &twin] {
        stand.world.append(SUPPORT, "Processed", &letter.bytes(), second);
    }
    for _ in 0..2 {
        stand.desk.ok(&["inbound", "reconcile"]);
        stand.once();
        stand.expect(&[("duplicate", 2), ("opened", 2)], 0);
    }
}
