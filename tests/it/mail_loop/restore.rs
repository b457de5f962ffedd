//! The database is brought back from a backup: nothing is told twice, nothing that came since is
//! lost, and no number is given to somebody else.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::UNIX_EPOCH;

use serde_json::Value;
use tidings::store::high_water::{self, Mark};

use super::{Stand, now};
use crate::support::desk::{Ran, SUPPORT, wait_until};
use crate::support::letter::Letter;

pub(super) const MOVES: &str = "after = \"move\"\nmove_to = \"Processed\"";

impl Stand {
    fn back_up(&self) {
        if let Some(server) = &self.desk.postgres {
            server.sql("postgres", "create database saved template tidings");
        } else {
            let file = self.desk.path("saved").display().to_string();
            let said = self.desk.ok(&["db", "backup", &file]);
            assert!(said.contains("not in it: the key"), "{said}");
        }
    }

    /// As an operator does it, while no daemon works.
    fn bring_back(&self) {
        if let Some(server) = &self.desk.postgres {
            server.sql("postgres", "drop database tidings");
            server.sql("postgres", "create database tidings template saved");
        } else {
            for end in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(self.desk.path(&format!("state/tidings.db{end}")));
            }
            fs::copy(self.desk.path("saved"), self.desk.path("state/tidings.db")).unwrap();
        }
    }

    /// Runs once, and gives the log as well.
    #[track_caller]
    pub(super) fn once_told(&self) -> Ran {
        let ran = self.desk.run(&["run", "--once"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran
    }

    /// What the file beside the database says.
    fn mark(&self) -> Mark {
        high_water::read(&self.desk.path("state/high-water"), "desk.example").unwrap().unwrap()
    }

    fn restores(&self) -> String {
        self.desk.sql("select count(*) from restore").trim().to_owned()
    }

    /// How many mails went to somebody.
    fn mails_to(&self, who: &str) -> usize {
        let address = who.rsplit('<').next().unwrap().trim_end_matches('>');
        self.sink.taken().iter().filter(|taken| taken.recipient == address).count()
    }

    /// By the subject, whoever wrote it.
    #[track_caller]
    fn number_of(&self, subject: &str) -> i64 {
        let tickets = self.desk.tickets();
        let found: Vec<&Value> = tickets.iter().filter(|one| one["subject"] == subject).collect();
        assert_eq!(found.len(), 1, "{subject}: {tickets:#?}");
        found[0]["number"].as_i64().unwrap()
    }
}

/// A customer of this name, who writes at a length of his own: two messages of one size and one
/// second could be told apart by their bytes alone.
pub(super) fn from(name: &str) -> Letter {
    let length = name.bytes().fold(0, |sum: usize, byte| 3 * sum + usize::from(byte)) % 997;
    Letter::new(&address(name), name).text(&format!("{}\r\n", "x".repeat(length)))
}

pub(super) fn address(name: &str) -> String {
    format!("{name}@other.example")
}

/// Until the clock of INTERNALDATE says another second than just now.
pub(super) fn next_second() {
    let second = || now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let begun = second();
    wait_until("the next second", || second() > begun);
}

/// One answered, and one decided whose answer is due; backed up. Then that one is answered, and two
/// more; and one comes that nobody reads.
fn stand_with_a_backup(after: &str) -> Stand {
    let mut stand = Stand::new().imap(after);
    stand.once();
    stand.deliver(&from("ann"));
    stand.once();
    stand.deliver(&from("ben"));
    stand.dies_at("committed");
    stand.back_up();
    stand.once();
    stand.world.deliver_many(SUPPORT, ["cid", "dan"].map(|name| from(name).bytes()));
    stand.once();
    stand.deliver(&from("eve"));
    stand
}

/// All that is known is known once, what came since has numbers of its own, and nobody was told twice.
#[track_caller]
fn is_whole(stand: &Stand) {
    assert_eq!(stand.books(), [("opened".to_owned(), 5)]);
    assert_eq!((stand.number_of("ann"), stand.restores()), (1001, "1".to_owned()));
    for name in ["cid", "dan", "eve"] {
        let number = stand.number_of(name);
        assert!((11_001..12_000).contains(&number), "{name}: {number}");
    }
    for (name, mails) in [("ann", 1), ("ben", 1), ("cid", 1), ("dan", 1), ("eve", 0)] {
        assert_eq!(stand.mails_to(&address(name)), mails, "{name}");
    }
}

#[test]
fn flt_26_after_a_restore_nothing_is_told_twice_and_nothing_is_lost() {
    for (after, folder) in [(MOVES, "Processed"), ("", "INBOX")] {
        let stand = stand_with_a_backup(after);
        stand.bring_back();
        let ran = stand.once_told();
        let told = ran.stderr.matches("The database was restored from a backup").count();
        assert_eq!(told, 1, "{}", ran.stderr);
        is_whole(&stand);
        assert_eq!(stand.world.count(SUPPORT, folder), 5);
        let events = stand.desk.ticket(stand.number_of("cid"))["events"].to_string();
        assert!(events.contains("no acknowledgement: it was found after a restore"), "{events}");

        let held: Vec<Value> = stand.desk.json(&["outbox", "list", "--state", "held", "--json"]);
        assert_eq!(held.len(), 1, "{held:#?}");
        assert!(held[0]["reply"].as_str().unwrap().contains("held at the restore of"));
        let said = stand.desk.ok(&["outbox", "show", &held[0]["id"].to_string()]);
        assert!(said.contains("went out before the database was restored"), "{said}");
        let said = stand.desk.ok(&["trace", &address("cid")]);
        assert!(said.contains("no acknowledgement: it was found after a restore"), "{said}");
        let inbound = said.split("inbound ").nth(1).unwrap().split(' ').next().unwrap();
        let said = stand.desk.ok(&["inbound", "show", inbound]);
        assert!(said.contains("nobody was told of its ticket"), "{said}");
        let said = stand.desk.run(&["status"]).stdout;
        assert!(said.contains("1 notice is held since the database was restored"), "{said}");

        // What comes from now on is answered, and a person may send what is held.
        next_second();
        stand.deliver(&from("fay"));
        stand.desk.ok(&["outbox", "retry", &held[0]["id"].to_string()]);
        let ran = stand.once_told();
        assert!(!ran.stderr.contains("restored"), "{}", ran.stderr);
        assert_eq!((stand.mails_to(&address("fay")), stand.mails_to(&address("ben"))), (1, 2));
        assert!(stand.copies().values().all(|copies| *copies <= 2));
        let numbers: BTreeSet<i64> =
            stand.desk.tickets().iter().map(|one| one["number"].as_i64().unwrap()).collect();
        assert_eq!((numbers.len(), stand.restores().as_str()), (6, "1"));
    }
}

#[track_caller]
fn restores_once_though_it_dies_at_each(points: &[&str]) {
    for point in points {
        let mut stand = stand_with_a_backup(MOVES);
        stand.bring_back();
        stand.dies_at(point);
        stand.once();
        is_whole(&stand);
    }
}

#[test]
fn flt_26_a_restore_is_done_once_though_it_dies_in_it() {
    restores_once_though_it_dies_at_each(&["restoring", "raised", "spooled", "committed"]);
}

#[test]
fn flt_26_a_daemon_notices_a_database_that_goes_back_under_it() {
    let stand = Stand::new();
    stand.once();
    stand.back_up();
    let daemon = stand.desk.start();
    stand.deliver(&from("ann"));
    wait_until("the first is answered", || stand.mails_to(&address("ann")) == 1);
    wait_until("that is written", || stand.desk.json(&["outbox", "list", "--json"]).is_empty());
    // As a standby that has not heard of it would have it.
    let sequences = "update sequence set next = 2 where name = 'tide';
        update sequence set next = 1001 where name = 'ticket'";
    stand.desk.sql(sequences);
    stand.deliver(&from("ben"));
    wait_until("it opens", || stand.desk.tickets().len() == 2);
    // Its number was taken before; its notice is what is not told.
    let noticed = || daemon.log().contains("The database was restored from a backup");
    wait_until("it is noticed", noticed);
    assert_eq!(daemon.stop(), Some(0));
    stand.once();
    assert_eq!(stand.restores(), "1");
    assert_eq!((stand.mails_to(&address("ann")), stand.mails_to(&address("ben"))), (1, 0));
}

#[test]
fn flt_26_a_person_says_that_it_was_restored_where_nobody_can_know() {
    let mut stand = Stand::new();
    stand.once();
    stand.deliver(&from("ann"));
    stand.dies_at("committed");
    fs::remove_file(stand.desk.path("state/high-water")).unwrap();
    let said = stand.desk.ok(&["db", "restored"]);
    assert!(said.contains("is held (1)"), "{said}");
    let said = stand.desk.ok(&["db", "restored"]);
    assert!(said.contains("nothing is changed"), "{said}");
    stand.once();
    assert_eq!((stand.restores().as_str(), stand.sink.taken().len()), ("1", 0));
    let said =
        stand.desk.tell(&["ticket", "open", "--for", "ann@other.example", "--subject", "x"], "y");
    assert!(!said.contains("restored"), "{said}");
}

#[test]
fn flt_26_a_command_gives_no_number_twice_either() {
    let stand = Stand::met();
    let open = |subject| {
        let arguments = ["ticket", "open", "--for", "ann@other.example", "--subject", subject];
        stand.desk.tell(&arguments, "text")
    };
    stand.back_up();
    assert!(open("one").contains("[EX#1001]"));
    stand.bring_back();
    let said = open("two");
    assert!(said.contains("[EX#11001]") && said.contains("was restored"), "{said}");
    assert!(open("three").contains("[EX#11002]"));
}

#[test]
fn numbers_that_were_taken_and_not_written_down_are_a_gap() {
    let mut stand = Stand::met();
    let text = fs::read_to_string(stand.desk.path("state/high-water")).unwrap();
    assert!(text.starts_with("tidings high-water 2\ninstance desk.example\ntide "), "{text}");
    let mode = fs::metadata(stand.desk.path("state/high-water")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    stand.deliver(&from("ann"));
    // One is at the start, one at the first renewal of claims, one takes a block.
    stand.dies_at("raised:3");
    let taken: i64 =
        stand.desk.sql("select next from sequence where name = 'ticket'").trim().parse().unwrap();
    let opened = stand.desk.tickets().len();
    stand.once();
    assert!(opened == 1 || stand.number_of("ann") >= taken, "a number that may have been used");
    let mark = stand.mark();
    assert!(mark.ticket >= stand.number_of("ann"), "{mark:?}");
    assert_eq!(stand.restores(), "0");
}

#[test]
fn a_mark_that_cannot_be_read_stops_it() {
    let stand = Stand::met();
    let mark = stand.mark();
    let path = stand.desk.path("others");
    high_water::write(&path, "other.example", &mark).unwrap();
    let others = fs::read_to_string(&path).unwrap();
    for (text, said) in
        [("garbage", "it cannot be read"), (others.as_str(), "it is of \"other.example\"")]
    {
        fs::write(stand.desk.path("state/high-water"), text).unwrap();
        let ran = stand.desk.run(&["run", "--once"]);
        assert_eq!(ran.code, Some(78), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[test]
fn inv_9_a_backup_is_made_while_mail_comes() {
    let stand = Stand::met();
    if stand.desk.postgres.is_some() {
        let ran = stand.desk.run(&["db", "backup", "file"]);
        assert_eq!(ran.code, Some(64), "{}", ran.stderr);
        assert!(ran.stderr.contains("pg_dump -Fc"), "{}", ran.stderr);
        return;
    }
    let daemon = stand.desk.start();
    let request = |n| Letter::new(&format!("customer{n}@other.example"), "Help").bytes();
    let files = ["one", "two"].map(|name| stand.desk.path(name));
    std::thread::scope(|scope| {
        scope.spawn(|| stand.world.deliver_many(SUPPORT, (0..200).map(request)));
        for file in &files {
            let said = stand.desk.ok(&["db", "backup", file.to_str().unwrap()]);
            assert!(said.contains("messages of desk.example"), "{said}");
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    });
    wait_until("all are answered", || stand.sink.taken().len() == 200);
    wait_until("that is written", || stand.desk.json(&["outbox", "list", "--json"]).is_empty());
    assert_eq!(daemon.stop(), Some(0));
    stand.expect(&[("opened", 200)], 200);

    let before = fs::read(&files[0]).unwrap();
    let ran = stand.desk.run(&["db", "backup", files[0].to_str().unwrap()]);
    assert_eq!((ran.code, fs::read(&files[0]).unwrap()), (Some(65), before), "{}", ran.stderr);
    let parts = fs::read_dir(stand.desk.folder.path()).unwrap();
    let parts = parts.filter(|entry| entry.as_ref().unwrap().path().extension().is_some());
    assert!(parts.map(|one| one.unwrap().path()).all(|path| !path.ends_with(".part")));
}

#[test]
fn the_mark_is_raised_before_a_notice_goes_out_and_before_a_message_is_moved() {
    let stand = Stand::new().imap(MOVES);
    stand.once();
    let daemon = stand.desk.start();
    let written = |count| {
        wait_until("it is answered", || stand.sink.taken().len() == count);
        stand.world.wait_for_count(SUPPORT, "Processed", count);
        let mark = stand.mark();
        (mark.tide, mark.ticket)
    };
    stand.deliver(&from("ann"));
    let (tide, ticket) = written(1);
    // Within the block of numbers that was taken for the first.
    stand.deliver(&from("ben"));
    let then = written(2);
    assert!(then.0 >= tide + 2, "{} after {tide}", then.0);
    assert_eq!(then.1, ticket);
    assert_eq!(daemon.stop(), Some(0));
}
