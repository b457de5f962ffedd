//! Which level a sender gets, and why.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::case::{AccountMatch, Case, MatchedBy};
use crate::desk::account::{AccountStatus, Licence};
use crate::desk::level::{Level, LevelName};
use crate::mail::Sender;
use crate::time::Timestamp;
use crate::triage::policy::Policy;

/// What a sender is entitled to.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The account that serves.
    pub account: Option<&'a AccountMatch>,
    /// The licence that serves.
    pub licence: Option<&'a Licence>,
    /// The level.
    pub level: &'a Level,
    /// For people.
    pub why: String,
}

/// The level of the sender of a message.
#[must_use]
pub fn standing<'a>(case: &Case<'a>) -> Standing<'a> {
    match &case.mail.sender {
        Sender::One(_) => of_accounts(&case.facts.accounts, case.policy, case.fresh.now),
        Sender::Ambiguous { why, .. } => {
            unknown(case.policy, &format!("the sender is nobody: {why}"))
        }
    }
}

/// The level that these accounts give at `now`: of all valid licences the one of the highest
/// rank, of equals the more exact match; if none is valid the lapsed level.
#[must_use]
pub fn of_accounts<'a>(
    accounts: &'a [AccountMatch],
    policy: &'a Policy,
    now: Timestamp,
) -> Standing<'a> {
    let today = day_of(now);
    let weighed: Vec<Weighed<'_>> = accounts
        .iter()
        .flat_map(|found| found.licences.iter().map(move |licence| (found, licence)))
        .map(|(found, licence)| (found, licence, weigh(found, licence, policy, today)))
        .collect();
    let best = weighed
        .iter()
        .filter_map(|(found, licence, weight)| Some((*found, *licence, weight.as_ref().ok()?)))
        .max_by_key(|(found, _, level)| (level.rank, found.by));
    if let Some((found, licence, level)) = best {
        let mut why = format!(
            "account {} by {}, licence {} gives level {}",
            found.key,
            found.by.as_str(),
            licence.key,
            level.name
        );
        // What would have given less than this needs no word.
        let more =
            |name: &LevelName| policy.level(name).is_none_or(|other| other.rank > level.rank);
        if let Some(passed) = passed_over(&weighed, more) {
            why = format!("{why}; {passed}");
        }
        return Standing { account: Some(found), licence: Some(licence), level, why };
    }
    let Some(found) = accounts.iter().max_by_key(|found| found.by) else {
        return unknown(policy, "no account has this address");
    };
    let without = match found.status {
        AccountStatus::Active => match passed_over(&weighed, |_| true) {
            Some(passed) => format!("no valid licence ({passed})"),
            None => "no licence for this address".to_owned(),
        },
        AccountStatus::Suspended => "suspended".to_owned(),
    };
    let (by, level) = (found.by.as_str(), &policy.lapsed_level);
    let why = format!("account {} by {by}, {without}: level {}", found.key, level.name);
    Standing { account: Some(found), licence: None, level, why }
}

/// A licence of an account, and the level that it gives or why it gives none.
type Weighed<'a> = (&'a AccountMatch, &'a Licence, Result<&'a Level, String>);

fn weigh<'a>(
    found: &AccountMatch,
    licence: &Licence,
    policy: &'a Policy,
    today: Date,
) -> Result<&'a Level, String> {
    let Licence { key, level, from, until, contacts: _ } = licence;
    match found.status {
        AccountStatus::Active => {}
        AccountStatus::Suspended => return Err(format!("account {} is suspended", found.key)),
    }
    if licence.covers(today) {
        return policy
            .level(level)
            .ok_or_else(|| format!("licence {key} names level {level}, which is not configured"));
    }
    Err(match until {
        Some(until) if *until < today => format!("licence {key} ended with {until}"),
        Some(_) | None => format!("licence {key} begins with {from}"),
    })
}

/// Licences that a reason names; who has more has them in the listing of the account.
const PASSED_MAX: usize = 3;

/// Why licences of these levels give nothing.
fn passed_over(weighed: &[Weighed<'_>], which: impl Fn(&LevelName) -> bool) -> Option<String> {
    let mut reasons: Vec<&str> = weighed
        .iter()
        .filter(|(_, licence, _)| which(&licence.level))
        .filter_map(|(_, _, weight)| weight.as_ref().err().map(String::as_str))
        .collect();
    reasons.dedup();
    reasons.truncate(PASSED_MAX);
    (!reasons.is_empty()).then(|| reasons.join(", "))
}

fn unknown<'a>(policy: &'a Policy, why: &str) -> Standing<'a> {
    let level = &policy.default_level;
    let why = format!("{why}: level {}", level.name);
    Standing { account: None, licence: None, level, why }
}

/// The day on which an instant falls. Days are UTC until a level has a calendar.
fn day_of(now: Timestamp) -> Date {
    jiff::Timestamp::from_microsecond(now.as_us())
        .map_or(Date::MIN, |instant| instant.to_zoned(TimeZone::UTC).date())
}

impl MatchedBy {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Address => "address",
        }
    }
}
