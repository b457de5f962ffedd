//! The first durable line, and the one outcome of each message.

use tidings::mail::Digest;
use tidings::store::body::BodyId;
use tidings::store::error::StoreError;
use tidings::store::inbound::{
    self, Content, Mark, NewInbound, Origin, Outcome, SpoolAge, Spooled,
};
use tidings::store::inbound::{attempts, review};
use tidings::triage::case::{Age, Form};

use super::{Place, at, letter, meet, meet_as, spool};

pub(super) async fn a_uid_has_one_row(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let first = letter(mailbox, 100, "one");
    spool(&mut tx, &first).await;
    assert_eq!(inbound::spool(&mut tx, &first).await.unwrap(), Spooled::Known);
    // the size and the bytes do not make another message of it, INTERNALDATE does
    let larger = NewInbound { size: 99, ..letter(mailbox, 100, "uno") };
    assert_eq!(inbound::spool(&mut tx, &larger).await.unwrap(), Spooled::Known);
    let later = NewInbound { received: at(999), ..letter(mailbox, 100, "two") };
    spool(&mut tx, &later).await;
    // files have no UID: each is a message
    let file = NewInbound { origin: Origin::File("a.eml"), ..letter(mailbox, 1, "three") };
    spool(&mut tx, &file).await;
    spool(&mut tx, &file).await;
    assert_eq!(inbound::waiting(&mut tx, "support").await.unwrap(), 4);
    assert_eq!(inbound::waiting(&mut tx, "sales").await.unwrap(), 0);
    tx.commit().await.unwrap();
}

