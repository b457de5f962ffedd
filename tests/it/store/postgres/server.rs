//! Which servers and databases are taken, and how they are reached.

use tidings::store::error::{OpenError, StoreError};
use tidings::store::location::PostgresWay;
use tidings::store::{Absent, Store, Upgrade};

use super::super::DATABASE;
use super::{Server, by, commit, open};

#[tokio::test]
async fn a_server_that_could_lose_mail_is_refused() {
    let server = Server::up();
    for setting in ["fsync", "full_page_writes"] {
        server.postgres.set(setting, "off");
        let refused = server.open().await.unwrap_err();
        let OpenError::Unsound { what, .. } = &refused else { panic!("{refused}") };
        assert!(what.contains(&format!("set {setting} = on in postgresql.conf")), "{refused}");
        let refused = Store::open_read_only(&server.location(), None).await;
        assert!(matches!(refused, Err(OpenError::Unsound { .. })), "{refused:?}");
        assert!(!server.has_tables(), "nothing was changed");
        server.postgres.set(setting, "on");
    }
    server.made().await.close().await;
}

#[tokio::test]
async fn a_database_that_garbles_text_is_refused() {
    let server = Server::up();
    let database = "ascii";
    let make =
        format!("create database {database} encoding 'SQL_ASCII' template template0 locale 'C'");
    server.by_hand(&make);
    let location = server.postgres.location(database);
    let refused = open(&location, None, Absent::Create, Upgrade::Gently).await.unwrap_err();
    let OpenError::Unsound { what, .. } = &refused else { panic!("{refused}") };
    assert!(what.contains("SQL_ASCII") && what.contains("--encoding=UTF8"), "{refused}");
}

#[tokio::test]
async fn another_program_s_database_is_refused_untouched() {
    let server = Server::up();
    server.by_hand("create table theirs (x int)");
    for refused in [server.open().await, Store::open_read_only(&server.location(), None).await] {
        assert!(matches!(refused, Err(OpenError::NotOurs { .. })), "{refused:?}");
    }
    let tables =
        "select string_agg(relname, ' ') from pg_class where relnamespace = 'public'::regnamespace";
    assert_eq!(server.by_hand(tables), "theirs\n");
    // what another has in a schema of its own is no matter
    server.by_hand("drop table theirs; create schema other; create table other.theirs (x int)");
    server.made().await.close().await;
}

#[tokio::test]
async fn a_database_is_not_made() {
    let server = Server::up();
    let location = server.postgres.location("none");
    for refused in [
        open(&location, None, Absent::Create, Upgrade::Gently).await,
        Store::open_read_only(&location, None).await,
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, OpenError::Unusable { .. }), "{refused}");
        assert!(refused.to_string().contains("database \"none\" does not exist"), "{refused}");
    }
    // nor are tables where none are wanted
    let refused = server.open_with(Absent::Refuse, Upgrade::Gently).await;
    assert!(matches!(refused, Err(OpenError::Behind)), "{refused:?}");
    assert!(!server.has_tables());
    server.made().await.close().await;
    server.open_with(Absent::Refuse, Upgrade::Gently).await.unwrap().close().await;
}

#[tokio::test]
async fn a_server_afar_is_who_it_says_and_knows_who_asks() {
    let server = Server::up_with(&["TCP=1"]);
    server.by_hand(&format!(
        "create role tidings login password 'p4ss'; alter database {DATABASE} owner to tidings"
    ));
    let port = server.postgres.tcp_port();
    let ca = server.postgres.ca_file();
    let tls = |known: bool| {
        let host = "localhost".into();
        by(PostgresWay::Tls { host, port, ca_file: known.then(|| ca.to_owned()) })
    };
    let plain = by(PostgresWay::Plaintext { host: "127.0.0.1".into(), port });
    for (location, password, error) in [
        (tls(true), Some("p4ss"), None),
        (plain.clone(), Some("p4ss"), None),
        // its certificate is of nobody that the system knows
        (tls(false), Some("p4ss"), Some("UnknownIssuer")),
        (tls(true), Some("wr0ng"), Some("password authentication failed")),
        (plain, None, Some("password")),
    ] {
        let opened = open(&location, password, Absent::Create, Upgrade::Gently).await;
        match (opened, error) {
            (Ok(store), None) => {
                let encrypted = "select ssl from pg_stat_ssl join pg_stat_activity using (pid) \
                                 where usename = 'tidings' limit 1";
                let is_tls = location.to_string().contains("localhost");
                assert_eq!(server.by_hand(encrypted), if is_tls { "t\n" } else { "f\n" });
                store.close().await;
            }
            (Err(found), Some(error)) => {
                assert!(matches!(found, OpenError::Unusable { .. }), "{found}");
                assert!(found.to_string().contains(error), "{error}: {found}");
                assert!(!found.to_string().contains("wr0ng"), "{found}");
            }
            (opened, _) => panic!("{location}: {opened:?}"),
        }
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_told_and_one_that_is_back_is_used() {
    use crate::support::postgres::Mode;

    let server = Server::up();
    let store = server.made().await;
    for ticket in [17, 18] {
        // several connections wait in the pool
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(store.read().await.unwrap());
        }
        for tx in open {
            tx.rollback().await.unwrap();
        }
        if ticket == 17 {
            server.postgres.stop(Mode::Fast);
        } else {
            server.postgres.crash();
        }
        let Err(gone) = store.begin().await else { panic!("there is no server") };
        assert!(matches!(gone, StoreError::Database(_) | StoreError::NoConnection), "{gone}");
        assert_eq!(gone.class(), tidings::store::error::Class::Store, "{gone}");
        server.postgres.start();
        commit(&store, ticket).await;
    }
    assert_eq!(server.by_hand("select count(*) from ticket"), "2\n");
    // one whose connections were ended while nobody looked is used as if nothing was
    server.by_hand(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidings'",
    );
    commit(&store, 19).await;
    store.close().await;
}
