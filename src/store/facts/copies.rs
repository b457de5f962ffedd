//! Whether the desk had a message before.

use std::time::Duration;

use super::Question;
use crate::store::error::StoreError;
use crate::store::signature;
use crate::store::sql::{Tx, values};
use crate::triage::case::{Earlier, EarlierEffects, FolderKind, InboundId};

/// Two copies that are not the same bytes came within this time of each other.
const COPY_WINDOW: Duration = Duration::from_hours(24);

/// An earlier one that says the same.
pub(super) async fn earlier(
    tx: &mut Tx,
    question: &Question<'_>,
    duplicate_of: Option<InboundId>,
) -> Result<Option<Earlier>, StoreError> {
    let row = match (duplicate_of, &question.second_key) {
        (Some(id), _) => tx.optional(BY_ID, values![id.0]).await?,
        (None, Some(key)) => {
            let (after, before) =
                (question.received.before(COPY_WINDOW), question.received.after(COPY_WINDOW));
            tx.optional(BY_CONTENT, values![question.desk, key.0.as_slice(), after, before]).await?
        }
        (None, None) => None,
    };
    let Some(row) = row else { return Ok(None) };
    let effects = match row.text_or_null("verdict")?.as_deref() {
        Some("ignored") => EarlierEffects::Ignored,
        Some("held") => EarlierEffects::Held,
        Some(_) | None => EarlierEffects::Had,
    };
    let folder = match duplicate_of {
        Some(id) => lay_in(tx, id).await?,
        None => FolderKind::Watched,
    };
    Ok(Some(Earlier { inbound: InboundId(row.integer("id")?), effects, folder }))
}

/// Whether the first with these bytes, or a copy of it, lay in a junk folder.
async fn lay_in(tx: &mut Tx, first: InboundId) -> Result<FolderKind, StoreError> {
    let junked = tx.optional(IN_JUNK, values![first.0]).await?.is_some();
    Ok(if junked { FolderKind::Junk } else { FolderKind::Watched })
}

/// One of another time that says the same.
pub(super) async fn replays(
    tx: &mut Tx,
    question: &Question<'_>,
) -> Result<Option<InboundId>, StoreError> {
    let Some(proof) = question.replayable else { return Ok(None) };
    if let Some(first) = signature::first(tx, question.desk, proof).await? {
        return Ok(Some(first));
    }
    let Some(key) = &question.second_key else { return Ok(None) };
    let (after, before) =
        (question.received.before(COPY_WINDOW), question.received.after(COPY_WINDOW));
    let values = values![question.desk, key.0.as_slice(), after, before];
    match tx.optional(AT_ANOTHER_TIME, values).await? {
        Some(row) => Ok(Some(InboundId(row.integer("id")?))),
        None => Ok(None),
    }
}

// The first with these bytes, or, where that was ignored, the copy that had its effects since.
const BY_ID: &str = "
with recursive heads (id, verdict, later) as (
    select id, verdict, duplicate_of from inbound where id = $1
    union
    select inbound.id, inbound.verdict, inbound.duplicate_of
      from inbound
      join heads on heads.later = inbound.id
)
select id, verdict
  from heads
 order by case when verdict = 'ignored' then 1 else 0 end, id
 limit 1";

const IN_JUNK: &str = "
select id from inbound
 where (id = $1 or duplicate_of = $1) and folder_kind = 'junk'
 limit 1";

const BY_CONTENT: &str = "
select id, verdict
  from inbound
 where desk = $1 and content = $2 and duplicate_of is null and received_us between $3 and $4
 order by case when verdict = 'ignored' then 1 else 0 end, id
 limit 1";

// What was ignored did nothing that could be done a second time.
const AT_ANOTHER_TIME: &str = "
select id
  from inbound
 where desk = $1 and content = $2 and verdict <> 'ignored'
   and received_us not between $3 and $4
 order by id
 limit 1";
