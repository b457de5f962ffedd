//! Copies: which earlier message a message says the same as, and whether that had its effects.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tidings::fresh::{Key, Namer, Random};
use tidings::mail::parse::parse;
use tidings::mail::proof::{Proof, Verdict};
use tidings::mail::{Digest, Mail};
use tidings::store::facts::{self, Question};
use tidings::store::inbound::{self, Mark, Outcome, review};
use tidings::store::signature;
use tidings::store::sql::Tx;
use tidings::time::Timestamp;
use tidings::triage::case::{
    Age, Arrival, Earlier, EarlierEffects, Facts, FolderKind, Form, InboundId,
};
use tidings::triage::policy::Policy;

use super::spool::outcome;
use super::{HOUR, Place, at, letter, meet, spool};
use crate::support::policy;

pub(super) fn desk() -> Policy {
    let counting = Random::Counting(Arc::new(AtomicU64::new(1)));
    policy::policy(Namer::new(Key::new(&[7; 32]), "desk.example", counting))
}

pub(super) fn proven() -> Proof {
    Proof::given(Verdict::Pass, "")
}

pub(super) fn arrived(received: Timestamp) -> Arrival {
    let (age, form, folder) = (Age::New, Form::Whole, FolderKind::Watched);
    Arrival { received, age, form, folder, released: None }
}

fn mail() -> Mail {
    let raw = "From: ada@acme.example\nTo: support@desk.example\nSubject: Printer\n\
               Message-ID: <m1@acme.example>\nDate: Mon, 02 Mar 2026 08:58:00 +0000\n\nHello\n";
    parse(raw.as_bytes()).0
}

async fn gather(tx: &mut Tx, received: Timestamp, copy_of: Option<InboundId>) -> Facts {
    let (mail, policy) = (mail(), desk());
    let proof = proven();
    let question = Question::of(&mail, &[], &proof, &arrived(received), &policy, at(0));
    facts::gather(tx, &question, copy_of).await.unwrap()
}

async fn earlier(tx: &mut Tx, received: Timestamp, copy_of: Option<InboundId>) -> Option<Earlier> {
    gather(tx, received, copy_of).await.earlier
}

/// As `ingest` writes it.
async fn finish(tx: &mut Tx, id: InboundId, verdict: &str, duplicate_of: Option<InboundId>) {
    let content = facts::second_key(&mail());
    let outcome =
        Outcome { reason: "", duplicate_of, content, mark: Mark::None, ..outcome(verdict) };
    inbound::finish(tx, id, &outcome).await.unwrap();
}

fn had(inbound: InboundId) -> Earlier {
    Earlier { inbound, effects: EarlierEffects::Had, folder: FolderKind::Watched }
}

