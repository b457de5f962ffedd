//! What a requester reads of each change of his ticket, of each reason, in each language.

use std::path::PathBuf;

use tidings::desk::calendar::{Calendar, words};
use tidings::desk::language::Language;
use tidings::render::changed::{Change, Changed, PriorityLine};
use tidings::render::{Templates, Wording};
use tidings::time::Timestamp;

/// Monday, 2 March 2026, 09:00 UTC.
const NOW: i64 = 1_772_442_000;
const DAY: i64 = 86_400;

/// A notice of changes for each, by its name.
pub(super) fn states() -> Vec<(PathBuf, Wording)> {
    let templates = Templates::shipped().unwrap();
    let mut all = Vec::new();
    for language in Language::ALL {
        for (name, changed) in of(language) {
            let wording = templates.notice(language, &changed).unwrap();
            all.push((PathBuf::from(format!("changed/{name}.{}", language.tag())), wording));
        }
    }
    all
}

fn of(language: Language) -> Vec<(&'static str, Changed)> {
    let day = |days: i64| {
        let (at, now) = (NOW + days * DAY, Timestamp::from_seconds(NOW));
        words::instant(&Calendar::always(), Timestamp::from_seconds(at), now, language)
    };
    let plain = || Changed {
        tid: "[EX#1042]".to_owned(),
        subject: "Printer".to_owned(),
        why: "staff",
        since: None,
        change: Change::default(),
        resolves: None,
        merged_into: None,
        desk_name: "Example Support".to_owned(),
        desk_address: "support@example.com".to_owned(),
    };
    let stands = |status| {
        let change = Change { status: Some(status), ..Change::default() };
        Changed { change, ..plain() }
    };
    let silent = |changed: Changed| Changed { why: "silence", since: Some(day(-3)), ..changed };
    let priority = || {
        let line = PriorityLine { before: "high".to_owned(), now: "low".to_owned() };
        Changed { change: Change { priority: Some(line), ..Change::default() }, ..plain() }
    };
    let level = Change { level_title: Some("Gold".to_owned()), ..Change::default() };
    let reopens = |changed: Changed| {
        let change = Change { reopens_until: Some(day(14)), ..changed.change };
        Changed { change, ..changed }
    };
    vec![
        ("pending", stands("pending")),
        ("waiting", stands("waiting")),
        ("resolved", stands("resolved")),
        ("closed", reopens(stands("closed"))),
        ("reopened", stands("reopened")),
        ("priority", priority()),
        ("level", Changed { change: level, ..plain() }),
        ("merged", Changed { merged_into: Some("[EX#17]".to_owned()), ..plain() }),
        ("silent-priority", Changed { resolves: Some(day(7)), ..silent(priority()) }),
        ("silent-resolved", silent(reopens(stands("resolved")))),
        ("silent-closed", silent(reopens(stands("closed")))),
    ]
}
