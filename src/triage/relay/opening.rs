//! An agent opens a ticket for somebody else: who called (`#open for`), or whose mail he passes on, as an
//! attachment or with `#forwarded` above it. What he passes on is as if it had come here by itself.

use super::refusal::Refused;
use crate::desk::agent::Agent;
use crate::desk::command::{self, Command, Ordered};
use crate::mail::address::NamedAddress;
use crate::mail::automatic::Kind;
use crate::mail::body::Source;
use crate::mail::proof::{Proof, Verdict};
use crate::mail::reply::Reply;
use crate::mail::reply::forwarded::forwarded;
use crate::mail::{Mail, Sender};
use crate::triage::colleague;
use crate::triage::policy::Policy;

/// A ticket that an agent opens for somebody.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What opens it, as if it had come by itself.
    pub mail: Mail,
    /// How it came, for people.
    pub how: &'static str,
    /// What the agent says about it, among the agents.
    pub note: String,
}

/// What a mail opens for somebody, if its writer is an agent who may, and means to.
#[must_use]
pub fn of(mail: &Mail, proof: &Proof, policy: &Policy) -> Option<Opening> {
    let agent = colleague::known(mail, policy)?;
    wanted(mail, agent).filter(|_| is_proven(proof))?.ok()
}

/// The same, or why not; `None` where the mail means nothing of the kind.
pub(in crate::triage) fn wanted(mail: &Mail, agent: &Agent) -> Option<Result<Opening, Refused>> {
    if mail.class.kind != Kind::Person {
        return None;
    }
    let orders = orders(mail);
    match orders.as_ref().map(|orders| orders.commands.as_slice()) {
        Ok([Command::OpenFor(address)]) => {
            let named = NamedAddress { name: String::new(), address: address.clone() };
            let text = orders.map(|orders| orders.text).unwrap_or_default();
            Some(Ok(Opening { mail: told(mail, named, text), how: "as told", note: String::new() }))
        }
        Ok([Command::Forwarded]) => Some(passed_on(mail)),
        Ok(several) if several.iter().any(opens) => {
            let why = "#open and #forwarded stand alone: they open a ticket, which has no other orders yet.";
            Some(Err(Refused::commands(vec![why.to_owned()])))
        }
        Ok([]) => mail.enclosed.as_deref().map(|enclosed| enclosed_in(mail, enclosed, agent)),
        Ok(_) | Err(_) => None,
    }
}

fn opens(command: &Command) -> bool {
    matches!(command, Command::OpenFor(_) | Command::Forwarded)
}

fn orders(mail: &Mail) -> Result<Ordered, Vec<command::Fault>> {
    match mail.text_source {
        Source::Plain => command::read(&mail.reply),
        Source::Html => command::read(""),
    }
}

/// Opening a ticket for somebody needs what a signature proves, whatever the desk asks for else.
pub(in crate::triage) fn is_proven(proof: &Proof) -> bool {
    match proof.verdict {
        Verdict::Strong | Verdict::Pass => true,
        Verdict::PassSpf
        | Verdict::None
        | Verdict::Pending
        | Verdict::Fail
        | Verdict::Ambiguous => false,
    }
}

fn passed_on(mail: &Mail) -> Result<Opening, Refused> {
    let (_, below) = mail.text.split_once("#forwarded").unwrap_or(("", mail.text.as_str()));
    let Some(found) = forwarded(below) else {
        let why = "It does not say who wrote what you pass on: there is no line with From and an address.";
        return Err(Refused::commands(vec![why.to_owned()]));
    };
    let mut mail = told(mail, found.sender, found.text);
    if let Some(subject) = found.subject {
        mail.subject = subject;
    }
    Ok(Opening { mail, how: "as passed on", note: found.above })
}

/// What came along is the message itself, from which the agents' copy is.
fn enclosed_in(mail: &Mail, enclosed: &Mail, agent: &Agent) -> Result<Opening, Refused> {
    let Sender::One(named) = &enclosed.sender else {
        let why = "The message that you pass on does not say who wrote it.".to_owned();
        return Err(Refused::commands(vec![why]));
    };
    if agent.has(&named.address) {
        let why = "You wrote the message that you pass on yourself.".to_owned();
        return Err(Refused::commands(vec![why]));
    }
    let mut opening = told(mail, named.clone(), enclosed.text.clone());
    opening.subject.clone_from(&enclosed.subject);
    opening.message_id.clone_from(&enclosed.message_id);
    opening.references.clone_from(&enclosed.references);
    opening.importance = enclosed.importance;
    Ok(Opening { mail: opening, how: "as passed on", note: mail.reply.clone() })
}

/// The agent's mail, as if this one had written it.
fn told(mail: &Mail, sender: NamedAddress, text: String) -> Mail {
    Mail {
        sender: Sender::One(sender),
        reply: Reply::of(&text).text,
        text,
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        report: None,
        reply_to: Vec::new(),
        only_reply_to: None,
        enclosed: None,
        html: None,
        importance: None,
        ..mail.clone()
    }
}
