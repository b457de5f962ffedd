//! `tidings ticket list`.

use super::promises;
use super::view::{summary, tid};
use crate::cli::open::Opened;
use crate::cli::output::{json, table};
use crate::cli::{Exit, Or as _, Outcome};
use crate::config::Config;
use crate::desk::priority::Priority;
use crate::store::ticket::{self, Filter, PAGE, Place, Summary, WorkingOrder};
use crate::time::Timestamp;

pub(super) async fn list(opened: &Opened, filter: &Filter<'_>, as_json: bool) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let mut rows = Vec::new();
    let mut after = Place::default();
    let now = opened.now();
    let urgent = opened.config.priorities.out_of_turn().map(Priority::as_str);
    let order = WorkingOrder { now, urgent };
    loop {
        let page = ticket::list(&mut tx, filter, &order, after).await.or_exit(Exit::Unavailable)?;
        let full = page.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
        after = page.last().map_or(after, |(_, place)| *place);
        for (ticket, _) in &page {
            if as_json {
                json(&summary(&opened.config, ticket, now));
            } else {
                rows.push(row(&opened.config, ticket, now));
            }
        }
        if !full {
            break;
        }
    }
    if !as_json {
        let heading = [
            "TICKET",
            "DUE",
            "PRIORITY",
            "STATUS",
            "LEVEL",
            "ACCOUNT",
            "REQUESTER",
            "OPENED",
            "SUBJECT",
        ];
        table(heading, &rows);
    }
    Ok(Exit::Ok)
}

fn row(config: &Config, ticket: &Summary, now: Timestamp) -> [String; 9] {
    let next = ticket.next.map(|next| promises::left(next.due, now));
    [
        tid(config, ticket),
        next.unwrap_or_default(),
        ticket.priority.clone(),
        ticket.status.to_string(),
        ticket.level.clone(),
        ticket.account.clone().unwrap_or_default(),
        ticket.requester.clone().unwrap_or_default(),
        ticket.opened.to_string(),
        ticket.subject.clone(),
    ]
}
