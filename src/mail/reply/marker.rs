//! Lines that part a message from what it answers: `-----Original Message-----`.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use super::line::{Line, RULE_CHARACTERS, without_colon};
use super::words::marker::{BEGIN_FORWARDED, ORIGINAL, PROCESSED, REPLY_ABOVE};
use super::words::{begins, entries, folded};

/// Bytes of a marker: no word of the tables is shorter.
const BYTES_MIN: usize = 8;
const BYTES_MAX: usize = 240;

/// Characters that a marker may have behind its words: who forwarded it, and when.
const MORE_MAX: usize = 80;

/// What a line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// A message that is passed on or answered follows.
    Original,
    /// A help desk's words: what follows is not read.
    ReplyAbove,
}

/// The marker that a line is.
pub(super) fn of(line: &Line<'_>) -> Option<Marker> {
    let is_edge = |at: char| RULE_CHARACTERS.contains(&at) || matches!(at, ' ' | '[' | ']' | '|');
    let body = line.body;
    if !(BYTES_MIN..=BYTES_MAX).contains(&body.len()) {
        return None;
    }
    let ruled = body.starts_with(RULE_CHARACTERS);
    if !ruled && !may_be_bare(body) {
        return None;
    }
    let text = folded(body);
    let core = text.trim_matches(is_edge);
    if !ruled && PROCESSED_BEGINS.iter().any(|words| begins(core, words)) {
        return Some(Marker::Original);
    }
    let words = without_colon(core).unwrap_or(core).trim_end_matches(['.', ' ']);
    if REPLY_ABOVES.contains(words) {
        return Some(Marker::ReplyAbove);
    }
    if !ruled {
        let begins = line.ends_in_colon() && FORWARD_BEGINS.contains(words);
        return begins.then_some(Marker::Original);
    }
    // One dash begins a point of a list as well.
    let rule = body.chars().take_while(|at| RULE_CHARACTERS.contains(at)).count();
    let is_original = 1 < rule
        && (ORIGINALS.contains(words)
            || (body.ends_with(RULE_CHARACTERS) && is_original_with_more(words)));
    is_original.then_some(Marker::Original)
}

/// `Forwarded by … on …`.
fn is_original_with_more(words: &str) -> bool {
    let first = words.split(' ').next().unwrap_or_default();
    FIRST_WORDS.get(first).into_iter().flatten().any(|known| {
        words
            .strip_prefix(known)
            .is_some_and(|more| more.starts_with([' ', ':']) && more.chars().count() <= MORE_MAX)
    })
}

/// Whether a line is the words of a marker without a rule around them; above a header it is one.
pub(super) fn is_bare_original(line: &Line<'_>) -> bool {
    line.body.len() <= BYTES_MAX
        && ORIGINALS.contains(without_colon(&folded(line.body)).unwrap_or(&folded(line.body)))
}

/// A cheap look: a marker without a rule ends in a colon, speaks of a line, or names its program.
fn may_be_bare(body: &str) -> bool {
    let is_like_one = body.ends_with([':', '：'])
        || body.starts_with(['[', 'O', 'o', '#'])
        || body.chars().count() <= REPLY_ABOVE_CHARACTERS_MAX;
    is_like_one && begins_as_bare(body)
}

/// A cheap look: a marker without a rule begins with a word of the tables. Where folding would do
/// more than to change its case, nothing is said against it.
fn begins_as_bare(body: &str) -> bool {
    if !body.is_ascii() || body.contains('*') {
        return true;
    }
    let begin = body.trim_start_matches(|at: char| !at.is_ascii_alphanumeric());
    let first = || first_ascii(begin).bytes().map(|byte| byte.to_ascii_lowercase());
    BARE_BEGINS.binary_search_by(|known| known.bytes().cmp(first())).is_ok()
}

/// The letters and digits of ASCII with which it begins.
fn first_ascii(text: &str) -> &str {
    text.split(|at: char| !at.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// Characters of the longest request to write above.
const REPLY_ABOVE_CHARACTERS_MAX: usize = 90;

static ORIGINALS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| entries(ORIGINAL).collect());
static FIRST_WORDS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut map: HashMap<_, Vec<_>> = HashMap::new();
    for entry in entries(ORIGINAL) {
        map.entry(entry.split(' ').next().unwrap_or_default()).or_default().push(entry);
    }
    map
});
static FORWARD_BEGINS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| entries(BEGIN_FORWARDED).collect());
static REPLY_ABOVES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| entries(REPLY_ABOVE).collect());
/// In their order.
static BARE_BEGINS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let bare = entries(BEGIN_FORWARDED).chain(entries(REPLY_ABOVE)).chain(entries(PROCESSED));
    let firsts: BTreeSet<_> = bare.map(first_ascii).collect();
    firsts.into_iter().collect()
});
static PROCESSED_BEGINS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| entries(PROCESSED).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_without_a_rule_is_not_passed_over() {
        let tables = [BEGIN_FORWARDED, REPLY_ABOVE, PROCESSED];
        for entry in tables.into_iter().flat_map(entries) {
            for body in [format!("{entry}:"), format!("[#| {} |", entry.to_uppercase())] {
                assert!(begins_as_bare(&body), "{body}");
            }
        }
        assert!(!begins_as_bare("It stops after 5 minutes."));
    }
}
