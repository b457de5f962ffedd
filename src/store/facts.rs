//! What the store knows that bears on one message, read in the transaction that will act on it.

mod agents;
mod copies;
mod ordered;
mod recent;

use super::account::{coupon, known};
use super::announcement;
use super::error::StoreError;
use super::sql::{Row, Tx, Value, values};
use super::{outbox, target, ticket, trusted};
use crate::desk::account::coupon::candidates;
use crate::desk::priority::Priority;
use crate::fresh::{Token, TokenKind};
use crate::mail::address::Address;
use crate::mail::automatic::Kind;
use crate::mail::message_id::MessageId;
use crate::mail::proof::Proof;
use crate::mail::subject::TicketNumber;
use crate::mail::topic::topic;
use crate::mail::{Digest, Mail};
use crate::time::Timestamp;
use crate::triage::case::known::{AccountMatch, CouponFacts, MatchedBy};
use crate::triage::case::{
    Addressed, Among, Arrival, Facts, FolderKind, InboundId, Referenced, Role, TicketFacts,
};
use crate::triage::grant::AddressTrust;
use crate::triage::policy::{Policy, WebForm};
use crate::triage::request::Asked;
use crate::triage::{colleague, relay, replay, requester, thanks};

/// What is asked about a message: derived from it, before any transaction is open.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    desk: &'a str,
    received: Timestamp,
    now: Timestamp,
    requester: Option<&'a Address>,
    form: Option<&'a WebForm>,
    folder: FolderKind,
    second_key: Option<Digest>,
    /// Its proof, where it matters that the desk had the message before.
    replayable: Option<&'a Proof>,
    delivered_to: &'a [Address],
    /// What may be codes of coupons in what was written now.
    codes: Vec<String>,
    /// What a requester may order by it.
    asked: Asked<'a>,
    has_agents: bool,
    has_ends: bool,
    /// Where mails to the agent go from whose address it comes.
    agent: Option<&'a Address>,
    /// For whom he opens a ticket.
    opens_for: Option<Address>,
    /// The ticket that another is to become a part of.
    merges: Option<TicketNumber>,
    /// The ticket that has the message already.
    belongs_to: Option<TicketNumber>,
    /// Whether it is a report about a mail that did not arrive.
    is_bounce: bool,
    /// What he answers.
    answers: Option<&'a MessageId>,
    tokens: Vec<Token>,
    references: Vec<&'a MessageId>,
    tagged: Vec<TicketNumber>,
    /// Of attachments, where it matters whether they were seen before.
    attached: Vec<Digest>,
    topic: String,
    limits: crate::triage::policy::AcknowledgeLimits,
}

/// Message-IDs that one statement looks up.
const IDS_PER_STATEMENT: usize = 16;

impl<'a> Question<'a> {
    /// What must be known to decide this message, which our servers delivered under these addresses.
    #[must_use]
    pub fn of(
        mail: &'a Mail,
        delivered_to: &'a [Address],
        proof: &'a Proof,
        arrival: &Arrival,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        let asks = requester::who(mail, proof, policy);
        let opening = relay::opening::of(mail, proof, policy);
        let mut references: Vec<&MessageId> =
            mail.references.iter().chain(&mail.in_reply_to).chain(mail.returned()).collect();
        references.sort();
        references.dedup();
        Self {
            desk: &policy.desk,
            received: arrival.received,
            now,
            requester: asks.named().map(|named| &named.address),
            form: asks.form(),
            folder: arrival.folder,
            second_key: second_key(mail),
            replayable: Some(proof).filter(|proof| replay::matters(proof)),
            delivered_to,
            codes: candidates([&mail.subject, &mail.reply]),
            asked: Asked::read(mail, &policy.prefix),
            has_agents: !policy.agents.is_empty(),
            has_ends: policy.has_ends(),
            agent: colleague::known(mail, policy).map(|agent| &agent.address),
            opens_for: opening.and_then(|opening| opening.mail.sender.address().cloned()),
            merges: relay::merges(mail, policy),
            belongs_to: None,
            is_bounce: mail.class.kind == Kind::Bounce,
            answers: mail.in_reply_to.first(),
            tokens: policy.tokens(delivered_to, mail),
            references,
            tagged: policy.prefix.find_all(&mail.subject),
            attached: attached(mail),
            topic: topic(&mail.subject),
            limits: policy.limits,
        }
    }

    /// The same of a message that was decided, and is in this ticket.
    #[must_use]
    pub fn again(self, ticket: TicketNumber) -> Self {
        Self { belongs_to: Some(ticket), ..self }
    }

    /// Who asks: for whom an agent opens a ticket, else who wrote.
    fn requester(&self) -> Option<&Address> {
        self.opens_for.as_ref().or(self.requester)
    }

    /// The second key of the message, by which later copies of it are found.
    #[must_use]
    pub fn second_key(&self) -> Option<Digest> {
        self.second_key
    }
}

