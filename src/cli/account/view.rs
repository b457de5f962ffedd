//! One account, as people and programs read it.

use serde_json::{Value, json};

use super::{joined, policy};
use crate::cli::open::Opened;
use crate::cli::output::{self, json, line, printable};
use crate::cli::{Exit, Failure, Or as _, Outcome};
use crate::desk::account::{Account, Contact, Licence};
use crate::desk::sender_proof::SenderProof;
use crate::desk::spent as minutes;
use crate::store::account;
use crate::store::account::coupon::{self, Used};
use crate::store::spent::{self, Month};
use crate::store::trusted::{self, TrustedAddress};
use crate::store::undeliverable::{self, Gone};
use crate::triage::entitle;
use crate::triage::policy::Policy;

/// An account and what has to do with it.
struct Shown {
    account: Account,
    /// Of each licence the level that it gives today, or why it gives none.
    licences: Vec<Result<String, String>>,
    used: Vec<Used>,
    open: i64,
    trusted: Vec<TrustedAddress>,
    gone: Vec<Gone>,
    months: Vec<Month>,
}

pub(super) async fn show(opened: &Opened, id: &str, as_json: bool) -> Outcome {
    let policy = policy(opened, None)?;
    let shown = read(opened, id, &policy).await?;
    if as_json {
        json(&shown.object());
    } else {
        shown.lines();
    }
    Ok(Exit::Ok)
}

async fn read(opened: &Opened, id: &str, policy: &Policy) -> Result<Shown, Failure> {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let account = account::by_key(&mut tx, id)
        .await
        .or_exit(Exit::Unavailable)?
        .ok_or_else(|| Failure::new(Exit::NoInput, format!("there is no account {id:?}")))?;
    let today = |licence| {
        let level = entitle::today(&account.name, account.status, licence, policy, opened.now());
        level.map(|level| level.name.to_string())
    };
    Ok(Shown {
        licences: account.licences.iter().map(today).collect(),
        used: coupon::used(&mut tx, id).await.or_exit(Exit::Unavailable)?,
        open: account::open_tickets(&mut tx, id).await.or_exit(Exit::Unavailable)?,
        trusted: trusted::of_account(&mut tx, id).await.or_exit(Exit::Unavailable)?,
        gone: undeliverable::of_account(&mut tx, id).await.or_exit(Exit::Unavailable)?,
        months: spent::by_month(&mut tx, id).await.or_exit(Exit::Unavailable)?,
        account,
    })
}

impl Shown {
    fn minutes(&self) -> i64 {
        self.months.iter().map(|month| month.minutes).sum()
    }

    fn left(&self, coupon: &crate::desk::account::coupon::Coupon) -> i64 {
        let used = self.used.iter().find(|used| used.code == coupon.code.folded());
        (i64::from(coupon.uses) - used.map_or(0, |used| used.times)).max(0)
    }

    fn object(&self) -> Value {
        let mut object = object(&self.account);
        let today = self.licences.iter().map(|today| match today {
            Ok(_) => json!("valid"),
            Err(why) => json!(why),
        });
        add_to_each(&mut object, "licences", "today", today);
        let left = self.account.coupons.iter().map(|coupon| json!(self.left(coupon)));
        add_to_each(&mut object, "coupons", "left", left);
        if let Some(fields) = object.as_object_mut() {
            let gone = self.gone.iter().map(output::undeliverable).collect();
            fields.insert("open_tickets".into(), json!(self.open));
            fields.insert("trusted".into(), self.trusted.iter().map(trusted_view).collect());
            fields.insert("undeliverable".into(), gone);
            fields.insert("spent_minutes".into(), json!(self.minutes()));
            fields.insert("spent_by_month".into(), self.months.iter().map(month_view).collect());
        }
        object
    }

    fn lines(&self) {
        let account = &self.account;
        let say = |what: &str, text: &str| line(&format!("{what:<9} {}", printable(text)));
        say("account", &account.key);
        say("name", &account.name);
        say("status", account.status.as_str());
        if !account.languages.is_empty() {
            say("languages", &account.languages.join(" "));
        }
        if !account.groups.is_empty() {
            say("groups", &account.groups.join(" "));
        }
        say("contacts", &joined(account.contacts.iter()));
        for (licence, today) in account.licences.iter().zip(&self.licences) {
            let today = match today {
                Ok(_) => "valid today".to_owned(),
                Err(why) => format!("not valid today: {why}"),
            };
            say("licence", &format!("{}; {today}", licence_line(licence)));
        }
        for coupon in &account.coupons {
            let (code, level) = (coupon.code.shown(), &coupon.level);
            say(
                "coupon",
                &format!("{code}: level {level}, {} of {} left", self.left(coupon), coupon.uses),
            );
        }
        say("open", &format!("{} tickets", self.open));
        for trusted in &self.trusted {
            say("trusted", &trusted_line(trusted));
        }
        for gone in &self.gone {
            say("comes back", &output::undeliverable_line(gone));
        }
        if !self.months.is_empty() {
            say("spent", &minutes::for_people(self.minutes()));
        }
        for Month { month, minutes } in &self.months {
            say(month, &minutes::for_people(*minutes));
        }
    }
}

/// One more field in each object of a list.
fn add_to_each(object: &mut Value, list: &str, name: &str, values: impl Iterator<Item = Value>) {
    let list = object.get_mut(list).and_then(Value::as_array_mut);
    for (one, value) in list.into_iter().flatten().zip(values) {
        if let Some(fields) = one.as_object_mut() {
            fields.insert(name.to_owned(), value);
        }
    }
}

/// An account as it was imported.
pub(super) fn object(account: &Account) -> Value {
    let strings =
        |contacts: &[Contact]| contacts.iter().map(ToString::to_string).collect::<Vec<_>>();
    json!({
        "id": account.key,
        "name": account.name,
        "status": account.status.as_str(),
        "languages": account.languages,
        "groups": account.groups,
        "contacts": strings(&account.contacts),
        "licences": account.licences.iter().map(|licence| json!({
            "key": licence.key,
            "level": licence.level.as_str(),
            "from": licence.from.to_string(),
            "until": licence.until.map(|day| day.to_string()),
            "contacts": strings(&licence.contacts),
            "sender_proof": licence.sender_proof.map(SenderProof::as_str),
        })).collect::<Vec<_>>(),
        "coupons": account.coupons.iter().map(|coupon| json!({
            "code": coupon.code.shown(),
            "level": coupon.level.as_str(),
            "uses": coupon.uses,
        })).collect::<Vec<_>>(),
    })
}

pub(super) fn trusted_line(trusted: &TrustedAddress) -> String {
    let TrustedAddress { address, by, since } = trusted;
    format!("{address} is trusted without proof, says {by} since {since}")
}

pub(super) fn trusted_view(trusted: &TrustedAddress) -> Value {
    json!({
        "address": trusted.address.as_str(),
        "by": trusted.by,
        "since": trusted.since.to_string(),
    })
}

fn month_view(month: &Month) -> Value {
    json!({ "month": month.month, "minutes": month.minutes })
}

fn licence_line(licence: &Licence) -> String {
    let until =
        licence.until.map_or_else(|| "without end".to_owned(), |day| format!("until {day}"));
    let whom = if licence.contacts.is_empty() {
        String::new()
    } else {
        format!(", for {}", joined(licence.contacts.iter()))
    };
    let proof = match licence.sender_proof {
        Some(proof) => format!(", sender_proof {proof}"),
        None => String::new(),
    };
    format!("{}: level {}, from {} {until}{whom}{proof}", licence.key, licence.level, licence.from)
}
