//! What is taken for spam, and from whom nothing is taken. A filter in front of the mailbox, or the
//! folder that a message lies in, raises a suspicion; it is not weighed here whether it is right,
//! only who is heard in spite of it. Nothing is lost: what is ignored is listed, stays in its folder
//! and can be released.

use super::case::{Case, EarlierEffects, FolderKind, Released};
use super::requester;
use super::thread::{self, Evidence, Found, Thread};
use crate::desk::sender_proof::SenderProof;
use crate::mail::proof::Verdict;

/// What is suspected of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// Nothing.
    None,
    /// It is let through, for this reason.
    Allayed(String),
    /// It is spam, for this reason.
    Stands(String),
}

/// Why a desk takes nothing from the sender of a message, if so. A sender who is forged is blocked
/// as well: nobody misses that mail.
#[must_use]
pub fn blocked(case: &Case<'_>) -> Option<String> {
    if case.arrival.released.is_some() {
        return None;
    }
    let asks = requester::of(case).named().map(|named| &named.address);
    let senders = || case.mail.sender.address().into_iter().chain(asks);
    let by = case.policy.block.iter().find(|one| senders().any(|sender| one.covers(sender)))?;
    Some(format!("block has {by}"))
}

/// What is suspected of a message, and whether that is enough to ignore it.
#[must_use]
pub fn suspicion(case: &Case<'_>) -> Suspicion {
    let because = match (case.arrival.folder, case.spam) {
        (FolderKind::Junk, _) => "it lies in a junk folder".to_owned(),
        (FolderKind::Watched, Some(sign)) => sign.to_string(),
        (FolderKind::Watched, None) => {
            return released(case).map_or(Suspicion::None, Suspicion::Allayed);
        }
    };
    let heard = released(case).map_or_else(|| heard(case), Ok);
    match heard {
        Ok(why) => Suspicion::Allayed(format!("{because}, but {why}")),
        Err(why) => Suspicion::Stands(format!("{because}, and {why}")),
    }
}

fn released(case: &Case<'_>) -> Option<String> {
    let Released { by, at } = case.arrival.released.as_ref()?;
    Some(format!("{by} said at {at} that it is no spam"))
}

/// Why a message is heard in spite of a suspicion, or why not.
fn heard(case: &Case<'_>) -> Result<String, String> {
    let found = match thread::find(case) {
        Thread::Ticket(found) | Thread::Linked { found, .. } => Some(found),
        Thread::New { .. } => None,
    };
    if let Some(found) = found.filter(|found| answers_us(found.by)) {
        return Ok(format!("it {}", found.why()));
    }
    match case.arrival.folder {
        FolderKind::Watched => by_sign(case, found),
        FolderKind::Junk => by_folder(case, found),
    }
}

/// Whether nobody can write so who had no mail of ours.
fn answers_us(evidence: Evidence) -> bool {
    match evidence {
        Evidence::ReplyToken | Evidence::BounceToken | Evidence::OwnMessageId => true,
        Evidence::Reference | Evidence::Subject | Evidence::Sibling => false,
    }
}

/// A filter's sign is outweighed by a party to the ticket who is proven to be it, or may yet be, and
/// by a person who took the message out of a junk folder.
fn by_sign(case: &Case<'_>, found: Option<Found<'_>>) -> Result<String, String> {
    let earlier = case.facts.earlier.as_ref();
    if earlier.is_some_and(|earlier| earlier.folder == FolderKind::Junk) {
        return Ok("somebody has taken it out of a junk folder".to_owned());
    }
    let Some(found) = found else { return Err("it belongs to no ticket".to_owned()) };
    let sender = match case.proof.verdict {
        Verdict::Strong | Verdict::Pass | Verdict::PassSpf => "its sender is proven",
        Verdict::Pending => "the proof of its sender waits for the DNS",
        Verdict::None | Verdict::Fail | Verdict::Ambiguous
            if case.policy.sender_proof == SenderProof::Off =>
        {
            "nobody asks for proof"
        }
        Verdict::None | Verdict::Fail | Verdict::Ambiguous => {
            return Err("nothing proves its sender".to_owned());
        }
    };
    Ok(format!("{sender}, and it {}", found.why()))
}

/// In a junk folder those are heard whom the desk knows, unless they are forged. A message that was
/// ignored elsewhere was put there by a person, or is met again.
fn by_folder(case: &Case<'_>, found: Option<Found<'_>>) -> Result<String, String> {
    let ignored = |effects| match effects {
        EarlierEffects::Ignored => true,
        EarlierEffects::Had | EarlierEffects::Held => false,
    };
    if case.facts.earlier.as_ref().is_some_and(|earlier| ignored(earlier.effects)) {
        return Err("a copy of it was ignored before".to_owned());
    }
    if case.proof.verdict == Verdict::Fail && case.policy.sender_proof != SenderProof::Off {
        return Err("its sender is forged, as it seems".to_owned());
    }
    if let Some(found) = found {
        return Ok(format!("it {}", found.why()));
    }
    if let Some(account) = case.facts.accounts.first() {
        return Ok(format!("account {} has its sender", account.key));
    }
    match case.facts.party_to {
        Some(ticket) => Ok(format!("its sender is a party to ticket {ticket}")),
        None => Err("the desk does not know its sender".to_owned()),
    }
}
