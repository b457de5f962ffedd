//! Causes that the operator is told of: seen → told → over. One that stood too short to be told is
//! forgotten.

use super::error::StoreError;
use super::sql::{Row, Tx, values};
use crate::time::Timestamp;

/// The row of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlarmId(pub i64);

/// A cause whose end the operator was not told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its row.
    pub id: AlarmId,
    /// The desk; empty where it is of none.
    pub desk: String,
    /// What the cause is called.
    pub cause: String,
    /// What it is, as it was when it was first seen.
    pub what: String,
    /// What the operator knows.
    pub state: State,
    /// When it was first seen.
    pub begun: Timestamp,
    /// Since when it is not seen any more; `None` while it is.
    pub over: Option<Timestamp>,
}

/// What the operator knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Seen,
    /// That it began.
    Told,
}

/// Who tells, and until when nobody else does.
#[derive(Clone, Copy, Debug)]
pub struct Teller<'a> {
    /// The daemon's identity.
    pub holder: &'a str,
    /// By the shared clock.
    pub until: Timestamp,
}

/// Alarms at a time. There are at most as many as desks times causes.
const LISTED_MAX: i64 = 10_000;

/// Every alarm whose end was not told.
///
/// # Errors
/// [`StoreError`].
pub async fn standing(tx: &mut Tx) -> Result<Vec<Alarm>, StoreError> {
    tx.all(STANDING, values![LISTED_MAX]).await?.iter().map(read).collect()
}

/// How many mails went out since an instant; several alarms told at once are one.
///
/// # Errors
/// [`StoreError`].
pub async fn mails_since(tx: &mut Tx, since: Timestamp) -> Result<i64, StoreError> {
    tx.one(MAILS_SINCE, values![since]).await?.integer("mails")
}

/// A cause is seen. Where it stands already nothing is written.
///
/// # Errors
/// [`StoreError`].
pub async fn begin(
    tx: &mut Tx,
    desk: &str,
    cause: &str,
    what: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(BEGIN, values![desk, cause, what, now]).await.map(drop)
}

/// A cause is not seen any more, and nobody was told of it.
///
/// # Errors
/// [`StoreError`].
pub async fn forget(tx: &mut Tx, id: AlarmId) -> Result<(), StoreError> {
    tx.execute(FORGET, values![id.0]).await.map(drop)
}

/// A cause is not seen any more.
///
/// # Errors
/// [`StoreError`].
pub async fn pause(tx: &mut Tx, id: AlarmId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(PAUSE, values![id.0, now]).await.map(drop)
}

/// A cause is seen again.
///
/// # Errors
/// [`StoreError`].
pub async fn resume(tx: &mut Tx, id: AlarmId) -> Result<(), StoreError> {
    tx.execute(RESUME, values![id.0]).await.map(drop)
}

/// Takes the telling of an alarm, unless it is another's, or there is nothing to tell of it in this
/// state any more; whether it is ours.
///
/// # Errors
/// [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    (id, state): (AlarmId, State),
    by: Teller<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = values![id.0, state.as_str(), by.holder, by.until, now];
    Ok(tx.execute(CLAIM, values).await? == 1)
}

/// What was to be told was told, if it was ours to tell.
///
/// # Errors
/// [`StoreError`].
pub async fn told(
    tx: &mut Tx,
    (id, state): (AlarmId, State),
    holder: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = match state {
        State::Seen => TOLD,
        State::Told => TOLD_OVER,
    };
    tx.execute(sql, values![id.0, holder, at]).await.map(drop)
}

/// Nobody could be told; whoever is next tries again.
///
/// # Errors
/// [`StoreError`].
pub async fn release(tx: &mut Tx, id: AlarmId, holder: &str) -> Result<(), StoreError> {
    tx.execute(RELEASE, values![id.0, holder]).await.map(drop)
}

/// Forgets alarms whose end was told before an instant.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    tx.execute(SWEEP, values![before]).await.map(drop)
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Told => "told",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Seen, Self::Told].into_iter().find(|state| state.as_str() == word)
    }
}

fn read(row: &Row) -> Result<Alarm, StoreError> {
    Ok(Alarm {
        id: AlarmId(row.integer("id")?),
        desk: row.text("desk")?,
        cause: row.text("cause")?,
        what: row.text("what")?,
        state: row.parsed("state", State::parse)?,
        begun: Timestamp::from_us(row.integer("begun_us")?),
        over: row.integer_or_null("over_us")?.map(Timestamp::from_us),
    })
}

const STANDING: &str = "
select id, desk, cause, what, state, begun_us, over_us
  from alarm
 where state in ('seen', 'told')
 order by id
 limit $1";

const MAILS_SINCE: &str = "
select count(*) as mails
  from (select told_us as at_us from alarm where told_us > $1
        union
        select told_over_us from alarm where told_over_us > $1) told";

const BEGIN: &str = "
insert into alarm (desk, cause, what, state, begun_us, claimed_until_us)
values ($1, $2, $3, 'seen', $4, 0)
on conflict do nothing";

const FORGET: &str = "
delete from alarm where id = $1 and state = 'seen'";

const PAUSE: &str = "
update alarm set over_us = $2 where id = $1 and state in ('seen', 'told') and over_us is null";

const RESUME: &str = "
update alarm set over_us = null where id = $1 and state in ('seen', 'told')";

const CLAIM: &str = "
update alarm
   set claimed_by = $3, claimed_until_us = $4
 where id = $1 and state = $2 and (claimed_until_us <= $5 or claimed_by = $3)";

const TOLD: &str = "
update alarm
   set state = 'told', told_us = $3, claimed_until_us = 0
 where id = $1 and state = 'seen' and claimed_by = $2";

const TOLD_OVER: &str = "
update alarm
   set state = 'over', told_over_us = $3, over_us = coalesce(over_us, $3), claimed_until_us = 0
 where id = $1 and state = 'told' and claimed_by = $2";

const RELEASE: &str = "
update alarm set claimed_until_us = 0 where id = $1 and claimed_by = $2";

const SWEEP: &str = "
delete from alarm where state = 'over' and told_over_us < $1";
