//! Which evidence counts, in which order: a row is a message, and where it belongs.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tidings::desk::account::{AccountId, AccountStatus};
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::target::clocks::Clocks;
use tidings::desk::ticket::Status;
use tidings::fresh::{Bearer, Fresh, Key, Namer, Random, Token};
use tidings::mail::address::Address;
use tidings::mail::message_id::MessageId;
use tidings::mail::parse::parse;
use tidings::mail::proof::{self, Proof};
use tidings::mail::subject::TicketNumber;
use tidings::triage::case::known::{AccountMatch, MatchedBy};
use tidings::triage::case::{
    Addressed, Age, Among, Arrival, Case, Facts, FolderKind, Form, Referenced, Role, TicketFacts,
};
use tidings::triage::decide;
use tidings::triage::decision::{Decision, Effect, Verdict};
use tidings::triage::policy::Policy;
use tidings::triage::thread::{self, Thread};
use tidings::triage::token;

use super::world;
use crate::support::policy::policy;

/// Ada has ticket 17, which is of an account that Cora is a contact of, too, and Cora stood in Cc of
/// its article; Bob has ticket 18. Eve has none. `nobody` is a From that is no sender.
/// `17` in a column is what belongs to that ticket, `~17` what nobody has seen and its article
/// answers, `x` is made up; `closed` is ticket 17 if it is.
/// A token is given to the ticket's first party.
const TABLE: &str = "
| reply  | own id | known id | TID   | sender | 17     | subject | belongs to              |
| 17     | -      | -        | -     | ada    | open   | same    | 17 reply_token          |
| 17     | -      | -        | -     | ada    | open   | other   | 17 reply_token          |
| 17     | -      | -        | -     | eve    | open   | same    | 17 reply_token          |
| 17     | -      | -        | -     | eve    | open   | other   | 17 reply_token          |
| 17     | -      | -        | -     | nobody | open   | other   | 17 reply_token          |
| 17     | 18     | 18       | 18    | bob    | open   | other   | 17 reply_token          |
| 17 17  | -      | -        | -     | ada    | open   | same    | 17 reply_token          |
| 17 18  | -      | -        | -     | ada    | open   | same    | new                     |
| 17 18  | 18     | -        | -     | ada    | open   | same    | 18 own_message_id       |
| 17 x18 | -      | -        | -     | ada    | open   | same    | 17 reply_token          |
| x17    | -      | -        | -     | eve    | open   | same    | new                     |
| x17    | -      | -        | -     | ada    | open   | same    | new                     |
| x17    | 17     | -        | -     | eve    | open   | same    | 17 own_message_id       |
| x17    | -      | -        | 17    | ada    | open   | same    | 17 subject              |
| x99    | -      | -        | -     | eve    | open   | same    | new                     |
| 17     | -      | -        | -     | ada    | closed | same    | 17 reply_token          |
| 17     | -      | -        | -     | ada    | closed | other   | linked 17               |
| 17     | -      | -        | -     | eve    | closed | other   | linked 17               |
| -      | 17     | -        | -     | ada    | open   | same    | 17 own_message_id       |
| -      | 17     | -        | -     | eve    | open   | other   | 17 own_message_id       |
| -      | 17     | -        | -     | nobody | open   | other   | 17 own_message_id       |
| -      | 17     | 18       | 18    | bob    | open   | other   | 17 own_message_id       |
| -      | 17     | -        | -     | ada    | closed | same    | 17 own_message_id       |
| -      | 17     | -        | -     | ada    | closed | other   | linked 17               |
| -      | x      | -        | -     | eve    | open   | same    | new                     |
| -      | x      | -        | 17    | ada    | open   | same    | 17 subject              |
| -      | x      | 17       | -     | ada    | open   | same    | 17 reference            |
| -      | -      | 17       | -     | ada    | open   | same    | 17 reference            |
| -      | -      | 17       | -     | cora   | open   | same    | 17 reference            |
| -      | -      | 17       | -     | eve    | open   | same    | new may belong to 17    |
| -      | -      | 17       | -     | nobody | open   | same    | new may belong to 17    |
| -      | -      | 17       | 18    | bob    | open   | other   | 18 subject              |
| -      | -      | 17       | 18    | ada    | open   | other   | 17 reference            |
| -      | -      | 17       | -     | ada    | closed | other   | linked 17               |
| -      | -      | -        | 17    | ada    | open   | same    | 17 subject              |
| -      | -      | -        | 17    | ada    | open   | other   | 17 subject              |
| -      | -      | -        | 17    | cora   | open   | same    | new may belong to 17    |
| -      | -      | -        | 17    | eve    | open   | same    | new may belong to 17    |
| -      | -      | -        | 17    | nobody | open   | same    | new may belong to 17    |
| -      | -      | -        | 17 18 | bob    | open   | same    | 18 subject              |
| -      | -      | -        | 17    | ada    | closed | other   | linked 17               |
| -      | -      | -        | 17    | ada    | closed | same    | 17 subject              |
| -      | -      | ~17      | -     | ada    | open   | other   | 17 sibling              |
| -      | -      | ~17      | -     | cora   | open   | other   | 17 sibling              |
| -      | -      | ~17      | -     | eve    | open   | same    | new                     |
| -      | -      | ~17      | -     | nobody | open   | same    | new                     |
| -      | -      | ~17      | -     | ada    | closed | other   | linked 17               |
| -      | -      | ~17      | 18    | bob    | open   | other   | 18 subject              |
| -      | -      | 17 ~18   | -     | bob    | open   | other   | 18 sibling              |
| -      | -      | ~17 ~18  | -     | bob    | open   | other   | 18 sibling              |
| -      | x      | ~17      | -     | ada    | open   | same    | 17 sibling              |
| -      | -      | -        | -     | ada    | open   | same    | new                     |
| -      | -      | -        | -     | eve    | open   | other   | new                     |
";

