//! Whether an agent of the desk wrote a message, and whether that gives him an agent's rights (AUT-30): he
//! speaks for the desk and orders what becomes of a ticket, so From alone never does.

use std::time::Duration;

use super::case::{Case, TicketFacts};
use super::token;
use crate::desk::agent::Agent;
use crate::mail::Mail;
use crate::mail::automatic::Kind;
use crate::mail::proof::{Proof, Verdict};
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;
use crate::triage::policy::{AgentProof, Policy};

/// A message from the address of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague<'a> {
    /// The agent.
    pub agent: &'a Agent,
    /// Whether he wrote it.
    pub right: Right,
}

/// Whether an agent wrote a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// He did.
    Proven,
    /// Nobody can say yet.
    Pending,
    /// Nothing shows it; why, as the end of "it is not known that you wrote it: ".
    Refused(String),
}

/// The agent from whose address a message comes.
#[must_use]
pub fn agent<'a>(case: &Case<'a>) -> Option<&'a Agent> {
    known(case.mail, case.policy)
}

/// The same, before anything else is known about a message.
#[must_use]
pub fn known<'a>(mail: &Mail, policy: &'a Policy) -> Option<&'a Agent> {
    let from = mail.sender.address()?;
    policy.agents.iter().find(|agent| agent.has(from))
}

/// So long a mail of an agent waits for the DNS to say whether it is his.
const WAITS_FOR: Duration = Duration::from_hours(1);
/// And is looked at again so often.
const LOOKED_AT_EVERY: Duration = Duration::from_mins(1);

/// When a message in the spool since `spooled` is looked at again, where it comes from the address of an agent
/// and the DNS has not said yet whether he wrote it: what he orders is done once, and is not taken back.
#[must_use]
pub fn waits(
    mail: &Mail,
    proof: &Proof,
    policy: &Policy,
    spooled: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let may = policy.agent_proof == AgentProof::Required
        && proof.verdict == Verdict::Pending
        && mail.class.kind == Kind::Person
        && now.since(spooled) < WAITS_FOR;
    known(mail, policy).filter(|_| may).map(|_| now.after(LOOKED_AT_EVERY))
}

/// The ticket that an agent's mail seems to be about: the one in its subject, or in whose thread it is.
/// Nothing is decided by that.
#[must_use]
pub fn about(mail: &Mail, policy: &Policy) -> Option<TicketNumber> {
    let threads = || mail.references.iter().find_map(|id| policy.namer.thread_of(id));
    policy.prefix.find(&mail.subject).or_else(threads)
}

/// The agent from whose address a message about a ticket comes, and whether he wrote it. Nobody, where he is
/// the one who asks, and does not answer what was sent to him as an agent.
#[must_use]
pub fn of<'a>(case: &Case<'a>, ticket: Option<&TicketFacts>) -> Option<Colleague<'a>> {
    let agent = agent(case)?;
    let has_token = || ticket.is_some_and(|ticket| token::is_agents(case, agent, ticket));
    let asks = |ticket: &TicketFacts| {
        ticket.requester.as_ref().is_some_and(|requester| agent.has(&requester.address))
    };
    if ticket.is_some_and(asks) && !has_token() {
        return None;
    }
    let by_token = case.policy.agent_proof == AgentProof::Token && has_token();
    let right = match (case.proof.verdict, by_token) {
        (Verdict::Strong | Verdict::Pass, _)
        | (Verdict::PassSpf | Verdict::None | Verdict::Pending, true) => Right::Proven,
        // Whoever sends by the same servers has that.
        (Verdict::PassSpf, false) => {
            Right::Refused("SPF alone proves no agent; the mail must be signed (DKIM)".to_owned())
        }
        (Verdict::Pending, false) => Right::Pending,
        (Verdict::None, false) | (Verdict::Fail | Verdict::Ambiguous, _) => {
            Right::Refused(case.proof.doubt("the sender").unwrap_or_default())
        }
    };
    Some(Colleague { agent, right })
}
