//! Messages as received: the first durable line, and the one recorded outcome of each.

pub mod attempts;
mod columns;
pub mod mark;
pub mod review;
pub mod unproven;

use columns::{folder_word, parse_folder, released};

use super::body::BodyId;
use super::error::StoreError;
use super::evidence::evidence;
use super::mailbox::MailboxId;
use super::sql::{Row, Tx, values};
use crate::mail::Digest;
use crate::mail::address::Address;
use crate::mail::message_id::MessageId;
use crate::mail::proof::Proof;
use crate::time::Timestamp;
use crate::triage::case::{Age, Arrival, FolderKind, Form, InboundId};

/// A message on its way into the spool.
#[derive(Clone, Debug)]
pub struct NewInbound<'a> {
    /// The desk it came to.
    pub desk: &'a str,
    /// Where it came from.
    pub origin: Origin<'a>,
    /// INTERNALDATE, or what stands for it.
    pub received: Timestamp,
    /// Now.
    pub spooled: Timestamp,
    /// Bytes on the server.
    pub size: u64,
    /// What was fetched.
    pub content: Content,
    /// How it relates to the first look.
    pub age: SpoolAge,
    /// In which kind of folder it lay.
    pub folder: FolderKind,
}

/// Where a message came from.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// A mailbox, under this UID.
    Mailbox(MailboxId, i64),
    /// A file or standard input.
    File(&'a str),
}

/// What was fetched of a message.
#[derive(Clone, Debug)]
pub enum Content {
    /// All of it; its bytes are stored under this body.
    Whole(BodyId, Digest),
    /// Its beginning.
    Oversize(BodyId, Digest),
    /// Nothing: the server lists it and does not give it, for this reason.
    Missing(String),
}

/// How a message in the spool relates to the first look. An old one is unsettled until the look
/// is over and it is known how many came together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpoolAge {
    /// As decisions see it.
    Settled(Age),
    /// Old, and not from the first look.
    Unsettled,
}

/// What the spool said to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spooled {
    /// It is new.
    New(InboundId),
    /// This UID has its row already.
    Known,
}

/// A message that waits for its decision.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its row.
    pub id: InboundId,
    /// How it came.
    pub arrival: Arrival,
    /// When it was spooled.
    pub spooled: Timestamp,
    /// Its bytes.
    pub body: BodyId,
    /// How many bytes, about.
    pub size: u64,
    /// Failures of its own so far.
    pub attempts: i64,
    /// An earlier message with the same bytes.
    pub duplicate_of: Option<InboundId>,
}

/// What is written at the second durable line.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// The verdict's word.
    pub verdict: &'a str,
    /// The reasons, for people.
    pub reason: &'a str,
    /// The ticket it belongs to.
    pub ticket: Option<i64>,
    /// The message it is a copy of.
    pub duplicate_of: Option<InboundId>,
    /// The second key, by which copies are found.
    pub content: Option<Digest>,
    /// Whether the message in the mailbox is to be marked.
    pub mark: Mark,
    /// Who wrote it; `None` is nobody, or not known.
    pub sender: Option<&'a Address>,
    /// Its identifier.
    pub message_id: Option<&'a MessageId>,
    /// Who wrote it, as far as that is known; `None` where nobody asked.
    pub proof: Option<&'a Proof>,
    /// Now.
    pub decided: Timestamp,
}

/// What happens to the message in its mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// It is to be flagged or moved.
    Owed,
}

