//! Desks: who holds one, until when, and what a holder that was overtaken can still do.

use std::time::Duration;

use tidings::store::commit;
use tidings::store::error::{Class, StoreError};
use tidings::store::lease::{self, Hold, Holder, LEASE, Left, Renewed, Taken};
use tidings::store::sql::Tx;
use tidings::store::ticket;
use tidings::time::Timestamp;

use super::{Place, act, at, number, opening};

/// The daemon of this identity, on a machine of its own.
pub(super) fn daemon(id: &str) -> Holder {
    Holder { id: id.into(), name: format!("{id}.example").into() }
}

/// Takes `support`, which is free.
#[track_caller]
pub(super) fn ours(taken: Taken) -> (Hold, Left) {
    match taken {
        Taken::Ours(hold, left) => (hold, left),
        Taken::Others(lease) => panic!("{lease:?}"),
    }
}

async fn take(tx: &mut Tx, id: &str, now: Timestamp) -> Taken {
    lease::take(tx, "support", &daemon(id), now).await.unwrap()
}

pub(super) async fn take_now(place: &Place, id: &str, now: Timestamp) -> (Hold, Left) {
    let mut tx = place.begin().await;
    let taken = take(&mut tx, id, now).await;
    tx.commit().await.unwrap();
    ours(taken)
}

/// The end of a lease that was taken or renewed at this second.
fn end(seconds: i64) -> Timestamp {
    at(seconds).after(LEASE)
}

const INSTANT: Duration = Duration::from_micros(1);

pub(super) async fn a_desk_is_taken_once(place: &Place) {
    let (hold, left) = take_now(place, "h1", at(0)).await;
    assert_eq!((hold.desk(), left), ("support", Left::Clean));
    assert!(!hold.ended().is_cancelled());
    let mut tx = place.begin().await;
    for when in [at(0), at(30), end(0).before(INSTANT)] {
        let Taken::Others(lease) = take(&mut tx, "h2", when).await else { panic!("{when}") };
        assert_eq!((lease.desk.as_str(), lease.holder), ("support", daemon("h1")));
        assert_eq!((lease.taken, lease.until), (at(0), Some(end(0))));
    }
    // another desk is another matter
    let sales = lease::take(&mut tx, "sales", &daemon("h2"), at(5)).await.unwrap();
    assert_eq!(ours(sales).1, Left::Clean);
    let leases = lease::list(&mut tx).await.unwrap();
    let found: Vec<_> = leases.iter().map(|one| (one.desk.as_str(), &*one.holder.id)).collect();
    assert_eq!(found, [("sales", "h2"), ("support", "h1")]);
    assert!(leases[1].is_living(end(0).before(INSTANT)));
    assert!(!leases[1].is_living(end(0)));
    // a holder that is gone has left it as it was
    assert_eq!(ours(take(&mut tx, "h2", end(0)).await).1, Left::Unclean);
    tx.commit().await.unwrap();
}

pub(super) async fn a_lease_is_renewed_until_another_took_it(place: &Place) {
    let (first, _) = take_now(place, "h1", at(0)).await;
    let mut tx = place.begin().await;
    assert_eq!(lease::renew(&mut tx, &first, at(30)).await.unwrap(), Renewed::Held);
    let Taken::Others(lease) = take(&mut tx, "h2", end(0)).await else { panic!() };
    assert_eq!((lease.taken, lease.until), (at(0), Some(end(30))));
    // late, but nobody was quicker
    assert_eq!(lease::renew(&mut tx, &first, at(300)).await.unwrap(), Renewed::Held);
    let (second, _) = ours(take(&mut tx, "h2", end(300)).await);
    assert!(!first.ended().is_cancelled());
    assert_eq!(lease::renew(&mut tx, &first, end(300)).await.unwrap(), Renewed::Lost);
    assert!(first.ended().is_cancelled());
    assert!(!second.ended().is_cancelled());
    // nor can it give back what is another's
    lease::give_back(&mut tx, &first).await.unwrap();
    assert_eq!(lease::list(&mut tx).await.unwrap()[0].until, Some(end(300).after(LEASE)));
    tx.commit().await.unwrap();
}

pub(super) async fn a_desk_that_is_given_back_is_free_at_once(place: &Place) {
    let (first, _) = take_now(place, "h1", at(0)).await;
    let mut tx = place.begin().await;
    lease::give_back(&mut tx, &first).await.unwrap();
    let lease = &lease::list(&mut tx).await.unwrap()[0];
    assert_eq!((&*lease.holder.id, lease.until), ("h1", None));
    assert!(!lease.is_living(at(0)));
    // a renewal that comes late does not take it again, and nothing is written without it
    assert_eq!(lease::renew(&mut tx, &first, at(1)).await.unwrap(), Renewed::Lost);
    tx.commit().await.unwrap();
    let fenced = place.store.held(first).begin().await;
    assert!(matches!(fenced, Err(StoreError::Fenced { .. })));
    let (_, left) = take_now(place, "h2", at(1)).await;
    assert_eq!(left, Left::Clean);
}

pub(super) async fn a_holder_finds_its_desk_again(place: &Place) {
    let (first, _) = take_now(place, "h1", at(0)).await;
    // after a crash, without waiting for the end of what was its own
    let (second, left) = take_now(place, "h1", at(1)).await;
    assert_eq!(left, Left::Unclean);
    let mut tx = place.begin().await;
    assert_eq!(lease::renew(&mut tx, &first, at(2)).await.unwrap(), Renewed::Lost);
    assert_eq!(lease::renew(&mut tx, &second, at(2)).await.unwrap(), Renewed::Held);
    tx.commit().await.unwrap();
}

pub(super) async fn the_fence_stops_who_was_overtaken(place: &Place) {
    let (first, _) = take_now(place, "h1", at(0)).await;
    let stale = place.store.held(first.clone());
    let mut tx = stale.begin().await.unwrap();
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    tx.commit().await.unwrap();
    // until somebody takes it, it may go on, however late
    let (second, _) = take_now(place, "h2", end(0)).await;
    for _ in 0..2 {
        let Err(error) = stale.begin().await else { panic!("it writes what is another's") };
        assert!(matches!(&error, StoreError::Fenced { desk } if &**desk == "support"), "{error}");
        assert_eq!(error.class(), Class::Store);
        assert!(first.ended().is_cancelled());
    }
    // it may look, and who holds the desk, or no desk, may write
    let mut tx = stale.read().await.unwrap();
    assert!(ticket::show(&mut tx, number(17)).await.unwrap().is_some());
    tx.rollback().await.unwrap();
    for (store, ticket) in [(place.store.held(second.clone()), 18), (place.store.clone(), 19)] {
        let mut tx = store.begin().await.unwrap();
        commit::apply(&mut tx, &opening(ticket), &act(None, 1)).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert!(!second.ended().is_cancelled());
}
