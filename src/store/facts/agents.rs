//! What the mails to and from the agents of a desk need to know. Nothing is asked where there are none.

use std::time::Duration;

use super::Question;
use crate::desk::article::ArticleId;
use crate::desk::ticket::Status;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::subject::TicketNumber;
use crate::store::account::known;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::store::ticket::{self, correspondence, life};
use crate::time::Timestamp;
use crate::triage::case::{Handled, OpenTicket};
use crate::triage::relay::REFUSALS_MAX;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Open tickets of a requester that agents are told of, and the one that they are told about.
const ALSO_OPEN_MAX: i64 = 6;

/// Other open tickets of the one who asks.
pub(super) async fn also_open(
    tx: &mut Tx,
    question: &Question<'_>,
) -> Result<Vec<OpenTicket>, StoreError> {
    let Some(requester) = question.requester().filter(|_| question.has_agents) else {
        return Ok(Vec::new());
    };
    let values = values![question.desk, requester.as_str(), ALSO_OPEN_MAX];
    let rows = tx.all(ALSO_OPEN, values).await?;
    rows.iter()
        .map(|row| {
            Ok(OpenTicket {
                number: ticket::number(row)?,
                status: row.parsed("status", Status::parse)?,
                subject: row.text("subject")?,
            })
        })
        .collect()
}

/// The tickets that an agent's mail may be about, as far as his orders and his answer need them.
pub(super) async fn handled(
    tx: &mut Tx,
    question: &Question<'_>,
    candidates: &[TicketNumber],
) -> Result<Vec<Handled>, StoreError> {
    let mut handled: Vec<Handled> = Vec::new();
    if question.agent.is_none() {
        return Ok(handled);
    }
    for number in candidates.iter().copied() {
        if handled.iter().any(|known| known.ticket.number == number) {
            continue;
        }
        let ticket = correspondence(tx, number).await?;
        let Some((_, ticket)) = ticket.filter(|(desk, _)| desk == question.desk) else { continue };
        let (accounts, first_ticket) = match &ticket.requester {
            Some(requester) => (
                known::matching(tx, &requester.address).await?,
                known::first_ticket(tx, question.desk, &requester.address).await?,
            ),
            None => (Vec::new(), None),
        };
        let rows = tx.all(SAID, values![number.get(), SAID_MAX]).await?;
        let said = rows.iter().map(|row| row.text("text")).collect::<Result<_, _>>()?;
        let at = rows.first().map(|row| row.integer("at_us")).transpose()?;
        let said_at = at.map(Timestamp::from_us);
        let participants = participants(tx, number).await?;
        let answered = answered(tx, question, number).await?;
        let articles = match answered {
            Some(_) => life::heads(tx, number).await?,
            None => Vec::new(),
        };
        handled.push(Handled {
            ticket,
            accounts,
            first_ticket,
            said,
            said_at,
            participants,
            answered,
            articles,
        });
    }
    Ok(handled)
}

/// To whom mails about these tickets did not arrive since a day ago, as servers said.
pub(super) async fn bounced(
    tx: &mut Tx,
    question: &Question<'_>,
    tickets: &[TicketNumber],
) -> Result<Vec<Address>, StoreError> {
    let mut bounced = Vec::new();
    if !question.is_bounce || !question.has_agents {
        return Ok(bounced);
    }
    for number in tickets {
        let values = values![number.get(), question.now.before(DAY)];
        for row in tx.all(BOUNCED, values).await? {
            bounced.push(row.parsed("recipient", |text| Address::parse(text).ok())?);
        }
    }
    Ok(bounced)
}

/// The article about which the agent was told by the mail that he answers.
async fn answered(
    tx: &mut Tx,
    question: &Question<'_>,
    number: TicketNumber,
) -> Result<Option<ArticleId>, StoreError> {
    let Some(id) = question.answers else { return Ok(None) };
    let row = tx.optional(ANSWERED, values![id.as_str(), number.get()]).await?;
    row.map(|row| row.integer("id").map(ArticleId)).transpose()
}

/// How many mails in the last hour told this agent of what was not done.
pub(super) async fn refusals(tx: &mut Tx, question: &Question<'_>) -> Result<i64, StoreError> {
    let Some(agent) = question.agent else { return Ok(0) };
    let values = values![agent.as_str(), question.now.before(HOUR), REFUSALS_MAX];
    tx.one(REFUSALS, values).await?.integer("sent")
}

async fn participants(tx: &mut Tx, number: TicketNumber) -> Result<Vec<NamedAddress>, StoreError> {
    let rows = tx.all(PARTICIPANTS, values![number.get()]).await?;
    rows.iter()
        .map(|row| {
            let address = row.parsed("address", |text| Address::parse(text).ok())?;
            Ok(NamedAddress { name: row.text("name")?, address })
        })
        .collect()
}

const ALSO_OPEN: &str = "
select ticket.number, ticket.status, ticket.subject
  from participant
  join ticket on ticket.number = participant.ticket
 where participant.address = $2 and ticket.desk = $1 and ticket.requester = $2
   and ticket.status not in ('resolved', 'closed')
 order by participant.ticket desc
 limit $3";

/// Messages of the requester's side that an agent may quote to others.
const SAID_MAX: i64 = 10;

const SAID: &str = "
select text, at_us
  from article
 where ticket = $1 and kind = 'requester'
 order by id desc
 limit $2";

const BOUNCED: &str = "
select distinct recipient from outbox where ticket = $1 and bounced_us > $2 order by recipient limit 500";

const ANSWERED: &str = "
select article.id
  from outbox
  join article on article.inbound = outbox.inbound and article.ticket = $2
 where outbox.message_id = $1 and outbox.kind = 'notification'";

const PARTICIPANTS: &str = "
select address, name from participant where ticket = $1 order by address";

const REFUSALS: &str = "
select count(*) as sent
  from (select 1
          from outbox
         where kind = 'refusal' and recipient = $1 and created_us > $2
         limit $3) as recent";
