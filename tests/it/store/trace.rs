//! What happened with somebody's mail, a message or a ticket.

use tidings::mail::message_id::MessageId;
use tidings::store::commit::{self, Act};
use tidings::store::inbound::{self, NewInbound, Outcome};
use tidings::store::sql::Tx;
use tidings::store::trace::{self, Entry, What};
use tidings::time::Timestamp;
use tidings::triage::case::InboundId;
use tidings::triage::decision::{Effect, NewArticle, NewEvent};

use super::spool::outcome;
use super::{Place, act, address, article, at, id, letter, meet, notice, number, opening, spool};

/// Ada opens ticket 17 and adds to it, her first mail comes again, a machine's is ignored, and bob
/// asks about something else; the desk answers her. What is spooled at a second is decided one later.
async fn tell_story(tx: &mut Tx) {
    let mailbox = meet(tx).await;
    let first = id("m1@acme.example");
    let wrote = |who: &'static str, name: &'static str| (address(who), id(name));
    let came =
        |uid: i64| NewInbound { spooled: at(uid), ..letter(mailbox, uid, &format!("{uid}")) };
    let ada = |name| wrote("ada@acme.example", name);
    let opened = spool(tx, &came(100)).await;
    let mut effects = opening(17);
    effects.push(Effect::AddArticle(article(17, first.as_str())));
    effects.push(event(17, "opened", "so it is"));
    effects.push(notice(17, "n1@desk.example", "ada@acme.example"));
    decide(tx, opened, Some(17), "opened", &ada("m1@acme.example"), 101, &effects).await;
    let more = spool(tx, &came(110)).await;
    let effects = [event(17, "report", "she says more")];
    decide(tx, more, Some(17), "event", &ada("m2@acme.example"), 111, &effects).await;
    let copy = spool(tx, &came(120)).await;
    let outcome = Outcome { duplicate_of: Some(opened), decided: at(121), ..outcome("duplicate") };
    let (who, name) = wrote("ada@home.example", "m1@acme.example");
    let outcome = Outcome { sender: Some(&who), message_id: Some(&name), ..outcome };
    inbound::finish(tx, copy, &outcome).await.unwrap();
    let machine = spool(tx, &came(130)).await;
    decide(tx, machine, None, "ignored", &ada("m3@acme.example"), 131, &[]).await;
    let bobs = spool(tx, &came(140)).await;
    let bob = wrote("bob@acme.example", "m4@acme.example");
    decide(tx, bobs, Some(18), "opened", &bob, 141, &opening(18)[..1]).await;
    let said =
        NewArticle { message_id: Some(id("n2@desk.example")), at: at(150), ..article(17, "x@y") };
    let answer = [Effect::AddArticle(said), notice(17, "n2@desk.example", "ada@acme.example")];
    commit::apply(tx, &answer, &Act { now: at(150), ..act(None, 3) }).await.unwrap();
}

fn event(ticket: i64, kind: &'static str, detail: &str) -> Effect {
    Effect::Record(NewEvent { ticket: number(ticket), kind, detail: detail.to_owned() })
}

async fn decide(
    tx: &mut Tx,
    inbound: InboundId,
    ticket: Option<i64>,
    verdict: &str,
    (who, name): &(tidings::mail::address::Address, MessageId),
    seconds: i64,
    effects: &[Effect],
) {
    let act = Act { now: at(seconds), ..act(Some(inbound), 1_000 + inbound.0) };
    commit::apply(tx, effects, &act).await.unwrap();
    let decided = at(seconds);
    let outcome = Outcome { ticket, decided, ..outcome(verdict) };
    let outcome = Outcome { sender: Some(who), message_id: Some(name), ..outcome };
    inbound::finish(tx, inbound, &outcome).await.unwrap();
}

#[track_caller]
fn told(entries: &[Entry], expected: &[&str]) {
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            let second = entry.at.as_seconds() - at(0).as_seconds();
            let what = match &entry.what {
                What::Inbound(inbound) => format!("{} {:?}", inbound.verdict, inbound.message_id),
                What::Ticket(ticket) => format!("ticket {}", ticket.number),
                What::Article(article) => format!("article {}", article.ticket),
                What::Event(event) => format!("event {}", event.event.kind),
                What::Notice(notice) => notice.message_id.clone(),
            };
            format!("{second} {}", what.replace("Some(\"", "").replace("\")", ""))
        })
        .collect();
    assert_eq!(told, expected);
}

const LONG_AGO: Timestamp = Timestamp::from_us(i64::MIN);

