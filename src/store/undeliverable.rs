//! Addresses that take no mail, as servers said of mails of ours. Nothing is decided by it; people see it.

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use super::ticket;
use crate::mail::address::Address;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;
use crate::triage::decision::Undeliverable;

/// What is known of an address that takes no mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The address.
    pub address: Address,
    /// The ticket that the last such mail was about.
    pub ticket: TicketNumber,
    /// The last report: status and words.
    pub why: String,
    /// When the first report came.
    pub since: Timestamp,
    /// When the last one came.
    pub last: Timestamp,
}

/// A report of it came; the last one is kept, and when the first came.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn note(
    tx: &mut Tx,
    new: &Undeliverable,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = values![new.address.as_str(), new.ticket.get(), &new.why, now];
    tx.execute(NOTE, values).await.map(drop)
}

/// What is known of an address.
///
/// # Errors
/// [`StoreError`].
pub async fn find(tx: &mut Tx, address: &Address) -> Result<Option<Gone>, StoreError> {
    tx.optional(FIND, values![address.as_str()]).await?.as_ref().map(read).transpose()
}

/// Those among the requester and the participants of a ticket.
///
/// # Errors
/// [`StoreError`].
pub async fn of_ticket(tx: &mut Tx, ticket: TicketNumber) -> Result<Vec<Gone>, StoreError> {
    tx.all(OF_TICKET, values![ticket.get()]).await?.iter().map(read).collect()
}

/// Those among the contacts of the account with this key.
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(tx: &mut Tx, key: &str) -> Result<Vec<Gone>, StoreError> {
    tx.all(OF_ACCOUNT, values![key]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Gone, StoreError> {
    Ok(Gone {
        address: row.parsed("address", |text| Address::parse(text).ok())?,
        ticket: ticket::number(row)?,
        why: row.text("why")?,
        since: Timestamp::from_us(row.integer("since_us")?),
        last: Timestamp::from_us(row.integer("last_us")?),
    })
}

const NOTE: &str = "
insert into undeliverable (address, ticket, why, since_us, last_us)
values ($1, $2, $3, $4, $4)
on conflict (address) do update set ticket = $2, why = $3, last_us = $4";

const FIND: &str = "select address, ticket as number, why, since_us, last_us from undeliverable where address = $1";

const OF_ACCOUNT: &str = "
select undeliverable.address, undeliverable.ticket as number, undeliverable.why,
       undeliverable.since_us, undeliverable.last_us
  from account
  join account_now on account_now.account = account.id
  join contact
    on contact.account = account_now.account
   and contact.edition = account_now.edition
   and contact.kind = 'address'
  join undeliverable on undeliverable.address = contact.value
 where account.key = $1
 order by undeliverable.address";

const OF_TICKET: &str = "
select address, ticket as number, why, since_us, last_us
  from undeliverable
 where address in (select address from participant where ticket = $1
                   union
                   select requester from ticket where number = $1)
 order by address";