/// An attempt of each kind against ticket 17 is made so often.
const GUESSES: u64 = 10_000;

/// A row, read.
struct Row<'a> {
    reply: &'a str,
    own: &'a str,
    known: &'a str,
    tid: &'a str,
    sender: &'a str,
    status: Status,
    subject: &'a str,
}

/// A world of two tickets.
struct Desk {
    policy: Policy,
    fresh: Fresh,
    own: [MessageId; 2],
}

impl Desk {
    fn new() -> Self {
        let counting = Random::Counting(Arc::new(AtomicU64::new(1)));
        let namer = Namer::new(Key::new(&[7; 32]), "desk.example", counting);
        let own = [namer.message_id().unwrap(), namer.message_id().unwrap()];
        let message_id = namer.message_id().unwrap();
        let further = Vec::new();
        let fresh = Fresh { now: world::now(), number: number(1001), message_id, further };
        Self { policy: policy(namer), fresh, own }
    }

    fn ticket(which: i64, status: Status) -> TicketFacts {
        let first = which == 17;
        TicketFacts {
            number: number(which),
            version: 1,
            status: if first { status } else { Status::Open },
            over: None,
            entitlement: Entitlement {
                level: LevelName::parse("community").unwrap(),
                level_by: None,
                account: first.then_some(AccountId(1)),
                claimed: None,
                proof: None,
            },
            language: None,
            requester: None,
            subject: if first { "Printer" } else { "Scanner" }.to_owned(),
            merged_subject: None,
            parties: vec![address(if first { "ada@acme.example" } else { "bob@acme.example" })],
            agent: None,
            priority: tidings::desk::priority::Priority::parse("medium").unwrap(),
            priority_by: None,
            clocks: Clocks::default(),
        }
    }

    /// The ticket of a Message-ID of ours that went out.
    fn own(&self, which: &str) -> MessageId {
        match which {
            "17" => self.own[0].clone(),
            "18" => self.own[1].clone(),
            _ => id("aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaa@desk.example"),
        }
    }

    fn addressed(&self, written: &str, status: Status) -> Addressed {
        let made_up = written.starts_with('x');
        let which: i64 = written.trim_start_matches('x').parse().unwrap();
        let known = which == 17 || which == 18;
        let ticket = known.then(|| Self::ticket(which, status));
        let party = ticket.as_ref().map_or(address("a@b.c"), |ticket| ticket.parties[0].clone());
        let token = self.policy.namer.token("support", number(which), Bearer::Requester(&party));
        let text = token.to_string();
        let text = if made_up { format!("{}{}", &text[..text.len() - 3], "aaa") } else { text };
        Addressed { token: Token::parse(&text).unwrap(), ticket, notices: Vec::new() }
    }

