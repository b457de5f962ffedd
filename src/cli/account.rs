//! `tidings account`: the customers.

use std::path::Path;

use serde_json::json;

use super::command::Account as Command;
use super::import;
use super::open::{Opened, open};
use super::output::{self, json, line, printable, table};
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::person_from_environment;
use crate::desk::account::{Account, Licence};
use crate::desk::sender_proof::SenderProof;
use crate::desk::spent as minutes;
use crate::mail::address::Address;
use crate::mail::proof::{Proof, Verdict};
use crate::store::account::{self, Imported};
use crate::store::spent::{self, Month};
use crate::store::trusted::{self, TrustedAddress};
use crate::store::undeliverable;
use crate::triage::case::MatchedBy;
use crate::triage::entitle::{Ground, of_accounts};
use crate::triage::grant::AddressTrust;

pub(super) async fn account(path: &Path, command: Command) -> Outcome {
    let opened = open(path).await?;
    let done = match command {
        Command::Import { file, dry_run } => {
            import_file(&opened, &file, if dry_run { Write::Dry } else { Write::Really }).await
        }
        Command::List { json } => list(&opened, json).await,
        Command::Show { id, json } => show(&opened, &id, json).await,
        Command::Match { address, desk, json } => {
            match_address(&opened, &address, desk.as_deref(), json).await
        }
        Command::Trust { address, remove: false } => trust(&opened, &parse(&address)?).await,
        Command::Trust { address, remove: true } => ask_again(&opened, &parse(&address)?).await,
    };
    opened.store.close().await;
    done
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    Dry,
    Really,
}

async fn import_file(opened: &Opened, file: &Path, write: Write) -> Outcome {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(Exit::NoInput, format!("cannot read {}: {error}", file.display()))
    })?;
    let accounts = import::read(&text, file, &opened.config.levels).or_exit(Exit::Data)?;
    let (mut added, mut replaced) = (0, 0);
    for account in &accounts {
        // One transaction an account: a long import keeps nobody waiting.
        let mut tx = opened.store.begin().await.or_exit(Exit::Unavailable)?;
        match account::import(&mut tx, account).await.or_exit(Exit::Unavailable)? {
            Imported::Added => added += 1,
            Imported::Replaced => replaced += 1,
        }
        match write {
            Write::Really => tx.commit().await.or_exit(Exit::Unavailable)?,
            Write::Dry => tx.rollback().await.or_exit(Exit::Unavailable)?,
        }
    }
    let would = if write == Write::Dry { "would be " } else { "" };
    line(&format!("{added} accounts {would}added, {replaced} {would}replaced"));
    Ok(Exit::Ok)
}

async fn list(opened: &Opened, as_json: bool) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let accounts = account::list(&mut tx).await.or_exit(Exit::Unavailable)?;
    if as_json {
        for account in &accounts {
            json(&view(account));
        }
        return Ok(Exit::Ok);
    }
    let rows: Vec<[String; 5]> = accounts
        .iter()
        .map(|account| {
            [
                account.key.clone(),
                account.name.clone(),
                account.status.as_str().to_owned(),
                joined(account.contacts.iter()),
                joined(account.licences.iter().map(|licence| &licence.level)),
            ]
        })
        .collect();
    table(["ACCOUNT", "NAME", "STATUS", "CONTACTS", "LEVELS"], &rows);
    Ok(Exit::Ok)
}

async fn show(opened: &Opened, id: &str, as_json: bool) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let account = account::by_key(&mut tx, id)
        .await
        .or_exit(Exit::Unavailable)?
        .ok_or_else(|| Failure::new(Exit::NoInput, format!("there is no account {id:?}")))?;
    let trusted = trusted::of_account(&mut tx, id).await.or_exit(Exit::Unavailable)?;
    let months = spent::by_month(&mut tx, id).await.or_exit(Exit::Unavailable)?;
    let minutes: i64 = months.iter().map(|month| month.minutes).sum();
    if as_json {
        let mut object = view(&account);
        if let Some(fields) = object.as_object_mut() {
            fields.insert("trusted".into(), trusted.iter().map(trusted_view).collect());
            fields.insert("spent_minutes".into(), json!(minutes));
            fields.insert("spent_by_month".into(), months.iter().map(month_view).collect());
        }
        json(&object);
        return Ok(Exit::Ok);
    }
    line(&format!("account   {}", printable(&account.key)));
    line(&format!("name      {}", printable(&account.name)));
    line(&format!("status    {}", account.status.as_str()));
    line(&format!("contacts  {}", printable(&joined(account.contacts.iter()))));
    for licence in &account.licences {
        line(&format!("licence   {}", printable(&licence_line(licence))));
    }
    for trusted in &trusted {
        line(&format!("trusted   {}", printable(&trusted_line(trusted))));
    }
    if !months.is_empty() {
        line(&format!("spent     {}", minutes::for_people(minutes)));
    }
    for Month { month, minutes } in &months {
        line(&format!("{month}   {}", minutes::for_people(*minutes)));
    }
    Ok(Exit::Ok)
}

