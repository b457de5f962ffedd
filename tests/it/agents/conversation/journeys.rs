//! docs/JOURNEYS.md shows mails of the conversation as they are. `UPDATE=1` rewrites them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::client::Read;

/// Stands above each mail in the page, in a comment, with the name of the mail.
const BEGINS: &str = "<!-- mail ";

/// Fails unless each mail in the page is the one of this name.
pub(super) fn are_as_written(mails: &BTreeMap<String, Vec<u8>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/JOURNEYS.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut names = Names::default();
    let mut found = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(found, "{line}");
        let Some(name) = line.strip_prefix(BEGINS).and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        let mail = mails.get(name).unwrap_or_else(|| panic!("there is no mail {name:?}"));
        let _ = write!(found, "```text\n{}```\n", shown(mail, &mut names));
        assert_eq!(lines.next(), Some("```text"), "{name}");
        assert!(lines.any(|line| line == "```"), "{name}");
    }
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so")]
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap(), "UPDATE=1 rewrites it");
}

/// The fields that matter and the text.
fn shown(mail: &[u8], names: &mut Names) -> String {
    let mail = Read::of(mail);
    let mut text = String::new();
    let fields = [
        ("From", &mail.from),
        ("Reply-To", &mail.reply_to),
        ("To", &mail.to),
        ("Subject", &mail.subject),
        ("Message-ID", &mail.message_id),
        ("In-Reply-To", &mail.in_reply_to),
    ];
    for (name, value) in fields {
        if !value.is_empty() && (name != "Reply-To" || *value != mail.from) {
            let _ = writeln!(text, "{name}: {}", names.mask(value));
        }
    }
    let body: Vec<_> = mail.text.lines().map(|line| names.mask(&dated(line))).collect();
    format!("{text}\n{}\n", body.join("\n"))
}

/// The moment of the test is another one each time.
fn dated(line: &str) -> String {
    match line.split_once("Received        ") {
        Some((before, _)) => format!("{before}Received        2 November 2026, 10:15 UTC"),
        None => line.to_owned(),
    }
}

/// What is made by chance, by a short name.
#[derive(Default)]
pub(super) struct Names {
    known: Vec<String>,
}

impl Names {
    pub(super) fn mask(&mut self, line: &str) -> String {
        let is_of_name = |at: char| at.is_ascii_alphanumeric() || ".+@-".contains(at);
        let mut masked = String::new();
        let mut rest = line;
        while let Some(start) = rest.find(is_of_name) {
            let (before, from) = rest.split_at(start);
            let (word, after) =
                from.split_at(from.find(|at| !is_of_name(at)).unwrap_or(from.len()));
            masked.push_str(before);
            masked.push_str(&self.name(word));
            rest = after;
        }
        masked + rest
    }

    fn name(&mut self, word: &str) -> String {
        let Some((local, domain)) = word.split_once('@').filter(|(_, it)| *it == "desk.example")
        else {
            return word.to_owned();
        };
        if let Some((desk, token)) = local.split_once('+') {
            let about = token.split('.').next().unwrap_or_default();
            return format!("{desk}+{about}.TOKEN@{domain}");
        }
        if local.len() < 20 {
            return word.to_owned();
        }
        let known = self.known.iter().position(|one| one == local);
        let index = known.unwrap_or_else(|| {
            self.known.push(local.to_owned());
            self.known.len() - 1
        });
        format!("ID-{}@{domain}", index + 1)
    }
}
