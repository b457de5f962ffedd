//! `tidings account`: the customers.

mod view;

use std::path::Path;

use serde_json::json;

use super::command::Account as Command;
use super::import::{Write, import};
use super::open::{Opened, open};
use super::output::{self, json, line, printable, table};
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::person_from_environment;
use crate::desk::account::Contact;
use crate::mail::address::Address;
use crate::mail::proof::{Proof, Verdict};
use crate::store::account::{self, PAGE, known};
use crate::store::trusted;
use crate::store::undeliverable;
use crate::triage::case::known::{Acquaintance, MatchedBy};
use crate::triage::entitle::{Ground, of_accounts};
use crate::triage::grant::AddressTrust;
use crate::triage::policy::Policy;

pub(super) async fn account(path: &Path, command: Command) -> Outcome {
    let opened = open(path).await?;
    let done = match command {
        Command::Import { file, dry_run } => {
            import(&opened, &file, if dry_run { Write::Dry } else { Write::Really }).await
        }
        Command::List { json } => list(&opened, json).await,
        Command::Show { id, json } => view::show(&opened, &id, json).await,
        Command::Match { address, desk, json } => {
            match_address(&opened, &address, desk.as_deref(), json).await
        }
        Command::Trust { address, remove: false } => trust(&opened, &parse(&address)?).await,
        Command::Trust { address, remove: true } => ask_again(&opened, &parse(&address)?).await,
    };
    opened.store.close().await;
    done
}

async fn list(opened: &Opened, as_json: bool) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let (mut after, mut rows): (Option<String>, Vec<[String; 5]>) = (None, Vec::new());
    loop {
        let page = account::page(&mut tx, after.as_deref()).await.or_exit(Exit::Unavailable)?;
        for account in &page {
            if as_json {
                json(&view::object(account));
                continue;
            }
            rows.push([
                account.key.clone(),
                account.name.clone(),
                account.status.as_str().to_owned(),
                shortly(&account.contacts),
                joined(account.licences.iter().map(|licence| &licence.level)),
            ]);
        }
        if page.len() < PAGE {
            break;
        }
        after = page.into_iter().next_back().map(|account| account.key);
    }
    if !as_json {
        table(["ACCOUNT", "NAME", "STATUS", "CONTACTS", "LEVELS"], &rows);
    }
    Ok(Exit::Ok)
}

/// The first of many.
fn shortly(contacts: &[Contact]) -> String {
    const SHOWN: usize = 4;
    let shown = joined(contacts.iter().take(SHOWN));
    let more = contacts.len().saturating_sub(SHOWN);
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

async fn match_address(opened: &Opened, text: &str, desk: Option<&str>, as_json: bool) -> Outcome {
    let address = parse(text)?;
    let policy = policy(opened, desk)?;
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let accounts = known::matching(&mut tx, &address).await.or_exit(Exit::Unavailable)?;
    let first_ticket = known::first_ticket(&mut tx, &policy.desk, &address).await;
    let first_ticket = first_ticket.or_exit(Exit::Unavailable)?;
    let trusted = trusted::find(&mut tx, &address).await.or_exit(Exit::Unavailable)?;
    let gone = undeliverable::find(&mut tx, &address).await.or_exit(Exit::Unavailable)?;
    let known = Acquaintance { accounts: &accounts, first_ticket };
    let proven = Proof::given(Verdict::Strong, "as if proven");
    let ground = Ground { proof: &proven, trust: AddressTrust::Asked };
    let standing = of_accounts(known, ground, &policy, opened.now());
    let unproven = Proof::given(Verdict::None, "as if nothing proved it");
    let trust = if trusted.is_some() { AddressTrust::Trusted } else { AddressTrust::Asked };
    let ground = Ground { proof: &unproven, trust };
    let otherwise = of_accounts(known, ground, &policy, opened.now());
    if as_json {
        json(&json!({
            "address": address.as_str(),
            "account": standing.account.map(|found| &found.key),
            "licence": standing.licence.map(|licence| &licence.key),
            "level": standing.level.name.as_str(),
            "why": standing.why,
            "unproven": { "level": otherwise.level.name.as_str(), "why": otherwise.why },
            "trusted": trusted.as_ref().map(view::trusted_view),
            "undeliverable": gone.as_ref().map(output::undeliverable),
        }));
        return Ok(Exit::Ok);
    }
    line(&format!("{address}: {} ({})", standing.level.name, standing.level.title));
    line(&printable(&standing.why));
    if otherwise.level != standing.level {
        line(&printable(&format!("without proof: {}", otherwise.why)));
    }
    if let Some(trusted) = &trusted {
        line(&printable(&view::trusted_line(trusted)));
    }
    if let Some(gone) = &gone {
        line(&printable(&output::undeliverable_line(gone)));
    }
    Ok(Exit::Ok)
}

/// That of a desk, or of the first.
fn policy(opened: &Opened, desk: Option<&str>) -> Result<Policy, Failure> {
    let first = opened.config.desks.first().map(|desk| desk.name.to_string());
    opened.policy(desk.map(str::to_owned).or(first).as_deref())
}

/// From now on the mail of an address is believed.
async fn trust(opened: &Opened, address: &Address) -> Outcome {
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let accounts = known::matching(&mut tx, address).await.or_exit(Exit::Unavailable)?;
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

fn joined<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(" ")
}
