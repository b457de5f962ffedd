//! What happened of late with a sender, his domain and a desk.

use std::time::Duration;

use tidings::store::commit::{self, Act};
use tidings::store::hush::{self, Hush};
use tidings::store::outbox;
use tidings::store::sql::Tx;
use tidings::triage::case::{Acknowledged, Opened};
use tidings::triage::decision::{Due, Effect, Hushed, NewHush, NewNotice, NewTicket};
use tidings::triage::policy::{AcknowledgeLimits, Policy};

use super::earlier::desk;
use super::facts::gather;
use super::{Place, act, address, at, claimant, notice, opening};

/// An acknowledgement about a printer.
fn acknowledgement(made: i64, to: &str, due: Due) -> Effect {
    let effect = notice(17, &format!("n{made}@desk.example"), to);
    let Effect::Submit(new) = effect else { panic!("{effect:?}") };
    Effect::Submit(NewNotice { due, ..new })
}

/// A ticket of somebody about a topic.
fn ticket(ticket: i64, requester: &str, topic: Option<&str>) -> Effect {
    let effect = opening(ticket).remove(0);
    let Effect::OpenTicket(new) = effect else { panic!("{effect:?}") };
    Effect::OpenTicket(NewTicket {
        requester: Some(address(requester)),
        topic: topic.map(str::to_owned),
        ..new
    })
}

async fn write(tx: &mut Tx, effect: Effect, seconds: i64, body: i64) {
    let act = Act { now: at(seconds), ..act(None, body) };
    commit::apply(tx, &[effect], &act).await.unwrap();
}

fn all(most: Option<u32>) -> AcknowledgeLimits {
    AcknowledgeLimits {
        address_per_hour: most,
        address_per_day: most,
        domain_per_hour: most,
        total_per_hour: most,
    }
}

fn counted(address_hour: i64, address_day: i64, domain_hour: i64, total_hour: i64) -> Acknowledged {
    Acknowledged { address_hour, address_day, domain_hour, total_hour, ..Acknowledged::default() }
}

pub(super) async fn acknowledgements_are_counted_up_to_the_cap(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 0)).await.unwrap();
    let mut made = 0;
    // recipient, when, how many
    for (to, seconds, count) in [
        ("ada@acme.example", -3_599, 7),
        ("ada@acme.example", -3_600, 1),
        ("ada@acme.example", -86_399, 2),
        ("ada@acme.example", -86_400, 1),
        ("bob@acme.example", -10, 3),
        ("zoe@zeta.example", -10, 5),
    ] {
        for _ in 0..count {
            made += 1;
            let due = Due::Capped(at(seconds));
            write(&mut tx, acknowledgement(made, to, due), seconds, made).await;
        }
    }
    for (limits, expected) in [
        (all(Some(1_000)), counted(7, 10, 10, 15)),
        (all(Some(7)), counted(7, 7, 7, 7)),
        (all(Some(5)), counted(5, 5, 5, 5)),
        (all(None), counted(0, 0, 0, 0)),
    ] {
        let policy = Policy { limits, ..desk() };
        let found = gather(&mut tx, "Subject: x", &policy, at(0)).await.acknowledged;
        let found = Acknowledged { domain_room: None, total_room: None, ..found };
        assert_eq!(found, expected, "{limits:?}");
    }
    // another desk has sent nothing; an address is spared whichever desk writes
    let sales = Policy { desk: "sales".into(), limits: all(Some(1_000)), ..desk() };
    let found = gather(&mut tx, "Subject: x", &sales, at(0)).await.acknowledged;
    assert_eq!(found, counted(7, 10, 10, 0));
    tx.commit().await.unwrap();
}

pub(super) async fn a_full_hour_says_when_there_is_room_again(place: &Place) {
    const HOUR: Duration = Duration::from_hours(1);
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 0)).await.unwrap();
    let policy = Policy { limits: all(Some(3)), ..desk() };
    let mut made = 0;
    let mut room = async |tx: &mut Tx, now: i64, due: Option<Due>| {
        let found = gather(tx, "Subject: x", &policy, at(now)).await.acknowledged;
        let due = due.unwrap_or(Due::Capped(found.domain_room.unwrap_or(at(now))));
        made += 1;
        // each to somebody else of the domain
        let to = format!("user{made}@acme.example");
        write(tx, acknowledgement(made, &to, due), now, made).await;
        assert_eq!(found.domain_room, found.total_room);
        found.domain_room
    };
    // contacts of a licence are not counted
    for _ in 0..5 {
        assert_eq!(room(&mut tx, 0, Some(Due::Uncapped)).await, None);
    }
    for seconds in [0, 10, 20] {
        assert_eq!(room(&mut tx, seconds, None).await, None);
    }
    // each that is put off takes the place of one that is an hour old by then
    let after = |seconds: i64| Some(at(seconds).after(HOUR));
    for seconds in [0, 10, 20, 3_600, 3_610] {
        assert_eq!(room(&mut tx, 30, None).await, after(seconds));
    }
    assert_eq!(room(&mut tx, 3_620, None).await, after(3_620));
    assert_eq!(room(&mut tx, 20_000, None).await, None);
    // what is planned is not sent before
    let due = outbox::claim(&mut tx, claimant("support"), at(30), 99).await.unwrap();
    assert_eq!(due.len(), 8);
    // by then what was claimed before is due again
    let due = outbox::claim(&mut tx, claimant("support"), at(3_599), 99).await.unwrap();
    assert_eq!(due.len(), 8);
    let due = outbox::claim(&mut tx, claimant("support"), at(3_600), 99).await.unwrap();
    assert_eq!(due.len(), 1);
    tx.commit().await.unwrap();
}

