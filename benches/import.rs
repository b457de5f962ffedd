//! An import of accounts, on either engine: all new, and with every tenth changed. How many contacts a second,
//! the longest transaction, and how long it takes meanwhile to find whose a sender is. `make bench`;
//! CONTACTS=1000000 for a million.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a program for people that measures time"
)]

#[expect(dead_code, reason = "the benchmark needs a part of what tests stand on")]
#[path = "../tests/it/support"]
mod support {
    pub(crate) mod desk;
    pub(crate) mod postgres;
    pub(crate) mod script;
    pub(crate) mod sink;
    pub(crate) mod world;
}

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::desk::Desk;
use support::postgres::Postgres;
use tidings::fresh::Key;
use tidings::mail::address::Address;
use tidings::store::account::known;
use tidings::store::location::Location;
use tidings::store::{Absent, Identity, Store, Upgrade};
use tidings::time::Timestamp;

/// Contacts, and those of one account.
const CONTACTS: usize = 200_000;
const PER_ACCOUNT: usize = 5;
/// No transaction may take longer.
const LIMIT: Duration = Duration::from_millis(100);
/// Between two questions whose a sender is.
const EVERY: Duration = Duration::from_millis(5);

const KEY: [u8; 32] = [0xab; 32];

const CONFIG: &str = r#"
instance = "desk.example"
key_file = "key"
STATE

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

fn main() {
    let contacts = std::env::var("CONTACTS").ok().and_then(|text| text.parse().ok());
    let accounts = contacts.unwrap_or(CONTACTS) / PER_ACCOUNT;
    println!("{} contacts in {accounts} accounts", accounts * PER_ACCOUNT);
    let sqlite = desk("state_dir = \"state\"");
    let file = Location::Sqlite(sqlite.path("state/tidings.db"));
    measure("SQLite", &sqlite, &file, accounts);
    let server = Postgres::up(&[]);
    server.create_database("tidings");
    let url = server.url("tidings");
    let postgres = desk(&format!("state_dir = \"state\"\ndatabase = \"{url}\""));
    measure("PostgreSQL", &postgres, &server.location("tidings"), accounts);
}

fn desk(state: &str) -> Desk {
    let desk = Desk::with_config(&CONFIG.replace("STATE", state));
    desk.write_secret("key", &"ab".repeat(32), 0o600);
    desk.ok(&["account", "list"]);
    desk
}

fn measure(engine: &str, desk: &Desk, at: &Location, accounts: usize) {
    for (what, generation) in [("all new", 0), ("a tenth changed", 1)] {
        let file = desk.path("accounts.toml");
        std::fs::write(&file, written(accounts, generation)).unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let asking = std::thread::spawn({
            let (at, over) = (at.clone(), Arc::clone(&over));
            move || asked(&at, accounts, &over)
        });
        let begun = Instant::now();
        let ran = desk.run(&["account", "import", &file.display().to_string()]);
        let span = begun.elapsed().as_secs_f64();
        over.store(true, Ordering::Relaxed);
        let (found, waited) = asking.join().unwrap();
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
        let contacts = accounts * PER_ACCOUNT;
        #[expect(clippy::cast_precision_loss, reason = "a number for people")]
        let speed = contacts as f64 / span;
        println!("{engine:<12}{what:<16}{span:>8.1} s{speed:>10.0} contacts/s");
        println!("{:<12}{}", "", ran.stderr.trim().lines().last().unwrap_or_default());
        told("whose it is", &found, Duration::from_millis(5));
        told("to write", &waited, LIMIT);
    }
}

fn told(what: &str, spans: &[Duration], limit: Duration) {
    let ms = |span: Duration| span.as_secs_f64() * 1e3;
    let at = |share: usize| spans[(spans.len() - 1) * share / 1000];
    println!(
        "{:<12}{what:<16}{:>8.2} ms, {:.2} ms for 99 of 100, {:.2} ms at most; {:.2} of the limit",
        "",
        ms(at(500)),
        ms(at(990)),
        ms(at(1000)),
        at(1000).as_secs_f64() / limit.as_secs_f64()
    );
}

/// The accounts; of another generation every tenth is another.
fn written(accounts: usize, generation: usize) -> String {
    let mut text = String::new();
    for account in 0..accounts {
        let year = if account % 10 == 0 { 2030 + generation } else { 2030 };
        write!(
            text,
            "[[account]]\nid = \"c{account}\"\nname = \"Customer {account}\"\ncontacts = ["
        )
        .unwrap();
        for contact in 1..PER_ACCOUNT {
            write!(text, "\"p{contact}@c{account}.example\", ").unwrap();
        }
        write!(
            text,
            "\"@c{account}.example\"]\n[[account.licence]]\nkey = \"K-{account}\"\n\
             level = \"community\"\nfrom = 2026-01-01\nuntil = {year}-12-31\n\n"
        )
        .unwrap();
    }
    text
}

/// How long it took each time to find whose a sender is, and to get the right to write.
fn asked(at: &Location, accounts: usize, over: &AtomicBool) -> (Vec<Duration>, Vec<Duration>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut found, mut waited) = (Vec::new(), Vec::new());
    let key = Key::new(&KEY);
    let identity =
        Identity { instance: "desk.example", key_ids: &[key.id()], key_file: Path::new("key") };
    let now = Timestamp::from_seconds(1_772_442_000);
    runtime.block_on(async {
        let store =
            Store::open(at, None, Absent::Create, Upgrade::Gently, &identity, now).await.unwrap();
        let mut account = 0;
        while !over.load(Ordering::Relaxed) {
            account = (account + 7_919) % accounts;
            let address = Address::parse(&format!("p1@c{account}.example")).unwrap();
            let begun = Instant::now();
            let mut tx = store.read().await.unwrap();
            known::matching(&mut tx, &address).await.unwrap();
            tx.rollback().await.unwrap();
            found.push(begun.elapsed());
            let begun = Instant::now();
            let tx = store.begin().await.unwrap();
            waited.push(begun.elapsed());
            tx.rollback().await.unwrap();
            tokio::time::sleep(EVERY).await;
        }
        store.close().await;
    });
    found.sort_unstable();
    waited.sort_unstable();
    (found, waited)
}
