//! `config/tidings.toml` names every key that the program knows, and no other; what stands there
//! in comments is the default.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tidings::config::Config;

use super::file;

const PATH: &str = "config/tidings.toml";

/// Structures that are written in one line, as the value of their key.
const INLINE: [&str; 1] = ["PeriodFile"];

/// Fields of each structure of `config/file.rs` and below: name and type.
type Structures = BTreeMap<String, Vec<(String, String)>>;

fn structures() -> Structures {
    let files = ["file.rs", "file/calendar.rs", "file/level.rs", "file/silence.rs"]
        .map(|name| format!("src/config/{name}"));
    let text = files.map(|path| file(&path).text).concat();
    let mut structures = Structures::new();
    let mut here = String::new();
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("struct ") {
            here = rest.split([' ', '<']).next().unwrap_or_default().to_owned();
        }
        if let Some(field) = line
            .strip_prefix("    pub(super) ")
            .or_else(|| line.strip_prefix("    pub(in crate::config) "))
            && let Some((name, kind)) = field.split_once(": ")
            && !name.contains([' ', '('])
        {
            let field = (name.to_owned(), kind.trim_end_matches(',').to_owned());
            structures.entry(here.clone()).or_default().push(field);
        }
    }
    structures
}

/// Paths of keys: `desk.imap.host`, `level.*.title`.
fn known(structures: &Structures, of: &str, at: &str, found: &mut BTreeSet<String>) {
    for (name, kind) in &structures[of] {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        let inner = kind
            .split(['<', '>', ' ', ','])
            .find(|word| structures.contains_key(*word) && !INLINE.contains(word));
        match inner {
            Some(inner) if kind.starts_with("BTreeMap") => {
                known(structures, inner, &format!("{path}.*"), found);
            }
            Some(inner) => known(structures, inner, &path, found),
            None => {
                found.insert(path);
            }
        }
    }
}

/// A line of the file that names a key, in a comment or not.
struct Named {
    line: usize,
    path: String,
    commented: bool,
    /// Its whole table stands in comments: another way goes.
    choice: bool,
}

fn named(text: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let (mut table, mut choice) = (String::new(), false);
    for (line, written) in text.lines().enumerate() {
        let (written, commented) = match written.strip_prefix("# ") {
            Some(rest) => (rest, true),
            None => (written, false),
        };
        let header = written.trim_start_matches('[').trim_end_matches(']');
        if written.starts_with('[') && written.ends_with(']') {
            let words: Vec<_> = header.split('.').collect();
            table = match words[..] {
                ["level", _, "priority", _] => "level.*.priority.*".to_owned(),
                [of @ ("level" | "calendar"), _] => format!("{of}.*"),
                _ => header.to_owned(),
            };
            choice = commented;
            continue;
        }
        let Some((key, _)) = written.split_once(" = ") else { continue };
        if key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            let path = if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") };
            found.push(Named { line, path, commented, choice });
        }
    }
    found
}

fn parse(text: &str) -> Config {
    Config::parse(text, Path::new(PATH)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn each_key_stands_in_the_shipped_file() {
    let structures = structures();
    let mut known_keys = BTreeSet::new();
    known(&structures, "File", "", &mut known_keys);
    assert!(known_keys.contains("desk.imap.host") && known_keys.contains("level.*.title"));
    let text = file(PATH).text;
    let named_keys: BTreeSet<_> = named(&text).into_iter().map(|one| one.path).collect();
    let missing: Vec<_> = known_keys.difference(&named_keys).collect();
    let unknown: Vec<_> = named_keys.difference(&known_keys).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, unknown {unknown:?}");
}

/// Keys that stand in a comment and are no default: another one goes, or a file must be there.
const CHOICES: [&str; 17] = [
    "database_password_file",
    "database_password_credential",
    "database_ca_file",
    "key_file",
    "key_credential",
    "operator",
    "operator_after",
    "desk.imap.ca_file",
    "desk.imap.password_credential",
    "desk.imap.move_to",
    "desk.smtp.ca_file",
    "desk.smtp.password_credential",
    "desk.lapsed_level",
    "desk.supervisor",
    "level.*.ends_after",
    "level.*.then",
    "level.*.escalates_to",
];

#[test]
fn what_stands_in_a_comment_is_the_default() {
    let text = file(PATH).text;
    let shipped = format!("{:?}", parse(&text));
    let mut tried = 0;
    for one in named(&text) {
        if !one.commented || one.choice || CHOICES.contains(&one.path.as_str()) {
            continue;
        }
        tried += 1;
        let lines: Vec<_> = text
            .lines()
            .enumerate()
            .map(|(line, written)| if line == one.line { &written[2..] } else { written })
            .collect();
        let written = format!("{:?}", parse(&lines.join("\n")));
        assert_eq!(written, shipped, "{} is not the default of {}", lines[one.line], one.path);
    }
    assert!(tried > 15, "{tried}");
}

#[test]
fn the_first_configuration_is_good_and_stands_in_the_readme() {
    let first = file("config/first.toml").text;
    let (_, keys) = first.split_once("\n\n").unwrap();
    assert!(file("README.md").text.contains(&format!("```toml\n{keys}```\n")), "{keys}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/first.toml");
    let config = Config::load(&path).unwrap();
    assert_eq!(config.desks.len(), 1);
}
