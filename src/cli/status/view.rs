//! How desks are shown: a table and what is wrong with them, or one JSON object each.

use serde_json::{Value, json};

use super::Shown;
use crate::cli::output::{self, line, printable, table};
use crate::health::cause::Cause;
use crate::health::{Desk, Folder, span};
use crate::store::status::Waiting;
use crate::time::Timestamp;
use crate::work::troubles::in_words;

const HEADING: [&str; 7] = ["DESK", "HOLDER", "LAST LOOK", "WAITING", "HELD", "OUTBOX", "STATE"];

/// A table by desk, and below it a line for each thing that is wrong.
pub(super) fn print(shown: &Shown) {
    let now = shown.known.now;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (desk, wrong) in shown.desks() {
        rows.push(row(desk, wrong, now));
        lines.extend(wrong.iter().map(|one| format!("{}: {}", desk.name, one.say(now))));
    }
    for lease in &shown.others {
        lines.push(format!(
            "{}: is not in this configuration, and {} works on it; stop that daemon, or write \
             the desk here, too, and type: `tidings check`",
            lease.desk, lease.holder.name
        ));
    }
    table(HEADING, &rows);
    if !lines.is_empty() {
        line("");
    }
    for text in lines {
        line(&printable(&text));
    }
}

/// One object a desk.
pub(super) fn print_json(shown: &Shown) {
    for (desk, wrong) in shown.desks() {
        output::json(&view(desk, wrong, shown.known.now));
    }
}

fn row(desk: &Desk, wrong: &[Cause], now: Timestamp) -> [String; 7] {
    let looked = desk.stalest().and_then(Folder::looked);
    let work = &desk.work;
    [
        desk.name.to_string(),
        desk.holder(now).map_or("nobody", |lease| &*lease.holder.name).to_owned(),
        looked.map_or("never".to_owned(), |looked| format!("{} ago", span(now.since(looked)))),
        waiting(work.undecided, "", now),
        work.held.to_string(),
        format!("{}, {} dead", waiting(work.unsent, " due", now), work.dead),
        if wrong.iter().any(Cause::fails) { "WRONG" } else { "ok" }.to_owned(),
    ]
}

/// How many, of what, and for how long the oldest.
fn waiting(waiting: Waiting, what: &str, now: Timestamp) -> String {
    let count = waiting.count;
    match waiting.since {
        Some(since) => format!("{count}{what} ({})", span(now.since(since))),
        None => format!("{count}{what}"),
    }
}

fn view(desk: &Desk, wrong: &[Cause], now: Timestamp) -> Value {
    let work = &desk.work;
    let stalest = desk.stalest();
    json!({
        "desk": desk.name,
        "last_look": instant(stalest.and_then(Folder::looked)),
        "position": stalest.and_then(|folder| folder.seen).map(|seen| seen.position),
        "oldest_unprocessed": instant(work.undecided.since),
        "held": work.held,
        "outbox": {
            "due": work.unsent.count,
            "oldest": instant(work.unsent.since),
            "dead": work.dead,
            "held": work.held_notices,
        },
        "last_error": in_words(&work.troubles),
        "ok": !wrong.iter().any(Cause::fails),
        "holder": desk.holder(now).map(|lease| json!({
            "name": lease.holder.name,
            "since": lease.taken.to_string(),
            "until": instant(lease.until),
        })),
        "mailboxes": desk.folders.iter().map(mailbox).collect::<Vec<_>>(),
    })
}

fn mailbox(folder: &Folder) -> Value {
    json!({
        "folder": folder.name,
        "position": folder.seen.map(|seen| seen.position),
        "last_look": instant(folder.looked()),
    })
}

fn instant(instant: Option<Timestamp>) -> Option<String> {
    instant.map(|instant| instant.to_string())
}
