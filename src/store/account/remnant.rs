//! What an import leaves: editions that nobody reads any more, of imports that were stopped, and those that a
//! newer one has replaced. Importing sweeps them; a daemon does so when nobody else has.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::staging::{ROWS_MAX, SPAN_MAX};
use crate::desk::account::AccountId;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::time::Timestamp;

/// An edition that is not read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remnant {
    /// Its account.
    pub account: AccountId,
    edition: i64,
}

/// Sweeps all remnants, a transaction at a time.
#[derive(Debug)]
pub struct Broom {
    after: AccountId,
    remnants: VecDeque<Remnant>,
}

/// Whether there was something to sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// There was, and the transaction took so long.
    Something(Duration),
    /// All is swept.
    Nothing,
}

/// The last import of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latest {
    /// Its row.
    pub id: i64,
    /// Whether it is at work, as far as is written down.
    pub stage: Stage,
    /// When it last wrote.
    pub beat: Timestamp,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It writes.
    Staging,
    /// It is what the accounts are, or it was given up.
    Ended,
}

/// The last import of all.
///
/// # Errors
/// [`StoreError`].
pub async fn latest(tx: &mut Tx) -> Result<Option<Latest>, StoreError> {
    let Some(row) = tx.optional(LATEST, &[]).await? else { return Ok(None) };
    let stage = row.parsed("state", |word| match word {
        "staging" => Some(Stage::Staging),
        "live" | "left" => Some(Stage::Ended),
        _ => None,
    })?;
    let beat = Timestamp::from_us(row.integer("beat_us")?);
    Ok(Some(Latest { stage, beat, id: row.integer("id")? }))
}

/// Editions that nobody reads any more, of accounts behind this one.
///
/// # Errors
/// [`StoreError`].
pub async fn remnants(tx: &mut Tx, after: AccountId) -> Result<Vec<Remnant>, StoreError> {
    let rows = tx.all(REMNANTS, values![after.0]).await?;
    rows.iter()
        .map(|row| {
            let account = AccountId(row.integer("account")?);
            Ok(Remnant { account, edition: row.integer("edition")? })
        })
        .collect()
}

/// Deletes at most some rows of a remnant, and says how many; none when all of it is gone.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, remnant: Remnant) -> Result<u64, StoreError> {
    for text in SWEEPS {
        let deleted = tx.execute(text, values![remnant.account.0, remnant.edition]).await?;
        if deleted > 0 {
            return Ok(deleted);
        }
    }
    Ok(0)
}

impl Broom {
    /// From the first account on.
    #[must_use]
    pub fn begin() -> Self {
        Self { after: AccountId(0), remnants: VecDeque::new() }
    }

    /// Deletes what one transaction may.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep(&mut self, store: &Store) -> Result<Left, StoreError> {
        if self.remnants.is_empty() {
            let mut tx = store.read().await?;
            let remnants = remnants(&mut tx, self.after).await?;
            tx.rollback().await?;
            let Some(last) = remnants.last() else { return Ok(Left::Nothing) };
            // Not all of this account's may be among them.
            self.after = AccountId(last.account.0 - 1);
            self.remnants = remnants.into();
        }
        let mut tx = store.begin().await?;
        let (mut rows, begun) = (0, Instant::now());
        while let Some(remnant) = self.remnants.front() {
            if ROWS_MAX <= rows || SPAN_MAX < begun.elapsed() {
                break;
            }
            match sweep(&mut tx, *remnant).await? {
                0 => drop(self.remnants.pop_front()),
                some => rows += usize::try_from(some).unwrap_or(ROWS_MAX),
            }
        }
        tx.commit().await?;
        Ok(Left::Something(begun.elapsed()))
    }
}

const LATEST: &str = "
select id, state, beat_us from account_import order by id desc limit 1";

const REMNANTS: &str = "
select account_edition.account, account_edition.edition
  from account_edition
  join account_import on account_import.id = account_edition.edition
 where account_edition.account > $1
   and (account_import.state = 'left'
        or (account_import.state = 'live'
            and account_edition.edition < (select account_now.edition
                                             from account_now
                                            where account_now.account = account_edition.account)))
 order by account_edition.account, account_edition.edition
 limit 1000";

// What refers to others goes first; the edition, by which it is found, last.
const SWEEPS: [&str; 6] = [
    "
delete from contact
 where (account, edition, kind, value) in (
       select account, edition, kind, value from contact
        where account = $1 and edition = $2 limit 512)",
    "
delete from licence_contact
 where (licence, kind, value) in (
       select licence_contact.licence, licence_contact.kind, licence_contact.value
         from licence_contact
         join licence on licence.id = licence_contact.licence
        where licence.account = $1 and licence.edition = $2 limit 512)",
    "
delete from licence
 where id in (select id from licence where account = $1 and edition = $2 limit 512)",
    "
delete from coupon
 where (account, edition, code) in (
       select account, edition, code from coupon where account = $1 and edition = $2 limit 512)",
    "
delete from account_group
 where (account, edition, member_of) in (
       select account, edition, member_of from account_group
        where account = $1 and edition = $2 limit 512)",
    "delete from account_edition where account = $1 and edition = $2",
];
