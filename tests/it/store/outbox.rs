//! Notices on their way.

use tidings::store::body::{self, BodyId};
use tidings::store::commit::{self, Act};
use tidings::store::error::StoreError;
use tidings::store::lease::LEASE;
use tidings::store::outbox::{self, Counts, OutboxId, Settled, review};
use tidings::store::sql::Tx;
use tidings::store::ticket;

use super::{HOUR, Place, act, at, claimant, notice, number, opening};

/// Notices made at these seconds, each to another person; their rows, in that order.
async fn make(tx: &mut Tx, seconds: &[i64]) -> Vec<OutboxId> {
    commit::apply(tx, &opening(17), &act(None, 0)).await.unwrap();
    for ((body, made), name) in (1..).zip(seconds).zip(["ada", "bob", "cyd", "dan"]) {
        let to = format!("{name}@acme.example");
        let effects = [notice(17, &format!("n{body}@desk.example"), &to)];
        commit::apply(tx, &effects, &Act { now: at(*made), ..act(None, body) }).await.unwrap();
    }
    review::list(tx, Some("all"), 0).await.unwrap().iter().map(|row| row.id).collect()
}

async fn claim(tx: &mut Tx, seconds: i64, limit: i64) -> Vec<OutboxId> {
    let claimed = outbox::claim(tx, claimant("support"), at(seconds), limit).await.unwrap();
    claimed.iter().map(|one| one.id).collect()
}

async fn state(tx: &mut Tx, id: OutboxId) -> String {
    review::show(tx, id).await.unwrap().unwrap().0.state
}

pub(super) async fn a_notice_is_claimed_once(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, &[30, 10, 20, 90]).await;
    assert_eq!(outbox::next_due(&mut tx, "support").await.unwrap(), Some(at(10)));
    assert_eq!(outbox::next_due(&mut tx, "sales").await.unwrap(), None);
    assert_eq!(claim(&mut tx, 9, 9).await, [], "nothing is due");
    assert_eq!(claim(&mut tx, 60, 2).await, [ids[1], ids[2]], "the longest due");
    let claimed = outbox::claim(&mut tx, claimant("support"), at(60), 9).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let one = &claimed[0];
    assert_eq!((one.id, one.attempts, one.first_attempt), (ids[0], 0, None));
    assert_eq!(one.envelope.to.as_str(), "ada@acme.example");
    assert_eq!(one.envelope.from.to_string(), "<>");
    assert_eq!(one.bytes, b"Subject: x\r\n\r\nWe have it.\r\n");
    assert_eq!(claim(&mut tx, 60, 9).await, []);
    assert!(outbox::claim(&mut tx, claimant("sales"), at(99), 9).await.unwrap().is_empty());
    assert_eq!(outbox::counts(&mut tx, "support").await.unwrap(), Counts { due: 4, dead: 0 });
    assert_eq!(outbox::counts(&mut tx, "sales").await.unwrap(), Counts::default());
    tx.commit().await.unwrap();
}

pub(super) async fn a_whole_claim_that_was_taken_is_written(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 0)).await.unwrap();
    for body in 1..=23 {
        let to = format!("customer{body}@acme.example");
        let effects = [notice(17, &format!("n{body}@desk.example"), &to)];
        commit::apply(&mut tx, &effects, &act(None, body)).await.unwrap();
    }
    let ids = claim(&mut tx, 60, 99).await;
    let settled = |ids: &[OutboxId]| -> Vec<_> {
        ids.iter().map(|id| (*id, Settled::Sent { reply: format!("250 as {}", id.0) })).collect()
    };
    outbox::settle(&mut tx, "h2", &settled(&ids), at(61)).await.unwrap();
    assert!(review::list(&mut tx, Some("sent"), 0).await.unwrap().is_empty(), "not h2's to say");
    outbox::settle(&mut tx, "h1", &settled(&ids), at(61)).await.unwrap();
    let sent = review::list(&mut tx, Some("sent"), 0).await.unwrap();
    assert_eq!((ids.len(), sent.len()), (23, 23));
    for one in sent {
        assert_eq!(one.reply, Some(format!("250 as {}", one.id.0)));
    }
    tx.rollback().await.unwrap();
}

pub(super) async fn each_outcome_of_a_claim_is_written(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, &[1, 2, 3, 4]).await;
    assert_eq!(claim(&mut tx, 10, 9).await.len(), 4);
    let reply = || "said".to_owned();
    let settled = [
        (ids[0], Settled::Sent { reply: reply() }),
        (ids[1], Settled::Later { due: at(50), reply: reply() }),
        (ids[2], Settled::Released),
        (ids[3], Settled::Dead { reply: reply() }),
    ];
    outbox::settle(&mut tx, "h1", &settled, at(11)).await.unwrap();
    let rows = review::list(&mut tx, Some("all"), 0).await.unwrap();
    let found: Vec<_> =
        rows.iter().map(|row| (row.state.as_str(), row.attempts, row.reply.as_deref())).collect();
    let said = Some("said");
    assert_eq!(found, [("sent", 0, said), ("due", 1, said), ("due", 0, None), ("dead", 0, said)]);
    assert_eq!(review::list(&mut tx, None, 0).await.unwrap().len(), 3, "all but the sent one");
    assert_eq!(review::list(&mut tx, Some("dead"), 0).await.unwrap()[0].id, ids[3]);
    assert_eq!(review::list(&mut tx, Some("all"), ids[1].0).await.unwrap().len(), 2);
    assert_eq!(outbox::counts(&mut tx, "support").await.unwrap(), Counts { due: 2, dead: 1 });
    assert!(review::show(&mut tx, OutboxId(99)).await.unwrap().is_none());
    assert_eq!(review::show(&mut tx, ids[0]).await.unwrap().unwrap().1.len(), 27, "final bytes");
    // a second outcome finds nothing to write
    let second = [(ids[0], Settled::Released), (ids[3], Settled::Sent { reply: reply() })];
    outbox::settle(&mut tx, "h1", &second, at(12)).await.unwrap();
    assert_eq!(state(&mut tx, ids[0]).await, "sent");
    assert_eq!(state(&mut tx, ids[3]).await, "dead");
    // the released one is due at once, the deferred one later, and it remembers its first try
    assert_eq!(claim(&mut tx, 12, 9).await, [ids[2]]);
    assert_eq!(claim(&mut tx, 49, 9).await, []);
    let again = outbox::claim(&mut tx, claimant("support"), at(50), 9).await.unwrap();
    assert_eq!((again[0].id, again[0].attempts), (ids[1], 1));
    assert_eq!(again[0].first_attempt, Some(at(11)));
    tx.commit().await.unwrap();
}

