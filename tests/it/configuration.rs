//! What is wrong with a configuration, a secret or a database is said in one line, with what to do
//! and the exit code for it; nothing is changed by then, and no secret is printed.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

mod agents;
mod calendars;
mod check;
mod database;
mod file;
mod import;
mod key;
mod owner;
mod postgres;
mod priorities;
mod rules;
mod secrets;
mod signing;
mod usage;

use crate::support::desk::{Desk, Ran};

/// A configuration of one desk whose servers are not there.
pub(crate) const GOOD: &str = r#"instance = "desk.example"
state_dir = "state"

[[desk]]
name = "support"
address = "support@desk.example"
ticket_prefix = "EX"
default_level = "community"
sender_proof = "off"

[desk.imap]
host = "127.0.0.1"
port = 1
tls = "plaintext"
user = "support@desk.example"
password_file = "password"

[desk.smtp]
host = "127.0.0.1"
port = 1
tls = "plaintext"

[level.community]
title = "Community support"
"#;

/// A second desk, without its address.
const OTHER: &str = r#"
[[desk]]
name = "other"
address = "other@desk.example"
ticket_prefix = "OT"
default_level = "community"
sender_proof = "off"
[desk.imap]
host = "127.0.0.1"
port = 1
tls = "plaintext"
user = "other@desk.example"
password_file = "password"
[desk.smtp]
host = "127.0.0.1"
port = 1
tls = "plaintext"
"#;

/// The good configuration with one change.
fn changed(from: &str, to: &str) -> Desk {
    assert!(GOOD.contains(from), "{from:?}");
    Desk::with_config(&GOOD.replacen(from, to, 1))
}

/// Both `run` and `check` exit with this code, and say each of these in one line.
#[track_caller]
fn refused(desk: &Desk, code: i32, says: &[&str]) {
    for arguments in [&["run", "--once"][..], &["check", "--offline"]] {
        let ran = desk.run(arguments);
        let all = output(&ran);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {all}");
        let told = all.lines().any(|line| says.iter().all(|what| line.contains(what)));
        assert!(told, "{arguments:?}: no line with {says:?} in:\n{all}");
    }
}

fn output(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}
