//! Who is acknowledged: each reason against it as the only one, and what the caps do to whom.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tidings::desk::account::{AccountId, AccountStatus, Licence};
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::sender_proof::SenderProof;
use tidings::desk::target::clocks::Clocks;
use tidings::desk::ticket::Status;
use tidings::fresh::{Fresh, Key, Namer, Random};
use tidings::mail::address::pattern::AddressPattern;
use tidings::mail::address::{Address, NamedAddress};
use tidings::mail::automatic::Kind;
use tidings::mail::parse::parse;
use tidings::mail::proof::{Proof, ReturnPath, Verdict};
use tidings::mail::subject::TicketNumber;
use tidings::mail::{Mail, Sender};
use tidings::time::Timestamp;
use tidings::triage::case::known::{AccountMatch, MatchedBy};
use tidings::triage::case::{Acknowledged, Opened, TicketFacts};
use tidings::triage::case::{Age, Arrival, Case, Facts, FolderKind, Form};
use tidings::triage::entitle::standing;
use tidings::triage::gate::{Cap, Gate, Occasion, Supervisor, Why, gate};
use tidings::triage::loops::HUSHED_FOR;
use tidings::triage::policy::{Acknowledge, Policy, Replies, WebForm};

use crate::support::policy::policy;

const NOW: Timestamp = Timestamp::from_seconds(1_772_442_000);
const HOUR: Duration = Duration::from_hours(1);

/// All that the gate looks at.
struct Setup {
    mail: Mail,
    arrival: Arrival,
    proof: Proof,
    facts: Facts,
    policy: Policy,
    /// The ticket to which the message is added.
    ticket: Option<TicketFacts>,
    supervisor: Supervisor,
}

/// A message of a proven stranger to whom nothing was acknowledged yet.
fn setup() -> Setup {
    let key = Key::new(&[7; 32]);
    let random = Random::Counting(Arc::new(AtomicU64::new(1)));
    Setup {
        mail: mail(""),
        arrival: Arrival {
            received: NOW,
            age: Age::New,
            form: Form::Whole,
            folder: FolderKind::Watched,
            released: None,
        },
        proof: Proof::given(Verdict::Pass, ""),
        facts: Facts::default(),
        policy: policy(Namer::new(key, "desk.example", random)),
        ticket: None,
        supervisor: Supervisor::HearsNothing,
    }
}

fn mail(fields: &str) -> Mail {
    to("To: support@desk.example", fields)
}

