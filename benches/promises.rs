//! Finding what is due among a million promises, and among a million tickets that wait for their requesters, on
//! either engine: nothing, a few, and as many as one turn takes. `make bench`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
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

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use support::postgres::Postgres;
use tidings::store::location::Location;
use tidings::store::silence;
use tidings::store::target;
use tidings::store::{Absent, Identity, Store, Upgrade};
use tidings::time::Timestamp;

/// Promises, and those of one turn.
const PROMISES: i64 = 1_000_000;
const TURN: i64 = 500;
/// Tickets of which a rule does something in one turn, and the rules by which that was counted.
const RULED: i64 = 20;
const RULED_BY: i64 = 7;
/// Finding what is due may take this long.
const LIMIT: Duration = Duration::from_millis(10);
const TIMES: usize = 50;

/// The instant of the first; each is due a second after the one before.
const BEGIN: i64 = 1_772_442_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tidings.db");
    let server = Postgres::up(&[]);
    server.create_database("tidings");
    let sqlite = runtime.block_on(async {
        let store = open(&Location::Sqlite(file.clone())).await;
        let options = SqliteConnectOptions::new().filename(&file);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(filled())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        measured(&store).await
    });
    let postgres = runtime.block_on(async {
        let store = open(&server.location("tidings")).await;
        server.sql("tidings", &format!("{}; analyze", filled()));
        measured(&store).await
    });
    println!("{PROMISES} promises; the longest of {TIMES} times, and the middle");
    for (engine, all) in [("SQLite", sqlite), ("PostgreSQL", postgres)] {
        for (what, spans) in all {
            let (longest, middle) =
                (spans[TIMES - 1].as_secs_f64(), spans[TIMES / 2].as_secs_f64());
            println!(
                "{engine:<12}{what:<16}{:>8.2} ms{:>8.2} ms, {:.2} of the limit",
                longest * 1e3,
                middle * 1e3,
                longest / LIMIT.as_secs_f64()
            );
        }
    }
}

async fn open(at: &Location) -> Store {
    let identity =
        Identity { instance: "desk.example", key_ids: &["k1"], key_file: Path::new("key") };
    let now = Timestamp::from_seconds(BEGIN);
    Store::open(at, None, Absent::Create, Upgrade::Gently, &identity, now).await.unwrap()
}

fn filled() -> String {
    format!(
        "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < {PROMISES})
         insert into ticket (number, desk, status, priority, level, requester, requester_name, subject,
                             subject_folded, opened_us, changed_us, version)
         select n, 'support', 'new', 'medium', 'community', 'carla@paid.example', 'Carla', 'Printer',
                'printer', {BEGIN}000000, {BEGIN}000000, 1 from numbers;
         insert into target (desk, ticket, kind, since_us, pauses, state, due_us, warns_us, next_us, version)
         select desk, number, 'first_response', opened_us, '', 'running', opened_us + number * 1000000,
                opened_us + number * 800000, opened_us + number * 800000, 1 from ticket;
         insert into silence (ticket, desk, since_us, reminded, next_us, ruled_by, version)
         select number, desk, opened_us, 0, opened_us + number * 800000, {RULED_BY}, 1 from ticket"
    )
}

async fn measured(store: &Store) -> Vec<(&'static str, Vec<Duration>)> {
    let mut all = Vec::new();
    // The n-th is due after 0.8 n seconds.
    for (what, seconds) in
        [("nothing due", 0), ("10 due", 8), ("500 due", 400), ("all due", 800_000)]
    {
        let mut spans = Vec::new();
        for _ in 0..TIMES {
            let mut tx = store.read().await.unwrap();
            let until = Timestamp::from_seconds(BEGIN + seconds);
            let begun = Instant::now();
            let next = target::next(&mut tx, "support").await.unwrap().unwrap();
            let due = target::due(&mut tx, "support", until, until, TURN).await.unwrap();
            spans.push(begun.elapsed());
            assert_eq!(next, Timestamp::from_us((BEGIN * 10 + 8) * 100_000));
            let expected = (seconds * 10 / 8).min(TURN);
            assert_eq!(i64::try_from(due.len()).unwrap(), expected);
            tx.rollback().await.unwrap();
        }
        spans.sort_unstable();
        all.push((what, spans));
    }
    for (what, seconds) in [("no rule due", 0), ("10 rules due", 8), ("all rules due", 800_000)] {
        let mut spans = Vec::new();
        for _ in 0..TIMES {
            let mut tx = store.read().await.unwrap();
            let until = Timestamp::from_seconds(BEGIN + seconds);
            let begun = Instant::now();
            let unruled = silence::unruled(&mut tx, "support", RULED_BY, 200).await.unwrap();
            let next = silence::next(&mut tx, "support").await.unwrap().unwrap();
            let due = silence::due(&mut tx, "support", until, RULED).await.unwrap();
            spans.push(begun.elapsed());
            assert!(unruled.is_empty());
            assert_eq!(next, Timestamp::from_us((BEGIN * 10 + 8) * 100_000));
            assert_eq!(i64::try_from(due.len()).unwrap(), (seconds * 10 / 8).min(RULED));
            tx.rollback().await.unwrap();
        }
        spans.sort_unstable();
        all.push((what, spans));
    }
    all
}
