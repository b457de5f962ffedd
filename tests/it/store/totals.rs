//! Tickets as totals need them.

use tidings::desk::article::ArticleKind;
use tidings::desk::target::{Kind, State, Target};
use tidings::desk::ticket::Status;
use tidings::desk::totals::{Handled, Interval};
use tidings::store::commit::{self, Act};
use tidings::store::sql::Tx;
use tidings::store::totals::PAGE;
use tidings::store::{target, totals};
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{Effect, NewArticle, NewEvent, NewTicket, TicketChange};

use super::given::article;
use super::{Place, act, at, number, opening};

/// A ticket whose first message came then.
async fn open(tx: &mut Tx, ticket: i64, desk: &str, came: i64) {
    let mut effects = opening(ticket);
    let id = format!("first-{ticket}@acme.example");
    effects.push(Effect::AddArticle(NewArticle { at: at(came), ..article(ticket, &id) }));
    commit::apply(tx, &effects, &Act { desk, ..act(None, 1) }).await.unwrap();
}

async fn say(tx: &mut Tx, ticket: i64, kind: ArticleKind, seconds: i64) {
    let id = format!("{seconds}-{ticket}@acme.example");
    let said = NewArticle { kind, at: at(seconds), ..article(ticket, &id) };
    commit::apply(tx, &[Effect::AddArticle(said)], &act(None, 1)).await.unwrap();
}

/// What an agent does to a ticket, then.
async fn work(tx: &mut Tx, effects: &[Effect], seconds: i64) {
    let act = Act { now: at(seconds), ..act(None, 1) };
    commit::apply(tx, effects, &act).await.unwrap();
}

fn change(ticket: i64, version: i64, from: Status, to: Status) -> Effect {
    let number = number(ticket);
    Effect::ChangeTicket(TicketChange { number, version, from, to, entitlement: None })
}

async fn all(tx: &mut Tx, desk: Option<&str>, within: Interval) -> Vec<Handled> {
    let page = totals::page(tx, desk, within, 0).await.unwrap();
    assert_eq!(page.next, None);
    page.tickets
}

/// When they began.
async fn begun(
    tx: &mut Tx,
    desk: Option<&str>,
    since: Option<i64>,
    until: Option<i64>,
) -> Vec<i64> {
    let within = Interval { since: since.map(at), until: until.map(at) };
    let found = all(tx, desk, within).await;
    found.iter().map(|one| one.began.as_seconds() - at(0).as_seconds()).collect()
}

pub(super) async fn what_became_of_a_ticket_is_told(place: &Place) {
    let mut tx = place.begin().await;
    open(&mut tx, 17, "support", 5).await;
    // An agent who spoke before anybody asked has answered nothing.
    say(&mut tx, 17, ArticleKind::Agent, 4).await;
    say(&mut tx, 17, ArticleKind::Internal, 6).await;
    let mut expected = Handled {
        desk: "support".to_owned(),
        level: "community".to_owned(),
        agent: None,
        began: at(4),
        asked: Some(at(5)),
        answered: None,
        over: None,
        kept: 0,
        broken: 0,
        stars: None,
    };
    assert_eq!(all(&mut tx, None, Interval::default()).await, std::slice::from_ref(&expected));

    say(&mut tx, 17, ArticleKind::Agent, 9).await;
    say(&mut tx, 17, ArticleKind::Agent, 8).await;
    work(&mut tx, &[change(17, 1, Status::New, Status::Resolved)], 70).await;
    let kinds = [Kind::FirstResponse, Kind::NextResponse, Kind::Review, Kind::Update];
    let [kept, late, told, unpromised] = kinds.map(|kind| Target::begun(kind, at(5)));
    let met = |at| State::Met(at);
    let due = Some(at(10));
    for target in [
        Target { state: met(at(10)), due, ..kept },
        // Nobody was told yet.
        Target { state: met(at(11)), due, ..late },
        Target { state: State::Void(at(12)), due, breached: due, ..told },
        // Nothing is promised; and whom to call is promised to no customer.
        Target { state: met(at(9)), ..unpromised },
        Target { state: met(at(9)), due, ..Target::begun(Kind::OnCall, at(5)) },
        Target { due, ..Target::begun(Kind::Resolution, at(5)) },
    ] {
        target::insert(&mut tx, "support", number(17), &target).await.unwrap();
    }
    expected.answered = Some(at(8));
    expected.over = Some(at(70));
    (expected.kept, expected.broken) = (1, 2);
    assert_eq!(all(&mut tx, None, Interval::default()).await, [expected]);
    tx.rollback().await.unwrap();
}

