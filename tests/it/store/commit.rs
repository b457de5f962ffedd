//! Effects become rows: all of them or none.

use tidings::desk::account::AccountId;
use tidings::desk::article::ArticleKind;
use tidings::desk::ticket::Status;
use tidings::mail::Digest;
use tidings::mail::attachment::{Attachment, Placement};
use tidings::store::account::{known, staging};
use tidings::store::commit::{self, Act};
use tidings::store::error::{Class, StoreError};
use tidings::store::outbox::{self, Settled};
use tidings::store::ticket::{self, Filter, Scope};
use tidings::triage::decision::{Effect, NewArticle, NewEvent, NewTicket, TicketChange};

use super::accounts::customer;
use super::{
    Place, acknowledgement, act, address, article, at, claimant, letter, listed, meet, number,
    opening, spool,
};

fn event(ticket: i64, detail: &str) -> Effect {
    Effect::Record(NewEvent { ticket: number(ticket), kind: "noted", detail: detail.to_owned() })
}

fn change(version: i64, from: Status, to: Status) -> Effect {
    Effect::ChangeTicket(TicketChange { number: number(17), version, from, to, entitlement: None })
}

fn file(name: &str, placement: Placement) -> Attachment {
    Attachment {
        name: name.to_owned(),
        media_type: "text/plain".to_owned(),
        format: None,
        size: 3,
        digest: Digest::of(b"abc"),
        placement,
    }
}

