//! What is recorded of a decision beside its effects.

use crate::config::After;
use crate::mail::Digest;
use crate::mail::subject::TicketNumber;
use crate::store::inbound::{Mark, Outcome};
use crate::triage::case::{Age, Arrival, Case, Earlier, EarlierEffects, Facts, FolderKind, Form};
use crate::triage::decision::{Decision, Ignored, Verdict};

pub(super) fn outcome<'a>(
    case: &Case<'a>,
    decision: &Decision,
    reason: &'a str,
    content: Option<Digest>,
    after: &After,
) -> Outcome<'a> {
    let duplicate_of = match &decision.verdict {
        Verdict::Duplicate(of) => Some(*of),
        Verdict::Opened(_)
        | Verdict::FollowUp(_)
        | Verdict::Event(_)
        | Verdict::Ignored(_)
        | Verdict::Held(_) => None,
    };
    Outcome {
        verdict: decision.verdict.word(),
        reason,
        ticket: decision.verdict.ticket().map(TicketNumber::get),
        duplicate_of,
        content,
        mark: mark(&decision.verdict, case.arrival, case.facts, after),
        sender: case.mail.sender.address(),
        message_id: case.mail.message_id.as_ref(),
        proof: Some(case.proof),
        decided: case.fresh.now,
    }
}

/// Whether the message in the mailbox is to be marked. A held one stays where a person sees it, and
/// so does its copy, and what is taken for spam; what lay there before the desk began to watch is not
/// ours to touch, nor in a junk folder what has no effect.
fn mark(verdict: &Verdict, arrival: &Arrival, facts: &Facts, after: &After) -> Mark {
    let untouched = match verdict {
        Verdict::Held(_) | Verdict::Ignored(Ignored::BeforeFirstRun | Ignored::Spam) => true,
        Verdict::Ignored(_) | Verdict::Duplicate(_) if arrival.folder == FolderKind::Junk => true,
        Verdict::Duplicate(_) => {
            let held = |earlier: &Earlier| earlier.effects == EarlierEffects::Held;
            arrival.age == Age::BeforeFirstRun || facts.earlier.as_ref().is_some_and(held)
        }
        Verdict::Opened(_) | Verdict::FollowUp(_) | Verdict::Event(_) | Verdict::Ignored(_) => {
            false
        }
    };
    let oversize = arrival.form != Form::Whole;
    if untouched || oversize || *after == After::Keep { Mark::None } else { Mark::Owed }
}
