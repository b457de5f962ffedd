//! A database file that somebody else keeps locked: nothing is lost or doubled, and work goes on.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Row as _};

use super::{QUICK, count, request, wait_for_acknowledgements, wait_for_first_looks};
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::sink::Sink;
use crate::support::world::World;

/// The daemon waits ten seconds for a lock, one task after the other.
const ONE_GIVES_UP: Duration = Duration::from_secs(12);
const TWO_GIVE_UP: Duration = Duration::from_secs(24);

async fn open(database: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(database);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Another process holds the write lock, as an operator's forgotten transaction would.
async fn hold(mut connection: SqliteConnection, span: Duration) {
    let begun = Instant::now();
    sqlx::query("begin immediate").execute(&mut connection).await.unwrap();
    while begun.elapsed() < span {
        std::thread::park_timeout(Duration::from_millis(100));
    }
    sqlx::query("rollback").execute(&mut connection).await.unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn flt_23_a_locked_database_loses_nothing_that_arrives_meanwhile() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::on_sqlite(&world, &sink);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    let database = desk.path("state/tidings.db");
    std::thread::scope(|scope| {
        let locking = scope.spawn(|| {
            runtime().block_on(async { hold(open(&database).await, ONE_GIVES_UP).await });
        });
        world.deliver_many(SUPPORT, (0..10).map(request));
        locking.join().unwrap();
    });
    let begun = Instant::now();
    wait_for_acknowledgements(&sink, 0..10);
    assert!(begun.elapsed().as_secs() < 60);
    let log = daemon.log();
    assert!(count(&log, "ERROR") + count(&log, "WARN") < 10, "{log}");
    assert!(log.contains("database is locked"), "{log}");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(desk.tickets().len(), 10);
    assert_eq!(desk.inbound().iter().filter(|one| one["attempts"] != 0).count(), 0);
}

#[test]
fn flt_23_what_a_server_took_while_the_database_was_locked_is_not_sent_again() {
    let (world, sink) = (World::up(QUICK), Sink::start(&["-W", ".:2"]));
    let desk = Desk::on_sqlite(&world, &sink);
    let daemon = desk.start();
    wait_for_first_looks(&daemon, 1);
    world.deliver_many(SUPPORT, (0..1).map(request));
    let runtime = runtime();
    let mut connection = runtime.block_on(open(&desk.path("state/tidings.db")));
    let mut in_state = |state: &str| {
        let rows = runtime.block_on(
            sqlx::query("select count(*) from outbox where state = $1")
                .bind(state)
                .fetch_one(&mut connection),
        );
        rows.unwrap().get::<i64, _>(0)
    };
    wait_until("it is in hand", || in_state("claimed") == 1);
    let other = runtime.block_on(open(&desk.path("state/tidings.db")));
    runtime.block_on(hold(other, TWO_GIVE_UP));
    wait_until("the store knows that it is sent", || in_state("sent") == 1);
    world.deliver_many(SUPPORT, (1..3).map(request));
    wait_for_acknowledgements(&sink, 0..3);
    let log = daemon.log();
    assert_eq!(count(&log, "ERROR database"), 1, "{log}");
    assert_eq!(daemon.stop(), Some(0));
}
