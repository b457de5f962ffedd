//! What begins and ends a silence, who hears of a change, and what a rule does: without a store.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tidings::config::Config;
use tidings::desk::article::ArticleKind;
use tidings::desk::calendar::Span;
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::priority::Priority;
use tidings::desk::sender_proof::SenderProof;
use tidings::desk::silence::{Owed, Rules, Silence};
use tidings::desk::target::clocks::Clocks;
use tidings::desk::ticket::Status;
use tidings::fresh::{Fresh, KEY_BYTES, Key, Namer, Random};
use tidings::mail::address::{Address, NamedAddress};
use tidings::mail::parse::parse;
use tidings::mail::proof::Verdict;
use tidings::mail::rating::Stars;
use tidings::mail::subject::TicketNumber;
use tidings::time::Timestamp;
use tidings::triage::announce::tell;
use tidings::triage::answer::Correspondence;
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{Effect, Means, NewArticle, NewPriority, NoticeKind, TicketChange};
use tidings::triage::notice::changed::{Changes, Why, told};
use tidings::triage::policy::{Policy, Told};
use tidings::triage::promise::By;
use tidings::triage::silence::{Outcome, Turn, act, ruled_by, turns};

use crate::support::policy::policy;

const DAY: i64 = 86_400;

fn desk() -> Policy {
    let counting = Random::Counting(Arc::default());
    let mut policy = policy(Namer::new(Key::new(&[7; KEY_BYTES]), "desk.example", counting));
    policy.notices = Told::ALL.to_vec();
    policy.silence = Rules {
        remind_after: vec![Span::Days(3)],
        lower_priority_after: Some(Span::Days(5)),
        resolve_after: Some(Span::Days(14)),
        close_after: Some(Span::Days(10)),
    };
    policy
}

fn begin() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

fn fresh(policy: &Policy, days: i64) -> Fresh {
    let now = Timestamp::from_seconds(begin().as_seconds() + days * DAY);
    policy.namer.fresh(now, number(), 0).unwrap()
}

fn number() -> TicketNumber {
    TicketNumber::new(17).unwrap()
}

fn ticket(status: Status) -> Correspondence {
    let address = Address::parse("ada@paid.example").unwrap();
    Correspondence {
        language: None,
        over: None,
        rating: None,
        secret: None,
        number: number(),
        version: 3,
        status,
        entitlement: Entitlement {
            level: LevelName::parse("commercial").unwrap(),
            level_by: None,
            account: None,
            claimed: None,
            proof: Some(Verdict::Pass),
        },
        languages: Vec::new(),
        requester: Some(NamedAddress { name: "Ada".to_owned(), address: address.clone() }),
        subject: "Printer".to_owned(),
        tags: Vec::new(),
        thread: Vec::new(),
        last: None,
        merged_into: None,
        agent: None,
        priority: Priority::parse("high").unwrap(),
        priority_by: None,
        parties: vec![address],
        spent: 0,
        answers: 0,
        gone: None,
        clocks: Clocks::default(),
    }
}

fn silence(owed: Owed) -> Silence {
    Silence { owed, since: begin(), reminded: 0, lowered: None, acted: None }
}

fn change(from: Status, to: Status) -> Effect {
    let number = number();
    Effect::ChangeTicket(TicketChange { number, version: 3, from, to, entitlement: None })
}

fn article(means: Means) -> Effect {
    Effect::AddArticle(NewArticle {
        ticket: number(),
        kind: ArticleKind::Agent,
        from: "Bob".to_owned(),
        at: begin(),
        text: "Where?".to_owned(),
        message_id: None,
        ancestors: Vec::new(),
        tags: Vec::new(),
        recipients: Vec::new(),
        attachments: Vec::new(),
        means,
    })
}

fn priority(by: Option<&str>) -> Effect {
    let (ticket, by) = (number(), by.map(str::to_owned));
    Effect::Prioritize(NewPriority { ticket, priority: Priority::parse("low").unwrap(), by })
}

