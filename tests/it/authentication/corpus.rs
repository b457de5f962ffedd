//! Real messages, where `TIDINGS_CORPUS` names a folder of them: none is proven without a server that
//! is believed or a zone that answers, and with its zone each proves what its project expects.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::explain::desk;
use super::zone::{Has, Zone};

#[expect(clippy::disallowed_methods, reason = "the corpus is handed in by the environment")]
fn corpus() -> Option<PathBuf> {
    std::env::var_os("TIDINGS_CORPUS").map(PathBuf::from)
}

/// Files named in one explain.
const FILES_MAX: usize = 60;

fn rows(folder: &Path, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A desk that believes nobody.
fn explain(arguments: &[&str]) -> Vec<Value> {
    desk("", "").json(&[&["explain", "--json"], arguments].concat())
}

#[test]
fn no_message_is_proven_by_nobody() {
    let Some(folder) = corpus() else { return };
    let files: Vec<String> = rows(&folder, "smoke.jsonl")
        .iter()
        .map(|row| folder.join(row["eml"].as_str().unwrap()).display().to_string())
        .collect();
    // A DNS in which nothing is.
    let zone = Zone::of(&[]);
    let server = zone.address.to_string();
    for asked in [&["--offline"][..], &["--dns", &server]] {
        let mut seen = 0;
        for files in files.chunks(FILES_MAX) {
            let files: Vec<_> = files.iter().map(String::as_str).collect();
            for explained in explain(&[asked, &files].concat()) {
                let verdict = explained["proof"]["verdict"].as_str();
                let no_proof = matches!(verdict, Some("none" | "ambiguous"));
                assert!(no_proof, "{}: {}", explained["file"], explained["proof"]);
                seen += 1;
            }
        }
        assert!(seen >= files.len(), "{seen} of {}", files.len());
    }
}

#[test]
fn each_message_with_a_zone_proves_what_its_project_expects() {
    let Some(folder) = corpus() else { return };
    for row in rows(&folder, "dmarc.jsonl") {
        let text = std::fs::read_to_string(folder.join(row["zone"].as_str().unwrap())).unwrap();
        let records: Value = serde_json::from_str(&text).unwrap();
        let records: Vec<_> = records
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(name, has)| {
                Some((name.as_str(), Has::Text(has["TXT"][0].as_str()?.to_owned())))
            })
            .collect();
        let zone = Zone::of(&records);
        let file = folder.join(row["eml"].as_str().unwrap()).display().to_string();
        let explained = explain(&["--dns", &zone.address.to_string(), &file]);
        let proof = &explained[0]["proof"];
        for (name, expected) in row["expect"].as_object().unwrap() {
            assert_eq!(&proof[name], expected, "{} {name}: {proof}", row["id"]);
        }
    }
}
