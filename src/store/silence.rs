//! Silences: since when nobody has said a word of a ticket whose requester is awaited, or is resolved; what was
//! done because of it, and when the next thing is due.

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use super::ticket::number;
use crate::desk::level::LevelName;
use crate::desk::silence::{Owed, Silence};
use crate::desk::ticket::Status;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// A silence as it was read.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its ticket.
    pub ticket: TicketNumber,
    /// The version that a change must still find.
    pub version: i64,
    /// Itself.
    pub silence: Silence,
    /// The level of its ticket, in whose hours it is counted.
    pub level: LevelName,
}

/// What comes of a look at a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// When something is to be done; `None`: nothing.
    pub next: Option<Timestamp>,
    /// The rules that this was counted by.
    pub ruled_by: i64,
}

/// Nobody has counted yet when something is due.
const UNRULED: i64 = 0;

/// A silence begins, and one that was there ends.
pub(super) async fn begin(
    tx: &mut Tx,
    desk: &str,
    ticket: TicketNumber,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(BEGIN, values![ticket.get(), desk, now, UNRULED]).await.map(drop)
}

/// Its ticket is another than before; an agent may have said how urgent it is.
pub(super) async fn go_on(
    tx: &mut Tx,
    ticket: TicketNumber,
    prioritized: Option<Timestamp>,
) -> Result<(), StoreError> {
    let prioritized = prioritized.map(Timestamp::as_us);
    tx.execute(GO_ON, values![ticket.get(), prioritized, UNRULED]).await.map(drop)
}

/// It is over.
pub(super) async fn end(tx: &mut Tx, ticket: TicketNumber) -> Result<(), StoreError> {
    tx.execute(END, values![ticket.get()]).await.map(drop)
}

/// Silences of a desk that were counted by other rules than these, or by none.
///
/// # Errors
/// [`StoreError`].
pub async fn unruled(
    tx: &mut Tx,
    desk: &str,
    ruled_by: i64,
    limit: i64,
) -> Result<Vec<Kept>, StoreError> {
    let mut all = Vec::new();
    for sql in [BELOW, ABOVE] {
        for row in tx.all(sql, values![desk, ruled_by, limit]).await? {
            all.push(read(&row)?);
        }
    }
    Ok(all)
}

/// When something is due at a desk next, if anything is.
///
/// # Errors
/// [`StoreError`].
pub async fn next(tx: &mut Tx, desk: &str) -> Result<Option<Timestamp>, StoreError> {
    let next = tx.one(NEXT, values![desk]).await?.integer_or_null("next_us")?;
    Ok(next.map(Timestamp::from_us))
}

/// Tickets of a desk for which something was due by then, those that waited longest first; none about which
/// the mail of an agent waits for its proof.
///
/// # Errors
/// [`StoreError`].
pub async fn due(
    tx: &mut Tx,
    desk: &str,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<TicketNumber>, StoreError> {
    tx.all(DUE, values![desk, until, limit]).await?.iter().map(number).collect()
}

/// The silence of a ticket, if there is one.
///
/// # Errors
/// [`StoreError`].
pub async fn of_ticket(tx: &mut Tx, ticket: TicketNumber) -> Result<Option<Kept>, StoreError> {
    tx.optional(OF_TICKET, values![ticket.get()]).await?.as_ref().map(read).transpose()
}

/// Whether a message that the mail server took by then is not decided yet, and nothing keeps it back.
///
/// # Errors
/// [`StoreError`].
pub async fn is_answer_possible(
    tx: &mut Tx,
    desk: &str,
    by: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.optional(UNDECIDED, values![desk, by, now]).await?.is_some())
}

/// It is known when something is due.
///
/// # Errors
/// [`StoreError::Raced`] if somebody has changed it.
pub async fn count(tx: &mut Tx, kept: &Kept, looked: Looked) -> Result<(), StoreError> {
    let next = looked.next.map(Timestamp::as_us);
    let values = values![kept.ticket.get(), kept.version, next, looked.ruled_by];
    tx.execute_one(COUNT, values).await
}

/// A step was made, in this transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn step(
    tx: &mut Tx,
    ticket: TicketNumber,
    to: &Silence,
    looked: Looked,
) -> Result<(), StoreError> {
    let values = values![
        ticket.get(),
        i64::try_from(to.reminded).unwrap_or(i64::MAX),
        to.lowered.map(Timestamp::as_us),
        to.acted.map(Timestamp::as_us),
        looked.next.map(Timestamp::as_us),
        looked.ruled_by,
    ];
    tx.execute_one(STEP, values).await
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    let instant =
        |column| Ok::<_, StoreError>(row.integer_or_null(column)?.map(Timestamp::from_us));
    let status = row.parsed("status", Status::parse)?;
    Ok(Kept {
        ticket: number(row)?,
        version: row.integer("version")?,
        silence: Silence {
            owed: match (status, instant("pending_until_us")?) {
                (Status::Pending, None) => Owed::Answer,
                (Status::Pending, Some(_)) => Owed::Day,
                _ => Owed::Nothing,
            },
            since: Timestamp::from_us(row.integer("since_us")?),
            reminded: usize::try_from(row.integer("reminded")?).unwrap_or(usize::MAX),
            lowered: instant("lowered_us")?,
            acted: instant("acted_us")?,
        },
        level: row.parsed("level", LevelName::parse)?,
    })
}

const BEGIN: &str = "
insert into silence (ticket, desk, since_us, reminded, ruled_by, version)
values ($1, $2, $3, 0, $4, 1)
on conflict (ticket) do update
   set since_us = $3, reminded = 0, lowered_us = null, acted_us = null, next_us = null, ruled_by = $4,
       version = silence.version + 1";

const GO_ON: &str = "
update silence
   set lowered_us = coalesce($2, lowered_us), next_us = null, ruled_by = $3, version = version + 1
 where ticket = $1";

const END: &str = "delete from silence where ticket = $1";

macro_rules! rows {
    ($where:literal) => {
        concat!(
            "
select silence.ticket as number, silence.version, silence.since_us, silence.reminded,
       silence.lowered_us, silence.acted_us, ticket.status, ticket.pending_until_us, ticket.level
  from silence
  join ticket on ticket.number = silence.ticket
 where ",
            $where
        )
    };
}

// Two ranges of one index: all but those in between.
const BELOW: &str = rows!(
    "silence.desk = $1 and silence.ruled_by < $2 order by silence.desk, silence.ruled_by limit $3"
);

const ABOVE: &str = rows!(
    "silence.desk = $1 and silence.ruled_by > $2 order by silence.desk, silence.ruled_by limit $3"
);

const OF_TICKET: &str = rows!("silence.ticket = $1");

const NEXT: &str = "
select min(next_us) as next_us from silence where desk = $1 and next_us is not null";

const DUE: &str = "
select ticket as number
  from silence
 where desk = $1 and next_us is not null and next_us <= $2
   and not exists (select 1 from inbound
                    where inbound.about = silence.ticket and inbound.state = 'pending')
 order by next_us, ticket
 limit $3";

const UNDECIDED: &str = "
select id from inbound
 where desk = $1 and state = 'pending' and received_us <= $2 and due_us <= $3
 limit 1";

const COUNT: &str = "
update silence set next_us = $3, ruled_by = $4, version = version + 1
 where ticket = $1 and version = $2";

const STEP: &str = "
update silence
   set reminded = $2, lowered_us = $3, acted_us = $4, next_us = $5, ruled_by = $6,
       version = version + 1
 where ticket = $1";
