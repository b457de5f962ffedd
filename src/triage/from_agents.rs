//! What comes from the address of an agent of the desk.

use super::case::Case;
use super::class::OfTicket;
use super::decision::{Decision, Means};
use super::follow_up::follow_up;
use super::relay::opening::Opening;
use super::relay::refusal::{Matter, Refused};
use super::thread::Thread;
use super::{colleague, event, open, relay, requester, ticket_subject};
use crate::desk::agent::Agent;
use crate::desk::article::ArticleKind;
use crate::mail::automatic::Kind;
use crate::mail::proof;

/// Characters of what an agent says of a message that he passes on.
const NOTE_CHARS_MAX: usize = 1_000;

/// A ticket that an agent opens for somebody else, or what stands in the way of it, which then is a ticket of
/// his own.
pub(super) fn for_somebody(case: &Case<'_>) -> Option<Decision> {
    let agent = colleague::agent(case)?;
    let opening = relay::opening::wanted(case.mail, agent)?;
    let refused = match (opening, relay::opening::is_proven(case.proof)) {
        (Ok(opening), true) => return Some(opened_by(case, agent, &opening)),
        (Err(refused), true) => refused,
        (_, false) => {
            let doubt = case.proof.doubt("the sender").unwrap_or_default();
            Refused::unproven(format!("It is not known that you wrote it: {doubt}."))
        }
    };
    let mut decision = open(case, "nothing was opened for somebody else", None);
    let subject = ticket_subject(&case.mail.subject, &case.policy.prefix);
    let matter = Matter { number: case.fresh.number, subject: &subject };
    relay::refusal::tell(case, matter, agent, &refused, &mut decision.why, &mut decision.effects);
    Some(decision)
}

/// As if it had come by itself, from somebody whom the agent vouches for.
fn opened_by(case: &Case<'_>, agent: &Agent, opening: &Opening) -> Decision {
    let proof = proof::Proof::given(proof::Verdict::Strong, "an agent says so");
    let case = &Case { mail: &opening.mail, proof: &proof, ..*case };
    let number = case.fresh.number;
    let mut decision = open(case, &format!("agent {} opened it {}", agent.name, opening.how), None);
    if !opening.note.is_empty() {
        // A message is one article, and that is what was passed on.
        let note: String = opening.note.chars().take(NOTE_CHARS_MAX).collect();
        let detail = format!("{}: {note}", agent.name);
        decision.effects.push(event(number, "noted", detail));
    }
    decision
}

/// What comes from the address of an agent of the desk and is about a ticket: words and orders of a person, or
/// what a program of his wrote, which is kept and goes nowhere.
pub(super) fn of_ticket(
    case: &Case<'_>,
    thread: &Thread<'_>,
    of_ticket: OfTicket,
) -> Option<Decision> {
    let found = match thread {
        Thread::Ticket(found) | Thread::Linked { found, .. } => found,
        Thread::New { .. } => return None,
    };
    let colleague = colleague::of(case, Some(found.ticket))?;
    match (requester::kind(case), of_ticket) {
        (Kind::Person, _) => Some(relay::decide(case, found, &colleague)),
        (_, OfTicket::Event) => None,
        _ => Some(follow_up(
            case,
            found,
            (ArticleKind::Internal, Means::Nothing),
            found.ticket.status,
        )),
    }
}
