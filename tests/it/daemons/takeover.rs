//! Who works on a desk, and when another one takes over.

use std::time::Duration;

use rustix::process::Signal;

use super::{Pair, STANDS_BY, WORKS, hear, hear_within, said};
use crate::support::desk::{Daemon, wait_until};
use crate::support::stand::Stand;

#[test]
fn two_daemons_that_start_at_once_on_an_empty_database_share_it() {
    let pair = Pair::of(Stand::on_postgres(&[]));
    let daemons = [pair.stand.desk.start(), pair.second.start()];
    let heard = |what| daemons.iter().map(|daemon| said(daemon, what)).sum::<usize>();
    wait_until("one works, the other stands by", || (heard(WORKS), heard(STANDS_BY)) == (1, 1));
    wait_until("the first contact", || heard("First look at INBOX") == 1);
    pair.deliver("carl@paid.example");
    pair.wait_until_done(1);
    assert_eq!(daemons.map(Daemon::stop), [Some(0), Some(0)]);
    pair.stand.expect(&[("opened", 1)], 1);
}

#[test]
fn a_daemon_that_is_told_to_stop_gives_its_desk_to_the_one_that_stands_by() {
    let pair = Pair::met(&[]);
    let (first, second) = pair.start();
    pair.deliver("carl@paid.example");
    pair.wait_until_done(1);
    assert_eq!((said(&first, WORKS), said(&second, WORKS)), (1, 0));

    first.signal(Signal::TERM);
    let taken = hear_within(Duration::from_secs(2), &second, WORKS, 1);
    println!("at work {} ms after SIGTERM to the other", taken.as_millis());
    assert_eq!(first.ended(), Some(0));
    assert_eq!(said(&second, "The last stop was not clean"), 0);
    pair.deliver("carla@paid.example");
    pair.wait_until_done(2);

    // it has no claim to what it had before
    let first = pair.stand.desk.start();
    hear(&first, STANDS_BY, 1);
    assert_eq!(second.stop(), Some(0));
    hear(&first, WORKS, 2);
    assert_eq!(first.stop(), Some(0));
    pair.stand.expect(&[("opened", 2)], 2);
}

#[test]
fn flt_25_it_starts_beside_one_that_stands_still_and_keeps_a_row_that_it_needs() {
    let pair = Pair::met(&[]);
    pair.rows("begin; update sequence set next = next");
    let second = pair.second.start();
    hear(&second, "Waiting for another daemon", 1);
    pair.rows("rollback");
    hear(&second, WORKS, 1);
    assert_eq!(second.stop(), Some(0));
}

#[test]
fn flt_25_a_run_beside_another_machines_daemon_says_who_works_and_exits_with_75() {
    let pair = Pair::met(&[]);
    let first = pair.stand.desk.start();
    hear(&first, WORKS, 1);
    let process = format!("(process {})", first.child.id());
    let ran = pair.second.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(75), "{}{}", ran.stdout, ran.stderr);
    let line = ran.stderr.lines().find(|line| line.contains("nothing was done here")).unwrap();
    assert!(line.contains(&process) && line.contains("works on support"), "{line}");

    assert_eq!(first.stop(), Some(0));
    pair.deliver("carl@paid.example");
    pair.second.ok(&["run", "--once"]);
    pair.stand.expect(&[("opened", 1)], 1);
}

#[test]
fn the_desk_of_a_daemon_that_was_killed_is_taken_when_its_lease_runs_out() {
    let pair = Pair::met(&[]);
    let (mut first, second) = pair.start();
    pair.deliver("carl@paid.example");
    pair.wait_until_done(1);

    first.child.kill().unwrap();
    // what comes meanwhile waits in the mailbox
    pair.deliver("carla@paid.example");
    let taken = hear_within(Duration::from_secs(75), &second, WORKS, 1);
    println!("at work {:.1} s after kill -9 of the other", taken.as_secs_f64());
    assert!(taken > Duration::from_secs(30), "the lease was not waited for");
    pair.wait_until_done(2);
    assert_eq!(second.stop(), Some(0));
    drop(first);
    pair.stand.expect(&[("opened", 2)], 2);
}

#[test]
fn a_daemon_that_was_killed_has_its_desk_back_at_once() {
    let pair = Pair::met(&[]);
    let (first, second) = pair.start();
    drop(first);
    let first = pair.stand.desk.start();
    let taken = hear_within(Duration::from_secs(10), &first, WORKS, 2);
    println!("at work {} ms after its start", taken.as_millis());
    pair.deliver("carl@paid.example");
    pair.wait_until_done(1);
    assert_eq!(said(&second, WORKS), 0);
    assert_eq!([first.stop(), second.stop()], [Some(0), Some(0)]);
    pair.stand.expect(&[("opened", 1)], 1);
}
