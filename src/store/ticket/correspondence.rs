//! What was said in a ticket, as far as an answer needs it.

use crate::desk::ticket::Status;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::store::ticket::{entitlement, requester};
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
    let tags = match tx.optional(TAGS, values![number.get()]).await? {
        Some(row) => row.text("tags")?.lines().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let correspondence = Correspondence {
        number,
        version: row.integer("version")?,
        status: row.parsed("status", Status::parse)?,
        entitlement: entitlement(&row)?,
        requester: requester(&row)?,
        subject: row.text("subject")?,
        tags,
        thread,
        last,
    };
    Ok(Some((row.text("desk")?, correspondence)))
}

const CORRESPONDENCE: &str = "
select desk, version, status, level, level_by, account, claimed, proof, requester, requester_name,
       subject
  from ticket
 where number = $1";

/// The newest first: of a long correspondence its end counts.
const THREAD: &str = "
select reference.message_id, coalesce(article.kind, 'notice') as kind
  from reference
  left join article on article.id = reference.article
 where reference.ticket = $1 and reference.role = 'message'
 order by coalesce(article.id, 0) desc, reference.message_id desc
 limit 200";

const TAGS: &str = "
select tags from article
 where ticket = $1 and kind = 'requester' and tags <> ''
 order by id desc
 limit 1";
