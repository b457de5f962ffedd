//! The process dies at every point of a message's way, and at any moment. Nothing is lost, nothing
//! is done twice but what cannot be known to be done.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use serde_json::Value;
use tidings::failpoint::POINTS;

use super::{CARLA, OLAF, QUICK, Stand, long_ago};
use crate::support::desk::{SUPPORT, comes_within, wait_until};
use crate::support::letter::Letter;

const SIGKILL: i32 = 9;
/// Notices that may be in hand at a stop: two connections, twenty each.
const IN_HAND: usize = 40;

impl Stand {
    /// Works until it dies at this point.
    #[track_caller]
    pub(crate) fn dies_at(&mut self, point: &str) {
        self.desk.environment = vec![("TIDINGS_FAILPOINT".to_owned(), point.to_owned())];
        let ran = self.desk.run(&["run", "--once"]);
        self.desk.environment.clear();
        assert_eq!(ran.signal, Some(SIGKILL), "{point}: {:?} {}", ran.code, ran.stderr);
    }

    /// Notices that the store knows to be sent.
    fn sent(&self) -> BTreeSet<String> {
        let outbox = self.desk.outbox().into_iter();
        let sent = outbox.filter(|one| one["state"] == "sent");
        sent.map(|one| format!("<{}>", text(&one, "message_id"))).collect()
    }
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap().to_owned()
}

/// A request and its follow-up, somebody else's large request, a machine's word, another request.
fn five(about: &str) -> [Letter; 5] {
    let request = Letter::new(CARLA, about);
    let follow_up = Letter::new(CARLA, &format!("{about}, more")).answers(request.id());
    let large = "A line of seventy characters, which is about what people write to us.\r\n";
    [
        request,
        follow_up,
        Letter::new(OLAF, &format!("{about}, large")).text(&large.repeat(20_000)),
        Letter::new(OLAF, &format!("{about}, away")).field("Auto-Submitted", "auto-replied"),
        Letter::new(OLAF, about),
    ]
}

/// Points whose first visit is before any notice is in hand, or between two claims: nothing goes
/// out twice there.
const NOTHING_IN_HAND: &str = "listed fetched spooling spooled parsed decided committed claimed raised \
    raised:4 connected settled";

#[track_caller]
fn dies_at_each(points: &[&str]) {
    let mut stand = Stand::met();
    for (round, point) in (1..).zip(points) {
        let about = format!("Help {round}");
        stand.world.deliver_many(SUPPORT, five(&about).map(|letter| letter.bytes()));
        stand.dies_at(point);
        stand.holds();
        let (known, before) = (stand.sent(), stand.copies());
        stand.once();

        stand.holds_in_the_end();
        let expected = [("follow_up", round), ("ignored", round), ("opened", 3 * round)];
        assert_eq!(stand.books(), expected.map(|(verdict, count)| (verdict.to_owned(), count)));
        let copies = stand.copies();
        assert_eq!(copies.len(), 3 * round, "{point}: a ticket without its acknowledgement");
        for (id, count) in &copies {
            let most =
                match (known.contains(id), NOTHING_IN_HAND.split(' ').any(|one| one == *point)) {
                    (true, _) => before[id],
                    (false, true) => 1,
                    (false, false) => 2,
                };
            assert!(*count <= most, "{point}: {count} of {id}");
        }
        if point.starts_with("accepted") {
            let twice = copies.iter().any(|(id, count)| *count == 2 && !known.contains(id));
            assert!(twice, "{point}: the sink had a notice that the store did not know to be sent");
        }
    }
}

#[test]
fn flt_01_it_dies_while_it_receives() {
    dies_at_each(&["listed", "fetched", "part_stored", "spooling", "spooling:4", "spooled"]);
}

#[test]
fn flt_01_it_dies_while_it_decides() {
    dies_at_each(&["parsed", "decided", "decided:2", "committed", "marked", "raised"]);
}

#[test]
fn flt_01_it_dies_while_it_submits() {
    // Raised at the start, with the claims, for the numbers; then for what is claimed.
    dies_at_each(&["claimed", "raised:4", "connected", "accepted", "accepted:2", "settled"]);
}

#[test]
fn flt_01_every_point_is_tried() {
    let source = include_str!("crash.rs");
    for (name, _) in POINTS {
        let lines = source.lines().chain(include_str!("restore.rs").lines());
        let lines = lines.chain(include_str!("sent.rs").lines());
        let at = |line: &&str| line.contains("dies_at_each(&[") || line.contains("dies_at(\"");
        let tried = lines.filter(at);
        assert!(tried.clone().any(|line| line.contains(&format!("\"{name}\""))), "{name}");
    }
}

