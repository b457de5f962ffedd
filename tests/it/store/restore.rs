//! A database that was brought back: how it is noticed, what follows, and what is compared then.

use std::collections::BTreeMap;

use tidings::store::high_water::{self, Mark};
use tidings::store::inbound::{self, NewInbound, SpoolAge};
use tidings::store::mailbox;
use tidings::store::reconcile::{self, Wish};
use tidings::store::restore::{self, Said};
use tidings::store::sequence::{self, Sequence};
use tidings::store::sql::Tx;
use tidings::store::{commit, outbox};
use tidings::triage::case::Age;

use super::{Place, acknowledgement, act, at, claimant, letter, meet, meet_as, opening, spool};

async fn raise(tx: &mut Tx, known: Option<&Mark>, tickets: i64) -> restore::Raised {
    restore::raise(tx, known, tickets, at(0), "h1").await.unwrap()
}

pub(super) async fn flt_26_a_database_behind_its_mark_leaps_once(place: &Place) {
    let mut tx = place.begin().await;
    let first = raise(&mut tx, None, 8).await;
    assert_eq!((first.mark.tide, first.mark.ticket, first.first), (1, 1008, 1001));
    let second = raise(&mut tx, Some(&first.mark), 8).await;
    assert_eq!((second.mark.ticket, second.first, second.restored), (1016, 1009, None));
    tx.commit().await.unwrap();

    // What the file says later, and what another daemon's says, which was further still.
    let known = Mark { tide: 40, ticket: 1100, at: at(0) };
    let others = Mark { tide: 45, ticket: 1116, at: at(0) };
    let mut tx = place.begin().await;
    let body = sequence::reserve(&mut tx, Sequence::Body, 1).await.unwrap();
    let leapt = raise(&mut tx, Some(&known), 8).await;
    assert_eq!(leapt.restored.unwrap().next_ticket, 11_100);
    assert_eq!((leapt.first, leapt.mark.ticket), (11_100, 11_107));
    assert!(sequence::reserve(&mut tx, Sequence::Body, 1).await.unwrap() > body + 9_000);
    for known in [&known, &others, &leapt.mark] {
        assert_eq!(raise(&mut tx, Some(known), 0).await.restored, None);
    }
    // A leap goes on behind whatever is higher.
    let next = sequence::leap(&mut tx, Sequence::Ticket, 50_000, 10).await.unwrap();
    assert_eq!(next, 50_010);
    let next = sequence::leap(&mut tx, Sequence::Ticket, 7, 10).await.unwrap();
    assert_eq!(next, 50_019);
    // Equal is behind: the mark is raised before anything is told.
    let same = raise(&mut tx, None, 0).await.mark;
    let next = Mark { tide: same.tide + 1, ..same };
    assert!(raise(&mut tx, Some(&next), 0).await.restored.is_some());
    tx.rollback().await.unwrap();
}

pub(super) async fn what_a_restore_finds_waits_for_a_person(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    for (number, claimed) in [(1, true), (2, false)] {
        let mut effects = opening(number);
        effects.push(acknowledgement(number, &format!("{number}@desk.example")));
        commit::apply(&mut tx, &effects, &act(None, number)).await.unwrap();
        if claimed {
            outbox::claim(&mut tx, claimant("support"), at(60), 9).await.unwrap();
        }
    }
    spool(&mut tx, &letter(mailbox, 100, "one")).await;
    let unsettled = NewInbound { age: SpoolAge::Unsettled, ..letter(mailbox, 101, "two") };
    spool(&mut tx, &unsettled).await;
    let first = match restore::say(&mut tx, None, at(90), "ada").await.unwrap() {
        Said::Now(_, restored) => restored,
        Said::Before(restored) => panic!("{restored:?}"),
    };
    assert_eq!(first.held, 2);
    let wish = reconcile::wish(&mut tx, "support").await.unwrap().unwrap();
    assert_eq!((wish.since.as_us(), wish.restored), (0, Some(first.at)));
    assert!(outbox::claim(&mut tx, claimant("support"), at(900), 9).await.unwrap().is_empty());
    let listed = outbox::review::list(&mut tx, Some("held"), 0).await.unwrap();
    assert!(listed.iter().all(|one| one.reply.as_ref().unwrap().contains("held at the restore")));
    inbound::settle(&mut tx, mailbox, 9).await.unwrap();
    let pending = inbound::pending(&mut tx, "support", at(900), 9).await.unwrap();
    let ages: Vec<Age> = pending.iter().map(|one| one.arrival.age).collect();
    assert_eq!(ages, [Age::Found, Age::Found]);

    // Said again, nothing happens, until something has.
    let again = restore::say(&mut tx, None, at(95), "ada").await.unwrap();
    assert_eq!(again, Said::Before(first));
    assert_eq!(restore::latest(&mut tx).await.unwrap(), Some(first));
    outbox::review::retry(&mut tx, listed[0].id, at(96)).await.unwrap();
    assert_eq!(outbox::claim(&mut tx, claimant("support"), at(97), 9).await.unwrap().len(), 1);
    raise(&mut tx, None, 0).await;
    let Said::Now(_, second) = restore::say(&mut tx, None, at(99), "ada").await.unwrap() else {
        panic!("something has happened since");
    };
    assert_eq!((second.held, second.next_ticket), (1, first.next_ticket + 9_999));
    assert_eq!(restore::latest(&mut tx).await.unwrap(), Some(second));
    tx.rollback().await.unwrap();
}

