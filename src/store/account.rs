//! Accounts: found by a sender's address, and read as a whole.

pub mod coupon;
pub mod known;
pub mod remnant;
pub mod staging;

use jiff::civil::Date;

use super::error::StoreError;
use super::sql::{Row, Tx, Value, values};
use crate::desk::account::coupon::{Coupon, CouponCode};
use crate::desk::account::{Account, AccountStatus, Contact, Licence};
use crate::desk::level::LevelName;
use crate::desk::sender_proof::SenderProof;
use crate::mail::address::Address;

/// Accounts that are read by one set of statements.
pub const PAGE: usize = 16;

/// Accounts by key, at most [`PAGE`] of them: those behind `after`, or the first.
///
/// # Errors
/// [`StoreError`].
pub async fn page(tx: &mut Tx, after: Option<&str>) -> Result<Vec<Account>, StoreError> {
    let rows = tx.all(BEHIND, values![after.unwrap_or_default()]).await?;
    read(tx, &rows).await
}

/// The accounts with these keys, at most [`PAGE`] of them, by key.
///
/// # Errors
/// [`StoreError`].
pub async fn by_keys(tx: &mut Tx, keys: &[&str]) -> Result<Vec<Account>, StoreError> {
    let values: Vec<Value<'_>> = (0..PAGE).map(|at| Value::Text(keys.get(at).copied())).collect();
    let rows = tx.all(BY_KEYS, &values).await?;
    read(tx, &rows).await
}

/// The account with this key.
///
/// # Errors
/// [`StoreError`].
pub async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<Account>, StoreError> {
    Ok(by_keys(tx, &[key]).await?.pop())
}

/// Tickets of the account with this key that are neither resolved nor closed.
///
/// # Errors
/// [`StoreError`].
pub async fn open_tickets(tx: &mut Tx, key: &str) -> Result<i64, StoreError> {
    tx.one(OPEN_TICKETS, values![key]).await?.integer("tickets")
}

/// The accounts of these rows, in their order, with all that belongs to them.
async fn read(tx: &mut Tx, rows: &[Row]) -> Result<Vec<Account>, StoreError> {
    let mut accounts = Vec::new();
    let mut ids = Vec::new();
    for row in rows {
        ids.push(row.integer("id")?);
        accounts.push(Account {
            key: row.text("account_key")?,
            name: row.text("name")?,
            status: row.parsed("status", AccountStatus::parse)?,
            languages: row.text("languages")?.lines().map(str::to_owned).collect(),
            groups: Vec::new(),
            contacts: Vec::new(),
            licences: Vec::new(),
            coupons: Vec::new(),
        });
    }
    let of: Vec<Value<'_>> = (0..PAGE).map(|at| Value::Integer(ids.get(at).copied())).collect();
    for row in tx.all(GROUPS, &of).await? {
        of_row(&mut accounts, &ids, &row)?.groups.push(row.text("member_of")?);
    }
    for row in tx.all(CONTACTS, &of).await? {
        of_row(&mut accounts, &ids, &row)?.contacts.push(contact(&row)?);
    }
    let mut last = None;
    for row in tx.all(LICENCES, &of).await? {
        let licences = &mut of_row(&mut accounts, &ids, &row)?.licences;
        let id = row.integer("licence")?;
        if last != Some(id) {
            licences.extend(licence(&row)?);
            last = Some(id);
        }
        if row.text_or_null("kind")?.is_some()
            && let Some(licence) = licences.last_mut()
        {
            licence.contacts.push(contact(&row)?);
        }
    }
    for row in tx.all(COUPONS, &of).await? {
        of_row(&mut accounts, &ids, &row)?.coupons.push(Coupon {
            code: row.parsed("shown", |text| CouponCode::parse(text).ok())?,
            level: row.parsed("level", LevelName::parse)?,
            uses: row.integer("uses").map(|uses| u32::try_from(uses).unwrap_or(u32::MAX))?,
        });
    }
    Ok(accounts)
}

/// The account that a row belongs to.
fn of_row<'a>(
    accounts: &'a mut [Account],
    ids: &[i64],
    row: &Row,
) -> Result<&'a mut Account, StoreError> {
    let id = row.integer("account")?;
    let place = ids.iter().position(|known| *known == id);
    place.and_then(|place| accounts.get_mut(place)).ok_or_else(|| StoreError::Corrupt {
        column: "account",
        what: format!("account {id} was not asked for"),
    })
}

fn contact(row: &Row) -> Result<Contact, StoreError> {
    let kind = row.text("kind")?;
    row.parsed("value", |value| match kind.as_str() {
        "address" => Address::parse(value).ok().map(Contact::Address),
        "domain" => Some(Contact::Domain(value.to_owned())),
        _ => Some(Contact::Login(value.to_owned())),
    })
}

/// The licence of a row, without whom it serves; `None` where the account has none.
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

macro_rules! accounts {
    ($rest:literal) => {
        concat!(
            "
select account.id, account.key as account_key, account_now.name, account_now.status,
       account_now.languages
  from account
  join account_now on account_now.account = account.id",
            $rest
        )
    };
}

const BEHIND: &str = accounts!(" where account.key > $1 order by account.key limit 16");

const BY_KEYS: &str = accounts!(
    "
 where account.key in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 order by account.key"
);

const OPEN_TICKETS: &str = "
select count(*) as tickets
  from ticket
  join account on account.id = ticket.account
 where account.key = $1 and ticket.status not in ('resolved', 'closed')";

/// What these accounts have of a table, by its columns.
macro_rules! of_accounts {
    ($columns:literal, $table:literal, $rest:literal) => {
        concat!(
            "select ",
            $table,
            ".account, ",
            $columns,
            " from ",
            $table,
            " join account_now on account_now.account = ",
            $table,
            ".account and account_now.edition = ",
            $table,
            ".edition ",
            $rest
        )
    };
}

const GROUPS: &str = of_accounts!(
    "account_group.member_of",
    "account_group",
    "where account_group.account in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 order by account_group.account, account_group.member_of"
);

const CONTACTS: &str = of_accounts!(
    "contact.kind, contact.value",
    "contact",
    "where contact.account in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 order by contact.account, contact.kind, contact.value"
);

const LICENCES: &str = of_accounts!(
    "licence.id as licence, licence.key as licence_key, licence.level, licence.valid_from,
       licence.valid_until, licence.sender_proof, licence_contact.kind, licence_contact.value",
    "licence",
    "left join licence_contact on licence_contact.licence = licence.id
 where licence.account in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 order by licence.account, licence.key, licence_contact.kind, licence_contact.value"
);

const COUPONS: &str = of_accounts!(
    "coupon.shown, coupon.level, coupon.uses",
    "coupon",
    "where coupon.account in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 order by coupon.account, coupon.code"
);
