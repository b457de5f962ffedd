//! The pieces of an import: editions of accounts that nobody sees before the last of them is there.
//!
//! One import writes at a time. Each of its transactions begins with [`beat`], which fails when another
//! has taken its place. [`go_live`] is one row: whoever reads sees all of the import or nothing.

use std::time::Duration;

use crate::desk::account::coupon::Coupon;
use crate::desk::account::{Account, AccountId, Contact, Licence};
use crate::desk::sender_proof::SenderProof;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, Value, values};
use crate::time::Timestamp;

/// An import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportId(i64);

/// Rows that a transaction of an import writes, so that it holds no lock for 100 ms.
pub const ROWS_MAX: usize = 512;
/// A transaction of an import that has taken so long is committed, however little it has written.
pub const SPAN_MAX: Duration = Duration::from_millis(30);
/// An import that has not written for so long has stopped; another may begin.
pub const SILENT_MAX: Duration = Duration::from_mins(1);

/// A licence of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LicenceId(i64);

/// Whether an import can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It can, and this is it.
    Now(ImportId),
    /// Another one is at work.
    Busy,
}

/// Begins an import, unless another is at work. One that is silent is left.
///
/// # Errors
/// [`StoreError`].
pub async fn begin(tx: &mut Tx, by: &str, now: Timestamp) -> Result<Begun, StoreError> {
    leave_silent(tx, now.before(SILENT_MAX)).await?;
    match tx.optional(BEGIN, values![by, now]).await? {
        Some(row) => Ok(Begun::Now(ImportId(row.integer("id")?))),
        None => Ok(Begun::Busy),
    }
}

/// Gives up an import that has not written since then.
///
/// # Errors
/// [`StoreError`].
pub async fn leave_silent(tx: &mut Tx, since: Timestamp) -> Result<(), StoreError> {
    tx.execute(LEAVE, values![since]).await.map(drop)
}

/// Says that an import is at work.
///
/// # Errors
/// [`StoreError::Raced`] when another has taken its place.
pub async fn beat(tx: &mut Tx, import: ImportId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(BEAT, values![import.0, now]).await
}

/// The edition of an account: name, status and languages.
///
/// # Errors
/// [`StoreError`].
pub async fn add_account(
    tx: &mut Tx,
    import: ImportId,
    account: &Account,
) -> Result<AccountId, StoreError> {
    tx.execute(ADD_KEY, values![&account.key]).await?;
    let id = tx.one(ID, values![&account.key]).await?.integer("id")?;
    let languages = account.languages.join("\n");
    let values = values![id, import.0, &account.name, account.status.as_str(), &languages];
    tx.execute(ADD_EDITION, values).await?;
    Ok(AccountId(id))
}

/// A group of an account of which the edition is there.
///
/// # Errors
/// [`StoreError`].
pub async fn add_group(
    tx: &mut Tx,
    import: ImportId,
    account: AccountId,
    group: &str,
) -> Result<(), StoreError> {
    tx.execute(ADD_GROUP, values![account.0, import.0, group]).await.map(drop)
}

