//! What a requester is told of his ticket: what changed, and that his answer is awaited.

use serde::Serialize;

use super::Fields;
use super::notice::Notice;

/// What a notice of changes may say.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// `staff`: an agent wants it so. `silence`: nobody has said a word for long.
    pub why: &'static str,
    /// Since when nobody has.
    pub since: Option<String>,
    /// What changes.
    #[serde(flatten)]
    pub change: Change,
    /// When it is resolved, if the requester says nothing.
    pub resolves: Option<String>,
    /// The identifier of the ticket of which it is a part from now on.
    pub merged_into: Option<String>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What changes of a ticket at once; of what does not change nothing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Change {
    /// Where it stands: `accepted`, `pending`, `waiting`, `resolved`, `closed`, `reopened`.
    pub status: Option<&'static str>,
    /// How urgent it is.
    pub priority: Option<PriorityLine>,
    /// The title of its level.
    pub level_title: Option<String>,
    /// Until when an answer opens it again.
    pub reopens_until: Option<String>,
    /// By what its requester says what he thinks of it; none where he is not asked.
    pub ratings: Vec<RatingLink>,
    /// Whether a password or another key stands in it.
    pub sent_secret: bool,
}

/// A link that opens a mail with a rating.
#[derive(Clone, Debug, Serialize)]
pub struct RatingLink {
    /// One to five.
    pub stars: i64,
    /// What its subject says, such as `Rating: 4`.
    pub words: String,
    /// The mail (RFC 6068).
    pub href: String,
}

/// A priority, and the one before.
#[derive(Clone, Debug, Serialize)]
pub struct PriorityLine {
    /// The one before.
    pub before: String,
    /// The one from now on.
    pub now: String,
}

/// What a reminder may say.
#[derive(Clone, Debug, Serialize)]
pub struct Reminder {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// Since when an answer is awaited.
    pub since: String,
    /// When the ticket becomes less urgent without one.
    pub lowers: Option<String>,
    /// When it is resolved without one.
    pub resolves: Option<String>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

impl Fields for Changed {
    const NOTICE: Notice = Notice::Changed;
}

impl Fields for Reminder {
    const NOTICE: Notice = Notice::Reminder;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::language::Language;
    use crate::render::{Templates, Wording};

    fn worded(data: &impl Fields) -> Wording {
        Templates::shipped().unwrap().notice(Language::English, data).unwrap()
    }

    fn changed() -> Changed {
        Changed {
            tid: "[EX#17]".into(),
            subject: "{{ desk_address }}".into(),
            why: "staff",
            since: None,
            change: Change::default(),
            resolves: None,
            merged_into: None,
            desk_name: "Example Support".into(),
            desk_address: "support@desk.example".into(),
        }
    }

    #[test]
    fn thr_27_each_change_has_its_words_and_a_value_is_no_template() {
        for (status, words) in [
            ("accepted", "now working on your ticket"),
            ("pending", "waiting for your answer"),
            ("waiting", "answer from a third party"),
            ("resolved", "is resolved"),
            ("closed", "is closed"),
            ("reopened", "open again"),
        ] {
            check(&with(Change { status: Some(status), ..Change::default() }), words);
        }
        let priority = || Some(PriorityLine { before: "high".into(), now: "low".into() });
        let lowered = || Change { priority: priority(), ..Change::default() };
        check(&with(lowered()), "low (was high)");
        check(&with(Change { level_title: Some("Gold".into()), ..Change::default() }), "Gold");
        let (since, resolves) = (Some("Monday".to_owned()), Some("Friday".to_owned()));
        let silent = Changed { why: "silence", since, resolves, ..with(lowered()) };
        check(&silent, "no answer from you about ticket [EX#17] since Monday");
        let merged = Changed { merged_into: Some("[EX#3]".into()), ..changed() };
        check(&merged, "is now a part of ticket [EX#3]");

        fn with(change: Change) -> Changed {
            Changed { change, ..changed() }
        }

        #[track_caller]
        fn check(data: &Changed, words: &str) {
            let wording = worded(data);
            assert_eq!(wording.subject, "[EX#17] {{ desk_address }}");
            assert!(wording.text.contains(words), "{}", wording.text);
            assert!(!wording.text.contains("\n\n\n"), "{:?}", wording.text);
        }
    }

    #[test]
    fn a_reminder_says_what_comes_without_an_answer() {
        let reminder = Reminder {
            tid: "[EX#17]".into(),
            subject: "Printer".into(),
            since: "Monday".into(),
            lowers: Some("Tuesday".into()),
            resolves: Some("Friday".into()),
            desk_name: "Example Support".into(),
            desk_address: "support@desk.example".into(),
        };
        let wording = worded(&reminder);
        let text = wording.text.replace('\n', " ");
        for words in ["since Monday", "less urgent on Tuesday", "resolved on Friday"] {
            assert!(text.contains(words), "{text}");
        }
        let nothing = Reminder { lowers: None, resolves: None, ..reminder };
        let wording = worded(&nothing);
        assert!(!wording.text.contains("Without"), "{}", wording.text);
        assert!(!wording.text.contains("\n\n\n"), "{:?}", wording.text);
    }
}
