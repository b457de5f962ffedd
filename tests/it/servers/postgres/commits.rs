//! The connection is lost at a COMMIT: nobody knows whether it was done, and it is found out.

use super::{Stage, assert_told};
use crate::support::commits::{Commits, Cut};
use crate::support::desk::wait_until;

/// A desk that reaches its server by a relay.
struct Relayed {
    stage: Stage,
    commits: Commits,
    /// The configurations with the relay and without.
    by_relay: String,
    direct: String,
}

impl Relayed {
    fn up() -> Self {
        let stage = Stage::up(&[]);
        let commits = Commits::to(stage.server());
        let direct = stage.desk.config.clone();
        let by_relay = direct.replace(&stage.server().url("tidings"), &commits.url("tidings"));
        assert_ne!(direct, by_relay);
        Self { stage, commits, by_relay, direct }
    }

    fn with_relay(&mut self) -> &Stage {
        self.stage.desk.config.clone_from(&self.by_relay);
        &self.stage
    }

    fn directly(&mut self) -> &Stage {
        self.stage.desk.config.clone_from(&self.direct);
        &self.stage
    }
}

/// Cuts a COMMIT of so many that two messages need on their way, from the first look to their marks.
#[track_caller]
fn check(nths: &[usize], cut: Cut) {
    let mut relayed = Relayed::up();
    let daemon = relayed.with_relay().daemon();
    relayed.directly();
    let mut all = 0..0;
    for nth in nths {
        relayed.commits.cut(*nth, cut);
        relayed.stage.deliver(all.end..all.end + 2);
        all.end += 2;
        wait_until("the connection is cut", || relayed.commits.has_cut());
        relayed.stage.wait_for(all.clone());
    }
    assert_told(&daemon, 1..=nths.len());
    relayed.stage.end(daemon, all);
}

#[test]
fn flt_22_a_commit_whose_answer_is_lost_is_done_once() {
    check(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], Cut::After);
}

#[test]
fn flt_22_a_commit_that_is_lost_is_done_again() {
    check(&[1, 3, 5, 6, 7, 8, 9, 11], Cut::Before);
}

/// After an unclean stop each attempt is counted before it is made, in a transaction of its own.
#[cfg(feature = "failpoints")]
#[test]
fn flt_22_an_attempt_that_the_store_broke_off_is_not_counted() {
    // Among the transactions of a start these are about where attempts are counted.
    const FIRST: usize = 7;
    const STARTS: usize = 5;
    let mut relayed = Relayed::up();
    relayed.directly().desk.ok(&["run", "--once"]);
    for start in 0..STARTS {
        relayed.directly();
        let stage = &mut relayed.stage;
        stage.deliver(2 * start..2 * start + 2);
        stage.desk.environment.push(("TIDINGS_FAILPOINT".to_owned(), "spooled".to_owned()));
        let ran = stage.desk.run(&["run", "--once"]);
        assert!(ran.signal.is_some(), "{:?} {} {}", ran.code, ran.stdout, ran.stderr);
        stage.desk.environment.clear();
        relayed.commits.cut(FIRST + start, Cut::After);
        let daemon = relayed.with_relay().desk.start();
        relayed.stage.wait_for(0..2 * start + 2);
        wait_until("the connection is cut", || relayed.commits.has_cut());
        assert_eq!(daemon.stop(), Some(0));
        relayed.directly().assert_books(0..2 * start + 2, 1);
    }
}

#[test]
fn flt_22_a_command_whose_commit_is_not_answered_says_to_look_first() {
    let mut relayed = Relayed::up();
    let daemon = relayed.directly().daemon();
    relayed.stage.deliver(0..1);
    relayed.stage.wait_for(0..1);
    let articles = |stage: &Stage| stage.desk.ticket(1001)["articles"].as_array().unwrap().len();
    for (nth, (command, cut)) in
        [("reply", Cut::After), ("reply", Cut::Before), ("note", Cut::After), ("note", Cut::Before)]
            .into_iter()
            .enumerate()
    {
        let before = articles(relayed.directly());
        // The first transaction of a process opens the database, the second takes a number.
        relayed.commits.cut(3, cut);
        let desk = &relayed.with_relay().desk;
        let ran =
            desk.run_with_input(&["ticket", command, "1001"], format!("Text {nth}").as_bytes());
        assert_eq!(ran.code, Some(69), "{}", ran.stderr);
        assert!(relayed.commits.has_cut());
        for said in ["COMMIT was not answered", "look at `tidings ticket show 1001` before"] {
            assert!(ran.stderr.contains(said), "{}", ran.stderr);
        }
        assert_eq!(ran.stdout, "");
        let done = usize::from(cut == Cut::After);
        assert_eq!(articles(relayed.directly()), before + done, "{command} {cut:?}");
    }
    // the acknowledgement and one reply
    wait_until("the reply is sent", || relayed.stage.sink.taken().len() >= 2);
    assert_eq!(daemon.stop(), Some(0));
    let taken = relayed.stage.sink.taken();
    assert_eq!(taken.len(), 2, "{taken:#?}");
    assert!(taken.iter().any(|taken| taken.message.contains("Text 0")), "{taken:#?}");
}
