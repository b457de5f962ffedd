//! Every message that a table of rules speaks of, decided: `tests/data/decisions.txt` says in few
//! words what `triage` says in many.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tidings::desk::account::{AccountId, AccountStatus, Licence};
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::sender_proof::SenderProof;
use tidings::desk::target::clocks::Clocks;
use tidings::desk::ticket::Status;
use tidings::fresh::{Key, Namer, Random};
use tidings::mail::address::Address;
use tidings::mail::message_id::MessageId;
use tidings::mail::parse::parse;
use tidings::mail::proof::{Proof, Published, ReturnPath, Verdict};
use tidings::mail::subject::TicketNumber;
use tidings::triage::case::known::{AccountMatch, MatchedBy};
use tidings::triage::case::{Age, Among, Arrival, Case, Facts, Form};
use tidings::triage::case::{FolderKind, Referenced, Role, TicketFacts};
use tidings::triage::decide;
use tidings::triage::decision::{Decision, Effect};
use tidings::triage::policy::Policy;

use super::world::now;
use crate::support::policy::policy;

const RULES: &str = include_str!("../../data/decisions.txt");

const TIES: [&str; 5] = ["token", "reference", "tid", "none", "forged"];
const WHO: [&str; 2] = ["party", "stranger"];
const VERDICTS: [&str; 7] = ["strong", "pass", "pass_spf", "none", "pending", "fail", "ambiguous"];
const ASKED: [&str; 4] = ["required", "preferred", "off", "dkim"];
const TICKETS: [&str; 3] = ["pending", "resolved", "closed"];

