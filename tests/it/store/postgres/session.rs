//! How our sessions are set, what they tell each other, and what becomes of a COMMIT.

use std::time::Duration;

use tidings::store::error::{Class, StoreError};
use tidings::store::sql::Nudge;
use tidings::store::ticket;

use super::super::{PATIENCE, at, number};
use super::{Server, commit, write};

/// Notes the setting under which each ticket is committed.
const NOTE: &str = "
create schema seen;
create table seen.setting (number int, value text);
create function seen.note() returns trigger language plpgsql as $$
begin
    insert into seen.setting values (new.number, current_setting('synchronous_commit'));
    return new;
end $$;
create trigger note after insert on ticket for each row execute function seen.note()";

#[tokio::test]
async fn a_commit_is_on_disk_whatever_the_server_would_do() {
    let server = Server::up();
    let before = server.made().await;
    server.by_hand(NOTE);
    commit(&before, 1).await;
    server.postgres.set("synchronous_commit", "off");
    // of who was connected already, and of who comes
    commit(&before, 2).await;
    let after = server.made().await;
    commit(&after, 3).await;
    server.postgres.set("synchronous_commit", "local");
    let last = server.made().await;
    commit(&last, 4).await;
    let seen = server.by_hand("select value from seen.setting order by number");
    assert_eq!(seen, "on\non\non\nlocal\n");
    for store in [before, after, last] {
        store.close().await;
    }
}

#[tokio::test]
async fn a_server_that_only_reads_is_waited_for() {
    let server = Server::up();
    let store = server.made().await;
    server.postgres.set("default_transaction_read_only", "on");
    let mut tx = store.begin().await.unwrap();
    let refused = write(&mut tx, 17).await.unwrap_err();
    assert_eq!((refused.class(), refused.is_locked()), (Class::Store, false), "{refused}");
    assert!(matches!(tx.commit().await, Err(StoreError::Undone)));
    server.postgres.set("default_transaction_read_only", "off");
    commit(&store, 17).await;
    store.close().await;
}

#[tokio::test]
async fn the_clock_is_the_server_s() {
    let server = Server::up();
    let store = server.made().await;
    let clock = "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)";
    let asked = || server.by_hand(clock).trim().parse::<i64>().unwrap();
    let mut tx = store.begin().await.unwrap();
    let before = asked();
    let found = tx.shared_now(at(0)).await.unwrap();
    let after = asked();
    assert!((before..=after).contains(&found.as_us()), "{before} {found} {after}");
    // it goes on while a transaction is open
    assert!(tx.shared_now(at(0)).await.unwrap().as_us() >= after);
    tx.rollback().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn what_is_committed_is_heard() {
    let server = Server::up();
    let (store, other) = (server.made().await, server.made().await);
    let mut listener = other.listen().await.unwrap();
    let mut heard = async || {
        tokio::time::timeout(PATIENCE, listener.heard()).await.expect("nothing is heard").unwrap()
    };
    for (first, second) in [
        (Nudge::Ingest, Nudge::Submit),
        (Nudge::Submit, Nudge::Lease),
        (Nudge::Lease, Nudge::Ingest),
    ] {
        let mut tx = store.begin().await.unwrap();
        tx.nudge(first).await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.nudge(first).await.unwrap();
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        tx.nudge(second).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(heard().await, Some(second));
    }
    // after a lost connection anything may have been told
    server.by_hand(
        "select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN%'",
    );
    assert_eq!(heard().await, None);
    let mut tx = store.begin().await.unwrap();
    tx.nudge(Nudge::Lease).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(heard().await, Some(Nudge::Lease));
    // words of a later version wake everybody
    server.by_hand("select pg_notify('tidings', 'later')");
    assert_eq!(heard().await, None);
    // who listens holds up nobody that closes
    for store in [store, other] {
        tokio::time::timeout(PATIENCE, store.close()).await.expect("somebody listens");
    }
}

/// What is done at COMMIT.
const AT_COMMIT: &str = "
create function at_commit() returns trigger language plpgsql as $$
begin
    if new.number = 18 then
        raise exception 'no';
    elsif new.number = 19 then
        perform pg_terminate_backend(pg_backend_pid());
    end if;
    return new;
end $$;
create constraint trigger at_commit after insert on ticket deferrable initially deferred
    for each row execute function at_commit()";

#[tokio::test]
async fn a_commit_that_was_not_answered_is_not_known() {
    let server = Server::up();
    let store = server.made().await;
    server.by_hand(AT_COMMIT);
    for ticket in [17, 18, 19] {
        let mut tx = store.begin().await.unwrap();
        write(&mut tx, ticket).await.unwrap();
        let committed = tx.commit().await;
        let as_expected = match &committed {
            Ok(()) => ticket == 17,
            Err(StoreError::Database(_)) => ticket == 18,
            Err(StoreError::CommitUnknown(_)) => ticket == 19,
            Err(_) => false,
        };
        assert!(as_expected, "{ticket}: {committed:?}");
    }
    let mut tx = store.read().await.unwrap();
    for (ticket, there) in [(17, true), (18, false), (19, false)] {
        assert_eq!(ticket::show(&mut tx, number(ticket)).await.unwrap().is_some(), there);
    }
    tx.rollback().await.unwrap();
    store.close().await;
}

/// What waits for a lock that nobody gives back does not wait for ever.
#[tokio::test]
async fn a_lock_is_waited_for_five_seconds() {
    let server = Server::up();
    let store = server.made().await;
    commit(&store, 17).await;
    let mut session = server.postgres.psql(super::super::DATABASE);
    session.run("begin; lock table ticket");
    let mut tx = store.begin().await.unwrap();
    let waits = tokio::time::timeout(Duration::from_secs(20), write(&mut tx, 18)).await;
    let error = waits.expect("it waits too long").unwrap_err();
    assert_eq!(error.class(), Class::Store, "{error}");
    assert!(error.to_string().contains("lock timeout") && error.is_locked(), "{error}");
    tx.rollback().await.unwrap();
    drop(session);
    commit(&store, 18).await;
    store.close().await;
}
