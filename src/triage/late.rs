//! Promises that are near their end, or past it: who is told, and what is done. Each is told once; to one
//! person not more than a few in one turn, else as one digest.

use std::time::Duration;

use super::answer::Correspondence;
use super::decision::by_hand::ByHand;
use super::decision::{Carries, Due, Effect, NewNotice, NewPriority, NoticeKind};
use super::notice::agents::audience;
use super::outgoing::Outgoing;
use super::policy::Policy;
use super::{answer, raise};
use crate::desk::agent::{Agent, Presence, Role};
use crate::desk::level::LevelName;
use crate::desk::priority::Priority;
use crate::desk::promise::{AtBreach, Promises};
use crate::desk::target::{Kind, State, Target};
use crate::desk::ticket::Status;
use crate::mail::address::NamedAddress;
use crate::mail::message_id::MessageId;
use crate::mail::secret::masked;
use crate::mail::subject::TicketNumber;
use crate::render::late::{Digest, Late};
use crate::time::{Timestamp, for_people};

/// A promise of which there is something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// Its ticket.
    pub ticket: TicketNumber,
    /// What is told.
    pub telling: Telling,
    /// The promise.
    pub target: Target,
    /// What the ticket is about.
    pub subject: String,
    /// Where it stands.
    pub status: Status,
    /// Its level.
    pub level: LevelName,
    /// How urgent it is.
    pub priority: Priority,
    /// The agent who has it, by name.
    pub agent: Option<String>,
    /// Who asks.
    pub requester: Option<String>,
}

/// What is told of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Telling {
    /// It is broken.
    Breach,
    /// Its time is nearly over.
    Warning,
    /// Nobody has looked at the ticket, and it is outside of the hours.
    Call,
}

/// A mail to one person, before it has its words.
#[derive(Clone, Debug)]
pub struct Post<'a> {
    to: NamedAddress,
    agent: Option<&'a Agent>,
    matters: Vec<&'a Matter>,
}

/// Mails to one person in one turn; more become a digest.
const APART_MAX: usize = 5;
/// Promises that a digest names.
const NAMED_MAX: usize = 100;

/// What there is to tell of a promise by `now`.
#[must_use]
pub fn telling(target: &Target, now: Timestamp) -> Option<Telling> {
    target.next().filter(|next| *next <= now)?;
    Some(match (target.kind, target.state) {
        (Kind::OnCall, _) => Telling::Call,
        (_, State::Met(_)) => Telling::Breach,
        _ if target.due.is_some_and(|due| due <= now) => Telling::Breach,
        _ => Telling::Warning,
    })
}

/// The promise after that was told.
#[must_use]
pub fn told(target: &Target, telling: Telling, now: Timestamp) -> Target {
    let mut target = target.clone();
    match telling {
        Telling::Breach => target.breached = Some(now),
        Telling::Warning | Telling::Call => target.warned = Some(now),
    }
    target
}

/// What is remembered of it.
#[must_use]
pub fn event(matter: &Matter) -> (&'static str, String) {
    let due = matter.target.due.map(for_people).unwrap_or_default();
    let kind = matter.target.kind;
    match matter.telling {
        Telling::Breach => ("breach", format!("{kind} was due {due}")),
        Telling::Warning => ("warning", format!("{kind} is due {due}")),
        Telling::Call => ("call", "nobody has looked at it outside of the hours".to_owned()),
    }
}

/// Who is told what, in as few mails as need be; nobody twice of one promise.
#[must_use]
pub fn posts<'a>(matters: &'a [Matter], policy: &'a Policy) -> Vec<Post<'a>> {
    let mut people: Vec<Post<'a>> = Vec::new();
    for matter in matters {
        for (to, agent) in recipients(matter, policy) {
            match people.iter_mut().find(|one| one.to.address == to.address) {
                Some(one) => one.matters.push(matter),
                None => people.push(Post { to, agent, matters: vec![matter] }),
            }
        }
    }
    let apart = |one: Post<'a>| {
        if APART_MAX < one.matters.len() {
            return vec![one];
        }
        let each = |matter| Post { matters: vec![matter], ..one.clone() };
        one.matters.iter().map(|matter| each(*matter)).collect()
    };
    people.into_iter().flat_map(apart).collect()
}

/// The mail.
///
/// # Errors
/// Why it cannot be written, for people.
pub fn write(
    post: &Post<'_>,
    message_id: &MessageId,
    policy: &Policy,
    now: Timestamp,
) -> Result<Option<NewNotice>, String> {
    let Some(first) = post.matters.first() else { return Ok(None) };
    let is_digest = post.matters.len() > 1;
    let thread = policy.namer.thread(first.ticket).filter(|_| !is_digest);
    let wording = if is_digest {
        policy.templates.digest(&digest(post, policy, now))
    } else {
        policy.templates.late(&words(first, policy, now))
    };
    let kind = match (is_digest, first.telling) {
        (true, _) => NoticeKind::Digest,
        (false, Telling::Breach) => NoticeKind::Breach,
        (false, Telling::Warning) => NoticeKind::Warning,
        (false, Telling::Call) => NoticeKind::Call,
    };
    let agent = post.agent.filter(|_| !is_digest);
    Outgoing {
        kind,
        ticket: first.ticket,
        due: Due::Uncapped,
        topic: None,
        from: policy.sender(),
        reply_to: agent.and_then(|agent| policy.agents_reply_to(first.ticket, agent)),
        to: post.to.clone(),
        message_id: message_id.clone(),
        wording: wording.map_err(|error| error.to_string())?,
        in_reply_to: thread.clone(),
        references: thread.into_iter().collect(),
        carries: Carries::Nothing,
    }
    .write(policy, now)
    .map(Some)
    .map_err(|error| error.to_string())
}

