//! The only place that knows SQL. A transaction is a value; what is written in it is all of it or
//! none of it. No module here waits for anything but the database.

pub mod account;
pub mod alarm;
pub mod announcement;
pub mod backup;
pub mod body;
mod check;
pub mod commit;
pub mod error;
mod evidence;
pub mod facts;
pub mod high_water;
pub mod hush;
pub mod inbound;
pub mod keys;
pub mod lease;
pub mod listen;
pub mod location;
pub mod mailbox;
pub mod outbox;
pub mod plus;
mod postgres;
pub mod rating;
pub mod reconcile;
pub mod restore;
pub mod schema;
pub mod sequence;
pub mod signature;
pub mod silence;
pub mod spent;
pub mod sql;
mod sqlite;
pub mod status;
pub mod target;
pub mod ticket;
pub mod totals;
pub mod trace;
pub mod trouble;
pub mod trusted;
pub mod undeliverable;

use std::path::Path;
use std::sync::Arc;

use secrecy::SecretString;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use crate::metrics::Timing;
use crate::time::Timestamp;
use error::{OpenError, StoreError};
use lease::Hold;
use listen::Listener;
use location::Location;
use postgres::Access;
use schema::{Needed, Standing};
use sql::Tx;

/// The database, open.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
    location: Arc<Location>,
    /// Whose transactions are begun: those of who holds a desk, or of anybody.
    hold: Option<Hold>,
    /// Where it is noted how long write transactions take.
    timing: Option<Timing>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

/// Whose database it must be.
#[derive(Clone, Debug)]
pub struct Identity<'a> {
    /// The instance's name.
    pub instance: &'a str,
    /// The ids of its keys that are at hand, the one of now first.
    pub key_ids: &'a [&'a str],
    /// Where the key is kept, for the message when it is another.
    pub key_file: &'a Path,
}

/// Whether a database is made when there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It is made: a file; on a server its tables, for the database itself is the operator's to make.
    Create,
    /// That is an error.
    Refuse,
}

/// Whether the schema is changed, which daemons of an older version may work with just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// It is left as it is.
    Never,
    /// Only if they can go on.
    Gently,
    /// Though they must stop: the operator says so.
    ByForce,
}

impl Store {
    /// Opens a database that keeps what it was given: every commit is on disk before it returns.
    /// Migrations that are missing are applied, each in a transaction.
    ///
    /// # Errors
    /// [`OpenError`] when the database is not ours, or not of this instance, or not to be trusted,
    /// or not to be had.
    pub async fn open(
        location: &Location,
        password: Option<&SecretString>,
        absent: Absent,
        upgrade: Upgrade,
        identity: &Identity<'_>,
        now: Timestamp,
    ) -> Result<Self, OpenError> {
        let engine = match location {
            Location::Sqlite(path) => {
                let write = sqlite::writer(path, absent).await?;
                Engine::Sqlite { write, read: sqlite::readers(path) }
            }
            Location::Postgres(server) => {
                Engine::Postgres(postgres::open(location, server, password, Access::Write).await?)
            }
        };
        let store = Self { engine, location: Arc::new(location.clone()), hold: None, timing: None };
        store.migrate(absent, upgrade, now).await?;
        store.claim(identity, now).await?;
        Ok(store)
    }

    /// Opens a database that exists, to read it only; it is neither made nor migrated.
    ///
    /// # Errors
    /// [`OpenError`] when it is not ours or not readable.
    pub async fn open_read_only(
        location: &Location,
        password: Option<&SecretString>,
    ) -> Result<Self, OpenError> {
        let engine = match location {
            Location::Sqlite(path) => {
                sqlite::require_ours(path).await?;
                let read = sqlite::readers(path);
                Engine::Sqlite { write: read.clone(), read }
            }
            Location::Postgres(server) => {
                Engine::Postgres(postgres::open(location, server, password, Access::Read).await?)
            }
        };
        let store = Self { engine, location: Arc::new(location.clone()), hold: None, timing: None };
        match store.standing().await?.needed()? {
            Needed::Nothing => Ok(store),
            Needed::Migration | Needed::Break => Err(OpenError::Behind),
        }
    }

