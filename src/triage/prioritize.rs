//! How urgent a ticket is by what a message says: its requester's own word, where the desk hears that, else the
//! desk's rules about words of the subject. What an agent has said stays.

mod words;

use std::fmt;

use super::case::{Case, TicketFacts};
use super::entitle;
use super::gate::{self, Footing};
use super::policy::RequesterPriority;
use super::requester::{self, Requester};
use super::ticket_subject;
use crate::desk::phrases::Words;
use crate::desk::priority::Priority;
use crate::desk::sender_proof::SenderProof;
use crate::mail::automatic::Kind;
use crate::mail::importance::Importance;
use crate::mail::proof::Verdict;
use crate::mail::reply::top;

/// How urgent a ticket is, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// How urgent.
    pub priority: Priority,
    /// Who says so, for people.
    pub why: String,
}

/// What a message changes of a ticket that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// Nothing, though its requester asks for it; why, for people.
    Refused(String),
    /// It is so urgent from now on.
    Becomes(Given),
}

/// For people.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.priority, self.why)
    }
}

/// How urgent a ticket is that a message opens. `None`: nobody says, and it has the default.
///
/// Whoever opens a ticket is heard, proven or not: it is his. Who is forged or nobody is not, and no machine.
#[must_use]
pub fn at_opening(case: &Case<'_>) -> Option<Given> {
    let forged =
        case.policy.sender_proof != SenderProof::Off && case.proof.verdict == Verdict::Fail;
    let known = match requester::of(case) {
        Requester::Writer(_) | Requester::Typed { .. } | Requester::Unnamed { .. } => true,
        Requester::Nobody { .. } => false,
    };
    let own = || {
        on_top(case)
            .or_else(|| in_subject(case))
            .or_else(|| by_program(case.mail.importance?, case))
    };
    let heard = listens(case) && known && !forged;
    heard.then(own).flatten().or_else(|| by_rule(case))
}

/// What a follow-up changes of its ticket: its proven requester is heard, as long as no agent has spoken.
///
/// A mark that the ticket's own subject has is not said anew by each answer, and a program's mark changes the
/// priority in its own direction alone.
#[must_use]
pub fn by_follow_up(case: &Case<'_>, ticket: &TicketFacts) -> Change {
    let asks = ticket.requester.as_ref().map(|requester| &requester.address);
    let is_his = case.mail.sender.address().is_some_and(|from| Some(from) == asks);
    if !listens(case) || !is_his || requester::is_form(case) || !is_proven(case) {
        return Change::None;
    }
    let known = words::in_subject(&ticket.subject, &case.policy.prefix, &case.policy.priorities);
    let anew = |given: &Given| known != Some(&given.priority);
    let rank = |priority: &Priority| case.policy.priorities.rank(priority);
    let onward = |importance: Importance| {
        let given = by_program(importance, case)?;
        let (from, to) = (rank(&ticket.priority), rank(&given.priority));
        let goes_on = match importance {
            Importance::High => to < from,
            Importance::Normal => false,
            Importance::Low => from < to,
        };
        goes_on.then_some(given)
    };
    let own = on_top(case)
        .or_else(|| in_subject(case).filter(anew))
        .or_else(|| case.mail.importance.and_then(onward));
    match (own, &ticket.priority_by) {
        (Some(given), _) if given.priority == ticket.priority => Change::None,
        (None, _) => Change::None,
        (Some(given), Some(by)) => {
            let Given { priority, .. } = given;
            let known = &ticket.priority;
            Change::Refused(format!(
                "the priority stays {known} and is not {priority}: {by} set it"
            ))
        }
        (Some(given), None) => Change::Becomes(given),
    }
}

/// Whether the desk hears people about it, and a person wrote this.
fn listens(case: &Case<'_>) -> bool {
    case.policy.requester_priority == RequesterPriority::Heard
        && requester::kind(case) == Kind::Person
}

fn is_proven(case: &Case<'_>) -> bool {
    match gate::footing(case, &entitle::standing(case)) {
        Some(Footing::Licensed | Footing::Proven) => true,
        Some(Footing::Unproven) | None => false,
    }
}

/// By a line above the text. What is quoted says nothing; a form quotes nothing.
fn on_top(case: &Case<'_>) -> Option<Given> {
    let priorities = &case.policy.priorities;
    let text = &case.mail.text;
    let found = match requester::of(case).form() {
        Some(_) => words::on_top(text.lines(), priorities),
        None => {
            words::on_top(top(text, &case.mail.reply, words::LINES_MAX).into_iter(), priorities)
        }
    };
    let why = "the requester says so above the text";
    found.map(|priority| Given { priority: priority.clone(), why: why.to_owned() })
}

fn in_subject(case: &Case<'_>) -> Option<Given> {
    let policy = case.policy;
    let found = words::in_subject(&case.mail.subject, &policy.prefix, &policy.priorities);
    let why = "the requester says so in the subject";
    found.map(|priority| Given { priority: priority.clone(), why: why.to_owned() })
}

/// A step from the default: a program knows no names.
fn by_program(importance: Importance, case: &Case<'_>) -> Option<Given> {
    let priorities = &case.policy.priorities;
    let usual = priorities.default();
    let (priority, how) = match importance {
        Importance::High => (priorities.more_urgent(usual), "important"),
        Importance::Normal => return None,
        Importance::Low => (priorities.less_urgent(usual), "unimportant"),
    };
    let why = format!("the requester's program calls the message {how}");
    Some(Given { priority: priority.unwrap_or(usual).clone(), why })
}

/// By the first of the desk's rules that fits the subject.
fn by_rule(case: &Case<'_>) -> Option<Given> {
    let rules = &case.policy.priority_rules;
    if rules.is_empty() {
        return None;
    }
    let subject = Words::of(&ticket_subject(&case.mail.subject, &case.policy.prefix));
    let (nth, rule, phrase) = rules
        .iter()
        .enumerate()
        .find_map(|(index, rule)| Some((index + 1, rule, rule.phrases.found_in(&subject)?)))?;
    let why = format!("the subject has {phrase:?}, by priority rule {nth} of the desk");
    Some(Given { priority: rule.priority.clone(), why })
}
