//! How `SQLite` finds rows: each statement of the store by an index, whatever the file holds.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use tidings::store::location::Location;

use super::Place;

/// Tables that grow with the mail, and with the customers.
const LARGE: [&str; 20] = [
    "account",
    "account_edition",
    "account_group",
    "article",
    "attachment",
    "contact",
    "coupon",
    "event",
    "inbound",
    "licence",
    "licence_contact",
    "outbox",
    "participant",
    "rating",
    "redemption",
    "reference",
    "silence",
    "spent",
    "target",
    "ticket",
];

/// What looks at all rows there are.
const WHOLE: [&str; 4] = [
    // A backup counts what it holds.
    "backup.rs COUNT",
    // `tidings db check` looks at everything.
    "check.rs WITHOUT_BYTES",
    // Once, after a restore.
    "restore.rs FOUND",
    // `tidings account show` adds up the time that was spent.
    "spent.rs BY_DAY",
];

/// Statements that are not for this engine, or that a program puts together.
const OTHERS: [&str; 4] = ["check.rs INVALID", "postgres.rs", "schema.rs", "sql/"];

/// The statements of the store that are written as a whole, by file and name.
fn statements() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            for piece in text.split("\nconst ").skip(1) {
                let Some((constant, rest)) = piece.split_once(": &str =") else { continue };
                let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
                let Some((statement, _)) = rest.split_once("\";") else { continue };
                // What an insert lists beside are checks of keys that are not made.
                let verbs = ["select", "with", "update", "delete"];
                if verbs.iter().any(|verb| statement.trim_start().starts_with(verb)) {
                    found.push((format!("{name} {constant}"), statement.to_owned()));
                }
            }
        }
    }
    found.retain(|(name, _)| !OTHERS.iter().any(|other| name.starts_with(other)));
    found
}

#[tokio::test]
async fn each_statement_finds_its_rows_by_an_index() {
    let place = Place::sqlite().await;
    let Location::Sqlite(file) = place.engine.location() else { panic!("a file") };
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection: SqliteConnection = options.connect().await.unwrap();
    let statements = statements();
    assert!(100 < statements.len(), "{}", statements.len());
    let mut wrong = Vec::new();
    for (name, statement) in statements {
        let explained = AssertSqlSafe(format!("explain query plan {statement}"));
        for step in sqlx::query(explained).fetch_all(&mut connection).await.unwrap() {
            let step: String = step.get("detail");
            let Some(rest) = step.strip_prefix("SCAN ") else { continue };
            // Of an index of some rows, such as those that wait, all may be looked at.
            let table = rest.split(' ').next().unwrap();
            let is_small = rest.contains("INDEX") && !rest.contains("autoindex");
            if LARGE.contains(&table) && !is_small && !WHOLE.contains(&name.as_str()) {
                wrong.push(format!("{name}: {step}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    connection.close().await.unwrap();
    place.end().await;
}
