//! What never opens a ticket, whoever wrote it: the first look at a message.

use super::case::{Age, Case, EarlierEffects, FolderKind};
use super::decision::{Decision, Ignored, Verdict};
use super::spam::{self, Suspicion};
use crate::mail::automatic::Kind;
use crate::mail::compose::loop_mark;
use crate::mail::message_id::MessageId;

/// Looks at a message before its thread and its sender are looked for. `None`: they are to be.
#[must_use]
pub fn screen(case: &Case<'_>) -> Option<Decision> {
    if let Some(earlier) = &case.facts.earlier {
        let verdict = Verdict::Duplicate(earlier.inbound);
        match earlier.effects {
            EarlierEffects::Had => return Some(ends(verdict, "the same message came before")),
            EarlierEffects::Held => {
                return Some(ends(verdict, "the same message came before and is held"));
            }
            EarlierEffects::Ignored => {}
        }
    }
    match case.arrival.age {
        Age::New | Age::BackFill | Age::Found => {}
        Age::BeforeFirstRun => {
            return Some(ends(Verdict::Ignored(Ignored::BeforeFirstRun), "start = \"new\""));
        }
        // Of old spam nobody need think.
        Age::OldInBulk if case.arrival.folder == FolderKind::Junk && spam(case).is_some() => {}
        Age::OldInBulk => {
            let why = "old mail in bulk: more than 50 old messages appeared together; \
                       tidings inbound retry opens them";
            return Some(ends(Verdict::Held(why.to_owned()), "received long ago"));
        }
    }
    if let Some(why) = own(case) {
        return Some(ends(Verdict::Ignored(Ignored::Own), &why));
    }
    if let Some(why) = spam::blocked(case) {
        return Some(ends(Verdict::Ignored(Ignored::Blocked), &why));
    }
    if let Some(why) = spam(case) {
        return Some(ends(Verdict::Ignored(Ignored::Spam), &why));
    }
    None
}

/// A message of ours that came back. It must never open a ticket: that is how loops begin.
fn own(case: &Case<'_>) -> Option<String> {
    let made = |id: &MessageId| case.policy.namer.made(id, case.fresh.now);
    if case.mail.message_id.as_ref().is_some_and(made) {
        return Some("its Message-ID is one of ours".to_owned());
    }
    if let Some(id) = case.mail.earlier_ids.iter().find(|id| made(id)) {
        return Some(format!("it was passed on; its Message-ID was {id}, one of ours"));
    }
    // A server may return our header in its own report, which then says something of a ticket.
    let reports = matches!(case.mail.class.kind, Kind::Bounce | Kind::Report);
    let mark = loop_mark(case.policy.namer.instance());
    if !reports && case.mail.loop_marks.contains(&mark) {
        return Some(format!("it was passed on; X-Loop: {mark} is our mark"));
    }
    let from = case.mail.sender.address()?;
    let own = case.policy.is_own(from) || case.policy.other_desks.contains(from);
    own.then(|| format!("it comes from {from}, an address of ours"))
}

/// Why a message is taken for spam, if it is.
fn spam(case: &Case<'_>) -> Option<String> {
    match spam::suspicion(case) {
        Suspicion::Stands(why) => Some(why),
        Suspicion::None | Suspicion::Allayed(_) => None,
    }
}

fn ends(verdict: Verdict, why: &str) -> Decision {
    Decision { verdict, why: vec![why.to_owned()], effects: Vec::new() }
}
