//! Notices on their way: due → claimed → sent, or due again, or dead.
//!
//! A claim is a lease: it ends by itself, so a stop needs no clean-up, and what it held is due
//! again with the same bytes.

use std::time::Duration;

use super::body::{self, BodyId};
use super::commit::Act;
use super::error::{Class, StoreError};
use super::sql::{Row, Tx, values};
use crate::mail::address::Address;
use crate::mail::envelope::{Envelope, ReversePath};
use crate::time::Timestamp;
use crate::triage::decision::NewNotice;

/// The row of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxId(pub i64);

/// How long a claim holds. Longer than the longest submission (RFC 5321 §4.5.3.2) of a claim's
/// share of messages would need; a living daemon settles its claims long before.
pub const LEASE: Duration = Duration::from_mins(30);

/// A notice that is being submitted.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Its row.
    pub id: OutboxId,
    /// From and to.
    pub envelope: Envelope,
    /// The message.
    pub bytes: Vec<u8>,
    /// Refusals so far.
    pub attempts: u32,
    /// When it was tried first.
    pub first_attempt: Option<Timestamp>,
}

/// What became of a claimed notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The server took it.
    Sent {
        /// What it said.
        reply: String,
    },
    /// It is tried again, and this try counts.
    Later {
        /// When.
        due: Timestamp,
        /// What was said.
        reply: String,
    },
    /// It is due as before: the server is not there, which is not the notice's fault.
    Released,
    /// A try that was counted in an earlier claim was the server's fault.
    Forgiven,
    /// It will never be taken.
    Dead {
        /// What was said.
        reply: String,
    },
}

/// A notice, for people.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Its row.
    pub id: OutboxId,
    /// Its desk.
    pub desk: String,
    /// The ticket it is about.
    pub ticket: i64,
    /// Which mail.
    pub kind: String,
    /// To whom.
    pub recipient: String,
    /// Where it stands.
    pub state: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// Refusals so far.
    pub attempts: i64,
    /// What the server said last.
    pub reply: Option<String>,
    /// Its identifier.
    pub message_id: String,
}

/// How many notices of a desk stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be submitted, now or later.
    pub due: i64,
    /// Never to be taken.
    pub dead: i64,
}

/// Puts a notice into the outbox; its bytes are stored under the act's body.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn insert(tx: &mut Tx, new: &NewNotice, act: &Act<'_>) -> Result<(), StoreError> {
    let from = new.envelope.from.to_string();
    tx.execute(
        INSERT,
        values![
            act.desk,
            new.ticket.get(),
            act.inbound.map(|id| id.0),
            new.kind.as_str(),
            &from,
            new.envelope.to.as_str(),
            new.envelope.to.domain(),
            new.message_id.as_str(),
            act.body.0,
            act.now,
        ],
    )
    .await
    .map(drop)
}

/// Claims what is due, oldest first. One that cannot be read is dead, and the others go on.
///
/// # Errors
/// [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    desk: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Claimed>, StoreError> {
    let rows = tx.all(CLAIM, values![desk, now, now.after(LEASE), limit]).await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        match read(tx, row).await {
            Ok(notice) => claimed.push(notice),
            Err(error) if error.class() == Class::Message => {
                let reply = format!("cannot be sent: {error}");
                let dead = Settled::Dead { reply };
                settle(tx, &[(OutboxId(row.integer("id")?), dead)], now).await?;
            }
            Err(error) => return Err(error),
        }
    }
    claimed.sort_by_key(|notice| notice.id);
    Ok(claimed)
}

/// Writes what became of claimed notices.
///
/// # Errors
/// [`StoreError`].
pub async fn settle(
    tx: &mut Tx,
    settled: &[(OutboxId, Settled)],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (id, outcome) in settled {
        match outcome {
            Settled::Sent { reply } => tx.execute(SENT, values![id.0, now, reply]).await?,
            Settled::Later { due, reply } => {
                tx.execute(LATER, values![id.0, *due, reply, now]).await?
            }
            Settled::Released => tx.execute(RELEASED, values![id.0]).await?,
            Settled::Forgiven => tx.execute(FORGIVEN, values![id.0, now]).await?,
            Settled::Dead { reply } => {
                let done = tx.execute(DEAD, values![id.0, reply]).await?;
                if done > 0 {
                    tx.execute(DEAD_EVENT, values![id.0, now, reply]).await?;
                }
                done
            }
        };
    }
    Ok(())
}

/// Claims of a daemon that is gone are due again, at once.
///
/// # Errors
/// [`StoreError`].
pub async fn release_all(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.execute(RELEASE_ALL, &[]).await
}

/// When the next notice of a desk can be claimed; `None` when none waits.
///
/// # Errors
/// [`StoreError`].
pub async fn next_due(tx: &mut Tx, desk: &str) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.one(NEXT_DUE, values![desk]).await?;
    Ok(row.integer_or_null("due_us")?.map(Timestamp::from_us))
}

/// How many notices of a desk stand where.
///
/// # Errors
/// [`StoreError`].
pub async fn counts(tx: &mut Tx, desk: &str) -> Result<Counts, StoreError> {
    let row = tx.one(COUNTS, values![desk]).await?;
    Ok(Counts { due: row.integer("due")?, dead: row.integer("dead")? })
}

