//! Who is acknowledged, how, and why not. One pure function; what it grants is written by `notice`.
//!
//! An acknowledgement goes to the one address in From (RFC 3834 §4 lets a service answer there), and
//! never to Reply-To or Cc, which anybody can point at a third person.

mod why;

use std::time::Duration;

use super::case::{Age, Case, TicketFacts};
use super::entitle::Standing;
use super::grant::Acknowledgement as Granted;
use super::loops;
use super::policy::Acknowledge;
use super::requester::{self, Requester};
use crate::desk::priority::Priority;
use crate::desk::sender_proof::SenderProof;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::automatic::{self, Answers, Kind};
use crate::mail::envelope::ReversePath;
use crate::mail::parse::HOPS_MAX;
use crate::mail::proof::Verdict;

pub use why::{Cap, Why};

/// What comes of the question whether a message is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// At once, with all that there is to say.
    Full,
    /// At once, with nothing of the sender's making: he may be somebody else.
    Short,
    /// Nothing yet: the proof of the sender may still come.
    Wait,
    /// With all that there is to say, when so much time has gone by: this hour is full.
    Later(Duration),
    /// Not.
    Withheld(Why),
}

/// What a message does that may be acknowledged.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// It opens a ticket that is so urgent.
    Ticket(&'a Priority),
    /// It is added to this one.
    FollowUp(&'a TicketFacts),
}

/// Whether the supervisor of the desk hears of a message because its writer wants that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervisor {
    /// He does, and the writer is told so whichever messages are acknowledged.
    Hears,
    /// He does not, or nobody asked for that.
    HearsNothing,
}

/// How sure it is to whom an acknowledgement goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footing {
    /// To a proven contact of a valid licence.
    Licensed,
    /// To somebody who wrote, as far as the desk asks for proof.
    Proven,
    /// To somebody who may not have written.
    Unproven,
}

/// Acknowledgements to one address about one topic, within
/// [`SAME_TOPIC_WITHIN`](super::case::SAME_TOPIC_WITHIN); the next one has none.
pub const SAME_TOPIC_MAX: u8 = 2;
/// Of the caps, what is there for senders whom nothing proves: a fifth.
const FEWER: u32 = 5;

/// Whether a message is acknowledged. The reasons against stand in the order of their weight.
#[must_use]
pub fn gate(
    case: &Case<'_>,
    standing: &Standing<'_>,
    occasion: Occasion<'_>,
    supervisor: Supervisor,
) -> Gate {
    let weighed = asked(case, occasion, supervisor)
        .and_then(|()| recipient(case))
        .and_then(|to| granted(case, standing, occasion, &to.address));
    let footing = match weighed {
        Ok(Some(footing)) => footing,
        Ok(None) => return Gate::Wait,
        Err(why) => return Gate::Withheld(why),
    };
    match quiet(case).and_then(|()| within_caps(case, footing)) {
        Ok(Some(later)) => Gate::Later(later),
        Ok(None) => match footing {
            Footing::Licensed | Footing::Proven => Gate::Full,
            Footing::Unproven => Gate::Short,
        },
        Err(why) => Gate::Withheld(why),
    }
}

/// How sure it is to whom the acknowledgement of a message goes; `None` where that is not known yet,
/// or where there is none.
#[must_use]
pub fn footing(case: &Case<'_>, standing: &Standing<'_>) -> Option<Footing> {
    let licensed = standing.licence.is_some_and(|licence| {
        licence.sender_proof.unwrap_or(case.policy.sender_proof) != SenderProof::Off
    });
    match standing.acknowledgement {
        Granted::Full if licensed && is_proven(case) => Some(Footing::Licensed),
        Granted::Full => Some(Footing::Proven),
        Granted::Short => Some(Footing::Unproven),
        Granted::Wait | Granted::Withheld => None,
    }
}

