//! The words of machines, in the languages in which they write. All in lower case.

mod away;
mod failed;

use away::{AUTOMATIC, AWAY, PREFIXES};
use failed::{BEGINNINGS, EXPLANATIONS, FAILED, FAILED_ENDS};

/// Lower case, white space folded, decoration at the beginning (rules of `*` or `-`) gone.
pub(super) fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_start_matches(|at: char| !at.is_alphanumeric() && at != '[').to_owned()
}

/// Whether a subject says that a person passes something on or answers it.
pub(super) fn is_passed_on(subject: &str) -> bool {
    let marker = subject.split([':', '：']).next().unwrap_or_default().trim();
    ["re", "aw", "sv", "antw", "odp", "rif", "res", "fw", "fwd", "wg", "vb", "tr", "rv", "pd", "vs"]
        .contains(&marker)
}

/// Whether a subject begins as that of a report of failure does.
pub(super) fn says_failed(subject: &str) -> bool {
    FAILED.iter().any(|words| subject.starts_with(words))
        || FAILED_ENDS.iter().any(|words| subject.ends_with(words))
}

/// Whether a text begins in the voice of a server about a failure.
pub(super) fn begins_failed(text: &str) -> bool {
    BEGINNINGS.iter().any(|words| text.starts_with(words))
}

/// Whether a text speaks about a failure.
pub(super) fn explains_failure(text: &str) -> bool {
    EXPLANATIONS.iter().any(|words| text.contains(words))
}

/// Whether a subject begins (or, for one old form, goes on) as only an automatic answer does.
pub(super) fn says_automatic(subject: &str) -> bool {
    AUTOMATIC.iter().any(|words| {
        subject.strip_prefix(words).is_some_and(|rest| rest.trim_start().starts_with([':', '：']))
    }) || subject.contains("out of office autoreply:")
}

/// Whether a program's name says that it answers by itself.
pub(super) fn is_responder(mailer: &str) -> bool {
    ["vacation", "autorespon", "auto-respon", "autoreply", "auto-reply"]
        .iter()
        .any(|word| mailer.contains(word))
}

/// What stands behind words about absence, or about an automatic answer, at the beginning of a subject.
pub(super) fn behind_away(subject: &str) -> Option<&str> {
    let behind = |words: &&str| {
        subject.strip_prefix(words)?.trim_start().strip_prefix([':', '：']).map(str::trim_start)
    };
    PREFIXES.iter().find_map(behind)
}

/// Whether words about absence stand in it. Persons use them too.
pub(super) fn says_away(text: &str) -> bool {
    AWAY.iter().any(|words| text.contains(words))
}
