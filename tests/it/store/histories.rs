//! What was said in tickets, for who may read it.

use tidings::desk::article::ArticleKind;
use tidings::desk::ticket::Status;
use tidings::mail::parse::parse;
use tidings::mail::rating::Stars;
use tidings::store::commit::{self, Act};
use tidings::store::facts::{self, Question};
use tidings::store::ticket::history;
use tidings::triage::case::ordered::{Exchanged, Ordered};
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{
    Effect, NewArticle, NewEvent, NewNotice, NewRating, NewTicket, NoticeKind, TicketChange,
};
use tidings::triage::history::{Exchange, Side};

use super::earlier::{arrived, desk, proven};
use super::{Place, act, address, article, at, notice, number, opening};

fn said(ticket: i64, kind: ArticleKind, second: i64, text: &str) -> Effect {
    let message_id = None;
    let (at, text) = (at(second), text.to_owned());
    Effect::AddArticle(NewArticle { kind, at, text, message_id, ..article(ticket, "x@y.example") })
}

/// A ticket that is closed and becomes a part of 17.
fn merged(ticket: i64) -> Vec<Effect> {
    let (from, to, entitlement) = (Status::New, Status::Closed, None);
    let change = TicketChange { number: number(ticket), version: 1, from, to, entitlement };
    let merge = ByHand::Merge { ticket: number(ticket), into: number(17) };
    vec![Effect::ChangeTicket(change), Effect::ByHand(merge)]
}

pub(super) async fn thr_31_a_requester_reads_what_was_said_with_him(place: &Place) {
    use ArticleKind::{Agent, Internal, Requester};
    let mut tx = place.begin().await;
    assert_eq!(history::exchanged(&mut tx, number(17)).await.unwrap(), None);
    let mut effects = [opening(17), opening(18), opening(19)].concat();
    for effect in &mut effects {
        if let Effect::OpenTicket(new) = effect
            && new.number == number(19)
        {
            let requester = Some(address("bob@acme.example"));
            *new = NewTicket { requester, ..new.clone() };
        }
    }
    effects.extend([
        said(17, Requester, 10, "one"),
        said(17, Agent, 30, "three"),
        said(17, Internal, 31, "among us"),
        said(17, Requester, 40, "four"),
        said(18, Requester, 20, "two"),
        said(19, Requester, 25, "Bob's"),
    ]);
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    for ticket in [18, 19] {
        commit::apply(&mut tx, &merged(ticket), &act(None, 1)).await.unwrap();
    }
    let count = |count, first, last| Exchanged { count, first: at(first), last: at(last) };
    let all = history::exchanged(&mut tx, number(17)).await.unwrap();
    assert_eq!(all, Some(count(4, 10, 40)));

    let texts =
        |exchange: &Exchange| exchange.said.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
    let exchange = history::exchange(&mut tx, number(17), at(40), 1_000).await.unwrap();
    assert_eq!(texts(&exchange), ["four", "three", "two", "one"]);
    assert_eq!((exchange.count, exchange.said[1].side), (4, Side::Desk));
    let until = history::exchange(&mut tx, number(17), at(39), 1_000).await.unwrap();
    assert_eq!((texts(&until).len(), until.count), (3, 3));
    let short = history::exchange(&mut tx, number(17), at(40), 4).await.unwrap();
    assert_eq!((texts(&short), short.count), (vec!["four".into(), "three".into()], 4));
    tx.rollback().await.unwrap();
}

pub(super) async fn what_was_ordered_before_is_known(place: &Place) {
    let mut tx = place.begin().await;
    let day = 86_400;
    let mut effects = opening(17);
    effects.push(said(17, ArticleKind::Requester, 10, "one"));
    let (stars, rater) = (Stars::new(2).unwrap(), address("ada@acme.example"));
    effects.push(Effect::Rate(NewRating { ticket: number(17), stars, rater }));
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    for (nr, second) in [(1, 5), (2, 10), (3, day + 7), (4, day + 8), (5, day + 9)] {
        let Effect::Submit(plain) = notice(17, &format!("h{nr}@desk.example"), "ada@acme.example")
        else {
            unreachable!()
        };
        let sent = Effect::Submit(NewNotice { kind: NoticeKind::History, ..plain });
        let (ticket, kind) = (number(17), "supervisor");
        let told = Effect::Record(NewEvent { ticket, kind, detail: "told".to_owned() });
        let effects = if nr < 3 { vec![sent, told] } else { vec![sent] };
        let bodies = [tidings::store::body::BodyId(900 + nr)];
        let now = Act { now: at(second), bodies: &bodies, ..act(None, 2) };
        commit::apply(&mut tx, &effects, &now).await.unwrap();
    }
    let mut gathered = Vec::new();
    for text in ["Hello", "#supervisor", "#history\nHello"] {
        let raw = format!("From: ada@acme.example\nSubject: Re: [EX#17] Printer\n\n{text}\n");
        let (mail, proof, policy) = (parse(raw.as_bytes()).0, proven(), desk());
        let now = at(day + 10);
        let question = Question::of(&mail, &[], &proof, &arrived(now), &policy, now);
        gathered.push(facts::gather(&mut tx, &question, None).await.unwrap().ordered);
    }
    let known = Ordered {
        ticket: number(17),
        rating: Some(stars),
        supervisor: Some(at(10)),
        histories: Vec::new(),
        exchanged: None,
    };
    let histories = vec![at(day + 9), at(day + 8), at(day + 7)];
    let exchanged = Some(Exchanged { count: 1, first: at(10), last: at(10) });
    let all = Ordered { histories, exchanged, ..known.clone() };
    assert_eq!(gathered, [vec![], vec![known], vec![all]]);
    tx.rollback().await.unwrap();
}
