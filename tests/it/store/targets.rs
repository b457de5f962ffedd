//! What the promises of tickets ask of a store.

use tidings::desk::calendar::{Calendar, Span};
use tidings::desk::level::{Level, LevelName};
use tidings::desk::promise::{Promise, Promises, Service};
use tidings::desk::target::clocks::Clocks;
use tidings::desk::target::{Kind, Pause, State, Target};
use tidings::desk::ticket::Status;
use tidings::store::commit::{self, Act};
use tidings::store::error::Class;
use tidings::store::inbound;
use tidings::store::sql::Tx;
use tidings::store::{target, ticket};
use tidings::time::Timestamp;
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{Effect, Means, NewArticle, TicketChange};
use tidings::triage::promise::By;

use super::given::article;
use super::{HOUR, Place, act, at, letter, meet, number, opening, spool};

/// The level of `opening`: an hour to the first response, two to the end.
fn levels() -> Vec<Level> {
    let within =
        [(Kind::FirstResponse, HOUR), (Kind::Resolution, 2 * HOUR)].map(|(kind, hours)| {
            let span = Span::Opening(hours);
            (kind, Promise { span, calendar: Calendar::always() })
        });
    let usual = Promises { within: within.into(), ..Promises::default() };
    let service = Service { usual, ..Service::default() };
    let name = LevelName::parse("community").unwrap();
    let (title, ends, escalates_to) = ("Community".to_owned(), None, Vec::new());
    vec![Level { name, title, rank: 0, service, ends, escalates_to }]
}

async fn opened(tx: &mut Tx, ticket: i64) {
    let act = Act { levels: levels().leak(), happened: at(10), by: By::Mail, ..act(None, 1) };
    commit::apply(tx, &opening(ticket), &act).await.unwrap();
}

fn hours(count: i64) -> Timestamp {
    at(10 + count * 3_600)
}

pub(super) async fn a_ticket_has_the_clocks_of_its_level(place: &Place) {
    let mut tx = place.begin().await;
    opened(&mut tx, 17).await;
    let kept = target::kept(&mut tx, number(17)).await.unwrap();
    let all: Vec<_> =
        kept.clocks.targets.iter().map(|one| (one.kind, one.since, one.due)).collect();
    let response = (Kind::FirstResponse, at(10), Some(hours(1)));
    assert_eq!(all, [response, (Kind::Resolution, at(10), Some(hours(2)))]);
    let graded = target::graded(&mut tx, number(17)).await.unwrap();
    assert_eq!((graded.level.as_str(), graded.priority.as_str()), ("community", "medium"));
    assert_eq!(target::next(&mut tx, "support").await.unwrap(), Some(hours(1)));
    assert_eq!(target::next(&mut tx, "sales").await.unwrap(), None);

    let (from, to) = (Status::New, Status::Pending);
    let change = TicketChange { number: number(17), version: 1, from, to, entitlement: None };
    let answer = NewArticle { means: Means::Answers, ..article(17, "m1@desk.example") };
    let effects = [Effect::ChangeTicket(change), Effect::AddArticle(answer)];
    let then = Act { levels: levels().leak(), happened: at(70), by: By::Mail, ..act(None, 2) };
    commit::apply(&mut tx, &effects, &then).await.unwrap();
    let states: Vec<_> = target::of_ticket(&mut tx, number(17)).await.unwrap();
    let states: Vec<_> = states.iter().map(|one| one.state).collect();
    // An act is at(60): nothing happens after it.
    assert_eq!(states, [State::Met(at(60)), State::Paused(at(60))]);
    assert_eq!(target::next(&mut tx, "support").await.unwrap(), None);
    let said = target::first_said(&mut tx, number(17)).await.unwrap();
    assert_eq!(said, Some(at(5)));
    tx.rollback().await.unwrap();
}

/// Of a ticket that is opened five hours late: whether somebody is yet to be told, and what it remembers.
async fn opened_late(tx: &mut Tx, late: i64, by: By) -> (bool, usize) {
    let act =
        Act { levels: levels().leak(), now: hours(5), happened: at(10), by, ..act(None, late) };
    commit::apply(tx, &opening(late), &act).await.unwrap();
    let all = target::of_ticket(tx, number(late)).await.unwrap();
    let found = ticket::events(tx, number(late)).await.unwrap();
    let late = found.iter().filter(|one| one.kind == "late").count();
    (all.iter().any(|one| one.next().is_some()), late)
}

pub(super) async fn of_what_is_found_late_nobody_is_told(place: &Place) {
    let mut tx = place.begin().await;
    assert_eq!(opened_late(&mut tx, 17, By::Found).await, (false, 2));
    assert_eq!(opened_late(&mut tx, 18, By::Mail).await, (true, 0));
    tx.rollback().await.unwrap();
}

