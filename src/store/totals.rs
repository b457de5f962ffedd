//! Tickets as totals need them, page by page: each page is a transaction of its own, so that nobody waits for
//! a long one.

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use crate::desk::totals::{Handled, Interval};
use crate::time::Timestamp;

/// Tickets that one page looks at.
pub const PAGE: i64 = 1_000;

/// Some tickets, in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Those that count.
    pub tickets: Vec<Handled>,
    /// Behind which number the next page begins; `None`: there is no other.
    pub next: Option<i64>,
}

/// Tickets of a desk, or of all, whose first message came within a time: of those behind the number `after`,
/// the next [`PAGE`]. What was merged into another counts as a part of that, and what an agent called spam does
/// not count, unless it was opened again.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    tx: &mut Tx,
    desk: Option<&str>,
    within: Interval,
    after: i64,
) -> Result<Page, StoreError> {
    // No message of a ticket came after the ticket was opened first.
    let since = within.since.unwrap_or(Timestamp::from_us(i64::MIN));
    let rows = tx.all(TICKETS, values![after, since, desk, PAGE]).await?;
    let mut tickets = Vec::new();
    for row in &rows {
        let ticket = handled(row)?;
        if row.integer("spam")? == 0 && within.has(ticket.began) {
            tickets.push(ticket);
        }
    }
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = match rows.last().filter(|_| full) {
        Some(last) => Some(last.integer("number")?),
        None => None,
    };
    Ok(Page { tickets, next })
}

fn handled(row: &Row) -> Result<Handled, StoreError> {
    let instant =
        |column| Ok::<_, StoreError>(row.integer_or_null(column)?.map(Timestamp::from_us));
    let count = |column| {
        let count = row.integer(column)?;
        u64::try_from(count).map_err(|_| StoreError::Corrupt { column, what: count.to_string() })
    };
    let stars = row.integer_or_null("stars")?.map(|stars| {
        let what = || StoreError::Corrupt { column: "stars", what: stars.to_string() };
        u8::try_from(stars).map_err(|_| what())
    });
    Ok(Handled {
        desk: row.text("desk")?,
        level: row.text("level")?,
        agent: row.text_or_null("agent")?,
        began: Timestamp::from_us(row.integer("began_us")?),
        asked: instant("asked_us")?,
        answered: instant("answered_us")?,
        over: instant("over_us")?,
        kept: count("kept")?,
        broken: count("broken")?,
        stars: stars.transpose()?,
    })
}

// Of what nobody is promised there are clocks, too, if only for other tickets: they never have an end. The
// articles of a ticket are those of its family: itself, and what was merged into it. They are looked for ticket by
// ticket, and a cross join keeps its order in SQLite: joined otherwise, either engine may read the articles of all
// tickets for each page.
const TICKETS: &str = "
with recursive page as materialized (
    select number, desk, level, agent, opened_us, over_us
      from ticket
     where number > $1 and merged_into is null and opened_us >= $2
       and (cast($3 as text) is null or desk = $3)
     order by number
     limit $4
), family (root, number) as (
    select number, number from page
    union
    select family.root, ticket.number
      from family cross join ticket
     where ticket.merged_into = family.number
), heard as materialized (
    select family.root,
           (select min(at_us) from article where ticket = family.number) as first_us,
           (select min(at_us) from article
             where ticket = family.number and kind = 'requester') as asked_us,
           (select min(at_us) from article
             where ticket = family.number and kind = 'agent') as spoke_us
      from family
), said as materialized (
    select root, min(first_us) as first_us, min(asked_us) as asked_us, min(spoke_us) as spoke_us
      from heard
     group by root
)
select page.number, page.desk, page.level, page.agent, page.over_us, said.asked_us,
       coalesce(said.first_us, page.opened_us) as began_us,
       case when said.spoke_us >= said.asked_us then said.spoke_us
            when said.spoke_us < said.asked_us then
                (select min(article.at_us)
                   from family cross join article
                  where family.root = page.number and article.ticket = family.number
                    and article.kind = 'agent' and article.at_us >= said.asked_us)
            end as answered_us,
       (select count(*) from target
         where target.ticket = page.number and target.kind <> 'on_call' and target.state = 'met'
           and target.breached_us is null and target.at_us <= target.due_us) as kept,
       (select count(*) from target
         where target.ticket = page.number and target.kind <> 'on_call'
           and (target.breached_us is not null
                or target.state = 'met' and target.at_us > target.due_us)) as broken,
       (select rating.stars from rating where rating.ticket = page.number) as stars,
       (select count(*) from event
         where event.ticket = page.number and event.kind = 'spam'
           and event.at_us >= page.over_us) as spam
  from page
  left join said on said.root = page.number
 order by page.number";
