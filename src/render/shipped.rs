//! The templates that come with the program.

use super::notice::{Form, Notice};

/// The words of notices to requesters.
pub(super) const WORDS: &str = include_str!("../../templates/words.toml");

/// What several notices to requesters have in common.
pub(super) const PARTS: [(&str, &str); 16] = [
    ("arrived.html", include_str!("../../templates/part/arrived.html.j2")),
    ("arrived.txt", include_str!("../../templates/part/arrived.txt.j2")),
    ("because.html", include_str!("../../templates/part/because.html.j2")),
    ("because.txt", include_str!("../../templates/part/because.txt.j2")),
    ("change.html", include_str!("../../templates/part/change.html.j2")),
    ("change.txt", include_str!("../../templates/part/change.txt.j2")),
    ("coupon.html", include_str!("../../templates/part/coupon.html.j2")),
    ("coupon.txt", include_str!("../../templates/part/coupon.txt.j2")),
    ("foot.html", include_str!("../../templates/part/foot.html.j2")),
    ("foot.txt", include_str!("../../templates/part/foot.txt.j2")),
    ("head.html", include_str!("../../templates/part/head.html.j2")),
    ("over.html", include_str!("../../templates/part/over.html.j2")),
    ("over.txt", include_str!("../../templates/part/over.txt.j2")),
    ("stands.html", include_str!("../../templates/part/stands.html.j2")),
    ("stands.txt", include_str!("../../templates/part/stands.txt.j2")),
    ("style.html", include_str!("../../templates/part/style.html.j2")),
];

/// Mails to agents and to the operator, in English.
pub(super) const ENGLISH: [(&str, &str); 11] = [
    ("en/alarm.subject", include_str!("../../templates/en/alarm.subject.j2")),
    ("en/alarm.txt", include_str!("../../templates/en/alarm.txt.j2")),
    ("en/digest.subject", include_str!("../../templates/en/digest.subject.j2")),
    ("en/digest.txt", include_str!("../../templates/en/digest.txt.j2")),
    ("en/late.subject", include_str!("../../templates/en/late.subject.j2")),
    ("en/late.txt", include_str!("../../templates/en/late.txt.j2")),
    ("en/notification.html", include_str!("../../templates/en/notification.html.j2")),
    ("en/notification.subject", include_str!("../../templates/en/notification.subject.j2")),
    ("en/notification.txt", include_str!("../../templates/en/notification.txt.j2")),
    ("en/refusal.subject", include_str!("../../templates/en/refusal.subject.j2")),
    ("en/refusal.txt", include_str!("../../templates/en/refusal.txt.j2")),
];

/// The source of a form of a notice to requesters, before it has its words.
pub(super) fn source(notice: Notice, form: Form) -> &'static str {
    macro_rules! forms {
        ($name:literal) => {
            match form {
                Form::Subject => include_str!(concat!("../../templates/", $name, ".subject.j2")),
                Form::Text => include_str!(concat!("../../templates/", $name, ".txt.j2")),
                Form::Html => include_str!(concat!("../../templates/", $name, ".html.j2")),
            }
        };
    }
    match notice {
        Notice::Acknowledgement => forms!("acknowledgement"),
        Notice::Short => forms!("short"),
        Notice::Addition => forms!("addition"),
        Notice::Raised => forms!("raised"),
        Notice::Changed => forms!("changed"),
        Notice::Reminder => forms!("reminder"),
        Notice::History => forms!("history"),
        Notice::Announcement => forms!("announcement"),
        Notice::Answer => forms!("answer"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_file_is_one() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut files = BTreeSet::new();
        for folder in ["", "en/", "part/"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                files.extend(name.strip_suffix(".j2").map(|name| format!("{folder}{name}")));
            }
        }
        let parts = PARTS.map(|(name, _)| format!("part/{name}"));
        let english = ENGLISH.map(|(name, _)| name.to_owned());
        let notices = Notice::ALL
            .into_iter()
            .flat_map(|notice| Form::ALL.map(|form| format!("{}.{}", notice.name(), form.name())));
        let shipped: BTreeSet<_> = parts.into_iter().chain(english).chain(notices).collect();
        assert_eq!(files, shipped);
    }
}
