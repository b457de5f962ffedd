//! The message of an article, as it came.

use super::no_ticket;
use crate::cli::open::Opened;
use crate::cli::output;
use crate::cli::{Exit, Failure, Or as _, Outcome};
use crate::mail::subject::TicketNumber;
use crate::store::{body, ticket};

/// Writes the bytes of the message that came with this article of a ticket.
pub(super) async fn raw(opened: &Opened, number: TicketNumber, article: i64) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let found = ticket::show(&mut tx, number).await.or_exit(Exit::Unavailable)?;
    found.ok_or_else(|| no_ticket(number))?;
    let articles = ticket::articles(&mut tx, number).await.or_exit(Exit::Unavailable)?;
    let Some(one) = articles.iter().find(|one| one.id == article) else {
        let known: Vec<_> = articles.iter().map(|one| one.id.to_string()).collect();
        let what = format!("ticket {number} has no article {article}; it has {}", known.join(", "));
        return Err(Failure::new(Exit::NoInput, what));
    };
    let Some(body) = one.body else {
        let what = format!("article {article} was typed, and came with no message");
        return Err(Failure::new(Exit::NoInput, what));
    };
    output::raw(&body::load(&mut tx, body).await.or_exit(Exit::Unavailable)?);
    Ok(Exit::Ok)
}