fn to(recipients: &str, fields: &str) -> Mail {
    let raw = format!("{fields}From: ada@acme.example\n{recipients}\nSubject: Printer\n\nHello\n");
    parse(raw.as_bytes()).0
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn named(text: &str) -> NamedAddress {
    NamedAddress { name: String::new(), address: address(text) }
}

fn number(number: i64) -> TicketNumber {
    TicketNumber::new(number).unwrap()
}

#[track_caller]
fn check(change: impl FnOnce(&mut Setup), expected: &Gate) {
    let mut setup = setup();
    change(&mut setup);
    let message_id = setup.policy.namer.message_id().unwrap();
    let fresh = Fresh { now: NOW, number: number(1001), message_id, further: Vec::new() };
    let case = Case {
        mail: &setup.mail,
        arrival: &setup.arrival,
        proof: &setup.proof,
        spam: None,
        facts: &setup.facts,
        policy: &setup.policy,
        fresh: &fresh,
    };
    let priority = setup.policy.priorities.default();
    let occasion = setup.ticket.as_ref().map_or(Occasion::Ticket(priority), Occasion::FollowUp);
    assert_eq!(gate(&case, &standing(&case), occasion, setup.supervisor), *expected);
}

#[track_caller]
fn withheld(why: Why, change: impl FnOnce(&mut Setup)) {
    assert!(!why.to_string().is_empty());
    check(change, &Gate::Withheld(why));
}

fn acknowledged(setup: &mut Setup) -> &mut Acknowledged {
    &mut setup.facts.acknowledged
}

/// The message is added to a ticket of its sender, and the desk acknowledges that.
fn follow_up(setup: &mut Setup) {
    setup.policy.acknowledge = Acknowledge::Messages;
    setup.ticket = Some(TicketFacts {
        language: None,
        number: number(17),
        version: 1,
        status: Status::Open,
        over: None,
        entitlement: Entitlement {
            level: LevelName::parse("community").unwrap(),
            level_by: None,
            account: None,
            claimed: None,
            proof: None,
        },
        subject: "Printer".to_owned(),
        agent: None,
        priority: tidings::desk::priority::Priority::parse("medium").unwrap(),
        priority_by: None,
        clocks: Clocks::default(),
        merged_subject: None,
        requester: Some(named("ada@acme.example")),
        parties: vec![address("ada@acme.example"), address("bob@acme.example")],
    });
}

/// The sender is a contact of a valid licence.
fn licensed(setup: &mut Setup) {
    setup.facts.accounts = vec![AccountMatch {
        account: AccountId(1),
        key: "acme".to_owned(),
        name: "Acme".to_owned(),
        status: AccountStatus::Active,
        languages: Vec::new(),
        by: MatchedBy::Address,
        licences: vec![Licence {
            key: "K-1".to_owned(),
            level: LevelName::parse("vip").unwrap(),
            from: "2025-01-01".parse().unwrap(),
            until: None,
            contacts: Vec::new(),
            sender_proof: None,
        }],
        groups: Vec::new(),
    }];
}

fn unproven(setup: &mut Setup) {
    setup.proof = Proof { return_path: ReturnPath::Author, ..Proof::given(Verdict::None, "") };
}

/// The domain and the desk have sent all that they may, and may again in half an hour.
fn full(setup: &mut Setup) {
    let counts = acknowledged(setup);
    (counts.domain_hour, counts.total_hour) = (100, 600);
    counts.domain_room = Some(NOW.after(HOUR / 4));
    counts.total_room = Some(NOW.after(HOUR / 2));
}

#[test]
fn std_03_who_is_acknowledged() {
    check(|_| {}, &Gate::Full);
    check(licensed, &Gate::Full);
    check(unproven, &Gate::Short);
    check(|setup| setup.proof = Proof::given(Verdict::Pending, ""), &Gate::Wait);
    withheld(Why::Unproven, |setup| setup.proof = Proof::given(Verdict::None, ""));
    withheld(Why::Forged, |setup| setup.proof = Proof::given(Verdict::Fail, ""));
    let nobody = "From: b@x.example, c@x.example\nTo: support@desk.example\n\nx\n";
    let mail = parse(nobody.as_bytes()).0;
    let Sender::Ambiguous { why, .. } = mail.sender else { panic!("{:?}", mail.sender) };
    withheld(Why::Nobody(why), |setup| setup.mail = mail);
}

#[test]
fn std_08_each_reason_alone_withholds_it() {
    withheld(Why::Off, |setup| setup.policy.acknowledge = Acknowledge::None);
    withheld(Why::Found, |setup| setup.arrival.age = Age::Found);
    for age in [Age::BackFill, Age::BeforeFirstRun, Age::OldInBulk] {
        withheld(Why::LayThere, |setup| setup.arrival.age = age);
    }
    let machine = |marks: &str| Why::Machine(marks.to_owned());
    withheld(machine("List-Id: x"), |setup| setup.mail = mail("List-Id: x\n"));
    withheld(machine("Return-Path: <>"), |setup| setup.mail = mail("Return-Path: <>\n"));
    withheld(Why::NullPath, |setup| {
        setup.mail = mail("Return-Path: <>\n");
        setup.mail.class.kind = Kind::Person;
    });
    let all = "X-Auto-Response-Suppress: All";
    withheld(Why::Unwelcome(all.to_owned()), |setup| setup.mail = mail(&format!("{all}\n")));
    let late = setup().policy.acknowledge_within;
    withheld(Why::Late(late), |setup| setup.arrival.received = NOW.before(late + HOUR));
    let sales = "sales@desk.example";
    let first = format!("To: {sales}, support@desk.example");
    withheld(Why::OtherDesk(address(sales)), |setup| setup.mail = to(&first, ""));
}

#[test]
fn std_27_a_mail_that_passed_too_many_servers_is_not_acknowledged() {
    let hops = |count| "Received: from a by b; now\n".repeat(count);
    check(|setup| setup.mail = mail(&hops(50)), &Gate::Full);
    withheld(Why::Hops(51), |setup| setup.mail = mail(&hops(51)));
}

#[test]
fn std_12_what_is_not_addressed_to_the_desk_is_not_acknowledged() {
    let bcc = "To: undisclosed-recipients:;";
    withheld(Why::NotAddressed, |setup| setup.mail = to(bcc, ""));
    withheld(Why::NotAddressed, |setup| setup.mail = to("To: list@lists.example", ""));
    // what a server below the boundary wrote is no evidence, and is not in the proof
    withheld(Why::NotAddressed, |setup| {
        setup.mail = to(bcc, "Delivered-To: support@desk.example\n");
    });
    for own in ["support@desk.example", "help@desk.example", "support+shop@desk.example"] {
        for field in ["To", "Cc", "Resent-To", "Resent-Cc"] {
            check(|setup| setup.mail = to(&format!("{field}: {own}"), ""), &Gate::Full);
        }
        check(
            |setup| {
                setup.mail = to(bcc, "");
                setup.facts.delivered_to = vec![address("x@relay.example"), address(own)];
            },
            &Gate::Full,
        );
    }
    let (support, ada) = (address("support@desk.example"), address("ada@acme.example"));
    let pattern = AddressPattern::behind_plus(&support, "reply.example").unwrap();
    check(
        |setup| {
            setup.policy.replies = Replies::Tokens(pattern);
            let with_token = setup.policy.reply_to(number(17), &ada).unwrap();
            setup.mail = to(&format!("To: {with_token}"), "");
        },
        &Gate::Full,
    );
}

#[test]
fn std_08_what_repeats_itself_is_not_acknowledged() {
    check(|setup| acknowledged(setup).same_topic = 1, &Gate::Full);
    withheld(Why::Repeated, |setup| acknowledged(setup).same_topic = 2);
    let opened = |by_address| Opened { by_address, ..Opened::default() };
    check(|setup| setup.facts.opened = opened(4), &Gate::Full);
    let until = NOW.after(HUSHED_FOR);
    withheld(Why::Hushed(until), |setup| setup.facts.opened = opened(5));
    let hushed = Opened { address_hushed: Some(NOW.after(HOUR)), ..Opened::default() };
    withheld(Why::Hushed(NOW.after(HOUR)), |setup| setup.facts.opened = hushed);
    // of a domain the operator is told, and that is all
    let domain = Opened { by_domain: 5, domain_hushed: Some(until), ..Opened::default() };
    check(|setup| setup.facts.opened = domain, &Gate::Full);
}

#[test]
fn std_08_a_cap_of_the_address_holds_for_everybody() {
    let capped = |cap, limit| Gate::Withheld(Why::Cap(cap, limit));
    for who in [licensed as fn(&mut Setup), |_| {}] {
        for (hour, day, expected) in [
            (4, 19, Gate::Full),
            (5, 0, capped(Cap::AddressHour, 5)),
            (0, 20, capped(Cap::AddressDay, 20)),
        ] {
            let change = |setup: &mut Setup| {
                who(setup);
                let counts = acknowledged(setup);
                (counts.address_hour, counts.address_day) = (hour, day);
            };
            check(change, &expected);
        }
    }
    for (hour, day, expected) in [
        (0, 3, Gate::Short),
        (1, 0, capped(Cap::AddressHour, 1)),
        (0, 4, capped(Cap::AddressDay, 4)),
    ] {
        let change = |setup: &mut Setup| {
            unproven(setup);
            let counts = acknowledged(setup);
            (counts.address_hour, counts.address_day) = (hour, day);
        };
        check(change, &expected);
    }
}

/// A program of ours wrote the message for who typed this into a form, three of which an hour are
/// acknowledged.
fn typed(reply_to: &'static str) -> impl Fn(&mut Setup) {
    move |setup| {
        let per_hour = Some(3);
        setup.policy.forms = vec![WebForm { from: address("ada@acme.example"), per_hour }];
        setup.mail = mail(&format!("Auto-Submitted: auto-generated\n{reply_to}\n"));
    }
}

#[test]
fn thr_06_who_is_named_by_a_form_of_ours_is_answered_as_one_whom_nothing_proves() {
    check(typed("Reply-To: eve@paid.example"), &Gate::Short);
    let unread = "nobody reads noreply@paid.example".to_owned();
    withheld(Why::Unwelcome(unread), typed("Reply-To: noreply@paid.example"));
    let why = "there is not one plain address in Reply-To";
    withheld(Why::Unnamed(why), typed("Reply-To: a@x.example, b@x.example"));
    let after = |sent| {
        move |setup: &mut Setup| {
            typed("Reply-To: eve@paid.example")(setup);
            acknowledged(setup).form_hour = sent;
        }
    };
    check(after(2), &Gate::Short);
    withheld(Why::FormCap(address("ada@acme.example"), 3), after(3));
    // who is known by an account is not proven by what was typed
    let licensed_and_full = |setup: &mut Setup| {
        licensed(setup);
        setup.policy.sender_proof = SenderProof::Preferred;
        typed("Reply-To: eve@paid.example")(setup);
        acknowledged(setup).domain_hour = 100;
    };
    withheld(Why::Cap(Cap::DomainHour, 20), licensed_and_full);
}

#[test]
fn std_08_a_full_hour_puts_off_who_is_proven_and_spares_who_has_a_licence() {
    check(full, &Gate::Later(HOUR / 2));
    let with = |who: fn(&mut Setup)| {
        move |setup: &mut Setup| {
            full(setup);
            who(setup);
        }
    };
    check(with(licensed), &Gate::Full);
    // whom nobody asks for proof is one of the others
    let asks_nothing = |setup: &mut Setup| {
        licensed(setup);
        setup.policy.sender_proof = SenderProof::Off;
    };
    check(with(asks_nothing), &Gate::Later(HOUR / 2));
    // not beyond the time within which there is an acknowledgement at all
    let late = |setup: &mut Setup| setup.arrival.received = NOW.before(72 * HOUR).after(HOUR / 4);
    check(with(late), &Gate::Withheld(Why::Cap(Cap::DomainHour, 100)));
    let unproven_at = |domain_hour, total_hour| {
        move |setup: &mut Setup| {
            unproven(setup);
            let counts = acknowledged(setup);
            (counts.domain_hour, counts.total_hour) = (domain_hour, total_hour);
        }
    };
    check(unproven_at(19, 119), &Gate::Short);
    withheld(Why::Cap(Cap::DomainHour, 20), unproven_at(20, 0));
    withheld(Why::Cap(Cap::TotalHour, 120), unproven_at(0, 120));
}

#[test]
fn std_09_a_follow_up_is_acknowledged_where_the_desk_says_so_and_its_requester_is_proven() {
    check(follow_up, &Gate::Full);
    let with = |change: fn(&mut Setup)| {
        move |setup: &mut Setup| {
            follow_up(setup);
            change(setup);
        }
    };
    withheld(Why::FollowUp, with(|setup| setup.policy.acknowledge = Acknowledge::Tickets));
    withheld(Why::FollowUp, with(|setup| setup.policy.acknowledge = Acknowledge::None));
    let heard = |setup: &mut Setup| {
        (setup.policy.acknowledge, setup.supervisor) = (Acknowledge::Tickets, Supervisor::Hears);
    };
    check(with(heard), &Gate::Full);
    withheld(Why::UnprovenFollowUp, with(unproven));
    let pending: fn(&mut Setup) = |setup| setup.proof = Proof::given(Verdict::Pending, "");
    withheld(Why::UnprovenFollowUp, with(pending));
    let other: fn(&mut Setup) = |setup| {
        setup.ticket.as_mut().unwrap().requester = Some(named("bob@acme.example"));
    };
    withheld(Why::NotRequester, with(other));
    withheld(Why::Repeated, with(|setup| acknowledged(setup).same_topic = 2));
    let capped = Why::Cap(Cap::AddressHour, 5);
    withheld(capped, with(|setup| acknowledged(setup).address_hour = 5));
    check(with(full), &Gate::Later(HOUR / 2));
    // a ticket is acknowledged as ever
    check(|setup| setup.policy.acknowledge = Acknowledge::Messages, &Gate::Full);
}
