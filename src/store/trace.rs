//! What happened with a person's mail, a message or a ticket, in the order in which it began.
//!
//! Nothing here reads a body. A decision is told with its inbound, so an event that says the same
//! once more is left out where that inbound is listed.

use super::error::StoreError;
use super::inbound::review::{self as messages, InboundRow, inbound_rows};
use super::outbox::review::{self as notices, NoticeRow, notice_rows};
use super::sql::{Row, Tx, Value, values};
use super::ticket::{self, EventView, Summary, ticket_rows};
use crate::mail::address::Address;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;
use crate::triage::case::InboundId;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it began: a message when it was stored, a notice when it was made.
    pub at: Timestamp,
    /// What it was, and what became of it.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum What {
    /// A message came; with its decision and its mark.
    Inbound(InboundRow),
    /// A ticket was opened; as it stands.
    Ticket(Summary),
    /// Somebody wrote into a ticket otherwise than by mail.
    Article(Written),
    /// Something was remembered about a ticket.
    Event(Remembered),
    /// A notice was made; with what the server said.
    Notice(NoticeRow),
}

/// An article that did not come by mail.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its row.
    pub id: i64,
    /// The desk.
    pub desk: String,
    /// The ticket.
    pub ticket: i64,
    /// Who speaks.
    pub kind: String,
    /// The writer.
    pub sender: String,
    /// The identifier of the mail that took it to the requester.
    pub message_id: Option<String>,
}

/// An event of a ticket.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// Its row.
    pub id: i64,
    /// The desk.
    pub desk: String,
    /// The ticket.
    pub ticket: i64,
    /// The message that was the reason.
    pub inbound: Option<InboundId>,
    /// What and why.
    pub event: EventView,
}

/// Rows of one statement: more than anybody reads, and what a trace that is cut can count.
const ROWS: i64 = 1_000;
/// Tickets in which one Message-ID is looked for; few are copied into more than two.
const TICKETS: i64 = 20;

/// What is known of somebody: what he sent, whatever became of it, what was sent to him, and the
/// tickets to which he is a party. Of that, what began at `since` or later.
///
/// # Errors
/// [`StoreError`].
pub async fn of_address(
    tx: &mut Tx,
    address: &Address,
    since: Timestamp,
) -> Result<Vec<Entry>, StoreError> {
    let key = Value::from(address.as_str());
    let mut found = Vec::new();
    add(tx, &mut found, INBOUND_FROM, key, since, read_inbound).await?;
    add(tx, &mut found, TICKETS_OF, key, since, read_ticket).await?;
    add(tx, &mut found, ARTICLES_OF, key, since, read_article).await?;
    add(tx, &mut found, EVENTS_OF, key, since, read_event).await?;
    add(tx, &mut found, NOTICES_TO, key, since, read_notice).await?;
    Ok(in_order(found))
}

/// What is known of a message: itself, and what its tickets say from then on.
///
/// # Errors
/// [`StoreError`].
pub async fn of_message(
    tx: &mut Tx,
    id: &MessageId,
    since: Timestamp,
) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::new();
    add(tx, &mut found, INBOUND_NAMED, Value::from(id.as_str()), since, read_inbound).await?;
    for row in tx.all(TICKETS_NAMING, values![id.as_str(), TICKETS]).await? {
        let from = Timestamp::from_us(row.integer("at_us")?).max(since);
        found.extend(of_ticket(tx, ticket::number(&row)?, from).await?);
    }
    Ok(in_order(found))
}

/// What is known of a ticket: as it stands, and what began at `since` or later. Empty when there is
/// no such ticket.
///
/// # Errors
/// [`StoreError`].
pub async fn of_ticket(
    tx: &mut Tx,
    number: TicketNumber,
    since: Timestamp,
) -> Result<Vec<Entry>, StoreError> {
    let Some(ticket) = ticket::show(tx, number).await? else { return Ok(Vec::new()) };
    let key = Value::from(number.get());
    let mut found = vec![Entry { at: ticket.opened, what: What::Ticket(ticket) }];
    add(tx, &mut found, INBOUND_IN, key, since, read_inbound).await?;
    add(tx, &mut found, ARTICLES_IN, key, since, read_article).await?;
    add(tx, &mut found, EVENTS_IN, key, since, read_event).await?;
    add(tx, &mut found, NOTICES_IN, key, since, read_notice).await?;
    Ok(in_order(found))
}