/// Contacts of accounts of which the edition is there.
///
/// # Errors
/// [`StoreError`].
pub async fn add_contacts<'a>(
    tx: &mut Tx,
    import: ImportId,
    contacts: &[(AccountId, &'a Contact)],
) -> Result<(), StoreError> {
    let row = |(account, contact): &(AccountId, &'a Contact)| {
        [Value::from(account.0), contact.kind().into(), contact.value().into()]
    };
    let edition = Value::from(import.0);
    let mut whole = contacts.chunks_exact(CONTACTS_PER_STATEMENT);
    for some in &mut whole {
        let values: Vec<_> = [edition].into_iter().chain(some.iter().flat_map(row)).collect();
        tx.execute(ADD_CONTACTS, &values).await?;
    }
    for one in whole.remainder() {
        let values: Vec<_> = [edition].into_iter().chain(row(one)).collect();
        tx.execute(ADD_CONTACT, &values).await?;
    }
    Ok(())
}

/// A licence of an account of which the edition is there, without whom it serves.
///
/// # Errors
/// [`StoreError`].
pub async fn add_licence(
    tx: &mut Tx,
    import: ImportId,
    account: AccountId,
    licence: &Licence,
) -> Result<LicenceId, StoreError> {
    let (from, until) = (licence.from.to_string(), licence.until.map(|day| day.to_string()));
    let values = values![
        account.0,
        import.0,
        &licence.key,
        licence.level.as_str(),
        &from,
        until.as_deref(),
        licence.sender_proof.map(SenderProof::as_str)
    ];
    tx.one(ADD_LICENCE, values).await?.integer("id").map(LicenceId)
}

/// A contact whom a licence serves.
///
/// # Errors
/// [`StoreError`].
pub async fn add_licence_contact(
    tx: &mut Tx,
    licence: LicenceId,
    contact: &Contact,
) -> Result<(), StoreError> {
    let values = values![licence.0, contact.kind(), contact.value()];
    tx.execute(ADD_LICENCE_CONTACT, values).await.map(drop)
}

/// A coupon of an account of which the edition is there.
///
/// # Errors
/// [`StoreError`].
pub async fn add_coupon(
    tx: &mut Tx,
    import: ImportId,
    account: AccountId,
    coupon: &Coupon,
) -> Result<(), StoreError> {
    let values = values![
        account.0,
        import.0,
        coupon.code.folded(),
        coupon.code.shown(),
        coupon.level.as_str(),
        i64::from(coupon.uses)
    ];
    tx.execute(ADD_COUPON, values).await.map(drop)
}

/// Now the accounts are what the import says.
///
/// # Errors
/// [`StoreError::Raced`] when another has taken its place.
pub async fn go_live(tx: &mut Tx, import: ImportId) -> Result<(), StoreError> {
    tx.execute_one(GO_LIVE, values![import.0]).await
}

/// Gives an import up: what it wrote is a remnant.
///
/// # Errors
/// [`StoreError::Raced`] when another has taken its place.
pub async fn leave(tx: &mut Tx, import: ImportId) -> Result<(), StoreError> {
    tx.execute_one(GIVE_UP, values![import.0]).await
}

/// Adds one account or replaces what is known of it, in one transaction. Tickets keep their account.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Raced`] when an import is at work.
pub async fn import_one(tx: &mut Tx, account: &Account, now: Timestamp) -> Result<(), StoreError> {
    let Begun::Now(import) = begin(tx, "tidings", now).await? else {
        return Err(StoreError::Raced);
    };
    let id = add_account(tx, import, account).await?;
    for group in &account.groups {
        add_group(tx, import, id, group).await?;
    }
    let contacts: Vec<_> = account.contacts.iter().map(|contact| (id, contact)).collect();
    add_contacts(tx, import, &contacts).await?;
    for licence in &account.licences {
        let added = add_licence(tx, import, id, licence).await?;
        for contact in &licence.contacts {
            add_licence_contact(tx, added, contact).await?;
        }
    }
    for coupon in &account.coupons {
        add_coupon(tx, import, id, coupon).await?;
    }
    go_live(tx, import).await
}

const LEAVE: &str = "
update account_import set state = 'left' where state = 'staging' and beat_us < $1";

const BEGIN: &str = "
insert into account_import (by_whom, begun_us, beat_us, state)
values ($1, $2, $2, 'staging')
on conflict do nothing
returning id";

const BEAT: &str = "update account_import set beat_us = $2 where id = $1 and state = 'staging'";

const GO_LIVE: &str =
    "update account_import set state = 'live' where id = $1 and state = 'staging'";

const GIVE_UP: &str =
    "update account_import set state = 'left' where id = $1 and state = 'staging'";

const ADD_KEY: &str = "insert into account (key) values ($1) on conflict do nothing";

const ID: &str = "select id from account where key = $1";

const ADD_EDITION: &str = "
insert into account_edition (account, edition, name, status, languages)
values ($1, $2, $3, $4, $5)";

const ADD_GROUP: &str = "
insert into account_group (account, edition, member_of) values ($1, $2, $3) on conflict do nothing";

const CONTACTS_PER_STATEMENT: usize = 16;

const ADD_CONTACT: &str = "
insert into contact (edition, account, kind, value)
values ($1, $2, $3, $4)
on conflict do nothing";

const ADD_CONTACTS: &str = "
insert into contact (edition, account, kind, value)
values ($1, $2, $3, $4), ($1, $5, $6, $7), ($1, $8, $9, $10), ($1, $11, $12, $13),
       ($1, $14, $15, $16), ($1, $17, $18, $19), ($1, $20, $21, $22), ($1, $23, $24, $25),
       ($1, $26, $27, $28), ($1, $29, $30, $31), ($1, $32, $33, $34), ($1, $35, $36, $37),
       ($1, $38, $39, $40), ($1, $41, $42, $43), ($1, $44, $45, $46), ($1, $47, $48, $49)
on conflict do nothing";

const ADD_LICENCE: &str = "
insert into licence (account, edition, key, level, valid_from, valid_until, sender_proof)
values ($1, $2, $3, $4, $5, $6, $7)
returning id";

const ADD_LICENCE_CONTACT: &str = "
insert into licence_contact (licence, kind, value) values ($1, $2, $3) on conflict do nothing";

const ADD_COUPON: &str = "
insert into coupon (account, edition, code, shown, level, uses) values ($1, $2, $3, $4, $5, $6)";
