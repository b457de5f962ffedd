//! What an agent's mail becomes that did nothing: it is kept among the agents, and its writer is told, at the
//! address that the configuration has.

use crate::desk::agent::Agent;
use crate::desk::article::ArticleKind;
use crate::desk::command;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::render::notification::Refusal;
use crate::triage::case::Case;
use crate::triage::decision::{
    Carries, Decision, Due, Effect, Means, NewNotice, NoticeKind, TicketChange, Verdict,
};
use crate::triage::outgoing::Outgoing;
use crate::triage::thread::Found;
use crate::triage::{article, event};

/// Mails in an hour that tell an agent what was not done.
pub const REFUSALS_MAX: i64 = 5;

/// Why nothing was done.
#[derive(Debug)]
pub(in crate::triage) struct Refused {
    /// A line each.
    why: Vec<String>,
    help: Help,
}

/// What an agent is told beside the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Help {
    /// How he is known to have written.
    Proof,
    /// The commands.
    Commands,
    /// To send it again.
    Again,
}

impl Refused {
    /// It is not known that he wrote it.
    pub(in crate::triage) fn unproven(why: String) -> Self {
        Self { why: vec![why], help: Help::Proof }
    }

    /// What he orders cannot be done.
    pub(super) fn commands(why: Vec<String>) -> Self {
        Self { why, help: Help::Commands }
    }

    /// Something else.
    pub(super) fn plain(why: &str) -> Self {
        Self { why: vec![why.to_owned()], help: Help::Again }
    }
}

pub(super) fn refuse(
    case: &Case<'_>,
    found: &Found<'_>,
    agent: &Agent,
    refused: &Refused,
) -> Decision {
    let ticket = found.ticket;
    let number = ticket.number;
    let reasons = refused.why.join(" ");
    let mut why =
        vec![found.why(), format!("nothing was done for agent {}: {reasons}", agent.name)];
    let (version, status) = (ticket.version, ticket.status);
    let touched = TicketChange { number, version, from: status, to: status, entitlement: None };
    let mut effects = vec![
        Effect::ChangeTicket(touched),
        Effect::AddArticle(article(case, number, ArticleKind::Internal, Means::Nothing)),
    ];
    tell(case, Matter { number, subject: &ticket.subject }, agent, refused, &mut why, &mut effects);
    effects.push(event(number, "refused", why.join("; ")));
    Decision { verdict: Verdict::FollowUp(number), why, effects }
}

/// What a refusal is about.
#[derive(Clone, Copy)]
pub(in crate::triage) struct Matter<'a> {
    pub(in crate::triage) number: TicketNumber,
    pub(in crate::triage) subject: &'a str,
}

/// Adds the mail to the agent, and says whether there is one.
pub(in crate::triage) fn tell(
    case: &Case<'_>,
    matter: Matter<'_>,
    agent: &Agent,
    refused: &Refused,
    why: &mut Vec<String>,
    effects: &mut Vec<Effect>,
) {
    match notice(case, matter, agent, refused) {
        Ok(notice) => {
            why.push(format!("{} is told", agent.address));
            effects.push(Effect::Submit(notice));
        }
        Err(reason) => why.push(format!("{} is not told: {reason}", agent.address)),
    }
}

fn notice(
    case: &Case<'_>,
    matter: Matter<'_>,
    agent: &Agent,
    refused: &Refused,
) -> Result<NewNotice, String> {
    let Matter { number, subject } = matter;
    let policy = case.policy;
    if REFUSALS_MAX <= case.facts.refusals {
        return Err(format!("{REFUSALS_MAX} such mails went there within an hour"));
    }
    // The first ones are for the agents who are told of a new ticket.
    let id = case.fresh.further.last().ok_or("no identifier is left")?;
    let (advice, commands) = match refused.help {
        Help::Proof => (PROOF, String::new()),
        Help::Commands => (COMMANDS, command::help()),
        Help::Again => (AGAIN, String::new()),
    };
    let words = Refusal {
        tid: policy.prefix.tid(number),
        subject: subject.to_owned(),
        why: refused.why.clone(),
        advice: advice.to_owned(),
        commands,
    };
    let wording = policy.templates.refusal(&words).map_err(|error| error.to_string())?;
    let thread = policy.namer.thread(number);
    Outgoing {
        kind: NoticeKind::Refusal,
        ticket: number,
        due: Due::Uncapped,
        topic: None,
        from: policy.sender(),
        reply_to: policy.agents_reply_to(number, agent),
        to: agent.named(),
        message_id: MessageId::clone(id),
        wording,
        in_reply_to: thread.clone(),
        references: thread.into_iter().collect(),
        carries: Carries::Nothing,
    }
    .write(policy, case.fresh.now)
    .map_err(|error| error.to_string())
}

const PROOF: &str = "Send it from the mail server that signs for your domain (DKIM), or log in at the \
                     desk's own. If you did not write it, somebody uses your address: tell whoever \
                     runs this desk.";
const COMMANDS: &str = "Mend it and send it again. These are the orders:";
const AGAIN: &str = "Send it again when that is mended.";