/// How many messages wait, or are held, without anybody knowing who wrote them.
///
/// # Errors
/// [`StoreError`].
pub async fn of_nobody(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(OF_NOBODY, &[]).await?.integer("messages")
}

async fn add(
    tx: &mut Tx,
    found: &mut Vec<Entry>,
    sql: &'static str,
    key: Value<'_>,
    since: Timestamp,
    read: fn(&Row) -> Result<Entry, StoreError>,
) -> Result<(), StoreError> {
    for row in tx.all(sql, &[key, Value::from(since), Value::from(ROWS)]).await? {
        found.push(read(&row)?);
    }
    Ok(())
}

/// In the order in which it began; of what began at once, causes before effects.
fn in_order(mut found: Vec<Entry>) -> Vec<Entry> {
    found.sort_by_key(Entry::place);
    found.dedup_by_key(|entry| entry.place());
    found
}

impl Entry {
    fn place(&self) -> (Timestamp, u8, i64) {
        let (rank, id) = match &self.what {
            What::Inbound(inbound) => (0, inbound.id.0),
            What::Ticket(ticket) => (1, ticket.number.get()),
            What::Article(article) => (2, article.id),
            What::Event(event) => (3, event.id),
            What::Notice(notice) => (4, notice.id.0),
        };
        (self.at, rank, id)
    }
}

fn read_inbound(row: &Row) -> Result<Entry, StoreError> {
    let inbound = messages::read_row(row)?;
    Ok(Entry { at: inbound.spooled, what: What::Inbound(inbound) })
}

fn read_ticket(row: &Row) -> Result<Entry, StoreError> {
    let ticket = ticket::summary(row)?;
    Ok(Entry { at: ticket.opened, what: What::Ticket(ticket) })
}

fn read_article(row: &Row) -> Result<Entry, StoreError> {
    let article = Written {
        id: row.integer("id")?,
        desk: row.text("desk")?,
        ticket: row.integer("ticket")?,
        kind: row.text("kind")?,
        sender: row.text("sender")?,
        message_id: row.text_or_null("message_id")?,
    };
    let at = Timestamp::from_us(row.integer("at_us")?);
    Ok(Entry { at, what: What::Article(article) })
}

fn read_event(row: &Row) -> Result<Entry, StoreError> {
    let remembered = Remembered {
        id: row.integer("id")?,
        desk: row.text("desk")?,
        ticket: row.integer("ticket")?,
        inbound: row.integer_or_null("inbound")?.map(InboundId),
        event: ticket::event(row)?,
    };
    Ok(Entry { at: remembered.event.at, what: What::Event(remembered) })
}

fn read_notice(row: &Row) -> Result<Entry, StoreError> {
    let notice = notices::read_row(row)?;
    Ok(Entry { at: notice.created, what: What::Notice(notice) })
}

const INBOUND_FROM: &str = inbound_rows!(
    "inbound.sender = $1 and inbound.spooled_us >= $2
 order by inbound.spooled_us, inbound.id
 limit $3"
);

const INBOUND_NAMED: &str = inbound_rows!(
    "inbound.message_id = $1 and inbound.spooled_us >= $2
 order by inbound.spooled_us, inbound.id
 limit $3"
);

const INBOUND_IN: &str = inbound_rows!(
    "inbound.id in (select id from inbound where ticket = $1
                    union
                    select copy.id
                      from inbound copy
                      join inbound first on first.id = copy.duplicate_of
                     where first.ticket = $1)
   and inbound.spooled_us >= $2
 order by inbound.spooled_us, inbound.id
 limit $3"
);

