//! A daemon at work: it wakes when mail comes, stops when it is told to, and is the only one.

use std::time::Duration;

use rustix::process::Signal;

use super::Stand;
use crate::support::desk::{SUPPORT, comes_within, wait_until};
use crate::support::letter::Letter;

fn letters(count: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|n| Letter::new(&format!("customer{n}@other.example"), "Help").bytes())
}

#[test]
fn inv_10_sigterm_in_the_midst_of_work_loses_nothing_and_exits_with_0() {
    const COUNT: usize = 300;
    let stand = Stand::met();
    stand.world.deliver_many(SUPPORT, letters(COUNT));
    let mut stops = 0;
    while stand.sink.taken().len() < COUNT {
        let daemon = stand.desk.start();
        let before = stand.sink.taken().len();
        let further = (before + COUNT / 4).min(COUNT);
        wait_until("it is further", || stand.sink.taken().len() >= further);
        assert_eq!(daemon.stop(), Some(0));
        stops += 1;
    }
    assert!(stops > 1);
    stand.once();
    stand.expect(&[("opened", COUNT)], COUNT);
    let flags = stand.world.flags(SUPPORT, "INBOX");
    assert!(flags.iter().all(|flags| flags.contains("\\Seen")));
}

#[test]
fn std_53_mail_that_comes_while_the_daemon_idles_wakes_it() {
    let mut stand = Stand::met();
    stand.desk.config = stand.desk.config.replace("poll = \"1s\"", "poll = \"1h\"");
    let daemon = stand.desk.start();
    for n in 1..=20 {
        // as soon as the one before is answered: into every gap between a look and IDLE
        let letter = Letter::new(&format!("customer{n}@other.example"), "Help");
        stand.deliver(&letter);
        wait_until("the acknowledgement", || stand.sink.taken().len() == n);
    }
    wait_until("every message is seen", || {
        stand.world.flags(SUPPORT, "INBOX").iter().all(|flags| flags.contains("\\Seen"))
    });
    assert_eq!(daemon.stop(), Some(0));
    stand.expect(&[("opened", 20)], 20);
}

#[test]
fn sigterm_while_it_waits_stops_at_once() {
    let mut stand = Stand::met();
    stand.desk.config = stand.desk.config.replace("poll = \"1s\"", "poll = \"1h\"");
    let mut daemon = stand.desk.start();
    wait_until("it is at work", || daemon.log().contains("at work"));
    daemon.signal(Signal::TERM);
    assert!(comes_within(Duration::from_secs(5), || daemon.child.try_wait().unwrap().is_some()));
    assert_eq!(daemon.child.wait().unwrap().code(), Some(0));
}

#[test]
fn flt_25_a_second_daemon_says_who_is_there_and_exits_with_75() {
    let stand = Stand::met();
    let daemon = stand.desk.start();
    wait_until("it is at work", || daemon.log().contains("at work"));
    for arguments in [&["run"][..], &["run", "--once"]] {
        let second = stand.desk.run(arguments);
        assert_eq!(second.code, Some(75), "{}", second.stderr);
        let line = second.stderr.lines().next_back().unwrap();
        assert!(
            line.contains("another tidings works with") && line.contains("state/lock"),
            "{line}"
        );
    }
    // commands work beside it, and it goes on
    stand.world.deliver_many(SUPPORT, letters(1));
    wait_until("the acknowledgement", || stand.sink.taken().len() == 1);
    assert_eq!(stand.desk.tickets().len(), 1);
    assert_eq!(daemon.stop(), Some(0));
    stand.once();
    stand.expect(&[("opened", 1)], 1);
}