    fn facts(&self, row: &Row<'_>) -> Facts {
        let ticket =
            |which: &str| Self::ticket(which.trim_start_matches('~').parse().unwrap(), row.status);
        let known = |which: &str, message_id: MessageId, to: &str| Referenced {
            message_id,
            role: if which.starts_with('~') { Role::Ancestor } else { Role::Message },
            ticket: ticket(which),
            recipients: vec![address(to)],
            among: Among::All,
        };
        let own = words(row.own).filter(|which| *which != "x");
        let mut referenced: Vec<_> =
            own.map(|which| known(which, self.own(which), "support@desk.example")).collect();
        referenced
            .extend(words(row.known).map(|which| known(which, said(which), "cora@acme.example")));
        let account = AccountMatch {
            account: AccountId(1),
            key: "acme".to_owned(),
            name: "Acme".to_owned(),
            status: AccountStatus::Active,
            languages: Vec::new(),
            by: MatchedBy::Address,
            licences: Vec::new(),
            groups: Vec::new(),
        };
        Facts {
            tokens: words(row.reply).map(|one| self.addressed(one, row.status)).collect(),
            referenced,
            tagged: words(row.tid).map(ticket).collect(),
            accounts: if row.sender == "cora" { vec![account] } else { Vec::new() },
            ..Facts::default()
        }
    }

    fn mail(&self, row: &Row<'_>) -> String {
        let from = match row.sender {
            "nobody" => "ada@acme.example, eve@evil.example".to_owned(),
            "eve" => "eve@evil.example".to_owned(),
            name => format!("{name}@acme.example"),
        };
        let mut mail = format!("From: {from}\nTo: support@desk.example\nReferences:");
        for known in words(row.known) {
            write!(mail, " <{}>", said(known).as_str()).unwrap();
        }
        for own in words(row.own) {
            write!(mail, " <{}>", self.own(own).as_str()).unwrap();
        }
        let subject = if row.subject == "same" { "Re: Printer" } else { "Invoice" };
        mail.push_str("\nSubject:");
        for tid in words(row.tid) {
            write!(mail, " [EX#{tid}]").unwrap();
        }
        write!(mail, " {subject}\n\nHello\n").unwrap();
        mail
    }

    /// Gives what is decided, and what counts as bad.
    fn with<T>(&self, row: &Row<'_>, look: impl FnOnce(&Case<'_>) -> T) -> T {
        let (mail, _) = parse(self.mail(row).as_bytes());
        let arrival = Arrival {
            received: self.fresh.now,
            age: Age::New,
            form: Form::Whole,
            folder: FolderKind::Watched,
            released: None,
        };
        let facts = self.facts(row);
        look(&Case {
            mail: &mail,
            arrival: &arrival,
            proof: &Proof::given(proof::Verdict::Pass, ""),
            spam: None,
            facts: &facts,
            policy: &self.policy,
            fresh: &self.fresh,
        })
    }
}

#[test]
fn std_62_the_order_of_evidence() {
    let desk = Desk::new();
    let rows: Vec<Vec<&str>> = TABLE
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(1)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 40, "{}", rows.len());
    for line in rows {
        let [reply, own, known, tid, sender, status, subject, expected] = line[..] else {
            panic!("{line:?}")
        };
        let status = Status::parse(status).unwrap();
        let row = Row { reply, own, known, tid, sender, status, subject };
        let found = desk.with(&row, |case| match thread::find(case) {
            Thread::Ticket(found) => format!("{} {}", found.ticket.number, found.by.as_str()),
            Thread::Linked { found, .. } => format!("linked {}", found.ticket.number),
            Thread::New { may_belong: Some(other), .. } => format!("new may belong to {other}"),
            Thread::New { may_belong: None, .. } => "new".to_owned(),
        });
        assert_eq!(found, expected, "{line:?}");
        let bad = words(reply).chain(words(own)).filter(|word| word.starts_with('x')).count();
        assert_eq!(desk.with(&row, token::forged), bad, "{line:?}");
        let decision = desk.with(&row, decide);
        assert!(joins(&decision).is_none_or(|number| expected.starts_with(&number)), "{line:?}");
    }
}

