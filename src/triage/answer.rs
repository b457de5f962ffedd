//! What the desk does to a ticket of its own accord: an answer, a note, a change, a new ticket.

use std::borrow::Cow;

use super::case::known::Acquaintance;
use super::decision::{
    Carries, Due, Effect, Means, NewArticle, NewEvent, NewNotice, NewParticipant, NewTicket,
    NoticeKind, TicketChange,
};
use super::entitle::{Ground, of_accounts};
use super::grant::AddressTrust;
use super::notice::language;
use super::outgoing::Outgoing;
use super::policy::Policy;
use super::secrets::without_quoted;
use super::set::prioritize;
use super::ticket_subject;
use crate::desk::article::ArticleKind;
use crate::desk::entitlement::Entitlement;
use crate::desk::language::Language;
use crate::desk::level::LevelName;
use crate::desk::priority::Priority;
use crate::desk::target::clocks::Clocks;
use crate::desk::ticket::{Mover, Status};
use crate::fresh::Fresh;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::formatted::unformatted;
use crate::mail::message_id::MessageId;
use crate::mail::proof::{Proof, Verdict};
use crate::mail::rating::Stars;
use crate::mail::subject::TicketNumber;
use crate::render::answered::Answer;
use crate::render::changed::Change;
use crate::time::Timestamp;

/// A ticket as far as an answer needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correspondence {
    /// Its number.
    pub number: TicketNumber,
    /// The version that a change must still find.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// What it is entitled to.
    pub entitlement: Entitlement,
    /// In which the people of its account write.
    pub languages: Vec<Language>,
    /// In which it began.
    pub language: Option<Language>,
    /// Since when it is resolved or closed; `None` while it is neither.
    pub over: Option<Timestamp>,
    /// What its requester thinks of it, if he has said so.
    pub rating: Option<Stars>,
    /// When a password or another key last came with a message of it, unless its requester was told to change it since.
    pub secret: Option<Timestamp>,
    /// Who gets the answer; `None` when nobody can tell who asked.
    pub requester: Option<NamedAddress>,
    /// Its base subject.
    pub subject: String,
    /// Other systems' tags in the last message of the requester's side that had any.
    pub tags: Vec<String>,
    /// The messages that were exchanged, oldest first.
    pub thread: Vec<MessageId>,
    /// The requester's last message: what the answer answers.
    pub last: Option<MessageId>,
    /// The ticket that has taken it in.
    pub merged_into: Option<TicketNumber>,
    /// The requester and the participants.
    pub parties: Vec<Address>,
    /// The agent who has it, by name.
    pub agent: Option<String>,
    /// Minutes that agents have spent.
    pub spent: i64,
    /// What is promised of it.
    pub clocks: Clocks,
    /// The agent who has said how urgent it is, if one has.
    pub priority_by: Option<String>,
    /// Public answers of agents, of this ticket's own.
    pub answers: i64,
    /// When a server said that the requester's address takes no mail, if one has since his side's last message.
    pub gone: Option<Timestamp>,
}

/// Why an answer cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It is a part of another ticket.
    #[error("ticket {number} is merged into ticket {into}; do it there")]
    Merged {
        /// The ticket.
        number: TicketNumber,
        /// The other.
        into: TicketNumber,
    },
    /// The ticket has no requester with an address.
    #[error("ticket {0} has no requester that could be answered")]
    NoRequester(TicketNumber),
    /// There is nothing to say.
    #[error("the text is empty")]
    Empty,
    /// Nothing more is known of its requester than the ticket has already.
    #[error("ticket {number} gets nothing by that: {why}")]
    NothingToRaise {
        /// The ticket.
        number: TicketNumber,
        /// What its requester stands for.
        why: String,
    },
    /// There is no level of this name.
    #[error("there is no level {0:?}; there is {1}")]
    NoLevel(String, String),
    /// That level is reached from others alone.
    #[error(
        "a ticket of level {from} cannot get level {to}: escalates_to of [level.{from}] has {may}; \
         a supervisor can give it"
    )]
    NoEscalation {
        /// What it has.
        from: LevelName,
        /// What it was to get.
        to: LevelName,
        /// What is listed.
        may: String,
    },
    /// The message could not be written.
    #[error("the answer could not be written: {0}")]
    Unwritable(String),
}

