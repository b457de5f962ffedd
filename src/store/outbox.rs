//! Notices on their way: due → claimed → sent, or due again, or dead.
//!
//! A claim is a lease of one daemon, renewed while that lives. It ends by itself, so a stop needs no
//! clean-up, and what it held is due again with the same bytes. Daemons share the work: each claims
//! what no other has, and of the notices of one ticket to one recipient the oldest alone, so that
//! they go out in their order. One that is planned for later is not waited for.

pub(super) mod bounced;
pub mod carried;
pub mod filed;
pub mod review;

use std::collections::BTreeMap;
use std::time::Duration;

use super::body::{self, BodyId};
use super::commit::Act;
use super::error::{Class, StoreError};
use super::lease::LEASE;
use super::sql::{PerEngine, Row, Tx, Value, values};
use crate::mail::address::Address;
use crate::mail::envelope::{Envelope, ReversePath};
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;
use crate::triage::case::SentNotice;
use crate::triage::decision::{Carries, Due, NewNotice};

/// The row of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxId(pub i64);

/// A notice that was put off for so long is not waited for any more by those behind it.
const WAITED_FOR: Duration = Duration::from_hours(1);

/// Notices of one ticket among which that is looked for which came back.
pub const NOTICES_MAX: i64 = 500;

/// Who claims, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Claimant<'a> {
    /// The desk whose notices they are.
    pub desk: &'a str,
    /// The daemon's identity.
    pub holder: &'a str,
}

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
    /// When it was made.
    pub created: Timestamp,
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

/// How many notices of a desk stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be submitted, now or later.
    pub due: i64,
    /// Never to be taken.
    pub dead: i64,
}

/// Puts a notice into the outbox; its bytes are stored under `body`.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn insert(
    tx: &mut Tx,
    new: &NewNotice,
    act: &Act<'_>,
    body: BodyId,
) -> Result<(), StoreError> {
    let from = new.envelope.from.to_string();
    let (due, capped) = match new.due {
        Due::Uncapped => (act.now, None),
        Due::Capped(at) => (at, Some(at)),
    };
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
            body.0,
            act.now,
            due,
            capped.map(Timestamp::as_us),
            new.topic.as_deref(),
            match new.carries {
                Carries::Nothing => None,
                Carries::Attachments | Carries::Correspondence => act.inbound.map(|id| id.0),
            },
        ],
    )
    .await
    .map(drop)
}

/// The notices of a ticket of this desk, the newest first, at most [`NOTICES_MAX`].
///
/// # Errors
/// [`StoreError`].
pub async fn of_ticket(
    tx: &mut Tx,
    desk: &str,
    ticket: TicketNumber,
) -> Result<Vec<SentNotice>, StoreError> {
    let rows = tx.all(OF_TICKET, values![desk, ticket.get(), NOTICES_MAX]).await?;
    rows.iter()
        .map(|row| {
            Ok(SentNotice {
                message_id: row.parsed("message_id", |text| MessageId::parse(text).ok())?,
                to: row.parsed("recipient", |text| Address::parse(text).ok())?,
            })
        })
        .collect()
}

/// Claims what is due, oldest first, for a [`LEASE`]. One that cannot be read is dead, and the others
/// go on. `now` is the shared clock's.
///
/// # Errors
/// [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    by: Claimant<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Claimed>, StoreError> {
    let (until, waited_for) = (now.after(LEASE), now.before(WAITED_FOR));
    let values = values![by.desk, now, until, limit, by.holder, waited_for];
    let rows = tx.all(tx.text(CLAIM), values).await?;
    let bodies: Result<Vec<_>, _> = rows.iter().map(|row| row.integer("body")).collect();
    let bodies: Vec<BodyId> = bodies?.into_iter().map(BodyId).collect();
    let bodies = body::load_all(tx, &bodies).await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        match read(row, &bodies) {
            Ok(notice) => claimed.push(notice),
            Err(error) if error.class() == Class::Message => {
                let reply = format!("cannot be sent: {error}");
                let dead = Settled::Dead { reply };
                settle(tx, by.holder, &[(OutboxId(row.integer("id")?), dead)], now).await?;
            }
            Err(error) => return Err(error),
        }
    }
    claimed.sort_by_key(|notice| notice.id);
    Ok(claimed)
}

