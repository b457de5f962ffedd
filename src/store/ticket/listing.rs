//! Tickets in a listing, in the order in which they are worked at.

use super::number;
use crate::desk::target::Kind;
use crate::desk::ticket::Status;
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, values};
use crate::time::Timestamp;

/// A ticket in a listing.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its number.
    pub number: TicketNumber,
    /// Its desk.
    pub desk: String,
    /// Where it stands.
    pub status: Status,
    /// Its priority.
    pub priority: String,
    /// Its level.
    pub level: String,
    /// The key of its account.
    pub account: Option<String>,
    /// The key of the account that its requester has claimed without proof.
    pub claimed: Option<String>,
    /// How sure it is who the requester is, in one word; `None` where nobody asked.
    pub proof: Option<String>,
    /// Who opened it.
    pub requester: Option<String>,
    /// Its base subject.
    pub subject: String,
    /// The agent who has it, by name.
    pub agent: Option<String>,
    /// A ticket that it continues, or may belong to.
    pub linked: Option<TicketNumber>,
    /// When it was opened.
    pub opened: Timestamp,
    /// How many articles it has.
    pub articles: i64,
    /// What is promised next.
    pub next: Option<NextTarget>,
}

/// What is promised next of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextTarget {
    /// What.
    pub kind: Kind,
    /// Until when.
    pub due: Timestamp,
}

/// By what tickets are put into the order in which they are worked at: broken promises, then those that go out
/// of turn, then by the end of their time, and first come, first served.
#[derive(Clone, Copy, Debug)]
pub struct WorkingOrder<'a> {
    /// The instant.
    pub now: Timestamp,
    /// The priority that goes out of turn.
    pub urgent: Option<&'a str>,
}

/// A place in that order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    rank: i64,
    due: i64,
    number: i64,
}

/// Which tickets are listed.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// Of this desk.
    pub desk: Option<&'a str>,
    /// In this status; none: in any that is open, or in any at all with [`Scope::All`].
    pub status: Option<Status>,
    /// Opened by this address.
    pub requester: Option<&'a str>,
    /// With a subject like this pattern of SQL, in lower case, `\` escaping `%` and `_`.
    pub text: Option<&'a str>,
    /// Whether those that are over count.
    pub scope: Scope,
}

/// Whether tickets that are over count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// They do not.
    #[default]
    Open,
    /// They do.
    All,
}

/// Tickets of one page of a listing.
pub const PAGE: i64 = 1_000;

/// Tickets in working order, at most [`PAGE`], those behind `after` alone; each with its place.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    tx: &mut Tx,
    filter: &Filter<'_>,
    order: &WorkingOrder<'_>,
    after: Place,
) -> Result<Vec<(Summary, Place)>, StoreError> {
    let status = filter.status.map(Status::as_str);
    let over = i64::from(filter.scope == Scope::All || filter.status.is_some());
    let values = values![
        filter.desk,
        status,
        filter.requester,
        filter.text,
        over,
        order.now,
        order.urgent,
        after.rank,
        after.due,
        after.number,
        PAGE
    ];
    let place = |row: &Row| {
        Ok::<_, StoreError>(Place {
            rank: row.integer("place_rank")?,
            due: row.integer("place_due")?,
            number: row.integer("number")?,
        })
    };
    let rows = tx.all(LIST, values).await?;
    rows.iter().map(|row| Ok((summary(row)?, place(row)?))).collect()
}

pub(in crate::store) fn summary(row: &Row) -> Result<Summary, StoreError> {
    let next = match row.integer_or_null("next_due_us")? {
        Some(due) => {
            let kind = row.parsed("next_kind", Kind::parse)?;
            Some(NextTarget { kind, due: Timestamp::from_us(due) })
        }
        None => None,
    };
    Ok(Summary {
        number: number(row)?,
        desk: row.text("desk")?,
        status: row.parsed("status", Status::parse)?,
        priority: row.text("priority")?,
        level: row.text("level")?,
        account: row.text_or_null("account_key")?,
        claimed: row.text_or_null("claimed_key")?,
        proof: row.text_or_null("proof")?,
        requester: row.text_or_null("requester")?,
        subject: row.text("subject")?,
        agent: row.text_or_null("agent")?,
        linked: row.integer_or_null("linked")?.and_then(TicketNumber::new),
        opened: Timestamp::from_us(row.integer("opened_us")?),
        articles: row.integer("articles")?,
        next,
    })
}

/// Tickets as in a listing, those of which this is so.
macro_rules! ticket_rows {
    ($which:literal) => {
        concat!(
            "
select ticket.number, ticket.desk, ticket.status, ticket.priority, ticket.level,
       account.key as account_key, claimed.key as claimed_key, ticket.proof, ticket.requester,
       ticket.subject, ticket.agent, ticket.linked, ticket.opened_us,
       (select count(*) from article where article.ticket = ticket.number) as articles,
       (select target.due_us from target
         where target.ticket = ticket.number and target.state = 'running'
           and target.due_us is not null and target.kind <> 'on_call'
         order by target.due_us, target.id limit 1) as next_due_us,
       (select target.kind from target
         where target.ticket = ticket.number and target.state = 'running'
           and target.due_us is not null and target.kind <> 'on_call'
         order by target.due_us, target.id limit 1) as next_kind
  from ticket
  left join account on account.id = ticket.account
  left join account claimed on claimed.id = ticket.claimed
 where ",
            $which
        )
    };
}
pub(in crate::store) use ticket_rows;

const LIST: &str = concat!(
    "
with shown as (",
    ticket_rows!(
        "(cast($1 as text) is null or ticket.desk = $1)
   and (cast($2 as text) is null or ticket.status = $2)
   and (cast($3 as text) is null or ticket.requester = $3)
   and (cast($4 as text) is null or ticket.subject_folded like $4 escape '\\')
   and ($5 = 1 or ticket.status not in ('resolved', 'closed'))"
    ),
    "
), placed as (
    select shown.*,
           coalesce(next_due_us, 9223372036854775807) as place_due,
           cast(case when next_due_us <= $6 then 1
                     when status in ('resolved', 'closed') then 4
                     when priority = cast($7 as text) then 2
                     else 3 end as bigint) as place_rank
      from shown
)
select * from placed
 where place_rank > $8
    or (place_rank = $8 and (place_due > $9 or (place_due = $9 and number > $10)))
 order by place_rank, place_due, number
 limit $11"
);
