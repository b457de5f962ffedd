//! Who is an agent, what of his words others may read, and that the documents name every order.

use tidings::desk::agent::{Agent, AgentName, Presence, Role};
use tidings::desk::command;
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::target::clocks::Clocks;
use tidings::desk::ticket::Status;
use tidings::fresh::{Key, Namer, Random};
use tidings::mail::address::pattern::AddressPattern;
use tidings::mail::address::{Address, NamedAddress};
use tidings::mail::parse::parse;
use tidings::mail::proof::{Proof, Verdict};
use tidings::mail::subject::TicketNumber;
use tidings::time::Timestamp;
use tidings::triage::case::{
    Age, Among, Arrival, Case, Facts, FolderKind, Form, Referenced, Role as Part, TicketFacts,
};
use tidings::triage::colleague::{self, Right};
use tidings::triage::policy::{AgentProof, Policy, Replies};
use tidings::triage::relay::words::{self, Torn};

use crate::support::policy::policy;

const NOW: Timestamp = Timestamp::from_seconds(1_772_442_000);

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn ada() -> Agent {
    Agent {
        name: AgentName::parse("Ada").unwrap(),
        address: address("ada@staff.example"),
        others: vec![address("ada@home.example")],
        role: Role::Agent,
        presence: Presence::Here,
    }
}

fn staffed() -> Policy {
    let namer = Namer::new(Key::new(&[7; 32]), "desk.example", Random::System);
    let pattern = AddressPattern::behind_plus(&address("support@desk.example"), "desk.example");
    let replies = Replies::Tokens(pattern.unwrap());
    Policy { agents: vec![ada()], replies, ..policy(namer) }
}

fn ticket() -> TicketFacts {
    let carla = NamedAddress { name: "Carla".to_owned(), address: address("carla@paid.example") };
    TicketFacts {
        language: None,
        number: TicketNumber::new(17).unwrap(),
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
        parties: vec![carla.address.clone()],
        requester: Some(carla),
        subject: "Printer".to_owned(),
        merged_subject: None,
        agent: None,
        priority: tidings::desk::priority::Priority::parse("medium").unwrap(),
        priority_by: None,
        clocks: Clocks::default(),
    }
}

/// Whether somebody's mail from Ada's address is hers.
fn right(verdict: Verdict, token: bool, active: bool, asked: AgentProof) -> &'static str {
    let mut policy = staffed();
    policy.agent_proof = asked;
    if !active {
        policy.agents.clear();
    }
    let sent = policy.namer.message_id().unwrap();
    let answers = if token { format!("In-Reply-To: {sent}\r\n") } else { String::new() };
    let raw =
        format!("From: ada@staff.example\r\nTo: support@desk.example\r\n{answers}\r\n#close\r\n");
    let (mail, _) = parse(raw.as_bytes());
    let facts = Facts {
        referenced: vec![Referenced {
            message_id: sent,
            role: Part::Message,
            ticket: ticket(),
            recipients: vec![address("ada@staff.example")],
            among: Among::Agents,
        }],
        ..Facts::default()
    };
    let (age, form, folder) = (Age::New, Form::Whole, FolderKind::Watched);
    let arrival = Arrival { received: NOW, age, form, folder, released: None };
    let fresh = policy.namer.fresh(NOW, TicketNumber::new(1001).unwrap(), 3).unwrap();
    let proof = Proof::given(verdict, "");
    let (mail, arrival, proof, facts) = (&mail, &arrival, &proof, &facts);
    let case = Case { mail, arrival, proof, spam: None, facts, policy: &policy, fresh: &fresh };
    match colleague::of(&case, Some(&ticket())).map(|colleague| colleague.right) {
        Some(Right::Proven) => "proven",
        Some(Right::Pending) => "pending",
        Some(Right::Refused(_)) => "refused",
        None => "nobody",
    }
}

#[test]
fn thr_05_an_agent_is_who_proves_it() {
    use Verdict::{Ambiguous, Fail, None, Pass, PassSpf, Pending, Strong};
    for (verdict, by_mail, by_token) in [
        (Strong, "proven", "proven"),
        (Pass, "proven", "proven"),
        (PassSpf, "refused", "proven"),
        (None, "refused", "proven"),
        (Pending, "pending", "proven"),
        (Fail, "refused", "refused"),
        (Ambiguous, "refused", "refused"),
    ] {
        for token in [true, false] {
            for asked in [AgentProof::Required, AgentProof::Token] {
                let expected = if token && asked == AgentProof::Token { by_token } else { by_mail };
                let found = right(verdict, token, true, asked);
                assert_eq!(found, expected, "{verdict:?}, token {token}, {asked:?}");
                assert_eq!(right(verdict, token, false, asked), "nobody", "{verdict:?}");
            }
        }
    }
}

#[test]
fn thr_31_what_is_among_the_agents_does_not_go_out() {
    let policy = staffed();
    let reply_to = policy.agents_reply_to(ticket().number, &ada()).unwrap();
    let own = policy.namer.message_id().unwrap();
    let said = ["It burns.\nWhat shall I do?\n\nCarla".to_owned()];
    let check = |text: &str, expected: &str| {
        let public = words::public(text, &said, &policy, NOW);
        assert_eq!(public.as_deref(), Ok(expected), "{text}");
    };
    check("Turn it off.", "Turn it off.");
    check(
        "> It burns.\nTurn it off.\n> What shall   I do?\nRun.",
        "> It burns.\nTurn it off.\n> What shall   I do?\nRun.",
    );
    // of a quote the requester's lines alone
    check(
        "> Level  Commercial support\n> It burns.\nSo it is.\n>> She never pays.",
        "> It burns.\nSo it is.",
    );
    check("Hello.\n-- Please reply above this line --\nTicket  [EX#17]\nIt burns.", "Hello.");
    check("> -- Please reply above this line --\n\nHello.", "Hello.");
    // it may be the rest of the line above
    let torn = words::public("> Level  Commercial\nsupport\nHello.", &said, &policy, NOW);
    assert_eq!(torn, Err(Torn));
    // addresses and identifiers of ours
    check(
        "Write to ada@staff.example, or <Ada@Home.example>.",
        "Write to support@desk.example, or <support@desk.example>.",
    );
    check(&format!("See {reply_to}."), "See support@desk.example.");
    check(&format!("As {own} says."), "As <support@desk.example> says.");
    check("Ask bob@other.example.", "Ask bob@other.example.");
    check("'ada@staff.example' said", "'support@desk.example' said");
    check(
        "https://x.example/?to=ada@staff.example&y",
        "https://x.example/?to=support@desk.example&y",
    );
    check("mailto:ada@staff.example,bob@b.example", "mailto:support@desk.example,bob@b.example");
    check("See https://safe.example/?u=a%2540b%26m%3Dada%40staff.example now", "See [link] now");
    check(
        "See https://safe.example/?u=bob%40other.example now",
        "See https://safe.example/?u=bob%40other.example now",
    );
    check("100 % @ home", "100 % @ home");
}

#[test]
fn each_order_is_documented() {
    let document = include_str!("../../../docs/OPERATIONS.md");
    for usage in command::usages().split(", ") {
        let usage = usage.trim();
        assert!(document.contains(&format!("`{usage}`")), "{usage}");
    }
}