/// Writes what became of the holder's claimed notices. Of one that somebody else has claimed since,
/// or whose outcome is written already, nothing is.
///
/// # Errors
/// [`StoreError`].
pub async fn settle(
    tx: &mut Tx,
    holder: &str,
    settled: &[(OutboxId, Settled)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut sent = Vec::new();
    for (id, outcome) in settled {
        match outcome {
            Settled::Sent { reply } => {
                sent.push((*id, reply.as_str()));
                continue;
            }
            Settled::Later { due, reply } => {
                tx.execute(LATER, values![id.0, holder, *due, reply, now]).await?
            }
            Settled::Released => tx.execute(RELEASED, values![id.0, holder]).await?,
            Settled::Forgiven => tx.execute(FORGIVEN, values![id.0, now]).await?,
            Settled::Dead { reply } => {
                let done = tx.execute(DEAD, values![id.0, holder, reply]).await?;
                if done > 0 {
                    tx.execute(DEAD_EVENT, values![id.0, now, reply]).await?;
                }
                done
            }
        };
    }
    for group in sent.chunks(SENT_AT_ONCE) {
        let mut values = vec![Value::from(holder), Value::from(now)];
        for at in 0..SENT_AT_ONCE {
            let one = group.get(at);
            values.push(Value::Integer(one.map(|(id, _)| id.0)));
            values.push(Value::Text(one.map(|(_, reply)| *reply)));
        }
        tx.execute(SENT, &values).await?;
    }
    Ok(())
}

/// Claims of a daemon that has none of them in hand are due again, at once: after its start, or
/// when it could not learn what came of a claim.
///
/// # Errors
/// [`StoreError`].
pub async fn release(tx: &mut Tx, by: Claimant<'_>) -> Result<u64, StoreError> {
    tx.execute(RELEASE, values![by.desk, by.holder]).await
}

/// Keeps every claim of a daemon for another [`LEASE`]; how many there are. `now` is the shared
/// clock's.
///
/// # Errors
/// [`StoreError`].
pub async fn renew(tx: &mut Tx, holder: &str, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(RENEW, values![holder, now.after(LEASE)]).await
}

/// When the next notice of a desk can be claimed; `None` when none waits. One that waits for another
/// counts as if it did not.
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

fn read(row: &Row, bodies: &BTreeMap<BodyId, Vec<u8>>) -> Result<Claimed, StoreError> {
    let body = BodyId(row.integer("body")?);
    Ok(Claimed {
        id: OutboxId(row.integer("id")?),
        envelope: Envelope {
            from: row.parsed("envelope_from", |text| ReversePath::parse(text).ok())?,
            to: row.parsed("recipient", |text| Address::parse(text).ok())?,
        },
        bytes: bodies.get(&body).cloned().ok_or_else(|| body::missing(body))?,
        attempts: u32::try_from(row.integer("attempts")?).unwrap_or(u32::MAX),
        created: Timestamp::from_us(row.integer("created_us")?),
        first_attempt: row.integer_or_null("first_attempt_us")?.map(Timestamp::from_us),
    })
}

const INSERT: &str = "
insert into outbox (desk, ticket, inbound, kind, envelope_from, recipient, recipient_domain,
                    message_id, body, state, created_us, due_us, claimed_until_us, attempts,
                    capped_us, topic, carries)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'due', $10, $11, 0, 0, $12, $13, $14)";

const OF_TICKET: &str = "
select message_id, recipient from outbox where desk = $1 and ticket = $2 order by id desc limit $3";

/// The two engines differ in what another daemon's claim that is not committed yet does: in a file
/// there is none, on a server it is passed over.
///
/// What is taken is found once: as a subquery the server may run it again for each row, and, as rows
/// that it has taken are locked by then, find others each time.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "
with taken as materialized (
    select candidate.id
      from outbox candidate
     where candidate.desk = $1 and candidate.state in ('due', 'claimed')
       and candidate.due_us <= $2 and candidate.claimed_until_us <= $2
       and candidate.carries is null
       and not exists (select 1 from outbox earlier
                        where earlier.ticket = candidate.ticket
                          and earlier.recipient = candidate.recipient
                          and earlier.id < candidate.id
                          and earlier.state in ('due', 'claimed')
                          and (earlier.first_attempt_us is not null or earlier.due_us <= $2)
                          and coalesce(earlier.first_attempt_us, $2) > $6)
     order by candidate.due_us, candidate.id
     limit $4",
            $lock,
            "
)
update outbox
   set state = 'claimed', claimed_by = $5, claimed_until_us = $3
 where id in (select id from taken)
returning id, envelope_from, recipient, body, attempts, created_us, first_attempt_us"
        )
    };
}

const CLAIM: PerEngine =
    PerEngine { sqlite: claim!(""), postgres: claim!(" for update of candidate skip locked") };

/// Notices of one statement. The first row says what the columns are.
const SENT_AT_ONCE: usize = 10;

const SENT: &str = "
update outbox
   set state = 'sent', sent_us = $2, reply = taken.column2
  from (values (cast($3 as bigint), cast($4 as text)), ($5, $6), ($7, $8), ($9, $10), ($11, $12),
               ($13, $14), ($15, $16), ($17, $18), ($19, $20), ($21, $22)) as taken
 where outbox.id = taken.column1 and outbox.state = 'claimed' and outbox.claimed_by = $1";

const LATER: &str = "
update outbox
   set state = 'due', due_us = $3, reply = $4, claimed_until_us = 0, attempts = attempts + 1,
       first_attempt_us = coalesce(first_attempt_us, $5)
 where id = $1 and state = 'claimed' and claimed_by = $2";

const RELEASED: &str = "
update outbox
   set state = 'due', claimed_until_us = 0
 where id = $1 and state = 'claimed' and claimed_by = $2";

// One that is due already was forgiven before, or waits no longer than it would: asked twice, this
// takes one attempt back.
const FORGIVEN: &str = "
update outbox
   set attempts = attempts - 1, due_us = $2
 where id = $1 and state = 'due' and attempts > 0 and due_us > $2";

const DEAD: &str = "
update outbox
   set state = 'dead', reply = $3
 where id = $1 and state = 'claimed' and claimed_by = $2";

const DEAD_EVENT: &str = "
insert into event (ticket, inbound, at_us, actor, kind, detail)
select ticket, inbound, $2, 'tidings', 'undeliverable',
       kind || ' to ' || recipient || ' will not be delivered: ' || $3
  from outbox
 where id = $1 and state = 'dead'";

const RELEASE: &str = "
update outbox
   set state = 'due', claimed_until_us = 0
 where desk = $1 and claimed_by = $2 and state = 'claimed'";

const RENEW: &str = "
update outbox set claimed_until_us = $2 where claimed_by = $1 and state = 'claimed'";

const NEXT_DUE: &str = "
select min(case when claimed_until_us > due_us then claimed_until_us else due_us end) as due_us
  from outbox
 where desk = $1 and state in ('due', 'claimed')";

const COUNTS: &str = "
select (select count(*) from outbox where desk = $1 and state in ('due', 'claimed')) as due,
       (select count(*) from outbox where desk = $1 and state = 'dead') as dead";
