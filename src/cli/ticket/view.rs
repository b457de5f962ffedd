//! Tickets, shown.

use serde_json::json;

use super::{no_ticket, promises};
use crate::cli::attachments::Folder;
use crate::cli::open::Opened;
use crate::cli::output::{self, Tone, json, line, printable, printable_lines, toned};
use crate::cli::{Exit, Failure, Or as _, Outcome};
use crate::config::Config;
use crate::desk::spent;
use crate::desk::target::Target;
use crate::mail::address::Address;
use crate::mail::attachment::accepted::{Accepted, Refusal};
use crate::mail::attachment::format::Format;
use crate::mail::attachment::note;
use crate::mail::reply::Reply;
use crate::mail::subject::TicketNumber;
use crate::store::body;
use crate::store::error::StoreError;
use crate::store::rating::{self, Rating};
use crate::store::sql::Tx;
use crate::store::ticket::life::{self, Life};
use crate::store::ticket::{self, ArticleView, AttachmentView, Summary};
use crate::store::{target, undeliverable};
use crate::time::Timestamp;

/// How a ticket is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people: of each article what was written now.
    Folded,
    /// For people: all of each article.
    Full,
    /// For programs: both.
    Json,
}

pub(super) async fn show(
    opened: &Opened,
    number: TicketNumber,
    form: Form,
    folder: Option<&Folder>,
) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let found = ticket::show(&mut tx, number)
        .await
        .or_exit(Exit::Unavailable)?
        .ok_or_else(|| no_ticket(number))?;
    let desk = opened.config.desk(&found.desk);
    let accepted = desk.map_or_else(Accepted::all, |desk| desk.attachments.clone());
    let whole = whole(&mut tx, found, accepted).await.or_exit(Exit::Unavailable)?;
    if let Some(folder) = folder {
        give_out(&mut tx, &whole.articles, folder, &whole.accepted).await?;
    }
    match form {
        Form::Json => json(&object(&opened.config, &whole, opened.now())),
        Form::Folded | Form::Full => tell(&opened.config, &whole, form, opened.now()),
    }
    Ok(Exit::Ok)
}

/// All that is shown of a ticket.
struct Whole {
    found: Summary,
    accepted: Accepted,
    participants: Vec<Address>,
    articles: Vec<ArticleView>,
    life: Life,
    targets: Vec<Target>,
    events: Vec<ticket::EventView>,
    notices: Vec<ticket::NoticeView>,
    gone: Vec<undeliverable::Gone>,
    rating: Option<Rating>,
}

async fn whole(tx: &mut Tx, found: Summary, accepted: Accepted) -> Result<Whole, StoreError> {
    let number = found.number;
    Ok(Whole {
        found,
        accepted,
        participants: ticket::parties(tx, number).await?,
        articles: ticket::articles(tx, number).await?,
        life: life::life(tx, number).await?,
        targets: target::of_ticket(tx, number).await?,
        events: ticket::events(tx, number).await?,
        notices: ticket::notices(tx, number).await?,
        gone: undeliverable::of_ticket(tx, number).await?,
        rating: rating::of_ticket(tx, number).await?,
    })
}

fn object(config: &Config, whole: &Whole, now: Timestamp) -> serde_json::Value {
    let mut object = summary(config, &whole.found, now);
    if let Some(fields) = object.as_object_mut() {
        let (life, accepted) = (&whole.life, &whole.accepted);
        let participants: Vec<_> = whole.participants.iter().map(ToString::to_string).collect();
        let merged: Vec<_> = life.merged.iter().map(|merged| merged.get()).collect();
        let until = life.pending_until.map(|until| until.to_string());
        let articles = whole.articles.iter().map(|one| article(one, accepted)).collect();
        let gone: Vec<_> = whole.gone.iter().map(output::undeliverable).collect();
        fields.insert("participants".into(), json!(participants));
        fields.insert("merged_into".into(), json!(life.merged_into.map(TicketNumber::get)));
        fields.insert("merged".into(), json!(merged));
        fields.insert("pending_until".into(), json!(until));
        fields.insert("spent_minutes".into(), json!(life.spent));
        fields.insert("rating".into(), json!(whole.rating.as_ref().map(rated)));
        fields.insert("targets".into(), promises::values(&whole.targets, now));
        fields.insert("articles".into(), articles);
        fields.insert("events".into(), whole.events.iter().map(event).collect());
        fields.insert("notices".into(), whole.notices.iter().map(notice).collect());
        fields.insert("undeliverable".into(), json!(gone));
    }
    object
}

