//! A daemon that stands still in the midst of work, as on a machine that is paused, and wakes when
//! another has taken over: it must not do what it was about to do.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{Pair, STANDS_BY, TAKEN_OVER, WORKS, hear, hear_within, stands_still};
use crate::support::desk::{Daemon, SUPPORT, comes_within, wait_until};
use crate::support::letter::Letter;
use crate::support::world::World;

/// Connections of a daemon to its server for mail.
const CONNECTIONS: usize = 2;

/// How the desk of who stands still becomes free.
#[derive(Clone, Copy)]
enum Lease {
    /// By itself.
    RunsOut,
    /// A test says so.
    Ended,
}

/// Mail that comes, a message after each such time, until told to stop; how much it was.
fn mail_comes(world: &World, every: Duration, stop: &Receiver<()>) -> usize {
    let mut count = 0;
    world.deliver_many(
        SUPPORT,
        std::iter::from_fn(|| match stop.recv_timeout(every) {
            Err(RecvTimeoutError::Timeout) => {
                count += 1;
                Some(Letter::new(&format!("late{count}@other.example"), "Help").bytes())
            }
            Ok(()) | Err(RecvTimeoutError::Disconnected) => None,
        }),
    );
    count
}

#[track_caller]
fn outbox(pair: &Pair) -> Vec<String> {
    pair.rows("select one::text from outbox one order by id")
}

/// A daemon that stands still, and what was in its hands then.
struct Still {
    pair: Pair,
    first: Daemon,
    second: Daemon,
    since: Instant,
    in_hand: BTreeSet<String>,
    /// What the server for mail had got of it.
    known: BTreeSet<String>,
    /// Messages in the mailbox.
    messages: usize,
}

impl Still {
    /// The first daemon stands still with notices in hand, while mail comes; the second one takes
    /// over. It stays so for this time at least, and until all mail is decided.
    #[track_caller]
    fn begin(lease: Lease, at_least: Duration, burst: usize, every: Duration) -> Self {
        // A second for each notice, so that some are sent and others not.
        let pair = Pair::met(&["-W", "DATA:1"]);
        let at_once = (0..burst).map(|n| Letter::new(&format!("early{n}@other.example"), "Help"));
        pair.stand.world.deliver_many(SUPPORT, at_once.map(|letter| letter.bytes()));
        let first = pair.stand.desk.start();
        wait_until("it has sent some of what it has in hand", || {
            pair.in_hand(&pair.stand.desk).len() >= burst / 3 && !pair.stand.sink.taken().is_empty()
        });
        let second = pair.second.start();
        hear(&second, STANDS_BY, 1);
        let mut still = Self {
            pair,
            first,
            second,
            since: Instant::now(),
            in_hand: BTreeSet::new(),
            known: BTreeSet::new(),
            messages: burst,
        };
        still.last(lease, at_least, every);
        let Self { pair, messages, .. } = &still;
        match lease {
            Lease::RunsOut => pair.wait_until_done(*messages),
            // Its claims are its own still.
            Lease::Ended => pair.wait_until_decided(*messages),
        }
        still
    }

    #[track_caller]
    fn last(&mut self, lease: Lease, at_least: Duration, every: Duration) {
        let Self { pair, first, second, messages, .. } = self;
        std::thread::scope(|scope| {
            let (stop, told) = mpsc::channel();
            let world = &pair.stand.world;
            let coming = scope.spawn(move || mail_comes(world, every, &told));
            wait_until("mail comes", || world.count(SUPPORT, "INBOX") > *messages);
            first.signal(Signal::STOP);
            stands_still(first);
            self.since = Instant::now();
            self.in_hand = pair.in_hand(&pair.stand.desk);
            self.known = pair.stand.copies().into_keys().collect();
            assert!(self.in_hand.len() > CONNECTIONS, "{:?}", self.in_hand);
            match lease {
                Lease::RunsOut => {}
                Lease::Ended => pair.end_lease("support"),
            }
            let taken = hear_within(Duration::from_secs(75), second, WORKS, 1);
            println!("at work {:.1} s after the other stood still", taken.as_secs_f64());
            let since = self.since;
            assert!(comes_within(2 * at_least, || since.elapsed() >= at_least));
            drop(stop);
            *messages += coming.join().unwrap();
        });
    }

    /// The one goes on, and the other is there when it stops.
    #[track_caller]
    fn end(self) -> (BTreeSet<String>, usize) {
        let Self { pair, first, second, in_hand, known, messages, .. } = self;
        pair.deliver("carl@paid.example");
        pair.wait_until_done(messages + 1);
        assert_eq!(second.stop(), Some(0));
        hear(&first, WORKS, 2);
        pair.deliver("carla@paid.example");
        pair.wait_until_done(messages + 2);
        assert_eq!(first.stop(), Some(0));

        pair.holds_beside_work();
        pair.stand.holds_in_the_end();
        assert_eq!(pair.stand.books(), [("opened".to_owned(), messages + 2)]);
        let copies = pair.stand.copies();
        assert_eq!(copies.len(), messages + 2);
        assert!(copies.values().all(|&count| count <= 2), "{copies:?}");
        let twice: BTreeSet<String> =
            copies.into_iter().filter(|(_, count)| *count > 1).map(|(id, _)| id).collect();
        assert!(twice.is_subset(&in_hand), "{twice:?}");
        let at_risk = in_hand.intersection(&known).count();
        println!(
            "{messages} messages; in hand {}, {at_risk} of them sent and not noted; {} sent twice",
            in_hand.len(),
            twice.len()
        );
        (twice, at_risk)
    }
}

#[test]
fn flt_05_flt_25_a_daemon_that_wakes_after_two_minutes_does_nothing_of_what_it_was_about_to_do() {
    const SPAN: Duration = Duration::from_mins(2);
    let still = Still::begin(Lease::RunsOut, SPAN, 50, Duration::from_secs(3));
    let Still { pair, first, since, .. } = &still;
    let before = (pair.written(), outbox(pair), pair.stand.copies());
    first.signal(Signal::CONT);
    println!("woken after {:.1} s", since.elapsed().as_secs_f64());
    hear(first, TAKEN_OVER, 1);
    hear(first, STANDS_BY, 1);
    hear(first, "This process stood still for too long", 1);
    assert!((pair.written(), outbox(pair), pair.stand.copies()) == before);
    let (twice, at_risk) = still.end();
    // What the server had, and what it got in this instant: the end of one message a connection.
    assert!(twice.len() <= at_risk + CONNECTIONS, "{twice:?}");
}

#[test]
fn flt_25_a_daemon_that_wakes_when_another_has_its_desk_decides_nothing_and_sends_what_it_has() {
    let still = Still::begin(Lease::Ended, Duration::ZERO, 24, Duration::from_millis(300));
    let Still { pair, first, messages, .. } = &still;
    let before = pair.written();
    first.signal(Signal::CONT);
    hear(first, TAKEN_OVER, 1);
    hear(first, STANDS_BY, 1);
    pair.wait_until_done(*messages);
    assert!(pair.written() == before);
    let (twice, _) = still.end();
    assert_eq!(twice, BTreeSet::new());
}