pub(super) async fn the_same_bytes_are_a_copy(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let first = spool(&mut tx, &letter(mailbox, 100, "same")).await;
    let second = spool(&mut tx, &letter(mailbox, 101, "same")).await;
    let third = spool(&mut tx, &letter(mailbox, 102, "same")).await;
    let elsewhere = NewInbound { desk: "sales", ..letter(mailbox, 103, "same") };
    let other_desk = spool(&mut tx, &elsewhere).await;
    for (message, copy_of) in
        [(first, None), (second, Some(first)), (third, Some(first)), (other_desk, None)]
    {
        let row = review::show(&mut tx, message).await.unwrap().unwrap();
        assert_eq!(row.duplicate_of, copy_of, "{message:?}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn a_message_that_never_came_is_held(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let content = Content::Missing("cannot be fetched: x".to_owned());
    let missing = spool(&mut tx, &NewInbound { content, ..letter(mailbox, 100, "") }).await;
    let row = review::show(&mut tx, missing).await.unwrap().unwrap();
    assert_eq!((row.verdict.as_str(), row.reason.as_str()), ("held", "cannot be fetched: x"));
    assert_eq!((row.form.as_str(), row.body, row.mark.as_str()), ("missing", None, "none"));
    assert_eq!(row.origin, "INBOX, UID 100");
    assert_eq!(review::held(&mut tx, "support").await.unwrap(), 1);
    assert_eq!(review::held(&mut tx, "sales").await.unwrap(), 0);
    assert!(inbound::pending(&mut tx, "support", at(9_999), 10).await.unwrap().is_empty());
    let error = review::retry(&mut tx, missing).await;
    assert!(matches!(error, Err(StoreError::Raced)), "there is nothing to decide: {error:?}");
    tx.commit().await.unwrap();
}

pub(super) async fn inv_1_fifty_old_messages_are_settled_fifty_one_are_held(place: &Place) {
    for (base, count, held) in [(100, 50, 0), (200, 51, 51)] {
        let mut tx = place.begin().await;
        let mailbox = meet(&mut tx).await;
        for uid in base..base + count {
            let age = SpoolAge::Unsettled;
            spool(&mut tx, &NewInbound { age, ..letter(mailbox, uid, &format!("{uid}")) }).await;
        }
        // a copy of what is known counts for nothing
        let copy = letter(mailbox, base + 90, &format!("{base}"));
        spool(&mut tx, &NewInbound { age: SpoolAge::Unsettled, ..copy }).await;
        let before = inbound::pending(&mut tx, "support", at(9_999), 500).await.unwrap();
        assert!(before.is_empty(), "nothing is decided before the look is over");
        assert_eq!(inbound::settle(&mut tx, mailbox, 50).await.unwrap(), held);
        assert_eq!(inbound::settle(&mut tx, mailbox, 50).await.unwrap(), 0);
        let age = if held > 0 { Age::OldInBulk } else { Age::New };
        let after = inbound::pending(&mut tx, "support", at(9_999), 500).await.unwrap();
        assert_eq!(after.len(), usize::try_from(count).unwrap() + 1);
        assert!(after.iter().all(|one| one.arrival.age == age), "{count}");
        tx.rollback().await.unwrap();
    }
}

pub(super) async fn a_look_that_was_cut_off_is_settled_with_the_next(place: &Place) {
    let mut tx = place.begin().await;
    let old = meet(&mut tx).await;
    let new = meet_as(&mut tx, "imap.example", 8, 100, 10).await.mailbox.id;
    for (mailbox, uid) in [(old, 101), (old, 102), (new, 103)] {
        let age = SpoolAge::Unsettled;
        spool(&mut tx, &NewInbound { age, ..letter(mailbox, uid, &format!("{uid}")) }).await;
    }
    assert_eq!(inbound::settle(&mut tx, new, 2).await.unwrap(), 3);
    assert_eq!(inbound::pending(&mut tx, "support", at(0), 9).await.unwrap().len(), 3);
    tx.commit().await.unwrap();
}

pub(super) async fn messages_wait_in_their_order(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let mut expected = Vec::new();
    for (uid, age) in
        [(105, Age::New), (104, Age::BackFill), (103, Age::BeforeFirstRun), (102, Age::OldInBulk)]
    {
        let new = letter(mailbox, uid, &format!("{uid}"));
        expected
            .push((spool(&mut tx, &NewInbound { age: SpoolAge::Settled(age), ..new }).await, age));
    }
    let oversize = Content::Oversize(BodyId(7), Digest::of(b"begin"));
    let large = NewInbound { content: oversize, size: 77, ..letter(mailbox, 101, "") };
    expected.push((spool(&mut tx, &large).await, Age::New));
    let pending = inbound::pending(&mut tx, "support", at(0), 10).await.unwrap();
    let found: Vec<_> = pending.iter().map(|one| (one.id, one.arrival.age)).collect();
    assert_eq!(found, expected);
    assert_eq!(inbound::newest(&mut tx, "support").await.unwrap(), expected[4].0);
    let last = &pending[4];
    assert_eq!(last.arrival.form, Form::Oversize { size: 77 });
    assert_eq!((last.body, last.size, last.attempts), (BodyId(7), 77, 0));
    assert_eq!(last.arrival.received, at(101));
    assert_eq!(inbound::pending(&mut tx, "support", at(0), 2).await.unwrap().len(), 2);
    tx.commit().await.unwrap();
}

pub(super) fn outcome(verdict: &str) -> Outcome<'_> {
    Outcome {
        verdict,
        reason: "so it is",
        ticket: None,
        duplicate_of: None,
        content: None,
        mark: Mark::Owed,
        sender: None,
        proof: None,
        message_id: None,
        decided: at(2_000),
    }
}

pub(super) async fn an_outcome_is_written_once(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let letter = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    inbound::finish(&mut tx, letter, &outcome("ignored")).await.unwrap();
    let again = inbound::finish(&mut tx, letter, &outcome("held")).await;
    assert!(matches!(again, Err(StoreError::Raced)), "{again:?}");
    let row = review::show(&mut tx, letter).await.unwrap().unwrap();
    assert_eq!((row.verdict.as_str(), row.reason.as_str()), ("ignored", "so it is"));
    assert_eq!(row.mark, "owed");
    // what came from a file has nothing to mark
    let file = NewInbound { origin: Origin::File("a.eml"), ..super::letter(mailbox, 1, "two") };
    let file = spool(&mut tx, &file).await;
    inbound::finish(&mut tx, file, &outcome("ignored")).await.unwrap();
    let row = review::show(&mut tx, file).await.unwrap().unwrap();
    assert_eq!((row.mark.as_str(), row.origin.as_str()), ("none", "a.eml"));
    tx.commit().await.unwrap();
}

pub(super) async fn attempts_are_counted_while_it_waits(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let letter = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    attempts::lower_attempts(&mut tx, letter, 0).await.unwrap();
    for _ in 0..3 {
        attempts::raise_attempts(&mut tx, letter).await.unwrap();
    }
    for _ in 0..2 {
        attempts::lower_attempts(&mut tx, letter, 2).await.unwrap();
    }
    let pending = inbound::pending(&mut tx, "support", at(0), 10).await.unwrap();
    assert_eq!(pending[0].attempts, 2);
    inbound::finish(&mut tx, letter, &outcome("held")).await.unwrap();
    attempts::raise_attempts(&mut tx, letter).await.unwrap();
    assert_eq!(review::show(&mut tx, letter).await.unwrap().unwrap().attempts, 2);
    review::retry(&mut tx, letter).await.unwrap();
    assert_eq!(review::show(&mut tx, letter).await.unwrap().unwrap().attempts, 0);
    tx.commit().await.unwrap();
}