/// What a message says and who says so, whatever way it came: Message-ID, From, Date and content.
/// `None` without a Message-ID or a Date: then two messages that look alike are two messages.
#[must_use]
pub fn second_key(mail: &Mail) -> Option<Digest> {
    let (id, date, from) = (mail.message_id.as_ref()?, mail.date?, mail.sender.address()?);
    Some(Digest::of_parts([
        id.as_str().as_bytes(),
        from.as_str().as_bytes(),
        date.as_us().to_string().as_bytes(),
        mail.content.0.as_slice(),
    ]))
}

/// Answers a question.
///
/// # Errors
/// [`StoreError`].
pub async fn gather(
    tx: &mut Tx,
    question: &Question<'_>,
    duplicate_of: Option<InboundId>,
) -> Result<Facts, StoreError> {
    let mut tokens = Vec::new();
    for token in &question.tokens {
        let ticket = ticket::facts(tx, question.desk, token.ticket()).await?;
        let notices = match token.kind() {
            TokenKind::Requester | TokenKind::Agent => Vec::new(),
            TokenKind::Bounce => outbox::of_ticket(tx, question.desk, token.ticket()).await?,
        };
        tokens.push(Addressed { token: token.clone(), ticket, notices });
    }
    let mut tagged = Vec::new();
    for number in &question.tagged {
        tagged.extend(ticket::facts(tx, question.desk, *number).await?);
    }
    let accounts = match question.requester() {
        Some(address) => known::matching(tx, address).await?,
        None => Vec::new(),
    };
    let first_ticket = match question.requester().filter(|_| question.has_ends) {
        Some(address) => known::first_ticket(tx, question.desk, address).await?,
        None => None,
    };
    let coupons = coupons(tx, question, &accounts).await?;
    // Only the address of a contact can be trusted.
    let listed = accounts.iter().any(|found| found.by == MatchedBy::Address);
    let trust = match question.requester().filter(|_| listed) {
        Some(address) => trusted::trust(tx, address).await?,
        None => AddressTrust::Asked,
    };
    let party_to = match (question.folder, question.requester()) {
        (FolderKind::Junk, Some(requester)) => party_to(tx, question.desk, requester).await?,
        (FolderKind::Junk, None) | (FolderKind::Watched, _) => None,
    };
    let (acknowledged, opened) = recent::recent(tx, question).await?;
    let announced = announcement::standing(tx, question.desk, question.now).await?;
    let referenced = referenced(tx, question).await?;
    let tickets = tokens.iter().filter_map(|one| one.ticket.as_ref());
    let tickets = tickets.chain(referenced.iter().map(|one| &one.ticket)).chain(&tagged);
    let tickets: Vec<TicketNumber> = tickets.map(|one| one.number).chain(question.merges).collect();
    let bounced = agents::bounced(tx, question, &tickets).await?;
    let handled = agents::handled(tx, question, &tickets).await?;
    let redeemed = redeemed(tx, question, &coupons, &tickets).await?;
    // Of what opens a ticket it does not matter.
    let seen = if tickets.is_empty() { Vec::new() } else { seen(tx, question).await? };
    Ok(Facts {
        earlier: copies::earlier(tx, question, duplicate_of).await?,
        replays: copies::replays(tx, question).await?,
        accounts,
        announcements: announced.into_iter().map(|one| one.text).collect(),
        coupons,
        redeemed,
        ordered: ordered::ordered(tx, question, &tickets).await?,
        first_ticket,
        delivered_to: question.delivered_to.to_vec(),
        tokens,
        trust,
        referenced,
        tagged,
        seen,
        party_to,
        acknowledged,
        opened,
        also_open: agents::also_open(tx, question).await?,
        handled,
        bounced,
        refusals: agents::refusals(tx, question).await?,
    })
}

/// Those of the tickets for which a coupon was redeemed, where the message names one.
async fn redeemed(
    tx: &mut Tx,
    question: &Question<'_>,
    coupons: &[CouponFacts],
    tickets: &[TicketNumber],
) -> Result<Vec<TicketNumber>, StoreError> {
    let mut redeemed = Vec::new();
    if coupons.is_empty() {
        return Ok(redeemed);
    }
    for ticket in tickets.iter().chain(&question.belongs_to) {
        if coupon::has_redeemed(tx, *ticket).await? {
            redeemed.push(*ticket);
        }
    }
    Ok(redeemed)
}

/// The coupons of these accounts that the message names.
async fn coupons(
    tx: &mut Tx,
    question: &Question<'_>,
    accounts: &[AccountMatch],
) -> Result<Vec<CouponFacts>, StoreError> {
    let mut coupons = Vec::new();
    for found in accounts {
        coupons.extend(coupon::named(tx, found.account, &question.codes).await?);
    }
    Ok(coupons)
}

