//! What only `SQLite` has: the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tempfile::TempDir;
use tidings::store::backup;
use tidings::store::error::OpenError;
use tidings::store::location::Location;
use tidings::store::sql::Nudge;
use tidings::store::{Absent, Identity, Store, Upgrade};

use super::at;

struct File {
    folder: TempDir,
}

impl File {
    fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("sqlite-").tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("tidings.db")
    }

    async fn open(&self, absent: Absent) -> Result<Store, OpenError> {
        self.open_as("desk.example", "k1", absent).await
    }

    async fn open_as(&self, instance: &str, key: &str, to: Absent) -> Result<Store, OpenError> {
        let identity = Identity { instance, key_ids: &[key], key_file: Path::new("/state/key") };
        let location = Location::Sqlite(self.path());
        Store::open(&location, None, to, Upgrade::Gently, &identity, at(0)).await
    }

    /// Behind the store's back.
    async fn by_hand(&self, statements: &[&'static str]) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.path()).create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        for statement in statements {
            sqlx::query(*statement).execute(&mut connection).await.unwrap();
        }
        connection
    }

    async fn made(&self) {
        self.open(Absent::Create).await.unwrap().close().await;
    }
}

async fn pragma(connection: &mut SqliteConnection, statement: &'static str) -> i64 {
    sqlx::query(statement).fetch_one(connection).await.unwrap().get(0)
}

