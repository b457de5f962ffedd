//! Which level a sender gets, and why.

mod because;
mod weigh;

use super::case::Case;
use super::case::known::{AccountMatch, Acquaintance, MatchedBy};
use super::grant::{self, Acknowledgement, AddressTrust, Claim, Grant, grant};
use super::requester::{self, Requester};
use crate::desk::account::{AccountStatus, Licence};
use crate::desk::level::{Level, LevelName};
use crate::desk::sender_proof::SenderProof;
use crate::mail::proof::Proof;
use crate::render::part::CouponLine;
use crate::time::Timestamp;
use crate::triage::policy::Policy;
pub use because::Because;
use weigh::{Moment, Served, Weighed};

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
    /// What became of a coupon that the message names.
    pub coupon: Option<CouponLine>,
    /// What the sender may be told.
    pub acknowledgement: Acknowledgement,
    /// For agents.
    pub why: String,
    /// For himself.
    pub because: Because,
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
    let moment = Moment { now: case.fresh.now, first_ticket: case.facts.first_ticket };
    match asks {
        Requester::Writer(_) => {
            let ground = Ground { proof, trust: case.facts.trust };
            of_accounts(case.facts.acquaintance(), ground, policy, case.fresh.now)
        }
        Requester::Typed { .. } => {
            // An agent's word is of the mail of an address, not of what is typed.
            let ground = Ground { proof: &asks.proof(proof), trust: AddressTrust::Asked };
            let standing = of_accounts(case.facts.acquaintance(), ground, policy, case.fresh.now);
            // The form says that a person used it, and not who: nothing of his making is sent.
            Standing { acknowledgement: Acknowledgement::Short, ..standing }
        }
        Requester::Unnamed { .. } => {
            unknown(&asks.proof(proof), policy, moment, "the requester is unknown")
        }
        Requester::Nobody { why } => {
            unknown(proof, policy, moment, &format!("the sender is nobody: {why}"))
        }
    }
}

/// The level of who is known so at `now` and is proven so: of all valid licences that the proof is enough
/// for the one of the highest rank, of equals the more exact match; if none is valid the lapsed level.
#[must_use]
pub fn of_accounts<'a>(
    known: Acquaintance<'a>,
    ground: Ground<'_>,
    policy: &'a Policy,
    now: Timestamp,
) -> Standing<'a> {
    let proof = ground.proof;
    let moment = Moment { now, first_ticket: known.first_ticket };
    let weighed = weigh::weigh(known.accounts, policy, moment);
    let valid = weighed.iter().filter_map(|weighed| {
        let asked = weighed.licence.sender_proof.unwrap_or(policy.sender_proof);
        let granted = grant(claim(ground, asked, Some(weighed.found.by)));
        Some(Valid { weighed, served: weighed.weight.as_ref().ok()?, granted })
    });
    let (granted, refused): (Vec<_>, Vec<_>) =
        valid.partition(|valid| valid.granted.level == grant::Level::Account);
    let best = granted.iter().max_by_key(|valid| valid.order());
    let claimed = refused.iter().max_by_key(|valid| valid.order());
    if let Some(Valid { weighed: best, served, granted }) = best {
        let Weighed { found, licence, .. } = best;
        let mut why = format!("{} gives {served}", best.source());
        let asked = licence.sender_proof.unwrap_or(policy.sender_proof);
        if ground.decides(asked, found.by) {
            why = format!("{why}, as the address is trusted, though {}", unproven(proof));
        }
        let rank = served.level.rank;
        let claimed = claimed.filter(|claimed| claimed.served.level.rank > rank);
        if let Some(claimed) = claimed {
            why = format!("{why}; {}", claimed.without_proof(proof));
        }
        // What would have given less than this needs no word.
        let more = |name: &LevelName| policy.level(name).is_none_or(|other| other.rank > rank);
        if let Some(passed) = weigh::passed_over(&weighed, more) {
            why = format!("{why}; {passed}");
        }
        return Standing {
            account: Some(found),
            licence: Some(licence),
            claimed: claimed.map(|claimed| claimed.weighed.found),
            level: served.level,
            coupon: None,
            acknowledgement: granted.acknowledgement,
            why,
            because: Because::served(best, served),
        };
    }
    if let Some(claimed) = claimed {
        let served = weigh::served(&policy.default_level, policy, moment);
        return Standing {
            account: None,
            licence: None,
            claimed: Some(claimed.weighed.found),
            level: served.level,
            coupon: None,
            acknowledgement: claimed.granted.acknowledgement,
            why: format!("{}: {served}", claimed.without_proof(proof)),
            because: Because::of(&served, Because::Unproven),
        };
    }
    match known.accounts.iter().max_by_key(|found| found.by) {
        Some(found) => lapsed(found, &weighed, ground, policy, moment),
        None => unknown(proof, policy, moment, "no account has this address"),
    }
}

