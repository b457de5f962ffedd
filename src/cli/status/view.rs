//! How desks are shown: a table and what is wrong with them, or one JSON object each.

use std::time::Duration;

use serde_json::{Value, json};

use super::wrong::{Wrong, wrong};
use super::{Desk, Folder, Known};
use crate::cli::output::{self, line, printable, table};
use crate::store::status::Waiting;
use crate::time::Timestamp;

const HEADING: [&str; 7] = ["DESK", "HOLDER", "LAST LOOK", "WAITING", "HELD", "OUTBOX", "STATE"];

/// A table by desk, and below it a line for each thing that is wrong.
pub(super) fn print(known: &Known) {
    let now = known.now;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for desk in &known.desks {
        let wrong = wrong(desk, now);
        rows.push(row(desk, &wrong, now));
        lines.extend(wrong.iter().map(|one| format!("{}: {}", desk.name, one.say(now))));
    }
    for lease in &known.others {
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
pub(super) fn print_json(known: &Known) {
    for desk in &known.desks {
        output::json(&view(desk, known.now));
    }
}

fn row(desk: &Desk, wrong: &[Wrong], now: Timestamp) -> [String; 7] {
    let looked = desk.stalest().and_then(Folder::looked);
    let work = &desk.work;
    [
        desk.name.to_string(),
        desk.holder(now).map_or("nobody", |lease| &*lease.holder.name).to_owned(),
        looked.map_or("never".to_owned(), |looked| format!("{} ago", span(now.since(looked)))),
        waiting(work.undecided, "", now),
        work.held.to_string(),
        format!("{}, {} dead", waiting(work.unsent, " due", now), work.dead),
        if wrong.iter().any(Wrong::fails) { "WRONG" } else { "ok" }.to_owned(),
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

fn view(desk: &Desk, now: Timestamp) -> Value {
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
        },
        "last_error": work.trouble,
        "ok": !wrong(desk, now).iter().any(Wrong::fails),
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

/// A span as people say it, in its largest unit and rounded down.
pub(super) fn span(span: Duration) -> String {
    const UNITS: [(&str, u64); 3] = [("d", 86_400), ("h", 3_600), ("min", 60)];
    let seconds = span.as_secs();
    // From two of a unit on: "90 s" says more than "1 min".
    match UNITS.iter().find(|(_, unit)| seconds >= 2 * unit) {
        Some((name, unit)) => format!("{} {name}", seconds / unit),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_its_largest_unit() {
        check(0, "0 s");
        check(119, "119 s");
        check(120, "2 min");
        check(7_199, "119 min");
        check(7_200, "2 h");
        check(172_799, "47 h");
        check(172_800, "2 d");

        #[track_caller]
        fn check(seconds: u64, expected: &str) {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
    }
}
