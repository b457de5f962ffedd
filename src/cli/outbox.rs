//! `tidings outbox`: notices on their way.

mod next;

use std::path::Path;

use serde_json::json;

use self::next::next_step;
use super::command::Outbox as Command;
use super::open::{Opened, open};
use super::output::{json, line, printable, printable_lines, table};
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::person_from_environment;
use crate::store::error::StoreError;
use crate::store::outbox::OutboxId;
use crate::store::outbox::filed::Filed;
use crate::store::outbox::review::{self, NoticeRow};
use crate::store::sql::Nudge;

pub(super) async fn outbox(path: &Path, command: Command) -> Outcome {
    let opened = open(path).await?;
    let done = match command {
        Command::List { json, state } => list(&opened, state.as_deref(), json).await,
        Command::Show { id } => show(&opened, OutboxId(id)).await,
        Command::Retry { ids } => change(&opened, &ids, Change::Retry).await,
        Command::Drop { id } => change(&opened, &[id], Change::GiveUp).await,
    };
    opened.store.close().await;
    done
}

#[derive(Clone, Copy)]
enum Change {
    Retry,
    GiveUp,
}

async fn list(opened: &Opened, state: Option<&str>, as_json: bool) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = review::list(&mut tx, state, after).await.or_exit(Exit::Unavailable)?;
        let Some(last) = page.last() else { break };
        after = last.id.0;
        for notice in &page {
            if as_json {
                json(&view(notice));
            } else {
                rows.push(row(notice));
            }
        }
    }
    if !as_json {
        table(["OUTBOX", "KIND", "TO", "TICKET", "STATE", "DUE", "LAST REPLY"], &rows);
    }
    Ok(Exit::Ok)
}

async fn show(opened: &Opened, id: OutboxId) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let (notice, bytes) = review::show(&mut tx, id)
        .await
        .or_exit(Exit::Unavailable)?
        .ok_or_else(|| Failure::new(Exit::NoInput, format!("there is no outbox {}", id.0)))?;
    line(&format!("outbox   {}, {} of ticket {}", id.0, notice.kind, notice.ticket));
    line(&format!("to       {}", printable(&notice.recipient)));
    line(&format!("made     {}", notice.created));
    line(&format!("put off  {}", put_off(&notice)));
    line(&format!("state    {}", state(&notice)));
    line(&format!("reply    {}", printable(notice.reply.as_deref().unwrap_or("none yet"))));
    if let Some(filed) = filed(&notice.filed) {
        line(&format!("filed    {}", printable(&filed)));
    }
    line(&format!("do next  {}", printable(&next_step(&notice, opened.now()))));
    line("");
    line(&printable_lines(&String::from_utf8_lossy(&bytes)));
    Ok(Exit::Ok)
}

/// How often the server put a notice off, and since when.
fn put_off(notice: &NoticeRow) -> String {
    match (notice.attempts, notice.first_attempt) {
        (1.., Some(first)) => format!("{} times, first at {first}", notice.attempts),
        _ => "never".to_owned(),
    }
}

/// Where a notice stands, and since or until when.
fn state(notice: &NoticeRow) -> String {
    match (notice.state.as_str(), notice.sent) {
        (state, Some(sent)) if notice.bounced.is_some() => {
            let bounced = notice.bounced.map(|at| at.to_string()).unwrap_or_default();
            format!("{state} {sent}, and did not arrive, as came back {bounced}")
        }
        (state, Some(sent)) => format!("{state} {sent}"),
        ("due", None) => format!("due, next try {}", notice.due),
        (state, None) => state.to_owned(),
    }
}

/// Where the copy for the `sent` folder is, where one is wanted.
fn filed(filed: &Filed) -> Option<String> {
    match filed {
        Filed::No => None,
        Filed::Owed => Some("owed to the `sent` folder".to_owned()),
        Filed::Done => Some("in the `sent` folder".to_owned()),
        Filed::Impossible(why) => Some(format!("impossible: {why}")),
    }
}

/// All of them or none.
async fn change(opened: &Opened, ids: &[i64], change: Change) -> Outcome {
    let now = opened.now();
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    for id in ids {
        let notice = OutboxId(*id);
        let done = match change {
            Change::Retry => review::retry(&mut tx, notice, now).await,
            Change::GiveUp => {
                review::give_up(&mut tx, notice, &person_from_environment(), now).await
            }
        };
        match done {
            Ok(()) => {}
            Err(StoreError::Raced) => {
                let what = format!("outbox {id} is sent, being sent, or not there");
                return Err(Failure::new(Exit::Data, what));
            }
            Err(error) => return Err(Failure { exit: Exit::TryLater, error: error.into() }),
        }
    }
    tx.nudge(Nudge::Submit).await.or_exit(Exit::TryLater)?;
    tx.commit().await.or_exit(Exit::TryLater)?;
    let said = match change {
        Change::Retry => "is due now",
        Change::GiveUp => "is given up",
    };
    for id in ids {
        line(&format!("outbox {id} {said}"));
    }
    Ok(Exit::Ok)
}

fn row(notice: &NoticeRow) -> [String; 7] {
    [
        notice.id.0.to_string(),
        notice.kind.clone(),
        notice.recipient.clone(),
        notice.ticket.to_string(),
        notice.state.clone(),
        notice.due.to_string(),
        notice.reply.clone().unwrap_or_default(),
    ]
}

fn view(notice: &NoticeRow) -> serde_json::Value {
    json!({
        "id": notice.id.0,
        "desk": notice.desk,
        "ticket": notice.ticket,
        "kind": notice.kind,
        "to": notice.recipient,
        "state": notice.state,
        "created_at": notice.created.to_string(),
        "bounced_at": notice.bounced.map(|at| at.to_string()),
        "due_at": notice.due.to_string(),
        "attempts": notice.attempts,
        "first_attempt_at": notice.first_attempt.map(|at| at.to_string()),
        "sent_at": notice.sent.map(|at| at.to_string()),
        "reply": notice.reply,
        "message_id": notice.message_id,
        "filed": match &notice.filed {
            Filed::No => None,
            Filed::Owed => Some("owed"),
            Filed::Done => Some("done"),
            Filed::Impossible(_) => Some("impossible"),
        },
        "filed_reason": match &notice.filed {
            Filed::Impossible(why) => Some(why),
            Filed::No | Filed::Owed | Filed::Done => None,
        },
    })
}
