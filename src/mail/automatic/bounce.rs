//! Reports of failure in no standard form: older servers write prose.
//!
//! A person who asks about a bounce uses the same words. So words count only together with a
//! writer who is no person, or where they stand at the very beginning of subject and text alike.

use super::{Evidence, Kind, Mark, sender, words};

/// Characters of the text that are looked at: the prose, not the returned message.
const TEXT_CHARS_MAX: usize = 600;

/// The marks of a report of failure.
pub(super) fn marks(evidence: &Evidence<'_>) -> Vec<Mark> {
    let local = sender::local(evidence);
    // A report of another kind says so by its type, whoever sends it.
    let another = evidence.media_type == "multipart/report"
        && !["", "delivery-status"].contains(&&*evidence.report_type.to_ascii_lowercase());
    if sender::is_daemon(&local) && !another {
        return vec![(Kind::Bounce, format!("From: {local}"))];
    }
    let null_path = sender::has_null_path(evidence);
    let says_failed = words::says_failed(&words::folded(evidence.subject));
    let failed = (null_path || says_failed) && {
        let head: String = evidence.text.chars().take(TEXT_CHARS_MAX).collect();
        let text = words::folded(&head);
        if null_path {
            says_failed || words::begins_failed(&text)
        } else if local == "postmaster" {
            words::begins_failed(&text) || encloses(evidence) || words::explains_failure(&text)
        } else {
            words::begins_failed(&text)
        }
    };
    let mut marks = Vec::new();
    if failed {
        marks.push((Kind::Bounce, format!("Subject: {}", evidence.subject)));
    }
    if null_path {
        marks.push((Kind::Generated, "Return-Path: <>".to_owned()));
    }
    marks
}

/// Whether it holds the message that failed, or its header.
fn encloses(evidence: &Evidence<'_>) -> bool {
    let enclosed = ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"];
    evidence.parts.iter().any(|part| enclosed.contains(part))
}
