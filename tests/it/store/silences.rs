//! What silences of tickets ask of a store.

use tidings::desk::priority::Priority;
use tidings::desk::silence::{Owed, Silence};
use tidings::desk::ticket::Status;
use tidings::store::commit::{self, Act};
use tidings::store::error::Class;
use tidings::store::silence::{self, Looked};
use tidings::store::sql::Tx;
use tidings::store::{inbound, mailbox};
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{Effect, Means, NewArticle, NewPriority, TicketChange};

use super::given::article;
use super::{Place, act, at, letter, meet, number, opening, spool};

/// A ticket that came to await its requester as many seconds after the begin as its number says.
async fn asked(tx: &mut Tx, ticket: i64) {
    commit::apply(tx, &opening(ticket), &act(None, ticket * 100)).await.unwrap();
    moved(tx, ticket, 1, (Status::New, Status::Pending), &[]).await;
}

async fn moved(
    tx: &mut Tx,
    ticket: i64,
    version: i64,
    (from, to): (Status, Status),
    others: &[Effect],
) {
    let number = number(ticket);
    let change = TicketChange { number, version, from, to, entitlement: None };
    let effects = [&[Effect::ChangeTicket(change)], others].concat();
    let act = Act { now: at(ticket * version), ..act(None, ticket * 100 + version) };
    commit::apply(tx, &effects, &act).await.unwrap();
}

async fn found(tx: &mut Tx, ticket: i64) -> Option<Silence> {
    silence::of_ticket(tx, number(ticket)).await.unwrap().map(|kept| kept.silence)
}

pub(super) async fn a_silence_begins_goes_on_and_ends_with_its_ticket(place: &Place) {
    let mut tx = place.begin().await;
    asked(&mut tx, 17).await;
    let begun =
        Silence { owed: Owed::Answer, since: at(17), reminded: 0, lowered: None, acted: None };
    assert_eq!(found(&mut tx, 17).await, Some(begun.clone()));
    // What a step has left behind is there until it begins anew.
    let acted = Silence { reminded: 2, acted: Some(at(20)), ..begun.clone() };
    let looked = Looked { next: Some(at(30)), ruled_by: 5 };
    silence::step(&mut tx, number(17), &acted, looked).await.unwrap();
    assert_eq!(found(&mut tx, 17).await, Some(acted.clone()));
    let (priority, by) = (Priority::parse("high").unwrap(), Some("Ada".to_owned()));
    let urgent = [Effect::Prioritize(NewPriority { ticket: number(17), priority, by })];
    let stays = (Status::Pending, Status::Pending);
    moved(&mut tx, 17, 2, stays, &urgent).await;
    assert_eq!(found(&mut tx, 17).await, Some(Silence { lowered: Some(at(34)), ..acted }));
    assert_eq!(silence::next(&mut tx, "support").await.unwrap(), None, "nobody has counted");
    let again = NewArticle { means: Means::Answers, ..article(17, "m1@desk.example") };
    moved(&mut tx, 17, 3, stays, &[Effect::AddArticle(again)]).await;
    assert_eq!(found(&mut tx, 17).await, Some(Silence { since: at(51), ..begun }));
    let until = Some(at(900));
    let postpone = [Effect::ByHand(ByHand::Postpone { ticket: number(17), until })];
    moved(&mut tx, 17, 4, stays, &postpone).await;
    let silent = found(&mut tx, 17).await.unwrap();
    assert_eq!((silent.owed, silent.since), (Owed::Day, at(68)));
    moved(&mut tx, 17, 5, (Status::Pending, Status::Resolved), &[]).await;
    let silent = found(&mut tx, 17).await.unwrap();
    assert_eq!((silent.owed, silent.since), (Owed::Nothing, at(85)));
    moved(&mut tx, 17, 6, (Status::Resolved, Status::Open), &[]).await;
    assert_eq!(found(&mut tx, 17).await, None);
    tx.rollback().await.unwrap();
}

pub(super) async fn what_other_rules_have_counted_is_found(place: &Place) {
    let mut tx = place.begin().await;
    for ticket in [17, 18, 19] {
        asked(&mut tx, ticket).await;
    }
    let mut all = silence::unruled(&mut tx, "support", 5, 9).await.unwrap();
    all.sort_by_key(|kept| kept.ticket);
    let numbers: Vec<_> = all.iter().map(|kept| kept.ticket.get()).collect();
    assert_eq!(numbers, [17, 18, 19]);
    for (kept, ruled_by) in all.iter().zip([4, 5, 6]) {
        let looked = Looked { next: Some(at(100 + ruled_by)), ruled_by };
        silence::count(&mut tx, kept, looked).await.unwrap();
        let raced = silence::count(&mut tx, kept, looked).await.unwrap_err();
        assert_eq!(raced.class(), Class::Raced);
    }
    assert_eq!(silence::unruled(&mut tx, "support", 5, 9).await.unwrap().len(), 2);
    assert_eq!(silence::next(&mut tx, "support").await.unwrap(), Some(at(104)));
    assert_eq!(silence::next(&mut tx, "sales").await.unwrap(), None);
    let due = silence::due(&mut tx, "support", at(105), 9).await.unwrap();
    assert_eq!(due, [17, 18].map(number));
    assert_eq!(silence::due(&mut tx, "support", at(105), 1).await.unwrap().len(), 1);
    tx.rollback().await.unwrap();
}

pub(super) async fn what_is_not_decided_may_be_the_answer(place: &Place) {
    let mut tx = place.begin().await;
    asked(&mut tx, 17).await;
    let looked = async |tx: &mut Tx, folders: &[&str]| {
        let folders: Vec<Box<str>> = folders.iter().map(|one| (*one).into()).collect();
        mailbox::all_looked(tx, "support", folders.iter()).await.unwrap()
    };
    let inbox = meet(&mut tx).await;
    assert_eq!(looked(&mut tx, &["INBOX"]).await, None);
    mailbox::looked(&mut tx, inbox, at(110)).await.unwrap();
    assert_eq!(looked(&mut tx, &["INBOX"]).await, Some(at(110)));
    assert_eq!(looked(&mut tx, &["INBOX", "Other"]).await, None);

    let possible = async |tx: &mut Tx, by| {
        silence::is_answer_possible(tx, "support", at(by), at(2_000)).await.unwrap()
    };
    let waits = spool(&mut tx, &letter(inbox, 101, "an answer?")).await;
    assert!(possible(&mut tx, 101).await);
    assert!(!possible(&mut tx, 100).await, "it came later");
    // The mail of an agent that waits for its proof keeps its own ticket back alone.
    let kept = silence::of_ticket(&mut tx, number(17)).await.unwrap().unwrap();
    let counted = Looked { next: Some(at(90)), ruled_by: 1 };
    silence::count(&mut tx, &kept, counted).await.unwrap();
    assert_eq!(silence::due(&mut tx, "support", at(100), 9).await.unwrap().len(), 1);
    inbound::attempts::put_off(&mut tx, waits, at(5_000), Some(number(17))).await.unwrap();
    assert!(!possible(&mut tx, 101).await);
    assert_eq!(silence::due(&mut tx, "support", at(100), 9).await.unwrap(), []);
    tx.rollback().await.unwrap();
}
