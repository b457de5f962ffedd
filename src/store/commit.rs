//! A decision becomes rows: all of it or none of it. The only place that changes tickets.

mod by_hand;
mod promise;
mod silence;

use super::account::coupon;
use super::body::{self, BodyId};
use super::error::StoreError;
use super::hush;
use super::outbox;
use super::rating;
use super::sql::{Tx, values};
use super::undeliverable;
use crate::desk::entitlement::Entitlement;
use crate::desk::language::Language;
use crate::desk::level::Level;
use crate::mail::address::Address;
use crate::mail::attachment::Placement;
use crate::mail::attachment::format::Format;
use crate::mail::message_id::MessageId;
use crate::mail::proof::Verdict;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;
use crate::triage::case::{InboundId, Role};
use crate::triage::decision::{
    Effect, NewArticle, NewEvent, NewNotice, NewParticipant, NewPriority, NewTicket, NoticeKind,
    TicketChange,
};
use crate::triage::promise::By;

/// Who acts, for what, and when. All rows of one decision carry the same instant.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// The desk.
    pub desk: &'a str,
    /// The message that is the reason; `None` for a command.
    pub inbound: Option<InboundId>,
    /// Who, for people: a person of the command line, or `tidings`.
    pub actor: &'a str,
    /// When.
    pub now: Timestamp,
    /// As what the promises of tickets take it.
    pub by: By,
    /// When what is decided about happened: when the server took the message.
    pub happened: Timestamp,
    /// What is promised at which level.
    pub levels: &'a [Level],
    /// The bodies that the notices of this decision get, in their order.
    pub bodies: &'a [BodyId],
}

/// Writes effects: coupons are counted first; then changes of tickets, by their numbers, so that no two
/// wait for each other; the others in their order.
///
/// # Errors
/// [`StoreError::Raced`] if a ticket was changed, or a coupon used up, since it was read: nothing is written then, and the decision
/// can be made again in the same transaction. After [`StoreError::RacedHalfway`] that is to be rolled back.
pub async fn apply(tx: &mut Tx, effects: &[Effect], act: &Act<'_>) -> Result<(), StoreError> {
    let mut changes: Vec<&TicketChange> = Vec::new();
    for effect in effects {
        if let Effect::ChangeTicket(change) = effect {
            changes.push(change);
        }
    }
    changes.sort_by_key(|change| change.number);
    let mut written = 0;
    for effect in effects {
        if let Effect::Redeem(new) = effect {
            whole(written, coupon::count(tx, new).await)?;
            written += 1;
        }
    }
    for change in changes {
        whole(written, change_ticket(tx, change, act).await)?;
        written += 1;
    }
    let mut bodies = act.bodies.iter();
    let mut article = None;
    for effect in effects {
        match effect {
            Effect::ChangeTicket(_) => {}
            Effect::OpenTicket(new) => open(tx, new, act).await?,
            Effect::AddParticipant(new) => participate(tx, new).await?,
            Effect::AddArticle(new) => article = Some(add_article(tx, new, act).await?),
            Effect::Submit(new) => {
                let body = bodies.next().copied().ok_or_else(|| StoreError::Corrupt {
                    column: "body",
                    what: "a decision has more notices than bodies were taken for".to_owned(),
                })?;
                let said = article.filter(|_| new.kind == NoticeKind::Answer);
                submit(tx, new, act, body, said).await?;
            }
            Effect::Bounce(bounced) => outbox::bounced::note(tx, bounced, act.now).await?,
            Effect::Undeliverable(new) => undeliverable::note(tx, new, act.now).await?,
            Effect::Record(new) => record(tx, new, act).await?,
            Effect::Redeem(new) => coupon::redeem(tx, new, act.now).await?,
            Effect::Hush(new) => hush::insert(tx, new, act).await?,
            Effect::Prioritize(new) => prioritize(tx, new).await?,
            Effect::Rate(new) => rating::put(tx, new, act).await?,
            Effect::ByHand(effect) => by_hand::apply(tx, effect, act).await?,
        }
    }
    for event in promise::keep(tx, effects, act).await? {
        record(tx, &event, act).await?;
    }
    silence::keep(tx, effects, act).await?;
    Ok(())
}

/// A race after something was written cannot be decided again in the same transaction.
fn whole(written: usize, done: Result<(), StoreError>) -> Result<(), StoreError> {
    match done {
        Err(StoreError::Raced) if 0 < written => Err(StoreError::RacedHalfway),
        done => done,
    }
}

async fn open(tx: &mut Tx, new: &NewTicket, act: &Act<'_>) -> Result<(), StoreError> {
    let requester = new.requester.as_ref().map(Address::as_str);
    let linked = new.linked.map(TicketNumber::get);
    tx.execute(
        OPEN,
        values![
            new.number.get(),
            act.desk,
            new.status.as_str(),
            new.priority.as_str(),
            new.level.as_str(),
            new.account.map(|account| account.0),
            requester,
            &new.requester_name,
            &new.subject,
            &new.subject.to_lowercase(),
            linked,
            act.now,
            new.proof.map(Verdict::as_str),
            new.claimed.map(|account| account.0),
            new.topic.as_deref(),
            new.topic.as_ref().and(new.requester.as_ref()).map(Address::domain),
            new.language.map(Language::tag),
        ],
    )
    .await
    .map(drop)
}

async fn participate(tx: &mut Tx, new: &NewParticipant) -> Result<(), StoreError> {
    let values = values![new.ticket.get(), new.address.as_str(), &new.name];
    tx.execute(PARTICIPATE, values).await.map(drop)
}

