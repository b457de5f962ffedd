//! What was not committed was never there, however it ended, and who comes next finds nothing of it.

use std::time::Duration;

use tidings::desk::ticket::Status;
use tidings::store::Store;
use tidings::store::commit;
use tidings::store::error::{Class, StoreError};
use tidings::store::inbound;
use tidings::store::mailbox::MailboxId;
use tidings::store::sql::Tx;
use tidings::store::ticket::{Filter, Scope};
use tidings::triage::decision::{Effect, TicketChange};

use super::{PATIENCE, Place, act, letter, listed, meet, number, opening, spool};

/// Ticket 17 and a mailbox.
async fn begin(place: &Place) -> MailboxId {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    tx.commit().await.unwrap();
    mailbox
}

/// A change to the ticket as it stands from the beginning.
async fn change(tx: &mut Tx) -> Result<(), StoreError> {
    let change = TicketChange {
        number: number(17),
        version: 1,
        from: Status::New,
        to: Status::Open,
        entitlement: None,
    };
    commit::apply(tx, &[Effect::ChangeTicket(change)], &act(None, 1)).await
}

/// Opens a ticket, and changes the one that others change as well.
async fn write(store: Store, new: i64) -> Tx {
    let mut tx = store.begin().await.unwrap();
    commit::apply(&mut tx, &opening(new), &act(None, 1)).await.unwrap();
    change(&mut tx).await.unwrap();
    tx
}

/// Each of many writes that follow is there, and of what came before nothing.
async fn assert_nothing_left(place: &Place, mailbox: MailboxId) {
    const WRITES: i64 = 200;
    for uid in 1_000..1_000 + WRITES {
        let mut tx = place.begin().await;
        spool(&mut tx, &letter(mailbox, uid, &format!("{uid}"))).await;
        tx.commit().await.unwrap();
    }
    let other = place.another().await;
    let mut tx = other.read().await.unwrap();
    assert_eq!(inbound::waiting(&mut tx, "support").await.unwrap(), WRITES);
    let filter = Filter { scope: Scope::All, ..Filter::default() };
    let tickets = listed(&mut tx, &filter).await;
    assert_eq!(tickets.len(), 1, "{tickets:?}");
    assert_eq!(tickets[0].status, Status::New);
    tx.rollback().await.unwrap();
    other.close().await;
}

pub(super) async fn a_failed_statement_undoes_all(place: &Place) {
    let mailbox = begin(place).await;
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(18), &act(None, 1)).await.unwrap();
    let twice = commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap_err();
    assert_eq!(twice.class(), Class::Message, "{twice}");
    let undone = tx.commit().await.unwrap_err();
    assert!(matches!(undone, StoreError::Undone), "{undone}");
    assert_eq!(undone.class(), Class::Store);
    assert_nothing_left(place, mailbox).await;
}

/// Neither committed nor rolled back.
pub(super) async fn what_is_dropped_leaves_nothing_behind(place: &Place) {
    let mailbox = begin(place).await;
    for new in 20..25 {
        drop(write(place.store.clone(), new).await);
        // nor does it hold anybody up
        let other = place.another().await;
        write(other.clone(), 30).await.rollback().await.unwrap();
        other.close().await;
    }
    assert_nothing_left(place, mailbox).await;
}

/// While a statement waits for somebody's lock, who waits for it goes away.
pub(super) async fn what_is_cut_off_in_a_statement_leaves_nothing_behind(place: &Place) {
    let mailbox = begin(place).await;
    let other = place.another().await;
    let lock = write(other.clone(), 30).await;
    for new in 20..23 {
        let waits = write(place.store.clone(), new);
        assert!(tokio::time::timeout(Duration::from_millis(50), waits).await.is_err());
        let waits = tokio::spawn(write(place.store.clone(), new));
        place.until_one_waits();
        waits.abort();
        assert!(waits.await.is_err_and(|error| error.is_cancelled()));
    }
    lock.rollback().await.unwrap();
    let free = tokio::time::timeout(PATIENCE, write(place.store.clone(), 31)).await;
    free.expect("what was cut off holds its locks").rollback().await.unwrap();
    other.close().await;
    assert_nothing_left(place, mailbox).await;
}
