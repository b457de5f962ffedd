//! Claims on notices: each is of one daemon at a time, and is settled by that one.

use std::collections::BTreeSet;
use std::time::Duration;

use tidings::store::Store;
use tidings::store::commit::{self, Act};
use tidings::store::lease::LEASE;
use tidings::store::outbox::{self, Claimant, OutboxId, Settled, review};
use tidings::store::sql::Tx;
use tidings::store::ticket;
use tidings::time::Timestamp;

use super::{HOUR, Place, act, at, notice, number, opening};

pub(super) fn by(holder: &str) -> Claimant<'_> {
    Claimant { desk: "support", holder }
}

/// Notices of a ticket to these persons at Acme, due from the beginning; their rows.
pub(super) async fn make(tx: &mut Tx, ticket: i64, to: &[&str]) -> Vec<OutboxId> {
    commit::apply(tx, &opening(ticket), &act(None, 0)).await.unwrap();
    for (count, name) in (1..).zip(to) {
        let body = ticket * 1_000 + count;
        let to = format!("{name}@acme.example");
        let effects = [notice(ticket, &format!("n{body}@desk.example"), &to)];
        commit::apply(tx, &effects, &Act { now: at(0), ..act(None, body) }).await.unwrap();
    }
    let rows = review::list(tx, Some("all"), 0).await.unwrap();
    rows.iter().filter(|row| row.ticket == ticket).map(|row| row.id).collect()
}

pub(super) async fn claim(tx: &mut Tx, holder: &str, now: Timestamp, limit: i64) -> Vec<OutboxId> {
    let claimed = outbox::claim(tx, by(holder), now, limit).await.unwrap();
    claimed.iter().map(|one| one.id).collect()
}

fn said() -> String {
    "said".to_owned()
}

/// All that is known of a notice.
async fn row(tx: &mut Tx, id: OutboxId) -> String {
    format!("{:?}", review::show(tx, id).await.unwrap().unwrap().0)
}

async fn settle(tx: &mut Tx, holder: &str, id: OutboxId, outcome: &Settled, seconds: i64) {
    outbox::settle(tx, holder, &[(id, outcome.clone())], at(seconds)).await.unwrap();
}

pub(super) async fn what_another_has_claimed_since_is_not_settled(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, 17, &["ada"]).await;
    assert_eq!(claim(&mut tx, "h1", at(10), 9).await, ids);
    assert_eq!(claim(&mut tx, "h2", at(10).after(LEASE), 9).await, ids, "h1 was too slow");
    let before = row(&mut tx, ids[0]).await;
    for outcome in [
        Settled::Sent { reply: said() },
        Settled::Later { due: at(900), reply: said() },
        Settled::Released,
        Settled::Forgiven,
        Settled::Dead { reply: said() },
    ] {
        settle(&mut tx, "h1", ids[0], &outcome, 80).await;
        assert_eq!(row(&mut tx, ids[0]).await, before, "{outcome:?}");
    }
    assert!(ticket::events(&mut tx, number(17)).await.unwrap().is_empty());
    settle(&mut tx, "h2", ids[0], &Settled::Sent { reply: said() }, 80).await;
    let (row, _) = review::show(&mut tx, ids[0]).await.unwrap().unwrap();
    assert_eq!(row.state, "sent");
    tx.commit().await.unwrap();
}

pub(super) async fn a_holder_gives_back_and_renews_its_own(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, 17, &["ada", "bob"]).await;
    assert_eq!(claim(&mut tx, "h1", at(10), 1).await, ids[..1]);
    assert_eq!(claim(&mut tx, "h2", at(10), 1).await, ids[1..]);
    assert_eq!(outbox::release(&mut tx, by("h2")).await.unwrap(), 1);
    assert_eq!(outbox::release(&mut tx, by("h2")).await.unwrap(), 0);
    let elsewhere = Claimant { desk: "sales", holder: "h1" };
    assert_eq!(outbox::release(&mut tx, elsewhere).await.unwrap(), 0);
    assert_eq!(claim(&mut tx, "h3", at(11), 9).await, ids[1..], "what was given back, at once");
    // who lives keeps what it has claimed, whatever the desk, and nothing of others
    assert_eq!(outbox::renew(&mut tx, "h1", at(30)).await.unwrap(), 1);
    assert_eq!(outbox::renew(&mut tx, "h2", at(30)).await.unwrap(), 0);
    assert_eq!(claim(&mut tx, "h2", at(11).after(LEASE), 9).await, ids[1..]);
    let instant = Duration::from_micros(1);
    assert_eq!(claim(&mut tx, "h2", at(30).after(LEASE).before(instant), 9).await, []);
    assert_eq!(claim(&mut tx, "h2", at(30).after(LEASE), 9).await, ids[..1]);
    tx.commit().await.unwrap();
}