/// Tie, who, verdict, asked, ticket.
type Message = [&'static str; 5];

fn messages() -> Vec<Message> {
    let mut all = Vec::new();
    for tie in TIES {
        for who in WHO {
            for verdict in VERDICTS {
                for asked in ASKED {
                    all.extend(TICKETS.map(|ticket| [tie, who, verdict, asked, ticket]));
                }
            }
        }
    }
    all
}

/// A row: which messages it speaks of, and what becomes of them.
struct Rule {
    line: usize,
    fits: [&'static str; 5],
    outcome: &'static str,
}

impl Rule {
    fn fits(&self, message: Message) -> bool {
        self.fits.iter().zip(message).all(|(pattern, word)| match pattern.strip_prefix('!') {
            Some(other) => other != word,
            None => *pattern == "*" || pattern.split(',').any(|one| one == word),
        })
    }
}

/// The rows of a part of the table.
fn rules(part: &str) -> Vec<Rule> {
    let lines = (1..).zip(RULES.lines()).skip_while(|(_, line)| *line != part).skip(1);
    let rows = lines.take_while(|(_, line)| line.starts_with(' '));
    let rules: Vec<Rule> = rows
        .map(|(line, row)| {
            let words: Vec<&str> = row.split_whitespace().collect();
            let fits = words[..5].try_into().unwrap();
            let outcome = &row[row.find(words[5]).unwrap()..];
            Rule { line, fits, outcome: outcome.trim_end() }
        })
        .collect();
    assert!(rules.len() > 5, "{part}");
    rules
}

#[test]
fn std_62_aut_20_aut_26_each_row_of_the_table_is_what_is_decided() {
    let (ticket, level) = (rules("ticket"), rules("level"));
    let (mut used, mut wrong) = (BTreeSet::new(), Vec::new());
    let first = |rules: &[Rule], message: Message| {
        let found = rules.iter().find(|rule| rule.fits(message));
        let found = found.unwrap_or_else(|| panic!("no row for {message:?}"));
        (found.line, found.outcome)
    };
    for message in messages() {
        let (line, outcome) = first(&ticket, message);
        used.insert(line);
        let mut expected = outcome.to_owned();
        if outcome.starts_with("opens") {
            let (line, granted) = first(&level, message);
            used.insert(line);
            expected = format!("{expected}; {granted}");
        }
        let found = said(&decided(message));
        if found != expected {
            wrong.push(format!("{message:?} (row {line}): {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let idle = ticket.iter().chain(&level).filter(|rule| !used.contains(&rule.line));
    let idle: Vec<_> = idle.map(|rule| rule.line).collect();
    assert!(idle.is_empty(), "no message needs rows {idle:?}");
}

/// A decision in the words of the table.
fn said(decision: &Decision) -> String {
    let verdict = &decision.verdict;
    let mut said = match (verdict.word(), verdict.ticket().map(TicketNumber::get)) {
        ("follow_up", Some(900)) => "joins".to_owned(),
        ("opened", Some(1001)) => "opens".to_owned(),
        _ => return verdict.to_string(),
    };
    let mut told = None;
    for effect in &decision.effects {
        match effect {
            Effect::ChangeTicket(change) => {
                said.push_str(if change.from == change.to { ", stays" } else { ", moves" });
            }
            Effect::OpenTicket(new) => {
                let linked = if new.linked.is_some() { ", linked" } else { "" };
                assert_eq!(new.account.is_some(), new.level.as_str() == "vip", "{decision:?}");
                write!(said, "{linked}; {}", new.level).unwrap();
            }
            Effect::Submit(notice) => {
                assert_eq!(notice.envelope.to, ada(), "{decision:?}");
                let bytes = String::from_utf8_lossy(&notice.bytes);
                told = Some(if bytes.contains("Printer") { "full" } else { "short" });
            }
            Effect::AddParticipant(new) => assert_eq!(new.address, ada(), "{decision:?}"),
            Effect::Hush(_)
            | Effect::Prioritize(_)
            | Effect::Rate(_)
            | Effect::Redeem(_)
            | Effect::ByHand(_) => {
                panic!("no table has this: {decision:?}")
            }
            Effect::AddArticle(_)
            | Effect::Record(_)
            | Effect::Bounce(_)
            | Effect::Undeliverable(_) => {}
        }
    }
    if said.starts_with("joins") {
        assert_eq!(told, None, "{decision:?}");
        return said;
    }
    let waits = decision.why.iter().any(|why| why.contains("it waits for the proof"));
    format!("{said}, {}", told.unwrap_or(if waits { "waits" } else { "none" }))
}

fn ada() -> Address {
    Address::parse("ada@acme.example").unwrap()
}

/// Ada's account, whose licence asks for this.
fn acme(sender_proof: Option<SenderProof>) -> AccountMatch {
    AccountMatch {
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
            sender_proof,
        }],
        groups: Vec::new(),
    }
}

fn known(status: &str, party: Address) -> TicketFacts {
    TicketFacts {
        number: TicketNumber::new(900).unwrap(),
        version: 3,
        status: Status::parse(status).unwrap(),
        entitlement: community(),
        over: None,
        language: None,
        requester: None,
        subject: "Printer".to_owned(),
        merged_subject: None,
        parties: vec![party],
        agent: None,
        priority: tidings::desk::priority::Priority::parse("medium").unwrap(),
        priority_by: None,
        clocks: Clocks::default(),
    }
}

fn decided([tie, who, verdict, asked, ticket]: Message) -> Decision {
    let counting = Random::Counting(Arc::new(AtomicU64::new(1)));
    let namer = Namer::new(Key::new(&[7; 32]), "desk.example", counting);
    let sent = namer.message_id().unwrap();
    let (first, rest) = sent.as_str().split_at(1);
    let forged = format!("{}{rest}", if first == "a" { "b" } else { "a" });
    let (subject, answers) = match tie {
        "token" => ("Printer", sent.as_str()),
        "reference" => ("Printer", "a0@acme.example"),
        "tid" => ("Re: [EX#900] Printer", "unknown@acme.example"),
        "forged" => ("Printer", forged.as_str()),
        _ => ("Printer", "unknown@acme.example"),
    };
    let from = if verdict == "ambiguous" { "From: eve@evil.example\n" } else { "" };
    let raw = format!(
        "{from}From: ada@acme.example\nTo: support@desk.example\nSubject: {subject}\n\
         Message-ID: <a1@acme.example>\nIn-Reply-To: <{answers}>\n\
         Date: Mon, 02 Mar 2026 08:58:00 +0000\n\nIt burns.\n"
    );
    let (mail, _) = parse(raw.as_bytes());
    let party = Address::parse(if who == "party" { "ada@acme.example" } else { "bob@b.example" });
    let known = known(ticket, party.unwrap());
    let seen = |id: &str| Referenced {
        message_id: MessageId::parse(id).unwrap(),
        role: Role::Message,
        ticket: known.clone(),
        recipients: Vec::new(),
        among: Among::All,
    };
    let referenced = [sent.as_str(), "a0@acme.example"].map(seen);
    let asks = (asked == "dkim").then_some(SenderProof::Dkim);
    let facts = Facts {
        accounts: vec![acme(asks)],
        referenced: referenced
            .into_iter()
            .filter(|one| one.message_id.as_str() == answers)
            .collect(),
        tagged: if tie == "tid" { vec![known.clone()] } else { Vec::new() },
        ..Facts::default()
    };
    let sender_proof =
        SenderProof::parse(if asked == "dkim" { "required" } else { asked }).unwrap();
    let policy = Policy { sender_proof, ..policy(namer.clone()) };
    let proof = Proof {
        published: Published::Nothing,
        return_path: ReturnPath::Author,
        ..Proof::given(Verdict::parse(verdict).unwrap(), "")
    };
    let arrival = just_now();
    let number = TicketNumber::new(1001).unwrap();
    let fresh = namer.fresh(now(), number, 0).unwrap();
    decide(&Case {
        mail: &mail,
        arrival: &arrival,
        proof: &proof,
        spam: None,
        facts: &facts,
        policy: &policy,
        fresh: &fresh,
    })
}

fn community() -> Entitlement {
    let level = LevelName::parse("community").unwrap();
    Entitlement { level, level_by: None, account: None, claimed: None, proof: None }
}

fn just_now() -> Arrival {
    let received = now().before(Duration::from_mins(1));
    let (age, form) = (Age::New, Form::Whole);
    Arrival { received, age, form, folder: FolderKind::Watched, released: None }
}