    /// The same database in the hands of who holds a desk: each write transaction begins with the
    /// desk's fence, and none can be begun once somebody else has taken the desk.
    #[must_use]
    pub fn held(&self, hold: Hold) -> Self {
        Self { hold: Some(hold), ..self.clone() }
    }

    /// The same database; how long each write transaction takes, from its begin to the end of its
    /// COMMIT, is noted there.
    #[must_use]
    pub fn timed(self, timing: Timing) -> Self {
        Self { timing: Some(timing), ..self }
    }

    /// Begins a transaction to write. In a file there is one at a time, and others wait.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Fenced`] when the desk is not ours any more.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let mut tx = match &self.engine {
            // A plain BEGIN that reads first and writes later fails at once when somebody else
            // wrote between, whatever the busy timeout.
            Engine::Sqlite { write, .. } => Tx::sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Engine::Postgres(pool) => {
                Tx::postgres(postgres::Transaction::begin(pool, postgres::Begin::Write).await?)
            }
        };
        if let Some(timing) = &self.timing {
            tx.time(timing.clone());
        }
        if let Some(hold) = &self.hold {
            lease::require(&mut tx, hold).await?;
        }
        Ok(tx)
    }

    /// Begins a transaction that only reads, and sees one state of the database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match &self.engine {
            Engine::Sqlite { read, .. } => Tx::sqlite(read.begin().await?),
            Engine::Postgres(pool) => {
                Tx::postgres(postgres::Transaction::begin(pool, postgres::Begin::Read).await?)
            }
        })
    }

    /// Hears what other processes tell.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn listen(&self) -> Result<Listener, StoreError> {
        match &self.engine {
            Engine::Sqlite { .. } => Ok(Listener::silent()),
            Engine::Postgres(pool) => Listener::postgres(pool).await,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Looks at everything; what is wrong, empty when nothing is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut tx = self.read().await?;
        let wrong = check::check(&mut tx, &self.location).await?;
        tx.rollback().await?;
        Ok(wrong)
    }

    /// Closes every connection; pending work is on disk already.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }

    /// Whether this program can still work with the schema: a later one may have changed it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_readable(&self) -> Result<bool, StoreError> {
        Ok(self.standing().await?.needed().is_ok())
    }

    async fn standing(&self) -> Result<Standing, StoreError> {
        let mut tx = self.read().await?;
        let standing = Standing::read(&mut tx).await?;
        tx.rollback().await?;
        Ok(standing)
    }

    /// Makes the schema what this program knows, unless a daemon at work could not go on with it.
    async fn migrate(
        &self,
        absent: Absent,
        upgrade: Upgrade,
        now: Timestamp,
    ) -> Result<(), OpenError> {
        let standing = self.standing().await?;
        let needed = standing.needed()?;
        let unwanted = absent == Absent::Refuse && standing.is_none();
        if needed != Needed::Nothing && (upgrade == Upgrade::Never || unwanted) {
            return Err(OpenError::Behind);
        }
        if needed == Needed::Break && upgrade == Upgrade::Gently && standing.has_leases() {
            let mut tx = self.read().await?;
            let now = tx.shared_now(now).await?;
            let living = lease::list(&mut tx).await?.into_iter().find(|one| one.is_living(now));
            tx.rollback().await?;
            if let Some(lease) = living {
                return Err(OpenError::InUse { by: lease.holder.name });
            }
        }
        match &self.engine {
            Engine::Sqlite { write, .. } => {
                schema::migrator(&standing, |text| text.sqlite).run(write).await?;
            }
            Engine::Postgres(pool) => {
                schema::migrator(&standing, |text| text.postgres).run(pool).await?;
            }
        }
        Ok(())
    }

    async fn claim(&self, identity: &Identity<'_>, now: Timestamp) -> Result<(), OpenError> {
        let mut tx = self.begin().await?;
        keys::claim(&mut tx, identity, now).await?;
        tx.commit().await?;
        Ok(())
    }
}