pub(super) async fn a_message_that_is_decided_again_is_no_copy_of_itself(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let letter = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    for verdict in ["held", "ignored"] {
        finish(&mut tx, letter, verdict, None).await;
        review::retry(&mut tx, letter).await.unwrap();
        assert_eq!(earlier(&mut tx, at(100), None).await, None, "{verdict}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn inv_1_the_third_copy_of_an_ignored_message_opens_nothing(place: &Place) {
    // three copies, by their bytes and by what they say
    for (base, texts) in [(100, ["same", "same", "same"]), (110, ["a", "b", "c"])] {
        let mut tx = place.begin().await;
        let mailbox = meet(&mut tx).await;
        let mut rows = Vec::new();
        for (uid, text) in (base..).zip(texts) {
            rows.push(spool(&mut tx, &letter(mailbox, uid, text)).await);
        }
        let copies_of = review::show(&mut tx, rows[2]).await.unwrap().unwrap().duplicate_of;
        finish(&mut tx, rows[0], "ignored", None).await;
        let second = earlier(&mut tx, at(base), copies_of).await;
        let ignored =
            Earlier { inbound: rows[0], effects: EarlierEffects::Ignored, ..had(rows[0]) };
        assert_eq!(second, Some(ignored), "a copy of what was ignored is decided anew");
        finish(&mut tx, rows[1], "opened", None).await;
        assert_eq!(earlier(&mut tx, at(base), copies_of).await, Some(had(rows[1])), "{texts:?}");
        finish(&mut tx, rows[2], "duplicate", Some(rows[1])).await;
        assert_eq!(earlier(&mut tx, at(base), copies_of).await, Some(had(rows[1])), "{texts:?}");
        tx.rollback().await.unwrap();
    }
}

pub(super) async fn the_second_key_reaches_a_day(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let first = spool(&mut tx, &letter(mailbox, 0, "one")).await;
    assert_eq!(earlier(&mut tx, at(0), None).await, None, "an undecided one says nothing yet");
    finish(&mut tx, first, "opened", None).await;
    let day = HOUR * 24;
    let instant = Timestamp::from_us;
    for (received, expected) in [
        (at(0), Some(had(first))),
        (at(0).after(day), Some(had(first))),
        (at(0).before(day), Some(had(first))),
        (instant(at(0).after(day).as_us() + 1), None),
        (instant(at(0).before(day).as_us() - 1), None),
    ] {
        assert_eq!(earlier(&mut tx, received, None).await, expected, "{received}");
    }
    // by its bytes a copy is found whenever it came
    assert_eq!(earlier(&mut tx, at(0).after(day * 9), Some(first)).await, Some(had(first)));
    // no Message-ID or no Date: no second key
    for missing in ["Message-ID: <m1@acme.example>\n", "Date: Mon, 02 Mar 2026 08:58:00 +0000\n"] {
        let raw = "From: ada@acme.example\nMessage-ID: <m1@acme.example>\n\
             Date: Mon, 02 Mar 2026 08:58:00 +0000\n\nHello\n";
        assert!(facts::second_key(&parse(raw.as_bytes()).0).is_some());
        assert_eq!(facts::second_key(&parse(raw.replace(missing, "").as_bytes()).0), None);
    }
    let (mail, policy) = (mail(), desk());
    let proof = proven();
    let question = Question::of(&mail, &[], &proof, &arrived(at(0)), &policy, at(0));
    assert_eq!(question.second_key(), facts::second_key(&mail));
    tx.commit().await.unwrap();
}

pub(super) async fn thr_07_a_signature_counts_once(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let signed = |keys: &[u8], verdict| {
        let signed = keys.iter().map(|key| Digest([*key; 32])).collect();
        Proof { signed, ..Proof::given(verdict, "") }
    };
    let first = spool(&mut tx, &letter(mailbox, 0, "one")).await;
    let second = spool(&mut tx, &letter(mailbox, 1, "two")).await;
    for (inbound, keys, verdict) in [
        (first, &[1, 2][..], Verdict::Pass),
        (second, &[2, 3], Verdict::Strong),
        (second, &[4], Verdict::Pending),
    ] {
        signature::note(&mut tx, "support", inbound, &signed(keys, verdict)).await.unwrap();
    }
    for (desk, keys, expected) in [
        ("support", &[][..], None),
        ("support", &[1], Some(first)),
        ("support", &[2], Some(first)),
        ("support", &[3], Some(second)),
        ("support", &[9, 8, 3, 1], Some(first)),
        ("support", &[4], None),
        ("sales", &[1, 2, 3], None),
    ] {
        let proof = signed(keys, Verdict::Pass);
        let found = signature::first(&mut tx, desk, &proof).await.unwrap();
        assert_eq!(found, expected, "{desk} {keys:?}");
    }
    let (mail, policy, arrival) = (mail(), desk(), arrived(at(0)));
    for (verdict, expected) in [(Verdict::Pass, Some(first)), (Verdict::None, None)] {
        let proof = signed(&[1], verdict);
        let question = Question::of(&mail, &[], &proof, &arrival, &policy, at(0));
        let found = facts::gather(&mut tx, &question, None).await.unwrap().replays;
        assert_eq!(found, expected, "{verdict}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn thr_07_what_came_on_another_day_is_a_replay(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let (day, instant) = (HOUR * 24, Timestamp::from_us);
    let first = spool(&mut tx, &letter(mailbox, 0, "one")).await;
    let later = at(0).after(day * 9);
    assert_eq!(gather(&mut tx, later, None).await.replays, None, "an undecided one says nothing");
    finish(&mut tx, first, "ignored", None).await;
    assert_eq!(gather(&mut tx, later, None).await.replays, None, "it did nothing");
    review::retry(&mut tx, first).await.unwrap();
    finish(&mut tx, first, "opened", None).await;
    for (received, expected) in [
        (at(0), None),
        (at(0).after(day), None),
        (instant(at(0).after(day).as_us() + 1), Some(first)),
        (later, Some(first)),
        (at(0).after(day * 900), Some(first)),
        // The order in which they were read is not that in which they came.
        (instant(at(0).before(day).as_us() - 1), Some(first)),
    ] {
        let found = gather(&mut tx, received, None).await;
        assert_eq!(found.replays, expected, "{received}");
        assert!(found.earlier.is_none() || found.replays.is_none(), "{received}");
    }
    // Of several the first is named; another desk's are its own.
    let copy = spool(&mut tx, &letter(mailbox, 1, "two")).await;
    finish(&mut tx, copy, "opened", None).await;
    assert_eq!(gather(&mut tx, later, None).await.replays, Some(first));
    let sales = Policy { desk: "sales".into(), ..desk() };
    let (mail, arrival) = (mail(), arrived(later));
    let proof = proven();
    let question = Question::of(&mail, &[], &proof, &arrival, &sales, at(0));
    assert_eq!(facts::gather(&mut tx, &question, None).await.unwrap().replays, None);
    tx.commit().await.unwrap();
}
