//! What merges and splits do to levels, accounts and parties.

mod history;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tidings::desk::account::AccountId;
use tidings::desk::article::{ArticleId, ArticleKind};
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::target::clocks::Clocks;
use tidings::desk::ticket::Status;
use tidings::fresh::{Fresh, Key, Namer, Random};
use tidings::mail::address::{Address, NamedAddress};
use tidings::mail::subject::TicketNumber;
use tidings::time::Timestamp;
use tidings::triage::answer::Correspondence;
use tidings::triage::decision::{Effect, NewTicket};
use tidings::triage::merge::{MergeError, Side, merge};
use tidings::triage::policy::Policy;
use tidings::triage::split::{ArticleHead, SplitError, split};

use crate::support::policy::policy;

const ADA: &str = "ada@acme.example";
const BOB: &str = "bob@b.example";

fn desk() -> (Policy, Fresh) {
    let counting = Random::Counting(Arc::new(AtomicU64::new(1)));
    let namer = Namer::new(Key::new(&[7; 32]), "desk.example", counting);
    let message_id = namer.message_id().unwrap();
    let now = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    (policy(namer), Fresh { now, number: number(1001), message_id, further: Vec::new() })
}

fn number(number: i64) -> TicketNumber {
    TicketNumber::new(number).unwrap()
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// An open ticket of the first of these, at this level.
fn ticket(which: i64, level: &str, parties: &[&str]) -> Correspondence {
    let parties: Vec<Address> = parties.iter().map(|text| address(text)).collect();
    let requester = parties.first().cloned();
    Correspondence {
        language: None,
        over: None,
        rating: None,
        secret: None,
        number: number(which),
        version: 3,
        status: Status::Open,
        entitlement: Entitlement {
            level: LevelName::parse(level).unwrap(),
            level_by: None,
            account: None,
            claimed: None,
            proof: None,
        },
        languages: Vec::new(),
        requester: requester.map(|address| NamedAddress { name: "Ada".to_owned(), address }),
        subject: "Printer".to_owned(),
        tags: Vec::new(),
        thread: Vec::new(),
        last: None,
        merged_into: None,
        agent: None,
        priority: tidings::desk::priority::Priority::parse("medium").unwrap(),
        parties,
        spent: 0,
        clocks: Clocks::default(),
        priority_by: None,
        answers: 0,
        gone: None,
    }
}

fn merged(one: &Correspondence, other: &Correspondence) -> Result<Vec<Effect>, MergeError> {
    let side = |ticket| Side { desk: "support", ticket };
    let (policy, fresh) = desk();
    merge(side(one), side(other), "bea", &policy, &fresh)
}

#[test]
fn a_merged_ticket_leaves_the_higher_level() {
    let level = |one: &str, other: &str| {
        let mut one = ticket(17, one, &[ADA]);
        one.entitlement.account = Some(AccountId(1));
        let effects = merged(&one, &ticket(18, other, &[BOB])).unwrap();
        let changed = effects.iter().find_map(|effect| {
            let Effect::ChangeTicket(change) = effect else { return None };
            (change.number == number(18)).then(|| change.entitlement.clone())
        });
        let entitlement = changed.unwrap().unwrap();
        assert_eq!(entitlement.account, Some(AccountId(1)));
        entitlement.level.as_str().to_owned()
    };
    assert_eq!(level("vip", "community"), "vip");
    assert_eq!(level("community", "vip"), "vip");
    assert_eq!(level("community", "community"), "community");
    // a level that has left the configuration is the least
    assert_eq!(level("gone", "community"), "community");
    assert_eq!(level("community", "gone"), "community");
}

#[test]
fn a_merge_is_refused_where_it_would_lose_something() {
    let (one, other) = (ticket(17, "vip", &[ADA]), ticket(18, "vip", &[BOB]));
    let over = Correspondence { status: Status::Resolved, ..other.clone() };
    assert!(matches!(merged(&one, &over), Err(MergeError::Over { .. })));
    assert!(merged(&Correspondence { status: Status::Closed, ..one.clone() }, &over).is_ok());
    let part = Correspondence { merged_into: Some(number(19)), ..other.clone() };
    let found = merged(&one, &part);
    assert_eq!(found, Err(MergeError::Merged(number(18), number(19))));
    assert_eq!(merged(&part, &one), Err(MergeError::Merged(number(18), number(19))));
    assert_eq!(merged(&one, &one), Err(MergeError::Itself(number(17))));
    let sides = [("support", &one), ("sales", &other)].map(|(desk, ticket)| Side { desk, ticket });
    let (policy, fresh) = desk();
    let found = merge(sides[0], sides[1], "bea", &policy, &fresh);
    assert_eq!(found, Err(MergeError::TwoDesks(number(17), number(18))));
}

fn articles(senders: &[(i64, ArticleKind, &str)]) -> Vec<ArticleHead> {
    let head = |(id, kind, sender): &(i64, ArticleKind, &str)| ArticleHead {
        id: ArticleId(*id),
        kind: *kind,
        sender: (*sender).to_owned(),
    };
    senders.iter().map(head).collect()
}

/// The new ticket, and its parties.
fn new_ticket(ids: &[i64]) -> Result<(NewTicket, Vec<String>), SplitError> {
    let mut ticket = ticket(17, "vip", &[ADA, BOB]);
    ticket.entitlement.account = Some(AccountId(1));
    let articles = articles(&[
        (1, ArticleKind::Requester, ADA),
        (2, ArticleKind::Agent, "bea"),
        (3, ArticleKind::Requester, BOB),
        (4, ArticleKind::Requester, ADA),
        (5, ArticleKind::Requester, "eve@evil.example"),
    ]);
    let (policy, fresh) = desk();
    let ids: Vec<_> = ids.iter().copied().map(ArticleId).collect();
    let effects = split(&ticket, &articles, &ids, "bea", &policy, &fresh)?;
    let mut parties = Vec::new();
    let mut new = None;
    for effect in effects {
        if let Effect::AddParticipant(party) = &effect {
            parties.push(party.address.to_string());
        }
        if let Effect::OpenTicket(ticket) = effect {
            new = Some(ticket);
        }
    }
    Ok((new.unwrap(), parties))
}

#[test]
fn a_split_ticket_is_that_of_who_speaks_in_it() {
    let check = |ids: &[i64], requester: &str, level: &str, parties: &[&str]| {
        let (new, found) = new_ticket(ids).unwrap();
        assert_eq!(new.requester, Some(address(requester)), "{ids:?}");
        assert_eq!(new.level.as_str(), level, "{ids:?}");
        assert_eq!(new.account.is_some(), level == "vip", "{ids:?}");
        assert_eq!(new.linked, Some(number(17)));
        assert_eq!(found, parties, "{ids:?}");
    };
    check(&[4], ADA, "vip", &[ADA]);
    check(&[4, 3], BOB, "community", &[BOB, ADA]);
    check(&[3], BOB, "community", &[BOB]);
    // agents and strangers speak for the requester
    check(&[2], ADA, "vip", &[ADA]);
    check(&[5], ADA, "vip", &[ADA]);
    check(&[5, 4, 3, 2], BOB, "community", &[BOB, ADA]);
    assert_eq!(new_ticket(&[1, 2, 3, 4, 5]).unwrap_err(), SplitError::All(number(17)));
    let none = SplitError::NoArticle { ticket: number(17), article: 6 };
    assert_eq!(new_ticket(&[1, 6]).unwrap_err(), none);
}
