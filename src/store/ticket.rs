//! Tickets, read: for decisions, for answers and for people. They are written by `commit` alone.

pub mod correspondence;
pub mod history;
pub mod life;
pub mod listing;

use data_encoding::HEXLOWER;
use serde::Serialize;

pub use correspondence::correspondence;
pub use listing::{Filter, NextTarget, PAGE, Place, Scope, Summary, WorkingOrder, list};
pub(super) use listing::{summary, ticket_rows};

use super::body::BodyId;
use super::error::StoreError;
use super::facts::ticket_facts;
use super::sql::{Row, Tx, values};
use crate::desk::account::AccountId;
use crate::desk::entitlement::Entitlement;
use crate::desk::language::Language;
use crate::desk::level::LevelName;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::attachment::format::Format;
use crate::mail::proof::Verdict;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;
use crate::triage::case::TicketFacts;

/// An article, for people.
#[derive(Clone, Debug)]
pub struct ArticleView {
    /// Its row.
    pub id: i64,
    /// Its ticket: the one that is shown, or one that was merged into it.
    pub ticket: TicketNumber,
    /// Who speaks.
    pub kind: String,
    /// The writer.
    pub sender: String,
    /// When.
    pub at: Timestamp,
    /// How sure it is who wrote it, in one word; `None` where nobody asked.
    pub proof: Option<String>,
    /// What it says.
    pub text: String,
    /// What came along.
    pub attachments: Vec<AttachmentView>,
    /// The message that it came with, where one came.
    pub body: Option<BodyId>,
}

/// An attachment, for people.
#[derive(Clone, Debug, Serialize)]
pub struct AttachmentView {
    /// The name, safe for a file system.
    pub name: String,
    /// The media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// What its first bytes say that it is; `None` where they say nothing, or nobody looked.
    #[serde(skip)]
    pub format: Option<Format>,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// Whether it belongs into the text.
    pub inline: bool,
}

/// An event, for people.
#[derive(Clone, Debug)]
pub struct EventView {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// The kind, one word.
    pub kind: String,
    /// What and why.
    pub detail: String,
}

/// A notice, for people.
#[derive(Clone, Debug)]
pub struct NoticeView {
    /// Which mail.
    pub kind: String,
    /// To whom.
    pub recipient: String,
    /// Where it stands.
    pub state: String,
    /// When another server said that it did not arrive.
    pub bounced: Option<Timestamp>,
    /// What the server said last.
    pub reply: Option<String>,
}

/// What a decision needs to know of a ticket of this desk; of one that was merged, what there is to
/// know of that which took it in.
///
/// # Errors
/// [`StoreError`].
pub async fn facts(
    tx: &mut Tx,
    desk: &str,
    number: TicketNumber,
) -> Result<Option<TicketFacts>, StoreError> {
    match tx.optional(FACTS, values![number.get(), desk]).await? {
        Some(row) => ticket_facts(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The requester and the participants of a ticket.
///
/// # Errors
/// [`StoreError`].
pub async fn parties(tx: &mut Tx, number: TicketNumber) -> Result<Vec<Address>, StoreError> {
    let rows = tx.all(PARTIES, values![number.get()]).await?;
    rows.iter().map(|row| row.parsed("address", |text| Address::parse(text).ok())).collect()
}

/// One ticket, as in a listing.
///
/// # Errors
/// [`StoreError`].
pub async fn show(tx: &mut Tx, number: TicketNumber) -> Result<Option<Summary>, StoreError> {
    tx.optional(SHOW, values![number.get()]).await?.as_ref().map(summary).transpose()
}

/// The articles of a ticket and of those that were merged into it, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn articles(tx: &mut Tx, number: TicketNumber) -> Result<Vec<ArticleView>, StoreError> {
    let mut articles = Vec::new();
    for row in tx.all(ARTICLES, values![number.get()]).await? {
        let id = row.integer("id")?;
        let mut attachments = Vec::new();
        for row in tx.all(ATTACHMENTS, values![id]).await? {
            attachments.push(AttachmentView {
                name: row.text("name")?,
                media_type: row.text("media_type")?,
                format: row.text_or_null("format")?.and_then(|text| Format::parse(&text)),
                size: row.integer("size")?,
                sha256: HEXLOWER.encode(&row.bytes("digest")?),
                inline: row.text("placement")? == "inline",
            });
        }
        articles.push(ArticleView {
            id,
            ticket: self::number(&row)?,
            kind: row.text("kind")?,
            sender: row.text("sender")?,
            at: Timestamp::from_us(row.integer("at_us")?),
            proof: row.text_or_null("proof")?,
            text: row.text("text")?,
            attachments,
            body: row.integer_or_null("body")?.map(BodyId),
        });
    }
    Ok(articles)
}

/// The events of a ticket, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn events(tx: &mut Tx, number: TicketNumber) -> Result<Vec<EventView>, StoreError> {
    let rows = tx.all(EVENTS, values![number.get()]).await?;
    rows.iter().map(event).collect()
}

/// The notices of a ticket, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn notices(tx: &mut Tx, number: TicketNumber) -> Result<Vec<NoticeView>, StoreError> {
    let rows = tx.all(NOTICES, values![number.get()]).await?;
    rows.iter()
        .map(|row| {
            Ok(NoticeView {
                kind: row.text("kind")?,
                recipient: row.text("recipient")?,
                state: row.text("state")?,
                bounced: row.integer_or_null("bounced_us")?.map(Timestamp::from_us),
                reply: row.text_or_null("reply")?,
            })
        })
        .collect()
}

