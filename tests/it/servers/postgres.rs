//! A `PostgreSQL` that goes, comes back, refuses and is busy with others: nothing is lost or doubled,
//! no message is charged with it, and the log says it once.

mod commits;
mod others;
mod outages;
mod restarts;

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use super::{QUICK, count, request, requester, wait_for_first_looks};
use crate::support::desk::{Daemon, Desk, SUPPORT, comes_within};
use crate::support::postgres::Postgres;
use crate::support::sink::Sink;
use crate::support::world::{World, sender};

/// How soon nothing waits any more once the server is well again: the longest rest of a loop is half
/// a minute.
const SOON: Duration = Duration::from_secs(45);

/// Ends every session of a daemon.
const TERMINATE: &str = "
select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidings'";

/// A desk on a server of its own.
struct Stage {
    world: World,
    sink: Sink,
    desk: Desk,
}

impl Stage {
    fn up(options: &[&str]) -> Self {
        let (world, sink) = (World::up(QUICK), Sink::start(&[]));
        let desk = Desk::on_postgres(&world, &sink, Postgres::up(options));
        Self { world, sink, desk }
    }

    fn server(&self) -> &Postgres {
        self.desk.postgres.as_ref().unwrap()
    }

    /// A daemon that has looked into its folder.
    fn daemon(&self) -> Daemon {
        let daemon = self.desk.start();
        wait_for_first_looks(&daemon, 1);
        daemon
    }

    fn deliver(&self, numbers: Range<usize>) {
        self.world.deliver_many(SUPPORT, numbers.map(request));
    }

    /// As `deliver`, one message after the other while something is done.
    fn deliver_during(&self, numbers: Range<usize>, act: impl FnOnce()) {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in numbers {
                    self.deliver(n..n + 1);
                }
            });
            act();
        });
    }

    /// How many messages are decided.
    fn decided(&self) -> usize {
        let count = "select count(*) from inbound where state = 'decided'";
        self.server().sql("tidings", count).trim().parse().unwrap()
    }

    /// Messages that are marked.
    fn marked(&self) -> usize {
        let flags = self.world.flags(SUPPORT, "INBOX");
        flags.iter().filter(|flags| flags.contains("\\Seen")).count()
    }

    /// How many copies of its acknowledgement each of them got.
    fn copies(&self, numbers: &Range<usize>) -> Vec<usize> {
        let taken = self.sink.taken();
        let of = |to: &str| taken.iter().filter(|taken| taken.recipient == to).count();
        numbers.clone().map(|n| of(&requester(n))).collect()
    }

    /// Waits until each of these messages is decided, acknowledged and marked. None is marked that is
    /// not decided.
    #[track_caller]
    fn wait_for(&self, numbers: Range<usize>) {
        let done = comes_within(SOON, || {
            let marked = self.marked();
            let decided = self.decided();
            assert!(marked <= decided, "{marked} of {decided} are marked");
            let is_sent = || self.copies(&numbers).iter().all(|copies| *copies > 0);
            marked == numbers.end && decided == numbers.end && is_sent()
        });
        let (decided, marked, copies) = (self.decided(), self.marked(), self.copies(&numbers));
        let log = std::fs::read_to_string(self.desk.path("log")).unwrap_or_default();
        assert!(done, "{numbers:?}: {decided} decided, {marked} marked, copies {copies:?}\n{log}");
    }

    /// Stops the daemon and fails unless each of the messages so far has all it must, once.
    #[track_caller]
    fn end(&self, daemon: Daemon, all: Range<usize>) {
        let log = daemon.log();
        let sessions = "select count(*) from pg_stat_activity where application_name = 'tidings'";
        let sessions: usize = self.server().sql("tidings", sessions).trim().parse().unwrap();
        assert!(sessions <= 9, "{sessions}");
        assert_eq!(daemon.stop(), Some(0), "{log}");
        self.assert_books(all, 0);
    }

    /// Each message is decided once, at its first attempt or, counted, in so many.
    #[track_caller]
    fn assert_books(&self, all: Range<usize>, attempts: usize) {
        assert_eq!(self.copies(&all), vec![1; all.len()], "acknowledgements of {all:?}");
        assert_eq!(self.desk.books(), BTreeMap::from([("opened".to_owned(), all.len())]));
        let in_order = "select requester from ticket order by number";
        // Dovecot may give a message its UID after a later one, where somebody reads at that moment.
        let messages = self.world.messages(SUPPORT, "INBOX");
        let by_uid: Vec<String> = messages.iter().map(|message| sender(message)).collect();
        assert_eq!(self.desk.sql(in_order).lines().collect::<Vec<_>>(), by_uid);
        for one in self.desk.inbound() {
            assert_eq!(one["attempts"], attempts, "{one:#}");
        }
        let outbox = self.desk.outbox();
        assert_eq!(outbox.len(), all.len(), "{outbox:#?}");
        for one in outbox {
            assert_eq!((&one["state"], &one["attempts"]), (&"sent".into(), &0.into()), "{one:#}");
        }
    }
}

/// Fails unless this daemon has told of so many outages, and of the end of each, and of nothing else
/// that is wrong.
#[track_caller]
fn assert_told(daemon: &Daemon, outages: RangeInclusive<usize>) {
    let told =
        |log: &str| (count(log, "ERROR database: "), count(log, "INFO The database is back"));
    // the loop that was the last to meet it may still rest
    comes_within(SOON, || {
        let (begun, ended) = told(&daemon.log());
        begun == ended && outages.contains(&begun)
    });
    let log = daemon.log();
    let (begun, ended) = told(&log);
    assert!(outages.contains(&begun) && begun == ended, "{log}");
    assert_eq!((count(&log, "ERROR"), count(&log, "WARN")), (begun, 0), "{log}");
    assert_eq!(count(&log, "server is back"), 0, "{log}");
}
