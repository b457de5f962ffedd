//! What agents' work by mail asks of a store.

use tidings::desk::agent::AgentName;
use tidings::desk::priority::Priority;
use tidings::store::body::{self, BodyId, Uploaded};
use tidings::store::commit::{self, Act};
use tidings::store::inbound;
use tidings::store::outbox::carried::{self, Which};
use tidings::store::outbox::filed::{self, Filed};
use tidings::store::outbox::{self, OutboxId, Settled, review};
use tidings::store::sequence::{self, Sequence};
use tidings::store::sql::Tx;
use tidings::store::ticket;
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{Carries, Effect, NewNotice, NewPriority, NoticeKind};

use super::{
    Place, acknowledgement, act, address, at, claimant, letter, meet, notice, number, opening,
    spool,
};

pub(super) async fn a_ticket_belongs_to_an_agent(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    for name in [Some("Ada"), None] {
        let agent = name.map(|name| AgentName::parse(name).unwrap());
        let assign = Effect::ByHand(ByHand::Assign { ticket: number(17), agent });
        commit::apply(&mut tx, &[assign], &act(None, 1)).await.unwrap();
        let summary = ticket::show(&mut tx, number(17)).await.unwrap().unwrap();
        let facts = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
        let (_, known) = ticket::correspondence(&mut tx, number(17)).await.unwrap().unwrap();
        assert_eq!(summary.agent.as_deref(), name);
        assert_eq!(facts.agent.as_deref(), name);
        assert_eq!(known.agent.as_deref(), name);
    }
    tx.rollback().await.unwrap();
}

pub(super) async fn a_priority_has_who_said_it(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    for (name, by) in [("P1", None), ("2", Some("Ada")), ("low", None)] {
        let priority = Priority::parse(name).unwrap();
        let by = by.map(str::to_owned);
        let new = NewPriority { ticket: number(17), priority: priority.clone(), by: by.clone() };
        commit::apply(&mut tx, &[Effect::Prioritize(new)], &act(None, 1)).await.unwrap();
        let summary = ticket::show(&mut tx, number(17)).await.unwrap().unwrap();
        let facts = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
        let (_, known) = ticket::correspondence(&mut tx, number(17)).await.unwrap().unwrap();
        assert_eq!(summary.priority, name);
        assert_eq!((facts.priority, facts.priority_by), (priority.clone(), by));
        assert_eq!(known.priority, priority);
    }
    tx.rollback().await.unwrap();
}

pub(super) async fn what_waits_for_the_dns_is_not_due(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let waits = spool(&mut tx, &letter(mailbox, 101, "one")).await;
    let other = spool(&mut tx, &letter(mailbox, 102, "two")).await;
    inbound::attempts::put_off(&mut tx, waits, at(100), None).await.unwrap();
    let mut due = Vec::new();
    for seconds in [99, 100] {
        let found = inbound::pending(&mut tx, "support", at(seconds), 9).await.unwrap();
        due.push(found.iter().map(|one| one.id).collect::<Vec<_>>());
    }
    assert_eq!(due, [vec![other], vec![waits, other]]);
    assert_eq!(inbound::waiting(&mut tx, "support").await.unwrap(), 2);
    tx.rollback().await.unwrap();
}

/// A ticket, and two notices about it that carry what the first message brought: a notification, an answer.
async fn carrying(tx: &mut Tx) -> Vec<OutboxId> {
    let mailbox = meet(tx).await;
    let first = spool(tx, &letter(mailbox, 101, "with a picture")).await;
    let mut effects = opening(17);
    for (kind, id) in
        [(NoticeKind::Notification, "n1@desk.example"), (NoticeKind::Answer, "n2@desk.example")]
    {
        let Effect::Submit(plain) = acknowledgement(17, id) else { unreachable!() };
        let notice = NewNotice { kind, carries: Carries::Attachments, ..plain };
        effects.push(Effect::Submit(notice));
    }
    let bodies = [BodyId(901), BodyId(902)];
    let act = Act { bodies: &bodies, ..act(Some(first), 0) };
    commit::apply(tx, &effects, &act).await.unwrap();
    let rows = review::list(tx, Some("all"), 0).await.unwrap();
    rows.iter().map(|row| row.id).collect()
}

async fn upload(tx: &mut Tx, bytes: &[u8]) -> BodyId {
    let id = BodyId(sequence::reserve(tx, Sequence::Body, 1).await.unwrap());
    body::begin_upload(tx, id, "support", at(0)).await.unwrap();
    body::put_part(tx, id, 0, bytes).await.unwrap();
    id
}

