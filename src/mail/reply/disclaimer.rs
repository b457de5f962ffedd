//! Paragraphs that a company has its mail end with.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::line::{Line, RULE_CHARACTERS};
use super::words::signature::{DISCLAIMER, DISCLAIMER_HEADING, FOOTER};
use super::words::{entries, folded};

/// Bytes and lines of a paragraph that is read for its phrases.
const BYTES_MIN: usize = 24;
const BYTES_MAX: usize = 8 * 1024;
pub(super) const LINES_MAX: usize = 60;

/// Bytes of a heading.
const HEADING_BYTES_MAX: usize = 80;

/// Two phrases of disclaimers, or one of those that are enough, and nobody who says `I`.
pub(super) fn is(paragraph: &[Line<'_>]) -> bool {
    let bytes = || paragraph.iter().map(|line| line.body.len() + 1).sum();
    if LINES_MAX < paragraph.len() || !(BYTES_MIN..=BYTES_MAX).contains(&bytes()) {
        return false;
    }
    let bodies: Vec<_> = paragraph.iter().map(|line| line.body).collect();
    // With a blank at both ends each word has one.
    let text = format!(" {} ", folded(&bodies.join(" ")).replace("e-mail", "email"));
    let found = phrases_in(&text);
    let is_enough = found.iter().any(|phrase| PHRASES.enough.contains(phrase));
    (is_enough || 2 <= found.len()) && !FIRST_PERSON.iter().any(|word| text.contains(word))
}

/// Whether a line is the heading of a disclaimer.
pub(super) fn is_heading(line: &str) -> bool {
    if HEADING_BYTES_MAX < line.len() {
        return false;
    }
    let text = folded(line).replace("e-mail", "email");
    let core = text.trim_matches(|at: char| {
        RULE_CHARACTERS.contains(&at) || matches!(at, ':' | '：' | ' ' | '!' | '[' | ']')
    });
    entries(DISCLAIMER_HEADING).any(|heading| heading == core)
}

/// No disclaimer speaks so.
const FIRST_PERSON: [&str; 10] =
    [" i ", " i'", " my ", " me ", " ich ", " mein", " mir ", " je ", " yo ", " mij "];

/// The different phrases in `text`, up to the second: one pass, a look at the few phrases that
/// begin with the same four bytes where any begins with the same two.
fn phrases_in(text: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for (at, head) in text.as_bytes().windows(HEAD).enumerate() {
        if !PHRASES.begin_with(head) {
            continue;
        }
        for phrase in PHRASES.by_head.get(head).into_iter().flatten() {
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            if rest.starts_with(phrase.as_bytes()) && !found.contains(phrase) {
                found.push(phrase);
            }
        }
        if 2 <= found.len() {
            break;
        }
    }
    found
}

/// Bytes by which phrases are looked up; none is shorter.
const HEAD: usize = 4;

struct Phrases {
    /// For each pair of bytes whether a phrase begins with it.
    begins: Vec<bool>,
    by_head: HashMap<&'static [u8], Vec<&'static str>>,
    enough: Vec<&'static str>,
}

impl Phrases {
    fn begin_with(&self, head: &[u8]) -> bool {
        pair(head).and_then(|pair| self.begins.get(pair)).is_some_and(|begins| *begins)
    }
}

/// The first two bytes as a number.
fn pair(head: &[u8]) -> Option<usize> {
    head.first_chunk().map(|two| usize::from(u16::from_be_bytes(*two)))
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut begins = vec![false; usize::from(u16::MAX) + 1];
    let mut by_head: HashMap<_, Vec<_>> = HashMap::new();
    for phrase in entries(DISCLAIMER).chain(entries(FOOTER)) {
        if let Some(begins) = pair(phrase.as_bytes()).and_then(|pair| begins.get_mut(pair)) {
            *begins = true;
        }
        let known = by_head.entry(phrase.as_bytes().get(..HEAD).unwrap_or_default()).or_default();
        if !known.contains(&phrase) {
            known.push(phrase);
        }
    }
    Phrases { begins, by_head, enough: entries(FOOTER).collect() }
});
