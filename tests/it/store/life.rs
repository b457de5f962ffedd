//! What becomes of tickets: merged, split, pending until an instant, over, worked at.

use tidings::desk::article::ArticleId;
use tidings::desk::ticket::Status;
use tidings::store::account::{known, staging};
use tidings::store::commit::{self, Act};
use tidings::store::error::{Class, StoreError};
use tidings::store::spent::{self, Month};
use tidings::store::sql::Tx;
use tidings::store::ticket::{self, life};
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{Bounced, Effect, NewArticle, NewTicket, TicketChange};

use super::accounts::customer;
use super::earlier::desk;
use super::facts::gather;
use super::{Place, acknowledgement, act, address, article, at, id, number, opening};

fn change(ticket: i64, version: i64, from: Status, to: Status) -> Effect {
    let number = number(ticket);
    Effect::ChangeTicket(TicketChange { number, version, from, to, entitlement: None })
}

async fn apply(tx: &mut Tx, effects: &[Effect], seconds: i64) -> Result<(), StoreError> {
    commit::apply(tx, effects, &Act { now: at(seconds), ..act(None, 1) }).await
}

/// Tickets as nobody has touched them, opened one a second.
async fn open(tx: &mut Tx, tickets: &[i64]) {
    for (seconds, ticket) in (0..).zip(tickets) {
        apply(tx, &opening(*ticket), seconds).await.unwrap();
    }
}

/// The first becomes a part of the second, of which this version was read.
fn merge(one: i64, into: i64, version: i64) -> Vec<Effect> {
    vec![
        change(one, 1, Status::New, Status::Closed),
        change(into, version, Status::New, Status::New),
        Effect::ByHand(ByHand::Merge { ticket: number(one), into: number(into) }),
    ]
}

pub(super) async fn a_merged_ticket_is_read_with_the_other(place: &Place) {
    let mut tx = place.begin().await;
    open(&mut tx, &[17, 18, 19]).await;
    for (ticket, seconds) in [(19, 9), (18, 7), (17, 8)] {
        let said = article(ticket, &format!("m{ticket}@acme.example"));
        let said = Effect::AddArticle(NewArticle { at: at(seconds), ..said });
        apply(&mut tx, &[said], 10).await.unwrap();
    }
    let spend = |ticket, minutes| Effect::ByHand(ByHand::Spend { ticket: number(ticket), minutes });
    apply(&mut tx, &[spend(17, 30), spend(18, 12)], 11).await.unwrap();
    apply(&mut tx, &merge(17, 18, 1), 12).await.unwrap();
    let into_last = [
        change(18, 2, Status::New, Status::Closed),
        change(19, 1, Status::New, Status::New),
        Effect::ByHand(ByHand::Merge { ticket: number(18), into: number(19) }),
    ];
    apply(&mut tx, &into_last, 13).await.unwrap();

    let shown = ticket::articles(&mut tx, number(19)).await.unwrap();
    let of: Vec<_> = shown.iter().map(|article| article.ticket.get()).collect();
    assert_eq!(of, [18, 17, 19], "in the order of time");
    assert_eq!(ticket::articles(&mut tx, number(17)).await.unwrap().len(), 1);
    let last = life::life(&mut tx, number(19)).await.unwrap();
    assert_eq!((last.merged, last.spent), (vec![number(17), number(18)], 42));
    assert_eq!(last.merged_into, None);
    let first = life::life(&mut tx, number(17)).await.unwrap();
    assert_eq!((first.merged_into, first.spent), (Some(number(18)), 0));
    let summary = ticket::show(&mut tx, number(19)).await.unwrap().unwrap();
    assert_eq!(summary.opened, at(0), "the earlier start");
    // an answer goes on in the thread of the same requester
    let (_, known) = ticket::correspondence(&mut tx, number(19)).await.unwrap().unwrap();
    assert_eq!(known.thread.len(), 3);
    tx.commit().await.unwrap();
}

