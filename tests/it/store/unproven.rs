//! Messages whose proof is pending, and addresses that need none.

use tidings::desk::account::AccountId;
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::ticket::Status;
use tidings::mail::proof::{Proof, Verdict};
use tidings::store::account::{known, staging};
use tidings::store::commit;
use tidings::store::error::StoreError;
use tidings::store::facts::{self, Question};
use tidings::store::inbound::unproven::{self, Unproven};
use tidings::store::inbound::{self, Outcome, review};
use tidings::store::restore;
use tidings::store::sql::Tx;
use tidings::store::ticket;
use tidings::store::trusted;
use tidings::triage::case::{Age, InboundId};
use tidings::triage::decision::{Effect, TicketChange};
use tidings::triage::grant::AddressTrust;
use tidings::triage::reconsider::{Role, Told};

use super::accounts::customer;
use super::earlier::{arrived, desk, proven};
use super::spool::outcome;
use super::{Place, acknowledgement, act, address, at, letter, meet, number, opening, spool};

/// A message that is decided so, with this proof.
async fn decided(tx: &mut Tx, uid: i64, verdict: &str, proof: Verdict) -> InboundId {
    let mailbox = meet(tx).await;
    let id = spool(tx, &letter(mailbox, uid, &format!("{uid}"))).await;
    let proof = Proof::given(proof, "so it is");
    let outcome = Outcome { ticket: Some(17), proof: Some(&proof), ..outcome(verdict) };
    inbound::finish(tx, id, &outcome).await.unwrap();
    id
}

async fn due(tx: &mut Tx, seconds: i64) -> Vec<Unproven> {
    unproven::due(tx, "support", at(seconds), 16).await.unwrap()
}

pub(super) async fn aut_24_what_is_pending_is_due_until_it_is_settled(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    assert_eq!(unproven::next(&mut tx, "support").await.unwrap(), None);
    let opened = decided(&mut tx, 100, "opened", Verdict::Pending).await;
    let more = decided(&mut tx, 101, "follow_up", Verdict::Pending).await;
    let proven = decided(&mut tx, 102, "follow_up", Verdict::Pass).await;
    unproven::wait(&mut tx, opened, at(60)).await.unwrap();
    unproven::wait(&mut tx, more, at(50)).await.unwrap();
    let settled = unproven::wait(&mut tx, proven, at(50)).await;
    assert!(matches!(settled, Err(StoreError::Raced)), "{settled:?}");

    assert_eq!(unproven::next(&mut tx, "support").await.unwrap(), Some(at(50)));
    assert_eq!(unproven::next(&mut tx, "sales").await.unwrap(), None);
    assert!(due(&mut tx, 49).await.is_empty());
    let both = due(&mut tx, 60).await;
    let seen: Vec<_> = both.iter().map(|one| (one.pending.id, one.role, one.rechecks)).collect();
    assert_eq!(seen, [(more, Role::FollowUp, 0), (opened, Role::Opened, 0)]);
    assert!(both.iter().all(|one| one.ticket == number(17)));

    // a recheck is counted once, and its end is of that one alone
    unproven::begin(&mut tx, opened, 0, at(300)).await.unwrap();
    let twice = unproven::begin(&mut tx, opened, 0, at(300)).await;
    assert!(matches!(twice, Err(StoreError::Raced)), "{twice:?}");
    let pending = Proof::given(Verdict::Pending, "it is silent");
    unproven::end(&mut tx, opened, 1, &pending).await.unwrap();
    assert_eq!(due(&mut tx, 299).await.len(), 1);
    unproven::begin(&mut tx, opened, 1, at(900)).await.unwrap();
    let passed = Proof::given(Verdict::Pass, "signed");
    let late = unproven::end(&mut tx, opened, 1, &passed).await;
    assert!(matches!(late, Err(StoreError::Raced)), "{late:?}");
    unproven::end(&mut tx, opened, 2, &passed).await.unwrap();
    let row = review::show(&mut tx, opened).await.unwrap().unwrap();
    assert_eq!(row.proof.as_deref(), Some("pass"));
    assert!(row.evidence.unwrap().contains("signed"));
    let again = unproven::end(&mut tx, opened, 2, &passed).await;
    assert!(matches!(again, Err(StoreError::Raced)), "{again:?}");
    // after a restore nobody knows what was told meanwhile
    assert_eq!(due(&mut tx, 99_999).await[0].pending.arrival.age, Age::New);
    restore::say(&mut tx, None, at(400), "ada").await.unwrap();
    assert_eq!(due(&mut tx, 99_999).await[0].pending.arrival.age, Age::Found);
    let left: Vec<_> = due(&mut tx, 99_999).await.iter().map(|one| one.pending.id).collect();
    assert_eq!(left, [more]);
    tx.commit().await.unwrap();
}

