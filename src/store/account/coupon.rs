//! Coupons: those that a message names, how often each was redeemed, and redeeming one.

use crate::desk::account::AccountId;
use crate::desk::account::coupon::{CANDIDATES_MAX, CouponCode};
use crate::desk::level::LevelName;
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, Value, values};
use crate::time::Timestamp;
use crate::triage::case::known::CouponFacts;
use crate::triage::decision::Redemption;

/// How often a coupon was redeemed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Its code, in lower case.
    pub code: String,
    /// For how many tickets.
    pub times: i64,
}

/// Codes that one statement looks up.
const PER_STATEMENT: usize = 16;
const _: () = assert!(CANDIDATES_MAX.is_multiple_of(PER_STATEMENT), "no statement is half full");

/// The coupons of an account that have one of these codes, in lower case.
///
/// # Errors
/// [`StoreError`].
pub async fn named(
    tx: &mut Tx,
    account: AccountId,
    codes: &[String],
) -> Result<Vec<CouponFacts>, StoreError> {
    let mut found = Vec::new();
    for some in codes.chunks(PER_STATEMENT) {
        let mut values = vec![Value::from(account.0)];
        values.extend((0..PER_STATEMENT).map(|at| Value::Text(some.get(at).map(String::as_str))));
        for row in tx.all(NAMED, &values).await? {
            found.push(read(&row, account)?);
        }
    }
    Ok(found)
}

fn read(row: &Row, account: AccountId) -> Result<CouponFacts, StoreError> {
    let uses = row.integer("uses")?;
    Ok(CouponFacts {
        account,
        code: row.parsed("shown", |text| CouponCode::parse(text).ok())?,
        level: row.parsed("level", LevelName::parse)?,
        uses,
        left: (uses - row.integer("used")?).max(0),
    })
}

/// Which coupons of the account with this key were redeemed, and how often.
///
/// # Errors
/// [`StoreError`].
pub async fn used(tx: &mut Tx, key: &str) -> Result<Vec<Used>, StoreError> {
    let rows = tx.all(USED, values![key]).await?;
    rows.iter()
        .map(|row| Ok(Used { code: row.text("code")?, times: row.integer("used")? }))
        .collect()
}

/// Counts a coupon; never more often than it was sold.
///
/// # Errors
/// [`StoreError::Raced`] when the last was taken meanwhile: nothing is written then.
pub(in crate::store) async fn count(tx: &mut Tx, new: &Redemption) -> Result<(), StoreError> {
    tx.execute_one(COUNT, values![new.account.0, new.code.folded(), new.uses]).await
}

/// Notes for which ticket a coupon was counted: one a ticket.
///
/// # Errors
/// [`StoreError::RacedHalfway`] when the ticket has one by now.
pub(in crate::store) async fn redeem(
    tx: &mut Tx,
    new: &Redemption,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = values![new.ticket.get(), new.account.0, new.code.folded(), now];
    match tx.execute_one(REDEEM, values).await {
        Err(StoreError::Raced) => Err(StoreError::RacedHalfway),
        done => done,
    }
}

/// Whether a coupon was redeemed for a ticket.
///
/// # Errors
/// [`StoreError`].
pub async fn has_redeemed(tx: &mut Tx, ticket: TicketNumber) -> Result<bool, StoreError> {
    Ok(tx.optional(REDEEMED, values![ticket.get()]).await?.is_some())
}

const NAMED: &str = "
select coupon.shown, coupon.level, coupon.uses, coalesce(coupon_use.used, 0) as used
  from coupon
  join account_now on account_now.account = coupon.account and account_now.edition = coupon.edition
  left join coupon_use
    on coupon_use.account = coupon.account and coupon_use.code = coupon.code
 where coupon.account = $1
   and coupon.code in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
 order by coupon.code";

const USED: &str = "
select coupon_use.code, coupon_use.used
  from coupon_use
  join account on account.id = coupon_use.account
 where account.key = $1
 order by coupon_use.code";

// The row is locked until the end of the transaction: the next one counts from what this leaves.
const COUNT: &str = "
insert into coupon_use (account, code, used)
values ($1, $2, 1)
on conflict (account, code) do update
   set used = coupon_use.used + 1
 where coupon_use.used < $3";

const REDEEM: &str = "
insert into redemption (ticket, account, code, at_us) values ($1, $2, $3, $4) on conflict do nothing";

const REDEEMED: &str = "select account from redemption where ticket = $1";
