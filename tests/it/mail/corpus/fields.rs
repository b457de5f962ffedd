//! What other projects expect of a message's fields, text and attachments: a score for each kind.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tidings::mail::{Mail, Sender, parse};

use super::rows;

/// A kind of fact, and the share of it, in percent, that must be as expected.
const FLOORS: [(&str, usize); 7] = [
    ("from", 99),
    ("name", 90),
    ("subject", 98),
    ("message-id", 98),
    ("text", 98),
    ("digest", 92),
    ("listed", 95),
];

#[derive(Default)]
struct Scores {
    kinds: BTreeMap<&'static str, (usize, Vec<String>)>,
}

impl Scores {
    fn add(&mut self, kind: &'static str, id: &Value, found: &str, expected: &str, right: bool) {
        let (total, misses) = self.kinds.entry(kind).or_default();
        *total += 1;
        if !right {
            misses.push(format!("{id}: {found:?}, not {expected:?}"));
        }
    }

    /// Texts are compared without blanks and case.
    fn check(&mut self, kind: &'static str, id: &Value, found: &str, expected: &str) {
        let right = squeezed(found) == squeezed(expected);
        self.add(kind, id, found, expected, right);
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_lowercase()
}

pub(super) fn score(folder: &Path) {
    let mut scores = Scores::default();
    for (row, raw) in rows(folder, "parse.jsonl") {
        let (mail, _) = parse::parse(&raw);
        header(&mut scores, &row, &mail);
        text(&mut scores, &row, &mail);
        attachments(&mut scores, &row, &mail);
    }
    for (kind, least) in FLOORS {
        let (total, misses) = scores.kinds.get(kind).unwrap();
        super::score(kind, *total, misses, least);
    }
}

fn header(scores: &mut Scores, row: &Value, mail: &Mail) {
    let (id, expect) = (&row["id"], &row["expect"]);
    let (name, address) = match &mail.sender {
        Sender::One(named) => (named.name.as_str(), named.address.as_str()),
        Sender::Ambiguous { claimed, .. } => (&*claimed.name, &*claimed.address),
    };
    if let Some(expected) = expect["from_addr"].as_str() {
        scores.check("from", id, address, expected);
    }
    if let Some(expected) = expect["from_name"].as_str() {
        scores.check("name", id, name, expected);
    }
    if let Some(expected) = expect["subject"].as_str() {
        scores.check("subject", id, &mail.subject, expected);
    }
    if let Some(expected) = expect["message_id"].as_str() {
        let found = mail.message_id.as_ref().map_or("", |found| found.as_str());
        scores.check("message-id", id, found, expected.trim_matches(['<', '>']));
    }
}

fn text(scores: &mut Scores, row: &Value, mail: &Mail) {
    let (id, expect) = (&row["id"], &row["expect"]);
    if let Some(expected) = expect["body_text"].as_str() {
        scores.check("text", id, &mail.text, expected);
    }
    if let Some(expected) = expect["body_text_contains"]["text"].as_str() {
        let right = squeezed(&mail.text).contains(&squeezed(expected));
        scores.add("text", id, &mail.text, expected, right);
    }
}

fn attachments(scores: &mut Scores, row: &Value, mail: &Mail) {
    let (id, expect) = (&row["id"], &row["expect"]);
    let expected = expect["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
    for one in expected {
        if let Some(digest) = one["sha256"].as_str() {
            let right = mail.attachments.iter().any(|found| found.digest.to_string() == digest);
            scores.add("digest", id, "no such bytes", &one["name"].to_string(), right);
        }
        if let Some(size) = one["size"].as_u64() {
            let right = mail.attachments.iter().any(|found| found.size as u64 == size);
            scores.add("listed", id, "no such size", &size.to_string(), right);
        }
    }
    let counted = expect["attachment_count"].as_u64().and_then(|count| count.try_into().ok());
    let complete = expect["attachments_complete"].as_bool() == Some(true);
    if let Some(count) = counted.or(complete.then_some(expected.len())) {
        let found = mail.attachments.len();
        scores.add("listed", id, &found.to_string(), &count.to_string(), found == count);
    }
}