/// Puts a message into the spool. Its bytes must be stored before, in this transaction or an
/// earlier one.
///
/// # Errors
/// [`StoreError`].
pub async fn spool(tx: &mut Tx, new: &NewInbound<'_>) -> Result<Spooled, StoreError> {
    let (mailbox, uid, source) = match new.origin {
        Origin::Mailbox(mailbox, uid) => (Some(mailbox.0), Some(uid), None),
        Origin::File(name) => (None, None, Some(name)),
    };
    let (form, body, digest, missing) = match &new.content {
        Content::Whole(body, digest) => ("whole", Some(body.0), Some(digest), None),
        Content::Oversize(body, digest) => ("oversize", Some(body.0), Some(digest), None),
        Content::Missing(why) => ("missing", None, None, Some(why.as_str())),
    };
    let digest = digest.map(|digest| digest.0.as_slice());
    let (state, verdict) = match missing {
        Some(_) => ("decided", Some("held")),
        None => ("pending", None),
    };
    let decided = missing.map(|_| new.spooled.as_us());
    let size = i64::try_from(new.size).unwrap_or(i64::MAX);
    let (age, found) = match new.age {
        SpoolAge::Settled(Age::Found) => ("new", Some(new.spooled.as_us())),
        SpoolAge::Settled(age) => (age_word(age), None),
        SpoolAge::Unsettled => ("unsettled", None),
    };
    // Somebody may spool the same bytes, or the same UID, at the same time.
    for _ in 0..RACES {
        let values = values![
            new.desk,
            mailbox,
            uid,
            source,
            new.received,
            new.spooled,
            size,
            form,
            age,
            body,
            digest,
            state,
            verdict,
            missing,
            decided,
            found,
            folder_word(new.folder),
        ];
        if let Some(row) = tx.optional(INSERT, values).await? {
            return Ok(Spooled::New(InboundId(row.integer("id")?)));
        }
        if tx.optional(BY_ORIGIN, values![mailbox, uid, new.received]).await?.is_some() {
            return Ok(Spooled::Known);
        }
    }
    Err(StoreError::Raced)
}

/// How often a message is looked for again because somebody spooled its like meanwhile.
const RACES: u32 = 3;

/// The look is over: old messages of it that nobody knew are decided one by one if they are at
/// most `limit`, and held for a person if they are more. How many are held. Those of a look that
/// a stop cut off before the folder got another UIDVALIDITY count as well.
///
/// # Errors
/// [`StoreError`].
pub async fn settle(tx: &mut Tx, mailbox: MailboxId, limit: i64) -> Result<i64, StoreError> {
    let unknown = tx.one(COUNT_UNSETTLED, values![mailbox.0]).await?.integer("unknown")?;
    let age = if unknown > limit { "old_in_bulk" } else { "new" };
    tx.execute(SETTLE, values![mailbox.0, age]).await?;
    Ok(if unknown > limit { unknown } else { 0 })
}

/// Messages of a desk that are due for a decision, in the order in which they came.
///
/// # Errors
/// [`StoreError`].
pub async fn pending(
    tx: &mut Tx,
    desk: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Pending>, StoreError> {
    let rows = tx.all(PENDING, values![desk, now, limit]).await?;
    rows.iter().map(read_pending).collect()
}

/// How many messages of a desk wait, due or not.
///
/// # Errors
/// [`StoreError`].
pub async fn waiting(tx: &mut Tx, desk: &str) -> Result<i64, StoreError> {
    tx.one(WAITING, values![desk]).await?.integer("waiting")
}

/// The newest message of a desk that waits; 0 when none does.
///
/// # Errors
/// [`StoreError`].
pub async fn newest(tx: &mut Tx, desk: &str) -> Result<InboundId, StoreError> {
    Ok(InboundId(tx.one(NEWEST, values![desk]).await?.integer("id")?))
}

/// Writes the outcome of a message that waits.
///
/// # Errors
/// [`StoreError::Raced`] if it does not wait any more.
pub async fn finish(tx: &mut Tx, id: InboundId, outcome: &Outcome<'_>) -> Result<(), StoreError> {
    let mark = match outcome.mark {
        Mark::None => "none",
        Mark::Owed => "owed",
    };
    let duplicate_of = outcome.duplicate_of.map(|id| id.0);
    let content = outcome.content.as_ref().map(|digest| digest.0.as_slice());
    if !matches!(outcome.verdict, "duplicate" | "ignored") {
        tx.execute(HAS_THE_EFFECTS, values![id.0]).await?;
    }
    let evidence = outcome.proof.map(evidence);
    tx.execute_one(
        FINISH,
        values![
            id.0,
            outcome.verdict,
            outcome.reason,
            outcome.ticket,
            duplicate_of,
            content,
            mark,
            outcome.sender.map(Address::as_str),
            outcome.message_id.map(MessageId::as_str),
            outcome.decided,
            outcome.proof.map(|proof| proof.verdict.as_str()),
            evidence.as_deref(),
        ],
    )
    .await
}

fn read_pending(row: &Row) -> Result<Pending, StoreError> {
    let size = u64::try_from(row.integer("size")?).unwrap_or(0);
    let form = row.parsed("form", |word| match word {
        "whole" => Some(Form::Whole),
        "oversize" => Some(Form::Oversize { size }),
        _ => None,
    })?;
    Ok(Pending {
        id: InboundId(row.integer("id")?),
        arrival: Arrival {
            received: Timestamp::from_us(row.integer("received_us")?),
            age: match (row.parsed("age", parse_age)?, row.integer_or_null("found_us")?) {
                (Age::New, Some(_)) => Age::Found,
                (age, _) => age,
            },
            form,
            folder: row.parsed("folder_kind", parse_folder)?,
            released: released(row)?,
        },
        spooled: Timestamp::from_us(row.integer("spooled_us")?),
        body: BodyId(row.integer("body")?),
        size,
        attempts: row.integer("attempts")?,
        duplicate_of: row.integer_or_null("duplicate_of")?.map(InboundId),
    })
}

fn age_word(age: Age) -> &'static str {
    match age {
        // Beside it stands when it was found.
        Age::New | Age::Found => "new",
        Age::BackFill => "back_fill",
        Age::BeforeFirstRun => "before_first_run",
        Age::OldInBulk => "old_in_bulk",
    }
}

