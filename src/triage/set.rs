//! What an agent changes of a ticket by hand: where it stands, its level, who its requester is.

mod changes;
pub mod parties;

pub use changes::changes;
use parties::PartiesError;

use super::answer::{AnswerError, Correspondence, change, record, stands_alone};
use super::case::known::Acquaintance;
use super::decision::by_hand::ByHand;
use super::decision::{Effect, NewPriority};
use super::entitle::{Ground, of_accounts};
use super::grant::AddressTrust;
use super::notice::changed::{Changes, Why, told};
use super::notice::news::{self, News};
use super::policy::Policy;
use super::raise;
use crate::desk::agent::{AgentName, Role};
use crate::desk::entitlement::Entitlement;
use crate::desk::level::LevelName;
use crate::desk::priority::Priority;
use crate::desk::spent;
use crate::desk::ticket::{Mover, Status};
use crate::fresh::Fresh;
use crate::mail::address::Address;
use crate::mail::proof::{Proof, Verdict};
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// What is to be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Where the ticket is to stand.
    pub stand: Option<Stand>,
    /// What it is to be entitled to.
    pub grant: Grant,
    /// Who becomes a participant.
    pub add: Vec<Address>,
    /// Who is one no more.
    pub remove: Vec<Address>,
    /// Minutes that were spent; below zero some is taken back.
    pub spent: Option<i64>,
    /// How urgent it is from now on.
    pub priority: Option<Priority>,
    /// Who has it from now on.
    pub holder: Option<Holder>,
    /// What its requester is told of that.
    pub tell: Tell,
}

/// What the requester is told of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tell {
    /// What he may hear of, in one mail.
    #[default]
    Changes,
    /// He hears of the desk at once in other words: a level that his proof gives alone.
    Level,
    /// Nothing.
    Nothing,
}

/// Who has a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// This agent.
    Agent(AgentName),
    /// All of the desk.
    Nobody,
}

/// Where a ticket is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// So; pending, until its requester answers.
    At(Status),
    /// Pending until then, or until he answers.
    PendingUntil(Timestamp),
}

/// What a ticket is to be entitled to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Grant {
    /// What it is.
    #[default]
    Unchanged,
    /// What its requester is, who was asked in another way than by mail: as if he were proven.
    Verified,
    /// This level, whoever the requester is.
    Level(LevelName),
}

impl Stand {
    /// Where that is.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::At(to) => to,
            Self::PendingUntil(_) => Status::Pending,
        }
    }
}

impl Holder {
    /// The agent of the desk with this name; `-` is nobody.
    ///
    /// # Errors
    /// [`SetError::NoAgent`].
    pub fn named(name: &str, policy: &Policy) -> Result<Self, SetError> {
        if name.trim() == "-" {
            return Ok(Self::Nobody);
        }
        let meant = policy.agents.iter().find(|agent| agent.name.is_meant_by(name));
        meant.map(|agent| Self::Agent(agent.name.clone())).ok_or_else(|| {
            let names: Vec<_> = policy.agents.iter().map(|one| one.name.as_str()).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            SetError::NoAgent(name.to_owned(), names)
        })
    }
}

/// Why a ticket cannot be changed so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// As with an answer.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// There is no such move.
    #[error(
        "ticket {number} is {from}, which cannot become {to}; it can become {}",
        words(possible)
    )]
    NoMove {
        /// The ticket.
        number: TicketNumber,
        /// Where it stands.
        from: Status,
        /// Where it was to stand.
        to: Status,
        /// What is possible.
        possible: &'static [Status],
    },
    /// It would come back at once.
    #[error("{0} has passed; a ticket is pending until an instant to come")]
    Past(Timestamp),
    /// The desk has no such agent.
    #[error("there is no agent {0:?}; the desk has {1}")]
    NoAgent(String, String),
    /// Who is in the ticket, or in the time spent, cannot be changed so.
    #[error(transparent)]
    Parties(#[from] PartiesError),
    /// More would be taken back than there is.
    #[error("ticket {number} has {} in all; no more can be taken back", spent::for_people(*total))]
    NothingSpent {
        /// The ticket.
        number: TicketNumber,
        /// Minutes.
        total: i64,
    },
}

fn words(possible: &[Status]) -> String {
    possible.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ")
}