pub(super) async fn a_ticket_counts_with_what_it_took_in(place: &Place) {
    let mut tx = place.begin().await;
    for (ticket, came) in [(17, 20), (18, 10), (19, 5)] {
        open(&mut tx, ticket, "support", came).await;
    }
    say(&mut tx, 19, ArticleKind::Agent, 12).await;
    let merge = |ticket, into| {
        let (ticket, into) = (number(ticket), number(into));
        Effect::ByHand(ByHand::Merge { ticket, into })
    };
    let (new, closed) = (Status::New, Status::Closed);
    work(&mut tx, &[change(19, 1, new, closed), merge(19, 18)], 60).await;
    work(&mut tx, &[change(18, 1, new, closed), merge(18, 17)], 61).await;
    let found = all(&mut tx, None, Interval::default()).await;
    let found: Vec<_> = found.iter().map(|one| (one.began, one.asked, one.answered)).collect();
    assert_eq!(found, [(at(5), Some(at(5)), Some(at(12)))]);
    tx.rollback().await.unwrap();
}

pub(super) async fn what_is_spam_is_not_counted(place: &Place) {
    let mut tx = place.begin().await;
    for ticket in 17..=19 {
        open(&mut tx, ticket, "support", ticket).await;
        let detail = "Ada: it is spam".to_owned();
        let spam = Effect::Record(NewEvent { ticket: number(ticket), kind: "spam", detail });
        work(&mut tx, &[change(ticket, 1, Status::New, Status::Closed), spam], 60).await;
    }
    assert_eq!(begun(&mut tx, None, None, None).await, [0; 0]);
    // It was opened again, and one of them is over for another reason.
    for ticket in 18..=19 {
        work(&mut tx, &[change(ticket, 2, Status::Closed, Status::Open)], 70).await;
    }
    work(&mut tx, &[change(19, 3, Status::Open, Status::Closed)], 80).await;
    assert_eq!(begun(&mut tx, None, None, None).await, [18, 19]);
    tx.rollback().await.unwrap();
}

pub(super) async fn tickets_of_a_desk_and_of_a_time_are_counted(place: &Place) {
    let mut tx = place.begin().await;
    for (ticket, desk) in [(17, "support"), (18, "sales"), (19, "support")] {
        open(&mut tx, ticket, desk, ticket).await;
    }
    for (desk, since, until, expected) in [
        (None, None, None, vec![17, 18, 19]),
        (Some("support"), None, None, vec![17, 19]),
        (Some("none"), None, None, vec![]),
        (None, Some(18), None, vec![18, 19]),
        (None, None, Some(18), vec![17]),
        (Some("support"), Some(17), Some(19), vec![17]),
        // All were opened at 60.
        (None, Some(61), None, vec![]),
    ] {
        let found = begun(&mut tx, desk, since, until).await;
        assert_eq!(found, expected, "{desk:?} {since:?} {until:?}");
    }
    tx.rollback().await.unwrap();
}

pub(super) async fn many_tickets_are_counted_page_by_page(place: &Place) {
    let mut tx = place.begin().await;
    for ticket in 1..=PAGE {
        commit::apply(&mut tx, &opening(ticket), &act(None, 1)).await.unwrap();
    }
    let none = totals::page(&mut tx, None, Interval::default(), PAGE).await.unwrap();
    assert_eq!((none.tickets.len(), none.next), (0, None));
    let mut last = opening(PAGE + 1);
    if let Some(Effect::OpenTicket(new)) = last.first_mut() {
        *new = NewTicket { requester: None, ..new.clone() };
    }
    commit::apply(&mut tx, &last, &act(None, 1)).await.unwrap();
    // Each page is full, whatever of it counts.
    let late = Interval { since: Some(at(60)), until: Some(at(61)) };
    let never = Interval { until: Some(at(60)), ..late };
    for (within, count) in [(late, usize::try_from(PAGE).unwrap()), (never, 0)] {
        let first = totals::page(&mut tx, None, within, 0).await.unwrap();
        assert_eq!((first.tickets.len(), first.next), (count, Some(PAGE)));
        let second = totals::page(&mut tx, None, within, PAGE).await.unwrap();
        assert_eq!((second.tickets.len(), second.next), (count.min(1), None));
    }
    tx.rollback().await.unwrap();
}