#[test]
fn thr_02_a_token_makes_nobody_a_party() {
    let desk = Desk::new();
    for (reply, own) in [("17", "-"), ("-", "17")] {
        let (known, tid, sender, status) = ("-", "-", "eve", Status::Open);
        let row = Row { reply, own, known, tid, sender, status, subject: "same" };
        let decision = desk.with(&row, decide);
        assert_eq!(decision.verdict, Verdict::FollowUp(number(17)));
        for effect in &decision.effects {
            assert!(!matches!(effect, Effect::AddParticipant(_) | Effect::Submit(_)), "{effect:?}");
        }
    }
}

#[test]
fn thr_03_ten_thousand_guesses_append_nothing() {
    let desk = Desk::new();
    let (known, sender, status, subject) = ("-", "eve", Status::Open, "same");
    let row = Row { reply: "-", own: "-", known, tid: "17", sender, status, subject };
    // Every number is the right one: that Eve is no party is all that stands against her.
    assert_eq!(joins(&desk.with(&row, decide)), None);
    let nobody = address("nobody@evil.example");
    for guess in 0..GUESSES {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&guess.to_be_bytes());
        let hers = Namer::new(Key::new(&key), "desk.example", Random::System);
        let party = Desk::ticket(17, status).parties[0].clone();
        let theirs = hers.token("support", number(17), Bearer::Requester(&party)).to_string();
        // With the name of our key, as it stands in a token that she was given for a ticket of hers.
        let ours = desk.policy.namer.token("support", number(19), Bearer::Requester(&nobody));
        let ours = ours.to_string().replacen("c19", "c17", 1);
        let ((of_ours, _), (_, tag)) =
            (ours.rsplit_once('.').unwrap(), theirs.rsplit_once('.').unwrap());
        let text = format!("{of_ours}.{tag}");
        let token = Token::parse(&text).unwrap();
        let ticket = Some(Desk::ticket(17, status));
        let facts = Facts {
            tokens: vec![Addressed { token, ticket, notices: Vec::new() }],
            ..Facts::default()
        };
        let id = hers.message_id().unwrap();
        let facts = Facts {
            referenced: vec![Referenced {
                message_id: id.clone(),
                role: Role::Message,
                ticket: Desk::ticket(17, status),
                recipients: Vec::new(),
                among: Among::All,
            }],
            ..facts
        };
        let raw = format!(
            "From: eve@evil.example\nTo: support+{text}@desk.example\nReferences: {id}\n\
             Subject: Re: [EX#17] Printer\n\nHello\n"
        );
        let (mail, _) = parse(raw.as_bytes());
        assert_eq!(desk.policy.tokens(&[], &mail).len(), 1, "{text}");
        let arrival = Arrival {
            received: desk.fresh.now,
            age: Age::New,
            form: Form::Whole,
            folder: FolderKind::Watched,
            released: None,
        };
        let (policy, fresh) = (&desk.policy, &desk.fresh);
        let (mail, arrival, proof) = (&mail, &arrival, &Proof::given(proof::Verdict::None, ""));
        let case = Case { mail, arrival, proof, spam: None, facts: &facts, policy, fresh };
        let decision = decide(&case);
        assert_eq!(joins(&decision), None, "{raw}");
        assert!(matches!(decision.verdict, Verdict::Opened(_)));
        assert_eq!(token::forged(&case), 2, "{raw}");
    }
}

/// The ticket that a decision adds to, if it is not its own.
fn joins(decision: &Decision) -> Option<String> {
    let ticket = decision.verdict.ticket()?;
    (ticket != number(1001)).then(|| ticket.to_string())
}

fn words(column: &str) -> impl Iterator<Item = &str> {
    column.split(' ').filter(|word| !word.is_empty() && *word != "-")
}

fn said(which: &str) -> MessageId {
    id(&format!("said-{}@acme.example", which.trim_start_matches('~')))
}

fn id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

fn number(number: i64) -> TicketNumber {
    TicketNumber::new(number).unwrap()
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}
