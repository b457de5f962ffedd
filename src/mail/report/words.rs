//! What servers say about failures, in the languages in which they say it. All in lower case.

mod causes;
mod recipients;

use causes::{CAUSES, FAILURES, GIVEN_UP, LATE};
use recipients::{INTRODUCTIONS, LABELS, NO_SEPARATORS, OTHER_BEGINNINGS, OTHERS, SEPARATORS};

/// Lower case, white space folded.
pub(super) fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a line parts the prose from the message that came back.
pub(super) fn is_separator(line: &str) -> bool {
    let bare = line.trim_start_matches(|one: char| !one.is_alphanumeric());
    let is_about = NO_SEPARATORS.iter().any(|words| bare.starts_with(words));
    !is_about && SEPARATORS.iter().any(|words| bare.starts_with(words))
}

/// Whether recipients follow, in this line or in those below.
pub(super) fn introduces(text: &str) -> bool {
    INTRODUCTIONS.iter().any(|words| text.contains(words))
}

/// Whether what stands before an address says that it is a recipient's.
pub(super) fn is_label(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '<', '"', '\'', '[', '(', '\u{a0}']);
    let before = before.replace('：', ":");
    LABELS.iter().any(|label| before.ends_with(label))
}

/// Whether what stands before an address says that it is somebody else's.
pub(super) fn is_other(line: &str, before: &str) -> bool {
    let before = before.trim_end_matches([' ', '<', '"', '\'', '[', '(', ':']);
    let elsewhere = before.ends_with("generated from");
    (OTHERS.iter().any(|word| before.ends_with(word)) && !elsewhere)
        || OTHER_BEGINNINGS.iter().any(|word| line.starts_with(word))
}

/// Whether a line speaks of a failure.
pub(super) fn says_failed(line: &str) -> bool {
    FAILURES.iter().any(|words| line.contains(words)) || cause(line).is_some()
}

/// Whether a report says that somebody still tries.
pub(super) fn is_late(text: &str) -> bool {
    LATE.iter().any(|words| text.contains(words))
        && !GIVEN_UP.iter().any(|words| text.contains(words))
}

/// Why, by subject and detail of RFC 3463 §3; the first row that fits.
pub(super) fn cause(text: &str) -> Option<(u16, u16)> {
    CAUSES.iter().find(|(_, words)| words.iter().any(|words| text.contains(words))).map(|row| row.0)
}
