//! Leases: a desk belongs to one daemon at a time. Who holds a desk reads its folders and decides
//! its messages; nobody else writes anything of it.
//!
//! A lease is renewed while its holder lives and ends by itself when it does not. Its *fence* is
//! raised whenever it is taken, and each write transaction of the desk begins by reading it: a
//! holder that was stopped and woken finds another's fence, and writes nothing.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::error::StoreError;
use super::sql::{PerEngine, Row, Tx, values};
use super::trouble;
use crate::time::Timestamp;

/// How long a lease holds without being renewed.
pub const LEASE: Duration = Duration::from_mins(1);
/// How often its holder renews it.
pub const RENEWED: Duration = Duration::from_secs(15);

/// A daemon, as leases know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its identity: the same after a restart, so that it finds again what was its own.
    pub id: Box<str>,
    /// The machine and the process, for people.
    pub name: Box<str>,
}

/// A desk in our hands.
#[derive(Clone, Debug)]
pub struct Hold {
    desk: Box<str>,
    holder: Box<str>,
    fence: i64,
    ended: CancellationToken,
}

/// How the desk was left by who held it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// In order, or nobody ever held it.
    Clean,
    /// In the midst of work.
    Unclean,
}

/// What came of taking a desk.
#[derive(Clone, Debug)]
pub enum Taken {
    /// It is ours.
    Ours(Hold, Left),
    /// Somebody else has it.
    Others(Lease),
}

/// Whether a desk is still ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewed {
    /// It is, for another [`LEASE`].
    Held,
    /// Somebody else took it, or it was given back.
    Lost,
}

/// A lease, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The desk.
    pub desk: String,
    /// Who has it, or had it last.
    pub holder: Holder,
    /// Since when.
    pub taken: Timestamp,
    /// Until when, if it is not renewed; `None` when it was given back.
    pub until: Option<Timestamp>,
}

impl Hold {
    /// The desk.
    #[must_use]
    pub fn desk(&self) -> &str {
        &self.desk
    }

    /// Says that work on the desk is to end: somebody else was seen to have taken it, or it is to be
    /// given back.
    #[must_use]
    pub fn ended(&self) -> &CancellationToken {
        &self.ended
    }
}

impl Lease {
    /// Whether it holds at this instant.
    #[must_use]
    pub fn is_living(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until > now)
    }
}

/// Takes a desk that is free, that is ours already, or whose holder has not renewed it. `now` is
/// the shared clock's.
///
/// # Errors
/// [`StoreError`].
pub async fn take(
    tx: &mut Tx,
    desk: &str,
    holder: &Holder,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    // Looked at without a lock first: who holds it is not to be disturbed by those who wait.
    if let Some(row) = tx.optional(LOOK, values![desk]).await? {
        let lease = read(&row)?;
        if lease.is_living(now) && lease.holder.id != holder.id {
            return Ok(Taken::Others(lease));
        }
    }
    tx.execute(MAKE, values![desk, now]).await?;
    let row = tx.one(tx.text(LOCK), values![desk]).await?;
    let lease = read(&row)?;
    if lease.is_living(now) && lease.holder.id != holder.id {
        return Ok(Taken::Others(lease));
    }
    let left = if lease.until.is_some() { Left::Unclean } else { Left::Clean };
    trouble::forget(tx, desk).await?;
    let row =
        tx.one(TAKE, values![desk, &*holder.id, &*holder.name, now, now.after(LEASE)]).await?;
    let hold = Hold {
        desk: desk.into(),
        holder: holder.id.clone(),
        fence: row.integer("fence")?,
        ended: CancellationToken::new(),
    };
    Ok(Taken::Ours(hold, left))
}

/// Keeps a desk for another [`LEASE`].
///
/// # Errors
/// [`StoreError`].
pub async fn renew(tx: &mut Tx, hold: &Hold, now: Timestamp) -> Result<Renewed, StoreError> {
    let values = values![&*hold.desk, &*hold.holder, hold.fence, now.after(LEASE)];
    if tx.execute(RENEW, values).await? == 1 {
        return Ok(Renewed::Held);
    }
    hold.ended.cancel();
    Ok(Renewed::Lost)
}

/// Gives a desk back after a stop in order; others may take it at once.
///
/// # Errors
/// [`StoreError`].
pub async fn give_back(tx: &mut Tx, hold: &Hold) -> Result<(), StoreError> {
    tx.execute(GIVE_BACK, values![&*hold.desk, &*hold.holder, hold.fence]).await.map(drop)
}

/// Every lease there ever was, by desk.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<Lease>, StoreError> {
    tx.all(LIST, &[]).await?.iter().map(read).collect()
}

/// Reads the fence, so that nobody can take the desk until this transaction ends.
pub(super) async fn require(tx: &mut Tx, hold: &Hold) -> Result<(), StoreError> {
    if is_ours(tx, hold).await? {
        return Ok(());
    }
    hold.ended.cancel();
    Err(StoreError::Fenced { desk: hold.desk.clone() })
}

/// Whether the fence is still that of the hold; if so nobody can take the desk until this
/// transaction ends.
pub(super) async fn is_ours(tx: &mut Tx, hold: &Hold) -> Result<bool, StoreError> {
    let values = values![&*hold.desk, &*hold.holder, hold.fence];
    Ok(tx.optional(tx.text(FENCE), values).await?.is_some())
}

pub(super) fn read(row: &Row) -> Result<Lease, StoreError> {
    let until = Timestamp::from_us(row.integer("until_us")?);
    Ok(Lease {
        desk: row.text("desk")?,
        holder: Holder { id: row.text("holder")?.into(), name: row.text("holder_name")?.into() },
        taken: Timestamp::from_us(row.integer("taken_us")?),
        until: (until != FREE).then_some(until),
    })
}

/// The end of a lease that nobody has.
const FREE: Timestamp = Timestamp::from_us(0);

const LOOK: &str = "
select desk, holder, holder_name, taken_us, until_us from lease where desk = $1";

const MAKE: &str = "
insert into lease (desk, holder, holder_name, fence, taken_us, until_us)
values ($1, '', '', 0, $2, 0)
on conflict do nothing";

const LOCK: PerEngine = PerEngine {
    sqlite: LOOK,
    postgres: "
select desk, holder, holder_name, taken_us, until_us from lease where desk = $1 for update",
};

const TAKE: &str = "
update lease
   set holder = $2, holder_name = $3, fence = fence + 1, taken_us = $4, until_us = $5,
       trouble = null
 where desk = $1
returning fence";

const RENEW: &str = "
update lease
   set until_us = $4
 where desk = $1 and holder = $2 and fence = $3 and until_us <> 0";

const GIVE_BACK: &str = "
update lease set until_us = 0 where desk = $1 and holder = $2 and fence = $3";

const LIST: &str = "
select desk, holder, holder_name, taken_us, until_us from lease order by desk";

// A lock against whoever takes the desk, for update, and not against a renewal: that would wait until
// none is open, and while they follow each other closely enough there is always one.
const FENCE: PerEngine = PerEngine {
    sqlite: "
select fence from lease where desk = $1 and holder = $2 and fence = $3 and until_us <> 0",
    postgres: "
select fence from lease
 where desk = $1 and holder = $2 and fence = $3 and until_us <> 0
   for key share",
};
