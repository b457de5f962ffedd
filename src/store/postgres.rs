//! `PostgreSQL`: how its connections are made and how a transaction on one begins and ends.
//!
//! A connection goes back to the pool only after a transaction that was seen to end. One whose
//! transaction was dropped, on an error or in the midst of an await, is closed: what a half-done
//! BEGIN or an unread answer does to the next user of a connection is never found out
//! (transact-rs/sqlx#4385).

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions as _, PgConnection, Postgres};

use super::error::{OpenError, StoreError};
use super::location::{Location, PostgresServer, PostgresWay};
use super::sql::Row;

/// A transaction and the connection that it is on.
pub(super) struct Transaction {
    connection: PoolConnection<Postgres>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Statements go.
    Open,
    /// COMMIT or ROLLBACK was answered.
    Ended,
}

/// What the sessions of a pool may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// To read and to write.
    Write,
    /// To read.
    Read,
}

/// How a transaction begins. Whatever the connection was left in ends before, by a ROLLBACK that has
/// something to roll back: without, the server would write a warning into its log each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// To write: each statement sees what is committed when it begins. Whether writing is allowed
    /// is left to the server's own setting.
    Write,
    /// To read one state.
    Read,
}

/// Connections of one process, beside the one that listens.
pub(super) const CONNECTIONS: u32 = 8;
/// The oldest version whose behaviour is tested: 15.
const VERSION_LEAST: i64 = 150_000;
/// A connection must be had within this time.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// An answer to a statement must come within this time: longer than any of the server's own limits
/// below, so that this one fires only where the server is not there any more.
const ANSWER_LIMIT: Duration = Duration::from_secs(45);

/// Limits of our sessions. A daemon whose machine stopped must not keep rows locked: the server
/// ends its transaction, and notices by keepalive that nobody is there.
const SESSION: [(&str, &str); 8] = [
    ("idle_in_transaction_session_timeout", "10s"),
    ("lock_timeout", "5s"),
    ("statement_timeout", "30s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    ("client_min_messages", "error"),
    ("jit", "off"),
];

/// The server's clock, in microseconds.
pub(super) const NOW: &str = "
select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now_us";

/// The channel on which processes nudge each other.
pub(super) const CHANNEL: &str = "tidings";
pub(super) const NOTIFY: &str = "select 1 from (select pg_notify('tidings', $1)) as told";

/// What a server must be to keep mail.
const SETTINGS: &str = "
select cast(current_setting('server_version_num') as bigint) as version,
       current_setting('server_version') as version_text,
       current_setting('fsync') as fsync,
       current_setting('full_page_writes') as full_page_writes,
       current_setting('server_encoding') as encoding";

/// Migrations are noted before the first of our tables is made.
const TABLES: &str = "
select count(*) as tables,
       count(case when table_name in ('instance', '_sqlx_migrations') then 1 end) as ours
  from information_schema.tables
 where table_schema = current_schema()";

/// A commit that was answered is on disk: where the server's setting says less, ours says more. One
/// that waits for a standby as well is left as it is. Either is the session's own from now on, which
/// a changed setting of the server does not change.
const DURABLE: &str = "
select set_config('synchronous_commit',
                  case setting when 'off' then 'on' else setting end, false)
  from (select current_setting('synchronous_commit') as setting) as server";

/// Connects, and refuses what is not to be trusted or not ours.
pub(super) async fn open(
    location: &Location,
    server: &PostgresServer,
    password: Option<&SecretString>,
    access: Access,
) -> Result<PgPool, OpenError> {
    let pool = pool(server, password, access);
    require_ours(&pool, location).await?;
    Ok(pool)
}

/// A pool that connects when it is used.
fn pool(server: &PostgresServer, password: Option<&SecretString>, access: Access) -> PgPool {
    let options = options(server, password);
    let options = match access {
        Access::Write => options,
        Access::Read => options.options([("default_transaction_read_only", "on")]),
    };
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(CONNECT_LIMIT)
        .idle_timeout(Duration::from_mins(10))
        // BEGIN is the test.
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::query(DURABLE).execute(connection).await.map(drop) })
        })
        .connect_lazy_with(options)
}

/// A pool for a connection that is kept, to the same database.
pub(super) fn pool_of_one(pool: &PgPool) -> PgPool {
    let options = PgConnectOptions::clone(&pool.connect_options());
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT_LIMIT)
        .connect_lazy_with(options)
}

