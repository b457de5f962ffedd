//! Accounts: found by a sender's address, imported, listed.

use jiff::civil::Date;

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use crate::desk::account::{Account, AccountId, AccountStatus, Contact, Licence};
use crate::desk::level::LevelName;
use crate::desk::sender_proof::SenderProof;
use crate::mail::address::Address;
use crate::triage::case::{AccountMatch, MatchedBy};

/// What an import did to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was not there.
    Added,
    /// It was there; its name, status, contacts and licences are those of the import now.
    Replaced,
}

/// Accounts of which the sender is a contact, by address or by exact domain, with those licences
/// that serve this sender.
///
/// # Errors
/// [`StoreError`].
pub async fn matching(tx: &mut Tx, sender: &Address) -> Result<Vec<AccountMatch>, StoreError> {
    let rows = tx.all(MATCHING, values![sender.as_str(), sender.domain()]).await?;
    let mut found: Vec<AccountMatch> = Vec::new();
    for row in &rows {
        let account = AccountId(row.integer("account")?);
        let by = row.parsed("kind", |kind| match kind {
            "address" => Some(MatchedBy::Address),
            "domain" => Some(MatchedBy::Domain),
            _ => None,
        })?;
        // Rows come by account, address before domain.
        match found.last_mut().filter(|last| last.account == account) {
            Some(last) if last.by == by => last.licences.extend(licence(row)?),
            Some(_) => {}
            None => found.push(AccountMatch {
                account,
                key: row.text("account_key")?,
                status: row.parsed("status", AccountStatus::parse)?,
                by,
                licences: licence(row)?.into_iter().collect(),
            }),
        }
    }
    Ok(found)
}

/// Adds an account or replaces what is known of it. Tickets keep their account.
///
/// # Errors
/// [`StoreError`].
pub async fn import(tx: &mut Tx, account: &Account) -> Result<Imported, StoreError> {
    let existing = tx.optional(BY_KEY, values![&account.key]).await?;
    let values = values![&account.key, &account.name, account.status.as_str()];
    let id = tx.one(UPSERT, values).await?.integer("id")?;
    for clear in [CLEAR_LICENCE_CONTACTS, CLEAR_LICENCES, CLEAR_CONTACTS] {
        tx.execute(clear, values![id]).await?;
    }
    for contact in &account.contacts {
        tx.execute(ADD_CONTACT, values![id, contact.kind(), contact.value()]).await?;
    }
    for licence in &account.licences {
        add_licence(tx, id, licence).await?;
    }
    Ok(if existing.is_some() { Imported::Replaced } else { Imported::Added })
}

/// Every account, by key.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<Account>, StoreError> {
    let mut accounts = Vec::new();
    for row in tx.all(LIST, &[]).await? {
        accounts.push(read(tx, &row).await?);
    }
    Ok(accounts)
}

/// The account with this key.
///
/// # Errors
/// [`StoreError`].
pub async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<Account>, StoreError> {
    match tx.optional(BY_KEY, values![key]).await? {
        Some(row) => read(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn add_licence(tx: &mut Tx, account: i64, licence: &Licence) -> Result<(), StoreError> {
    let (from, until) = (licence.from.to_string(), licence.until.map(|day| day.to_string()));
    let values = values![
        account,
        &licence.key,
        licence.level.as_str(),
        &from,
        until.as_deref(),
        licence.sender_proof.map(SenderProof::as_str)
    ];
    let id = tx.one(ADD_LICENCE, values).await?.integer("id")?;
    for contact in &licence.contacts {
        tx.execute(ADD_LICENCE_CONTACT, values![id, contact.kind(), contact.value()]).await?;
    }
    Ok(())
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Account, StoreError> {
    let id = row.integer("id")?;
    let contacts = contacts(&tx.all(CONTACTS, values![id]).await?)?;
    let mut licences = Vec::new();
    for row in tx.all(LICENCES, values![id]).await? {
        let rows = tx.all(LICENCE_CONTACTS, values![row.integer("licence")?]).await?;
        let own = self::contacts(&rows)?;
        licences.extend(licence(&row)?.map(|licence| Licence { contacts: own, ..licence }));
    }
    Ok(Account {
        key: row.text("account_key")?,
        name: row.text("name")?,
        status: row.parsed("status", AccountStatus::parse)?,
        contacts,
        licences,
    })
}

fn contacts(rows: &[Row]) -> Result<Vec<Contact>, StoreError> {
    rows.iter()
        .map(|row| {
            let kind = row.text("kind")?;
            row.parsed("value", |value| match kind.as_str() {
                "address" => Address::parse(value).ok().map(Contact::Address),
                "domain" => Some(Contact::Domain(value.to_owned())),
                _ => Some(Contact::Login(value.to_owned())),
            })
        })
        .collect()
}

/// The licence of a row; `None` where the account has none.
fn licence(row: &Row) -> Result<Option<Licence>, StoreError> {
    let Some(key) = row.text_or_null("licence_key")? else { return Ok(None) };
    let day = |text: &str| text.parse::<Date>().ok();
    Ok(Some(Licence {
        key,
        level: row.parsed("level", LevelName::parse)?,
        from: row.parsed("valid_from", day)?,
        until: row.parsed_or_null("valid_until", day)?,
        contacts: Vec::new(),
        sender_proof: row.parsed_or_null("sender_proof", SenderProof::parse)?,
    }))
}

const MATCHING: &str = "
select contact.account, contact.kind, account.key as account_key, account.status,
       licence.key as licence_key, licence.level, licence.valid_from, licence.valid_until,
       licence.sender_proof
  from contact
  join account on account.id = contact.account
  left join licence
    on licence.account = account.id
   and (not exists (select 1 from licence_contact where licence_contact.licence = licence.id)
        or exists (select 1 from licence_contact
                    where licence_contact.licence = licence.id
                      and ((licence_contact.kind = 'address' and licence_contact.value = $1)
                        or (licence_contact.kind = 'domain' and licence_contact.value = $2))))
 where (contact.kind = 'address' and contact.value = $1)
    or (contact.kind = 'domain' and contact.value = $2)
 order by contact.account, contact.kind, licence.id
 limit 1000";

const BY_KEY: &str = "select id, key as account_key, name, status from account where key = $1";

const UPSERT: &str = "
insert into account (key, name, status)
values ($1, $2, $3)
on conflict (key) do update set name = excluded.name, status = excluded.status
returning id";

const CLEAR_LICENCE_CONTACTS: &str = "
delete from licence_contact where licence in (select id from licence where account = $1)";

const CLEAR_LICENCES: &str = "delete from licence where account = $1";

const CLEAR_CONTACTS: &str = "delete from contact where account = $1";

const ADD_CONTACT: &str = "
insert into contact (account, kind, value) values ($1, $2, $3) on conflict do nothing";

const ADD_LICENCE: &str = "
insert into licence (account, key, level, valid_from, valid_until, sender_proof)
values ($1, $2, $3, $4, $5, $6)
returning id";

const ADD_LICENCE_CONTACT: &str = "
insert into licence_contact (licence, kind, value) values ($1, $2, $3) on conflict do nothing";

const LIST: &str = "select id, key as account_key, name, status from account order by key";

const CONTACTS: &str = "select kind, value from contact where account = $1 order by kind, value";

const LICENCES: &str = "
select id as licence, key as licence_key, level, valid_from, valid_until, sender_proof
  from licence
 where account = $1
 order by id";

const LICENCE_CONTACTS: &str = "
select kind, value from licence_contact where licence = $1 order by kind, value";
