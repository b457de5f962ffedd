//! Which level a sender gets, and why.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::case::{AccountMatch, Case, MatchedBy};
use super::grant::{self, Acknowledgement, AddressTrust, Claim, Grant, grant};
use super::requester::{self, Requester};
use crate::desk::account::{AccountStatus, Licence};
use crate::desk::level::{Level, LevelName};
use crate::desk::sender_proof::SenderProof;
use crate::mail::proof::Proof;
use crate::time::Timestamp;
use crate::triage::policy::Policy;

/// What a sender is entitled to.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The account that serves.
    pub account: Option<&'a AccountMatch>,
    /// The licence that serves.
    pub licence: Option<&'a Licence>,
    /// The account that would serve, or would give more, if the sender were proven.
    pub claimed: Option<&'a AccountMatch>,
    /// The level.
    pub level: &'a Level,
    /// What the sender may be told.
    pub acknowledgement: Acknowledgement,
    /// For people.
    pub why: String,
}

/// By what it is known who a sender is.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// What his message proves.
    pub proof: &'a Proof,
    /// What an agent has said of his address.
    pub trust: AddressTrust,
}

/// The level of the sender of a message.
#[must_use]
pub fn standing<'a>(case: &Case<'a>) -> Standing<'a> {
    let (proof, policy, asks) = (case.proof, case.policy, requester::of(case));
    match asks {
        Requester::Writer(_) => {
            let ground = Ground { proof, trust: case.facts.trust };
            of_accounts(&case.facts.accounts, ground, policy, case.fresh.now)
        }
        Requester::Typed { .. } => {
            // An agent's word is of the mail of an address, not of what is typed.
            let ground = Ground { proof: &asks.proof(proof), trust: AddressTrust::Asked };
            let standing = of_accounts(&case.facts.accounts, ground, policy, case.fresh.now);
            // The form says that a person used it, and not who: nothing of his making is sent.
            Standing { acknowledgement: Acknowledgement::Short, ..standing }
        }
        Requester::Unnamed { .. } => {
            unknown(&asks.proof(proof), policy, "the requester is unknown")
        }
        Requester::Nobody { why } => {
            unknown(proof, policy, &format!("the sender is nobody: {why}"))
        }
    }
}

/// The level that these accounts give at `now` to who is proven so: of all valid licences that the
/// proof is enough for the one of the highest rank, of equals the more exact match; if none is valid
/// the lapsed level.
#[must_use]
pub fn of_accounts<'a>(
    accounts: &'a [AccountMatch],
    ground: Ground<'_>,
    policy: &'a Policy,
    now: Timestamp,
) -> Standing<'a> {
    let (today, proof) = (day_of(now), ground.proof);
    let weighed: Vec<Weighed<'_>> = accounts
        .iter()
        .flat_map(|found| found.licences.iter().map(move |licence| (found, licence)))
        .map(|(found, licence)| (found, licence, weigh(found, licence, policy, today)))
        .collect();
    let valid = weighed.iter().filter_map(|(found, licence, weight)| {
        let asked = licence.sender_proof.unwrap_or(policy.sender_proof);
        let granted = grant(claim(ground, asked, Some(found.by)));
        Some(Valid { found, licence, level: weight.as_ref().ok()?, granted })
    });
    let (granted, refused): (Vec<_>, Vec<_>) =
        valid.partition(|valid| valid.granted.level == grant::Level::Account);
    let best = granted.iter().max_by_key(|valid| valid.order());
    let claimed = refused.iter().max_by_key(|valid| valid.order());
    if let Some(Valid { found, licence, level, granted }) = best {
        let mut why = format!(
            "account {} by {}, licence {} gives level {}",
            found.key,
            found.by.as_str(),
            licence.key,
            level.name
        );
        let asked = licence.sender_proof.unwrap_or(policy.sender_proof);
        if ground.decides(asked, found.by) {
            why = format!("{why}, as the address is trusted, though {}", unproven(proof));
        }
        let claimed = claimed.filter(|claimed| claimed.level.rank > level.rank);
        if let Some(claimed) = claimed {
            why = format!("{why}; {}", claimed.without_proof(proof));
        }
        // What would have given less than this needs no word.
        let more =
            |name: &LevelName| policy.level(name).is_none_or(|other| other.rank > level.rank);
        if let Some(passed) = passed_over(&weighed, more) {
            why = format!("{why}; {passed}");
        }
        return Standing {
            account: Some(found),
            licence: Some(licence),
            claimed: claimed.map(|claimed| claimed.found),
            level,
            acknowledgement: granted.acknowledgement,
            why,
        };
    }
    if let Some(claimed) = claimed {
        let level = &policy.default_level;
        return Standing {
            account: None,
            licence: None,
            claimed: Some(claimed.found),
            level,
            acknowledgement: claimed.granted.acknowledgement,
            why: format!("{}: level {}", claimed.without_proof(proof), level.name),
        };
    }
    match accounts.iter().max_by_key(|found| found.by) {
        Some(found) => lapsed(found, &weighed, ground, policy),
        None => unknown(proof, policy, "no account has this address"),
    }
}

