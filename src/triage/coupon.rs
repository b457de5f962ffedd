//! Coupons that a message names. One counts for a ticket when a proven sender, who belongs to the account
//! that bought it, names it in what he wrote now.

use super::case::known::CouponFacts;
use super::case::{Age, Case, TicketFacts};
use super::decision::{Effect, NewEvent, Redemption};
use super::entitle::{self, Because, Standing};
use super::raise;
use super::requester::{self, Requester};
use crate::desk::account::AccountStatus;
use crate::desk::account::coupon::is_mentioned;
use crate::desk::entitlement::Entitlement;
use crate::desk::level::{Level, LevelName};
use crate::mail::automatic::Kind;
use crate::mail::proof::Verdict;
use crate::mail::subject::TicketNumber;
use crate::render::part::CouponLine;

/// What comes of the coupons that a message names.
#[derive(Clone, Debug)]
pub enum Named<'a> {
    /// It names none.
    None,
    /// This one counts, and gives this level.
    Counts(&'a CouponFacts, &'a Level),
    /// Nobody knows yet who wrote it: it is looked at again when that is known.
    Waits {
        /// Why, for agents.
        why: String,
        /// What its sender is told meanwhile, as whom nothing proves.
        line: Option<CouponLine>,
    },
    /// None counts.
    Refused {
        /// Why, for agents.
        why: String,
        /// What its sender is told: of who is not proven to own it, the same whether there is one.
        line: Option<CouponLine>,
    },
}

/// The ticket that a message is about.
#[derive(Clone, Copy, Debug)]
pub struct Ticket<'a> {
    /// Its number.
    pub number: TicketNumber,
    /// The level that it has without a coupon.
    pub level: &'a LevelName,
    /// As it was before, where it is not new.
    pub known: Option<&'a TicketFacts>,
}

/// The standing of who opens a ticket, with what a coupon gives him.
#[must_use]
pub fn standing<'a>(case: &Case<'a>, number: TicketNumber) -> (Standing<'a>, Named<'a>) {
    let standing = entitle::standing(case);
    let level = &standing.level.name;
    let coupon = named(case, Ticket { number, level, known: None });
    let (level, because) = match &coupon {
        Named::Counts(_, level) => (*level, Because::Given),
        Named::None | Named::Waits { .. } | Named::Refused { .. } => {
            (standing.level, standing.because.clone())
        }
    };
    (Standing { level, because, coupon: coupon.line(), ..standing }, coupon)
}

/// What comes of the coupons that a message names.
#[must_use]
pub fn named<'a>(case: &Case<'a>, ticket: Ticket<'_>) -> Named<'a> {
    let fresh = match case.arrival.age {
        Age::New | Age::Found => true,
        Age::BackFill | Age::BeforeFirstRun | Age::OldInBulk => false,
    };
    let writes = match requester::of(case) {
        Requester::Writer(_) => requester::kind(case) == Kind::Person,
        Requester::Typed { .. } | Requester::Unnamed { .. } | Requester::Nobody { .. } => false,
    };
    if !fresh || !writes {
        return Named::None;
    }
    let mentioned = is_mentioned([&case.mail.subject, &case.mail.reply]);
    let line = mentioned.then_some(CouponLine::NotCounted);
    let (mut refused, mut is_owner) = (None, false);
    for coupon in &case.facts.coupons {
        match worth(case, coupon, ticket) {
            Ok(level) => return Named::Counts(coupon, level),
            Err(Refusal::Unproven(why)) if !is_owner => {
                let line = line.clone();
                refused = Some(if waits(case) {
                    Named::Waits { why, line }
                } else {
                    Named::Refused { why, line }
                });
            }
            Err(Refusal::Unproven(_)) => {}
            Err(Refusal::Owner(why, told)) => {
                is_owner = true;
                refused = Some(Named::Refused { why, line: Some(told) });
            }
        }
    }
    let of_nobody = || match &line {
        Some(_) => {
            let why = "it names a coupon that is none of its sender's".to_owned();
            Named::Refused { why, line: line.clone() }
        }
        None => Named::None,
    };
    refused.unwrap_or_else(of_nobody)
}

/// Why a coupon does not count.
enum Refusal {
    /// Nothing proves that its owner wrote.
    Unproven(String),
    /// Its owner wrote, and is told why.
    Owner(String, CouponLine),
}

