//! What the agents of a desk are told of a message: a mail to each, which threads in his client, and to
//! which he answers.

use super::promised;
use crate::desk::agent::{Agent, Presence};
use crate::desk::article::ArticleKind;
use crate::desk::command;
use crate::desk::level::LevelName;
use crate::desk::priority::Priority;
use crate::desk::ticket::Status;
use crate::mail::address::NamedAddress;
use crate::mail::attachment::Attachment;
use crate::mail::automatic::Kind;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::render::notification::Notification;
use crate::triage::case::{Age, Case, TicketFacts};
use crate::triage::decision::{Carries, Due, Effect, NewNotice, NoticeKind};
use crate::triage::outgoing::Outgoing;
use crate::triage::policy::Policy;
use crate::triage::raise;
use crate::triage::request::supervisor::Wish;
use crate::triage::requester;
use crate::triage::{doubt, sender_text};

/// Bytes of a message's text in a mail to agents (256 KiB).
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Bytes of attachments that are enclosed (10 MiB); of more their names alone.
pub const ENCLOSED_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Attachments that are named there.
const ATTACHMENTS_MAX: usize = 20;

/// A ticket, as agents are told of it.
#[derive(Clone, Copy, Debug)]
pub struct Briefing<'a> {
    /// Its number.
    pub number: TicketNumber,
    /// Its base subject.
    pub subject: &'a str,
    /// What is said before all else, where there is something.
    pub heading: Option<&'a str>,
    /// Whether the message opens it.
    pub occasion: Occasion,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: &'a Priority,
    /// Its level.
    pub level: &'a LevelName,
    /// Why it has that level; empty where that was told before.
    pub why: &'a str,
    /// The key of its account.
    pub account: Option<&'a str>,
    /// The agent who has it.
    pub agent: Option<&'a str>,
    /// What is promised next, and until when.
    pub next: Option<&'a str>,
    /// Who asks.
    pub requester: Option<&'a NamedAddress>,
    /// Who speaks.
    pub writer: Option<&'a NamedAddress>,
    /// What the message says.
    pub text: &'a str,
}

/// What a message does to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// It opens it.
    Opens,
    /// It is added to it.
    Adds,
}

impl<'a> Briefing<'a> {
    /// About a ticket as it stands; there are no words yet.
    #[must_use]
    pub fn of(ticket: &'a TicketFacts, occasion: Occasion) -> Self {
        Self {
            number: ticket.number,
            subject: &ticket.subject,
            heading: None,
            occasion,
            status: ticket.status,
            priority: &ticket.priority,
            level: &ticket.entitlement.level,
            why: "",
            account: None,
            agent: ticket.agent.as_deref(),
            next: None,
            requester: ticket.requester.as_ref(),
            writer: None,
            text: "",
        }
    }
}

/// Who of a desk hears of a message: the agent who has the ticket, else all who are there; if nobody is,
/// all. Not who wrote it.
#[must_use]
pub fn audience<'a>(
    policy: &'a Policy,
    has: Option<&str>,
    wrote: Option<&Agent>,
) -> Vec<&'a Agent> {
    let is_other = |agent: &&Agent| Some(*agent) != wrote;
    let is_here = |agent: &&Agent| agent.presence == Presence::Here;
    let holder = policy.agents.iter().find(|agent| Some(agent.name.as_str()) == has);
    if let Some(holder) = holder.filter(is_here) {
        return Some(holder).filter(is_other).into_iter().collect();
    }
    let others = || policy.agents.iter().filter(is_other);
    let here: Vec<_> = others().filter(is_here).collect();
    if here.is_empty() { others().collect() } else { here }
}

/// A ticket as it is by now.
#[derive(Clone, Copy, Debug)]
pub(in crate::triage) struct Now<'a> {
    /// Where it stands.
    pub(in crate::triage) status: Status,
    /// How urgent it is.
    pub(in crate::triage) priority: &'a Priority,
    /// Its level.
    pub(in crate::triage) level: &'a LevelName,
}