pub(super) async fn what_a_merge_makes_late_is_told(place: &Place) {
    let mut tx = place.begin().await;
    opened(&mut tx, 17).await;
    let then = Act { levels: levels().leak(), now: hours(5), happened: hours(5), ..act(None, 2) };
    commit::apply(&mut tx, &opening(18), &then).await.unwrap();
    let change = |ticket, to| {
        let (number, from) = (number(ticket), Status::New);
        Effect::ChangeTicket(TicketChange { number, version: 1, from, to, entitlement: None })
    };
    let merge = Effect::ByHand(ByHand::Merge { ticket: number(17), into: number(18) });
    let effects = [change(17, Status::Closed), change(18, Status::New), merge];
    commit::apply(&mut tx, &effects, &then).await.unwrap();
    let all = target::of_ticket(&mut tx, number(18)).await.unwrap();
    let all: Vec<_> = all.iter().map(|one| (one.due, one.breached, one.next())).collect();
    let late = |due| (Some(due), None, Some(due));
    assert_eq!(all, [late(hours(1)), late(hours(2))]);
    tx.rollback().await.unwrap();
}

pub(super) async fn a_target_comes_back_as_it_was_written(place: &Place) {
    let mut tx = place.begin().await;
    opened(&mut tx, 17).await;
    let pause = |from, until| Pause { from: at(from), until: at(until) };
    let written = Target {
        pauses: vec![pause(20, 30), pause(40, 50)],
        state: State::Paused(at(60)),
        warns: Some(at(61)),
        warned: Some(at(62)),
        breached: Some(at(63)),
        due: Some(at(64)),
        ..Target::begun(Kind::Update, at(15))
    };
    target::insert(&mut tx, "support", number(17), &written).await.unwrap();
    let kept = target::kept(&mut tx, number(17)).await.unwrap();
    assert_eq!(kept.clocks.targets.last(), Some(&written));
    let [.., id] = kept.ids[..] else { panic!("{kept:?}") };
    let other = Target { state: State::Void(at(90)), pauses: Vec::new(), ..written };
    target::update(&mut tx, id, &other).await.unwrap();
    let all = target::of_ticket(&mut tx, number(17)).await.unwrap();
    assert_eq!(all.last(), Some(&other));
    // What is over is not read with what is alive.
    let kept = target::kept(&mut tx, number(17)).await.unwrap();
    assert_eq!(kept.clocks.targets.len(), 2);
    // The version has changed with it.
    let raced = target::update(&mut tx, id, &other).await.unwrap_err();
    assert_eq!(raced.class(), Class::Raced);
    assert_eq!(target::kept(&mut tx, number(99)).await.unwrap().clocks, Clocks::default());
    tx.rollback().await.unwrap();
}

pub(super) async fn of_each_desk_what_is_due_comes_in_its_order(place: &Place) {
    let mut tx = place.begin().await;
    for ticket in [17, 18] {
        opened(&mut tx, ticket).await;
    }
    let due = async |tx: &mut Tx, until, limit| {
        let found = target::due(tx, "support", until, at(0), limit).await.unwrap();
        let line = |one: &target::DueTarget| (one.ticket.get(), one.target.kind.as_str());
        found.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(due(&mut tx, at(3_609), 9).await, []);
    let (response, resolution) = ("first_response", "resolution");
    assert_eq!(due(&mut tx, hours(1), 9).await, [(17, response), (18, response)]);
    let all = [(17, response), (18, response), (17, resolution), (18, resolution)];
    assert_eq!(due(&mut tx, hours(3), 9).await, all);
    assert_eq!(due(&mut tx, hours(3), 3).await, all[..3]);
    tx.rollback().await.unwrap();
}

pub(super) async fn aut_30_nothing_is_told_of_a_ticket_that_a_waiting_mail_names(place: &Place) {
    let mut tx = place.begin().await;
    opened(&mut tx, 17).await;
    let mailbox = meet(&mut tx).await;
    let waits = spool(&mut tx, &letter(mailbox, 101, "an agent's")).await;
    let undecided = target::undecided(&mut tx, "support", at(60)).await.unwrap();
    assert!(undecided.is_some());
    inbound::attempts::put_off(&mut tx, waits, hours(9), Some(number(17))).await.unwrap();
    assert_eq!(target::undecided(&mut tx, "support", at(60)).await.unwrap(), None);
    for (anyway, expected) in [(at(0), 0), (hours(1), 1)] {
        let found = target::due(&mut tx, "support", hours(1), anyway, 9).await.unwrap();
        assert_eq!(found.len(), expected);
    }
    tx.rollback().await.unwrap();
}
