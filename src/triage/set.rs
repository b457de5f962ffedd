//! What an agent changes of a ticket by hand: where it stands, its level, who its requester is.

use super::answer::{AnswerError, Correspondence, change, record};
use super::case::AccountMatch;
use super::decision::Effect;
use super::entitle::{Ground, of_accounts};
use super::grant::AddressTrust;
use super::notice::news::{self, News};
use super::policy::Policy;
use super::raise;
use crate::desk::entitlement::Entitlement;
use crate::desk::level::LevelName;
use crate::desk::ticket::Status;
use crate::fresh::Fresh;
use crate::mail::proof::{Proof, Verdict};

/// What is to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Where the ticket is to stand.
    pub status: Option<Status>,
    /// What it is to be entitled to.
    pub grant: Grant,
}

/// What a ticket is to be entitled to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// What it is.
    Unchanged,
    /// What its requester is, who was asked in another way than by mail: as if he were proven.
    Verified,
    /// This level, whoever the requester is.
    Level(LevelName),
}

/// Changes a ticket. `accounts` are those of which the requester is a contact.
///
/// # Errors
/// [`AnswerError`]; nothing is to be written then.
pub fn set(
    ticket: &Correspondence,
    wish: &Wish,
    accounts: &[AccountMatch],
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Vec<Effect>, AnswerError> {
    let (from, to) = (ticket.status, wish.status.unwrap_or(ticket.status));
    let granted = match &wish.grant {
        Grant::Unchanged => None,
        Grant::Verified => Some(verified(ticket, accounts, agent, policy, fresh)?),
        Grant::Level(name) => Some(level(ticket, name, agent, policy)?),
    };
    let mut effects = Vec::new();
    let mut moved = change(ticket, to);
    if let (Effect::ChangeTicket(moved), Some(granted)) = (&mut moved, &granted) {
        moved.entitlement = Some(granted.entitlement.clone());
    }
    effects.push(moved);
    if wish.status.is_some() {
        effects.push(record(ticket, "status", format!("{agent}: {from} → {to}")));
    }
    if let Some(granted) = granted {
        effects.push(record(ticket, granted.kind, granted.detail));
        effects.extend(granted.notice);
    }
    Ok(effects)
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
    accounts: &[AccountMatch],
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Granted, AnswerError> {
    let number = ticket.number;
    let to = ticket.requester.as_ref().ok_or(AnswerError::NoRequester(number))?;
    let proof = Proof::given(Verdict::Strong, "an agent has asked the requester");
    let ground = Ground { proof: &proof, trust: AddressTrust::Asked };
    let standing = of_accounts(accounts, ground, policy, fresh.now);
    let known = &ticket.entitlement;
    // That a person says so is no proof by mail.
    let entitlement = raise::raised(known, &standing, None, policy);
    let as_before = Entitlement { proof: known.proof, ..entitlement.clone() };
    if standing.account.is_none() || as_before == *known {
        return Err(AnswerError::NothingToRaise { number, why: standing.why });
    }
    let change = raise::change(known, &entitlement);
    let mut detail =
        format!("{agent} has verified that it is from {}; {}{change}", to.address, standing.why);
    let mut notice = None;
    if entitlement.level != known.level {
        let word = News {
            ticket: number,
            subject: &ticket.subject,
            to,
            level: &entitlement.level,
            answers: ticket.last.clone(),
            references: ticket.thread.clone(),
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
    let detail = format!("{agent}: {} → {name}", known.level);
    let level_by = Some(agent.to_owned());
    let entitlement = Entitlement { level: name.clone(), level_by, ..known.clone() };
    Ok(Granted { entitlement, kind: "level", detail, notice: None })
}
