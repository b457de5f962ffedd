//! What leaves the desk when somebody means harm: whatever stands in a mail, ours has our fields, one
//! recipient and our words.

#![cfg(test)]

pub(crate) mod headers;
mod short;
mod smuggling;
mod undeliverable;

use std::time::Duration;

use tidings::fresh::{Fresh, Key, Namer, Random};
use tidings::mail::Sender;
use tidings::mail::parse::parse;
use tidings::mail::proof::{Proof, Verdict};
use tidings::mail::subject::TicketNumber;
use tidings::render::part::CouponLine;
use tidings::time::Timestamp;
use tidings::triage::case::{Age, Arrival, Case, Facts, FolderKind, Form};
use tidings::triage::decision::{Due, NewNotice};
use tidings::triage::entitle::standing;
use tidings::triage::gate::Supervisor;
use tidings::triage::notice::letter::{Said, Wordiness, letter};
use tidings::triage::policy::Policy;

use crate::support::policy;

const MINE: &str = "mine.mac@desk.example";

/// Which acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    Full,
    Short,
}

fn policy() -> Policy {
    policy::policy(Namer::new(Key::new(&[7; 32]), "desk.example", Random::System))
}

/// What an acknowledgement says.
#[derive(Clone, Debug)]
struct Saying {
    words: Words,
    coupon: Option<CouponLine>,
}

/// The acknowledgement of a message, whoever wrote it; `None` where nobody can be answered.
fn acknowledgement(raw: &[u8], words: Words, policy: &Policy) -> Option<NewNotice> {
    told(raw, Saying { words, coupon: None }, policy)
}

fn told(raw: &[u8], saying: Saying, policy: &Policy) -> Option<NewNotice> {
    let (mail, _) = parse(raw);
    let now = Timestamp::from_seconds(1_772_442_000);
    let fresh = Fresh {
        now,
        number: TicketNumber::new(17).unwrap(),
        message_id: tidings::mail::message_id::MessageId::parse(MINE).unwrap(),
        further: Vec::new(),
    };
    let received = now.before(Duration::from_mins(1));
    let (arrival, facts) = (
        Arrival {
            received,
            age: Age::New,
            form: Form::Whole,
            folder: FolderKind::Watched,
            released: None,
        },
        Facts::default(),
    );
    let (mail, arrival, proof) = (&mail, &arrival, &Proof::given(Verdict::None, ""));
    let case = Case { mail, arrival, proof, spam: None, facts: &facts, policy, fresh: &fresh };
    let Sender::One(to) = &mail.sender else { return None };
    let standing = standing(&case);
    let wordiness = match saying.words {
        Words::Full => Wordiness::Full(&standing, policy.priorities.default()),
        Words::Short => Wordiness::Short(&policy.default_level),
    };
    let (language, supervisor) =
        (policy.languages.choose(&[], None, None), Supervisor::HearsNothing);
    let said = Said { wordiness, language, supervisor, coupon: saying.coupon };
    Some(letter(&case, to, &said, Due::Uncapped).unwrap())
}

/// Names of the fields of a message, in order.
fn field_names(message: &str) -> Vec<&str> {
    let header = message.split("\r\n\r\n").next().unwrap();
    let fields = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    fields.map(|line| line.split_once(':').unwrap().0).collect()
}
