//! Mail that is empty, broken, huge or meant to do harm: each message ends in one recorded
//! outcome, its neighbours go on, and nothing of it is lost.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

mod bombs;
mod injection;
mod large;
mod poison;
mod secret;
mod strange;

use std::fmt::Write as _;
use std::process::Command;

use crate::support::desk::Desk;
use crate::support::sink::Sink;

const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];

/// An ordinary message, to be known again by its number.
fn neighbour(n: usize) -> Vec<u8> {
    format!(
        "From: Customer {n} <customer{n}@other.example>\r\nTo: support@desk.example\r\n\
         Subject: Request {n}\r\n\r\nPlease help with {n}.\r\n"
    )
    .into_bytes()
}

/// Whether the neighbour of this number was acknowledged once.
fn is_acknowledged(sink: &Sink, n: usize) -> bool {
    let to = format!("customer{n}@other.example");
    sink.taken().iter().filter(|taken| taken.recipient == to).count() == 1
}

/// What `inbound show --raw` writes, byte for byte.
fn raw(desk: &Desk, id: u64) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("--config")
        .arg(desk.path("tidings.toml"))
        .args(["inbound", "show", &id.to_string(), "--raw"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Puts messages into the spool from files, in order.
fn ingest(desk: &Desk, messages: &[Vec<u8>]) {
    let mut arguments = vec!["ingest".to_owned()];
    for (n, message) in messages.iter().enumerate() {
        let path = desk.path(&format!("message-{n}"));
        std::fs::write(&path, message).unwrap();
        arguments.push(path.display().to_string());
    }
    desk.ok(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
}

/// What became of each inbound: number, verdict, attempts, why.
fn outcomes(desk: &Desk) -> String {
    let mut text = String::new();
    for one in desk.inbound() {
        let (id, verdict) = (&one["id"], one["verdict"].as_str().unwrap_or_default());
        let (attempts, why) = (&one["attempts"], one["reason"].as_str().unwrap_or_default());
        let why: String = why.chars().take(200).collect();
        writeln!(text, "{id} {verdict} {attempts} {why}").unwrap();
    }
    text
}
