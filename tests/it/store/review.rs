//! Messages for people, and marks in the mailbox.

use tidings::mail::Digest;
use tidings::store::body::BodyId;
use tidings::store::error::StoreError;
use tidings::store::inbound::mark::{self, Owed};
use tidings::store::inbound::{self, Content, NewInbound, SpoolAge, review};
use tidings::store::sql::Tx;
use tidings::triage::case::{Age, InboundId};

use super::spool::outcome;
use super::{Place, at, letter, meet, meet_as, spool};

pub(super) async fn messages_are_listed_by_verdict(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let mut rows = Vec::new();
    for (uid, verdict) in (100..).zip(["held", "ignored", "opened", ""]) {
        let row = spool(&mut tx, &letter(mailbox, uid, &format!("{uid}"))).await;
        if !verdict.is_empty() {
            inbound::finish(&mut tx, row, &outcome(verdict)).await.unwrap();
        }
        rows.push(row);
    }
    let [held, ignored, opened, waits] = rows[..] else { panic!() };
    listed(&mut tx, None, &[held, waits]).await;
    listed(&mut tx, Some("all"), &[held, ignored, opened, waits]).await;
    listed(&mut tx, Some("pending"), &[waits]).await;
    listed(&mut tx, Some("ignored"), &[ignored]).await;
    listed(&mut tx, Some("%"), &[]).await;
    let after = review::list(&mut tx, Some("all"), ignored.0).await.unwrap();
    assert_eq!(after.len(), 2);
    assert!(review::show(&mut tx, InboundId(999)).await.unwrap().is_none());
    tx.commit().await.unwrap();

    async fn listed(tx: &mut Tx, verdict: Option<&str>, expected: &[InboundId]) {
        let found = review::list(tx, verdict, 0).await.unwrap();
        let found: Vec<_> = found.iter().map(|row| row.id).collect();
        assert_eq!(found, expected, "{verdict:?}");
    }
}

pub(super) async fn only_what_rests_is_tried_again(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    for (uid, verdict, again) in [
        (100, "held", true),
        (101, "ignored", true),
        (102, "dropped", true),
        (103, "opened", false),
        (104, "follow_up", false),
        (105, "event", false),
        (106, "duplicate", false),
    ] {
        let row = spool(&mut tx, &letter(mailbox, uid, verdict)).await;
        inbound::finish(&mut tx, row, &outcome(verdict)).await.unwrap();
        let tried = review::retry(&mut tx, row).await;
        assert_eq!(tried.is_ok(), again, "{verdict}");
        assert!(again || matches!(tried, Err(StoreError::Raced)), "{verdict}");
        let found = review::show(&mut tx, row).await.unwrap().unwrap();
        assert_eq!(found.verdict, if again { "pending" } else { verdict });
        let waits = review::retry(&mut tx, row).await;
        assert!(matches!(waits, Err(StoreError::Raced)), "it waits already");
    }
    // whoever tries an old one again wants it
    for (uid, before, after) in [
        (200, Age::OldInBulk, Age::New),
        (201, Age::BeforeFirstRun, Age::BackFill),
        (202, Age::BackFill, Age::BackFill),
    ] {
        let new = letter(mailbox, uid, &format!("{uid}"));
        let row = spool(&mut tx, &NewInbound { age: SpoolAge::Settled(before), ..new }).await;
        inbound::finish(&mut tx, row, &outcome("held")).await.unwrap();
        review::retry(&mut tx, row).await.unwrap();
        let pending = inbound::pending(&mut tx, "support", at(0), 100).await.unwrap();
        let found = pending.iter().find(|one| one.id == row).unwrap();
        assert_eq!(found.arrival.age, after);
    }
    tx.commit().await.unwrap();
}

pub(super) async fn what_is_put_aside_is_marked_but_an_oversize_one(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let large = Content::Oversize(BodyId(1), Digest::of(b"x"));
    for (new, mark) in [
        (letter(mailbox, 100, "one"), "owed"),
        (NewInbound { content: large, ..letter(mailbox, 101, "") }, "none"),
        (NewInbound { content: Content::Missing("x".into()), ..letter(mailbox, 102, "") }, "owed"),
    ] {
        let row = spool(&mut tx, &new).await;
        let waits = review::put_aside(&mut tx, row, "why", at(3_000)).await;
        let missing = matches!(new.content, Content::Missing(_));
        assert_eq!(waits.is_ok(), missing, "only a held one is put aside");
        if !missing {
            let held = inbound::Outcome { mark: inbound::Mark::None, ..outcome("held") };
            inbound::finish(&mut tx, row, &held).await.unwrap();
            review::put_aside(&mut tx, row, "why", at(3_000)).await.unwrap();
        }
        let found = review::show(&mut tx, row).await.unwrap().unwrap();
        assert_eq!((found.verdict.as_str(), found.reason.as_str()), ("dropped", "why"));
        assert_eq!(found.mark, mark, "{:?}", new.content);
        assert!(review::put_aside(&mut tx, row, "again", at(3_000)).await.is_err());
    }
    tx.commit().await.unwrap();
}

pub(super) async fn marks_are_done_once(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let mut rows = Vec::new();
    for uid in [103, 101, 102] {
        let row = spool(&mut tx, &letter(mailbox, uid, &format!("{uid}"))).await;
        assert!(mark::owed(&mut tx, mailbox, 9).await.unwrap().iter().all(|one| one.id != row));
        inbound::finish(&mut tx, row, &outcome("ignored")).await.unwrap();
        rows.push(Owed { id: row, uid });
    }
    assert_eq!(mark::owed(&mut tx, mailbox, 9).await.unwrap(), rows);
    assert_eq!(mark::owed(&mut tx, mailbox, 2).await.unwrap(), rows[..2]);
    mark::marked(&mut tx, &rows[..1], None).await.unwrap();
    mark::marked(&mut tx, &rows[1..2], Some("read-only")).await.unwrap();
    mark::marked(&mut tx, &rows[..1], Some("too late")).await.unwrap();
    assert_eq!(mark::owed(&mut tx, mailbox, 9).await.unwrap(), rows[2..]);
    let mut marks = Vec::new();
    for row in &rows {
        marks.push(review::show(&mut tx, row.id).await.unwrap().unwrap().mark);
    }
    assert_eq!(marks, ["done", "impossible", "owed"]);
    tx.commit().await.unwrap();
}

pub(super) async fn marks_of_a_folder_that_is_gone_are_given_up(place: &Place) {
    let mut tx = place.begin().await;
    let old = meet(&mut tx).await;
    let row = spool(&mut tx, &letter(old, 100, "one")).await;
    inbound::finish(&mut tx, row, &outcome("ignored")).await.unwrap();
    assert_eq!(mark::abandon_marks(&mut tx, old).await.unwrap(), 0, "it is not gone");
    let new = meet_as(&mut tx, "imap.example", 8, 5, 10).await.mailbox.id;
    let row = spool(&mut tx, &letter(new, 1, "two")).await;
    inbound::finish(&mut tx, row, &outcome("ignored")).await.unwrap();
    assert_eq!(mark::abandon_marks(&mut tx, new).await.unwrap(), 1);
    assert!(mark::owed(&mut tx, old, 9).await.unwrap().is_empty());
    assert_eq!(mark::owed(&mut tx, new, 9).await.unwrap(), [Owed { id: row, uid: 1 }]);
    tx.commit().await.unwrap();
}