#[test]
fn flt_02_it_is_killed_at_any_moment_while_mail_comes() {
    const KILLS: usize = 20;
    const EACH: usize = 10;
    let stand = Stand::met();
    let seed = RandomState::new().build_hasher().finish();
    println!("seed {seed}");
    let mut random = seed;
    for round in 0..KILLS {
        let letters = (0..EACH).map(|n| {
            let from = format!("customer{round}.{n}@other.example");
            Letter::new(&from, "Help").bytes()
        });
        let daemon = stand.desk.start();
        let before = daemon.log().lines().count();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let lines = usize::try_from(random >> 33).unwrap() % 26;
        std::thread::scope(|scope| {
            scope.spawn(|| stand.world.deliver_many(SUPPORT, letters));
            comes_within(Duration::from_millis(800), || {
                daemon.log().lines().count() >= before + lines
            });
            drop(daemon);
        });
        stand.holds();
    }
    let (known, before) = (stand.sent(), stand.copies());
    stand.once();
    stand.holds_in_the_end();
    assert_eq!(stand.books(), [("opened".to_owned(), KILLS * EACH)]);
    let copies = stand.copies();
    assert_eq!(copies.len(), KILLS * EACH);
    let more: usize = copies.values().map(|count| count - 1).sum();
    assert!(more <= KILLS * IN_HAND, "{more} copies more");
    assert!(!known.is_empty() && known.iter().all(|id| copies[id] == before[id]));
}

#[test]
fn a_look_that_was_cut_off_tells_old_mail_from_new_all_the_same() {
    check("start = \"all\"", 0, &[("opened", 100)]);
    check("start = \"new\"", 1, &[("held", 100)]);

    #[track_caller]
    fn check(start: &str, contacts: usize, expected: &[(&str, usize)]) {
        let mut stand = Stand::new().imap(start);
        for _ in 0..contacts {
            stand.once();
        }
        for n in 0..100 {
            let old = Letter::new(&format!("customer{n}@other.example"), "Old").bytes();
            stand.world.append(SUPPORT, "INBOX", &old, long_ago());
        }
        stand.dies_at("spooled");
        stand.once();
        stand.expect(expected, 0);
    }
}

#[test]
fn flt_01_it_dies_when_messages_are_moved_and_not_known_to_be() {
    let without = "IMAP_CAPABILITY=IMAP4rev1 SASL-IR LITERAL+ ENABLE IDLE UIDPLUS";
    for more in [&[][..], &[without]] {
        let mut stand = Stand::with_options(&[QUICK, more].concat())
            .imap("after = \"move\"\nmove_to = \"Processed\"");
        stand.once();
        stand.world.deliver_many(SUPPORT, five("Help").map(|letter| letter.bytes()));
        stand.dies_at("marked");
        let moved = stand.world.count(SUPPORT, "Processed");
        assert!(moved > 0 && moved + stand.world.count(SUPPORT, "INBOX") == 5);
        stand.once();
        assert_eq!(stand.world.count(SUPPORT, "Processed"), 5);
        assert_eq!(stand.world.count(SUPPORT, "INBOX"), 0);
        assert!(stand.desk.inbound().iter().all(|one| one["mark"] == "done"));
        assert_eq!(stand.copies().len(), 3);
        let expected = [("follow_up", 1), ("ignored", 1), ("opened", 3)];
        assert_eq!(stand.books(), expected.map(|(verdict, count)| (verdict.to_owned(), count)));
    }
}

#[test]
fn old_mail_of_a_look_that_was_cut_off_is_decided_after_another_uid_validity() {
    let mut stand = Stand::met();
    for from in [CARLA, OLAF] {
        stand.world.append(SUPPORT, "INBOX", &Letter::new(from, "Old").bytes(), long_ago());
    }
    stand.dies_at("spooled");
    stand.world.set_uid_validity(SUPPORT, "INBOX", 4_000_000_000);
    stand.once();
    stand.expect(&[("duplicate", 2), ("opened", 2)], 0);
}

#[test]
fn a_mark_that_was_owed_under_another_uid_validity_is_given_up() {
    for point in ["parsed", "committed"] {
        let mut stand = Stand::met();
        stand.deliver(&Letter::new(CARLA, "Help"));
        stand.dies_at(point);
        stand.world.set_uid_validity(SUPPORT, "INBOX", 4_000_000_000);
        stand.once();
        stand.once();
        stand.expect(&[("duplicate", 1), ("opened", 1)], 1);
        let marks: Vec<String> = stand.desk.inbound().iter().map(|one| text(one, "mark")).collect();
        assert_eq!(marks, ["impossible", "done"], "{point}");
    }
}

#[test]
fn a_message_that_stops_the_program_three_times_is_held_and_its_neighbours_go_on() {
    let mut stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Help"));
    for _ in 0..4 {
        stand.dies_at("parsed");
        stand.holds();
    }
    stand.deliver(&Letter::new(OLAF, "Help"));
    stand.once();
    stand.expect(&[("held", 1), ("opened", 1)], 1);
    let daemon = stand.desk.start();
    wait_until("it is at work", || daemon.log().contains("at work"));
    assert_eq!(daemon.stop(), Some(0));
    // a person says so
    let held = stand.desk.json(&["inbound", "list", "--verdict", "held", "--json"]);
    stand.desk.ok(&["inbound", "retry", &held[0]["id"].to_string()]);
    stand.once();
    stand.expect(&[("opened", 2)], 2);
}
