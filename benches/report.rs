//! The totals of a million tickets on either engine: how long it takes, how long its longest transaction, and how
//! much memory. `make bench`.

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

use jiff::tz::TimeZone;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use support::postgres::Postgres;
use tidings::desk::totals::{By, Interval, Totals};
use tidings::store::location::Location;
use tidings::store::totals;
use tidings::store::{Absent, Identity, Store, Upgrade};
use tidings::time::Timestamp;

/// Tickets, one a minute; each has three articles, two promises and two events, one in five is rated, and
/// one in a thousand is merged into the one before.
const TICKETS: u64 = 1_000_000;
const MERGED: u64 = TICKETS / 1_000;
/// The instant of the first.
const BEGIN: i64 = 1_704_067_200;
/// Memory of the whole process, in MiB.
const MEMORY: u64 = 200;

/// What counting took.
struct Measured {
    all: Duration,
    longest: Duration,
}

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
        counted(&store).await
    });
    let postgres = runtime.block_on(async {
        let store = open(&server.location("tidings")).await;
        server.sql("tidings", &format!("{}; analyze", filled()));
        counted(&store).await
    });
    println!("the totals of {TICKETS} tickets, by month");
    for (engine, Measured { all, longest }) in [("SQLite", sqlite), ("PostgreSQL", postgres)] {
        let (all, longest) = (all.as_secs_f64(), longest.as_secs_f64() * 1e3);
        println!("{engine:<12}{all:>8.1} s, the longest of its transactions {longest:.0} ms");
    }
    let memory = peak_memory();
    println!("memory of the whole process, at most: {memory} MiB of {MEMORY}");
}

async fn open(at: &Location) -> Store {
    let identity =
        Identity { instance: "desk.example", key_ids: &["k1"], key_file: Path::new("key") };
    let now = Timestamp::from_seconds(BEGIN);
    Store::open(at, None, Absent::Create, Upgrade::Gently, &identity, now).await.unwrap()
}

fn filled() -> String {
    format!(
        "with recursive numbers (n) as (select cast(1 as bigint) union all select n + 1 from numbers where n < {TICKETS})
         insert into ticket (number, desk, status, priority, level, requester, requester_name, subject,
                             subject_folded, opened_us, changed_us, version, over_us, merged_into)
         select n, 'support', 'closed', 'medium', 'community', 'carla@paid.example', 'Carla', 'Printer',
                'printer', {BEGIN}000000 + n * 60000000, {BEGIN}000000, 1,
                {BEGIN}000000 + n * 60000000 + n * 7919 % 100000 * 10000000,
                case when n % 1000 = 0 then n - 1 end from numbers;
         insert into article (ticket, kind, sender, at_us, text, recipients)
         select number, 'requester', 'carla@paid.example', opened_us, subject, '' from ticket;
         insert into article (ticket, kind, sender, at_us, text, recipients)
         select number, 'agent', 'ada', opened_us + number * 7919 % 100000 * 1000000, subject, '' from ticket;
         insert into article (ticket, kind, sender, at_us, text, recipients)
         select number, 'internal', 'ada', over_us, subject, '' from ticket;
         insert into target (desk, ticket, kind, since_us, pauses, state, at_us, due_us, breached_us, version)
         select desk, number, 'first_response', opened_us, '', 'met', opened_us + 1, opened_us + 2, null, 1
           from ticket;
         insert into target (desk, ticket, kind, since_us, pauses, state, at_us, due_us, breached_us, version)
         select desk, number, 'resolution', opened_us, '', 'met', over_us, opened_us + 2, opened_us + 3, 1
           from ticket;
         insert into event (ticket, at_us, actor, kind, detail)
         select number, opened_us, 'ada', 'opened', '' from ticket;
         insert into event (ticket, at_us, actor, kind, detail)
         select number, over_us, 'ada', 'status', '' from ticket;
         insert into rating (ticket, stars, rater, at_us)
         select number, 1 + number % 5, 'carla@paid.example', over_us from ticket where number % 5 = 0"
    )
}

async fn counted(store: &Store) -> Measured {
    let begun = Instant::now();
    let (mut counted, mut longest, mut after) = (Totals::default(), Duration::ZERO, Some(0));
    while let Some(behind) = after {
        let page_begun = Instant::now();
        let mut tx = store.read().await.unwrap();
        let page = totals::page(&mut tx, None, Interval::default(), behind).await.unwrap();
        tx.rollback().await.unwrap();
        longest = longest.max(page_begun.elapsed());
        for ticket in &page.tickets {
            counted.add(&By::Month.group(ticket, &TimeZone::UTC), ticket);
        }
        after = page.next;
    }
    let report = counted.report();
    assert_eq!((report.groups.len(), report.all.tickets), (23, TICKETS - MERGED));
    Measured { all: begun.elapsed(), longest }
}

/// In MiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().collect::<Vec<_>>()[1].parse::<u64>().unwrap() / 1_024
}
