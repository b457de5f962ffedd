//! A daemon stands still at each point of a message's way; another one takes its desk, and it wakes.

use rustix::process::Signal;
use tidings::failpoint::{POINTS, Point};

use super::{Pair, STANDS_BY, TAKEN_OVER, WORKS, hear, said, stands_still};
use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;

/// A request, and one that is large.
fn two(about: &str) -> [Letter; 2] {
    let large = "A line of seventy characters, which is about what people write to us.\r\n";
    [
        Letter::new("Carl <carl@paid.example>", about),
        Letter::new("Olaf <olaf@other.example>", about).text(&large.repeat(20_000)),
    ]
}

#[track_caller]
fn stands_still_at_each(points: &[&str]) {
    let mut pair = Pair::met(&[]);
    for (round, point) in (1..).zip(points) {
        let letters = two(&format!("Help {round}")).map(|letter| letter.bytes());
        pair.stand.world.deliver_many(SUPPORT, letters);
        let environment = [("TIDINGS_FAILPOINT".to_owned(), format!("{point}:1:still"))];
        pair.stand.desk.environment = environment.to_vec();
        let first = pair.stand.desk.start();
        pair.stand.desk.environment.clear();
        let (lost, waited) = (said(&first, TAKEN_OVER), said(&first, STANDS_BY));
        stands_still(&first);
        pair.end_lease("support");
        let second = pair.second.start();
        hear(&second, WORKS, round);
        pair.wait_until_decided(2 * round);
        let before = pair.written();
        pair.holds_beside_work();

        first.signal(Signal::CONT);
        hear(&first, TAKEN_OVER, lost + 1);
        hear(&first, STANDS_BY, waited + 1);
        pair.wait_until_done(2 * round);
        assert!(pair.written() == before, "{point}: {}", first.log());
        assert_eq!([first.stop(), second.stop()], [Some(0), Some(0)], "{point}");
        pair.stand.holds_in_the_end();
        assert_eq!(pair.stand.books(), [("opened".to_owned(), 2 * round)], "{point}");
        let copies = pair.stand.copies();
        assert_eq!(copies.len(), 2 * round, "{point}");
        assert!(copies.values().all(|&count| count == 1), "{point}: {copies:?}");
    }
}

#[test]
fn flt_25_it_wakes_when_another_has_received() {
    stands_still_at_each(&["listed", "fetched", "part_stored", "spooling", "spooled"]);
}

#[test]
fn flt_25_it_wakes_when_another_has_decided() {
    stands_still_at_each(&["parsed", "decided", "committed", "marked"]);
}

#[test]
fn flt_25_it_wakes_with_notices_in_hand_when_another_has_its_desk() {
    stands_still_at_each(&["claimed", "connected", "accepted", "settled"]);
}

#[test]
fn flt_25_every_point_is_tried() {
    let source = include_str!("points.rs");
    // Those of the mark beside the database are nobody's who holds a desk; here nobody writes answers to file.
    let of_a_desk = |point| !matches!(point, Point::Raised | Point::Restoring | Point::Filed);
    for (name, _) in POINTS.into_iter().filter(|(_, point)| of_a_desk(*point)) {
        let mut tried = source.lines().filter(|line| line.contains("stands_still_at_each(&["));
        assert!(tried.any(|line| line.contains(&format!("\"{name}\""))), "{name}");
    }
}
