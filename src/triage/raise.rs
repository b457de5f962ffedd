//! What a better proof gives a ticket that is there already. It only raises (AUT-23): nothing that a
//! message proves, or fails to, takes a level away, and what an agent has set stays.

use super::case::{Case, TicketFacts};
use super::coupon::{self, Named};
use super::decision::NewNotice;
use super::entitle::{self, Standing};
use super::notice;
use super::policy::Policy;
use super::requester;
use crate::desk::entitlement::Entitlement;
use crate::desk::level::{Level, LevelName};
use crate::mail::automatic::Kind;
use crate::mail::proof::Verdict;

/// What the ticket is entitled to when its requester stands so, with this proof.
#[must_use]
pub fn raised(
    known: &Entitlement,
    standing: &Standing<'_>,
    proof: Option<Verdict>,
    policy: &Policy,
) -> Entitlement {
    let higher = rank(policy, &known.level).is_none_or(|rank| standing.level.rank > rank);
    let level = if higher && known.level_by.is_none() {
        standing.level.name.clone()
    } else {
        known.level.clone()
    };
    let found = standing.account.map(|found| found.account);
    let account = if higher { found.or(known.account) } else { known.account.or(found) };
    // Who is proven has no claim left but to what asks for more; who is not keeps his.
    let claimed = match found {
        Some(_) => standing.claimed.map(|claimed| claimed.account),
        None => known.claimed,
    };
    Entitlement { level, level_by: known.level_by.clone(), account, claimed, proof }
}

/// What a message gives a ticket that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raise {
    /// What the ticket is entitled to from now on.
    pub entitlement: Entitlement,
    /// The kind of its event.
    pub kind: &'static str,
    /// The reasons, for people.
    pub why: Vec<String>,
    /// What the requester is told.
    pub notice: Option<NewNotice>,
}

/// What a follow-up of the requester gives his ticket: he has claimed an account, and this message
/// proves him. `None` where it gives nothing.
///
/// A machine answers whatever comes to its address, also what somebody else has begun in its name; and
/// a web form writes for others.
#[must_use]
pub fn by_follow_up(case: &Case<'_>, ticket: &TicketFacts) -> Option<Raise> {
    let requester = &ticket.requester.as_ref()?.address;
    let is_person = case.mail.class.kind == Kind::Person && !requester::is_form(case);
    if !is_person || case.mail.sender.address() != Some(requester) {
        return None;
    }
    let known = &ticket.entitlement;
    let claimed = known.claimed?;
    let standing = entitle::standing(case);
    if standing.account.map(|found| found.account) != Some(claimed) {
        return None;
    }
    let proof = better(known.proof, case.proof.verdict);
    let entitlement = raised(known, &standing, proof, case.policy);
    let gives = |one: &Entitlement| (one.level.clone(), one.account, one.claimed);
    if gives(&entitlement) == gives(known) {
        return None;
    }
    let mut why = vec![format!("{}{}", standing.why, change(known, &entitlement))];
    let told = (entitlement.level != known.level)
        .then(|| notice::news::raised(case, ticket, &entitlement.level, None));
    let notice = told.and_then(|told| {
        why.push(told.why);
        told.notice
    });
    Some(Raise { entitlement, kind: "proof", why, notice })
}

/// What comes of the coupons that a message about a ticket names.
#[must_use]
pub fn coupon<'a>(case: &Case<'a>, ticket: &TicketFacts) -> Named<'a> {
    let proven = by_follow_up(case, ticket);
    let level = proven.as_ref().map_or(&ticket.entitlement.level, |raise| &raise.entitlement.level);
    let about = coupon::Ticket { number: ticket.number, level, known: Some(ticket) };
    coupon::named(case, about)
}

/// What a coupon gives a ticket, beside what its requester's proof gives.
#[must_use]
pub fn by_coupon(case: &Case<'_>, ticket: &TicketFacts, coupon: &Named<'_>) -> Option<Raise> {
    let Named::Counts(_, level) = coupon else { return None };
    let known = ticket.entitlement.clone();
    let proven = by_follow_up(case, ticket).map_or(known, |raise| raise.entitlement);
    let entitlement = coupon.over(proven);
    let told = notice::news::raised(case, ticket, &level.name, coupon.line());
    let change = format!("level {} → {}", ticket.entitlement.level, level.name);
    let why = vec![change, told.why];
    Some(Raise { entitlement, kind: "level", why, notice: told.notice })
}

/// The better of the proof that a ticket has and another one. That which is pending is none yet, and
/// what proves nothing takes nothing away.
#[must_use]
pub fn better(known: Option<Verdict>, found: Verdict) -> Option<Verdict> {
    let worth = |verdict| match verdict {
        Verdict::Strong => 3,
        Verdict::Pass => 2,
        Verdict::PassSpf => 1,
        Verdict::None | Verdict::Pending | Verdict::Fail | Verdict::Ambiguous => 0,
    };
    match known {
        Some(Verdict::Pending) => Some(found),
        known if worth(found) > known.map_or(0, worth) => Some(found),
        known => known,
    }
}

/// What became of the level, for people; empty where nothing did.
#[must_use]
pub fn change(known: &Entitlement, raised: &Entitlement) -> String {
    match &known.level_by {
        _ if raised.level != known.level => format!("; level {} → {}", known.level, raised.level),
        Some(by) => format!("; the level stays {}, as {by} set it", known.level),
        None => String::new(),
    }
}

/// The level of this name, wherever the desk has it from.
#[must_use]
pub fn level<'a>(policy: &'a Policy, name: &LevelName) -> Option<&'a Level> {
    let own = [&policy.default_level, &policy.lapsed_level];
    policy.level(name).or_else(|| own.into_iter().find(|level| level.name == *name))
}

/// The rank of a level; `None` when it has left the configuration.
fn rank(policy: &Policy, name: &LevelName) -> Option<i64> {
    level(policy, name).map(|level| level.rank)
}