/// What a message brings along, if that is so little that it may all be known.
fn attached(mail: &Mail) -> Vec<Digest> {
    let proper = mail.attachments.iter().filter(|one| !thanks::is_signature(one));
    let digests: Vec<_> = proper.map(|one| one.digest).collect();
    if digests.len() > thanks::ATTACHMENTS_MAX { Vec::new() } else { digests }
}

async fn seen(tx: &mut Tx, question: &Question<'_>) -> Result<Vec<Digest>, StoreError> {
    let mut seen = Vec::new();
    for digest in &question.attached {
        let values = values![question.desk, digest.0.as_slice()];
        if tx.optional(SEEN, values).await?.is_some() {
            seen.push(*digest);
        }
    }
    Ok(seen)
}

/// The newest ticket of this desk to which somebody is a party.
async fn party_to(
    tx: &mut Tx,
    desk: &str,
    party: &Address,
) -> Result<Option<TicketNumber>, StoreError> {
    let row = tx.optional(PARTY_TO, values![desk, party.as_str()]).await?;
    row.as_ref().map(ticket::number).transpose()
}

async fn referenced(tx: &mut Tx, question: &Question<'_>) -> Result<Vec<Referenced>, StoreError> {
    let mut found = Vec::new();
    for ids in question.references.chunks(IDS_PER_STATEMENT) {
        let mut values = vec![Value::from(question.desk)];
        values.extend(
            (0..IDS_PER_STATEMENT).map(|at| Value::Text(ids.get(at).map(|id| id.as_str()))),
        );
        for row in tx.all(REFERENCED, &values).await? {
            found.extend(read_referenced(tx, &row, question.desk).await?);
        }
    }
    Ok(found)
}

/// What was merged is a part of the ticket that took it in.
async fn read_referenced(
    tx: &mut Tx,
    row: &Row,
    desk: &str,
) -> Result<Option<Referenced>, StoreError> {
    let ticket = match row.integer_or_null("merged_into")? {
        Some(_) => ticket::facts(tx, desk, ticket::number(row)?).await?,
        None => Some(ticket_facts(tx, row).await?),
    };
    let Some(ticket) = ticket else { return Ok(None) };
    Ok(Some(Referenced {
        message_id: row.parsed("message_id", |text| MessageId::parse(text).ok())?,
        role: row.parsed("role", Role::parse)?,
        ticket,
        recipients: ticket::addresses(&row.text("recipients")?),
        among: match row.text("kind")?.as_str() {
            "notification" | "refusal" => Among::Agents,
            _ => Among::All,
        },
    }))
}

/// Reads a ticket's columns of a row, and its parties.
pub(super) async fn ticket_facts(tx: &mut Tx, row: &Row) -> Result<TicketFacts, StoreError> {
    let number = ticket::number(row)?;
    Ok(TicketFacts {
        number,
        version: row.integer("version")?,
        status: row.parsed("status", crate::desk::ticket::Status::parse)?,
        over: row.integer_or_null("over_us")?.map(Timestamp::from_us),
        entitlement: ticket::entitlement(row)?,
        language: ticket::language(row)?,
        requester: ticket::requester(row)?,
        subject: row.text("subject")?,
        merged_subject: row.text_or_null("merged_subject")?,
        parties: ticket::parties(tx, number).await?,
        agent: row.text_or_null("agent")?,
        priority: row.parsed("priority", Priority::parse)?,
        priority_by: row.text_or_null("priority_by")?,
        clocks: target::kept(tx, number).await?.clocks,
    })
}

const PARTY_TO: &str = "
select ticket.number
  from participant
  join ticket on ticket.number = participant.ticket
 where participant.address = $2 and ticket.desk = $1
 order by participant.ticket desc
 limit 1";

const SEEN: &str = "
select attachment.article
  from attachment
  join article on article.id = attachment.article
  join ticket on ticket.number = article.ticket
 where attachment.digest = $2 and ticket.desk = $1
 limit 1";

const REFERENCED: &str = "
select reference.message_id, reference.role,
       coalesce(outbox.recipient, article.recipients, '') as recipients,
       coalesce(outbox.kind, '') as kind,
       ticket.number, ticket.version, ticket.status, ticket.level, ticket.level_by,
       ticket.account, ticket.claimed, ticket.proof, ticket.requester, ticket.requester_name,
       ticket.subject, ticket.priority, ticket.priority_by, ticket.agent, ticket.over_us,
       ticket.language, ticket.merged_into, cast(null as text) as merged_subject
  from reference
  join ticket on ticket.number = reference.ticket
  left join article on article.id = reference.article
  left join outbox on outbox.message_id = reference.message_id
 where ticket.desk = $1
   and reference.message_id in ($2, $3, $4, $5, $6, $7, $8, $9,
                                $10, $11, $12, $13, $14, $15, $16, $17)
 order by ticket.number";