fn options(server: &PostgresServer, password: Option<&SecretString>) -> PgConnectOptions {
    let options = PgConnectOptions::new_without_pgpass()
        .username(&server.user)
        .database(&server.database)
        .application_name("tidings")
        .options(SESSION)
        .disable_statement_logging();
    let options = match &server.way {
        PostgresWay::Socket { folder, port } => options.socket(folder).port(*port),
        PostgresWay::Tls { host, port, ca_file } => {
            let options = options.host(host).port(*port).ssl_mode(PgSslMode::VerifyFull);
            match ca_file {
                Some(file) => options.ssl_root_cert(file),
                None => options,
            }
        }
        PostgresWay::Plaintext { host, port } => {
            options.host(host).port(*port).ssl_mode(PgSslMode::Disable)
        }
    };
    match password {
        Some(password) => options.password(password.expose_secret()),
        None => options,
    }
}

/// Refuses a server that could lose or garble what it said is stored, and a database with tables
/// that are not ours, before anything in it is changed.
async fn require_ours(pool: &PgPool, location: &Location) -> Result<(), OpenError> {
    let unusable = |cause: sqlx::Error| OpenError::Unusable {
        location: location.to_string().into(),
        cause: cause.into(),
    };
    let found = answered(sqlx::query(SETTINGS).fetch_one(pool)).await.map_err(unusable)?;
    require_sound(&Row::from(found), location)?;
    let found = answered(sqlx::query(TABLES).fetch_one(pool)).await.map_err(unusable)?;
    let row = Row::from(found);
    if row.integer("tables")? > 0 && row.integer("ours")? == 0 {
        let what = "it has another program's tables".to_owned();
        return Err(OpenError::NotOurs { location: location.to_string().into(), what });
    }
    Ok(())
}

fn require_sound(row: &Row, location: &Location) -> Result<(), OpenError> {
    let unsound = |what: String| OpenError::Unsound { location: location.to_string().into(), what };
    if row.integer("version")? < VERSION_LEAST {
        let version = row.text("version_text")?;
        return Err(unsound(format!("it is version {version}; 15 or later is needed")));
    }
    for setting in ["fsync", "full_page_writes"] {
        if row.text(setting)? != "on" {
            return Err(unsound(format!(
                "{setting} is off, so it can lose mail that it said is stored; \
                 set {setting} = on in postgresql.conf and restart it"
            )));
        }
    }
    match row.text("encoding")?.as_str() {
        "UTF8" => Ok(()),
        other => Err(unsound(format!(
            "its encoding is {other}; make the database with: createdb --encoding=UTF8 \
             --template=template0"
        ))),
    }
}

/// Waits for an answer, but not for ever: a server that vanished without a word leaves none.
pub(super) async fn answered<T>(
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    match tokio::time::timeout(ANSWER_LIMIT, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(sqlx::Error::Io(std::io::Error::new(
            std::io::ErrorKind::TimedOut,
            format!("no answer within {} s", ANSWER_LIMIT.as_secs()),
        ))),
    }
}

impl Transaction {
    pub(super) async fn begin(pool: &PgPool, begin: Begin) -> Result<Self, sqlx::Error> {
        let how = match begin {
            Begin::Write => "begin; rollback; begin isolation level read committed",
            Begin::Read => "begin; rollback; begin isolation level repeatable read, read only",
        };
        let mut stale = 0;
        loop {
            let mut tx = Self { connection: pool.acquire().await?, state: State::Open };
            match answered(sqlx::raw_sql(how).execute(&mut *tx.connection)).await {
                Ok(_) => return Ok(tx),
                // A server that was restarted leaves a pool of connections that are none.
                Err(error) if is_gone(&error) && stale < CONNECTIONS => stale += 1,
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        match answered(sqlx::raw_sql("commit").execute(&mut *self.connection)).await {
            Ok(_) => {
                self.state = State::Ended;
                Ok(())
            }
            // A constraint or a conflict that is seen at the end: nothing was committed.
            Err(error @ sqlx::Error::Database(_)) if !is_gone(&error) => Err(error.into()),
            Err(error) => Err(StoreError::CommitUnknown(error)),
        }
    }

    pub(super) async fn rollback(mut self) -> Result<(), StoreError> {
        answered(sqlx::raw_sql("rollback").execute(&mut *self.connection)).await?;
        self.state = State::Ended;
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.state != State::Ended {
            self.connection.close_on_drop();
        }
    }
}

/// Whether an error says that the connection is no more: class 57P, the operator's or the server's
/// intervention, or no word at all.
fn is_gone(error: &sqlx::Error) -> bool {
    if let sqlx::Error::Io(error) = error {
        return error.kind() != std::io::ErrorKind::TimedOut;
    }
    matches!(error, sqlx::Error::Protocol(_))
        || error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code.starts_with("57P"))
}