/// A valid licence, and what the proof is worth to it.
struct Valid<'a> {
    found: &'a AccountMatch,
    licence: &'a Licence,
    level: &'a Level,
    granted: Grant,
}

impl Valid<'_> {
    fn order(&self) -> (i64, MatchedBy) {
        (self.level.rank, self.found.by)
    }

    /// Why it gives nothing.
    fn without_proof(&self, proof: &Proof) -> String {
        let (found, by) = (&self.found.key, self.found.by.as_str());
        let (key, level, nothing) = (&self.licence.key, &self.level.name, unproven(proof));
        format!("account {found} by {by}, licence {key} would give level {level}, but {nothing}")
    }
}

/// Why a proof is not enough, for people.
fn unproven(proof: &Proof) -> String {
    let unsigned = || "the sender is not proven by a signature".to_owned();
    proof.doubt("the sender").unwrap_or_else(unsigned)
}

impl Ground<'_> {
    /// Whether it is the agent's word that gives the level, and not the proof.
    fn decides(self, asked: SenderProof, matched: MatchedBy) -> bool {
        let alone = Ground { trust: AddressTrust::Asked, ..self };
        self.trust == AddressTrust::Trusted
            && grant(claim(alone, asked, Some(matched))).level != grant::Level::Account
    }
}

fn claim(ground: Ground<'_>, asked: SenderProof, matched: Option<MatchedBy>) -> Claim {
    let Proof { verdict, published, return_path, .. } = *ground.proof;
    Claim { verdict, asked, matched, published, return_path, trust: ground.trust }
}

/// The level of who is known and has nothing valid.
fn lapsed<'a>(
    found: &'a AccountMatch,
    weighed: &[Weighed<'_>],
    ground: Ground<'_>,
    policy: &'a Policy,
) -> Standing<'a> {
    let without = match found.status {
        AccountStatus::Active => match passed_over(weighed, |_| true) {
            Some(passed) => format!("no valid licence ({passed})"),
            None => "no licence for this address".to_owned(),
        },
        AccountStatus::Suspended => "suspended".to_owned(),
    };
    let granted = grant(claim(ground, policy.sender_proof, Some(found.by)));
    let (known, level, but) = match granted.level {
        grant::Level::Account => (Some(found), &policy.lapsed_level, String::new()),
        grant::Level::Claimed | grant::Level::Flagged => {
            (None, &policy.default_level, format!(", but {}", unproven(ground.proof)))
        }
    };
    let (key, by) = (&found.key, found.by.as_str());
    Standing {
        account: known,
        licence: None,
        claimed: known.is_none().then_some(found),
        level,
        acknowledgement: granted.acknowledgement,
        why: format!("account {key} by {by}, {without}{but}: level {}", level.name),
    }
}

/// A licence of an account, and the level that it gives or why it gives none.
type Weighed<'a> = (&'a AccountMatch, &'a Licence, Result<&'a Level, String>);

fn weigh<'a>(
    found: &AccountMatch,
    licence: &Licence,
    policy: &'a Policy,
    today: Date,
) -> Result<&'a Level, String> {
    let Licence { key, level, from, until, .. } = licence;
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

fn unknown<'a>(proof: &Proof, policy: &'a Policy, why: &str) -> Standing<'a> {
    let level = &policy.default_level;
    // Trust is in an address of an account: a stranger has none.
    let ground = Ground { proof, trust: AddressTrust::Asked };
    Standing {
        account: None,
        licence: None,
        claimed: None,
        level,
        acknowledgement: grant(claim(ground, policy.sender_proof, None)).acknowledgement,
        why: format!("{why}: level {}", level.name),
    }
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
