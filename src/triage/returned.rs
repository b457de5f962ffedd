//! Reports about mails of ours: what they say becomes an event on the ticket.

use super::case::{Among, Case, TicketFacts};
use super::class;
use super::decision::{Bounced, Decision, Effect, NewEvent, Undeliverable, Verdict};
use super::gate::Why;
use super::notice::agents::{self, Briefing, Occasion};
use super::thread::Found;
use super::token;
use crate::mail::Sender;
use crate::mail::address::Address;
use crate::mail::automatic::Kind;
use crate::mail::message_id::MessageId;
use crate::mail::report::{Action, Recipient, Report};

/// Recipients whom an event names; the others are in the message.
const SHOWN_MAX: usize = 5;

/// A machine's report about a ticket: recorded there, read by who looks, told to nobody.
#[must_use]
pub fn note(case: &Case<'_>, found: &Found<'_>) -> Decision {
    let number = found.ticket.number;
    let mut why = vec![found.why()];
    why.extend(class::mark(case));
    why.push(format!("no acknowledgement: {}", Why::FollowUp));
    let mut effects = Vec::new();
    if let Some(message_id) = undelivered(case) {
        effects.push(Effect::Bounce(Bounced { ticket: number, message_id }));
        effects.extend(gone(case, found.ticket).map(Effect::Undeliverable));
    }
    let (kind, detail) = told(case);
    why.extend(alarm(case, found.ticket, &detail, &mut effects));
    effects.push(Effect::Record(NewEvent { ticket: number, kind, detail }));
    Decision { verdict: Verdict::Event(number), why, effects }
}

/// The agents hear once a day of a recipient whom nothing reaches. What did not reach one of them is for who
/// runs the desk.
fn alarm(
    case: &Case<'_>,
    ticket: &TicketFacts,
    detail: &str,
    effects: &mut Vec<Effect>,
) -> Option<String> {
    let message_id = undelivered(case)?;
    let by_reference = case
        .facts
        .referenced
        .iter()
        .find(|known| known.message_id == message_id && known.among == Among::All)
        .and_then(|known| known.recipients.first());
    let by_token = token::returned(case).map(|(_, notice)| &notice.to);
    let to = by_reference.or(by_token)?;
    let is_agents = case.policy.agents.iter().any(|agent| agent.has(to));
    if is_agents || case.facts.bounced.contains(to) {
        return None;
    }
    let briefing = Briefing { text: detail, ..Briefing::of(ticket, Occasion::Adds) };
    let audience = agents::audience(case.policy, ticket.agent.as_deref(), None);
    agents::brief(case, briefing, &audience, &mut case.fresh.further.iter(), effects)
}

/// The event: its kind, and what it says.
fn told(case: &Case<'_>) -> (&'static str, String) {
    let from = match &case.mail.sender {
        Sender::One(named) => named.address.to_string(),
        Sender::Ambiguous { shown, .. } => shown.clone(),
    };
    let report = case.mail.report.as_ref();
    let told = report.filter(|report| !report.recipients.is_empty());
    match (case.mail.class.kind, told) {
        (Kind::Bounce, Some(report)) => {
            let kind = match report.action() {
                Some(Action::Failed) | None => "bounce",
                Some(Action::Delayed) => "delay",
                Some(Action::Delivered | Action::Relayed | Action::Expanded) => "report",
            };
            (kind, format!("{}; says {from}", recipients(report)))
        }
        (kind, _) => ("report", format!("{} from {from}: {}", kind.as_str(), case.mail.subject)),
    }
}

fn recipients(report: &Report) -> String {
    let mut told: Vec<String> = report.recipients.iter().take(SHOWN_MAX).map(recipient).collect();
    let others = report.recipients.len().saturating_sub(SHOWN_MAX);
    if 0 < others {
        told.push(format!("and {others} others"));
    }
    told.join("; ")
}

fn recipient(one: &Recipient) -> String {
    let what = match one.action {
        Some(Action::Failed) | None => "did not arrive",
        Some(Action::Delayed) => "is late, and somebody still tries",
        Some(Action::Delivered) => "arrived",
        Some(Action::Relayed) => "went on to where nobody reports from",
        Some(Action::Expanded) => "arrived at a list",
    };
    let status = one.status.map(|status| format!(" {status}")).unwrap_or_default();
    let words = Some(&one.diagnostic).filter(|words| !words.is_empty());
    let words = words.map(|words| format!(" {words}")).unwrap_or_default();
    let colon = if status.is_empty() && words.is_empty() { "" } else { ":" };
    format!("mail to {} {what}{colon}{status}{words}", one.address)
}

/// The notice of ours that a report says did not arrive. One that is only late may arrive yet (RFC 3464
/// §2.3.3).
fn undelivered(case: &Case<'_>) -> Option<MessageId> {
    match case.mail.report.as_ref().map(Report::action) {
        Some(Some(Action::Failed) | None) if case.mail.class.kind == Kind::Bounce => {}
        _ => return None,
    }
    let of_token = token::returned(case).map(|(_, notice)| notice.message_id.clone());
    let returned = case.mail.returned().filter(|id| case.policy.namer.made(id, case.fresh.now));
    of_token.or_else(|| returned.cloned())
}

/// Whose address takes no mail any more. It must be one that we wrote to: whoever can read a mail of
/// ours could otherwise say so of anybody.
fn gone(case: &Case<'_>, ticket: &TicketFacts) -> Option<Undeliverable> {
    let gone = |one: &&Recipient| one.is_gone();
    let mut gone = case.mail.report.as_ref()?.recipients.iter().filter(gone);
    let notice_to = token::returned(case).map(|(_, notice)| &notice.to);
    let requester = ticket.requester.as_ref().map(|named| &named.address);
    let is_party =
        |address: &Address| requester == Some(address) || ticket.parties.contains(address);
    let is_ours =
        |address: &Address| notice_to.map_or_else(|| is_party(address), |to| to == address);
    let one = gone.find(|one| is_ours(&one.address))?;
    let status = one.status.map(|status| status.to_string()).unwrap_or_default();
    let why = format!("{status} {}", one.diagnostic).trim().to_owned();
    Some(Undeliverable { address: one.address.clone(), ticket: ticket.number, why })
}
