//! Targets: what is promised of tickets, with their clocks.

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use super::ticket::number;
use crate::desk::level::LevelName;
use crate::desk::priority::Priority;
use crate::desk::target::clocks::Clocks;
use crate::desk::target::{Kind, Pause, State, Target};
use crate::desk::ticket::Status;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// The row of a target, and the version that a change must still find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetId {
    /// The row.
    pub row: i64,
    /// Its version.
    pub version: i64,
}

/// The clocks of a ticket, as they were read.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Their rows, in their order.
    pub ids: Vec<TargetId>,
    /// The clocks.
    pub clocks: Clocks,
}

/// What its promises depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graded {
    /// Its level.
    pub level: LevelName,
    /// How urgent it is.
    pub priority: Priority,
}

/// A target of which there is something to tell.
#[derive(Clone, Debug)]
pub struct DueTarget {
    /// Its row.
    pub id: TargetId,
    /// Its ticket.
    pub ticket: TicketNumber,
    /// Itself.
    pub target: Target,
    /// What the ticket is about.
    pub subject: String,
    /// Where it stands.
    pub status: Status,
    /// What its promises depend on.
    pub graded: Graded,
    /// The agent who has it, by name.
    pub agent: Option<String>,
    /// Who asks.
    pub requester: Option<String>,
}

/// The targets of a ticket, for people: those that are over, too.
///
/// # Errors
/// [`StoreError`].
pub async fn of_ticket(tx: &mut Tx, ticket: TicketNumber) -> Result<Vec<Target>, StoreError> {
    tx.all(ALL, values![ticket.get()]).await?.iter().map(target).collect()
}

/// What is alive of a ticket, and its resolution.
///
/// # Errors
/// [`StoreError`].
pub async fn kept(tx: &mut Tx, ticket: TicketNumber) -> Result<Kept, StoreError> {
    let mut kept = Kept::default();
    for row in tx.all(KEPT, values![ticket.get()]).await? {
        kept.ids.push(id(&row)?);
        kept.clocks.targets.push(target(&row)?);
    }
    Ok(kept)
}

/// What the promises of a ticket depend on.
///
/// # Errors
/// [`StoreError`].
pub async fn graded(tx: &mut Tx, ticket: TicketNumber) -> Result<Graded, StoreError> {
    read_graded(&tx.one(GRADED, values![ticket.get()]).await?)
}

/// When the first word of a ticket was said.
///
/// # Errors
/// [`StoreError`].
pub async fn first_said(
    tx: &mut Tx,
    ticket: TicketNumber,
) -> Result<Option<Timestamp>, StoreError> {
    let first = tx.one(FIRST_SAID, values![ticket.get()]).await?.integer_or_null("at_us")?;
    Ok(first.map(Timestamp::from_us))
}

/// A target begins.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(
    tx: &mut Tx,
    desk: &str,
    ticket: TicketNumber,
    new: &Target,
) -> Result<(), StoreError> {
    let pauses = written(&new.pauses);
    let values = values![
        desk,
        ticket.get(),
        new.kind.as_str(),
        new.since,
        &pauses,
        new.state.as_str(),
        new.state.since().map(Timestamp::as_us),
        new.due.map(Timestamp::as_us),
        new.warns.map(Timestamp::as_us),
        new.warned.map(Timestamp::as_us),
        new.breached.map(Timestamp::as_us),
        new.next().map(Timestamp::as_us),
    ];
    tx.execute(INSERT, values).await.map(drop)
}

/// A target is another than before.
///
/// # Errors
/// [`StoreError::Raced`] if somebody else has changed it.
pub async fn update(tx: &mut Tx, id: TargetId, to: &Target) -> Result<(), StoreError> {
    let pauses = written(&to.pauses);
    let values = values![
        id.row,
        to.since,
        &pauses,
        to.state.as_str(),
        to.state.since().map(Timestamp::as_us),
        to.due.map(Timestamp::as_us),
        to.warns.map(Timestamp::as_us),
        to.warned.map(Timestamp::as_us),
        to.breached.map(Timestamp::as_us),
        to.next().map(Timestamp::as_us),
        id.version,
    ];
    tx.execute_one(UPDATE, values).await
}

/// Targets of a desk of which there is something to tell by `until`, those that waited longest first. While a
/// mail of an agent about a ticket is not decided, nothing is told of it, unless that was due by `anyway`.
///
/// # Errors
/// [`StoreError`].
pub async fn due(
    tx: &mut Tx,
    desk: &str,
    until: Timestamp,
    anyway: Timestamp,
    limit: i64,
) -> Result<Vec<DueTarget>, StoreError> {
    let rows = tx.all(DUE, values![desk, until, anyway, limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(DueTarget {
                id: id(row)?,
                ticket: number(row)?,
                target: target(row)?,
                subject: row.text("subject")?,
                status: row.parsed("status", Status::parse)?,
                graded: read_graded(row)?,
                agent: row.text_or_null("agent")?,
                requester: row.text_or_null("requester")?,
            })
        })
        .collect()
}

