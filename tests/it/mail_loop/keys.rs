//! Another key, and what the former one made.

use std::fs;

use super::{CARLA, Stand, verdicts};
use crate::support::desk::wait_until;
use crate::support::letter::Letter;

const HOME: &str = "carla@home.example";

/// Where the instance's key is: on a server's database the operator's, else made by the program.
fn key_file(stand: &Stand) -> &'static str {
    if stand.desk.postgres.is_some() { "key" } else { "state/key" }
}

fn rotate(stand: &Stand) {
    if stand.desk.postgres.is_some() {
        let former = "ab".repeat(32);
        stand.desk.write_secret("key", &format!("{}\n{former}\n", "cd".repeat(32)), 0o600);
    } else {
        let said = stand.desk.ok(&["key", "rotate"]);
        assert!(said.contains("a new key makes our names"), "{said}");
    }
}

#[test]
fn thr_43_what_a_former_key_made_counts_while_it_is_kept() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let before = stand.only_mail().header("Message-ID");
    let file = stand.desk.path(key_file(&stand));
    let first = fs::read_to_string(&file).unwrap();

    rotate(&stand);
    let keys = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = keys.lines().collect();
    assert_eq!((lines.len(), lines[1]), (2, first.trim()));
    stand.deliver(&Letter::new(HOME, "From home").answers(&before));
    stand.once();
    stand.expect(&[("follow_up", 1), ("opened", 1)], 1);
    let said = stand.desk.run(&["check", "--offline"]).stdout;
    if stand.desk.postgres.is_none() {
        assert!(said.contains("makes our names since"), "{said}");
        assert!(said.contains("they count until"), "{said}");
    }

    // The next mail is the new key's.
    let number = stand.only_ticket().to_string();
    stand.desk.tell(&["ticket", "reply", &number], "Use water.\n");
    stand.once();
    let taken = stand.sink.taken();
    let after = taken.iter().find(|mail| mail.message.contains("Use water.")).unwrap();
    let after = after.header("Message-ID");

    // Without the former key only its parties come to the ticket by what it made.
    fs::write(&file, format!("{}\n", lines[0])).unwrap();
    stand.deliver(&Letter::new(HOME, "From home again").answers(&before));
    stand.deliver(&Letter::new(CARLA, "From work").answers(&before));
    stand.deliver(&Letter::new(HOME, "And again").answers(&after));
    stand.once();
    assert_eq!(verdicts(&stand), ["opened", "follow_up", "opened", "follow_up", "follow_up"]);

    // The former one alone is another key.
    fs::write(&file, &first).unwrap();
    let ran = stand.desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(78), "{}", ran.stderr);
    assert!(ran.stderr.contains("another key"), "{}", ran.stderr);
}

#[test]
fn a_key_is_not_changed_under_a_daemon() {
    let stand = Stand::met();
    if stand.desk.postgres.is_some() {
        let ran = stand.desk.run(&["key", "rotate"]);
        assert_eq!(ran.code, Some(78), "{}", ran.stderr);
        assert!(ran.stderr.contains("openssl rand -hex 32"), "{}", ran.stderr);
        return;
    }
    let file = stand.desk.path("state/key");
    let before = fs::read_to_string(&file).unwrap();
    let daemon = stand.desk.start();
    wait_until("it is at work", || daemon.log().contains("at work"));
    let ran = stand.desk.run(&["key", "rotate"]);
    assert_eq!(ran.code, Some(75), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    assert_eq!(daemon.stop(), Some(0));
    for lines in 2..=5 {
        stand.desk.ok(&["key", "rotate"]);
        let keys = fs::read_to_string(&file).unwrap();
        assert_eq!(keys.lines().count(), lines.min(4));
        assert_eq!(keys.contains(before.trim()), lines <= 4);
    }
    stand.once();
}