pub(super) async fn notices_to_one_recipient_go_out_in_their_order(place: &Place) {
    let mut tx = place.begin().await;
    let [first, other, second, third, last] =
        make(&mut tx, 17, &["ada", "bob", "ada", "ada", "ada"]).await[..]
    else {
        panic!()
    };
    let elsewhere = make(&mut tx, 18, &["ada"]).await[0];
    // not while the one before is due or claimed; others are not held up
    assert_eq!(claim(&mut tx, "h1", at(10), 9).await, [first, other, elsewhere]);
    for one in [other, elsewhere] {
        settle(&mut tx, "h1", one, &Settled::Sent { reply: said() }, 10).await;
    }
    assert_eq!(claim(&mut tx, "h2", at(10), 9).await, [], "it is on its way");
    // nor while it is put off, but for an hour at most
    let later = Settled::Later { due: at(20_000), reply: said() };
    settle(&mut tx, "h1", first, &later, 11).await;
    let instant = Duration::from_micros(1);
    for when in [at(12), at(11).after(HOUR).before(instant)] {
        assert_eq!(claim(&mut tx, "h1", when, 9).await, [], "{when}");
    }
    assert_eq!(claim(&mut tx, "h1", at(11).after(HOUR), 9).await, [second]);
    assert_eq!(claim(&mut tx, "h1", at(11).after(HOUR), 9).await, [], "the third waits for it");
    // one that is given up or sent is waited for no more
    settle(&mut tx, "h1", second, &Settled::Dead { reply: said() }, 3_700).await;
    assert_eq!(claim(&mut tx, "h1", at(3_700), 9).await, [third]);
    settle(&mut tx, "h1", third, &Settled::Sent { reply: said() }, 3_701).await;
    assert_eq!(claim(&mut tx, "h1", at(3_701), 9).await, [last]);
    tx.commit().await.unwrap();
}

/// Whoever did not hear the answer to COMMIT writes the outcome again.
pub(super) async fn an_outcome_that_is_written_twice_changes_nothing(place: &Place) {
    let mut tx = place.begin().await;
    let ids = make(&mut tx, 17, &["ada", "bob", "cyd", "dan"]).await;
    assert_eq!(claim(&mut tx, "h1", at(10), 9).await, ids);
    let outcomes = [
        Settled::Sent { reply: said() },
        Settled::Later { due: at(900), reply: said() },
        Settled::Released,
        Settled::Dead { reply: said() },
    ];
    for (id, outcome) in ids.iter().zip(&outcomes) {
        settle(&mut tx, "h1", *id, outcome, 11).await;
        let before = row(&mut tx, *id).await;
        for seconds in [11, 12] {
            settle(&mut tx, "h1", *id, outcome, seconds).await;
            assert_eq!(row(&mut tx, *id).await, before, "{outcome:?}");
        }
    }
    assert_eq!(ticket::events(&mut tx, number(17)).await.unwrap().len(), 1);
    // of two tries that were charged, one is forgiven, and then it is due
    assert_eq!(claim(&mut tx, "h1", at(900), 9).await, ids[1..3]);
    settle(&mut tx, "h1", ids[1], &Settled::Later { due: at(2_000), reply: said() }, 901).await;
    for seconds in [902, 902, 903] {
        settle(&mut tx, "h1", ids[1], &Settled::Forgiven, seconds).await;
        let (row, _) = review::show(&mut tx, ids[1]).await.unwrap().unwrap();
        assert_eq!((row.attempts, row.due), (1, at(902)));
    }
    // where none was charged, none is
    let effects = [notice(17, "late@desk.example", "eve@acme.example")];
    commit::apply(&mut tx, &effects, &Act { now: at(999), ..act(None, 99) }).await.unwrap();
    let late = review::list(&mut tx, Some("due"), ids[3].0).await.unwrap()[0].id;
    settle(&mut tx, "h1", late, &Settled::Forgiven, 903).await;
    let (row, _) = review::show(&mut tx, late).await.unwrap().unwrap();
    assert_eq!((row.attempts, row.due), (0, at(999)));
    tx.commit().await.unwrap();
}

pub(super) async fn two_claimers_never_get_the_same(place: &Place) {
    let mut tx = place.begin().await;
    let names: Vec<_> = (0..120).map(|one| format!("c{one}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let ids = make(&mut tx, 17, &names).await;
    tx.commit().await.unwrap();
    let mut tasks = Vec::new();
    for holder in ["h1", "h2"] {
        tasks.push(tokio::spawn(claim_all(place.another().await, holder)));
    }
    let mut all = BTreeSet::new();
    for task in tasks {
        for id in task.await.unwrap() {
            assert!(all.insert(id), "{id:?} twice");
        }
    }
    assert!(all.into_iter().eq(ids));
    let mut tx = place.begin().await;
    let sent = review::list(&mut tx, Some("sent"), 0).await.unwrap();
    assert_eq!(sent.len(), 120, "each was settled by who had claimed it");
    tx.rollback().await.unwrap();
}

/// Claims and sends until nothing is left.
async fn claim_all(store: Store, holder: &str) -> Vec<OutboxId> {
    let mut all = Vec::new();
    loop {
        let mut tx = store.begin().await.unwrap();
        let claimed = claim(&mut tx, holder, at(10), 7).await;
        tx.commit().await.unwrap();
        if claimed.is_empty() {
            break;
        }
        let sent = || Settled::Sent { reply: said() };
        let settled: Vec<_> = claimed.iter().map(|id| (*id, sent())).collect();
        let mut tx = store.begin().await.unwrap();
        outbox::settle(&mut tx, holder, &settled, at(11)).await.unwrap();
        tx.commit().await.unwrap();
        all.extend(claimed);
    }
    store.close().await;
    all
}
