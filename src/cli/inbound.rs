//! `tidings inbound`: messages as received.

mod next;

use std::path::Path;

use serde_json::{Value, json};

use self::next::next_step;
use super::command::Inbound as Command;
use super::open::{Opened, desk_name, open};
use super::output::{json, line, printable, printable_lines, raw, table};
use super::{Exit, Failure, Or as _, Outcome, instant};
use crate::config::person_from_environment;
use crate::mail::parse::parse;
use crate::mail::secret::masked;
use crate::store::body;
use crate::store::error::StoreError;
use crate::store::inbound::review::{self, InboundRow};
use crate::store::reconcile::{self, Wish};
use crate::store::sql::Nudge;
use crate::time::Timestamp;
use crate::triage::case::{InboundId, Released};

pub(super) async fn inbound(path: &Path, command: Command) -> Outcome {
    let opened = open(path).await?;
    let done = match command {
        Command::List { json, verdict } => list(&opened, verdict.as_deref(), json).await,
        Command::Show { id, raw } => {
            show(&opened, InboundId(id), if raw { Form::Raw } else { Form::Readable }).await
        }
        Command::Retry { ids, not_spam } => {
            retry(&opened, &ids, if not_spam { Filters::Passed } else { Filters::Heeded }).await
        }
        Command::Reconcile { desk, since } => {
            reconcile(&opened, desk.as_deref(), since.as_deref()).await
        }
        Command::Drop { id, why } => put_aside(&opened, InboundId(id), &why).await,
    };
    opened.store.close().await;
    done
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Raw,
    Readable,
}

async fn list(opened: &Opened, verdict: Option<&str>, as_json: bool) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = review::list(&mut tx, verdict, after).await.or_exit(Exit::Unavailable)?;
        let Some(last) = page.last() else { break };
        after = last.id.0;
        for inbound in &page {
            if as_json {
                json(&view(inbound));
            } else {
                rows.push(row(inbound));
            }
        }
    }
    if !as_json {
        table(["INBOUND", "DESK", "RECEIVED", "SIZE", "VERDICT", "WHY"], &rows);
    }
    Ok(Exit::Ok)
}

async fn show(opened: &Opened, id: InboundId, form: Form) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let found =
        review::show(&mut tx, id).await.or_exit(Exit::Unavailable)?.ok_or_else(|| missing(id))?;
    let bytes = match found.body {
        Some(body) => body::load(&mut tx, body).await.or_exit(Exit::Unavailable)?,
        None => Vec::new(),
    };
    if form == Form::Raw {
        raw(&bytes);
        return Ok(Exit::Ok);
    }
    let (mail, defects) = parse(&bytes);
    line(&format!("inbound   {} of desk {}", id.0, found.desk));
    line(&format!("origin    {}", printable(&found.origin)));
    line(&format!("received  {}, {} bytes, {}", found.received, found.size, found.form));
    let why = printable(&found.reason);
    line(&format!("verdict   {} {why}", found.verdict));
    if let Some(decided) = found.decided {
        line(&format!("decided   {decided}"));
    }
    line(&format!("do next   {}", next_step(&found)));
    if let Some(ticket) = found.ticket {
        line(&format!("ticket    {ticket}"));
    }
    let why = found.mark_reason.as_deref().map(printable).unwrap_or_default();
    line(format!("mark      {} {why}", found.mark).trim_end());
    let from = mail.sender.address().map(ToString::to_string).unwrap_or_default();
    line(&format!("from      {}", printable(&from)));
    if let Some(proof) = &found.proof {
        let reasons = proof_reasons(found.evidence.as_deref());
        line(format!("proof     {proof} {}", printable(&reasons)).trim_end());
    }
    line(&format!("subject   {}", printable(&masked(&mail.subject))));
    for defect in defects {
        line(&format!("defect    {}", printable(&defect.to_string())));
    }
    line("");
    line(&printable_lines(&masked(&mail.text)));
    Ok(Exit::Ok)
}

/// By what a proof is known, in one line.
fn proof_reasons(evidence: Option<&str>) -> String {
    let evidence = evidence.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let reasons = evidence.as_ref().and_then(|evidence| evidence.get("reasons")?.as_array());
    let reasons = reasons.into_iter().flatten().filter_map(Value::as_str);
    let reasons = reasons.collect::<Vec<_>>().join("; ");
    if reasons.is_empty() { reasons } else { format!("({reasons})") }
}

