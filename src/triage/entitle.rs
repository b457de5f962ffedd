//! Which level a sender gets, and why.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::case::{AccountMatch, Case, MatchedBy};
use crate::desk::account::{AccountStatus, Licence};
use crate::desk::level::Level;
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
    let best = accounts
        .iter()
        .filter(|found| found.account_pays())
        .flat_map(|found| found.licences.iter().map(move |licence| (found, licence)))
        .filter(|(_, licence)| licence.covers(today))
        .filter_map(|(found, licence)| Some((found, licence, policy.level(&licence.level)?)))
        .max_by_key(|(found, _, level)| (level.rank, found.by));
    if let Some((found, licence, level)) = best {
        let why = format!(
            "account {} by {}, licence {} gives level {}",
            found.key,
            found.by.as_str(),
            licence.key,
            level.name
        );
        return Standing { account: Some(found), licence: Some(licence), level, why };
    }
    match accounts.iter().max_by_key(|found| found.by) {
        None => unknown(policy, "no account has this address"),
        Some(found) => Standing {
            account: Some(found),
            licence: None,
            level: &policy.lapsed_level,
            why: format!(
                "account {} by {}, {}: level {}",
                found.key,
                found.by.as_str(),
                match found.status {
                    AccountStatus::Active => "no valid licence",
                    AccountStatus::Suspended => "suspended",
                },
                policy.lapsed_level.name
            ),
        },
    }
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

impl AccountMatch {
    fn account_pays(&self) -> bool {
        match self.status {
            AccountStatus::Active => true,
            AccountStatus::Suspended => false,
        }
    }
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
