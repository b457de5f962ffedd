//! Bytes of messages, and numbers.

use std::collections::BTreeSet;

use tidings::store::body::{self, BodyId, PART_BYTES_MAX, Uploaded};
use tidings::store::error::StoreError;
use tidings::store::inbound;
use tidings::store::sequence::{self, Sequence};
use tidings::store::sql::Tx;
use tidings::triage::case::InboundId;

use super::{Place, at};

/// Bytes in which no part is like another.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect()
}

pub(super) async fn a_body_comes_back_as_it_was(place: &Place) {
    let sizes =
        [0, 1, PART_BYTES_MAX - 1, PART_BYTES_MAX, PART_BYTES_MAX + 1, PART_BYTES_MAX * 7 / 2];
    for (number, size) in (1..).zip(sizes) {
        let whole = bytes(size);
        let mut tx = place.begin().await;
        body::put(&mut tx, BodyId(number), &whole).await.unwrap();
        tx.commit().await.unwrap();
        // in parts, each in a transaction of its own, it is the same
        for (part, chunk) in body::parts(&whole).enumerate() {
            let mut tx = place.begin().await;
            body::put_part(&mut tx, BodyId(100 + number), part, chunk).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = place.store.read().await.unwrap();
        assert!(body::load(&mut tx, BodyId(number)).await.unwrap() == whole, "{size}");
        assert!(body::load(&mut tx, BodyId(100 + number)).await.unwrap() == whole, "{size}");
        tx.rollback().await.unwrap();
    }
    let mut tx = place.begin().await;
    assert!(body::put(&mut tx, BodyId(2), b"other").await.is_err(), "a body is never written over");
    tx.rollback().await.unwrap();
    let mut tx = place.begin().await;
    assert_missing(&mut tx, BodyId(999)).await;
    assert_eq!(body::load(&mut tx, BodyId(2)).await.unwrap().len(), 1);
    // more than one statement takes, some of which are not there
    let wanted: Vec<BodyId> = (1..60).map(BodyId).collect();
    let found = body::load_all(&mut tx, &wanted).await.unwrap();
    let sizes_found: Vec<usize> = found.values().map(Vec::len).collect();
    assert_eq!(sizes_found, sizes);
    tx.commit().await.unwrap();
}

async fn assert_missing(tx: &mut Tx, body: BodyId) {
    let loaded = body::load(tx, body).await.unwrap_err();
    assert!(matches!(loaded, StoreError::Missing { .. }), "{loaded:?}");
    assert_eq!(loaded.to_string(), body::missing(body).to_string());
}

pub(super) async fn what_a_stop_left_of_an_upload_is_swept(place: &Place) {
    let mut tx = place.begin().await;
    for (body, desk, seconds) in [(1, "support", 1), (2, "support", 2), (3, "sales", 1)] {
        body::begin_upload(&mut tx, BodyId(body), desk, at(seconds)).await.unwrap();
        body::put_part(&mut tx, BodyId(body), 0, b"x").await.unwrap();
    }
    body::put(&mut tx, BodyId(4), b"whole").await.unwrap();
    assert_eq!(body::end_upload(&mut tx, BodyId(2)).await.unwrap(), Uploaded::Kept);
    assert_eq!(body::left_behind(&mut tx, "support", at(1)).await.unwrap(), []);
    assert_eq!(body::left_behind(&mut tx, "support", at(9)).await.unwrap(), [BodyId(1)]);
    for swept in [1, 2] {
        body::sweep(&mut tx, BodyId(swept)).await.unwrap();
    }
    assert_eq!(body::left_behind(&mut tx, "support", at(9)).await.unwrap(), []);
    assert_missing(&mut tx, BodyId(1)).await;
    for kept in [2, 3, 4] {
        assert!(!body::load(&mut tx, BodyId(kept)).await.unwrap().is_empty(), "{kept}");
    }
    // who still wrote it when it was swept finds nothing of it
    body::put_part(&mut tx, BodyId(1), 1, b"y").await.unwrap();
    assert_eq!(body::end_upload(&mut tx, BodyId(1)).await.unwrap(), Uploaded::Swept);
    body::put(&mut tx, BodyId(1), b"again").await.unwrap();
    assert_eq!(body::load(&mut tx, BodyId(1)).await.unwrap(), b"again");
    tx.commit().await.unwrap();
}

pub(super) async fn no_number_is_given_twice(place: &Place) {
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = place.another().await;
        tasks.push(tokio::spawn(async move {
            let mut taken = Vec::new();
            for count in 1..=20 {
                let mut tx = store.begin().await.unwrap();
                let first = sequence::reserve(&mut tx, Sequence::Ticket, count).await.unwrap();
                tx.commit().await.unwrap();
                taken.extend(first..first + count);
            }
            store.close().await;
            taken
        }));
    }
    let mut all = BTreeSet::new();
    for task in tasks {
        for number in task.await.unwrap() {
            assert!(all.insert(number), "{number} twice");
        }
    }
    assert_eq!(all.len(), 4 * 210);
    // what is rolled back is handed out again; the other sequence counts for itself
    let mut tx = place.begin().await;
    let next = sequence::reserve(&mut tx, Sequence::Ticket, 1).await.unwrap();
    assert_eq!(Some(next), all.last().map(|last| last + 1));
    assert_eq!(sequence::reserve(&mut tx, Sequence::Body, 5).await.unwrap(), 1);
    assert_eq!(sequence::reserve(&mut tx, Sequence::Body, 1).await.unwrap(), 6);
    tx.rollback().await.unwrap();
    let mut tx = place.begin().await;
    assert_eq!(sequence::reserve(&mut tx, Sequence::Ticket, 1).await.unwrap(), next);
    tx.commit().await.unwrap();
}

pub(super) async fn the_newest_message_is_known_in_an_empty_store(place: &Place) {
    let mut tx = place.store.read().await.unwrap();
    assert_eq!(inbound::newest(&mut tx, "support").await.unwrap(), InboundId(0));
    tx.rollback().await.unwrap();
}