/// Changes a ticket, of whose requester so much is `known`.
///
/// # Errors
/// [`SetError`]; nothing is to be written then.
pub fn set(
    ticket: &Correspondence,
    wish: &Wish,
    known: Acquaintance<'_>,
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Vec<Effect>, SetError> {
    stands_alone(ticket)?;
    let to = stand(ticket, wish.stand, fresh.now)?;
    let granted = match &wish.grant {
        Grant::Unchanged => None,
        Grant::Verified => Some(verified(ticket, known, agent, policy, fresh, wish.tell)?),
        Grant::Level(name) => Some(level(ticket, name, agent, policy)?),
    };
    let mut effects = Vec::new();
    let mut moved = change(ticket, to);
    if let (Effect::ChangeTicket(moved), Some(granted)) = (&mut moved, &granted) {
        moved.entitlement = Some(granted.entitlement.clone());
    }
    effects.push(moved);
    effects.extend(stood(ticket, wish.stand, agent));
    let changes = changes(ticket, wish, agent);
    let level = granted.as_ref().map(|granted| granted.entitlement.level.clone());
    let level = level.as_ref().filter(|level| **level != ticket.entitlement.level);
    let mut news = None;
    if let Some(granted) = granted {
        effects.push(record(ticket, granted.kind, granted.detail));
        news = granted.notice;
    }
    effects.extend(parties::change(ticket, wish, agent, policy)?);
    if let Some(priority) = &wish.priority {
        // Also where it is that already: from now on it is by his word.
        let detail = if *priority == ticket.priority {
            format!("{agent}: it stays {priority}")
        } else {
            format!("{agent}: {} → {priority}", ticket.priority)
        };
        effects.push(prioritize(ticket.number, priority, agent));
        effects.push(record(ticket, "priority", detail));
    }
    if let Some(holder) = &wish.holder {
        effects.extend(assign(ticket, holder, agent));
    }
    if let Some(minutes) = wish.spent {
        effects.extend(spend(ticket, minutes, agent)?);
    }
    // Whatever changes is one mail.
    match (wish.tell, news) {
        (Tell::Nothing, _) | (Tell::Level, None) => {}
        (Tell::Level, Some(news)) => effects.push(news),
        (Tell::Changes, Some(news)) if changes.told_by(policy) == Changes::default() => {
            effects.push(news);
        }
        (Tell::Changes, _) => {
            let changes = Changes { level, ..changes };
            effects.extend(told(ticket, &changes, Why::Staff, policy, fresh));
        }
    }
    Ok(effects)
}

/// An agent's word of how urgent it is.
pub(super) fn prioritize(ticket: TicketNumber, priority: &Priority, agent: &str) -> Effect {
    let (priority, by) = (priority.clone(), Some(agent.to_owned()));
    Effect::Prioritize(NewPriority { ticket, priority, by })
}

/// Where the ticket will stand, if it may.
fn stand(ticket: &Correspondence, wish: Option<Stand>, now: Timestamp) -> Result<Status, SetError> {
    let from = ticket.status;
    let to = match wish {
        Some(Stand::PendingUntil(until)) if until <= now => return Err(SetError::Past(until)),
        wish => wish.map_or(from, Stand::status),
    };
    if from.may_become(to, Mover::Hand) {
        return Ok(to);
    }
    let possible = from.moves(Mover::Hand);
    Err(SetError::NoMove { number: ticket.number, from, to, possible })
}

/// What is remembered of where it stands.
fn stood(ticket: &Correspondence, wish: Option<Stand>, agent: &str) -> Vec<Effect> {
    let (number, from) = (ticket.number, ticket.status);
    let postpone = |until| Effect::ByHand(ByHand::Postpone { ticket: number, until });
    match wish {
        None => Vec::new(),
        Some(Stand::At(Status::Pending)) => {
            let detail = format!("{agent}: {from} → pending");
            vec![record(ticket, "status", detail), postpone(None)]
        }
        Some(Stand::At(to)) if to == from => Vec::new(),
        Some(Stand::At(to)) => vec![record(ticket, "status", format!("{agent}: {from} → {to}"))],
        Some(Stand::PendingUntil(until)) => {
            let detail = format!("{agent}: {from} → pending until {until}");
            vec![record(ticket, "status", detail), postpone(Some(until))]
        }
    }
}

fn assign(ticket: &Correspondence, holder: &Holder, by: &str) -> [Effect; 2] {
    let (agent, detail) = match holder {
        Holder::Agent(agent) => (Some(agent.clone()), format!("{by}: {agent} has it")),
        Holder::Nobody => (None, format!("{by}: nobody has it")),
    };
    let assign = ByHand::Assign { ticket: ticket.number, agent };
    [Effect::ByHand(assign), record(ticket, "assigned", detail)]
}

fn spend(ticket: &Correspondence, minutes: i64, agent: &str) -> Result<[Effect; 2], SetError> {
    let (number, total) = (ticket.number, ticket.spent);
    let sum = total.saturating_add(minutes);
    if sum < 0 {
        return Err(SetError::NothingSpent { number, total });
    }
    let (time, all) = (spent::for_people(minutes), spent::for_people(sum));
    let detail = format!("{agent} spent {time}; {all} in all");
    let spend = Effect::ByHand(ByHand::Spend { ticket: number, minutes });
    Ok([spend, record(ticket, "spent", detail)])
}

/// What is granted, and what is told and remembered of it.
struct Granted {
    entitlement: Entitlement,
    kind: &'static str,
    detail: String,
    notice: Option<Effect>,
}

fn verified(
    ticket: &Correspondence,
    known: Acquaintance<'_>,
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
    tell: Tell,
) -> Result<Granted, AnswerError> {
    let number = ticket.number;
    let to = ticket.requester.as_ref().ok_or(AnswerError::NoRequester(number))?;
    let proof = Proof::given(Verdict::Strong, "an agent has asked the requester");
    let ground = Ground { proof: &proof, trust: AddressTrust::Asked };
    let standing = of_accounts(known, ground, policy, fresh.now);
    let has = &ticket.entitlement;
    // That a person says so is no proof by mail.
    let entitlement = raise::raised(has, &standing, None, policy);
    let as_before = Entitlement { proof: has.proof, ..entitlement.clone() };
    let Some(found) = standing.account.filter(|_| as_before != *has) else {
        return Err(AnswerError::NothingToRaise { number, why: standing.why });
    };
    let change = raise::change(has, &entitlement);
    let mut detail =
        format!("{agent} has verified that it is from {}; {}{change}", to.address, standing.why);
    let mut notice = None;
    if entitlement.level != has.level && tell != Tell::Nothing {
        let word = News {
            ticket: number,
            subject: &ticket.subject,
            to,
            level: &entitlement.level,
            language: policy.languages.choose(&found.languages, None, ticket.language),
            answers: ticket.last.clone(),
            references: ticket.thread.clone(),
            coupon: None,
        };
        match news::tell(word, policy, fresh) {
            Ok(told) => {
                detail = format!("{detail}; told to {}", to.address);
                notice = Some(Effect::Submit(told));
            }
            Err(reason) => detail = format!("{detail}; told to nobody: {reason}"),
        }
    }
    Ok(Granted { entitlement, kind: "verified", detail, notice })
}

fn level(
    ticket: &Correspondence,
    name: &LevelName,
    agent: &str,
    policy: &Policy,
) -> Result<Granted, AnswerError> {
    if raise::level(policy, name).is_none() {
        let known: Vec<_> = policy.levels.iter().map(|level| level.name.to_string()).collect();
        return Err(AnswerError::NoLevel(name.to_string(), known.join(", ")));
    }
    let known = &ticket.entitlement;
    if !may_reach(&known.level, name, agent, policy) {
        let from = raise::level(policy, &known.level);
        let listed = from.map(|from| from.escalates_to.as_slice()).unwrap_or_default();
        let listed: Vec<_> = listed.iter().map(LevelName::as_str).collect();
        let may = if listed.is_empty() { "none".to_owned() } else { listed.join(", ") };
        return Err(AnswerError::NoEscalation { from: known.level.clone(), to: name.clone(), may });
    }
    let detail = format!("{agent}: {} → {name}", known.level);
    let level_by = Some(agent.to_owned());
    let entitlement = Entitlement { level: name.clone(), level_by, ..known.clone() };
    Ok(Granted { entitlement, kind: "level", detail, notice: None })
}

/// Whether an agent may give a ticket of one level another: one that is reached by escalation alone, only from
/// where that is written; a supervisor always.
fn may_reach(from: &LevelName, to: &LevelName, agent: &str, policy: &Policy) -> bool {
    let listed = raise::level(policy, from).is_some_and(|from| from.escalates_to.contains(to));
    let mut supervisors = policy.agents.iter().filter(|one| one.role == Role::Supervisor);
    !policy.is_by_escalation(to)
        || from == to
        || listed
        || supervisors.any(|supervisor| supervisor.name.is_meant_by(agent))
}