#[tokio::test]
async fn the_file_is_ours_and_shrinks_and_is_journalled_ahead() {
    let file = File::new();
    let store = file.open(Absent::Create).await.unwrap();
    assert_eq!(store.location(), &Location::Sqlite(file.path()));
    let mut other = file.by_hand(&[]).await;
    assert_eq!(pragma(&mut other, "pragma application_id").await, 0x7464_6e67);
    assert_eq!(pragma(&mut other, "pragma auto_vacuum").await, 2, "incremental");
    let row = sqlx::query("pragma journal_mode").fetch_one(&mut other).await.unwrap();
    assert_eq!(row.get::<String, _>(0), "wal");
    other.close().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_row_that_refers_to_nothing_is_refused_and_found() {
    let file = File::new();
    let store = file.open(Absent::Create).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let event = tidings::triage::decision::Effect::Record(tidings::triage::decision::NewEvent {
        ticket: super::number(9),
        kind: "x",
        detail: String::new(),
    });
    let act = super::act(None, 1);
    assert!(tidings::store::commit::apply(&mut tx, &[event], &act).await.is_err());
    tx.rollback().await.unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let orphan = "insert into participant (ticket, address, name) values (9, 'a@b', '')";
    file.by_hand(&["pragma foreign_keys = off", orphan]).await.close().await.unwrap();
    assert_eq!(store.check().await.unwrap(), ["a row of participant refers to nothing"]);
    store.close().await;
}

#[tokio::test]
async fn another_program_s_file_is_refused_untouched() {
    let file = File::new();
    file.by_hand(&["create table theirs (x)"]).await.close().await.unwrap();
    let before = std::fs::read(file.path()).unwrap();
    let refused = file.open(Absent::Create).await;
    assert!(matches!(refused, Err(OpenError::NotOurs { .. })), "{refused:?}");
    assert!(matches!(
        Store::open_read_only(&Location::Sqlite(file.path()), None).await,
        Err(OpenError::NotOurs { .. })
    ));
    assert_eq!(std::fs::read(file.path()).unwrap(), before);

    let text = File::new();
    std::fs::write(text.path(), "no database at all, but a text that is long enough").unwrap();
    let refused = text.open(Absent::Create).await;
    assert!(matches!(refused, Err(OpenError::NotOurs { .. })), "{refused:?}");
}

/// A stop between the first write to a new file and the mark that makes it ours.
#[tokio::test]
async fn a_file_without_a_table_becomes_ours() {
    let file = File::new();
    let options = SqliteConnectOptions::new()
        .filename(file.path())
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    options.connect().await.unwrap().close().await.unwrap();
    assert!(std::fs::metadata(file.path()).unwrap().len() > 0);
    file.made().await;
    let empty = File::new();
    std::fs::write(empty.path(), "").unwrap();
    empty.made().await;
}

#[tokio::test]
async fn no_file_is_made_where_none_is_wanted() {
    let file = File::new();
    let refused = file.open(Absent::Refuse).await;
    assert!(matches!(refused, Err(OpenError::Unusable { .. })), "{refused:?}");
    assert!(!file.path().exists());
}

#[tokio::test]
async fn a_database_is_of_one_instance_and_one_key() {
    let file = File::new();
    file.made().await;
    file.made().await;
    let other = file.open_as("other.example", "k1", Absent::Create).await;
    assert!(matches!(other, Err(OpenError::OtherInstance { .. })), "{other:?}");
    let error = file.open_as("desk.example", "k2", Absent::Create).await.unwrap_err();
    assert!(matches!(error, OpenError::OtherKey { .. }), "{error}");
    assert!(error.to_string().contains("/state/key"), "{error}");
}

#[tokio::test]
async fn a_schema_that_this_program_does_not_know_is_refused() {
    let later = "insert into _sqlx_migrations \
                 (version, description, success, checksum, execution_time) \
                 values (9999, 'later', true, x'00', 0)";
    let altered = "update _sqlx_migrations set checksum = x'00' where version = 1";
    for (change, is_newer) in [(later, true), (altered, false)] {
        let file = File::new();
        file.made().await;
        file.by_hand(&[change]).await.close().await.unwrap();
        let refused = file.open(Absent::Create).await;
        let expected = match &refused {
            Err(OpenError::Newer { newest: 9999, .. }) => is_newer,
            Err(OpenError::Schema(_)) => !is_newer,
            _ => false,
        };
        assert!(expected, "{change}: {refused:?}");
    }
}

/// The notices of a database that a program of the version before has made.
#[tokio::test]
async fn notices_are_kept_when_their_table_is_written_anew() {
    const BEFORE: [&str; 8] = [
        include_str!("../../../migrations/sqlite/0001_mail_loop.sql"),
        include_str!("../../../migrations/sqlite/0002_leases.sql"),
        include_str!("../../../migrations/sqlite/0003_status.sql"),
        include_str!("../../../migrations/sqlite/0004_trace.sql"),
        include_str!("../../../migrations/sqlite/0005_health.sql"),
        include_str!("../../../migrations/sqlite/0006_restore.sql"),
        include_str!("../../../migrations/sqlite/0007_proof.sql"),
        include_str!("../../../migrations/sqlite/0008_tokens.sql"),
    ];
    const FILLED: &str = "
insert into ticket values (17, 'support', 'new', 'medium', 'community', null, null, '', 'x', 'x', null,
                           1, 1, 1, null, null);
insert into outbox values (41, 'support', 17, null, 'answer', '<>', 'a@b', 'b', 'm41@desk.example', 3,
                           'held', 1, 2, 3, 4, 5, null, 'so', 'h1', null);
insert into outbox select 40, desk, ticket, inbound, kind, envelope_from, recipient, recipient_domain,
                          'm40@desk.example', body, state, created_us, due_us, claimed_until_us,
                          attempts, first_attempt_us, sent_us, reply, claimed_by, null from outbox;
create table schema_before as select * from sqlite_schema where tbl_name = 'outbox';
create table outbox_before as select * from outbox;";
    const ASKED: [&str; 3] = [
        "select count(*) from (select * from outbox_before except select * from outbox)",
        "select count(*) from (select name from schema_before where type = 'index'
                               except select name from sqlite_schema where tbl_name = 'outbox')",
        "select count(*) from pragma_foreign_key_check",
    ];
    let file = File::new();
    let mut connection = file.by_hand(&["pragma foreign_keys = on"]).await;
    let step = include_str!("../../../migrations/sqlite/0009_later_proof.sql");
    for text in BEFORE.into_iter().chain([FILLED, "begin", step, "commit"]) {
        sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
    }
    for question in ASKED {
        assert_eq!(pragma(&mut connection, question).await, 0, "{question}");
    }
    assert_eq!(pragma(&mut connection, "select count(*) from outbox").await, 2);
    let next = "insert into outbox select null, desk, ticket, inbound, 'raised', envelope_from, \
                recipient, recipient_domain, 'm', body, state, created_us, due_us, \
                claimed_until_us, attempts, first_attempt_us, sent_us, reply, claimed_by, bounced_us \
                from outbox where id = 41 returning id";
    assert_eq!(pragma(&mut connection, next).await, 42, "no id is given twice");
    connection.close().await.unwrap();
}