fn tell(config: &Config, whole: &Whole, form: Form, now: Timestamp) {
    head(config, &whole.found);
    lived(&whole.found, &whole.participants, &whole.life);
    if let Some(Rating { stars, rater, at }) = &whole.rating {
        line(&format!("rated {stars} by {}, {at}", printable(rater.as_str())));
    }
    promises::tell(&whole.targets, now);
    for gone in &whole.gone {
        line(&printable(&output::undeliverable_line(gone)));
    }
    for article in &whole.articles {
        tell_article(article, whole, form);
    }
    line("");
    for event in &whole.events {
        let (kind, detail) = (&event.kind, printable(&event.detail));
        let actor = printable(&event.actor);
        let event = format!("{}  {actor:<10}  {kind:<10}  {detail}", event.at);
        toned(Tone::Aside, &event);
    }
    for notice in &whole.notices {
        let reply = notice.reply.as_deref().map(printable).unwrap_or_default();
        let came_back = if notice.bounced.is_some() { ", not delivered" } else { "" };
        line(&format!(
            "mail: {} to {}: {}{came_back} {reply}",
            notice.kind, notice.recipient, notice.state
        ));
    }
}

fn tell_article(article: &ArticleView, whole: &Whole, form: Form) {
    line("");
    let sender = printable(&article.sender);
    let proof = article.proof.as_ref().map(|proof| format!(" · proof {proof}"));
    let proof = proof.unwrap_or_default();
    let of = if article.ticket == whole.found.number {
        String::new()
    } else {
        format!(" of ticket {}", article.ticket)
    };
    let (at, kind, id) = (article.at, &article.kind, article.id);
    let tone = match kind.as_str() {
        "requester" => Tone::Outside,
        "agent" => Tone::Desk,
        _ => Tone::Aside,
    };
    toned(tone, &format!("── {at} · {kind} · {sender}{proof} · article {id}{of}"));
    text(&article.text, form);
    for attachment in &article.attachments {
        line(&attachment_line(attachment, &whole.accepted));
    }
}

/// What was written now, and how much more there is; or all of it.
fn text(text: &str, form: Form) {
    let reply = Reply::of(text);
    if form == Form::Full || reply.text.is_empty() {
        line(printable_lines(text).trim_end());
        return;
    }
    line(printable_lines(&reply.text).trim_end());
    if let Some(folded) = folded(&reply) {
        toned(Tone::Aside, &folded);
    }
}

/// `[3 lines of quote and 2 of signature are folded: --full shows them]`
fn folded(reply: &Reply) -> Option<String> {
    let lines = |count: usize| if count == 1 { "line" } else { "lines" };
    let (quoted, signed) = (reply.quoted, reply.signed);
    let what = match (quoted, signed) {
        (0, 0) => return None,
        (_, 0) => format!("{quoted} {} of quote", lines(quoted)),
        (0, _) => format!("{signed} {} of signature", lines(signed)),
        (_, _) => format!("{quoted} {} of quote and {signed} of signature", lines(quoted)),
    };
    let are = if quoted + signed == 1 { "is" } else { "are" };
    Some(format!("   [{what} {are} folded: --full shows all]"))
}

/// Writes what came along, as far as the desk takes it.
async fn give_out(
    tx: &mut Tx,
    articles: &[ArticleView],
    folder: &Folder,
    accepted: &Accepted,
) -> Result<(), Failure> {
    for article in articles.iter().filter(|article| !article.attachments.is_empty()) {
        if let Some(body) = article.body {
            folder.take(&body::load(tx, body).await.or_exit(Exit::Unavailable)?, accepted)?;
        }
    }
    Ok(())
}

fn refusal(attachment: &AttachmentView, accepted: &Accepted) -> Option<Refusal> {
    let size = attachment.size.unsigned_abs();
    accepted.refusal_of(&attachment.name, &attachment.media_type, attachment.format, size)
}

fn attachment_line(attachment: &AttachmentView, accepted: &Accepted) -> String {
    let note = note(&attachment.media_type).map(|note| format!(": {note}")).unwrap_or_default();
    // What it is, where that is not what it was declared as.
    let other = attachment.format.filter(|format| !format.suits_type(&attachment.media_type));
    let other =
        other.map(|format| format!(", content {}", format.media_type())).unwrap_or_default();
    let refused = match refusal(attachment, accepted) {
        None => "",
        Some(Refusal::Type) => " · not taken: its type",
        Some(Refusal::Content(_)) => " · not taken: its content",
        Some(Refusal::Size) => " · not taken: its size",
    };
    format!(
        "   [{}, {}{other}, {} bytes{note}]{refused}",
        printable(&attachment.name),
        printable(&attachment.media_type),
        attachment.size
    )
}