/// When there is something to tell next, if ever.
///
/// # Errors
/// [`StoreError`].
pub async fn next(tx: &mut Tx, desk: &str) -> Result<Option<Timestamp>, StoreError> {
    let next = tx.one(NEXT, values![desk]).await?.integer_or_null("next_us")?;
    Ok(next.map(Timestamp::from_us))
}

/// When the server took the oldest message of a desk that could be decided and is not; `None` where none is left.
///
/// # Errors
/// [`StoreError`].
pub async fn undecided(
    tx: &mut Tx,
    desk: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.optional(UNDECIDED, values![desk, now]).await?;
    let oldest = row.map(|row| row.integer("received_us")).transpose()?;
    Ok(oldest.map(Timestamp::from_us))
}

fn id(row: &Row) -> Result<TargetId, StoreError> {
    Ok(TargetId { row: row.integer("id")?, version: row.integer("version")? })
}

fn read_graded(row: &Row) -> Result<Graded, StoreError> {
    Ok(Graded {
        level: row.parsed("level", LevelName::parse)?,
        priority: row.parsed("priority", Priority::parse)?,
    })
}

fn target(row: &Row) -> Result<Target, StoreError> {
    let instant =
        |column| Ok::<_, StoreError>(row.integer_or_null(column)?.map(Timestamp::from_us));
    let at = instant("at_us")?;
    Ok(Target {
        kind: row.parsed("kind", Kind::parse)?,
        since: Timestamp::from_us(row.integer("since_us")?),
        pauses: row.parsed("pauses", read_pauses)?,
        state: row.parsed("state", |word| State::read(word, at))?,
        due: instant("due_us")?,
        warns: instant("warns_us")?,
        warned: instant("warned_us")?,
        breached: instant("breached_us")?,
    })
}

/// A line each: begin and end, in microseconds.
fn written(pauses: &[Pause]) -> String {
    let line = |one: &Pause| format!("{} {}\n", one.from.as_us(), one.until.as_us());
    pauses.iter().map(line).collect()
}

fn read_pauses(text: &str) -> Option<Vec<Pause>> {
    let instant = |text: &str| text.parse().ok().map(Timestamp::from_us);
    text.lines()
        .map(|line| {
            let (from, until) = line.split_once(' ')?;
            Some(Pause { from: instant(from)?, until: instant(until)? })
        })
        .collect()
}

const ALL: &str = "
select kind, since_us, pauses, state, at_us, due_us, warns_us, warned_us, breached_us
  from target
 where ticket = $1
 order by id";

const KEPT: &str = "
select id, version, kind, since_us, pauses, state, at_us, due_us, warns_us, warned_us, breached_us
  from target
 where ticket = $1 and (state in ('running', 'paused') or kind = 'resolution')
 order by id";

const GRADED: &str = "select level, priority from ticket where number = $1";

const FIRST_SAID: &str = "select min(at_us) as at_us from article where ticket = $1";

const INSERT: &str = "
insert into target (desk, ticket, kind, since_us, pauses, state, at_us, due_us, warns_us, warned_us,
                    breached_us, next_us, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)";

const UPDATE: &str = "
update target
   set since_us = $2, pauses = $3, state = $4, at_us = $5, due_us = $6, warns_us = $7, warned_us = $8,
       breached_us = $9, next_us = $10, version = version + 1
 where id = $1 and version = $11";

const DUE: &str = "
select target.id, target.version, target.ticket as number, target.kind, target.since_us, target.pauses, target.state,
       target.at_us, target.due_us, target.warns_us, target.warned_us, target.breached_us,
       ticket.subject, ticket.status, ticket.level, ticket.priority, ticket.agent, ticket.requester
  from target
  join ticket on ticket.number = target.ticket
 where target.desk = $1 and target.next_us <= $2
   and (target.next_us <= $3
        or not exists (select 1 from inbound
                        where inbound.about = target.ticket and inbound.state = 'pending'))
 order by target.next_us, target.id
 limit $4";

const NEXT: &str = "
select min(next_us) as next_us from target where desk = $1 and next_us is not null";

const UNDECIDED: &str = "
select received_us from inbound
 where desk = $1 and state = 'pending' and due_us <= $2
 order by id
 limit 1";