async fn change_ticket(
    tx: &mut Tx,
    change: &TicketChange,
    act: &Act<'_>,
) -> Result<(), StoreError> {
    tx.execute_one(
        CHANGE,
        values![
            change.number.get(),
            change.version,
            change.from.as_str(),
            change.to.as_str(),
            act.now
        ],
    )
    .await?;
    match &change.entitlement {
        Some(entitlement) => entitle(tx, change.number, entitlement).await,
        None => Ok(()),
    }
}

/// The change of the ticket has made sure that it is as it was read.
async fn entitle(tx: &mut Tx, number: TicketNumber, to: &Entitlement) -> Result<(), StoreError> {
    let values = values![
        number.get(),
        to.level.as_str(),
        to.level_by.as_deref(),
        to.account.map(|account| account.0),
        to.claimed.map(|account| account.0),
        to.proof.map(Verdict::as_str),
    ];
    tx.execute(ENTITLE, values).await.map(drop)
}

async fn prioritize(tx: &mut Tx, new: &NewPriority) -> Result<(), StoreError> {
    let values = values![new.ticket.get(), new.priority.as_str(), new.by.as_deref()];
    tx.execute_one(PRIORITIZE, values).await
}

/// Its row.
async fn add_article(tx: &mut Tx, new: &NewArticle, act: &Act<'_>) -> Result<i64, StoreError> {
    let recipients: Vec<_> = new.recipients.iter().map(Address::as_str).collect();
    let recipients = recipients.join("\n");
    let message_id = new.message_id.as_ref().map(MessageId::as_str);
    let tags = new.tags.join("\n");
    let values = values![
        new.ticket.get(),
        act.inbound.map(|id| id.0),
        new.kind.as_str(),
        &new.from,
        new.at,
        &new.text,
        message_id,
        &recipients,
        &tags,
    ];
    let article = tx.one(ADD_ARTICLE, values).await?.integer("id")?;
    for (position, attachment) in (0_i64..).zip(&new.attachments) {
        let placement = match attachment.placement {
            Placement::Inline => "inline",
            Placement::Beside => "beside",
        };
        let values = values![
            article,
            position,
            &attachment.name,
            &attachment.media_type,
            i64::try_from(attachment.size).unwrap_or(i64::MAX),
            attachment.digest.0.as_slice(),
            placement,
            attachment.format.map(Format::media_type),
        ];
        tx.execute(ADD_ATTACHMENT, values).await?;
    }
    if let Some(message_id) = message_id {
        let role = Role::Message.as_str();
        tx.execute(REFER, values![message_id, new.ticket.get(), article, role]).await?;
    }
    for ancestor in &new.ancestors {
        let role = Role::Ancestor.as_str();
        let values = values![ancestor.as_str(), new.ticket.get(), article, role];
        tx.execute(REFER, values).await?;
    }
    Ok(article)
}

/// `article` is what it says, where that is one.
async fn submit(
    tx: &mut Tx,
    new: &NewNotice,
    act: &Act<'_>,
    body: BodyId,
    article: Option<i64>,
) -> Result<(), StoreError> {
    body::put(tx, body, &new.bytes).await?;
    outbox::insert(tx, new, act, body).await?;
    let role = Role::Message.as_str();
    let values = values![new.message_id.as_str(), new.ticket.get(), article, role];
    tx.execute(REFER, values).await.map(drop)
}

async fn record(tx: &mut Tx, new: &NewEvent, act: &Act<'_>) -> Result<(), StoreError> {
    let inbound = act.inbound.map(|id| id.0);
    let values = values![new.ticket.get(), inbound, act.now, act.actor, new.kind, &new.detail];
    tx.execute(RECORD, values).await.map(drop)
}

const OPEN: &str = "
insert into ticket (number, desk, status, priority, level, account, requester, requester_name,
                    subject, subject_folded, linked, opened_us, changed_us, version, proof, claimed,
                    topic, requester_domain, language)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 1, $13, $14, $15, $16, $17)";

const PARTICIPATE: &str = "
insert into participant (ticket, address, name) values ($1, $2, $3) on conflict do nothing";

const CHANGE: &str = "
update ticket
   set status = $4, changed_us = $5, version = version + 1,
       over_us = case when $4 in ('resolved', 'closed') then coalesce(over_us, $5) end,
       pending_until_us = case when $4 = 'pending' then pending_until_us end
 where number = $1 and version = $2 and status = $3";

const PRIORITIZE: &str = "
update ticket set priority = $2, priority_by = $3 where number = $1";

const ENTITLE: &str = "
update ticket
   set level = $2, level_by = $3, account = $4, claimed = $5, proof = $6
 where number = $1";

const ADD_ARTICLE: &str = "
insert into article (ticket, inbound, kind, sender, at_us, text, message_id, recipients, tags)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning id";

const ADD_ATTACHMENT: &str = "
insert into attachment (article, position, name, media_type, size, digest, placement, format)
values ($1, $2, $3, $4, $5, $6, $7, $8)";

// An ancestor that comes after all is a message from then on.
const REFER: &str = "
insert into reference (message_id, ticket, article, role)
values ($1, $2, $3, $4)
on conflict (message_id, ticket) do update
   set article = excluded.article, role = excluded.role
 where reference.role = 'ancestor' and excluded.role = 'message'";

const RECORD: &str = "
insert into event (ticket, inbound, at_us, actor, kind, detail) values ($1, $2, $3, $4, $5, $6)";