pub(super) async fn what_happened_is_told_by_address_message_and_ticket(place: &Place) {
    let mut tx = place.begin().await;
    tell_story(&mut tx).await;
    let (ada, bob) = (address("ada@acme.example"), address("bob@acme.example"));
    let all = [
        "100 opened m1@acme.example",
        "101 ticket 17",
        "101 n1@desk.example",
        "110 event m2@acme.example",
        "111 event report",
        "120 duplicate m1@acme.example",
        "130 ignored m3@acme.example",
        "150 article 17",
        "150 n2@desk.example",
    ];
    let without = |left_out: &[usize]| -> Vec<&str> {
        (0..).zip(all).filter(|(at, _)| !left_out.contains(at)).map(|(_, one)| one).collect()
    };
    // she sent the copy from elsewhere; the ticket knows of it
    told(&trace::of_address(&mut tx, &ada, LONG_AGO).await.unwrap(), &without(&[5]));
    told(&trace::of_ticket(&mut tx, number(17), LONG_AGO).await.unwrap(), &without(&[6]));
    told(&trace::of_address(&mut tx, &ada, at(130)).await.unwrap(), &all[6..]);
    let of_later = trace::of_ticket(&mut tx, number(17), at(130)).await.unwrap();
    told(&of_later, &without(&[0, 2, 3, 4, 5, 6]));
    assert!(trace::of_ticket(&mut tx, number(99), LONG_AGO).await.unwrap().is_empty());
    // somebody who is no party, and somebody unknown
    told(
        &trace::of_address(&mut tx, &bob, LONG_AGO).await.unwrap(),
        &["140 opened m4@acme.example"],
    );
    let nobody = trace::of_address(&mut tx, &address("x@acme.example"), LONG_AGO).await.unwrap();
    assert!(nobody.is_empty());

    let mut of = async |name: &str| trace::of_message(&mut tx, &id(name), LONG_AGO).await.unwrap();
    told(&of("m1@acme.example").await, &without(&[6]));
    told(&of("m2@acme.example").await, &without(&[0, 2, 6]));
    told(&of("n2@desk.example").await, &without(&[0, 2, 3, 4, 5, 6]));
    told(&of("m3@acme.example").await, &all[6..7]);
    assert!(of("M3@acme.example").await.is_empty(), "compared byte for byte");
    tx.commit().await.unwrap();
}

pub(super) async fn who_wrote_what_waits_is_nobody_yet(place: &Place) {
    let mut tx = place.begin().await;
    assert_eq!(trace::of_nobody(&mut tx).await.unwrap(), 0);
    let mailbox = meet(&mut tx).await;
    let mut rows = Vec::new();
    for uid in 100..104 {
        rows.push(spool(&mut tx, &letter(mailbox, uid, &format!("{uid}"))).await);
    }
    assert_eq!(trace::of_nobody(&mut tx).await.unwrap(), 4);
    let ada = address("ada@acme.example");
    let known = Outcome { sender: Some(&ada), ..outcome("held") };
    inbound::finish(&mut tx, rows[0], &known).await.unwrap();
    inbound::finish(&mut tx, rows[1], &outcome("held")).await.unwrap();
    inbound::finish(&mut tx, rows[2], &outcome("ignored")).await.unwrap();
    assert_eq!(trace::of_nobody(&mut tx).await.unwrap(), 2);
    // decided again it is still known who wrote it, and not when it was decided
    let row = |tx: Vec<Entry>| match &tx[..] {
        [Entry { what: What::Inbound(row), .. }] => row.clone(),
        other => panic!("{other:?}"),
    };
    let found = row(trace::of_address(&mut tx, &ada, LONG_AGO).await.unwrap());
    assert_eq!((found.decided, found.spooled), (Some(at(2_000)), at(1_000)));
    inbound::review::retry(&mut tx, rows[0]).await.unwrap();
    let found = row(trace::of_address(&mut tx, &ada, LONG_AGO).await.unwrap());
    assert_eq!((found.decided, found.verdict.as_str()), (None, "pending"));
    inbound::finish(&mut tx, rows[0], &outcome("held")).await.unwrap();
    inbound::review::put_aside(&mut tx, rows[0], "why", at(3_000)).await.unwrap();
    let found = row(trace::of_address(&mut tx, &ada, LONG_AGO).await.unwrap());
    assert_eq!((found.decided, found.verdict.as_str()), (Some(at(3_000)), "dropped"));
    tx.commit().await.unwrap();
}

pub(super) async fn what_a_program_before_has_decided_is_found_by_its_ticket(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    let first = spool(&mut tx, &letter(mailbox, 100, "one")).await;
    let mut effects = opening(17);
    effects.push(Effect::AddArticle(article(17, "m1@acme.example")));
    effects.push(event(17, "opened", "so it is"));
    let act = Act { now: at(1_001), ..act(Some(first), 1) };
    commit::apply(&mut tx, &effects, &act).await.unwrap();
    let written = Outcome { ticket: Some(17), ..outcome("opened") };
    inbound::finish(&mut tx, first, &written).await.unwrap();
    let ada = address("ada@acme.example");
    let of_ticket = trace::of_ticket(&mut tx, number(17), LONG_AGO).await.unwrap();
    told(&of_ticket, &["1000 opened None", "1001 ticket 17"]);
    let of_message = trace::of_message(&mut tx, &id("m1@acme.example"), LONG_AGO).await.unwrap();
    told(&of_message, &["1000 opened None", "1001 ticket 17"]);
    let of_address = trace::of_address(&mut tx, &ada, LONG_AGO).await.unwrap();
    told(&of_address, &["1001 ticket 17", "1001 event opened"]);
    tx.commit().await.unwrap();
}
