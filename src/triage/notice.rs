//! Whether an acknowledgement goes out, to whom, and which.

pub mod letter;
pub mod news;

use std::time::Duration;

use super::case::{Age, Case};
use super::decision::NewNotice;
use super::entitle::Standing;
use super::grant::Acknowledgement as Granted;
use super::policy::Acknowledge;
use super::requester::{self, Requester};
use letter::{Wordiness, letter};

use crate::mail::address::{Address, NamedAddress};
use crate::mail::proof::Verdict;

/// Of the caps, what is there for senders whom nothing proves: a fifth.
const FEWER: u32 = 5;

/// Why a message of a known ticket gets no acknowledgement.
pub const NONE_TO_FOLLOW_UPS: &str = "no acknowledgement: it opens no ticket";

/// The acknowledgement of a message that opens a ticket.
///
/// It goes to the one address in From (RFC 3834 §4 lets a service answer there) and never to
/// Reply-To or Cc, which anybody can point at a third person; a web form of ours alone names another.
///
/// # Errors
/// Why there is none, for people.
pub fn acknowledgement(case: &Case<'_>, standing: &Standing<'_>) -> Result<NewNotice, String> {
    let to = recipient(case)?;
    let words = allowed(case, standing)?;
    within_caps(case, words)?;
    match words {
        Words::All => letter(case, to, Wordiness::Full(standing.level)),
        Words::Few => letter(case, to, Wordiness::Short),
    }
}

/// Who may be answered. The reasons against stand in the order of their weight.
fn recipient<'a>(case: &Case<'a>) -> Result<&'a NamedAddress, String> {
    let no = |why: &str| Err(why.to_owned());
    if case.policy.acknowledge == Acknowledge::None {
        return no("acknowledge = \"none\"");
    }
    match case.arrival.age {
        Age::New => {}
        Age::Found => {
            return no(
                "it was found after a restore, or in the archive: it may be answered already",
            );
        }
        Age::BackFill | Age::BeforeFirstRun | Age::OldInBulk => {
            return no("it lay there at the first look");
        }
    }
    if let Some(why) = requester::unanswerable(case) {
        return Err(why);
    }
    if case.fresh.now.since(case.arrival.received) > case.policy.acknowledge_within {
        let limit = hours(case.policy.acknowledge_within);
        return Err(format!("received more than {limit} ago (acknowledge_within)"));
    }
    if let Some(other) = answered_by(case) {
        return Err(format!("{other} answers: it is named first"));
    }
    match requester::of(case) {
        Requester::Writer(named) | Requester::Typed { named, .. } => Ok(named),
        Requester::Unnamed { why, .. } => no(why),
        Requester::Nobody { why } => Err(format!("the sender is nobody: {why}")),
    }
}

/// The desk of ours, other than this one, whose business the answer is: that first named in To,
/// then in Cc. A desk named in neither answers unless another desk is named.
fn answered_by<'a>(case: &Case<'a>) -> Option<&'a Address> {
    let (policy, named) = (case.policy, case.mail.to.iter().chain(&case.mail.cc));
    let other = |address: &Address| {
        let plain = address.without_detail();
        policy.other_desks.iter().find(|other| *other == address || **other == plain)
    };
    let own =
        |address: &Address| policy.is_own(address) || policy.is_own(&address.without_detail());
    let mut desks = named
        .map(|named| &named.address)
        .filter_map(|address| if own(address) { Some(None) } else { other(address).map(Some) });
    desks.next().flatten()
}

/// How many words a sender may be given, who is proven so.
fn allowed(case: &Case<'_>, standing: &Standing<'_>) -> Result<Words, String> {
    match (standing.acknowledgement, case.proof.verdict) {
        (Granted::Full, _) => Ok(Words::All),
        (Granted::Short, _) => Ok(Words::Few),
        (Granted::Wait, _) => {
            Err("it waits for the proof of the sender, five minutes at the most".to_owned())
        }
        (Granted::Withheld, Verdict::Fail) => Err("the sender is forged, as it seems".to_owned()),
        (Granted::Withheld, _) => {
            Err("nothing proves the sender, and the envelope does not name him".to_owned())
        }
    }
}

/// How much an acknowledgement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// What there is to say.
    All,
    /// Nothing of the sender's making: he may be somebody else.
    Few,
}

fn within_caps(case: &Case<'_>, words: Words) -> Result<(), String> {
    if let Some(why) = requester::over_form_cap(case) {
        return Err(why);
    }
    let (sent, limits) = (&case.facts.acknowledged, &case.policy.limits);
    // What goes to somebody who may not have written goes out more rarely.
    let share = |limit: Option<u32>| match words {
        Words::All => limit,
        Words::Few => limit.map(|limit| limit.div_ceil(FEWER)),
    };
    let caps = [
        (
            sent.address_hour,
            limits.address_per_hour,
            "to this address in an hour",
            "address_per_hour",
        ),
        (sent.address_day, limits.address_per_day, "to this address in a day", "address_per_day"),
        (sent.domain_hour, limits.domain_per_hour, "to this domain in an hour", "domain_per_hour"),
        (sent.total_hour, limits.total_per_hour, "in an hour", "total_per_hour"),
    ];
    for (sent, limit, what, key) in caps {
        if let Some(limit) = share(limit)
            && sent >= i64::from(limit)
        {
            let what = format!("the limit of {limit} acknowledgements {what} is reached");
            return Err(format!("{what} ({key})"));
        }
    }
    Ok(())
}

fn hours(span: Duration) -> String {
    format!("{} hours", span.as_secs() / 3600)
}