/// What the agents are told of what was added to a ticket: all that somebody said, and of a machine's answer in
/// the name of who is awaited a line.
pub(in crate::triage) fn added(
    case: &Case<'_>,
    ticket: &TicketFacts,
    kind: ArticleKind,
    now: Now<'_>,
    wish: &Wish<'_>,
    effects: &mut Vec<Effect>,
) -> Vec<String> {
    let Now { status, priority, level } = now;
    let from = case.mail.sender.address();
    let asks = ticket.requester.as_ref().map(|requester| &requester.address);
    let is_awaited = status == Status::Pending && from.is_some() && from == asks;
    let line = match (kind, requester::kind(case)) {
        (ArticleKind::Requester, _) => None,
        (ArticleKind::Internal, Kind::AutoReply | Kind::OutOfOffice) if is_awaited => {
            Some(format!("An automatic answer: {}", first_line(&case.mail.text)))
        }
        (ArticleKind::Agent | ArticleKind::Internal, _) => return Vec::new(),
    };
    let next = raise::level(case.policy, level).and_then(|level| {
        promised::next_due(case, ticket.clocks.clone(), level, priority, effects)
    });
    let briefing = Briefing {
        status,
        priority,
        level,
        next: next.as_deref(),
        writer: requester::of(case).named().or(case.mail.sender.named()),
        text: line.as_deref().unwrap_or(&case.mail.text),
        ..Briefing::of(ticket, Occasion::Adds)
    };
    let audience = audience(case.policy, ticket.agent.as_deref(), None);
    tell(case, briefing, audience, wish, effects)
}

/// The mails to these agents, and to the supervisors where they are wished for, each under an identifier of its own;
/// nobody gets two. Who is told, for people.
pub(in crate::triage) fn tell(
    case: &Case<'_>,
    briefing: Briefing<'_>,
    mut audience: Vec<&Agent>,
    wish: &Wish<'_>,
    effects: &mut Vec<Effect>,
) -> Vec<String> {
    let mut ids = case.fresh.further.iter();
    let heads = wish.tell(case, briefing, &mut ids, effects);
    audience.retain(|agent| !wish.is_told_to(agent));
    let agents = brief(case, briefing, &audience, &mut ids, effects);
    heads.into_iter().chain(agents).collect()
}

/// The first words of a text, at most so many characters.
fn first_line(text: &str) -> String {
    const CHARACTERS_MAX: usize = 200;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(CHARACTERS_MAX).collect()
}

/// Adds the mails to these agents, each under one of the identifiers; who is told, or why nobody is, for
/// people. `None` where the desk has no agents.
pub fn brief<'a>(
    case: &Case<'_>,
    briefing: Briefing<'_>,
    audience: &[&Agent],
    ids: &mut impl Iterator<Item = &'a MessageId>,
    effects: &mut Vec<Effect>,
) -> Option<String> {
    if case.policy.agents.is_empty() {
        return None;
    }
    let letters: Result<Vec<_>, _> = match case.arrival.age {
        Age::New | Age::Found => {
            let each = audience.iter().zip(ids);
            each.map(|(agent, id)| letter(case, briefing, &agent.named(), Some(agent), id))
                .collect()
        }
        Age::BackFill | Age::BeforeFirstRun | Age::OldInBulk => {
            Err("it lay there at the first look".to_owned())
        }
    };
    match letters {
        Ok(letters) if letters.is_empty() => None,
        Ok(letters) => {
            effects.extend(letters.into_iter().map(Effect::Submit));
            let names: Vec<_> = audience.iter().map(|agent| agent.name.as_str()).collect();
            Some(format!("told to {}", names.join(", ")))
        }
        Err(why) => Some(format!("no agent is told: {why}")),
    }
}

