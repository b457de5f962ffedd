//! What is agreed about the sources and is not seen by the compiler. Each test reads the files as
//! they are and names the line that breaks the agreement.

mod configuration;
mod imports;
mod store;

use std::collections::BTreeSet;
use std::path::Path;

/// A file of this repository.
struct Source {
    /// From the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// Its lines with their numbers, without those that are comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Whether it is the module of this path, such as `src/store`, or within it.
    fn is_in(&self, module: &str) -> bool {
        let rest = self.path.strip_prefix(module);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }
}

/// Every file that reads as text below `folder`, in order of path.
fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut folders) = (Vec::new(), vec![root.join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let path = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "{folder}");
    found
}

fn file(path: &str) -> Source {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    Source { path: path.to_owned(), text }
}

fn rust() -> Vec<Source> {
    let mut files: Vec<_> = ["src", "tests/it", "benches"].into_iter().flat_map(sources).collect();
    files.retain(|file| has_extension(&file.path, "rs"));
    files
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

#[track_caller]
fn none(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

/// Lines of a file.
const LINES_MAX: usize = 400;

#[test]
fn files_are_small_and_named_after_their_module() {
    let mut wrong = Vec::new();
    for file in rust() {
        let lines = file.text.lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("{}: {lines} lines, {LINES_MAX} are the limit", file.path));
        }
        if file.path.ends_with("/mod.rs") {
            wrong.push(format!("{}: a module is a file beside its folder", file.path));
        }
        if !file.text.starts_with("//! ") {
            wrong.push(format!("{}: the first line says what the module is", file.path));
        }
    }
    none("files", &wrong);
}

#[test]
fn nothing_is_left_for_later() {
    // in pieces, so that this file is not found
    let macros = [concat!("to", "do!"), concat!("unimple", "mented!")];
    let words = [concat!("FIX", "ME"), concat!("X", "XX"), concat!("for", " now")];
    let mut wrong = Vec::new();
    for folder in
        ["src", "docs", "tests/it", "world", "config", "templates", "migrations", "systemd"]
    {
        for file in sources(folder) {
            for (number, line) in file.lines() {
                let found = macros.iter().any(|word| line.contains(word))
                    || words.iter().any(|word| has_word(line, word));
                if found {
                    wrong.push(format!("{}:{number}: {}", file.path, line.trim()));
                }
            }
        }
    }
    none("left for later", &wrong);
}

/// Whether a word stands in a line with no letter or digit beside it.
fn has_word(line: &str, word: &str) -> bool {
    let letter = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| {
        !letter(line[..at].chars().next_back()) && !letter(line[at + word.len()..].chars().next())
    })
}

/// One TLS stack with one provider, one runtime, no pattern that takes exponential time.
const BANNED: [&str; 7] =
    ["async-std", "aws-lc-rs", "aws-lc-sys", "fancy-regex", "native-tls", "openssl", "openssl-sys"];

#[test]
fn pin_02_no_banned_crate_is_locked() {
    let lock = file("Cargo.lock");
    let locked: BTreeSet<&str> = lock
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    assert!(locked.contains("rustls"), "the lock file is not read as it is written");
    let found: Vec<_> =
        BANNED.iter().filter(|name| locked.contains(**name)).map(ToString::to_string).collect();
    none("banned crates in Cargo.lock", &found);
    let deny = file("deny.toml");
    for name in BANNED {
        assert!(deny.text.contains(&format!("\"{name}\"")), "deny.toml does not ban {name}");
    }
}

/// Names of the rules that a test may be named after: `thr_16_…`, `inv_4_…`.
const RULES: [&str; 7] = ["std", "thr", "flt", "aut", "svc", "pin", "inv"];

#[test]
fn a_test_names_a_rule_by_its_number() {
    let mut wrong = Vec::new();
    for file in rust() {
        for (number, line) in file.code() {
            let Some((_, name)) = line.split_once("fn ") else { continue };
            let name = name.split(['(', '<']).next().unwrap_or_default();
            let Some((rule, rest)) = name.split_once('_') else { continue };
            let digits = rest.split('_').next().unwrap_or_default();
            let numbered = !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit());
            let width = if rule == "inv" { 1..=2 } else { 2..=3 };
            if RULES.contains(&rule) && !(numbered && width.contains(&digits.len())) {
                wrong.push(format!("{}:{number}: {name}", file.path));
            }
        }
    }
    none("names of tests", &wrong);
}

#[test]
fn migrations_are_numbered_without_a_gap_and_have_twins() {
    let schema = file("src/store/schema.rs").text;
    let names = |engine: &str| {
        let root = format!("migrations/{engine}/");
        let embedded = format!("include_str!(concat!(\"../../{root}\", $file))");
        assert!(schema.contains(&embedded), "{root} is never applied");
        let files = sources(&root);
        files.iter().map(|file| file.path.replace(&root, "")).collect::<Vec<_>>()
    };
    let sqlite = names("sqlite");
    for (number, name) in (1..).zip(&sqlite) {
        assert!(name.starts_with(&format!("{number:04}_")), "{name} is not number {number}");
        assert!(has_extension(name, "sql"), "{name}");
        let step = format!("step!({number}, \"{name}\"");
        assert!(schema.contains(&step), "{name} is never applied");
    }
    assert_eq!(sqlite, names("postgres"));
}