/// Who may be told of a message by a machine, whatever it does: its sender, if somebody wrote it to
/// this desk and lately.
///
/// # Errors
/// Why nobody may.
pub fn recipient<'a>(case: &Case<'a>) -> Result<&'a NamedAddress, Why> {
    if case.policy.acknowledge == Acknowledge::None {
        return Err(Why::Off);
    }
    reachable(case)?;
    match requester::of(case) {
        Requester::Writer(named) | Requester::Typed { named, .. } => Ok(named),
        Requester::Unnamed { why, .. } => Err(Why::Unnamed(why)),
        Requester::Nobody { why } => Err(Why::Nobody(why)),
    }
}

/// Whether somebody wrote a message to this desk, and lately, and may be answered by a machine.
pub(super) fn reachable(case: &Case<'_>) -> Result<(), Why> {
    match case.arrival.age {
        Age::New => {}
        Age::Found => return Err(Why::Found),
        Age::BackFill | Age::BeforeFirstRun | Age::OldInBulk => return Err(Why::LayThere),
    }
    welcome(case)?;
    addressed(case)
}

/// Whether the desk acknowledges what the message does.
fn asked(case: &Case<'_>, occasion: Occasion<'_>, supervisor: Supervisor) -> Result<(), Why> {
    match (case.policy.acknowledge, occasion) {
        (Acknowledge::Tickets, Occasion::FollowUp(_)) if supervisor == Supervisor::Hears => Ok(()),
        (Acknowledge::Tickets | Acknowledge::None, Occasion::FollowUp(_)) => Err(Why::FollowUp),
        (Acknowledge::None, Occasion::Ticket(_)) => Err(Why::Off),
        (Acknowledge::Tickets | Acknowledge::Messages, Occasion::Ticket(_))
        | (Acknowledge::Messages, Occasion::FollowUp(_)) => Ok(()),
    }
}

/// Whether somebody asks, and whether he may be answered. What a form's program writes is about the
/// form; whom it names must be somebody who reads.
fn welcome(case: &Case<'_>) -> Result<(), Why> {
    let mail = case.mail;
    match requester::of(case) {
        Requester::Typed { named, .. } if automatic::is_unread(&named.address) => {
            return Err(Why::Unwelcome(format!("nobody reads {}", named.address)));
        }
        Requester::Unnamed { why, .. } => return Err(Why::Unnamed(why)),
        Requester::Typed { .. } => {}
        Requester::Writer(_) | Requester::Nobody { .. } => written(case)?,
    }
    if HOPS_MAX < mail.hops {
        return Err(Why::Hops(mail.hops));
    }
    if case.fresh.now.since(case.arrival.received) > case.policy.acknowledge_within {
        return Err(Why::Late(case.policy.acknowledge_within));
    }
    Ok(())
}

/// Whether a person wrote the message, who may be answered.
fn written(case: &Case<'_>) -> Result<(), Why> {
    let mail = case.mail;
    if mail.class.kind != Kind::Person {
        return Err(Why::Machine(mail.class.reasons.join(", ")));
    }
    if mail.return_path == Some(ReversePath::Null) {
        return Err(Why::NullPath);
    }
    match &mail.class.answers {
        Answers::Unwelcome(why) => Err(Why::Unwelcome(why.clone())),
        Answers::Welcome => Ok(()),
    }
}

/// Whether the message is addressed to this desk, by its own words or by those of the servers that
/// delivered it (RFC 5230 §4.5): what came by Bcc or through a list is not.
fn addressed(case: &Case<'_>) -> Result<(), Why> {
    let (mail, policy) = (case.mail, case.policy);
    let is_own = |address: &Address| policy.takes(address);
    let other = |address: &Address| {
        let plain = address.without_detail();
        policy.other_desks.iter().find(|other| *other == address || **other == plain)
    };
    let named = mail.to.iter().chain(&mail.cc).map(|named| &named.address);
    let mut desks = named
        .filter_map(|address| if is_own(address) { Some(None) } else { other(address).map(Some) });
    match desks.next() {
        Some(None) => return Ok(()),
        Some(Some(other)) => return Err(Why::OtherDesk(other.clone())),
        None => {}
    }
    let passed_on = mail.resent_to.iter().map(|named| &named.address);
    let mut delivered = passed_on.chain(&case.facts.delivered_to);
    if delivered.any(is_own) { Ok(()) } else { Err(Why::NotAddressed) }
}

