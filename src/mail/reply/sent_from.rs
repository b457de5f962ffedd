//! Lines that phones and mail programs add: `Sent from my …`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::signature::{EXCUSES, SENT_FROM};
use super::words::{entries, folded};

/// Bytes of such a line.
const BYTES_MAX: usize = 300;

/// Words for which the `*` of a pattern stands, and characters of them.
const WORDS_MAX: usize = 6;
const CHARACTERS_MAX: usize = 48;

/// Whether this line is one of them.
pub(super) fn is(line: &str) -> bool {
    if BYTES_MAX < line.len() || line.is_empty() {
        return false;
    }
    let text = without_links(&folded(line));
    let is_edge = |at: char| {
        matches!(at, '<' | '(' | '[' | ')' | ']' | '>' | '-' | '_' | '—' | '–' | '.' | '!' | ' ')
    };
    let text = text.trim_matches(is_edge);
    let excused = EXCUSE_WORDS.iter().any(|word| text.contains(word));
    let text = if excused {
        text.split([',', '.', ';', '–', '—', '(', '-']).next().unwrap_or_default().trim_end()
    } else {
        text
    };
    let first = text.chars().next();
    [first, None].iter().filter_map(|key| PATTERNS.get(key)).flatten().any(|known| known.fits(text))
}

/// What stands before the `*` and behind it; both, if there is more than one `*`, with what stands
/// between.
struct Pattern {
    pieces: Vec<&'static str>,
}

impl Pattern {
    fn fits(&self, text: &str) -> bool {
        let [first, middle @ .., last] = &*self.pieces else {
            return self.pieces.first().is_some_and(|whole| *whole == text);
        };
        let Some(rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
            return false;
        };
        is_name(rest) && middle.iter().all(|piece| rest.contains(piece))
    }
}

/// The name of a thing, and no more of a sentence.
fn is_name(text: &str) -> bool {
    text.chars().count() <= CHARACTERS_MAX
        && text.split(' ').filter(|word| !word.is_empty()).count() <= WORDS_MAX
        && !text.contains([',', ';', ':', '?', '!', '。', '，'])
        && !text.contains(". ")
}

/// `Outlook<https://…>` is `Outlook`, and so is `[Outlook](https://…)`.
fn without_links(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        let (before, link) = rest.split_at(at);
        kept.push_str(before.trim_end_matches(['<', '(', '[', ' ']));
        let end = link.find(['>', ')', ']', ' ']).unwrap_or(link.len());
        rest = link.get(end..).unwrap_or_default().trim_start_matches(['>', ')', ']']);
    }
    kept.push_str(rest);
    kept.replace(['[', ']'], "")
}

/// The patterns by the character with which they begin, if they do not begin with `*`.
static PATTERNS: LazyLock<HashMap<Option<char>, Vec<Pattern>>> = LazyLock::new(|| {
    let mut map: HashMap<_, Vec<_>> = HashMap::new();
    for entry in entries(SENT_FROM) {
        let key = entry.chars().next().filter(|first| *first != '*');
        map.entry(key).or_default().push(Pattern { pieces: entry.split('*').collect() });
    }
    map
});

static EXCUSE_WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| entries(EXCUSES).collect());
