//! Causes that the operator is told of: each once, by one daemon, and its end.

use std::time::Duration;

use tidings::metrics::{Metrics, Reading};
use tidings::store::alarm::{self, Alarm, AlarmId, State, Teller};
use tidings::store::sql::Tx;

use super::{Place, at};

const MINUTE: Duration = Duration::from_mins(1);

async fn standing(tx: &mut Tx) -> Vec<Alarm> {
    alarm::standing(tx).await.unwrap()
}

/// Whether this daemon may tell it.
async fn claim(tx: &mut Tx, alarm: (AlarmId, State), holder: &str, seconds: i64) -> bool {
    let by = Teller { holder, until: at(seconds).after(MINUTE) };
    alarm::claim(tx, alarm, by, at(seconds)).await.unwrap()
}

pub(super) async fn a_cause_and_its_end_are_told_once(place: &Place) {
    let mut tx = place.begin().await;
    for what in ["gone", "gone for longer"] {
        alarm::begin(&mut tx, "support", "imap", what, at(0)).await.unwrap();
    }
    alarm::begin(&mut tx, "sales", "imap", "gone", at(1)).await.unwrap();
    let known = standing(&mut tx).await;
    assert_eq!(known.len(), 2);
    assert_eq!((known[0].desk.as_str(), known[0].cause.as_str()), ("support", "imap"));
    assert_eq!((known[0].what.as_str(), known[0].begun), ("gone", at(0)));
    assert_eq!((known[0].state, known[0].over), (State::Seen, None));

    // Of two daemons one tells, and goes on telling after a restart.
    let (id, other) = (known[0].id, known[1].id);
    assert!(!claim(&mut tx, (id, State::Told), "h1", 60).await);
    assert!(claim(&mut tx, (id, State::Seen), "h1", 60).await);
    assert!(!claim(&mut tx, (id, State::Seen), "h2", 61).await);
    assert!(claim(&mut tx, (id, State::Seen), "h1", 62).await);
    alarm::release(&mut tx, id, "h2").await.unwrap();
    assert!(!claim(&mut tx, (id, State::Seen), "h2", 63).await);
    alarm::release(&mut tx, id, "h1").await.unwrap();
    assert!(claim(&mut tx, (id, State::Seen), "h2", 64).await);
    assert!(claim(&mut tx, (id, State::Seen), "h3", 64 + 60).await, "it did not tell in time");
    alarm::told(&mut tx, (id, State::Seen), "h2", at(125)).await.unwrap();
    assert_eq!(standing(&mut tx).await[0].state, State::Seen);
    alarm::told(&mut tx, (id, State::Seen), "h3", at(125)).await.unwrap();
    assert_eq!(standing(&mut tx).await[0].state, State::Told);
    assert!(!claim(&mut tx, (id, State::Seen), "h1", 300).await);

    // What was told is not forgotten; it ends, or comes back.
    alarm::forget(&mut tx, id).await.unwrap();
    alarm::forget(&mut tx, other).await.unwrap();
    let ids: Vec<_> = standing(&mut tx).await.iter().map(|one| one.id).collect();
    assert_eq!(ids, [id]);
    for seconds in [300, 305] {
        alarm::pause(&mut tx, id, at(seconds)).await.unwrap();
        assert_eq!(standing(&mut tx).await[0].over, Some(at(300)));
    }
    alarm::resume(&mut tx, id).await.unwrap();
    assert_eq!(standing(&mut tx).await[0].over, None);
    alarm::pause(&mut tx, id, at(310)).await.unwrap();
    assert!(claim(&mut tx, (id, State::Told), "h1", 400).await);
    alarm::told(&mut tx, (id, State::Told), "h1", at(401)).await.unwrap();
    assert_eq!(standing(&mut tx).await, []);

    // The same again is another alarm.
    alarm::begin(&mut tx, "support", "imap", "gone", at(500)).await.unwrap();
    assert_ne!(standing(&mut tx).await[0].id, id);
    tx.commit().await.unwrap();
}

pub(super) async fn mails_of_an_hour_are_counted(place: &Place) {
    let mut tx = place.begin().await;
    for cause in ["imap", "smtp", "dead"] {
        alarm::begin(&mut tx, "support", cause, "gone", at(0)).await.unwrap();
    }
    // Two are told in one mail, the third in another; then one is over.
    for (one, seconds) in standing(&mut tx).await.into_iter().zip([60, 60, 61]) {
        assert!(claim(&mut tx, (one.id, one.state), "h1", seconds).await);
        alarm::told(&mut tx, (one.id, one.state), "h1", at(seconds)).await.unwrap();
    }
    let first = standing(&mut tx).await.remove(0);
    assert!(claim(&mut tx, (first.id, first.state), "h1", 90).await);
    alarm::told(&mut tx, (first.id, first.state), "h1", at(90)).await.unwrap();
    let mut counts = Vec::new();
    for seconds in [0, 59, 60, 61, 90] {
        counts.push(alarm::mails_since(&mut tx, at(seconds)).await.unwrap());
    }
    assert_eq!(counts, [3, 3, 2, 1, 0]);
    alarm::sweep(&mut tx, at(90)).await.unwrap();
    assert_eq!(alarm::mails_since(&mut tx, at(0)).await.unwrap(), 3);
    alarm::sweep(&mut tx, at(91)).await.unwrap();
    assert_eq!(alarm::mails_since(&mut tx, at(0)).await.unwrap(), 2);
    assert_eq!(standing(&mut tx).await.len(), 2);
    tx.rollback().await.unwrap();
}

pub(super) async fn a_write_that_is_committed_is_timed(place: &Place) {
    let metrics = Metrics::new(0);
    let store = place.store.clone().timed(metrics.writes());
    let count = || {
        let text = metrics.text(&Reading::default()).unwrap();
        let line = "tidings_write_transaction_duration_seconds_count ";
        let found = text.lines().find_map(|found| found.strip_prefix(line));
        found.unwrap().parse::<u32>().unwrap()
    };
    let mut tx = store.begin().await.unwrap();
    alarm::begin(&mut tx, "support", "imap", "gone", at(0)).await.unwrap();
    tx.commit().await.unwrap();
    store.begin().await.unwrap().rollback().await.unwrap();
    store.read().await.unwrap().rollback().await.unwrap();
    assert_eq!(count(), 1);
}