pub(super) async fn a_notice_goes_out_with_what_it_carries(place: &Place) {
    let mut tx = place.begin().await;
    let ids = carrying(&mut tx).await;
    let claim =
        async |tx: &mut Tx| outbox::claim(tx, claimant("support"), at(90), 9).await.unwrap();
    assert!(claim(&mut tx).await.is_empty(), "their bytes are not final");
    let unmade = carried::unmade(&mut tx, "support", 9).await.unwrap();
    let which: Vec<_> = unmade.iter().map(|one| (one.id, one.which)).collect();
    assert_eq!(which, [(ids[0], Which::Accepted), (ids[1], Which::All)]);
    assert!(carried::unmade(&mut tx, "another", 9).await.unwrap().is_empty());
    assert_eq!(unmade[0].carries, Some(BodyId(101)), "of the message");

    let whole = upload(&mut tx, b"whole").await;
    assert_eq!(carried::made(&mut tx, &unmade[0], whole).await.unwrap(), Uploaded::Kept);
    // another daemon made it, too
    let again = upload(&mut tx, b"again").await;
    assert_eq!(carried::made(&mut tx, &unmade[0], again).await.unwrap(), Uploaded::Swept);
    assert!(body::load(&mut tx, again).await.is_err(), "nothing of it is left");
    assert!(body::load(&mut tx, unmade[0].bytes).await.is_err(), "nor of the beginning");
    let claimed = claim(&mut tx).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].id, claimed[0].bytes.as_slice()), (ids[0], b"whole".as_slice()));
    assert_eq!(claimed[0].envelope.to, address("ada@acme.example"));

    carried::give_up(&mut tx, ids[1], "no bytes", at(91)).await.unwrap();
    assert!(carried::unmade(&mut tx, "support", 9).await.unwrap().is_empty());
    let events = ticket::events(&mut tx, number(17)).await.unwrap();
    assert!(events.last().unwrap().detail.contains("no bytes"), "{events:?}");
    // a person may try again
    review::retry(&mut tx, ids[1], at(92)).await.unwrap();
    assert_eq!(carried::unmade(&mut tx, "support", 9).await.unwrap().len(), 1);
    tx.rollback().await.unwrap();
}

pub(super) async fn of_an_answer_a_copy_is_owed_once(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 0)).await.unwrap();
    let kinds = [NoticeKind::Acknowledgement, NoticeKind::Answer, NoticeKind::Notification];
    for (body, kind) in (1..).zip(kinds.into_iter().cycle().take(12)) {
        let Effect::Submit(plain) =
            notice(17, &format!("n{body}@desk.example"), &format!("c{body}@acme.example"))
        else {
            unreachable!()
        };
        let effect = Effect::Submit(NewNotice { kind, ..plain });
        commit::apply(&mut tx, &[effect], &act(None, body)).await.unwrap();
    }
    let claimed = outbox::claim(&mut tx, claimant("support"), at(90), 99).await.unwrap();
    let said = || "said".to_owned();
    let mut settled: Vec<_> =
        claimed.iter().map(|one| (one.id, Settled::Sent { reply: said() })).collect();
    // One of the answers is not taken.
    settled[10].1 = Settled::Later { due: at(200), reply: said() };
    outbox::settle(&mut tx, "h1", &settled, at(91)).await.unwrap();
    assert!(filed::next(&mut tx, "support").await.unwrap().is_none(), "nothing is owed unasked");
    assert_eq!(filed::owe(&mut tx, &settled).await.unwrap(), 3);
    assert_eq!(filed::owe(&mut tx, &settled).await.unwrap(), 0);
    assert!(filed::next(&mut tx, "sales").await.unwrap().is_none());

    let ids: Vec<OutboxId> = [1, 4, 7].map(|at| claimed[at].id).to_vec();
    for (id, impossible) in ids.iter().zip([None, Some("no room"), None]) {
        let owed = filed::next(&mut tx, "support").await.unwrap().unwrap();
        assert_eq!((owed.id, owed.sent), (*id, at(91)), "the oldest");
        assert_eq!(owed.bytes(&mut tx).await.unwrap(), b"Subject: x\r\n\r\nWe have it.\r\n");
        filed::filed(&mut tx, *id, impossible).await.unwrap();
        // What is written once stays.
        filed::filed(&mut tx, *id, Some("again")).await.unwrap();
    }
    assert!(filed::next(&mut tx, "support").await.unwrap().is_none());
    assert_eq!(filed::owe(&mut tx, &settled).await.unwrap(), 0, "nor is any owed again");
    let rows = review::list(&mut tx, Some("sent"), 0).await.unwrap();
    let wanted: Vec<_> =
        rows.into_iter().map(|row| row.filed).filter(|filed| *filed != Filed::No).collect();
    assert_eq!(wanted, [Filed::Done, Filed::Impossible("no room".to_owned()), Filed::Done]);
    tx.rollback().await.unwrap();
}