/// The tickets of a database that a program of the version before has made.
#[tokio::test]
async fn statuses_have_the_names_of_now() {
    const FILLED: &str = "
insert into ticket (number, desk, status, priority, level, requester_name, subject, subject_folded,
                    opened_us, changed_us, version)
values (1, 'support', 'new', 'medium', 'community', '', 'x', 'x', 1, 2, 1),
       (2, 'support', 'open', 'medium', 'community', '', 'x', 'x', 1, 2, 1),
       (3, 'support', 'waiting', 'medium', 'community', '', 'x', 'x', 1, 2, 1),
       (4, 'support', 'third_party', 'medium', 'community', '', 'x', 'x', 1, 2, 1),
       (5, 'support', 'resolved', 'medium', 'community', '', 'x', 'x', 1, 2, 1),
       (6, 'support', 'closed', 'medium', 'community', '', 'x', 'x', 1, 3, 1);
insert into event (ticket, at_us, actor, kind, detail) select number, 1, 'a', 'k', 'd' from ticket;";
    const ASKED: &str = "
select count(*) from ticket
 where number = case status when 'new' then 1 when 'open' then 2 when 'pending' then 3
                            when 'waiting' then 4 when 'resolved' then 5 when 'closed' then 6 end
   and coalesce(over_us, 0) = case number when 5 then 2 when 6 then 3 else 0 end";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut before: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    before.retain(|path| path.file_name().unwrap() < "0014");
    before.sort();
    let file = File::new();
    let mut connection = file.by_hand(&["pragma foreign_keys = on"]).await;
    for path in before {
        let text = sqlx::AssertSqlSafe(std::fs::read_to_string(path).unwrap());
        sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
    }
    let step = include_str!("../../../migrations/sqlite/0014_life.sql");
    for text in [FILLED, "begin", step, "commit"] {
        sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
    }
    assert_eq!(pragma(&mut connection, ASKED).await, 6);
    let dangling = "select count(*) from pragma_foreign_key_check";
    assert_eq!(pragma(&mut connection, dangling).await, 0);
    let old = sqlx::raw_sql("update ticket set status = 'third_party'");
    assert!(old.execute(&mut connection).await.is_err());
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_file_has_the_caller_s_clock_and_tells_nothing() {
    let file = File::new();
    let store = file.open(Absent::Create).await.unwrap();
    let mut listener = store.listen().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.shared_now(at(5)).await.unwrap(), at(5));
    tx.nudge(Nudge::Submit).await.unwrap();
    tx.commit().await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(20), listener.heard()).await.is_err());
    store.close().await;
}

/// A row of so many bytes.
const MEGABYTES: &str = "
with recursive part (n) as (select 1 union all select n + 1 from part where n < 64)
insert into chunk (body, part, bytes) select 1000 + n, 0, randomblob(1048576) from part";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inv_9_no_writer_waits_for_a_backup() {
    let file = File::new();
    let store = file.open(Absent::Create).await.unwrap();
    let mut writer = file.by_hand(&["pragma busy_timeout = 0", MEGABYTES]).await;
    let copies = ["one", "two"].map(|name| file.folder.path().join(name));
    let reader = Store::open_read_only(&Location::Sqlite(file.path()), None).await.unwrap();
    let backup = tokio::spawn({
        let copies = copies.clone();
        async move {
            for copy in &copies {
                assert!(backup::copy(&reader, copy.to_str().unwrap()).await.unwrap());
            }
            reader.close().await;
        }
    });
    // Without any patience: a lock that the backup held for a moment would be an error.
    let mut written = 0;
    while !backup.is_finished() {
        sqlx::query("begin immediate").execute(&mut writer).await.unwrap();
        let raise = "update sequence set next = next + 1 where name = 'body'";
        sqlx::query(raise).execute(&mut writer).await.unwrap();
        sqlx::query("commit").execute(&mut writer).await.unwrap();
        written += 1;
    }
    backup.await.unwrap();
    assert!(written > 10, "{written} transactions were written meanwhile");
    for copy in &copies {
        let found = backup::look(copy).await.unwrap();
        assert_eq!((found.instance.as_str(), found.wrong), ("desk.example", Vec::new()));
        assert_eq!((found.tickets, found.messages), (0, 0));
        assert!(std::fs::metadata(copy).unwrap().len() > 64 * 1024 * 1024);
    }
    writer.close().await.unwrap();
    store.close().await;
}
