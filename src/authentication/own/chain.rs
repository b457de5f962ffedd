//! The chain of ARC in a message (RFC 8617 §4.2, §5.2): whole, with each instance once and in order, or
//! broken, whatever a key would say.

use super::claim::{self, Claim, Refusal, Stamp};
use super::message::{Field, Letter};
use super::tags::Tags;
use crate::authentication::results;
use crate::mail::proof::Outcome;
use crate::time::Timestamp;

/// Sets of a chain (RFC 8617 §4.2.1, §5.2).
pub(super) const SETS_MAX: usize = 50;

/// What one forwarder added.
pub(super) struct Set<'a> {
    /// ARC-Authentication-Results.
    pub results: Field<'a>,
    /// ARC-Message-Signature, and what it says; one that expired before its receipt says why.
    pub message: (Field<'a>, Result<Claim<'a>, &'static str>),
    /// ARC-Seal, and what it says.
    pub seal: (Field<'a>, Stamp),
}

/// The sets, the first one first; none where nobody sealed.
///
/// # Errors
/// Why the chain is none, for people.
pub(super) fn read<'a>(
    letter: &Letter<'a>,
    received: Timestamp,
) -> Result<Vec<Set<'a>>, &'static str> {
    let named = |name: &'static str| letter.fields.iter().filter(move |field| field.is(name));
    let results = ordered(named("arc-authentication-results").map(results_instance))?;
    let messages = ordered(named("arc-message-signature").map(tagged_instance))?;
    let seals = ordered(named("arc-seal").map(tagged_instance))?;
    if results.len() != messages.len() || results.len() != seals.len() {
        return Err("a set is not whole");
    }
    let sets = results.into_iter().zip(messages).zip(seals).enumerate();
    sets.map(|(nth, ((results, message), seal))| set(nth, results, message, seal, received))
        .collect()
}

fn set<'a>(
    nth: usize,
    results: Field<'a>,
    message: Field<'a>,
    seal: Field<'a>,
    received: Timestamp,
) -> Result<Set<'a>, &'static str> {
    let sealed = Tags::parse(seal.value)?;
    // What who sealed it found of the chain before.
    let expected = if nth == 0 { "none" } else { "pass" };
    if sealed.get("cv") != Some(expected) {
        return Err("a seal on a chain that was broken before (cv=)");
    }
    let stamp = claim::seal(&sealed).map_err(|refused| refused.why)?;
    let tags = Tags::parse(message.value)?;
    let claim = match claim::message(&tags, received) {
        Ok(claim) => Ok(claim),
        Err(Refusal { outcome: Outcome::Fail, why }) => Err(why),
        Err(Refusal { why, .. }) => return Err(why),
    };
    Ok(Set { results, message: (message, claim), seal: (seal, stamp) })
}

/// The fields by their instances, which count from 1 without gap or repetition.
fn ordered<'a>(
    found: impl Iterator<Item = Option<(usize, Field<'a>)>>,
) -> Result<Vec<Field<'a>>, &'static str> {
    let found: Option<Vec<_>> = found.take(SETS_MAX + 1).collect();
    let mut found = found.ok_or("a field of ARC without an instance")?;
    if SETS_MAX < found.len() {
        return Err("more sets than a chain may have");
    }
    found.sort_by_key(|(instance, _)| *instance);
    if found.iter().enumerate().any(|(nth, (instance, _))| *instance != nth + 1) {
        return Err("an instance is missing or stands twice");
    }
    Ok(found.into_iter().map(|(_, field)| field).collect())
}

fn results_instance<'a>(field: &Field<'a>) -> Option<(usize, Field<'a>)> {
    let (instance, _) = results::instance(std::str::from_utf8(field.value).ok()?)?;
    Some((instance, *field))
}

fn tagged_instance<'a>(field: &Field<'a>) -> Option<(usize, Field<'a>)> {
    let tags = Tags::parse(field.value).ok()?;
    let digits = tags.get("i").filter(|digits| digits.len() <= 2)?;
    let instance = tags.number("i").ok()??;
    (!digits.is_empty()).then(|| Some((usize::try_from(instance).ok()?, *field)))?
}
