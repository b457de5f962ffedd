//! What was said in a ticket, as far as an answer needs it.

use crate::desk::priority::Priority;
use crate::desk::ticket::Status;
use crate::mail::message_id::MessageId;
use crate::mail::rating::Stars;
use crate::mail::subject::TicketNumber;
use crate::store::account::known::languages;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::store::target;
use crate::store::ticket::life::spent;
use crate::store::ticket::{entitlement, language, parties, requester};
use crate::time::Timestamp;
use crate::triage::answer::Correspondence;

/// What an answer needs to know of a ticket, and the desk that it belongs to.
///
/// # Errors
/// [`StoreError`].
pub async fn correspondence(
    tx: &mut Tx,
    number: TicketNumber,
) -> Result<Option<(String, Correspondence)>, StoreError> {
    let Some(row) = tx.optional(CORRESPONDENCE, values![number.get()]).await? else {
        return Ok(None);
    };
    let mut thread = Vec::new();
    let mut last = None;
    for reference in tx.all(THREAD, values![number.get()]).await?.iter().rev() {
        let id = reference.parsed("message_id", |text| MessageId::parse(text).ok())?;
        if reference.text("kind")? == "requester" {
            last = Some(id.clone());
        }
        thread.push(id);
    }
    // Whatever answers has its parent last (RFC 5322 §3.6.4).
    if let Some(at) = thread.iter().position(|id| Some(id) == last.as_ref()) {
        thread.truncate(at + 1);
    }
    let tags = match tx.optional(TAGS, values![number.get()]).await? {
        Some(row) => row.text("tags")?.lines().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let correspondence = Correspondence {
        number,
        version: row.integer("version")?,
        status: row.parsed("status", Status::parse)?,
        entitlement: entitlement(&row)?,
        languages: languages(&row.text_or_null("languages")?.unwrap_or_default()),
        language: language(&row)?,
        over: row.integer_or_null("over_us")?.map(Timestamp::from_us),
        rating: row.integer_or_null("stars")?.and_then(Stars::new),
        secret: row.integer_or_null("secret_us")?.map(Timestamp::from_us),
        requester: requester(&row)?,
        subject: row.text("subject")?,
        tags,
        thread,
        last,
        merged_into: row.integer_or_null("merged_into")?.and_then(TicketNumber::new),
        parties: parties(tx, number).await?,
        agent: row.text_or_null("agent")?,
        priority: row.parsed("priority", Priority::parse)?,
        spent: spent(tx, number).await?,
        clocks: target::kept(tx, number).await?.clocks,
        priority_by: row.text_or_null("priority_by")?,
        answers: row.integer("answers")?,
        gone: row.integer_or_null("gone_us")?.map(Timestamp::from_us),
    };
    Ok(Some((row.text("desk")?, correspondence)))
}

const CORRESPONDENCE: &str = "
select ticket.desk, ticket.version, ticket.status, ticket.level, ticket.level_by, ticket.account,
       ticket.claimed, ticket.proof, ticket.requester, ticket.requester_name, ticket.subject,
       ticket.priority, ticket.priority_by, ticket.agent, ticket.merged_into, ticket.language, ticket.over_us,
       rating.stars, account_now.languages,
       (select max(event.at_us) from event
         where event.ticket = ticket.number and event.kind = 'secret'
           and event.id > coalesce((select max(advice.id) from event advice
                                     where advice.ticket = ticket.number
                                       and advice.kind = 'advised'), 0)) as secret_us,
       (select count(*) from article
         where article.ticket = ticket.number and article.kind = 'agent') as answers,
       (select undeliverable.last_us from undeliverable
         where undeliverable.address = ticket.requester
           and undeliverable.last_us >= coalesce((select max(article.at_us) from article
                                                   where article.ticket = ticket.number
                                                     and article.kind = 'requester'), 0)) as gone_us
  from ticket
  left join account_now on account_now.account = ticket.account
  left join rating on rating.ticket = ticket.number
 where ticket.number = $1";

/// The newest first: of a long correspondence its end counts. A notice stands after the article that it is
/// about, one that is about none after what was said before it. What was merged counts where it was the same
/// requester's; what was exchanged with agents never does (THR-31).
const THREAD: &str = "
with recursive family (number) as (
    select number from ticket where number = $1
    union
    select ticket.number
      from family
      join ticket on ticket.merged_into = family.number
      join ticket head on head.number = $1 and head.requester = ticket.requester
)
select reference.message_id, coalesce(article.kind, 'notice') as kind
  from reference
  left join article on article.id = reference.article
  left join outbox on outbox.message_id = reference.message_id
  left join article heard on heard.inbound = outbox.inbound
 where reference.ticket in (select number from family) and reference.role = 'message'
   and (article.kind = 'requester' or outbox.kind in ('acknowledgement', 'answer', 'raised', 'reminder', 'changed'))
 order by coalesce(article.id, heard.id,
                   (select max(earlier.id) from article earlier
                     where earlier.ticket = reference.ticket
                       and earlier.at_us <= outbox.created_us), 0) desc,
          coalesce(outbox.id, 0) desc
 limit 200";

const TAGS: &str = "
select tags from article
 where ticket = $1 and kind = 'requester' and tags <> ''
 order by id desc
 limit 1";
