//! Schemas that programs of other versions have made, and daemons at work.

use tidings::store::error::OpenError;
use tidings::store::schema::VERSION;
use tidings::store::{Absent, Store, Upgrade, lease};

use super::super::at;
use super::super::lease::daemon;
use super::Server;

/// A migration that this program does not know.
const LATER: &str = "
insert into _sqlx_migrations (version, description, success, checksum, execution_time)
values (99, 'later', true, '', 0);";

#[tokio::test]
async fn a_schema_is_used_as_far_as_it_says_that_it_is_readable() {
    check("", "ours").await;
    check("update _sqlx_migrations set checksum = '' where version = 1", "changed").await;
    check(LATER, "newer").await;
    check(&format!("{LATER} insert into schema_version values (99, 99)"), "newer").await;
    check(&format!("{LATER} insert into schema_version values (99, 2)"), "ours").await;

    async fn check(change: &str, expected: &str) {
        let server = Server::up();
        server.made().await.close().await;
        server.by_hand(change);
        let word = |opened: &Result<Store, OpenError>| match opened {
            Ok(_) => "ours",
            Err(OpenError::Newer { newest: 99, .. }) => "newer",
            Err(OpenError::Schema(_)) => "changed",
            Err(_) => "",
        };
        let opened = server.open().await;
        assert_eq!(word(&opened), expected, "{change}: {opened:?}");
        let read = Store::open_read_only(&server.location(), None).await;
        // nothing is applied by who only reads, so nothing is compared
        let expected = if expected == "changed" { "ours" } else { expected };
        assert_eq!(word(&read), expected, "{change}: {read:?}");
    }
}

#[tokio::test]
async fn flt_24_a_daemon_sees_that_a_later_program_has_changed_the_schema() {
    let server = Server::up();
    let store = server.made().await;
    assert!(store.is_readable().await.unwrap());
    server.by_hand(&format!("{LATER} insert into schema_version values (99, 2)"));
    assert!(store.is_readable().await.unwrap(), "it says that we can go on");
    server.by_hand("update schema_version set readable_from = 99 where version = 99");
    assert!(!store.is_readable().await.unwrap());
    store.close().await;
}

#[tokio::test]
async fn nothing_is_changed_unless_it_is_wanted() {
    let server = Server::up();
    let refused = server.open_with(Absent::Create, Upgrade::Never).await;
    assert!(matches!(refused, Err(OpenError::Behind)), "{refused:?}");
    let refused = Store::open_read_only(&server.location(), None).await;
    assert!(matches!(refused, Err(OpenError::Behind)), "{refused:?}");
    assert!(!server.has_tables());
    server.made().await.close().await;
    server.open_with(Absent::Create, Upgrade::Never).await.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_begin_at_once_make_one_schema() {
    let server = Server::up();
    let (one, other) = tokio::join!(server.open(), server.open());
    for store in [one.unwrap(), other.unwrap()] {
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        store.close().await;
    }
    let applied = server.by_hand("select max(version) from _sqlx_migrations");
    assert_eq!(applied.trim(), VERSION.to_string());
}

/// A missing migration that raises what must be known is one that daemons at work cannot live with.
#[tokio::test]
async fn a_break_waits_for_daemons_at_work() {
    let server = Server::up();
    let store = server.made().await;
    let mut tx = store.begin().await.unwrap();
    let now = tx.shared_now(at(0)).await.unwrap();
    let taken = lease::take(&mut tx, "support", &daemon("h1"), now).await.unwrap();
    tx.commit().await.unwrap();
    server.by_hand(
        "delete from _sqlx_migrations where version = 1; update schema_version set readable_from = 0",
    );
    let refused = server.open().await.unwrap_err();
    assert!(matches!(&refused, OpenError::InUse { by } if &**by == "h1.example"), "{refused}");
    // by force it is applied, which here fails, as its tables are there
    let applied = server.open_with(Absent::Create, Upgrade::ByForce).await;
    assert!(matches!(applied, Err(OpenError::Schema(_))), "{applied:?}");
    // and so it is when nobody is at work
    let lease::Taken::Ours(hold, _) = taken else { panic!("{taken:?}") };
    let mut tx = store.begin().await.unwrap();
    lease::give_back(&mut tx, &hold).await.unwrap();
    tx.commit().await.unwrap();
    let applied = server.open().await;
    assert!(matches!(applied, Err(OpenError::Schema(_))), "{applied:?}");
    store.close().await;
}