/// An agent's answer: an article, and a mail to the requester in the same thread.
///
/// # Errors
/// [`AnswerError`]; nothing is to be written then.
pub fn answer(
    ticket: &Correspondence,
    text: &str,
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Vec<Effect>, AnswerError> {
    stands_alone(ticket)?;
    let to = ticket.requester.clone().ok_or(AnswerError::NoRequester(ticket.number))?;
    let text = text.trim_end();
    if text.trim().is_empty() {
        return Err(AnswerError::Empty);
    }
    let message_id = &fresh.message_id;
    let words = Letter {
        to: &to,
        text,
        html: None,
        change: Change::default(),
        message_id,
        carries: Carries::Nothing,
    };
    let notice = letter(ticket, &words, policy, fresh.now)?;
    Ok(vec![
        change(ticket, ticket.status.after(Mover::Answer)),
        Effect::AddArticle(NewArticle {
            ticket: ticket.number,
            kind: ArticleKind::Agent,
            from: agent.to_owned(),
            at: fresh.now,
            text: text.to_owned(),
            message_id: Some(fresh.message_id.clone()),
            ancestors: Vec::new(),
            tags: Vec::new(),
            recipients: vec![to.address.clone()],
            attachments: Vec::new(),
            means: Means::Answers,
        }),
        Effect::Submit(notice),
        record(ticket, "answered", format!("{agent} answered {}", to.address)),
    ])
}

/// An agent's words to one of those who get the answers of a ticket.
#[derive(Clone, Debug)]
pub(super) struct Letter<'a> {
    /// To whom.
    pub(super) to: &'a NamedAddress,
    /// What he says.
    pub(super) text: &'a str,
    /// The same as HTML that may be written as it is, where it has more than the text.
    pub(super) html: Option<&'a str>,
    /// What changes of the ticket with it, as far as it is told.
    pub(super) change: Change,
    /// Its identifier.
    pub(super) message_id: &'a MessageId,
    /// What comes along.
    pub(super) carries: Carries,
}