pub(super) async fn a_notice_does_not_wait_for_one_that_is_planned_for_later(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 0)).await.unwrap();
    let (later, to) = (Due::Capped(at(900)), "ada@acme.example");
    write(&mut tx, acknowledgement(1, to, later), 0, 1).await;
    write(&mut tx, acknowledgement(2, to, Due::Uncapped), 10, 2).await;
    let claimed = outbox::claim(&mut tx, claimant("support"), at(20), 9).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].created, at(10));
    tx.commit().await.unwrap();
}

pub(super) async fn what_is_about_one_topic_is_counted(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 0)).await.unwrap();
    let hour = 3_600;
    for (made, seconds) in [(1, -3 * hour), (2, -3 * hour + 1), (3, -10)] {
        write(&mut tx, acknowledgement(made, "ada@acme.example", Due::Uncapped), seconds, made)
            .await;
    }
    let printer = "Subject: Re: [X-1] Printer";
    let policy = desk();
    let same = async |tx: &mut Tx, header: &str| {
        gather(tx, header, &policy, at(0)).await.acknowledged.same_topic
    };
    assert_eq!(same(&mut tx, printer).await, 2);
    assert_eq!(same(&mut tx, "Subject: Scanner").await, 0);

    let (ada, bob) = ("ada@acme.example", "bob@acme.example");
    for (number, who, topic, seconds) in [
        (21, ada, Some("printer"), -30 * 60),
        (22, ada, Some("printer"), -30 * 60 + 1),
        (23, ada, Some("scanner"), -10),
        (24, ada, None, -10),
        (25, bob, Some("printer"), -10),
        (26, "eve@zeta.example", Some("printer"), -10),
    ] {
        write(&mut tx, ticket(number, who, topic), seconds, number).await;
    }
    let opened = gather(&mut tx, printer, &policy, at(0)).await.opened;
    assert_eq!(opened, Opened { by_address: 1, by_domain: 2, ..Opened::default() });
    for number in 30..40 {
        write(&mut tx, ticket(number, ada, Some("printer")), -5, number).await;
    }
    // no further than it matters
    let opened = gather(&mut tx, printer, &policy, at(0)).await.opened;
    assert_eq!((opened.by_address, opened.by_domain), (5, 5));
    tx.commit().await.unwrap();
}

pub(super) async fn thr_29_a_hush_lasts_until_its_end(place: &Place) {
    let mut tx = place.begin().await;
    let ada = Hushed::Address(address("ada@acme.example"));
    let acme = Hushed::Domain("acme.example".to_owned());
    for (whom, since, until) in [(&ada, 0, 50), (&acme, 10, 200), (&ada, 20, 100)] {
        let new = NewHush { whom: whom.clone(), until: at(until) };
        write(&mut tx, Effect::Hush(new), since, 0).await;
    }
    let policy = desk();
    let hushed = async |tx: &mut Tx, now: i64| {
        let opened = gather(tx, "Subject: x", &policy, at(now)).await.opened;
        (opened.address_hushed, opened.domain_hushed)
    };
    assert_eq!(hushed(&mut tx, 99).await, (Some(at(100)), Some(at(200))));
    assert_eq!(hushed(&mut tx, 100).await, (None, Some(at(200))));
    let lasting = |whom: &Hushed, until| Hush { whom: whom.clone(), until: at(until) };
    let both = [lasting(&acme, 200), lasting(&ada, 100)];
    assert_eq!(hush::lasting(&mut tx, "support", at(99)).await.unwrap(), both);
    assert_eq!(hush::lasting(&mut tx, "support", at(150)).await.unwrap(), both[..1]);
    assert_eq!(hush::lasting(&mut tx, "sales", at(99)).await.unwrap(), []);
    // what is long over is forgotten
    let new = NewHush { whom: ada.clone(), until: at(40 * 86_400) };
    write(&mut tx, Effect::Hush(new), 35 * 86_400, 0).await;
    assert_eq!(hush::lasting(&mut tx, "support", at(0)).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
}