/// Whether what calls a message spam counts when it is decided again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filters {
    Heeded,
    Passed,
}

/// All of them or none.
async fn retry(opened: &Opened, ids: &[i64], filters: Filters) -> Outcome {
    let word = Released { by: person_from_environment(), at: opened.now() };
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    for id in ids {
        let id = InboundId(*id);
        let released = match filters {
            Filters::Heeded => Ok(()),
            Filters::Passed => review::release(&mut tx, id, &word).await,
        };
        let retried = match released {
            Ok(()) => review::retry(&mut tx, id).await,
            Err(error) => Err(error),
        };
        match retried {
            Ok(()) => {}
            Err(StoreError::Raced) => {
                let what = format!("inbound {} is not held, ignored or dropped", id.0);
                return Err(Failure::new(Exit::Data, what));
            }
            Err(error) => return Err(Failure { exit: Exit::TryLater, error: error.into() }),
        }
    }
    tx.nudge(Nudge::Ingest).await.or_exit(Exit::TryLater)?;
    tx.commit().await.or_exit(Exit::TryLater)?;
    let count = ids.len();
    line(&format!("{count} are decided again by the running daemon, or `tidings run --once`"));
    Ok(Exit::Ok)
}

async fn put_aside(opened: &Opened, id: InboundId, why: &str) -> Outcome {
    let reason = format!("dropped by {}: {why}", person_from_environment());
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    match review::put_aside(&mut tx, id, &reason, opened.now()).await {
        Ok(()) => {}
        Err(StoreError::Raced) => {
            return Err(Failure::new(Exit::Data, format!("inbound {} is not held", id.0)));
        }
        Err(error) => return Err(Failure { exit: Exit::TryLater, error: error.into() }),
    }
    tx.commit().await.or_exit(Exit::TryLater)?;
    line(&format!("inbound {} is put aside; its bytes stay", id.0));
    Ok(Exit::Ok)
}

/// Asks for it: who has the desk has its sessions and does it.
async fn reconcile(opened: &Opened, desk: Option<&str>, since: Option<&str>) -> Outcome {
    let since = match since {
        Some(text) => instant::typed("--since", text)?,
        None => Timestamp::from_us(0),
    };
    let desks = match desk {
        Some(_) => vec![desk_name(&opened.config, desk)?],
        None => opened.config.desks.iter().map(|desk| desk.name.clone()).collect(),
    };
    let wish = Wish { since, restored: None, asked: opened.now() };
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    for desk in &desks {
        reconcile::ask(&mut tx, desk, &wish).await.or_exit(Exit::TryLater)?;
    }
    tx.commit().await.or_exit(Exit::TryLater)?;
    for desk in desks {
        line(&format!(
            "{desk}: its folders are compared with the database at the next look of the running \
             daemon, or by `tidings run --once`"
        ));
    }
    Ok(Exit::Ok)
}

fn missing(id: InboundId) -> Failure {
    Failure::new(Exit::NoInput, format!("there is no inbound {}", id.0))
}

fn row(inbound: &InboundRow) -> [String; 6] {
    [
        inbound.id.0.to_string(),
        inbound.desk.clone(),
        inbound.received.to_string(),
        inbound.size.to_string(),
        inbound.verdict.clone(),
        inbound.reason.clone(),
    ]
}

fn view(inbound: &InboundRow) -> serde_json::Value {
    json!({
        "id": inbound.id.0,
        "desk": inbound.desk,
        "origin": inbound.origin,
        "received_at": inbound.received.to_string(),
        "decided_at": inbound.decided.map(|at| at.to_string()),
        "from": inbound.sender,
        "message_id": inbound.message_id,
        "size": inbound.size,
        "form": inbound.form,
        "verdict": inbound.verdict,
        "reason": inbound.reason,
        "proof": inbound.proof,
        "evidence": inbound.evidence.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
        "ticket": inbound.ticket,
        "duplicate_of": inbound.duplicate_of.map(|id| id.0),
        "attempts": inbound.attempts,
        "mark": inbound.mark,
    })
}