pub(super) async fn what_is_to_be_compared_is_the_wider_of_two_wishes(place: &Place) {
    let mut tx = place.begin().await;
    assert_eq!(reconcile::wish(&mut tx, "support").await.unwrap(), None);
    let early = Wish { since: at(5), restored: None, asked: at(60) };
    let late = Wish { since: at(50), restored: Some(at(61)), asked: at(61) };
    reconcile::ask(&mut tx, "support", &early).await.unwrap();
    reconcile::ask(&mut tx, "support", &late).await.unwrap();
    let both = Wish { since: at(5), ..late };
    assert_eq!(reconcile::wish(&mut tx, "support").await.unwrap(), Some(both));
    reconcile::ask(&mut tx, "support", &Wish { asked: at(62), ..early }).await.unwrap();
    // What was asked for meanwhile is not done.
    reconcile::done(&mut tx, "support", &both).await.unwrap();
    let wish = reconcile::wish(&mut tx, "support").await.unwrap().unwrap();
    assert_eq!(wish, Wish { asked: at(62), ..both });
    reconcile::done(&mut tx, "support", &wish).await.unwrap();
    assert_eq!(reconcile::wish(&mut tx, "support").await.unwrap(), None);

    reconcile::ask_all(&mut tx, at(70)).await.unwrap();
    assert_eq!(reconcile::wish(&mut tx, "support").await.unwrap(), None, "it watches nothing");
    meet(&mut tx).await;
    meet_as(&mut tx, "imap.example", 8, 100, 0).await;
    reconcile::ask_all(&mut tx, at(70)).await.unwrap();
    let wish = reconcile::wish(&mut tx, "support").await.unwrap().unwrap();
    assert_eq!(wish.restored, Some(at(70)));
    tx.rollback().await.unwrap();
}

pub(super) async fn what_is_known_is_found_by_uid_and_by_instant(place: &Place) {
    let mut tx = place.begin().await;
    assert_eq!(mailbox::first_contact(&mut tx, "support").await.unwrap(), None);
    let mailbox = meet(&mut tx).await;
    assert_eq!(mailbox::first_contact(&mut tx, "support").await.unwrap(), Some(at(0)));
    for uid in 100..140 {
        spool(&mut tx, &letter(mailbox, uid, &format!("text {uid}"))).await;
    }
    let twin = NewInbound { received: at(101), ..letter(mailbox, 140, "text 140") };
    spool(&mut tx, &NewInbound { age: SpoolAge::Settled(Age::Found), ..twin }).await;
    let known = reconcile::spooled(&mut tx, mailbox, 99, 101).await.unwrap();
    assert_eq!(known, [(100, at(100)), (101, at(101))]);
    let instants: Vec<_> = (90..=119).map(at).collect();
    let known = reconcile::received(&mut tx, "support", &instants).await.unwrap();
    let expected: BTreeMap<_, _> =
        (100..120).map(|uid| ((at(uid), 8), if uid == 101 { 2 } else { 1 })).collect();
    assert_eq!(known, expected);
    assert!(reconcile::received(&mut tx, "sales", &instants).await.unwrap().is_empty());

    // The server has gone back, by more than a moment; then by nothing.
    mailbox::advance(&mut tx, mailbox, 140).await.unwrap();
    for (uid_next, position, first) in [(120, 119, 100), (90, 89, 90), (95, 89, 90)] {
        mailbox::go_back(&mut tx, mailbox, uid_next).await.unwrap();
        let met = meet_as(&mut tx, "imap.example", 7, 500, 9).await.mailbox;
        assert_eq!((met.last_uid, met.first_uid_next), (position, first));
    }
    tx.rollback().await.unwrap();
}

pub(super) async fn the_highest_mark_is_kept_beside(place: &Place) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("high-water");
    assert_eq!(high_water::read(&path, "desk.example").unwrap(), None);
    let mut tx = place.begin().await;
    let raised = raise(&mut tx, None, 8).await;
    tx.rollback().await.unwrap();
    high_water::write(&path, "desk.example", &raised.mark).unwrap();
    assert_eq!(high_water::read(&path, "desk.example").unwrap(), Some(raised.mark));
}