/// What is done to a ticket of which a promise is broken.
#[must_use]
pub fn at_breach(ticket: &Correspondence, promises: &Promises, policy: &Policy) -> Vec<Effect> {
    let mut effects = Vec::new();
    for what in &promises.at_breach {
        match what {
            AtBreach::RaisePriority => {
                let Some(priority) = policy.priorities.more_urgent(&ticket.priority) else {
                    continue;
                };
                let detail = format!("{} → {priority}: a promise is broken", ticket.priority);
                let (priority, by) = (priority.clone(), Some("tidings".to_owned()));
                effects.extend([
                    Effect::Prioritize(NewPriority { ticket: ticket.number, priority, by }),
                    answer::record(ticket, "priority", detail),
                ]);
            }
            AtBreach::AssignSupervisor => {
                let Some(supervisor) = supervisors(policy).next() else { continue };
                if ticket.agent.as_deref() == Some(supervisor.name.as_str()) {
                    continue;
                }
                let detail = format!("{} has it: a promise is broken", supervisor.name);
                let agent = Some(supervisor.name.clone());
                effects.extend([
                    Effect::ByHand(ByHand::Assign { ticket: ticket.number, agent }),
                    answer::record(ticket, "assigned", detail),
                ]);
            }
        }
    }
    if !effects.is_empty() {
        effects.insert(0, answer::change(ticket, ticket.status));
    }
    effects
}

/// Supervisors among the agents who are there.
fn supervisors(policy: &Policy) -> impl Iterator<Item = &Agent> {
    policy
        .agents
        .iter()
        .filter(|one| one.role == Role::Supervisor && one.presence == Presence::Here)
}

/// Who hears of what goes wrong: the desk's supervisor, and the agents of that role who are there.
pub(super) fn heads(policy: &Policy) -> Vec<(NamedAddress, Option<&Agent>)> {
    let head = policy.supervisor.iter().map(|head| {
        let named = NamedAddress { name: String::new(), address: head.clone() };
        (named, policy.agents.iter().find(|one| one.has(head)))
    });
    let mut all: Vec<_> = head.collect();
    let others = supervisors(policy).map(|one| (one.named(), Some(one)));
    let is_new = |one: &(NamedAddress, _)| policy.supervisor.as_ref() != Some(&one.0.address);
    all.extend(others.filter(is_new));
    all
}

/// The warning is for who has the ticket, the breach for who stands above him.
fn recipients<'a>(matter: &Matter, policy: &'a Policy) -> Vec<(NamedAddress, Option<&'a Agent>)> {
    let agent = |one: &'a Agent| (one.named(), Some(one));
    let responsible = || audience(policy, matter.agent.as_deref(), None).into_iter().map(agent);
    match matter.telling {
        Telling::Warning => responsible().collect(),
        Telling::Breach => {
            let heads = heads(policy);
            if heads.is_empty() { responsible().collect() } else { heads }
        }
        Telling::Call => {
            let level = raise::level(policy, &matter.level);
            let called = level.map(|level| level.service.at(&matter.priority).on_call.as_slice());
            let to = |address: &crate::mail::address::Address| {
                let named = NamedAddress { name: String::new(), address: address.clone() };
                (named, policy.agents.iter().find(|one| one.has(address)))
            };
            called.unwrap_or_default().iter().map(to).collect()
        }
    }
}

fn digest(post: &Post<'_>, policy: &Policy, now: Timestamp) -> Digest {
    let count = |telling| post.matters.iter().filter(|one| one.telling == telling).count();
    Digest {
        breaches: count(Telling::Breach),
        warnings: count(Telling::Warning),
        calls: count(Telling::Call),
        matters: post.matters.iter().take(NAMED_MAX).map(|one| words(one, policy, now)).collect(),
        more: post.matters.len().saturating_sub(NAMED_MAX),
        desk_name: policy.display_name.clone(),
    }
}

fn words(matter: &Matter, policy: &Policy, now: Timestamp) -> Late {
    let level = raise::level(policy, &matter.level);
    let due = matter.target.due.unwrap_or(now);
    let met = match matter.target.state {
        State::Met(at) => Some(for_people(at)),
        State::Running | State::Paused(_) | State::Void(_) => None,
    };
    Late {
        telling: match matter.telling {
            Telling::Breach => "breach",
            Telling::Warning => "warning",
            Telling::Call => "call",
        },
        tid: policy.prefix.tid(matter.ticket),
        number: matter.ticket.get(),
        subject: masked(&matter.subject).into_owned(),
        status: matter.status.to_string(),
        priority: matter.priority.to_string(),
        level_title: level.map_or_else(|| matter.level.to_string(), |level| level.title.clone()),
        agent: matter.agent.clone(),
        requester: matter.requester.clone().unwrap_or_default(),
        what: matter.target.kind.to_string(),
        due: for_people(due),
        distance: distance(due.since(now).max(now.since(due))),
        met,
    }
}

/// As people say it: `1 d 4 h`, `1 h 5 min`, `3 min`.
#[must_use]
pub fn distance(span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    let (days, hours) = (minutes / (24 * 60), minutes / 60 % 24);
    match (days, hours, minutes % 60) {
        (0, 0, 0) => "less than 1 min".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_has_two_units_at_most() {
        for (minutes, expected) in [
            (0, "less than 1 min"),
            (3, "3 min"),
            (60, "1 h"),
            (65, "1 h 5 min"),
            (1_440, "1 d"),
            (1_510, "1 d 1 h"),
        ] {
            assert_eq!(distance(Duration::from_mins(minutes)), expected);
        }
    }
}
