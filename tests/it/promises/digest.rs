//! How many mails tell one person of promises.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tidings::desk::level::LevelName;
use tidings::desk::priority::Priority;
use tidings::desk::target::{Kind, Target};
use tidings::desk::ticket::Status;
use tidings::fresh::{Key, Namer, Random};
use tidings::mail::address::Address;
use tidings::mail::parse::parse;
use tidings::mail::subject::TicketNumber;
use tidings::time::Timestamp;
use tidings::triage::late::{self, Matter, Telling};
use tidings::triage::policy::Policy;

use crate::support::policy::policy;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

fn desk() -> Policy {
    let counting = Random::Counting(Arc::new(AtomicU64::new(1)));
    let namer = Namer::new(Key::new(&[7; 32]), "desk.example", counting);
    let supervisor = Address::parse("head@staff.example").ok();
    Policy { supervisor, ..policy(namer) }
}

fn broken(count: i64) -> Vec<Matter> {
    let matter = |number| Matter {
        ticket: TicketNumber::new(number).unwrap(),
        telling: Telling::Breach,
        target: Target { due: Some(now()), ..Target::begun(Kind::FirstResponse, now()) },
        subject: format!("Fire {number}"),
        status: Status::New,
        level: LevelName::parse("community").unwrap(),
        priority: Priority::parse("medium").unwrap(),
        agent: None,
        requester: None,
    };
    (1..=count).map(matter).collect()
}

/// What each mail about so many broken promises says.
fn mails(count: i64) -> Vec<String> {
    let (matters, policy) = (broken(count), desk());
    let posts = late::posts(&matters, &policy);
    let write = |post| {
        let id = policy.namer.message_id().unwrap();
        let notice = late::write(post, &id, &policy, now()).unwrap().unwrap();
        assert_eq!(notice.envelope.to.as_str(), "head@staff.example");
        parse(&notice.bytes).0.text
    };
    posts.iter().map(write).collect()
}

#[test]
fn up_to_five_are_told_apart_and_six_in_one() {
    for count in [1, 5] {
        let mails = mails(count);
        assert_eq!(mails.len(), usize::try_from(count).unwrap());
        for (number, mail) in (1..).zip(mails) {
            assert!(mail.contains(&format!("Fire {number}")), "{mail}");
        }
    }
    let mails = mails(6);
    assert_eq!(mails.len(), 1, "{mails:#?}");
    for number in 1..=6 {
        assert!(mails[0].contains(&format!("Fire {number}")), "{mails:#?}");
    }
}

#[test]
fn a_digest_names_a_hundred_and_counts_the_others() {
    let named = |count| {
        let mail = mails(count).remove(0);
        (mail.matches("Fire ").count(), mail)
    };
    assert_eq!(named(100).0, 100);
    let (count, mail) = named(103);
    assert_eq!(count, 100);
    assert!(mail.contains("And 3 more."), "{mail}");
}