pub(super) async fn what_leads_to_a_merged_ticket_leads_on(place: &Place) {
    let mut tx = place.begin().await;
    open(&mut tx, &[17, 18]).await;
    let said = Effect::AddArticle(article(17, "m17@acme.example"));
    apply(&mut tx, &[said], 1).await.unwrap();
    apply(&mut tx, &merge(17, 18, 1), 2).await.unwrap();
    let header = "Subject: [EX#17] x\nIn-Reply-To: <m17@acme.example>";
    let found = gather(&mut tx, header, &desk(), at(60)).await;
    assert_eq!(found.tagged.len(), 1);
    for ticket in [&found.tagged[0], &found.referenced[0].ticket] {
        assert_eq!((ticket.number, ticket.version), (number(18), 2));
        assert_eq!(ticket.merged_subject.as_deref(), Some("Printer"));
        assert_eq!(ticket.over, None);
    }
    // not over a desk's border
    assert!(ticket::facts(&mut tx, "sales", number(17)).await.unwrap().is_none());
    // nor is a report about its notice lost
    let sent = [acknowledgement(17, "n1@desk.example")];
    apply(&mut tx, &sent, 3).await.unwrap();
    let bounced = Bounced { ticket: number(18), message_id: id("n1@desk.example") };
    apply(&mut tx, &[Effect::Bounce(bounced)], 4).await.unwrap();
    let notices = ticket::notices(&mut tx, number(17)).await.unwrap();
    assert_eq!(notices[0].bounced, Some(at(4)));
    let own = gather(&mut tx, "Subject: [EX#18] x", &desk(), at(60)).await;
    assert_eq!(own.tagged[0].merged_subject, None);
    tx.commit().await.unwrap();
}

pub(super) async fn two_that_merge_each_other_make_no_circle(place: &Place) {
    let mut tx = place.begin().await;
    open(&mut tx, &[17, 18]).await;
    tx.commit().await.unwrap();
    let mut tx = place.begin().await;
    apply(&mut tx, &merge(17, 18, 1), 2).await.unwrap();
    tx.commit().await.unwrap();
    // read before, written after
    let mut tx = place.begin().await;
    let error = apply(&mut tx, &merge(18, 17, 1), 3).await.unwrap_err();
    assert_eq!(error.class(), Class::Raced, "{error}");
    tx.rollback().await.unwrap();
    let mut tx = place.begin().await;
    let found = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
    assert_eq!(found.number, number(18));
    // a second merge of the same ticket changes nothing either
    let again = Effect::ByHand(ByHand::Merge { ticket: number(17), into: number(18) });
    assert_eq!(apply(&mut tx, &[again], 4).await.unwrap_err().class(), Class::Raced);
    tx.rollback().await.unwrap();
}

