//! Imports run one way, and each foreign crate has one home.

use std::collections::BTreeMap;

use super::{Source, file, none, sources};

/// What each module of the crate may use, besides itself. The same table stands in
/// `docs/ARCHITECTURE.md`.
const USES: [(&str, &[&str]); 22] = [
    ("time", &[]),
    ("tls", &["time"]),
    ("dns", &[]),
    ("render", &["desk", "time"]),
    ("failpoint", &[]),
    ("metrics", &[]),
    ("mail", &["time"]),
    ("desk", &["mail", "time"]),
    ("fresh", &["mail", "time"]),
    ("triage", &["desk", "fresh", "mail", "render", "time"]),
    ("store", &["desk", "fresh", "mail", "metrics", "time", "triage"]),
    ("sasl", &[]),
    ("imap", &["sasl", "time", "tls"]),
    ("smtp", &["mail", "sasl", "tls"]),
    ("oauth", &["time", "tls"]),
    ("authentication", &["dns", "mail", "time"]),
    (
        "config",
        &[
            "authentication",
            "desk",
            "dns",
            "mail",
            "oauth",
            "render",
            "store",
            "time",
            "tls",
            "triage",
        ],
    ),
    ("health", &["config", "store", "time", "triage"]),
    (
        "work",
        &[
            "authentication",
            "config",
            "failpoint",
            "fresh",
            "imap",
            "mail",
            "metrics",
            "oauth",
            "sasl",
            "smtp",
            "store",
            "time",
            "triage",
        ],
    ),
    (
        "daemon",
        &[
            "authentication",
            "config",
            "fresh",
            "health",
            "mail",
            "metrics",
            "render",
            "smtp",
            "store",
            "time",
            "triage",
            "work",
        ],
    ),
    (
        "cli",
        &[
            "authentication",
            "config",
            "daemon",
            "desk",
            "dns",
            "failpoint",
            "fresh",
            "health",
            "imap",
            "mail",
            "oauth",
            "render",
            "smtp",
            "store",
            "time",
            "tls",
            "triage",
            "work",
        ],
    ),
    ("main", &["cli"]),
];

/// Where each crate is known.
const HOMES: [(&str, &[&str]); 24] = [
    ("sqlx", &["src/store"]),
    ("async_imap", &["src/imap"]),
    ("imap_proto", &["src/imap"]),
    ("lettre", &["src/smtp", "src/mail/compose"]),
    ("mail_parser", &["src/mail/parse"]),
    ("encoding_rs", &["src/mail/parse/charset"]),
    ("chardetng", &["src/mail/parse/charset"]),
    ("oem_cp", &["src/mail/parse/charset"]),
    ("html5gum", &["src/mail/parse/html", "src/mail/formatted/read"]),
    ("url", &["src/mail/formatted/link"]),
    ("whatlang", &["src/desk/language"]),
    ("mail_auth", &["src/authentication/own/key"]),
    ("rustls", &["src/tls"]),
    ("tokio_rustls", &["src/tls"]),
    ("x509_parser", &["src/tls"]),
    ("hickory_resolver", &["src/dns"]),
    ("reqwest", &["src/oauth"]),
    ("minijinja", &["src/render"]),
    (
        "percent_encoding",
        &["src/config", "src/mail/formatted/link", "src/mail/mailto", "src/triage/relay/words"],
    ),
    ("clap", &["src/cli"]),
    ("plotters", &["src/cli/report/picture"]),
    ("prometheus_client", &["src/metrics"]),
    ("hyper", &["src/daemon/scrape"]),
    ("sd_notify", &["src/daemon/notify"]),
];

/// Modules in which nothing waits.
const PURE: [&str; 8] = [
    "src/mail",
    "src/desk",
    "src/triage",
    "src/render",
    "src/fresh",
    "src/authentication/results",
    "src/authentication/evidence",
    "src/authentication/verdict",
];

/// The module of a file: `src/mail/parse.rs` is of `mail`.
fn module(source: &Source) -> Option<&str> {
    let name = source.path.strip_prefix("src/")?.split('/').next()?;
    Some(name.strip_suffix(".rs").unwrap_or(name)).filter(|name| *name != "lib")
}

/// The names that stand after `mark` in a line: `crate::mail::Mail` names `mail`.
fn named_after<'a>(line: &'a str, mark: &str) -> Vec<&'a str> {
    line.match_indices(mark)
        .map(|(at, _)| {
            let rest = &line[at + mark.len()..];
            let end = rest.find(|one: char| !one.is_ascii_alphanumeric() && one != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect()
}

#[test]
fn imports_run_one_way() {
    let uses: BTreeMap<_, _> = USES.into_iter().collect();
    let mut wrong = Vec::new();
    for file in sources("src") {
        let Some(module) = module(&file) else { continue };
        let Some(allowed) = uses.get(module) else {
            wrong.push(format!("{}: {module} is not in the table", file.path));
            continue;
        };
        for (number, line) in file.code() {
            let mark = if module == "main" { "tidings::" } else { "crate::" };
            for used in named_after(line, mark) {
                if used != module && !allowed.contains(&used) {
                    wrong.push(format!("{}:{number}: {module} uses {used:?}", file.path));
                }
            }
            let reaches_out = line.contains("super::super::") || line.contains("super::*");
            // a test may look at all of the module that it stands in
            if reaches_out && line.trim() != "use super::*;" {
                wrong.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none("imports", &wrong);
}

#[test]
fn the_table_of_imports_is_that_of_the_documentation() {
    let text = file("docs/ARCHITECTURE.md").text;
    let rows = text.lines().skip_while(|line| !line.starts_with("| module | uses |")).skip(2);
    let mut documented = BTreeMap::new();
    for row in rows.take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        for name in cells[1].split(", ") {
            let used: Vec<_> = cells[2].split(", ").filter(|used| *used != "–").collect();
            documented.insert(name.trim_matches('`').to_owned(), used);
        }
    }
    for (module, uses) in USES {
        // `cli` is said in words there, and `main` is three lines
        if !matches!(module, "cli" | "main") {
            assert_eq!(documented.get(module).map(Vec::as_slice), Some(uses), "{module}");
        }
    }
}

#[test]
fn each_crate_has_one_home() {
    let mut wrong = Vec::new();
    for file in sources("src") {
        for (name, homes) in HOMES {
            if homes.iter().any(|home| file.is_in(home)) {
                continue;
            }
            for (number, line) in file.code() {
                let begins = |at: usize| {
                    !line[..at].ends_with(|one: char| one.is_ascii_alphanumeric() || one == '_')
                };
                if line.match_indices(&format!("{name}::")).any(|(at, _)| begins(at)) {
                    wrong.push(format!("{}:{number}: {name} is of {homes:?}", file.path));
                }
            }
        }
    }
    none("crates", &wrong);
}

#[test]
fn nothing_waits_in_a_pure_module() {
    let mut wrong = Vec::new();
    for file in sources("src") {
        if !PURE.iter().any(|module| file.is_in(module)) {
            continue;
        }
        for (number, line) in file.code() {
            if line.contains("async ") || line.contains(".await") || line.contains("std::net") {
                wrong.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none("pure modules", &wrong);
}