/// Whether a message is proven as far as a level of this account asks for it.
#[must_use]
pub fn is_granted(case: &Case<'_>, found: &AccountMatch) -> bool {
    let ground = Ground { proof: case.proof, trust: case.facts.trust };
    grant(claim(ground, case.policy.sender_proof, Some(found.by))).level == grant::Level::Account
}

/// The level that a licence gives today whom it serves; or why it gives none, for people.
///
/// # Errors
/// Why.
pub fn today<'a>(
    name: &str,
    status: AccountStatus,
    licence: &Licence,
    policy: &'a Policy,
    now: Timestamp,
) -> Result<&'a Level, String> {
    match status {
        AccountStatus::Active => weigh::on_its_day(name, licence, policy, now),
        AccountStatus::Suspended => Err(weigh::suspended(name)),
    }
    .map_err(|void| void.to_string())
}

/// A valid licence, and what the proof is worth to it.
struct Valid<'w, 'a> {
    weighed: &'w Weighed<'a>,
    served: &'w Served<'a>,
    granted: Grant,
}

impl Valid<'_, '_> {
    fn order(&self) -> (i64, MatchedBy) {
        (self.served.level.rank, self.weighed.by())
    }

    /// Why it gives nothing.
    fn without_proof(&self, proof: &Proof) -> String {
        format!("{} would give {}, but {}", self.weighed.source(), self.served, unproven(proof))
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
    moment: Moment,
) -> Standing<'a> {
    let without = match found.status {
        AccountStatus::Active => match weigh::passed_over(weighed, |_| true) {
            Some(passed) => format!("no valid licence ({passed})"),
            None => "no licence for this address".to_owned(),
        },
        AccountStatus::Suspended => weigh::suspended(&found.name).to_string(),
    };
    let granted = grant(claim(ground, policy.sender_proof, Some(found.by)));
    let (known, level, but, because) = match granted.level {
        grant::Level::Account => {
            let because = Because::lapsed(found, weighed);
            (Some(found), &policy.lapsed_level, String::new(), because)
        }
        grant::Level::Claimed | grant::Level::Flagged => {
            let but = format!(", but {}", unproven(ground.proof));
            (None, &policy.default_level, but, Because::Unproven)
        }
    };
    let (key, by) = (&found.key, found.by.as_str());
    let served = weigh::served(level, policy, moment);
    Standing {
        account: known,
        licence: None,
        claimed: known.is_none().then_some(found),
        level: served.level,
        coupon: None,
        acknowledgement: granted.acknowledgement,
        why: format!("account {key} by {by}, {without}{but}: {served}"),
        because: Because::of(&served, because),
    }
}

fn unknown<'a>(proof: &Proof, policy: &'a Policy, moment: Moment, why: &str) -> Standing<'a> {
    let served = weigh::served(&policy.default_level, policy, moment);
    // Trust is in an address of an account: a stranger has none.
    let ground = Ground { proof, trust: AddressTrust::Asked };
    Standing {
        account: None,
        licence: None,
        claimed: None,
        level: served.level,
        coupon: None,
        acknowledgement: grant(claim(ground, policy.sender_proof, None)).acknowledgement,
        why: format!("{why}: {served}"),
        because: Because::of(&served, Because::Unknown),
    }
}

impl MatchedBy {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Domain => "domain",
            Self::Address => "address",
        }
    }
}
