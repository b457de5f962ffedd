//! A machine's clock is set while the daemon runs; the daemon's alone, by a library before the
//! system's.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{OPERATOR, free_port, get, told, value};
use crate::support::desk::{Desk, wait_until};
use crate::support::letter::Letter;
use crate::support::stand::Stand;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/clock.c");
const CARLA: &str = "carla@paid.example";
const HOUR: i64 = 3_600;
const TEN_YEARS: i64 = 87_660 * HOUR;

/// A clock of its own for what a desk runs.
fn with_clock(desk: &mut Desk) {
    let library = desk.path("clock.so");
    // What the dependencies are built with.
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, Path::new(SOURCE)])
        .status()
        .unwrap();
    assert!(built.success());
    let said = |path: &Path| path.display().to_string();
    desk.environment.push(("LD_PRELOAD".to_owned(), said(&library)));
    desk.environment.push(("WALL_CLOCK".to_owned(), said(&desk.path("ahead"))));
    set(desk, 0);
}

/// So many seconds ahead of the machine's.
fn set(desk: &Desk, ahead: i64) {
    let (written, path) = (desk.path("ahead.new"), desk.path("ahead"));
    std::fs::write(&written, ahead.to_string()).unwrap();
    std::fs::rename(written, path).unwrap();
}

#[test]
fn flt_35_a_clock_that_is_set_is_shown_told_and_cleared_while_mail_goes_on() {
    let mut stand = Stand::new();
    with_clock(&mut stand.desk);
    let port = free_port();
    let lines = format!(
        "\noperator = \"{OPERATOR}\"\noperator_after = \"1s\"\n[status]\ntrouble = \"1s\"\n\
         metrics = \"127.0.0.1:{port}\"\n[[desk]]"
    );
    stand.desk.config = stand.desk.config.replacen("\n[[desk]]", &lines, 1);
    let daemon = stand.desk.start();
    let probe = |code: &str| get(port, "/healthz").is_some_and(|(line, _)| line.contains(code));
    let series = "tidings_wrong{desk=\"support\",cause=\"clock\"}";
    let metric = || get(port, "/metrics").and_then(|(_, text)| value(&text, series));
    let about_clock = || told(&stand.sink).into_iter().filter(|one| one.contains("The clock of"));
    let acknowledged = |subject: &str| {
        let taken = stand.sink.taken();
        taken.iter().filter(|one| one.header("Subject").contains(subject)).count()
    };
    wait_until("all is well", || probe(" 200 "));
    assert_eq!(metric(), Some(0.0));

    for (times, (ahead, how, acknowledgements)) in (1..).zip([
        (HOUR, "forward by 60 min", 1),
        (-HOUR, "back by 60 min", 1),
        // For long old mail nobody is answered.
        (TEN_YEARS, "forward by 3652 d", 0),
    ]) {
        let (during, after) = (format!("During {times}"), format!("After {times}"));
        let how = format!("was set {how}");
        set(&stand.desk, ahead);
        wait_until("it is told", || about_clock().count() == 2 * times - 1);
        assert!(about_clock().any(|one| one.contains(&how)), "{:#?}", told(&stand.sink));
        assert_eq!(metric(), Some(1.0));
        wait_until("a probe fails", || probe(" 503 "));
        let (_, body) = get(port, "/healthz").unwrap();
        assert!(body.contains(&how) && body.contains("`tidings status`"), "{body}");
        let status = stand.desk.run(&["status"]).stdout;
        assert!(status.lines().any(|line| line.contains(&how)), "{status}");
        // Mail goes on.
        stand.deliver(&Letter::new(CARLA, &during));
        wait_until("a ticket is opened", || stand.desk.tickets().len() == 2 * times - 1);
        let sent = || acknowledged(&during) == acknowledgements;
        wait_until("what is due is sent", || sent() && stand.desk.outbox().iter().all(is_sent));

        set(&stand.desk, 0);
        wait_until("its end is told", || about_clock().count() == 2 * times);
        wait_until("all is well again", || probe(" 200 ") && metric() == Some(0.0));
        stand.deliver(&Letter::new(CARLA, &after));
        wait_until("mail is acknowledged again", || acknowledged(&after) == 1);
        assert_eq!(acknowledged(&during), acknowledgements);
    }
    let over = about_clock().filter(|one| one.starts_with("over: ")).count();
    assert_eq!(over, 3, "{:#?}", told(&stand.sink));
    assert_eq!(daemon.stop(), Some(0));
}

fn is_sent(notice: &Value) -> bool {
    notice["state"] == "sent"
}
