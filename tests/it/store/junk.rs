//! Junk folders, releases and web forms: what is known when a message is decided.

use tidings::mail::Mail;
use tidings::mail::parse::parse;
use tidings::store::commit;
use tidings::store::error::StoreError;
use tidings::store::facts::{self, Question};
use tidings::store::inbound::{self, NewInbound, Outcome, review};
use tidings::store::sql::Tx;
use tidings::triage::case::{Arrival, Facts, FolderKind, InboundId, Released};
use tidings::triage::policy::{Policy, WebForm};

use super::earlier::{arrived, desk, proven};
use super::spool::outcome;
use super::{HOUR, Place, act, address, at, letter, meet, notice, number, opening, spool};

fn junk(folder: FolderKind) -> Arrival {
    Arrival { folder, ..arrived(at(0)) }
}

async fn waiting(tx: &mut Tx, id: InboundId) -> Arrival {
    let pending = inbound::pending(tx, "support", at(3_000), 100).await.unwrap();
    pending.into_iter().find(|one| one.id == id).unwrap().arrival
}

pub(super) async fn a_release_is_kept_with_its_message(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let new = NewInbound { folder: FolderKind::Junk, ..letter(mailbox, 100, "one") };
    let row = spool(&mut tx, &new).await;
    let found = waiting(&mut tx, row).await;
    assert_eq!((found.folder, found.released), (FolderKind::Junk, None));
    let word = Released { by: "ops".to_owned(), at: at(2_500) };
    let waits = review::release(&mut tx, row, &word).await;
    assert!(matches!(waits, Err(StoreError::Raced)), "it waits still");
    inbound::finish(&mut tx, row, &outcome("ignored")).await.unwrap();
    review::release(&mut tx, row, &word).await.unwrap();
    for _ in 0..2 {
        review::retry(&mut tx, row).await.unwrap();
        assert_eq!(waiting(&mut tx, row).await.released, Some(word.clone()));
        inbound::finish(&mut tx, row, &outcome("ignored")).await.unwrap();
    }
    review::retry(&mut tx, row).await.unwrap();
    inbound::finish(&mut tx, row, &outcome("opened")).await.unwrap();
    assert!(review::release(&mut tx, row, &word).await.is_err(), "nothing is left to release");
    tx.commit().await.unwrap();
}

fn mail(header: &str) -> Mail {
    let raw = format!("To: support@desk.example\nSubject: x\n{header}\n\nHello\n");
    parse(raw.as_bytes()).0
}

async fn gather(
    tx: &mut Tx,
    header: &str,
    arrival: &Arrival,
    policy: &Policy,
    copy_of: Option<InboundId>,
) -> Facts {
    let mail = mail(header);
    let proof = proven();
    let question = Question::of(&mail, &[], &proof, arrival, policy, at(0));
    facts::gather(tx, &question, copy_of).await.unwrap()
}

pub(super) async fn inv_1_a_copy_out_of_a_junk_folder_is_known(place: &Place) {
    for folder in [FolderKind::Junk, FolderKind::Watched] {
        let mut tx = place.begin().await;
        let mailbox = meet(&mut tx).await;
        let first = NewInbound { folder, ..letter(mailbox, 100, "same") };
        let first = spool(&mut tx, &first).await;
        inbound::finish(&mut tx, first, &outcome("ignored")).await.unwrap();
        let second = spool(&mut tx, &letter(mailbox, 101, "same")).await;
        let copy_of = review::show(&mut tx, second).await.unwrap().unwrap().duplicate_of;
        assert_eq!(copy_of, Some(first));
        let from = "From: ada@acme.example";
        let watched = junk(FolderKind::Watched);
        let known = gather(&mut tx, from, &watched, &desk(), copy_of).await;
        assert_eq!(known.earlier.map(|earlier| earlier.folder), Some(folder));
        tx.rollback().await.unwrap();
    }
}

pub(super) async fn a_party_is_looked_for_in_junk_folders_alone(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    commit::apply(&mut tx, &opening(18), &act(None, 2)).await.unwrap();
    let sales = Policy { desk: "sales".into(), ..desk() };
    let (in_junk, watched) = (junk(FolderKind::Junk), junk(FolderKind::Watched));
    for (header, arrival, policy, expected) in [
        ("From: ada@acme.example", &in_junk, &desk(), Some(number(18))),
        ("From: ada@acme.example", &watched, &desk(), None),
        ("From: ada@acme.example", &in_junk, &sales, None),
        ("From: bob@acme.example", &in_junk, &desk(), None),
        ("From: ada@acme.example, bob@acme.example", &in_junk, &desk(), None),
    ] {
        let found = gather(&mut tx, header, arrival, policy, None).await.party_to;
        assert_eq!(found, expected, "{header}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn acknowledgements_of_a_web_form_are_counted(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let (form, other) = (address("form@desk.example"), address("other@desk.example"));
    for (uid, from, to, when) in [
        (100, &form, "a@acme.example", at(-10)),
        (101, &form, "b@acme.example", at(-20)),
        (102, &other, "c@acme.example", at(-30)),
        (103, &form, "d@acme.example", at(0).before(HOUR)),
    ] {
        let row = spool(&mut tx, &letter(mailbox, uid, &format!("{uid}"))).await;
        let effects = [notice(17, &format!("n{uid}@desk.example"), to)];
        let act = commit::Act { now: when, ..act(Some(row), 1_000 + uid) };
        commit::apply(&mut tx, &effects, &act).await.unwrap();
        let outcome = Outcome { sender: Some(from), ..outcome("opened") };
        inbound::finish(&mut tx, row, &outcome).await.unwrap();
    }
    let header = "From: form@desk.example\nReply-To: ada@acme.example";
    let watched = junk(FolderKind::Watched);
    for (per_hour, expected) in [(Some(9), 2), (Some(1), 1), (None, 0)] {
        let policy = Policy { forms: vec![WebForm { from: form.clone(), per_hour }], ..desk() };
        let found = gather(&mut tx, header, &watched, &policy, None).await.acknowledged;
        assert_eq!(found.form_hour, expected, "{per_hour:?}");
    }
    tx.commit().await.unwrap();
}