/// The mail to somebody of the desk, to which an agent can answer.
///
/// # Errors
/// Why it cannot be written, for people.
pub(in crate::triage) fn letter(
    case: &Case<'_>,
    briefing: Briefing<'_>,
    to: &NamedAddress,
    agent: Option<&Agent>,
    message_id: &MessageId,
) -> Result<NewNotice, String> {
    let number = briefing.number;
    let policy = case.policy;
    let mut words = words(case, briefing);
    if agent.is_none() {
        words.commands.clear();
    }
    let wording = policy.templates.notification(&words).map_err(|error| error.to_string())?;
    let thread = policy.namer.thread(number);
    let writer = briefing.writer.map(|named| named.name.as_str()).filter(|name| !name.is_empty());
    let name = match (writer, policy.display_name.as_str()) {
        (Some(writer), "") => writer.to_owned(),
        (Some(writer), desk) => format!("{writer} via {desk}"),
        (None, desk) => desk.to_owned(),
    };
    Outgoing {
        kind: NoticeKind::Notification,
        ticket: number,
        due: Due::Uncapped,
        topic: None,
        from: NamedAddress { name, address: policy.address.clone() },
        reply_to: agent.and_then(|agent| policy.agents_reply_to(number, agent)),
        to: to.clone(),
        message_id: message_id.clone(),
        wording,
        in_reply_to: thread.clone(),
        references: thread.into_iter().collect(),
        carries: enclosed(case),
    }
    .write(policy, case.fresh.now)
    .map_err(|error| error.to_string())
}

fn words(case: &Case<'_>, briefing: Briefing<'_>) -> Notification {
    let (policy, mail) = (case.policy, case.mail);
    let shown = |named: &NamedAddress| match named.name.as_str() {
        "" => named.address.to_string(),
        name => format!("{name} <{}>", named.address),
    };
    let (text, cut) = beginning(briefing.text);
    let level = raise::level(policy, briefing.level);
    Notification {
        tid: policy.prefix.tid(briefing.number),
        number: briefing.number.get(),
        subject: briefing.subject.to_owned(),
        heading: briefing.heading.map(str::to_owned),
        follows: briefing.occasion == Occasion::Adds,
        writer: briefing.writer.map_or_else(|| sender_text(case), shown),
        requester: briefing.requester.map(shown).unwrap_or_default(),
        doubt: doubt(case),
        account: briefing.account.map(str::to_owned),
        level_title: level.map_or_else(|| briefing.level.to_string(), |level| level.title.clone()),
        why: briefing.why.to_owned(),
        status: briefing.status.to_string(),
        priority: briefing.priority.to_string(),
        agent: briefing.agent.map(str::to_owned),
        next: briefing.next.map(str::to_owned),
        also_open: case
            .facts
            .also_open
            .iter()
            .filter(|one| one.number != briefing.number)
            .map(|one| format!("{} {}: {}", policy.prefix.tid(one.number), one.status, one.subject))
            .collect(),
        attachments: mail
            .attachments
            .iter()
            .take(ATTACHMENTS_MAX)
            .map(|one| attached(case, one))
            .collect(),
        text: text.to_owned(),
        cut,
        answers_to: briefing.requester.map(|named| named.address.to_string()).unwrap_or_default(),
        commands: command::usages(),
    }
}

/// Whether what came along is enclosed: as far as the desk takes it, and if that is not too much.
fn enclosed(case: &Case<'_>) -> Carries {
    let accepted = &case.policy.attachments;
    let taken = case.mail.attachments.iter().filter(|one| accepted.refusal(one).is_none());
    let (count, bytes) =
        taken.fold((0, 0_usize), |(count, bytes), one| (count + 1, bytes.saturating_add(one.size)));
    if count == 0 || ENCLOSED_BYTES_MAX < bytes { Carries::Nothing } else { Carries::Attachments }
}

/// What is said of an attachment in a line.
fn attached(case: &Case<'_>, one: &Attachment) -> String {
    let Attachment { name, media_type, size, .. } = one;
    let refused = case.policy.attachments.refusal(one).is_some();
    let apart = match enclosed(case) {
        Carries::Attachments if !refused => "",
        Carries::Attachments => ", not enclosed: the desk does not take it",
        Carries::Nothing | Carries::Correspondence => ", not enclosed",
    };
    format!("{name} ({media_type}, {size} bytes{apart})")
}

/// The beginning of a text, and whether there is more.
fn beginning(text: &str) -> (&str, bool) {
    let text = text.trim_end();
    let end = text.floor_char_boundary(TEXT_BYTES_MAX);
    (text.get(..end).unwrap_or(text), end < text.len())
}