pub(super) async fn each_effect_becomes_its_row(place: &Place) {
    let mut tx = place.begin().await;
    staging::import_one(&mut tx, &customer("acme", &["@acme.example"], &[]), at(0)).await.unwrap();
    let found = known::matching(&mut tx, &address("ada@acme.example")).await.unwrap();
    let acme: AccountId = found[0].account;
    commit::apply(&mut tx, &opening(3), &act(None, 1)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = place.begin().await;
    let mut effects = opening(17);
    if let Some(Effect::OpenTicket(new)) = effects.first_mut() {
        *new = NewTicket { account: Some(acme), linked: Some(number(3)), ..new.clone() };
    }
    // who is a party already stays one
    effects.extend(opening(17).into_iter().skip(1));
    let attachments = vec![file("b.txt", Placement::Beside), file("a.txt", Placement::Inline)];
    effects.push(Effect::AddArticle(NewArticle { attachments, ..article(17, "m1@acme.example") }));
    let note = NewArticle {
        kind: ArticleKind::Internal,
        message_id: None,
        recipients: Vec::new(),
        ..article(17, "x@y")
    };
    effects.push(Effect::AddArticle(note));
    effects.push(acknowledgement(17, "n1@desk.example"));
    effects.push(event(17, "it came"));
    let mailbox = meet(&mut tx).await;
    let inbound = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    // one inbound is one article
    let twice = commit::apply(&mut tx, &effects, &act(Some(inbound), 2)).await;
    assert!(twice.is_err(), "a note and an article of one inbound");
    tx.rollback().await.unwrap();

    let mut tx = place.begin().await;
    commit::apply(&mut tx, &effects, &act(None, 2)).await.unwrap();
    let opened = [change(1, Status::New, Status::Open)];
    commit::apply(&mut tx, &opened, &act(None, 2)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = place.store.read().await.unwrap();
    let summary = ticket::show(&mut tx, number(17)).await.unwrap().unwrap();
    assert_eq!((summary.desk.as_str(), summary.status), ("support", Status::Open));
    assert_eq!((summary.priority.as_str(), summary.level.as_str()), ("medium", "community"));
    assert_eq!(summary.account.as_deref(), Some("acme"));
    assert_eq!(summary.requester.as_deref(), Some("ada@acme.example"));
    assert_eq!((summary.subject.as_str(), summary.articles), ("Printer", 2));
    assert_eq!(summary.opened, at(60));
    let parties = ticket::parties(&mut tx, number(17)).await.unwrap();
    assert_eq!(parties, [address("ada@acme.example")]);
    let articles = ticket::articles(&mut tx, number(17)).await.unwrap();
    assert_eq!(articles[0].at, at(5));
    assert_eq!((articles[0].kind.as_str(), articles[0].text.as_str()), ("requester", "It burns."));
    let names: Vec<_> = articles[0].attachments.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["b.txt", "a.txt"], "in the order of the message");
    assert_eq!(articles[0].attachments[0].size, 3);
    assert_eq!(articles[1].kind, "internal");
    let events = ticket::events(&mut tx, number(17)).await.unwrap();
    assert_eq!(events.len(), 1);
    let told = &events[0];
    assert_eq!((told.actor.as_str(), told.kind.as_str(), told.at), ("ada", "noted", at(60)));
    let notices = ticket::notices(&mut tx, number(17)).await.unwrap();
    assert_eq!((notices[0].kind.as_str(), notices[0].state.as_str()), ("acknowledgement", "due"));
    assert_eq!(notices[0].recipient, "ada@acme.example");
    assert!(ticket::show(&mut tx, number(18)).await.unwrap().is_none());
    tx.rollback().await.unwrap();
}

pub(super) async fn inv_4_a_changed_ticket_is_raced_and_nothing_is_written(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    commit::apply(&mut tx, &[change(1, Status::New, Status::Open)], &act(None, 1)).await.unwrap();
    tx.commit().await.unwrap();
    for stale in [change(1, Status::Open, Status::Closed), change(2, Status::New, Status::Closed)] {
        let mut tx = place.begin().await;
        let effects = [event(17, "written first"), stale];
        let error = commit::apply(&mut tx, &effects, &act(None, 2)).await.unwrap_err();
        assert!(matches!(error, StoreError::Raced), "{error}");
        assert_eq!(error.class(), Class::Raced);
        tx.rollback().await.unwrap();
    }
    let mut tx = place.begin().await;
    assert!(ticket::events(&mut tx, number(17)).await.unwrap().is_empty());
    let facts = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
    assert_eq!((facts.version, facts.status), (2, Status::Open));
    // a change to what it is already counts: somebody wrote
    commit::apply(&mut tx, &[change(2, Status::Open, Status::Open)], &act(None, 1)).await.unwrap();
    let facts = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
    assert_eq!(facts.version, 3);
    assert!(ticket::facts(&mut tx, "sales", number(17)).await.unwrap().is_none());
    tx.rollback().await.unwrap();
}

pub(super) async fn an_inbound_has_one_acknowledgement(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let inbound = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let first = [acknowledgement(17, "n1@desk.example")];
    commit::apply(&mut tx, &first, &act(Some(inbound), 2)).await.unwrap();
    tx.commit().await.unwrap();
    for (notice, body) in [("n2@desk.example", 3), ("n1@desk.example", 4)] {
        let mut tx = place.begin().await;
        let again = [acknowledgement(17, notice)];
        let error = commit::apply(&mut tx, &again, &act(Some(inbound), body)).await.unwrap_err();
        assert_eq!(error.class(), Class::Message, "{error}");
        tx.rollback().await.unwrap();
    }
    let mut tx = place.begin().await;
    assert_eq!(ticket::notices(&mut tx, number(17)).await.unwrap().len(), 1);
    // commands have no inbound: they send what they send
    for (notice, body) in [("n3@desk.example", 5), ("n4@desk.example", 6)] {
        let notice = [acknowledgement(17, notice)];
        commit::apply(&mut tx, &notice, &act(None, body)).await.unwrap();
    }
    assert_eq!(outbox::counts(&mut tx, "support").await.unwrap().due, 3);
    tx.commit().await.unwrap();
}

pub(super) async fn a_number_belongs_to_one_ticket(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    tx.commit().await.unwrap();
    for effects in [opening(17), vec![event(99, "of no ticket")]] {
        let mut tx = place.begin().await;
        let elsewhere = Act { desk: "sales", ..act(None, 2) };
        let error = commit::apply(&mut tx, &effects, &elsewhere).await.unwrap_err();
        assert_eq!(error.class(), Class::Message, "{error}");
        tx.rollback().await.unwrap();
    }
    let mut tx = place.begin().await;
    let filter = Filter { scope: Scope::All, ..Filter::default() };
    assert_eq!(listed(&mut tx, &filter).await.len(), 1);
    tx.rollback().await.unwrap();
}

/// Not every engine has a text with a NUL, so none has one.
pub(super) async fn a_text_with_a_nul_is_stored_without_it(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let text = "a\0b\0".to_owned();
    let said = NewArticle { text, ..article(17, "m1@acme.example") };
    let effects =
        [Effect::AddArticle(said), event(17, "a\0b"), acknowledgement(17, "n1@desk.example")];
    commit::apply(&mut tx, &effects, &act(None, 2)).await.unwrap();
    let claimed = outbox::claim(&mut tx, claimant("support"), at(60), 1).await.unwrap();
    let sent = Settled::Sent { reply: "250 \0ok".to_owned() };
    outbox::settle(&mut tx, "h1", &[(claimed[0].id, sent)], at(61)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = place.store.read().await.unwrap();
    let articles = ticket::articles(&mut tx, number(17)).await.unwrap();
    assert_eq!(articles[0].text, "a\u{fffd}b\u{fffd}");
    assert_eq!(ticket::events(&mut tx, number(17)).await.unwrap()[0].detail, "a\u{fffd}b");
    let notices = ticket::notices(&mut tx, number(17)).await.unwrap();
    assert_eq!(notices[0].reply.as_deref(), Some("250 \u{fffd}ok"));
    tx.rollback().await.unwrap();
}