/// What a ticket is entitled to, from its columns.
pub(super) fn entitlement(row: &Row) -> Result<Entitlement, StoreError> {
    Ok(Entitlement {
        level: row.parsed("level", LevelName::parse)?,
        level_by: row.text_or_null("level_by")?,
        account: row.integer_or_null("account")?.map(AccountId),
        claimed: row.integer_or_null("claimed")?.map(AccountId),
        proof: row.parsed_or_null("proof", Verdict::parse)?,
    })
}

/// In which a ticket began; what a program of another version has written may be unknown here.
pub(super) fn language(row: &Row) -> Result<Option<Language>, StoreError> {
    Ok(row.text_or_null("language")?.and_then(|tag| Language::parse(&tag)))
}

/// Who opened a ticket, from its columns.
pub(super) fn requester(row: &Row) -> Result<Option<NamedAddress>, StoreError> {
    let name = row.text("requester_name")?;
    let address = row.parsed_or_null("requester", |text| Address::parse(text).ok())?;
    Ok(address.map(|address| NamedAddress { name, address }))
}

/// Addresses as an article keeps them.
#[must_use]
pub(super) fn addresses(lines: &str) -> Vec<Address> {
    lines.lines().filter_map(|line| Address::parse(line).ok()).collect()
}

pub(super) fn number(row: &Row) -> Result<TicketNumber, StoreError> {
    let number = row.integer("number")?;
    TicketNumber::new(number)
        .ok_or_else(|| StoreError::Corrupt { column: "number", what: number.to_string() })
}

pub(super) fn event(row: &Row) -> Result<EventView, StoreError> {
    Ok(EventView {
        at: Timestamp::from_us(row.integer("at_us")?),
        actor: row.text("actor")?,
        kind: row.text("kind")?,
        detail: row.text("detail")?,
    })
}

// The last of those into which it was merged, one into the other.
const FACTS: &str = "
with recursive way (number, merged_into) as (
    select number, merged_into from ticket where number = $1 and desk = $2
    union
    select ticket.number, ticket.merged_into
      from way
      join ticket on ticket.number = way.merged_into
)
select ticket.number, ticket.version, ticket.status, ticket.level, ticket.level_by, ticket.account,
       ticket.claimed, ticket.proof, ticket.requester, ticket.requester_name, ticket.subject,
       ticket.priority, ticket.priority_by, ticket.agent, ticket.over_us, ticket.language,
       case when named.number <> ticket.number then named.subject end as merged_subject
  from way
  join ticket on ticket.number = way.number
  join ticket named on named.number = $1
 where way.merged_into is null";

const PARTIES: &str =
    "select address from participant where ticket = $1 order by address limit 500";

const SHOW: &str = ticket_rows!("ticket.number = $1");

const ARTICLES: &str = "
with recursive family (number) as (
    select number from ticket where number = $1
    union
    select ticket.number from family join ticket on ticket.merged_into = family.number
)
select article.id, article.ticket as number, article.kind, article.sender, article.at_us,
       article.text, inbound.proof, inbound.body
  from family
  join article on article.ticket = family.number
  left join inbound on inbound.id = article.inbound
 order by article.at_us / 1000000, article.id";

const ATTACHMENTS: &str = "
select name, media_type, format, size, digest, placement from attachment where article = $1 order by position";

const EVENTS: &str = "
select at_us, actor, kind, detail from event where ticket = $1 order by id";

const NOTICES: &str = "
select kind, recipient, state, bounced_us, reply from outbox where ticket = $1 order by id";
