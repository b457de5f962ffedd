//! Either of two daemons is killed at any moment, while mail comes.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::Pair;
use crate::support::desk::{Daemon, Desk, SUPPORT, comes_within, wait_until};
use crate::support::letter::Letter;

/// How often a daemon is killed; 20 times without it.
const KILLS: &str = "TIDINGS_TEST_KILLS";
/// Messages that come between two kills.
const EACH: usize = 10;
/// Notices that a daemon may have in hand: two connections, twenty each.
const IN_HAND: usize = 40;

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// When a round makes the desk free.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moves {
    /// Never: who is killed has it back after its start.
    Not,
    /// While who has it is at work.
    Before,
    /// While who is killed is gone.
    Meanwhile,
}

#[expect(clippy::disallowed_methods, reason = "a test may be told how long to go on")]
fn kills() -> usize {
    std::env::var(KILLS).map_or(20, |number| number.parse().unwrap())
}

fn lines(daemons: &[Daemon; 2]) -> usize {
    daemons.iter().map(|daemon| daemon.log().lines().count()).sum()
}

#[test]
fn flt_02_either_of_two_daemons_is_killed_at_any_moment_while_mail_comes() {
    let kills = kills();
    let seed = RandomState::new().build_hasher().finish();
    println!("seed {seed}");
    let mut random = Random(seed);
    // A slow greeting, so that notices are in hand at most moments.
    let pair = Pair::met(&["-W", "EHLO:1"]);
    let desks: [&Desk; 2] = [&pair.stand.desk, &pair.second];
    // How often each notice was in the hands of who was killed.
    let mut risks: BTreeMap<String, usize> = BTreeMap::new();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let (letters, coming) = mpsc::channel();
        let world = &pair.stand.world;
        scope.spawn(move || world.deliver_many(SUPPORT, coming));
        let mut daemons = desks.map(Desk::start);
        // How long each one's log was at its last start.
        let mut begins = [0, 0];
        for round in 0..kills {
            for n in 0..EACH {
                let from = format!("customer{round}.{n}@other.example");
                letters.send(Letter::new(&from, "Help").bytes()).unwrap();
            }
            let moves = [Moves::Not, Moves::Not, Moves::Before, Moves::Meanwhile][random.below(4)];
            if moves == Moves::Before {
                pair.end_lease("support");
            }
            let further = lines(&daemons) + random.below(26);
            comes_within(Duration::from_millis(800), || lines(&daemons) >= further);
            let victim = random.below(2);
            daemons[victim].child.kill().unwrap();
            daemons[victim].child.wait().unwrap();
            let in_hand = if desks[victim].path("state/holder").exists() {
                pair.in_hand(desks[victim])
            } else {
                BTreeSet::new()
            };
            assert!(in_hand.len() <= IN_HAND);
            for id in in_hand {
                *risks.entry(id).or_default() += 1;
            }
            if moves == Moves::Meanwhile {
                pair.end_lease("support");
            }
            begins[victim] = daemons[victim].log().len();
            daemons[victim] = desks[victim].start();
            pair.holds_beside_work();
        }
        drop(letters);
        for (daemon, begin) in daemons.iter().zip(begins) {
            wait_until("it is at work", || daemon.log()[begin..].contains("at work"));
        }
        pair.wait_until_done(kills * EACH);
        assert_eq!(daemons.map(Daemon::stop), [Some(0), Some(0)]);
    });
    let took = begun.elapsed();
    pair.holds_beside_work();
    pair.stand.holds_in_the_end();
    assert_eq!(pair.stand.books(), [("opened".to_owned(), kills * EACH)]);
    let copies = pair.stand.copies();
    assert_eq!(copies.len(), kills * EACH);
    for (id, count) in &copies {
        let most = 1 + risks.get(id).copied().unwrap_or_default();
        assert!(*count <= most, "{count} of {id}, at most {most} expected");
    }
    let more: usize = copies.values().map(|count| count - 1).sum();
    let at_risk: usize = risks.values().sum();
    let taken = pair.rows("select fence from lease where desk = 'support'").concat();
    println!(
        "{kills} kills in {:.0} s, {} messages, the desk was taken {taken} times, {at_risk} notices \
         in hand, {more} copies more",
        took.as_secs_f64(),
        kills * EACH
    );
}