fn parse_age(word: &str) -> Option<Age> {
    [Age::New, Age::BackFill, Age::BeforeFirstRun, Age::OldInBulk]
        .into_iter()
        .find(|age| age_word(*age) == word)
}

const INSERT: &str = "
insert into inbound (desk, mailbox, uid, source, received_us, spooled_us, size, form, age, body,
                     digest, duplicate_of, state, due_us, attempts, verdict, reason, mark,
                     decided_us, found_us, folder_kind)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
        (select earlier.id
           from inbound earlier
          where earlier.desk = $1 and earlier.digest = $11 and earlier.duplicate_of is null),
        $12, 0, 0, $13, $14, 'none', $15, $16, $17)
on conflict do nothing
returning id";

const BY_ORIGIN: &str = "
select id from inbound where mailbox = $1 and uid = $2 and received_us = $3";

const COUNT_UNSETTLED: &str = "
select count(*) as unknown
  from inbound
 where desk = (select desk from mailbox where id = $1)
   and mailbox in (select older.id
                     from mailbox older
                     join mailbox newer
                       on newer.desk = older.desk and newer.folder = older.folder
                      and newer.id >= older.id
                    where newer.id = $1)
   and state = 'pending' and age = 'unsettled' and duplicate_of is null";

const SETTLE: &str = "
update inbound
   set age = $2
 where desk = (select desk from mailbox where id = $1)
   and mailbox in (select older.id
                     from mailbox older
                     join mailbox newer
                       on newer.desk = older.desk and newer.folder = older.folder
                      and newer.id >= older.id
                    where newer.id = $1)
   and state = 'pending' and age = 'unsettled'";

const PENDING: &str = "
select id, received_us, spooled_us, age, found_us, form, size, body, attempts, duplicate_of,
       folder_kind, released_by, released_us
  from inbound
 where desk = $1 and state = 'pending' and due_us <= $2 and age <> 'unsettled'
 order by id
 limit $3";

const WAITING: &str = "
select count(*) as waiting from inbound where desk = $1 and state = 'pending'";

const NEWEST: &str = "
select coalesce(max(id), 0) as id from inbound where desk = $1 and state = 'pending'";

/// A copy of an ignored message that is not ignored itself is from now on what later copies are
/// copies of.
const HAS_THE_EFFECTS: &str = "
update inbound
   set duplicate_of = $1
 where verdict = 'ignored' and id = (select duplicate_of from inbound where id = $1)";

const FINISH: &str = "
update inbound
   set state = 'decided', verdict = $2, reason = $3, ticket = $4,
       duplicate_of = case when $2 in ('duplicate', 'ignored') then coalesce($5, duplicate_of) end,
       content = $6,
       mark = case when mailbox is null then 'none' else $7 end,
       sender = coalesce($8, sender), message_id = coalesce($9, message_id), decided_us = $10,
       proof = $11, evidence = $12
 where id = $1 and state = 'pending'";