pub(super) async fn a_lease_that_ran_out_is_due_again(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, &[1]).await;
    let claimed = outbox::claim(&mut tx, claimant("support"), at(10), 9).await.unwrap();
    let ends = at(10).after(LEASE);
    // nobody needs to look before the lease is over
    assert_eq!(outbox::next_due(&mut tx, "support").await.unwrap(), Some(ends));
    let early =
        outbox::claim(&mut tx, claimant("support"), ends.before(HOUR / 3600), 9).await.unwrap();
    assert!(early.is_empty());
    let again = outbox::claim(&mut tx, claimant("support"), ends, 9).await.unwrap();
    assert_eq!(again[0].id, ids[0]);
    assert_eq!(again[0].bytes, claimed[0].bytes, "byte for byte");
    assert_eq!(again[0].attempts, 0);
    // who starts anew need not wait for the claims of who is gone
    assert_eq!(outbox::release(&mut tx, claimant("support")).await.unwrap(), 1);
    assert_eq!(outbox::release(&mut tx, claimant("support")).await.unwrap(), 0);
    assert_eq!(outbox::next_due(&mut tx, "support").await.unwrap(), Some(at(1)));
    assert_eq!(claim(&mut tx, 11, 9).await, ids);
    tx.commit().await.unwrap();
}

pub(super) async fn a_death_is_told_once(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, &[1]).await;
    claim(&mut tx, 10, 9).await;
    let dead = [(ids[0], Settled::Dead { reply: "550 no".to_owned() })];
    for _ in 0..2 {
        outbox::settle(&mut tx, "h1", &dead, at(11)).await.unwrap();
    }
    let events = ticket::events(&mut tx, number(17)).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind.as_str(), events[0].at), ("undeliverable", at(11)));
    let detail = "acknowledgement to ada@acme.example will not be delivered: 550 no";
    assert_eq!(events[0].detail, detail);
    tx.commit().await.unwrap();
}

pub(super) async fn a_notice_without_its_bytes_is_dead_and_others_go_on(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, &[1, 2]).await;
    body::begin_upload(&mut tx, BodyId(1), "support", at(0)).await.unwrap();
    body::sweep(&mut tx, BodyId(1)).await.unwrap();
    assert_eq!(claim(&mut tx, 10, 9).await, [ids[1]]);
    let dead = review::list(&mut tx, Some("dead"), 0).await.unwrap();
    assert_eq!((dead.len(), dead[0].id), (1, ids[0]));
    assert!(dead[0].reply.as_deref().unwrap().starts_with("cannot be sent"), "{dead:?}");
    assert_eq!(ticket::events(&mut tx, number(17)).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    let lost = format!("outbox {} has lost its bytes", ids[0].0);
    assert_eq!(place.store.check().await.unwrap(), [lost]);
    let mut tx = place.begin().await;
    body::put(&mut tx, BodyId(1), b"found again").await.unwrap();
    tx.commit().await.unwrap();
}

pub(super) async fn people_may_try_again_or_give_up(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, &[1, 2, 3, 4]).await;
    assert_eq!(claim(&mut tx, 10, 3).await.len(), 3);
    let reply = || "said".to_owned();
    let settled =
        [(ids[0], Settled::Sent { reply: reply() }), (ids[1], Settled::Dead { reply: reply() })];
    outbox::settle(&mut tx, "h1", &settled, at(11)).await.unwrap();
    // sent, dead, claimed, due
    for (id, retried) in ids.iter().zip([false, true, false, true]) {
        let done = review::retry(&mut tx, *id, at(12)).await;
        assert_eq!(done.is_ok(), retried, "{id:?}");
        assert!(retried || matches!(done, Err(StoreError::Raced)));
    }
    assert_eq!(claim(&mut tx, 12, 1).await, [ids[1]], "with all its tries before it");
    // sent, claimed, claimed, due
    for (id, given_up) in ids.iter().zip([false, false, false, true]) {
        let done = review::give_up(&mut tx, *id, "ada", at(13)).await;
        assert_eq!(done.is_ok(), given_up, "{id:?}");
    }
    let (row, bytes) = review::show(&mut tx, ids[3]).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.reply.as_deref()), ("dead", Some("dropped by ada")));
    assert!(!bytes.is_empty(), "it stays");
    let events = ticket::events(&mut tx, number(17)).await.unwrap();
    assert_eq!(events.len(), 2);
    assert!(events[1].detail.ends_with("dropped by ada"));
    tx.commit().await.unwrap();
}