#[test]
fn what_happens_begins_and_ends_a_silence() {
    use Status::{Closed, Open, Pending, Resolved, Waiting};
    let postpone = || Effect::ByHand(ByHand::Postpone { ticket: number(), until: None });
    check(&[change(Open, Pending)], By::Hand, Some(Turn::Begins));
    check(&[change(Pending, Resolved)], By::Time, Some(Turn::Begins));
    check(&[change(Pending, Open)], By::Mail, Some(Turn::Ends));
    check(&[change(Resolved, Closed)], By::Time, Some(Turn::Ends));
    check(&[change(Open, Waiting)], By::Hand, None);
    check(&[change(Pending, Pending)], By::Hand, Some(Turn::GoesOn));
    check(&[change(Pending, Pending), article(Means::Answers)], By::Mail, Some(Turn::Begins));
    check(&[change(Pending, Pending), article(Means::Nothing)], By::Mail, Some(Turn::GoesOn));
    check(&[change(Pending, Pending), article(Means::Works)], By::Mail, Some(Turn::GoesOn));
    check(&[change(Pending, Pending), postpone()], By::Hand, Some(Turn::Begins));
    let agents = [change(Pending, Pending), priority(Some("Bob"))];
    check(&agents, By::Hand, Some(Turn::IsPrioritized));
    check(&agents, By::Time, Some(Turn::GoesOn));
    check(&[change(Pending, Pending), priority(None)], By::Mail, Some(Turn::GoesOn));

    #[track_caller]
    fn check(effects: &[Effect], by: By, expected: Option<Turn>) {
        let expected: Vec<_> = expected.map(|turn| (number(), turn)).into_iter().collect();
        assert_eq!(turns(effects, by), expected, "{effects:#?}");
    }
}

/// Whether a mail of each kind goes out, and the event beside it.
fn outcome(outcome: &Outcome) -> (Option<NoticeKind>, String) {
    let effects = match outcome {
        Outcome::Waits(next) => return (None, format!("waits {next:?}")),
        Outcome::Acts(effects, _) | Outcome::Ends(effects) | Outcome::Rests(effects) => effects,
    };
    let mail = effects.iter().find_map(|effect| {
        if let Effect::Submit(notice) = effect { Some(notice.kind) } else { None }
    });
    let events: Vec<_> = effects
        .iter()
        .filter_map(|effect| {
            if let Effect::Record(event) = effect {
                Some(format!("{}: {}", event.kind, event.detail))
            } else {
                None
            }
        })
        .collect();
    (mail, events.join("; "))
}

#[test]
fn thr_28_who_may_not_have_written_hears_nothing_until_somebody_has_answered_him() {
    let mut policy = desk();
    let fresh = fresh(&policy, 0);
    let mails = |ticket: &Correspondence, policy: &Policy| {
        let changes = Changes { status: Some(Told::Resolved), ..Changes::default() };
        let effects = told(ticket, &changes, Why::Staff, policy, &fresh);
        let count = effects.iter().filter(|one| matches!(one, Effect::Submit(_))).count();
        // What nobody could plan is for the same people.
        let until = fresh.now.after(Duration::from_hours(2));
        assert_eq!(tell(ticket, "Storm", until, policy, &fresh).is_ok(), count == 1);
        count
    };
    for (proof, expected) in [
        (None, 1),
        (Some(Verdict::Strong), 1),
        (Some(Verdict::PassSpf), 1),
        (Some(Verdict::None), 0),
        (Some(Verdict::Pending), 0),
        (Some(Verdict::Fail), 0),
        (Some(Verdict::Ambiguous), 0),
    ] {
        let mut ticket = ticket(Status::Open);
        ticket.entitlement.proof = proof;
        policy.sender_proof = SenderProof::Required;
        assert_eq!(mails(&ticket, &policy), expected, "{proof:?}");
        let answered = Correspondence { answers: 1, ..ticket.clone() };
        assert_eq!(mails(&answered, &policy), 1, "{proof:?}");
        policy.sender_proof = SenderProof::Off;
        assert_eq!(mails(&ticket, &policy), 1, "{proof:?}");
    }
    for ticket in [
        Correspondence { requester: None, ..ticket(Status::Open) },
        Correspondence { gone: Some(begin()), ..ticket(Status::Open) },
    ] {
        assert_eq!(mails(&ticket, &policy), 0);
    }
    policy.notices.clear();
    assert_eq!(
        told(
            &ticket(Status::Open),
            &Changes { status: Some(Told::Resolved), ..Changes::default() },
            Why::Staff,
            &policy,
            &fresh
        ),
        Vec::new()
    );
}