pub(super) async fn articles_take_their_references_along(place: &Place) {
    let mut tx = place.begin().await;
    open(&mut tx, &[17]).await;
    let ancestors = vec![id("before@other.example")];
    let said = [
        Effect::AddArticle(article(17, "stays@acme.example")),
        Effect::AddArticle(NewArticle { ancestors, ..article(17, "goes@acme.example") }),
    ];
    apply(&mut tx, &said, 1).await.unwrap();
    let heads = life::heads(&mut tx, number(17)).await.unwrap();
    let goes: Vec<ArticleId> = heads[1..].iter().map(|head| head.id).collect();
    let to = |ticket, articles| {
        Effect::ByHand(ByHand::MoveArticles { from: number(17), to: number(ticket), articles })
    };
    let mut effects = opening(18);
    effects.push(to(18, goes.clone()));
    apply(&mut tx, &effects, 2).await.unwrap();
    let header = "References: <stays@acme.example> <goes@acme.example> <before@other.example>";
    let found = gather(&mut tx, header, &desk(), at(60)).await.referenced;
    let of = |text: &str| {
        let known = found.iter().find(|known| known.message_id == id(text)).unwrap();
        known.ticket.number.get()
    };
    let all = ["stays@acme.example", "goes@acme.example", "before@other.example"].map(of);
    assert_eq!(all, [17, 18, 18]);
    assert_eq!(ticket::articles(&mut tx, number(17)).await.unwrap().len(), 1);
    assert_eq!(ticket::articles(&mut tx, number(18)).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    // it is there no more
    let mut tx = place.begin().await;
    assert_eq!(apply(&mut tx, &[to(18, goes)], 3).await.unwrap_err().class(), Class::Raced);
    tx.rollback().await.unwrap();
}

pub(super) async fn a_pending_ticket_comes_back_when_it_is_due(place: &Place) {
    let mut tx = place.begin().await;
    open(&mut tx, &[17, 18]).await;
    assert_eq!(life::next(&mut tx, "support").await.unwrap(), None);
    for (ticket, until) in [(17, 100), (18, 90)] {
        let until = Some(at(until));
        let postpone = Effect::ByHand(ByHand::Postpone { ticket: number(ticket), until });
        let effects = [change(ticket, 1, Status::New, Status::Pending), postpone];
        apply(&mut tx, &effects, 1).await.unwrap();
    }
    let due = async |tx: &mut Tx, seconds| {
        let due = life::due(tx, "support", at(seconds), 64).await.unwrap();
        due.iter().map(|(ticket, _)| ticket.get()).collect::<Vec<_>>()
    };
    assert_eq!(due(&mut tx, 89).await, [0; 0]);
    assert_eq!(due(&mut tx, 90).await, [18]);
    assert_eq!(due(&mut tx, 100).await, [18, 17]);
    assert!(life::due(&mut tx, "sales", at(100), 64).await.unwrap().is_empty());
    assert_eq!(life::next(&mut tx, "support").await.unwrap(), Some(at(90)));
    // a note, or an answer, leaves the instant; whatever else moves it takes it away
    apply(&mut tx, &[change(18, 2, Status::Pending, Status::Pending)], 2).await.unwrap();
    apply(&mut tx, &[change(17, 2, Status::Pending, Status::Open)], 2).await.unwrap();
    assert_eq!(due(&mut tx, 100).await, [18]);
    let never = Effect::ByHand(ByHand::Postpone { ticket: number(18), until: None });
    apply(&mut tx, &[change(18, 3, Status::Pending, Status::Pending), never], 3).await.unwrap();
    assert_eq!(life::next(&mut tx, "support").await.unwrap(), None);
    // only who is pending waits
    let until = Some(at(100));
    let open = Effect::ByHand(ByHand::Postpone { ticket: number(17), until });
    assert_eq!(apply(&mut tx, &[open], 4).await.unwrap_err().class(), Class::Raced);
    tx.rollback().await.unwrap();
}

pub(super) async fn what_is_over_says_since_when(place: &Place) {
    let mut tx = place.begin().await;
    open(&mut tx, &[17]).await;
    let steps = [
        (Status::New, Status::Resolved, Some(at(10))),
        (Status::Resolved, Status::Resolved, Some(at(10))),
        (Status::Resolved, Status::Closed, Some(at(10))),
        (Status::Closed, Status::Open, None),
        (Status::Open, Status::Closed, Some(at(14))),
    ];
    for ((version, seconds), (from, to, over)) in (1..).zip(10..).zip(steps) {
        apply(&mut tx, &[change(17, version, from, to)], seconds).await.unwrap();
        let found = ticket::facts(&mut tx, "support", number(17)).await.unwrap().unwrap();
        assert_eq!((found.status, found.over), (to, over), "{from} → {to}");
    }
    let bob = address("bob@acme.example");
    let remove =
        |address| Effect::ByHand(ByHand::RemoveParticipant { ticket: number(17), address });
    let ada = address("ada@acme.example");
    apply(&mut tx, &[remove(bob), remove(ada)], 15).await.unwrap();
    assert!(ticket::parties(&mut tx, number(17)).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

pub(super) async fn time_spent_is_totalled(place: &Place) {
    let mut tx = place.begin().await;
    let new = customer("acme", &["@acme.example"], &[]);
    staging::import_one(&mut tx, &new, at(0)).await.unwrap();
    let acme = known::matching(&mut tx, &address("ada@acme.example")).await.unwrap()[0].account;
    for ticket in [17, 18, 19] {
        let mut effects = opening(ticket);
        if let Some(Effect::OpenTicket(new)) = effects.first_mut() {
            let account = (ticket != 19).then_some(acme);
            *new = NewTicket { account, ..new.clone() };
        }
        apply(&mut tx, &effects, 0).await.unwrap();
    }
    // the stories begin on 2 March 2026
    let day = 86_400;
    for (ticket, minutes, seconds) in
        [(17, 30, 0), (17, 60, 28 * day), (17, -15, 29 * day), (18, 5, 30 * day), (19, 99, 0)]
    {
        let spend = Effect::ByHand(ByHand::Spend { ticket: number(ticket), minutes });
        apply(&mut tx, &[spend], seconds).await.unwrap();
    }
    assert_eq!(life::spent(&mut tx, number(17)).await.unwrap(), 75);
    assert_eq!(life::spent(&mut tx, number(18)).await.unwrap(), 5);
    let month = |month: &str, minutes| Month { month: month.to_owned(), minutes };
    let found = spent::by_month(&mut tx, "acme").await.unwrap();
    assert_eq!(found, [month("2026-03", 75), month("2026-04", 5)]);
    assert!(spent::by_month(&mut tx, "other").await.unwrap().is_empty());
    tx.commit().await.unwrap();
}
