//! What never opens a ticket, and what is a machine's: the first look at a message.

use super::case::{Age, Case, EarlierEffects, FolderKind};
use super::decision::{Decision, Ignored, Verdict};
use super::policy::Bulk;
use super::requester;
use super::spam::{self, Suspicion};
use crate::mail::automatic::Kind;
use crate::mail::compose::loop_mark;
use crate::mail::message_id::MessageId;

/// What the first look says.
pub enum Screened {
    /// The decision is made.
    Ends(Decision),
    /// Somebody wrote it.
    Person,
    /// A machine wrote it.
    Automaton(Automaton),
}

/// What a machine's message can be to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Automaton {
    /// It says something: an article, or a new ticket, never answered.
    Writes,
    /// It reports about a message of ours: an event on that ticket, or nothing.
    Reports,
    /// It came to many: an article where it belongs to a ticket, else nothing.
    Distributes,
}

/// Looks at a message before its thread and its sender are looked for.
#[must_use]
pub fn screen(case: &Case<'_>) -> Screened {
    if let Some(earlier) = &case.facts.earlier {
        let verdict = Verdict::Duplicate(earlier.inbound);
        match earlier.effects {
            EarlierEffects::Had => return ends(verdict, "the same message came before"),
            EarlierEffects::Held => {
                return ends(verdict, "the same message came before and is held");
            }
            EarlierEffects::Ignored => {}
        }
    }
    match case.arrival.age {
        Age::New | Age::BackFill | Age::Found => {}
        Age::BeforeFirstRun => {
            return ends(Verdict::Ignored(Ignored::BeforeFirstRun), "start = \"new\"");
        }
        // Of old spam nobody need think.
        Age::OldInBulk if case.arrival.folder == FolderKind::Junk && spam(case).is_some() => {}
        Age::OldInBulk => {
            let why = "old mail in bulk: more than 50 old messages appeared together; \
                       tidings inbound retry opens them";
            return ends(Verdict::Held(why.to_owned()), "received long ago");
        }
    }
    if let Some(why) = own(case) {
        return ends(Verdict::Ignored(Ignored::Own), &why);
    }
    if let Some(why) = spam::blocked(case) {
        return ends(Verdict::Ignored(Ignored::Blocked), &why);
    }
    if let Some(why) = spam(case) {
        return ends(Verdict::Ignored(Ignored::Spam), &why);
    }
    match requester::kind(case) {
        Kind::Person => Screened::Person,
        Kind::Generated => Screened::Automaton(Automaton::Writes),
        Kind::AutoReply | Kind::OutOfOffice | Kind::Bounce | Kind::Report => {
            Screened::Automaton(Automaton::Reports)
        }
        Kind::List | Kind::Bulk => match case.policy.bulk {
            Bulk::Ignore => Screened::Automaton(Automaton::Distributes),
            Bulk::Open => Screened::Automaton(Automaton::Writes),
        },
    }
}

/// What becomes of a machine's message that belongs to no ticket and opens none.
#[must_use]
pub fn unrelated(case: &Case<'_>, thread_why: &str) -> Decision {
    let ignored = match case.mail.class.kind {
        Kind::AutoReply | Kind::OutOfOffice => Ignored::AutoReply,
        Kind::List | Kind::Bulk => Ignored::Bulk,
        Kind::Bounce | Kind::Report | Kind::Generated | Kind::Person => Ignored::Report,
    };
    let mut why = vec![case.mail.class.reasons.join(", "), thread_why.to_owned()];
    if ignored == Ignored::Bulk {
        why.push("bulk = \"ignore\"".to_owned());
    }
    Decision { verdict: Verdict::Ignored(ignored), why, effects: Vec::new() }
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

fn ends(verdict: Verdict, why: &str) -> Screened {
    Screened::Ends(Decision { verdict, why: vec![why.to_owned()], effects: Vec::new() })
}
