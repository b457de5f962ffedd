//! Two at once: the first has written and not ended its transaction when the second comes. In a file
//! the second waits before it begins; on a server where it meets what the first has written.

use std::fmt::Debug;

use tidings::mail::Digest;
use tidings::store::Store;
use tidings::store::body::BodyId;
use tidings::store::commit;
use tidings::store::error::StoreError;
use tidings::store::inbound::{self, Content, NewInbound, Spooled, review};
use tidings::store::lease::{self, LEASE, Left, Taken};
use tidings::store::mailbox::MailboxId;
use tidings::store::sql::Tx;
use tidings::triage::case::InboundId;
use tokio::task::JoinHandle;

use super::lease::{daemon, ours, take_now};
use super::{PATIENCE, Place, act, at, letter, meet, opening, spool, store_bytes};

/// How the first ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Commit,
    Rollback,
}

impl End {
    async fn of(self, tx: Tx) {
        match self {
            Self::Commit => tx.commit().await.unwrap(),
            Self::Rollback => tx.rollback().await.unwrap(),
        }
    }
}

/// What the second gets, once the first has ended.
async fn within<T: Debug>(second: JoinHandle<T>) -> T {
    tokio::time::timeout(PATIENCE, second).await.expect("it waits too long").unwrap()
}

async fn take(store: Store, desk: &'static str, seconds: i64) -> Taken {
    let mut tx = store.begin().await.unwrap();
    let taken = lease::take(&mut tx, desk, &daemon("h2"), at(seconds)).await.unwrap();
    tx.commit().await.unwrap();
    taken
}

pub(super) async fn of_two_takers_one_gets_the_desk(place: &Place) {
    let other = place.another().await;
    // a desk that nobody ever held has no row to be locked; one that was left has
    let mut tx = place.begin().await;
    for desk in ["left", "left too"] {
        lease::take(&mut tx, desk, &daemon("h0"), at(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (desk, end) in [
        ("new", End::Commit),
        ("new too", End::Rollback),
        ("left", End::Commit),
        ("left too", End::Rollback),
    ] {
        let mut tx = place.begin().await;
        let first = lease::take(&mut tx, desk, &daemon("h1"), at(100)).await.unwrap();
        ours(first);
        let second = tokio::spawn(take(other.clone(), desk, 100));
        place.until_one_waits();
        end.of(tx).await;
        match (within(second).await, end) {
            (Taken::Others(lease), End::Commit) => assert_eq!(lease.holder, daemon("h1"), "{desk}"),
            (Taken::Ours(..), End::Rollback) => {}
            (second, _) => panic!("{desk}: {second:?}"),
        }
    }
    other.close().await;
}

/// What the holder has begun it may end, and nobody is in the desk meanwhile.
pub(super) async fn a_taker_waits_for_what_the_holder_has_open(place: &Place) {
    let (hold, _) = take_now(place, "h1", at(0)).await;
    let (holder, other) = (place.store.held(hold), place.another().await);
    let mut open = holder.begin().await.unwrap();
    let after = i64::try_from(LEASE.as_secs()).unwrap();
    let second = tokio::spawn(take(other.clone(), "support", after));
    place.until_one_waits();
    assert!(!second.is_finished());
    commit::apply(&mut open, &opening(17), &act(None, 1)).await.unwrap();
    open.commit().await.unwrap();
    assert_eq!(ours(within(second).await).1, Left::Unclean);
    assert!(matches!(holder.begin().await, Err(StoreError::Fenced { .. })));
    other.close().await;
}

/// Whoever takes a desk lets nobody in before it is known who has it.
pub(super) async fn a_holder_waits_for_who_takes_its_desk(place: &Place) {
    let (hold, _) = take_now(place, "h1", at(0)).await;
    let other = place.another().await;
    let after = i64::try_from(LEASE.as_secs()).unwrap();
    for end in [End::Rollback, End::Commit] {
        let mut tx = other.begin().await.unwrap();
        ours(lease::take(&mut tx, "support", &daemon("h2"), at(after)).await.unwrap());
        let holder = place.store.held(hold.clone());
        let begun = tokio::spawn(async move {
            match holder.begin().await {
                Ok(tx) => tx.commit().await,
                Err(error) => Err(error),
            }
        });
        place.until_one_waits();
        end.of(tx).await;
        match (within(begun).await, end) {
            (Ok(()), End::Rollback) | (Err(StoreError::Fenced { .. }), End::Commit) => {}
            (begun, _) => panic!("{end:?}: {begun:?}"),
        }
    }
    other.close().await;
}

/// A message of this text, under a body of its own.
fn message(mailbox: MailboxId, uid: i64, text: &str, body: i64) -> NewInbound<'static> {
    let content = Content::Whole(BodyId(body), Digest::of(text.as_bytes()));
    NewInbound { content, ..letter(mailbox, uid, text) }
}

/// What is said to it.
async fn spool_also(store: Store, new: NewInbound<'static>) -> Spooled {
    let mut tx = store.begin().await.unwrap();
    store_bytes(&mut tx, &new).await;
    let spooled = inbound::spool(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    spooled
}

/// Two messages at once: the row of the first, and what is said to the second.
async fn spool_both(
    place: &Place,
    [one, other]: [NewInbound<'static>; 2],
    end: End,
) -> (InboundId, Spooled) {
    let store = place.another().await;
    let mut tx = place.begin().await;
    let first = spool(&mut tx, &one).await;
    let second = tokio::spawn(spool_also(store.clone(), other));
    place.until_one_waits();
    end.of(tx).await;
    let second = within(second).await;
    store.close().await;
    (first, second)
}

pub(super) async fn two_spoolers_of_one_uid_make_one_row(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    tx.commit().await.unwrap();
    for (uid, end, waiting) in [(100, End::Commit, 1), (101, End::Rollback, 2)] {
        let both = [
            message(mailbox, uid, &format!("one {uid}"), uid * 10),
            message(mailbox, uid, &format!("another {uid}"), uid * 10 + 1),
        ];
        let (_, second) = spool_both(place, both, end).await;
        assert_eq!(second == Spooled::Known, end == End::Commit, "{uid}");
        let mut tx = place.begin().await;
        assert_eq!(inbound::waiting(&mut tx, "support").await.unwrap(), waiting);
        tx.rollback().await.unwrap();
    }
}

pub(super) async fn the_same_bytes_at_once_are_one_message_and_its_copy(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    tx.commit().await.unwrap();
    for (uid, end) in [(100, End::Commit), (110, End::Rollback)] {
        let text = format!("same {uid}");
        let both = [
            message(mailbox, uid, &text, uid * 10),
            message(mailbox, uid + 1, &text, uid * 10 + 1),
        ];
        let (first, second) = spool_both(place, both, end).await;
        let Spooled::New(second) = second else { panic!("{second:?}") };
        let mut tx = place.begin().await;
        let row = review::show(&mut tx, second).await.unwrap().unwrap();
        assert_eq!(row.duplicate_of, (end == End::Commit).then_some(first), "{uid}");
        tx.rollback().await.unwrap();
    }
}
