//! Time that was spent on an account's tickets.

use super::error::StoreError;
use super::sql::{Tx, values};
use crate::time::Timestamp;

/// Time that was spent within a month, in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// As `2026-03`.
    pub month: String,
    /// Minutes; below zero where more was taken back than noted.
    pub minutes: i64,
}

/// Time that was spent on the tickets of the account with this key, by month, the earliest first.
///
/// # Errors
/// [`StoreError`].
pub async fn by_month(tx: &mut Tx, key: &str) -> Result<Vec<Month>, StoreError> {
    let mut months: Vec<Month> = Vec::new();
    for row in tx.all(BY_DAY, values![key]).await? {
        let day = Timestamp::from_us(row.integer("day_us")?).to_string();
        let month = day.get(..MONTH_BYTES).unwrap_or(&day).to_owned();
        let minutes = row.integer("minutes")?;
        match months.last_mut().filter(|last| last.month == month) {
            Some(last) => last.minutes += minutes,
            None => months.push(Month { month, minutes }),
        }
    }
    Ok(months)
}

/// Bytes of `2026-03`.
const MONTH_BYTES: usize = 7;

const BY_DAY: &str = "
select spent.at_us / 86400000000 * 86400000000 as day_us,
       cast(sum(spent.minutes) as bigint) as minutes
  from spent
  join ticket on ticket.number = spent.ticket
  join account on account.id = ticket.account
 where account.key = $1
 group by spent.at_us / 86400000000 * 86400000000
 order by 1";
