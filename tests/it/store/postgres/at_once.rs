//! Transactions that are open at the same time, where neither waits for the other, or both would.
//! Who waits for a lock that is not given back has an error after five seconds.

use tidings::store::error::{Class, StoreError};
use tidings::store::lease::{self, Renewed, Taken};
use tidings::store::mailbox::{self, Start};
use tidings::store::sql::Tx;
use tidings::store::{Store, outbox};
use tidings::triage::decision::{Effect, NewParticipant};

use super::super::claims::{by, claim, make};
use super::super::lease::daemon;
use super::super::{DATABASE, PATIENCE, act, address, at, meet_as, number};
use super::{Server, commit};

#[tokio::test]
async fn claimers_pass_over_what_another_takes() {
    let server = Server::up();
    let (store, other) = (server.made().await, server.made().await);
    let mut tx = store.begin().await.unwrap();
    let ids = make(&mut tx, 17, &["a", "b", "c", "d", "e", "f", "a"]).await;
    tx.commit().await.unwrap();
    let (mut one, mut two) = (store.begin().await.unwrap(), other.begin().await.unwrap());
    assert_eq!(claim(&mut one, "h1", at(10), 4).await, ids[..4]);
    // not the second to a, which waits for the first
    assert_eq!(claim(&mut two, "h2", at(10), 9).await, ids[4..6]);
    two.commit().await.unwrap();
    one.rollback().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(claim(&mut tx, "h3", at(10), 9).await, ids[..4], "what was not committed is due");
    assert_eq!(outbox::release(&mut tx, by("h2")).await.unwrap(), 2);
    tx.commit().await.unwrap();
    store.close().await;
    other.close().await;
}

/// How the server goes about it follows from what it last counted.
#[tokio::test]
async fn a_claim_takes_no_more_than_it_may() {
    let server = Server::up();
    let store = server.made().await;
    let mut tx = store.begin().await.unwrap();
    make(&mut tx, 17, &["first"]).await;
    tx.commit().await.unwrap();
    server.by_hand("vacuum full analyze outbox");
    let mut tx = store.begin().await.unwrap();
    let ids = make(&mut tx, 18, &["a", "b", "c", "d", "e", "f", "g", "h"]).await;
    assert_eq!(claim(&mut tx, "h1", at(10), 3).await.len(), 3);
    assert_eq!(claim(&mut tx, "h1", at(10), 9).await, ids[2..]);
    tx.rollback().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_desk_in_use_is_seen_without_waiting() {
    let server = Server::up();
    let (store, other) = (server.made().await, server.made().await);
    let mut tx = store.begin().await.unwrap();
    let Taken::Ours(hold, _) = lease::take(&mut tx, "support", &daemon("h1"), at(0)).await.unwrap()
    else {
        panic!()
    };
    tx.commit().await.unwrap();
    // a look and a decision, both under the fence
    let busy = store.held(hold.clone());
    let (one, two) = (busy.begin().await.unwrap(), busy.begin().await.unwrap());
    let mut tx = other.begin().await.unwrap();
    let taken = lease::take(&mut tx, "support", &daemon("h2"), at(1)).await.unwrap();
    assert!(matches!(taken, Taken::Others(_)));
    // nor does its holder wait for itself
    assert_eq!(lease::renew(&mut tx, &hold, at(1)).await.unwrap(), Renewed::Held);
    for tx in [tx, one, two] {
        tx.rollback().await.unwrap();
    }
    store.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_meets_a_mailbox_second_meets_it_again() {
    let server = Server::up();
    let (store, other) = (server.made().await, server.made().await);
    let mut tx = store.begin().await.unwrap();
    let first = meet_as(&mut tx, "imap.example", 7, 100, 0).await;
    let second = tokio::spawn(async move {
        let identity = mailbox::Identity {
            desk: "support".into(),
            host: "imap.example".into(),
            login: "support@desk.example".into(),
            folder: "INBOX".into(),
        };
        let mut tx = other.begin().await.unwrap();
        let met = mailbox::meet(&mut tx, &identity, 7, 100, Start::New, at(0)).await;
        assert!(matches!(met, Err(StoreError::Raced)), "{met:?}");
        tx.rollback().await.unwrap();
        let mut tx = other.begin().await.unwrap();
        let met = mailbox::meet(&mut tx, &identity, 7, 100, Start::New, at(0)).await.unwrap();
        tx.rollback().await.unwrap();
        other.close().await;
        met
    });
    server.postgres.wait_until(DATABASE, "select exists (select from pg_locks where not granted)");
    tx.commit().await.unwrap();
    let second = tokio::time::timeout(PATIENCE, second).await.unwrap().unwrap();
    assert!(!second.first_look);
    assert_eq!(second.mailbox, first.mailbox);
    store.close().await;
}

/// Adds the same person to both tickets, one after the other.
async fn write_both(
    tx: &mut Tx,
    tickets: [i64; 2],
    between: &tokio::sync::Barrier,
) -> Result<(), StoreError> {
    for ticket in tickets {
        let effect = Effect::AddParticipant(NewParticipant {
            ticket: number(ticket),
            address: address("bob@acme.example"),
            name: "Bob".to_owned(),
        });
        tidings::store::commit::apply(tx, &[effect], &act(None, 1)).await?;
        if ticket == tickets[0] {
            between.wait().await;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_wait_for_each_other_one_does_it_again() {
    let server = Server::up();
    let store = server.made().await;
    commit(&store, 17).await;
    commit(&store, 18).await;
    let between = tokio::sync::Barrier::new(2);
    let (one, other) = tokio::join!(
        write_and_tell(&store, [17, 18], &between),
        write_and_tell(&store, [18, 17], &between)
    );
    let mut failed = [one, other].into_iter().filter_map(Result::err);
    let error = failed.next().expect("a deadlock");
    assert_eq!(error.class(), Class::Store, "{error}");
    assert!(error.to_string().contains("deadlock"), "{error}");
    assert!(failed.next().is_none(), "the other went on");
    store.close().await;
}

async fn write_and_tell(
    store: &Store,
    tickets: [i64; 2],
    between: &tokio::sync::Barrier,
) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let written = write_both(&mut tx, tickets, between).await;
    match written {
        Ok(()) => tx.commit().await,
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}
