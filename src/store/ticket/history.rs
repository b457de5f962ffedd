//! What was said in a ticket in public, and in those that it has taken in of the same requester: all that he may
//! read.

use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, values};
use crate::time::Timestamp;
use crate::triage::case::ordered::Exchanged;
use crate::triage::history::{Exchange, Said, Side};

/// How much was said; `None` where nothing was.
///
/// # Errors
/// [`StoreError`].
pub async fn exchanged(tx: &mut Tx, ticket: TicketNumber) -> Result<Option<Exchanged>, StoreError> {
    let row = tx.one(EXCHANGED, values![ticket.get()]).await?;
    let at = |name| row.integer_or_null(name).map(|at| at.map(Timestamp::from_us));
    let count = usize::try_from(row.integer("count")?).unwrap_or_default();
    let (Some(first), Some(last)) = (at("first_us")?, at("last_us")?) else { return Ok(None) };
    Ok(Some(Exchanged { count, first, last }))
}

/// What was said until an instant, the newest first, until the texts have so many bytes; at least one.
///
/// # Errors
/// [`StoreError`].
pub async fn exchange(
    tx: &mut Tx,
    ticket: TicketNumber,
    until: Timestamp,
    bytes_max: usize,
) -> Result<Exchange, StoreError> {
    let ids = tx.all(IDS, values![ticket.get(), until]).await?;
    let (mut said, mut bytes) = (Vec::new(), 0_usize);
    for id in &ids {
        if bytes_max < bytes {
            break;
        }
        let one = read(&tx.one(ONE, values![id.integer("id")?]).await?)?;
        bytes = bytes.saturating_add(one.text.len());
        said.push(one);
    }
    Ok(Exchange { said, count: ids.len() })
}

fn read(row: &Row) -> Result<Said, StoreError> {
    Ok(Said {
        side: row.parsed("kind", |kind| match kind {
            "requester" => Some(Side::Requester),
            "agent" => Some(Side::Desk),
            _ => None,
        })?,
        writer: row.text("sender")?,
        at: Timestamp::from_us(row.integer("at_us")?),
        text: row.text("text")?,
    })
}

/// The ticket, and what it has taken in of the same requester: others' words are not his.
macro_rules! of_the_requester {
    ($select:literal) => {
        concat!(
            "
with recursive family (number) as (
    select number from ticket where number = $1
    union
    select ticket.number
      from family
      join ticket on ticket.merged_into = family.number
      join ticket head on head.number = $1 and head.requester = ticket.requester
)
",
            $select
        )
    };
}

const EXCHANGED: &str = of_the_requester!(
    "select count(*) as count, min(at_us) as first_us, max(at_us) as last_us
  from article
 where ticket in (select number from family) and kind in ('requester', 'agent')"
);

const IDS: &str = of_the_requester!(
    "select id
  from article
 where ticket in (select number from family) and kind in ('requester', 'agent') and at_us <= $2
 order by at_us / 1000000 desc, id desc"
);

const ONE: &str = "select kind, sender, at_us, text from article where id = $1";
