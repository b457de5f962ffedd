//! Proofs as data: a folder of `tests/proofs` is a message as it was delivered, what a desk says of
//! its servers, and what is proven without asking anybody. `UPDATE=1` rewrites what is expected.

use std::fmt::Write as _;
use std::path::Path;

use tidings::authentication::trace::{self, Trace};
use tidings::authentication::verdict::prove;
use tidings::config::Config;
use tidings::mail::parse::{header_fields, parse};
use tidings::mail::proof::Proof;

use super::explain::config;

fn print(proof: &Proof, trace: &Trace) -> String {
    let mut text = String::new();
    for (name, word) in [
        ("verdict", proof.verdict.as_str()),
        ("dkim", proof.dkim.as_str()),
        ("spf", proof.spf.as_str()),
        ("dmarc", proof.dmarc.as_str()),
        ("arc", proof.arc.as_str()),
    ] {
        writeln!(text, "{name:<8} {word}").unwrap();
    }
    if let Some(sign) = &trace.spam {
        writeln!(text, "spam     {sign}").unwrap();
    }
    for reason in &proof.reasons {
        writeln!(text, "reason   {reason}").unwrap();
    }
    text
}

#[test]
fn std_70_each_case_is_proven_as_it_was() {
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so")]
    let rewrites = std::env::var_os("UPDATE").is_some();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs");
    let mut wrong = Vec::new();
    let (mut seen, mut forged) = (0, 0);
    for entry in std::fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        let keys = std::fs::read_to_string(folder.join("desk.toml")).unwrap();
        let config = Config::parse(&config(&keys, ""), &folder.join("desk.toml")).unwrap();
        let trust = &config.desks[0].trust;
        let raw = std::fs::read(folder.join("mail.eml")).unwrap();
        let (mail, _) = parse(&raw);
        let trace = trace::read(&header_fields(&raw), trust);
        let found = print(&prove(&mail.sender, &trace, Err("offline"), trust), &trace);
        let name = folder.file_name().unwrap().to_str().unwrap();
        // A number, a hyphen, and what it is about.
        let proven = ["strong", "pass", "pass_spf"];
        if name[5..].starts_with("forged-") {
            forged += 1;
            let verdict = found.lines().next().unwrap().trim_start_matches("verdict").trim();
            assert!(!proven.contains(&verdict), "{name}: {found}");
        }
        let file = folder.join("proof.txt");
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if rewrites {
            std::fs::write(&file, &found).unwrap();
        } else if found != expected {
            wrong.push(format!("{}\n--- expected\n{expected}--- found\n{found}", folder.display()));
        }
        seen += 1;
    }
    assert!(seen >= 20 && forged >= 20, "{seen}, {forged}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