#[test]
fn a_rule_does_what_is_due_and_says_so() {
    let policy = desk();
    let look = |ticket: &Correspondence, owed, days| {
        outcome(&act(ticket, &silence(owed), &policy, &fresh(&policy, days)))
    };
    let pending = ticket(Status::Pending);
    let (mail, event) = look(&pending, Owed::Answer, 3);
    assert_eq!(mail, Some(NoticeKind::Reminder));
    assert!(
        event.starts_with("reminded: no answer since 2 March 2026")
            && event.ends_with("told to ada@paid.example"),
        "{event}"
    );
    assert!(look(&pending, Owed::Answer, 2).1.starts_with("waits Some"));
    assert_eq!(look(&pending, Owed::Day, 90), (None, "waits None".to_owned()));
    let (mail, event) = look(&ticket(Status::Resolved), Owed::Nothing, 10);
    assert_eq!(mail, Some(NoticeKind::Changed));
    assert!(event.starts_with("status: resolved → closed"), "{event}");
    // It is somewhere else by now.
    for (status, owed) in [
        (Status::Open, Owed::Answer),
        (Status::Resolved, Owed::Answer),
        (Status::Closed, Owed::Nothing),
        (Status::Pending, Owed::Nothing),
    ] {
        assert_eq!(look(&ticket(status), owed, 90), (None, "waits None".to_owned()), "{status}");
    }
    // Nobody can be asked: it is done all the same, and said to nobody.
    let nobody = Correspondence { requester: None, ..ticket(Status::Resolved) };
    let (mail, event) = look(&nobody, Owed::Nothing, 10);
    assert_eq!(mail, None);
    assert!(event.contains("told to nobody"), "{event}");
    let gone = Correspondence { gone: Some(begin()), ..pending };
    let (mail, event) = look(&gone, Owed::Answer, 90);
    assert_eq!(mail, None);
    assert!(event.starts_with("rests: ada@paid.example takes no mail"), "{event}");
}

#[test]
fn a_priority_is_lowered_once_and_whose_word_it_was_stays() {
    let policy = desk();
    let reminded = Silence { reminded: 1, acted: Some(begin()), ..silence(Owed::Answer) };
    for by in [None, Some("Bob".to_owned())] {
        let pending = Correspondence { priority_by: by.clone(), ..ticket(Status::Pending) };
        let Outcome::Acts(effects, after) = act(&pending, &reminded, &policy, &fresh(&policy, 5))
        else {
            panic!("nothing is done");
        };
        let new = effects
            .iter()
            .find_map(|effect| if let Effect::Prioritize(new) = effect { Some(new) } else { None });
        assert_eq!(new.map(|new| (new.priority.as_str(), &new.by)), Some(("medium", &by)));
        assert!(after.lowered.is_some() && after.acted.is_some());
    }
    let least = Priority::parse("low").unwrap();
    let pending = Correspondence { priority: least, ..ticket(Status::Pending) };
    let done = act(&pending, &reminded, &policy, &fresh(&policy, 5));
    let lowered = Some(fresh(&policy, 5).now);
    assert_eq!(done, Outcome::Acts(Vec::new(), Silence { lowered, ..reminded }));
}

#[test]
fn other_rules_and_other_hours_are_other_numbers() {
    let (policy, same, mut other) = (desk(), desk(), desk());
    assert_eq!(ruled_by(&policy), ruled_by(&same));
    assert!(0 < ruled_by(&policy));
    other.silence.resolve_after = Some(Span::Days(15));
    assert_ne!(ruled_by(&policy), ruled_by(&other));
    let text = std::fs::read_to_string("config/policies/managed-services.toml").unwrap();
    let hours = |text: &str| {
        let mut policy = desk();
        policy.levels = Config::parse(text, Path::new("/tmp/tidings.toml")).unwrap().levels;
        ruled_by(&policy)
    };
    assert_ne!(hours(&text), hours(&text.replace("07:00-16:00", "07:00-15:00")));
}

/// What a notice of this change says, in one line.
fn said(ticket: &Correspondence, status: Told, policy: &Policy, days: i64) -> String {
    let changes = Changes { status: Some(status), ..Changes::default() };
    let effects = told(ticket, &changes, Why::Staff, policy, &fresh(policy, days));
    let mail = effects.iter().find_map(|effect| {
        if let Effect::Submit(notice) = effect { Some(parse(&notice.bytes).0) } else { None }
    });
    mail.unwrap().text.replace('\n', " ")
}

#[test]
fn who_is_asked_what_he_thinks_and_until_when_a_ticket_opens_again() {
    const ASKED: &str = "How did we do?";
    let mut policy = desk();
    policy.reopen_within = Duration::from_hours(14 * 24);
    let open = ticket(Status::Open);
    let first = said(&open, Told::Resolved, &policy, 0);
    assert!(first.contains(ASKED) && first.contains("by Monday, 16 March"), "{first}");
    // Counted from when it was over, not from when it is closed.
    let resolved = Correspondence { over: Some(begin()), ..ticket(Status::Resolved) };
    let later = said(&resolved, Told::Closed, &policy, 10);
    assert!(!later.contains(ASKED) && later.contains("by Monday, 16 March"), "{later}");
    let too_late = said(&resolved, Told::Closed, &policy, 15);
    assert!(too_late.contains("reply to this email.") && !too_late.contains("16 March"));
    let rated = Correspondence { rating: Stars::new(4), ..open.clone() };
    assert!(!said(&rated, Told::Resolved, &policy, 0).contains(ASKED));
    policy.notices.retain(|told| *told != Told::Rating);
    assert!(!said(&open, Told::Resolved, &policy, 0).contains(ASKED));
}