/// Whether it is to be known later who wrote the message.
fn waits(case: &Case<'_>) -> bool {
    case.proof.verdict == Verdict::Pending
}

fn worth<'a>(
    case: &Case<'a>,
    coupon: &CouponFacts,
    ticket: Ticket<'_>,
) -> Result<&'a Level, Refusal> {
    let code = coupon.code.shown();
    let found = case.facts.accounts.iter().find(|found| found.account == coupon.account);
    let Some(found) = found.filter(|found| entitle::is_granted(case, found)) else {
        let why = if waits(case) {
            format!("coupon {code} waits for the proof of the sender")
        } else {
            format!("coupon {code} is not counted, as nothing proves the sender")
        };
        return Err(Refusal::Unproven(why));
    };
    let is_party = ticket.known.is_none_or(|known| {
        let asks = known.requester.as_ref().map(|requester| &requester.address);
        known.entitlement.account == Some(coupon.account) || asks == case.mail.sender.address()
    });
    if !is_party {
        let why =
            format!("coupon {code} is not counted, as the ticket is not of account {}", found.key);
        return Err(Refusal::Owner(why, CouponLine::NotCounted));
    }
    match found.status {
        AccountStatus::Active => {}
        AccountStatus::Suspended => {
            let why = format!("coupon {code} is not counted, as {} is suspended", found.name);
            return Err(Refusal::Owner(why, CouponLine::NotCounted));
        }
    }
    if coupon.left == 0 {
        let why = format!("coupon {code} is not counted: none is left");
        return Err(Refusal::Owner(why, CouponLine::UsedUp { code: code.to_owned() }));
    }
    let not_needed = |why: &str| {
        let line = CouponLine::NotNeeded { code: code.to_owned(), left: coupon.left };
        Refusal::Owner(format!("coupon {code} is not counted, as {why}"), line)
    };
    if case.facts.redeemed.contains(&ticket.number) {
        return Err(not_needed("the ticket has had one"));
    }
    if let Some(by) = ticket.known.and_then(|known| known.entitlement.level_by.as_deref()) {
        return Err(not_needed(&format!("{by} has set the level")));
    }
    let Some(level) = case.policy.level(&coupon.level) else {
        return Err(not_needed(&format!("level {} is not configured", coupon.level)));
    };
    let has = raise::level(case.policy, ticket.level);
    if has.is_some_and(|has| level.rank <= has.rank) {
        return Err(not_needed("the level of the ticket is as high"));
    }
    Ok(level)
}

impl Named<'_> {
    /// What its sender is told.
    #[must_use]
    pub fn line(&self) -> Option<CouponLine> {
        match self {
            Self::None => None,
            Self::Counts(coupon, _) => Some(CouponLine::Redeemed {
                code: coupon.code.shown().to_owned(),
                left: coupon.left - 1,
            }),
            Self::Waits { line, .. } | Self::Refused { line, .. } => line.clone(),
        }
    }

    /// For the reasons of a decision, which reach the log: without the code.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Counts(coupon, level) => {
                Some(format!("a coupon gives level {}, {} left", level.name, coupon.left - 1))
            }
            Self::Waits { .. } => Some("a coupon is named, which waits for the proof".to_owned()),
            Self::Refused { .. } => Some("a coupon is named, and none is counted".to_owned()),
        }
    }

    /// What is written, once the ticket is.
    #[must_use]
    pub fn effects(&self, ticket: TicketNumber) -> Vec<Effect> {
        let record = |detail| Effect::Record(NewEvent { ticket, kind: "coupon", detail });
        match self {
            Self::None => Vec::new(),
            Self::Counts(coupon, level) => {
                let CouponFacts { account, code, uses, left, .. } = (*coupon).clone();
                let shown = code.shown();
                let detail = format!("coupon {shown}: level {}, {} left", level.name, left - 1);
                let redeem = Redemption { ticket, account, code, uses };
                vec![Effect::Redeem(redeem), record(detail)]
            }
            Self::Waits { why, .. } | Self::Refused { why, .. } => vec![record(why.clone())],
        }
    }

    /// What a ticket is entitled to with it.
    #[must_use]
    pub fn over(&self, has: Entitlement) -> Entitlement {
        match self {
            Self::Counts(coupon, level) => {
                let account = has.account.or(Some(coupon.account));
                Entitlement { level: level.name.clone(), account, ..has }
            }
            Self::None | Self::Waits { .. } | Self::Refused { .. } => has,
        }
    }
}
