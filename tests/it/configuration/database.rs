//! A database that is not ours, not this instance's, or of another program version is left alone.

use std::fs;
use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::{GOOD, changed, output, refused};
use crate::support::desk::Desk;

/// A desk with a state directory; `database` is not there yet.
fn desk_with_key() -> Desk {
    let desk = Desk::with_config(GOOD);
    desk.ok(&["db", "migrate"]);
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(desk.path("state").join(file));
    }
    desk
}

type Make = fn(&Path);

/// Runs SQL in a file, as another program would.
fn sql(file: &Path, statements: &[&'static str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        for statement in statements {
            sqlx::query(*statement).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    });
}

#[test]
fn another_programs_file_is_refused_and_untouched() {
    let make: [(&str, Make); 5] = [
        ("SQLite file", |file| sql(file, &["create table theirs (id integer)"])),
        ("SQLite file", |file| {
            sql(file, &["pragma journal_mode = wal", "create table theirs (id integer)"]);
        }),
        ("SQLite file", |file| {
            sql(file, &["pragma application_id = 77", "create table theirs (id integer)"]);
        }),
        ("not a database", |file| fs::write(file, "Dear diary, ".repeat(1000)).unwrap()),
        ("", |file| fs::write(file, "x").unwrap()),
    ];
    for (what, make) in make {
        let desk = desk_with_key();
        let file = desk.path("state/tidings.db");
        make(&file);
        let before = fs::read(&file).unwrap();
        refused(&desk, 78, &["is not a tidings database", what, "set `database`"]);
        assert!(fs::read(&file).unwrap() == before, "{what} was changed");
    }
}

#[test]
fn a_text_file_without_a_key_is_refused_and_untouched() {
    let desk = Desk::with_config(GOOD);
    fs::create_dir(desk.path("state")).unwrap();
    fs::write(desk.path("state/tidings.db"), "Dear diary").unwrap();
    refused(&desk, 78, &["state"]);
    assert_eq!(fs::read(desk.path("state/tidings.db")).unwrap(), b"Dear diary");
    assert!(!desk.path("state/key").exists());
}

#[test]
fn another_instance_is_refused() {
    let mut desk = Desk::with_config(GOOD);
    desk.ok(&["db", "migrate"]);
    desk.config = changed("instance = \"desk", "instance = \"other").config;
    refused(&desk, 78, &["instance \"desk.example\"", "\"other.example\""]);
}

#[test]
fn a_lost_or_another_key_is_refused() {
    let desk = Desk::with_config(GOOD);
    desk.ok(&["db", "migrate"]);
    let key = fs::read_to_string(desk.path("state/key")).unwrap();
    fs::remove_file(desk.path("state/key")).unwrap();
    refused(&desk, 78, &["key", "is missing", "restore the key"]);
    assert!(!desk.path("state/key").exists());
    desk.write_secret("state/key", &"ab".repeat(key.trim().len() / 2), 0o600);
    refused(&desk, 78, &["another key", "restore that key file"]);
    desk.write_secret("state/key", "canary", 0o600);
    refused(&desk, 78, &["is not a key"]);
    desk.write_secret("state/key", &key, 0o644);
    refused(&desk, 78, &["can be read by others", "chmod 600"]);
    desk.write_secret("state/key", &key, 0o600);
    desk.ok(&["check", "--offline"]);
    assert!(!output(&desk.run(&["check"])).contains(key.trim()));
}

#[test]
fn flt_24_a_schema_that_this_program_does_not_know_is_refused() {
    let cases: [&[&'static str]; 2] = [
        &["update _sqlx_migrations set checksum = x'00'"],
        &["insert into _sqlx_migrations (version, description, success, checksum, execution_time)
           values (9999, 'later', 1, x'00', 0)"],
    ];
    for statements in cases {
        let desk = Desk::with_config(GOOD);
        desk.ok(&["db", "migrate"]);
        sql(&desk.path("state/tidings.db"), statements);
        refused(&desk, 78, &["schema does not fit this program", "migration"]);
    }
}

#[test]
fn a_missing_database_is_made_by_run_and_an_empty_one_becomes_ours() {
    let desk = desk_with_key();
    fs::write(desk.path("state/tidings.db"), "").unwrap();
    desk.ok(&["check", "--offline"]);
    assert!(desk.ok(&["db", "check"]).contains("is sound"));
}

#[test]
fn an_mtas_pipe_is_told_to_try_again_while_the_database_is_locked() {
    let desk = Desk::with_config(GOOD);
    desk.ok(&["db", "migrate"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = SqliteConnectOptions::new().filename(desk.path("state/tidings.db"));
    let mut connection = runtime.block_on(SqliteConnection::connect_with(&options)).unwrap();
    runtime.block_on(sqlx::query("begin immediate").execute(&mut connection)).unwrap();
    let mail = b"From: carla@paid.example\r\nSubject: Help\r\n\r\nPlease.\r\n";
    let ran = desk.run_with_input(&["ingest", "-"], mail);
    assert_eq!(ran.code, Some(75), "{}", output(&ran));
    runtime.block_on(sqlx::query("rollback").execute(&mut connection)).unwrap();
    let ran = desk.run_with_input(&["ingest", "-"], mail);
    assert_eq!(ran.code, Some(0), "{}", output(&ran));
}
