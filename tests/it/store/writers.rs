//! Several at a time: nothing is lost, nothing is seen by halves.

use tidings::desk::ticket::Status;
use tidings::store::commit;
use tidings::store::inbound::{self, review};
use tidings::store::ticket::{self, Filter};
use tidings::triage::decision::{Effect, TicketChange};

use super::{Place, act, letter, meet, number, opening, spool};

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
            let mut raced = 0;
            for uid in base..base + EACH {
                let mut tx = store.begin().await.unwrap();
                spool(&mut tx, &letter(mailbox, uid, &format!("{uid}"))).await;
                // what both see first, only one of them gets
                let shared = letter(mailbox, uid - base + 1, &format!("shared {}", uid - base));
                raced += i64::from(
                    inbound::spool(&mut tx, &shared).await.unwrap() != inbound::Spooled::Known,
                );
                let seen = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
                let change = TicketChange {
                    number: number(17),
                    version: seen.version,
                    from: seen.status,
                    to: if seen.status == Status::Open { Status::Waiting } else { Status::Open },
                };
                commit::apply(&mut tx, &[Effect::ChangeTicket(change)], &act(None, 0))
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
            }
            store.close().await;
            raced
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

pub(super) async fn a_reader_sees_one_state(place: &Place) {
    let mut reader = place.store.read().await.unwrap();
    assert!(ticket::list(&mut reader, &Filter::default(), 0).await.unwrap().is_empty());
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let message = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let mut other = place.store.read().await.unwrap();
    assert!(review::show(&mut other, message).await.unwrap().is_none(), "not committed");
    other.rollback().await.unwrap();
    tx.commit().await.unwrap();
    assert!(ticket::list(&mut reader, &Filter::default(), 0).await.unwrap().is_empty());
    reader.rollback().await.unwrap();
    let mut later = place.store.read().await.unwrap();
    assert_eq!(ticket::list(&mut later, &Filter::default(), 0).await.unwrap().len(), 1);
    later.rollback().await.unwrap();
}