pub(super) async fn what_a_requester_was_told_is_known(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    assert_eq!(unproven::told(&mut tx, number(17)).await.unwrap(), Told::Nothing);
    let told = [acknowledgement(17, "n1@desk.example")];
    commit::apply(&mut tx, &told, &act(None, 2)).await.unwrap();
    assert_eq!(unproven::told(&mut tx, number(17)).await.unwrap(), Told::Something);
    assert_eq!(unproven::told(&mut tx, number(18)).await.unwrap(), Told::Nothing);
    tx.commit().await.unwrap();
}

pub(super) async fn aut_23_a_ticket_is_raised_if_it_is_as_it_was_read(place: &Place) {
    let mut tx = place.begin().await;
    staging::import_one(&mut tx, &customer("acme", &["@acme.example"], &[]), at(0)).await.unwrap();
    let found = known::matching(&mut tx, &address("ada@acme.example")).await.unwrap();
    let acme: AccountId = found[0].account;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let before = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
    assert_eq!(before.requester.unwrap().address, address("ada@acme.example"));
    let raised = Entitlement {
        level: LevelName::parse("vip").unwrap(),
        level_by: Some("bea".to_owned()),
        account: Some(acme),
        claimed: Some(acme),
        proof: Some(Verdict::Pass),
    };
    for (version, good) in [(2, false), (1, true), (1, false)] {
        let change = TicketChange {
            number: number(17),
            version,
            from: Status::New,
            to: Status::New,
            entitlement: Some(raised.clone()),
        };
        let changed = commit::apply(&mut tx, &[Effect::ChangeTicket(change)], &act(None, 2)).await;
        assert_eq!(changed.is_ok(), good, "{version}: {changed:?}");
    }
    let after = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
    assert_eq!((after.version, after.entitlement), (2, raised.clone()));
    let (_, known) = ticket::correspondence(&mut tx, number(17)).await.unwrap().unwrap();
    assert_eq!(known.entitlement, raised);
    tx.commit().await.unwrap();
}

pub(super) async fn aut_23_an_address_is_trusted_until_it_is_not(place: &Place) {
    let mut tx = place.begin().await;
    let (ada, bob) = (address("ada@acme.example"), address("bob@acme.example"));
    let contacts = &["ada@acme.example", "bob@acme.example", "@acme.example"];
    staging::import_one(&mut tx, &customer("acme", contacts, &[]), at(0)).await.unwrap();
    assert_eq!(trusted::find(&mut tx, &ada).await.unwrap(), None);
    trusted::add(&mut tx, &ada, "bea", at(1)).await.unwrap();
    // who said so first stays
    trusted::add(&mut tx, &ada, "cleo", at(2)).await.unwrap();
    let known = trusted::find(&mut tx, &ada).await.unwrap().unwrap();
    assert_eq!((known.by.as_str(), known.since), ("bea", at(1)));
    assert_eq!(trusted::of_account(&mut tx, "acme").await.unwrap(), [known]);
    assert!(trusted::of_account(&mut tx, "other").await.unwrap().is_empty());
    for (from, trust) in [(&ada, AddressTrust::Trusted), (&bob, AddressTrust::Asked)] {
        let raw = format!("From: {from}\nSubject: x\n\nHello\n");
        let (mail, policy) = (tidings::mail::parse::parse(raw.as_bytes()).0, desk());
        let proof = proven();
        let question = Question::of(&mail, &[], &proof, &arrived(at(0)), &policy, at(0));
        let found = facts::gather(&mut tx, &question, None).await.unwrap();
        assert_eq!(found.trust, trust, "{from}");
    }
    assert_eq!(trusted::remove(&mut tx, &ada).await.unwrap(), 1);
    assert_eq!(trusted::remove(&mut tx, &ada).await.unwrap(), 0);
    assert_eq!(trusted::find(&mut tx, &ada).await.unwrap(), None);
    tx.commit().await.unwrap();
}
