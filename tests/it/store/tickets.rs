//! Tickets, read: listings and what an answer needs.

use tidings::desk::ticket::Status;
use tidings::store::account::staging;
use tidings::store::commit::{self, Act};
use tidings::store::sql::Tx;
use tidings::store::ticket::{self, Filter, PAGE, Scope, WorkingOrder, correspondence, listing};
use tidings::triage::decision::{Effect, NewArticle, NewTicket};

use super::accounts::customer;
use super::{Place, acknowledgement, act, address, article, at, id, listed, number, opening};

/// A ticket like [`opening`]'s, but for this.
async fn open(tx: &mut Tx, ticket: i64, but: impl Fn(NewTicket) -> NewTicket, desk: &str) {
    let mut effects = opening(ticket);
    if let Some(Effect::OpenTicket(new)) = effects.first_mut() {
        *new = but(new.clone());
    }
    commit::apply(tx, &effects, &Act { desk, ..act(None, 1) }).await.unwrap();
}

#[track_caller]
fn numbers(found: &[ticket::Summary]) -> Vec<i64> {
    found.iter().map(|one| one.number.get()).collect()
}

pub(super) async fn tickets_are_listed_as_asked(place: &Place) {
    let mut tx = place.begin().await;
    for (ticket, status) in (1..).zip(Status::ALL) {
        open(&mut tx, ticket, |new| NewTicket { status, ..new }, "support").await;
    }
    let zoe = |new| NewTicket { requester: Some(address("zoe@zeta.example")), ..new };
    open(&mut tx, 7, zoe, "sales").await;
    open(&mut tx, 8, |new| NewTicket { requester: None, ..new }, "sales").await;
    let all = Filter { scope: Scope::All, ..Filter::default() };
    for (filter, expected) in [
        (Filter::default(), vec![1, 2, 3, 4, 7, 8]),
        (all.clone(), vec![1, 2, 3, 4, 7, 8, 5, 6]),
        (Filter { desk: Some("sales"), ..Filter::default() }, vec![7, 8]),
        (Filter { desk: Some("none"), ..all.clone() }, vec![]),
        (Filter { status: Some(Status::Closed), ..Filter::default() }, vec![6]),
        (Filter { status: Some(Status::New), ..all.clone() }, vec![1, 7, 8]),
        (Filter { requester: Some("zoe@zeta.example"), ..Filter::default() }, vec![7]),
        (Filter { requester: Some("zoe@%"), ..all.clone() }, vec![]),
    ] {
        let found = listed(&mut tx, &filter).await;
        assert_eq!(numbers(&found), expected, "{filter:?}");
    }
    let last = listed(&mut tx, &all).await.pop().unwrap();
    assert_eq!(last.number, number(6));
    tx.commit().await.unwrap();
}

pub(super) async fn thr_36_a_text_is_looked_for_as_it_is_written(place: &Place) {
    let mut tx = place.begin().await;
    let subjects =
        ["100% done", "100 percent", "under_score", "underscore", r"back\slash", "Ärger im BÜRO"];
    for (ticket, subject) in (1..).zip(subjects) {
        let named = |new| NewTicket { subject: subject.to_owned(), ..new };
        open(&mut tx, ticket, named, "support").await;
    }
    for (pattern, expected) in [
        (r"%100\%%", vec![1]),
        ("%100%", vec![1, 2]),
        (r"%r\_s%", vec![3]),
        ("%r_s%", vec![3]),
        (r"%\\%", vec![5]),
        ("%under%", vec![3, 4]),
        ("%ärger im büro%", vec![6]),
        ("%' or 1=1 --%", vec![]),
    ] {
        let filter = Filter { text: Some(pattern), ..Filter::default() };
        let found = listed(&mut tx, &filter).await;
        assert_eq!(numbers(&found), expected, "{pattern}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn a_long_listing_comes_in_pages(place: &Place) {
    let mut tx = place.begin().await;
    for ticket in 1..=PAGE + 2 {
        open(&mut tx, ticket, |new| new, "support").await;
    }
    let (filter, order) = (Filter::default(), WorkingOrder { now: at(60), urgent: None });
    let first = listing::list(&mut tx, &filter, &order, ticket::Place::default()).await.unwrap();
    assert_eq!(first.len(), usize::try_from(PAGE).unwrap());
    let (_, place) = first.last().unwrap();
    let second = listing::list(&mut tx, &filter, &order, *place).await.unwrap();
    let second: Vec<_> = second.into_iter().map(|(found, _)| found.number.get()).collect();
    assert_eq!(second, [PAGE + 1, PAGE + 2]);
    tx.commit().await.unwrap();
}

pub(super) async fn an_answer_knows_the_thread(place: &Place) {
    let mut tx = place.begin().await;
    staging::import_one(&mut tx, &customer("acme", &["@acme.example"], &[]), at(0)).await.unwrap();
    open(&mut tx, 17, |new| new, "support").await;
    let (_, empty) = ticket::correspondence(&mut tx, number(17)).await.unwrap().unwrap();
    assert_eq!((empty.last, empty.thread), (None, vec![]));
    let second = || NewArticle { at: at(90), ..article(17, "a-second@acme.example") };
    let effects = [
        Effect::AddArticle(article(17, "z-first@acme.example")),
        // Of no message: it stands after what was said before it.
        acknowledgement(17, "own@desk.example"),
        Effect::AddArticle(second()),
        // seen twice: kept once
        Effect::AddArticle(second()),
        Effect::AddArticle(NewArticle { message_id: None, ..second() }),
    ];
    commit::apply(&mut tx, &effects, &act(None, 2)).await.unwrap();
    let (desk, found) = ticket::correspondence(&mut tx, number(17)).await.unwrap().unwrap();
    assert_eq!(desk, "support");
    assert_eq!((found.number, found.version, found.status), (number(17), 1, Status::New));
    let requester = found.requester.unwrap();
    assert_eq!((requester.name.as_str(), requester.address), ("Ada", address("ada@acme.example")));
    assert_eq!(found.subject, "Printer");
    assert_eq!(found.last, Some(id("a-second@acme.example")), "the requester's last");
    let exchanged = ["z-first@acme.example", "own@desk.example", "a-second@acme.example"];
    assert_eq!(found.thread, exchanged.map(id));
    open(&mut tx, 18, |new| NewTicket { requester: None, ..new }, "sales").await;
    let (desk, nobody) = ticket::correspondence(&mut tx, number(18)).await.unwrap().unwrap();
    assert_eq!((desk.as_str(), nobody.requester), ("sales", None));
    assert!(correspondence::correspondence(&mut tx, number(19)).await.unwrap().is_none());
    assert_eq!(ticket::show(&mut tx, number(17)).await.unwrap().unwrap().opened, at(60));
    tx.commit().await.unwrap();
}

pub(super) async fn of_a_long_thread_the_end_is_kept(place: &Place) {
    let mut tx = place.begin().await;
    let mut effects = opening(17);
    let said = |one| Effect::AddArticle(article(17, &format!("m{one}@acme.example")));
    effects.extend((1..=230).map(said));
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    let (_, found) = ticket::correspondence(&mut tx, number(17)).await.unwrap().unwrap();
    assert_eq!(found.thread.len(), 200);
    assert_eq!(found.thread.first(), Some(&id("m31@acme.example")));
    assert_eq!(found.thread.last(), Some(&id("m230@acme.example")));
    assert_eq!(found.last, Some(id("m230@acme.example")));
    tx.commit().await.unwrap();
}
