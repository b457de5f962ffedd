//! Several at a time: nothing is lost, nothing is seen by halves.

use tidings::desk::ticket::Status;
use tidings::mail::Digest;
use tidings::store::Store;
use tidings::store::body::BodyId;
use tidings::store::commit;
use tidings::store::error::{Class, StoreError};
use tidings::store::inbound::{self, Content, NewInbound, Spooled, review};
use tidings::store::mailbox::MailboxId;
use tidings::store::sql::Tx;
use tidings::store::ticket::{self, Filter};
use tidings::triage::decision::{Effect, TicketChange};

use super::{Place, act, letter, listed, meet, number, opening, spool, store_bytes};

/// Messages that each writer spools.
const EACH: i64 = 60;

pub(super) async fn two_writers_lose_nothing(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tasks = Vec::new();
    for base in [1_000, 2_000] {
        let store = place.another().await;
        tasks.push(tokio::spawn(async move {
            let mut first = 0;
            for uid in base..base + EACH {
                first += i64::from(write(&store, mailbox, base, uid).await);
            }
            store.close().await;
            first
        }));
    }
    let mut shared = 0;
    for task in tasks {
        shared += task.await.unwrap();
    }
    assert_eq!(shared, EACH);
    let mut tx = place.begin().await;
    assert_eq!(inbound::waiting(&mut tx, "support").await.unwrap(), 3 * EACH);
    let found = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
    assert_eq!(found.version, 1 + 2 * EACH, "each change was written upon the one before");
    tx.rollback().await.unwrap();
}

/// Does it again until nobody was faster; whether the shared message was new.
async fn write(store: &Store, mailbox: MailboxId, base: i64, uid: i64) -> bool {
    loop {
        let mut tx = store.begin().await.unwrap();
        let tried = try_to_write(&mut tx, mailbox, base, uid).await;
        let done = match tried {
            Ok(first) => tx.commit().await.map(|()| first),
            Err(error) => {
                tx.rollback().await.unwrap();
                Err(error)
            }
        };
        match done {
            Ok(first) => return first,
            Err(error) => assert!(matches!(error.class(), Class::Raced | Class::Store), "{error}"),
        }
    }
}

async fn try_to_write(
    tx: &mut Tx,
    mailbox: MailboxId,
    base: i64,
    uid: i64,
) -> Result<bool, StoreError> {
    spool(tx, &letter(mailbox, uid, &format!("{uid}"))).await;
    // what both see first, only one of them gets
    let text = format!("shared {}", uid - base);
    let content = Content::Whole(BodyId(base * 10 + uid), Digest::of(text.as_bytes()));
    let shared = NewInbound { content, ..letter(mailbox, uid - base + 1, &text) };
    let first = inbound::spool(tx, &shared).await? != Spooled::Known;
    if first {
        store_bytes(tx, &shared).await;
    }
    let Some(seen) = ticket::facts(tx, "support", number(17)).await? else { panic!() };
    let change = TicketChange {
        number: number(17),
        version: seen.version,
        from: seen.status,
        to: if seen.status == Status::Open { Status::Pending } else { Status::Open },
        entitlement: None,
    };
    commit::apply(tx, &[Effect::ChangeTicket(change)], &act(None, 0)).await?;
    Ok(first)
}

pub(super) async fn a_reader_sees_one_state(place: &Place) {
    let mut reader = place.store.read().await.unwrap();
    assert!(listed(&mut reader, &Filter::default()).await.is_empty());
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let message = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let mut other = place.store.read().await.unwrap();
    assert!(review::show(&mut other, message).await.unwrap().is_none(), "not committed");
    other.rollback().await.unwrap();
    tx.commit().await.unwrap();
    assert!(listed(&mut reader, &Filter::default()).await.is_empty());
    reader.rollback().await.unwrap();
    let mut later = place.store.read().await.unwrap();
    assert_eq!(listed(&mut later, &Filter::default()).await.len(), 1);
    later.rollback().await.unwrap();
}

pub(super) async fn who_only_reads_cannot_write(place: &Place) {
    let store = Store::open_read_only(place.store.location(), None).await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(inbound::newest(&mut tx, "support").await.unwrap().0, 0);
    tx.rollback().await.unwrap();
    let wrote = match store.begin().await {
        Ok(mut tx) => commit::apply(&mut tx, &opening(1), &act(None, 1)).await.is_ok(),
        Err(_) => false,
    };
    assert!(!wrote);
    store.close().await;
}