/// Whether the sender is proven as far as the desk asks for it; `None` while that may still come.
fn granted(
    case: &Case<'_>,
    standing: &Standing<'_>,
    occasion: Occasion<'_>,
    sender: &Address,
) -> Result<Option<Footing>, Why> {
    let footing = match (standing.acknowledgement, case.proof.verdict) {
        (Granted::Withheld, Verdict::Fail) => return Err(Why::Forged),
        (Granted::Withheld, _) => return Err(Why::Unproven),
        (Granted::Full | Granted::Short | Granted::Wait, _) => footing(case, standing),
    };
    match occasion {
        Occasion::Ticket(_) => Ok(footing),
        Occasion::FollowUp(TicketFacts { requester, .. })
            if requester.as_ref().map(|requester| &requester.address) != Some(sender) =>
        {
            Err(Why::NotRequester)
        }
        // Nobody waits for it: he has the acknowledgement of his ticket.
        Occasion::FollowUp(_) => match footing {
            Some(Footing::Licensed | Footing::Proven) => Ok(footing),
            Some(Footing::Unproven) | None => Err(Why::UnprovenFollowUp),
        },
    }
}

fn is_proven(case: &Case<'_>) -> bool {
    match requester::of(case).proof(case.proof).verdict {
        Verdict::Strong | Verdict::Pass | Verdict::PassSpf => true,
        Verdict::None | Verdict::Pending | Verdict::Fail | Verdict::Ambiguous => false,
    }
}

/// Whether the message looks like one of a loop with another machine.
fn quiet(case: &Case<'_>) -> Result<(), Why> {
    if let Some(until) = loops::hushed_until(case) {
        return Err(Why::Hushed(until));
    }
    if case.facts.acknowledged.same_topic >= i64::from(SAME_TOPIC_MAX) {
        return Err(Why::Repeated);
    }
    Ok(())
}

/// Whether there is room within the caps, or how long until there is. Those of a form and of one address
/// hold for everybody. Those of its domain and of the desk are for all others than the contacts of a licence:
/// they put off what goes to who wrote, and withhold what may go to somebody who did not.
fn within_caps(case: &Case<'_>, footing: Footing) -> Result<Option<Duration>, Why> {
    let (sent, limits) = (&case.facts.acknowledged, &case.policy.limits);
    if let Some(form) = requester::of(case).form()
        && let Some(limit) = form.per_hour.filter(|limit| sent.form_hour >= i64::from(*limit))
    {
        return Err(Why::FormCap(form.from.clone(), limit));
    }
    let is_full = |sent: i64, limit: Option<u32>, cap: Cap| {
        let limit = match footing {
            Footing::Licensed | Footing::Proven => limit,
            // What goes to somebody who may not have written goes out more rarely.
            Footing::Unproven => limit.map(|limit| limit.div_ceil(FEWER)),
        };
        match limit {
            Some(limit) if sent >= i64::from(limit) => Err(Why::Cap(cap, limit)),
            Some(_) | None => Ok(()),
        }
    };
    is_full(sent.address_hour, limits.address_per_hour, Cap::AddressHour)?;
    is_full(sent.address_day, limits.address_per_day, Cap::AddressDay)?;
    match footing {
        Footing::Licensed => Ok(None),
        Footing::Unproven => {
            is_full(sent.domain_hour, limits.domain_per_hour, Cap::DomainHour)?;
            is_full(sent.total_hour, limits.total_per_hour, Cap::TotalHour)?;
            Ok(None)
        }
        Footing::Proven => {
            let Some(room) = sent.domain_room.max(sent.total_room) else { return Ok(None) };
            if room.since(case.arrival.received) > case.policy.acknowledge_within {
                is_full(sent.domain_hour, limits.domain_per_hour, Cap::DomainHour)?;
                is_full(sent.total_hour, limits.total_per_hour, Cap::TotalHour)?;
            }
            Ok(Some(room.since(case.fresh.now)))
        }
    }
}