/// A letter in its ticket's thread.
///
/// # Errors
/// [`AnswerError::Unwritable`].
pub(super) fn letter(
    ticket: &Correspondence,
    letter: &Letter<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Result<NewNotice, AnswerError> {
    let Letter { to, html, message_id, carries, .. } = *letter;
    let text = without_quoted(letter.text);
    let language = language::of_ticket(ticket, policy);
    let fields = Answer {
        tid: policy.prefix.tid(ticket.number),
        subject: with_tags(&ticket.subject, &ticket.tags),
        html: match (&text, html) {
            (Cow::Borrowed(_), Some(html)) => html.to_owned(),
            (Cow::Borrowed(text), None) => unformatted(text),
            (Cow::Owned(text), _) => unformatted(text),
        },
        text: text.into_owned(),
        desk_name: policy.display_name.clone(),
        signature: policy.signature.clone(),
        change: letter.change.clone(),
    };
    let wording = policy
        .templates
        .notice(language, &fields)
        .map_err(|error| AnswerError::Unwritable(error.to_string()))?;
    Outgoing {
        kind: NoticeKind::Answer,
        ticket: ticket.number,
        due: Due::Uncapped,
        topic: None,
        from: policy.sender(),
        reply_to: policy.reply_to(ticket.number, &to.address),
        to: to.clone(),
        message_id: message_id.clone(),
        wording,
        in_reply_to: ticket.last.clone(),
        references: ticket.thread.clone(),
        carries,
    }
    .write(policy, now)
    .map_err(|error| AnswerError::Unwritable(error.to_string()))
}

/// A subject by which other systems find what they know of the matter, too.
fn with_tags(subject: &str, tags: &[String]) -> String {
    let missing = tags.iter().filter(|tag| !subject.contains(tag.as_str())).map(String::as_str);
    missing.chain([subject]).collect::<Vec<_>>().join(" ")
}

/// A note among agents.
///
/// # Errors
/// [`AnswerError::Empty`].
pub fn note(
    ticket: &Correspondence,
    text: &str,
    agent: &str,
    fresh: &Fresh,
) -> Result<Vec<Effect>, AnswerError> {
    stands_alone(ticket)?;
    if text.trim().is_empty() {
        return Err(AnswerError::Empty);
    }
    Ok(vec![
        change(ticket, ticket.status),
        Effect::AddArticle(NewArticle {
            ticket: ticket.number,
            kind: ArticleKind::Internal,
            from: agent.to_owned(),
            at: fresh.now,
            text: text.trim_end().to_owned(),
            message_id: None,
            ancestors: Vec::new(),
            tags: Vec::new(),
            recipients: Vec::new(),
            attachments: Vec::new(),
            means: Means::Works,
        }),
        record(ticket, "noted", format!("{agent} wrote a note")),
    ])
}

/// What was merged is read with another ticket, and nothing is done to it any more.
pub(super) fn stands_alone(ticket: &Correspondence) -> Result<(), AnswerError> {
    match ticket.merged_into {
        Some(into) => Err(AnswerError::Merged { number: ticket.number, into }),
        None => Ok(()),
    }
}

pub(super) fn change(ticket: &Correspondence, to: Status) -> Effect {
    Effect::ChangeTicket(TicketChange {
        number: ticket.number,
        version: ticket.version,
        from: ticket.status,
        to,
        entitlement: None,
    })
}

pub(super) fn record(ticket: &Correspondence, kind: &'static str, detail: String) -> Effect {
    Effect::Record(NewEvent { ticket: ticket.number, kind, detail })
}

/// A request that came to the desk in another way than by mail.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub requester: NamedAddress,
    /// What is known of the requester.
    pub known: Acquaintance<'a>,
    /// What about.
    pub subject: &'a str,
    /// What was said.
    pub text: &'a str,
    /// How urgent it is, where the agent says so.
    pub priority: Option<&'a Priority>,
}

/// A ticket for somebody who did not write. No mail goes out: the agent speaks with the requester.
///
/// # Errors
/// [`AnswerError::Empty`].
pub fn open(
    request: &Request<'_>,
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Vec<Effect>, AnswerError> {
    if request.subject.trim().is_empty() {
        return Err(AnswerError::Empty);
    }
    let proof = Proof::given(Verdict::Strong, "an agent says so");
    let ground = Ground { proof: &proof, trust: AddressTrust::Asked };
    let standing = of_accounts(request.known, ground, policy, fresh.now);
    let NamedAddress { name, address } = request.requester.clone();
    let mut effects = vec![
        Effect::OpenTicket(NewTicket {
            number: fresh.number,
            status: Status::New,
            priority: policy.priorities.default().clone(),
            level: standing.level.name.clone(),
            account: standing.account.map(|found| found.account),
            claimed: None,
            proof: None,
            requester: Some(address.clone()),
            requester_name: name.clone(),
            subject: ticket_subject(request.subject, &policy.prefix),
            topic: None,
            linked: None,
            language: None,
        }),
        Effect::AddParticipant(NewParticipant {
            ticket: fresh.number,
            address: address.clone(),
            name,
        }),
        Effect::AddArticle(NewArticle {
            ticket: fresh.number,
            kind: ArticleKind::Requester,
            from: address.to_string(),
            at: fresh.now,
            text: request.text.trim_end().to_owned(),
            message_id: None,
            ancestors: Vec::new(),
            tags: Vec::new(),
            recipients: Vec::new(),
            attachments: Vec::new(),
            means: Means::Asks,
        }),
        Effect::Record(NewEvent {
            ticket: fresh.number,
            kind: "opened",
            detail: format!("{agent} opened it for {address}; {}", standing.why),
        }),
    ];
    if let Some(priority) = request.priority {
        effects.push(prioritize(fresh.number, priority, agent));
        let detail = format!("{agent}: {priority}");
        effects.push(Effect::Record(NewEvent { ticket: fresh.number, kind: "priority", detail }));
    }
    Ok(effects)
}
