//! Notices to requesters as they are read: each one, in each language and form, about much and about
//! little. `UPDATE=1` rewrites what is expected.

#![cfg(test)]

mod languages;
mod looks;
mod own;
mod states;

use std::path::{Path, PathBuf};

use tidings::desk::language::Language;
use tidings::render::notice::Notice;
use tidings::render::sample::Sample;
use tidings::render::wrap::COLUMNS_MAX;
use tidings::render::{Templates, Wording};

/// Every one of them, by its name.
fn samples() -> Vec<(PathBuf, Wording)> {
    let templates = Templates::shipped().unwrap();
    let mut all = Vec::new();
    for notice in Notice::ALL {
        for language in Language::ALL {
            for sample in Sample::ALL {
                let wording = templates.sample(notice, language, sample).unwrap();
                let name = format!("{}/{}.{}", notice.name(), sample.name(), language.tag());
                all.push((PathBuf::from(name), wording));
            }
        }
    }
    all.extend(states::states());
    all
}

#[test]
fn each_notice_is_as_it_is_written_down() {
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so")]
    let rewrites = std::env::var_os("UPDATE").is_some();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notices");
    let mut wrong = Vec::new();
    for (name, wording) in samples() {
        let text = format!("Subject: {}\n\n{}", wording.subject, wording.text);
        let ended = |said: String| format!("{}\n", said.trim_end());
        for (form, said) in [("txt", text), ("html", wording.html.unwrap())] {
            let (said, file) = (ended(said), root.join(format!("{}.{form}", name.display())));
            if rewrites {
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(&file, &said).unwrap();
            }
            if std::fs::read_to_string(&file).ok() != Some(said) {
                wrong.push(file);
            }
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 rewrites them: {wrong:#?}");
}

#[test]
fn a_text_has_short_lines_and_no_gaps() {
    for (name, wording) in samples() {
        for line in wording.text.lines() {
            assert!(line.chars().count() <= COLUMNS_MAX, "{}: {line}", name.display());
            assert!(line == "-- " || !line.ends_with(' '), "{}: {line:?}", name.display());
        }
        assert!(!wording.text.contains("\n\n\n"), "{}: {}", name.display(), wording.text);
        assert!(!wording.text.contains("[["), "{}: {}", name.display(), wording.text);
    }
}

/// Words of English that no other language of ours has.
const ENGLISH: [&str; 14] = [
    "the",
    "your",
    "you",
    "we",
    "with",
    "message",
    "email",
    "reply",
    "coupon",
    "level",
    "until",
    "received",
    "closed",
    "attachment",
];

#[test]
fn no_english_is_left_in_another_language() {
    for (name, wording) in samples() {
        if name.extension().unwrap() == "en" {
            continue;
        }
        let text = format!("{} {}", wording.text, wording.html.unwrap()).to_lowercase();
        // The level and what the requester has written are not ours.
        let text = text.replace("the printer in", "").replace("& the one next door", "");
        let text = text.replace("&amp; the one next door", "");
        let mut words = text.split(|one: char| !one.is_alphabetic());
        if let Some(word) = words.find(|word| ENGLISH.contains(word)) {
            panic!("{}: {word}", name.display());
        }
    }
}

#[test]
fn std_05_a_notice_says_in_which_language_it_is() {
    for (name, wording) in samples() {
        let tag = name.extension().unwrap().to_str().unwrap();
        let html = wording.html.as_deref().unwrap();
        assert!(html.contains(&format!("<html lang=\"{tag}\" dir=\"auto\">")), "{html}");
        if name.starts_with("answer") {
            // An agent writes as he likes.
            assert_eq!(wording.tag(), None);
            assert!(html.contains("<div lang=\"\" dir=\"auto\">"), "{html}");
        } else {
            assert_eq!(wording.tag(), Some(tag));
        }
    }
}
