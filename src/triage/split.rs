//! One ticket becomes two: articles about another matter go to a ticket of their own.

use super::answer::{Correspondence, change, record};
use super::decision::by_hand::ByHand;
use super::decision::{Effect, NewEvent, NewParticipant, NewTicket};
use super::policy::Policy;
use super::ticket_subject;
use crate::desk::article::{ArticleId, ArticleKind};
use crate::desk::ticket::Status;
use crate::fresh::Fresh;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::subject::TicketNumber;

/// An article, as far as a split needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleHead {
    /// Its row.
    pub id: ArticleId,
    /// Who speaks.
    pub kind: ArticleKind,
    /// The writer, for people.
    pub sender: String,
}

/// Why a ticket cannot be split so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// It is a part of another.
    #[error("ticket {0} is merged into ticket {1}, and its articles stay together")]
    Merged(TicketNumber, TicketNumber),
    /// It has no such article of its own.
    #[error(
        "ticket {ticket} has no article {article} of its own; `tidings ticket show {ticket}` numbers them"
    )]
    NoArticle {
        /// The ticket.
        ticket: TicketNumber,
        /// What was named.
        article: i64,
    },
    /// Nothing would be left.
    #[error("that is all that ticket {0} has; one article at least stays")]
    All(TicketNumber),
}

/// Splits articles off a ticket. The new ticket is that of the first who speaks in them, if he is a
/// party; else the requester's. `articles` are all of the ticket's own, oldest first.
///
/// # Errors
/// [`SplitError`]; nothing is to be written then.
pub fn split(
    ticket: &Correspondence,
    articles: &[ArticleHead],
    ids: &[ArticleId],
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Vec<Effect>, SplitError> {
    let number = ticket.number;
    if let Some(into) = ticket.merged_into {
        return Err(SplitError::Merged(number, into));
    }
    let is_there = |id: &&ArticleId| articles.iter().any(|article| article.id == **id);
    if let Some(missing) = ids.iter().find(|id| !is_there(id)) {
        return Err(SplitError::NoArticle { ticket: number, article: missing.0 });
    }
    let moved: Vec<&ArticleHead> =
        articles.iter().filter(|article| ids.contains(&article.id)).collect();
    if moved.len() == articles.len() {
        return Err(SplitError::All(number));
    }
    let speakers = speakers(ticket, &moved);
    let same = ticket.requester.as_ref();
    let requester = match speakers.first() {
        Some(first) if same.is_none_or(|same| same.address != *first) => {
            Some(NamedAddress { name: String::new(), address: first.clone() })
        }
        Some(_) | None => same.cloned(),
    };
    let is_same = requester.as_ref() == same;
    let of_account = |known| if is_same { known } else { None };
    let known = &ticket.entitlement;
    // Nobody has looked what another one is entitled to: an agent may say so.
    let level = if is_same { &known.level } else { &policy.default_level.name };
    let moved: Vec<ArticleId> = moved.iter().map(|article| article.id).collect();
    let listed = moved.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(", ");
    let mut effects = vec![
        change(ticket, ticket.status),
        Effect::OpenTicket(NewTicket {
            number: fresh.number,
            status: Status::Open,
            priority: ticket.priority.clone(),
            level: level.clone(),
            account: of_account(known.account),
            claimed: of_account(known.claimed),
            proof: if is_same { known.proof } else { None },
            requester: requester.as_ref().map(|named| named.address.clone()),
            requester_name: requester.as_ref().map(|named| named.name.clone()).unwrap_or_default(),
            subject: ticket_subject(&ticket.subject, &policy.prefix),
            topic: None,
            linked: Some(number),
            language: if is_same { ticket.language } else { None },
        }),
    ];
    let others = speakers.into_iter().map(|address| NamedAddress { name: String::new(), address });
    let mut parties: Vec<NamedAddress> = requester.into_iter().collect();
    for named in others {
        if !parties.iter().any(|party| party.address == named.address) {
            parties.push(named);
        }
    }
    effects.extend(parties.into_iter().map(|NamedAddress { name, address }| {
        Effect::AddParticipant(NewParticipant { ticket: fresh.number, address, name })
    }));
    let (from, to) = (number, fresh.number);
    effects.push(Effect::ByHand(ByHand::MoveArticles { from, to, articles: moved }));
    let detail = format!("{agent} split articles {listed} off ticket {number}");
    effects.push(Effect::Record(NewEvent { ticket: to, kind: "opened", detail }));
    effects.push(record(ticket, "split", format!("{agent} split articles {listed} off to {to}")));
    Ok(effects)
}

/// The parties who speak in these articles, each once.
fn speakers(ticket: &Correspondence, articles: &[&ArticleHead]) -> Vec<Address> {
    let mut found = Vec::new();
    for article in articles {
        let is_outside = match article.kind {
            ArticleKind::Requester => true,
            ArticleKind::Agent | ArticleKind::Internal => false,
        };
        let Some(address) = Address::parse(&article.sender).ok().filter(|_| is_outside) else {
            continue;
        };
        if ticket.parties.contains(&address) && !found.contains(&address) {
            found.push(address);
        }
    }
    found
}