/// Notices that are not sent yet, or all, at most 500, above `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    tx: &mut Tx,
    state: Option<&str>,
    after: i64,
) -> Result<Vec<NoticeRow>, StoreError> {
    tx.all(LIST, values![state, after]).await?.iter().map(read_row).collect()
}

/// One notice and its bytes.
///
/// # Errors
/// [`StoreError`].
pub async fn show(tx: &mut Tx, id: OutboxId) -> Result<Option<(NoticeRow, Vec<u8>)>, StoreError> {
    let Some(row) = tx.optional(SHOW, values![id.0]).await? else { return Ok(None) };
    let bytes = body::load(tx, BodyId(row.integer("body")?)).await?;
    Ok(Some((read_row(&row)?, bytes)))
}

/// A dead, held or waiting notice is due now, with all its tries before it.
///
/// # Errors
/// [`StoreError::Raced`] when it is sent, or being sent.
pub async fn retry(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(RETRY, values![id.0, now]).await
}

/// A notice that waits is given up; it stays in the store.
///
/// # Errors
/// [`StoreError::Raced`] when it is sent, or being sent.
pub async fn give_up(
    tx: &mut Tx,
    id: OutboxId,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let reply = format!("dropped by {actor}");
    tx.execute_one(GIVE_UP, values![id.0, &reply]).await?;
    tx.execute(DEAD_EVENT, values![id.0, now, &reply]).await.map(drop)
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Claimed, StoreError> {
    Ok(Claimed {
        id: OutboxId(row.integer("id")?),
        envelope: Envelope {
            from: row.parsed("envelope_from", |text| ReversePath::parse(text).ok())?,
            to: row.parsed("recipient", |text| Address::parse(text).ok())?,
        },
        bytes: body::load(tx, BodyId(row.integer("body")?)).await?,
        attempts: u32::try_from(row.integer("attempts")?).unwrap_or(u32::MAX),
        first_attempt: row.integer_or_null("first_attempt_us")?.map(Timestamp::from_us),
    })
}

fn read_row(row: &Row) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        id: OutboxId(row.integer("id")?),
        desk: row.text("desk")?,
        ticket: row.integer("ticket")?,
        kind: row.text("kind")?,
        recipient: row.text("recipient")?,
        state: row.text("state")?,
        created: Timestamp::from_us(row.integer("created_us")?),
        due: Timestamp::from_us(row.integer("due_us")?),
        attempts: row.integer("attempts")?,
        reply: row.text_or_null("reply")?,
        message_id: row.text("message_id")?,
    })
}

const INSERT: &str = "
insert into outbox (desk, ticket, inbound, kind, envelope_from, recipient, recipient_domain,
                    message_id, body, state, created_us, due_us, claimed_until_us, attempts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'due', $10, $10, 0, 0)";

const CLAIM: &str = "
update outbox
   set state = 'claimed', claimed_until_us = $3
 where id in (select id from outbox
               where desk = $1 and state in ('due', 'claimed')
                 and due_us <= $2 and claimed_until_us <= $2
               order by due_us, id
               limit $4)
returning id, envelope_from, recipient, body, attempts, first_attempt_us";

const SENT: &str = "
update outbox
   set state = 'sent', sent_us = $2, reply = $3
 where id = $1 and state = 'claimed'";

const LATER: &str = "
update outbox
   set state = 'due', due_us = $2, reply = $3, claimed_until_us = 0, attempts = attempts + 1,
       first_attempt_us = coalesce(first_attempt_us, $4)
 where id = $1 and state = 'claimed'";

const RELEASED: &str = "
update outbox set state = 'due', claimed_until_us = 0 where id = $1 and state = 'claimed'";

const FORGIVEN: &str = "
update outbox
   set attempts = attempts - 1, due_us = $2
 where id = $1 and state = 'due' and attempts > 0";

const DEAD: &str = "
update outbox set state = 'dead', reply = $2 where id = $1 and state = 'claimed'";

const DEAD_EVENT: &str = "
insert into event (ticket, inbound, at_us, actor, kind, detail)
select ticket, inbound, $2, 'tidings', 'undeliverable',
       kind || ' to ' || recipient || ' will not be delivered: ' || $3
  from outbox
 where id = $1 and state = 'dead'";

const RELEASE_ALL: &str = "
update outbox set state = 'due', claimed_until_us = 0 where state = 'claimed'";

const NEXT_DUE: &str = "
select min(case when claimed_until_us > due_us then claimed_until_us else due_us end) as due_us
  from outbox
 where desk = $1 and state in ('due', 'claimed')";

const COUNTS: &str = "
select count(case when state in ('due', 'claimed') then 1 end) as due,
       count(case when state = 'dead' then 1 end) as dead
  from outbox
 where desk = $1";

const LIST: &str = "
select id, desk, ticket, kind, recipient, state, created_us, due_us, attempts, reply, message_id
  from outbox
 where ((cast($1 as text) is null and state <> 'sent') or state = $1 or $1 = 'all')
   and id > $2
 order by id
 limit 500";

const SHOW: &str = "
select id, desk, ticket, kind, recipient, state, created_us, due_us, attempts, reply, message_id,
       body
  from outbox
 where id = $1";

const RETRY: &str = "
update outbox
   set state = 'due', due_us = $2, claimed_until_us = 0, attempts = 0, first_attempt_us = null
 where id = $1 and state in ('due', 'dead', 'held')";

const GIVE_UP: &str = "
update outbox set state = 'dead', reply = $2 where id = $1 and state in ('due', 'held')";