async fn match_address(opened: &Opened, text: &str, desk: Option<&str>, as_json: bool) -> Outcome {
    let address = parse(text)?;
    let first = opened.config.desks.first().map(|desk| desk.name.to_string());
    let policy = opened.policy(desk.map(str::to_owned).or(first).as_deref())?;
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let accounts = account::matching(&mut tx, &address).await.or_exit(Exit::Unavailable)?;
    let trusted = trusted::find(&mut tx, &address).await.or_exit(Exit::Unavailable)?;
    let gone = undeliverable::find(&mut tx, &address).await.or_exit(Exit::Unavailable)?;
    let proof = Proof::given(Verdict::Strong, "as if proven");
    let ground = Ground { proof: &proof, trust: AddressTrust::Asked };
    let standing = of_accounts(&accounts, ground, &policy, opened.now());
    if as_json {
        json(&json!({
            "address": address.as_str(),
            "account": standing.account.map(|found| &found.key),
            "licence": standing.licence.map(|licence| &licence.key),
            "level": standing.level.name.as_str(),
            "why": standing.why,
            "trusted": trusted.as_ref().map(trusted_view),
            "undeliverable": gone.as_ref().map(output::undeliverable),
        }));
    } else {
        line(&format!("{address}: {} ({})", standing.level.name, standing.level.title));
        line(&printable(&standing.why));
        if let Some(trusted) = &trusted {
            line(&printable(&trusted_line(trusted)));
        }
        if let Some(gone) = &gone {
            line(&printable(&output::undeliverable_line(gone)));
        }
    }
    Ok(Exit::Ok)
}

/// From now on the mail of an address is believed.
async fn trust(opened: &Opened, address: &Address) -> Outcome {
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let accounts = account::matching(&mut tx, address).await.or_exit(Exit::Unavailable)?;
    if !accounts.iter().any(|found| found.by == MatchedBy::Address) {
        tx.rollback().await.or_exit(Exit::Unavailable)?;
        let what = format!(
            "{address} is not listed by itself in any account; add it to the contacts of one, \
             by `tidings account import`, and say it again"
        );
        return Err(Failure::new(Exit::Data, what));
    }
    let (person, now) = (person_from_environment(), opened.now());
    trusted::add(&mut tx, address, &person, now).await.or_exit(Exit::TryLater)?;
    tx.commit().await.or_exit(Exit::TryLater)?;
    line(&format!("{address} is trusted: its mail needs no proof from now on"));
    Ok(Exit::Ok)
}

/// From now on an address is asked for proof, as all are.
async fn ask_again(opened: &Opened, address: &Address) -> Outcome {
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let removed = trusted::remove(&mut tx, address).await.or_exit(Exit::TryLater)?;
    tx.commit().await.or_exit(Exit::TryLater)?;
    if removed == 0 {
        return Err(Failure::new(Exit::NoInput, format!("{address} was not trusted")));
    }
    line(&format!("{address} is asked for proof again"));
    Ok(Exit::Ok)
}

fn parse(text: &str) -> Result<Address, Failure> {
    Address::parse(text)
        .map_err(|error| Failure::new(Exit::Data, format!("{text:?} is not an address: {error}")))
}

fn trusted_line(trusted: &TrustedAddress) -> String {
    let TrustedAddress { address, by, since } = trusted;
    format!("{address} is trusted without proof, says {by} since {since}")
}

fn trusted_view(trusted: &TrustedAddress) -> serde_json::Value {
    json!({
        "address": trusted.address.as_str(),
        "by": trusted.by,
        "since": trusted.since.to_string(),
    })
}

fn month_view(month: &Month) -> serde_json::Value {
    json!({ "month": month.month, "minutes": month.minutes })
}

fn view(account: &Account) -> serde_json::Value {
    let strings = |contacts: &[crate::desk::account::Contact]| {
        contacts.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    json!({
        "id": account.key,
        "name": account.name,
        "status": account.status.as_str(),
        "contacts": strings(&account.contacts),
        "licences": account.licences.iter().map(|licence| json!({
            "key": licence.key,
            "level": licence.level.as_str(),
            "from": licence.from.to_string(),
            "until": licence.until.map(|day| day.to_string()),
            "contacts": strings(&licence.contacts),
            "sender_proof": licence.sender_proof.map(SenderProof::as_str),
        })).collect::<Vec<_>>(),
    })
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

fn joined<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(" ")
}