fn head(config: &Config, ticket: &Summary) {
    let heading = format!("{} {}", tid(config, ticket), printable(&ticket.subject));
    toned(Tone::Heading, &heading);
    let account = ticket.account.as_deref().unwrap_or("none");
    let requester = ticket.requester.as_deref().unwrap_or("unknown");
    let with = ticket.agent.as_deref().map(|name| format!(" · agent {}", printable(name)));
    let with = with.unwrap_or_default();
    line(&format!(
        "status {} · priority {}{with} · level {} · account {} · requester {} · opened {}",
        ticket.status,
        ticket.priority,
        ticket.level,
        printable(account),
        printable(requester),
        ticket.opened
    ));
    if let Some(claimed) = &ticket.claimed {
        let proof = ticket.proof.as_deref().unwrap_or("none");
        line(&format!("claims account {} · proof {proof}", printable(claimed)));
    }
    if let Some(other) = ticket.linked {
        line(&format!("may belong to ticket {other}"));
    }
}

/// What became of a ticket, as far as something did.
fn lived(ticket: &Summary, participants: &[Address], life: &Life) {
    let is_other = |address: &&Address| ticket.requester.as_deref() != Some(address.as_str());
    let others: Vec<_> = participants.iter().filter(is_other).map(ToString::to_string).collect();
    if !others.is_empty() {
        line(&format!("participants {}", printable(&others.join(" "))));
    }
    if let Some(into) = life.merged_into {
        line(&format!("merged into ticket {into}"));
    }
    for merged in &life.merged {
        line(&format!("with ticket {merged}, which was merged into it"));
    }
    if let Some(until) = life.pending_until {
        line(&format!("pending until {until}"));
    }
    if life.spent != 0 {
        line(&format!("spent {}", spent::for_people(life.spent)));
    }
}

pub(super) fn summary(config: &Config, ticket: &Summary, now: Timestamp) -> serde_json::Value {
    json!({
        "number": ticket.number.get(),
        "tid": tid(config, ticket),
        "desk": ticket.desk,
        "status": ticket.status.as_str(),
        "priority": ticket.priority,
        "level": ticket.level,
        "account": ticket.account,
        "claimed_account": ticket.claimed,
        "proof": ticket.proof,
        "requester": ticket.requester,
        "subject": ticket.subject,
        "linked": ticket.linked.map(TicketNumber::get),
        "agent": ticket.agent,
        "opened_at": ticket.opened.to_string(),
        "next_target": ticket.next.map(|next| promises::next(next, now)),
        "articles": ticket.articles,
    })
}

fn attachment(attachment: &AttachmentView, accepted: &Accepted) -> serde_json::Value {
    let mut object = json!(attachment);
    if let Some(fields) = object.as_object_mut() {
        let refused = refusal(attachment, accepted).map(Refusal::as_str);
        let format = attachment.format.map(Format::media_type);
        fields.insert("content_type".into(), json!(format));
        fields.insert("refused".into(), json!(refused));
    }
    object
}

fn article(article: &ArticleView, accepted: &Accepted) -> serde_json::Value {
    let attachments = article.attachments.iter().map(|one| attachment(one, accepted));
    json!({
        "id": article.id,
        "ticket": article.ticket.get(),
        "kind": article.kind,
        "from": article.sender,
        "at": article.at.to_string(),
        "proof": article.proof,
        "text": article.text,
        "reply": Reply::of(&article.text).text,
        "attachments": attachments.collect::<Vec<_>>(),
    })
}

fn rated(rating: &Rating) -> serde_json::Value {
    json!({
        "stars": rating.stars.get(),
        "by": rating.rater.as_str(),
        "at": rating.at.to_string(),
    })
}

fn event(event: &ticket::EventView) -> serde_json::Value {
    json!({
        "at": event.at.to_string(),
        "actor": event.actor,
        "kind": event.kind,
        "detail": event.detail,
    })
}

fn notice(notice: &ticket::NoticeView) -> serde_json::Value {
    json!({
        "kind": notice.kind,
        "to": notice.recipient,
        "state": notice.state,
        "bounced_at": notice.bounced.map(|at| at.to_string()),
        "reply": notice.reply,
    })
}

/// A ticket's identifier, as it stands in subjects of its desk.
pub(in crate::cli) fn tid(config: &Config, ticket: &Summary) -> String {
    match config.desk(&ticket.desk) {
        Some(desk) => desk.ticket_prefix.tid(ticket.number),
        None => format!("#{}", ticket.number),
    }
}