const TICKETS_OF: &str = ticket_rows!(
    "ticket.number in (select ticket from participant where address = $1)
   and ticket.opened_us >= $2
 order by ticket.opened_us, ticket.number
 limit $3"
);

macro_rules! article_rows {
    ($which:literal) => {
        concat!(
            "
select article.id, ticket.desk, article.ticket, article.kind, article.sender, article.at_us,
       article.message_id
  from article
  join ticket on ticket.number = article.ticket
 where ",
            $which,
            "
   and article.inbound is null and article.at_us >= $2
 order by article.at_us, article.id
 limit $3"
        )
    };
}

const ARTICLES_OF: &str =
    article_rows!("article.ticket in (select ticket from participant where address = $1)");

const ARTICLES_IN: &str = article_rows!("article.ticket = $1");

macro_rules! event_rows {
    ($which:literal) => {
        concat!(
            "
select event.id, ticket.desk, event.ticket, event.inbound, event.at_us, event.actor, event.kind,
       event.detail
  from event
  join ticket on ticket.number = event.ticket
  left join inbound on inbound.id = event.inbound
 where ",
            $which,
            "
   and event.at_us >= $2
 order by event.at_us, event.id
 limit $3"
        )
    };
}

const EVENTS_OF: &str = event_rows!(
    "event.ticket in (select ticket from participant where address = $1)
   and (coalesce(inbound.sender, '') <> $1 or coalesce(inbound.reason, '') <> event.detail)"
);

const EVENTS_IN: &str =
    event_rows!("event.ticket = $1 and coalesce(inbound.reason, '') <> event.detail");

const NOTICES_TO: &str = notice_rows!(
    "recipient = $1 and created_us >= $2
 order by created_us, id
 limit $3"
);

const NOTICES_IN: &str = notice_rows!(
    "ticket = $1 and created_us >= $2
 order by created_us, id
 limit $3"
);

/// The tickets that know a Message-ID, and since when.
const TICKETS_NAMING: &str = "
select number, min(at_us) as at_us
  from (select ticket as number, spooled_us as at_us
          from inbound
         where message_id = $1 and ticket is not null
        union all
        select ticket, created_us from outbox where message_id = $1
        union all
        select reference.ticket, coalesce(inbound.spooled_us, article.at_us)
          from reference
          join article on article.id = reference.article
          left join inbound on inbound.id = article.inbound
         where reference.message_id = $1 and reference.role = 'message') as known
 group by number
 order by number
 limit $2";

const OF_NOBODY: &str = "
select (select count(*) from inbound where state = 'pending')
       + (select count(*) from inbound where verdict = 'held' and sender is null) as messages";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::store::location::Location;
    use crate::store::{Absent, Identity, Store, Upgrade};

    #[tokio::test]
    async fn each_statement_finds_its_rows_by_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let identity =
            Identity { instance: "x.example", key_ids: &["k"], key_file: Path::new("key") };
        let (at, how) = (Location::Sqlite(folder.path().join("tidings.db")), Upgrade::Gently);
        let now = Timestamp::from_seconds(0);
        let store = Store::open(&at, None, Absent::Create, how, &identity, now).await.unwrap();
        let mut tx = store.read().await.unwrap();
        for sql in [
            INBOUND_FROM,
            INBOUND_NAMED,
            INBOUND_IN,
            TICKETS_OF,
            ARTICLES_OF,
            ARTICLES_IN,
            EVENTS_OF,
            EVENTS_IN,
            NOTICES_TO,
            NOTICES_IN,
            TICKETS_NAMING,
            OF_NOBODY,
        ] {
            let explained = format!("explain query plan {sql}").leak();
            for row in tx.all(explained, values!["x", 0, 0]).await.unwrap() {
                let step = row.text("detail").unwrap();
                let whole = ["inbound", "ticket", "article", "event", "outbox", "participant"]
                    .iter()
                    .any(|table| step == format!("SCAN {table}"));
                assert!(!whole, "{sql}\n{step}");
            }
        }
        tx.rollback().await.unwrap();
        store.close().await;
    }
}
