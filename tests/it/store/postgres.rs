//! What only `PostgreSQL` has: a server that can be another's, unsound, restarted or far away, and
//! several transactions that are open at once.

mod at_once;
mod schema;
mod server;
mod session;

use std::path::Path;

use secrecy::SecretString;
use tidings::store::error::OpenError;
use tidings::store::location::{Location, PostgresServer, PostgresWay};
use tidings::store::sql::Tx;
use tidings::store::{Absent, Identity, Store, Upgrade};

use super::{DATABASE, at};
use crate::support::postgres::Postgres;

/// A server of a test's own, with a database that nobody has opened.
struct Server {
    postgres: Postgres,
}

impl Server {
    fn up() -> Self {
        Self::up_with(&[])
    }

    fn up_with(options: &[&str]) -> Self {
        let postgres = Postgres::up(options);
        postgres.create_database(DATABASE);
        Self { postgres }
    }

    /// In the database, behind the store's back.
    #[track_caller]
    fn by_hand(&self, statements: &str) -> String {
        self.postgres.sql(DATABASE, statements)
    }

    fn location(&self) -> Location {
        self.postgres.location(DATABASE)
    }

    async fn open(&self) -> Result<Store, OpenError> {
        self.open_with(Absent::Create, Upgrade::Gently).await
    }

    async fn open_with(&self, absent: Absent, upgrade: Upgrade) -> Result<Store, OpenError> {
        open(&self.location(), None, absent, upgrade).await
    }

    /// A store with its schema.
    async fn made(&self) -> Store {
        self.open().await.unwrap()
    }

    /// Whether there are tables.
    fn has_tables(&self) -> bool {
        let tables =
            "select count(*) > 0 from pg_class where relnamespace = 'public'::regnamespace";
        self.by_hand(tables) == "t\n"
    }
}

async fn open(
    location: &Location,
    password: Option<&str>,
    absent: Absent,
    upgrade: Upgrade,
) -> Result<Store, OpenError> {
    let password = password.map(SecretString::from);
    let identity =
        Identity { instance: "desk.example", key_ids: &["k1"], key_file: Path::new("key") };
    Store::open(location, password.as_ref(), absent, upgrade, &identity, at(0)).await
}

/// The role `tidings`, by another way than the socket.
fn by(way: PostgresWay) -> Location {
    let (user, database) = ("tidings".into(), DATABASE.into());
    Location::Postgres(PostgresServer { way, user, database })
}

/// Writes something; whether it could be.
async fn write(tx: &mut Tx, ticket: i64) -> Result<(), tidings::store::error::StoreError> {
    tidings::store::commit::apply(tx, &super::opening(ticket), &super::act(None, 1)).await
}

/// A transaction of its own.
async fn commit(store: &Store, ticket: i64) {
    let mut tx = store.begin().await.unwrap();
    write(&mut tx, ticket).await.unwrap();
    tx.commit().await.unwrap();
}
