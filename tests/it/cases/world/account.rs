//! The accounts of a case, and levels that end.

use std::time::Duration;

use jiff::civil::Date;
use serde::Deserialize;
use tidings::desk::account::coupon::{Coupon, CouponCode};
use tidings::desk::account::{Account, AccountStatus, Contact, Licence};
use tidings::desk::level::{End, Level, LevelName};
use tidings::desk::sender_proof::SenderProof;
use tidings::triage::policy::Policy;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountFile {
    #[serde(alias = "id")]
    pub(super) key: String,
    name: Option<String>,
    status: Option<String>,
    #[serde(default)]
    pub(super) contacts: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    licence: Vec<LicenceFile>,
    #[serde(default)]
    coupon: Vec<CouponFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LicenceFile {
    key: String,
    level: String,
    from: Option<Day>,
    until: Option<Day>,
    #[serde(default)]
    contacts: Vec<String>,
    sender_proof: Option<String>,
}

/// A day, as a text, or as a file of accounts has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Day {
    Text(String),
    Date(toml::value::Datetime),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CouponFile {
    code: String,
    level: String,
    uses: u32,
}

/// A level that ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndFile {
    level: String,
    days: u64,
    then: String,
}

impl AccountFile {
    pub(super) fn meant(&self) -> Account {
        let status = self.status.as_deref().unwrap_or("active");
        Account {
            key: self.key.clone(),
            name: self.name.clone().unwrap_or_else(|| self.key.to_uppercase()),
            status: AccountStatus::parse(status).unwrap(),
            languages: Vec::new(),
            groups: self.groups.clone(),
            contacts: contacts(&self.contacts),
            licences: self.licence.iter().map(LicenceFile::meant).collect(),
            coupons: self.coupon.iter().map(CouponFile::meant).collect(),
        }
    }
}

impl LicenceFile {
    fn meant(&self) -> Licence {
        Licence {
            key: self.key.clone(),
            level: level(&self.level),
            from: self.from.as_ref().map_or_else(|| Date::constant(2025, 1, 1), Day::meant),
            until: self.until.as_ref().map(Day::meant),
            contacts: contacts(&self.contacts),
            sender_proof: self.sender_proof.as_deref().map(sender_proof),
        }
    }
}

impl Day {
    fn meant(&self) -> Date {
        match self {
            Self::Text(text) => text.parse().unwrap(),
            Self::Date(date) => date.to_string().parse().unwrap(),
        }
    }
}

impl CouponFile {
    fn meant(&self) -> Coupon {
        let code = CouponCode::parse(&self.code).unwrap();
        Coupon { code, level: level(&self.level), uses: self.uses }
    }
}

impl EndFile {
    pub(super) fn set(&self, policy: &mut Policy) {
        let after = Duration::from_hours(24 * self.days);
        let end = End { after, then: level(&self.then) };
        let name = level(&self.level);
        let own = [&mut policy.default_level, &mut policy.lapsed_level];
        let levels = policy.levels.iter_mut().chain(own);
        let ending = |one: &mut Level| one.ends = Some(end.clone());
        levels.filter(|one| one.name == name).for_each(ending);
    }
}

fn contacts(list: &[String]) -> Vec<Contact> {
    list.iter().map(|text| Contact::parse(text).unwrap()).collect()
}

fn level(name: &str) -> LevelName {
    LevelName::parse(name).unwrap()
}

pub(super) fn sender_proof(word: &str) -> SenderProof {
    SenderProof::parse(word).unwrap()
}
