//! Several daemons on one database: a desk belongs to one of them at a time, notices to all.

mod kills;
#[cfg(feature = "failpoints")]
mod points;
mod shared;
mod still;
mod takeover;

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::support::desk::{Daemon, Desk, SUPPORT, comes_within, wait_until};
use crate::support::letter::Letter;
use crate::support::postgres::Session;
use crate::support::stand::Stand;

const WORKS: &str = "Working on support";
const STANDS_BY: &str = "works on support; this daemon stands by";
const TAKEN_OVER: &str = "support was taken over by another daemon";

/// Two machines' daemons of one instance: one mailbox, one database, one server for what goes out.
struct Pair {
    /// The servers, and the first of the two.
    stand: Stand,
    second: Desk,
    /// A look into the database.
    database: Mutex<Session>,
}

impl Pair {
    fn of(stand: Stand) -> Self {
        let second = stand.desk.colleague();
        let server = stand.desk.postgres.as_ref().unwrap();
        let database = Mutex::new(server.psql("tidings"));
        Self { stand, second, database }
    }

    /// Ready for mail: the first contact is made with an empty mailbox. `sink` are the options of
    /// smtp-sink.
    fn met(sink: &[&str]) -> Self {
        let stand = Stand::on_postgres(sink);
        stand.once();
        Self::of(stand)
    }

    /// The first daemon at work, and the second one that stands by.
    #[track_caller]
    fn start(&self) -> (Daemon, Daemon) {
        let first = self.stand.desk.start();
        hear(&first, WORKS, 1);
        let second = self.second.start();
        hear(&second, STANDS_BY, 1);
        (first, second)
    }

    fn deliver(&self, from: &str) {
        self.stand.deliver(&Letter::new(from, "Help"));
    }

    /// What statements give, a line each row.
    #[track_caller]
    fn rows(&self, statements: &str) -> Vec<String> {
        let rows = self.database.lock().unwrap().run(statements);
        rows.lines().map(str::to_owned).collect()
    }

    /// Ends the lease of a desk as its time would, and tells who stands by.
    #[track_caller]
    fn end_lease(&self, desk: &str) {
        self.rows(&format!(
            "update lease set until_us = 1 where desk = '{desk}';
             select pg_notify('tidings', 'lease');"
        ));
    }

    /// Notices that the store knows to be in the hands of a daemon.
    #[track_caller]
    fn in_hand(&self, of: &Desk) -> BTreeSet<String> {
        let holder = identity(of);
        let statement = format!(
            "select '<' || message_id || '>' from outbox
              where state = 'claimed' and claimed_by = '{holder}'"
        );
        self.rows(&statement).into_iter().collect()
    }

    /// Waits until there are so many messages, all decided and marked, and every notice is sent.
    #[track_caller]
    fn wait_until_done(&self, messages: usize) {
        let done = [format!("{messages} 0 0")];
        let comes = comes_within(Duration::from_mins(2), || self.rows(LEFT) == done);
        assert!(comes, "not within two minutes: {done:?}, but {:?}", self.rows(LEFT));
    }

    /// As `wait_until_done`, whatever becomes of notices.
    #[track_caller]
    fn wait_until_decided(&self, messages: usize) {
        let done = [format!("{messages} 0")];
        wait_until("all mail is decided and marked", || self.rows(UNDECIDED) == done);
    }

    /// A print of everything that was written of messages and tickets.
    #[track_caller]
    fn written(&self) -> Vec<String> {
        let tables = ["inbound", "ticket", "article", "event", "participant", "reference", "chunk"];
        let prints = tables.map(|table| {
            format!(
                "select '{table} ' || md5(string_agg(one::text, '' order by one::text))
                   from {table} one;"
            )
        });
        self.rows(&prints.concat())
    }

    /// What must hold at any moment, while daemons are at work: every question is one statement, or
    /// its first half is asked first.
    #[track_caller]
    fn holds_beside_work(&self) {
        let flags = self.stand.world.flags(SUPPORT, "INBOX");
        let spooled: BTreeSet<String> = self.rows("select uid from inbound").into_iter().collect();
        for (uid, flags) in (1..).zip(flags) {
            let uid: i32 = uid;
            let known = spooled.contains(&uid.to_string());
            assert!(!flags.contains("\\Seen") || known, "UID {uid} is marked and not spooled");
        }
        assert_eq!(self.rows(WRONG), [""; 0]);
    }
}

/// How many messages there are, how many of them are not decided or not marked, and how many
/// notices are not sent.
const LEFT: &str = "
select (select count(*) from inbound) || ' ' ||
       (select count(*) from inbound where state = 'pending' or mark <> 'done') || ' ' ||
       (select count(*) from outbox where state <> 'sent')";

/// How many messages there are, and how many of them are not decided or not marked.
const UNDECIDED: &str = "
select count(*) || ' ' || count(case when state = 'pending' or mark <> 'done' then 1 end)
  from inbound";

/// What may never be: half of a decision, or a decision twice. Every mail of these tests opens a
/// ticket and is acknowledged.
const WRONG: &str = "
select 'ticket ' || number || ' was not opened by one message'
  from ticket
 where 1 <> (select count(*) from inbound where ticket = number and verdict = 'opened')
union all
select 'ticket ' || number || ' has not one acknowledgement'
  from ticket
 where 1 <> (select count(*) from outbox where ticket = number and kind = 'acknowledgement')
union all
select 'inbound ' || id || ' has not one article'
  from inbound
 where verdict = 'opened'
   and 1 <> (select count(*) from article where article.inbound = inbound.id)
union all
select 'inbound ' || min(id) || ' is there twice'
  from inbound group by mailbox, uid having count(*) > 1
union all
select 'ticket ' || ticket || ' has an event twice'
  from event group by ticket, inbound, kind, detail having count(*) > 1";

/// By what a daemon's leases and claims are known.
fn identity(of: &Desk) -> String {
    fs::read_to_string(of.path("state/holder")).unwrap().trim().to_owned()
}

/// Waits until a daemon does nothing any more.
#[track_caller]
fn stands_still(daemon: &Daemon) {
    let status = format!("/proc/{}/status", daemon.child.id());
    wait_until("it stands still", || {
        fs::read_to_string(&status).unwrap().contains("State:\tT (stopped)")
    });
}

/// How often a daemon has said something, since its state directory was made.
fn said(daemon: &Daemon, what: &str) -> usize {
    daemon.log().matches(what).count()
}

/// Waits until a daemon has said something so often.
#[track_caller]
fn hear(daemon: &Daemon, what: &str, times: usize) {
    hear_within(Duration::from_mins(1), daemon, what, times);
}

/// As `hear`, at most so long; how long it took.
#[track_caller]
fn hear_within(span: Duration, daemon: &Daemon, what: &str, times: usize) -> Duration {
    let begun = Instant::now();
    let heard = comes_within(span, || said(daemon, what) >= times);
    assert!(heard, "not within {span:?}: {what:?}, {times} times\n{}", daemon.log());
    begun.elapsed()
}
