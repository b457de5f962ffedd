//! The private `PostgreSQL` does what the tests that stand on it need.

use std::fs;
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::support::postgres::{Mode, Postgres, Session};

const DATABASE: &str = "desk";

fn setting(name: &str) -> String {
    format!("select current_setting('{name}')")
}

fn with_table(options: &[&str]) -> Postgres {
    let postgres = Postgres::up(options);
    postgres.create_database(DATABASE);
    postgres.sql(DATABASE, "create table note (text text); insert into note values ('kept')");
    postgres
}

#[track_caller]
fn assert_notes(postgres: &Postgres, expected: &str) {
    assert_eq!(postgres.sql(DATABASE, "select string_agg(text, ' ') from note").trim(), expected);
}

/// What makes it quick takes nothing from what is committed.
#[test]
fn it_is_a_server_that_one_can_rely_on() {
    let postgres = Postgres::up(&[]);
    for (name, expected) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("server_encoding", "UTF8"),
        ("lc_collate", "C.UTF-8"),
        ("max_connections", "100"),
        ("listen_addresses", ""),
        ("jit", "off"),
    ] {
        assert_eq!(postgres.sql("postgres", &setting(name)).trim_end(), expected, "{name}");
    }
    let version = postgres.sql("postgres", &setting("server_version_num"));
    assert!(version.trim().parse::<u32>().unwrap() >= 150_000, "{version}");
}

#[test]
fn statements_give_rows_and_the_first_error_is_a_panic() {
    let postgres = with_table(&[]);
    let rows = postgres.sql(DATABASE, "select 1, 'a b'; select null, 'ü' union all select 2, ''");
    assert_eq!(rows, "1|a b\n|ü\n2|\n");
    let wrong =
        "insert into note values ('before'); select 1 / 0; insert into note values ('after')";
    let error = catch_unwind(AssertUnwindSafe(|| postgres.sql(DATABASE, wrong))).unwrap_err();
    let error = error.downcast_ref::<String>().unwrap();
    assert!(error.contains("ERROR:  division by zero"), "{error}");
    assert_notes(&postgres, "kept before");
    assert!(postgres.log().contains("ERROR:  division by zero"), "{}", postgres.log());
}

#[test]
fn several_stand_at_once_and_each_is_found_by_its_url() {
    let servers: Vec<Postgres> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..3).map(|_| scope.spawn(|| Postgres::up(&[]))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    for (n, postgres) in servers.iter().enumerate() {
        let name = format!("{n} \"ö\" & ?");
        postgres.create_database(&name);
        // through another, whose client goes where the URL leads
        let other = &servers[(n + 1) % servers.len()];
        let found = other.sql(&postgres.url(&name), "select current_database(), current_user");
        assert_eq!(found, format!("{name}|postgres\n"));
    }
    let count = "select count(*) from pg_database where not datistemplate";
    for postgres in &servers {
        assert_eq!(postgres.sql("postgres", count), "2\n");
    }
}

#[test]
fn a_session_keeps_its_lock_until_it_ends() {
    let postgres = with_table(&[]);
    let ends: [fn(&mut Option<Session>); 2] =
        [|session| drop(session.as_mut().unwrap().run("commit")), |session| drop(session.take())];
    for end in ends {
        let mut first = Some(postgres.psql(DATABASE));
        let mut second = postgres.psql(DATABASE);
        let first_text = first.as_mut().unwrap().run("begin; lock table note; select * from note");
        assert_eq!(first_text, "kept\n");
        let pid = second.run("select pg_backend_pid()");
        second.send("select count(*) from note; select 'end'");
        let waits = "select wait_event_type = 'Lock' from pg_stat_activity where pid = ";
        postgres.wait_until(DATABASE, &format!("{waits}{pid}"));
        end(&mut first);
        assert_eq!(second.answer().unwrap(), "1\nend\n");
    }
}

#[test]
fn a_session_that_fails_says_why() {
    let postgres = with_table(&[]);
    let mut session = postgres.psql(DATABASE);
    session.send("select 1; select missing from note; select 2");
    let error = session.answer().unwrap_err();
    assert!(error.starts_with("1\n") && error.contains("\"missing\" does not exist"), "{error}");
    session.send("select 3");
    assert!(session.answer().is_err());
}

#[test]
fn it_is_stopped_in_every_way_and_started_again() {
    let postgres = with_table(&[]);
    for (mode, request) in [(Mode::Fast, "fast"), (Mode::Immediate, "immediate")] {
        let mut session = postgres.psql(DATABASE);
        session.run("begin; insert into note values ('lost')");
        postgres.stop(mode);
        session.send("commit");
        assert!(session.answer().is_err());
        let log = postgres.log();
        assert!(log.contains(&format!("received {request} shutdown request")), "{log}");
        postgres.start();
        assert_notes(&postgres, "kept");
    }
}

#[test]
fn a_smart_stop_waits_for_those_who_are_connected() {
    let postgres = with_table(&[]);
    let mut session = postgres.psql(DATABASE);
    session.run("begin");
    std::thread::scope(|scope| {
        let stop = scope.spawn(|| postgres.stop(Mode::Smart));
        while !postgres.log().contains("received smart shutdown request") {
            assert!(!stop.is_finished());
            std::thread::yield_now();
        }
        session.run("insert into note values ('late'); commit");
        assert!(!stop.is_finished());
        drop(session);
    });
    postgres.start();
    assert_notes(&postgres, "kept late");
}

#[test]
fn what_was_committed_outlives_a_crash() {
    let postgres = with_table(&[]);
    for n in 0..2 {
        let mut session = postgres.psql(DATABASE);
        session.run("begin; insert into note values ('lost')");
        postgres.crash();
        session.send("commit");
        assert!(session.answer().is_err());
        assert!(!postgres.log().contains("shutdown request"));
        postgres.start();
        let recoveries = postgres.log().matches("was not properly shut down").count();
        assert_eq!(recoveries, n + 1, "{}", postgres.log());
        assert_notes(&postgres, "kept");
    }
    // and it may end as one
    postgres.crash();
}

#[test]
fn a_setting_is_changed_for_those_who_are_connected_too() {
    let postgres = Postgres::up(&[]);
    let mut session = postgres.psql("postgres");
    postgres.set("log_line_prefix", "it's %m ");
    assert_eq!(session.run(&setting("log_line_prefix")), "it's %m \n");
    postgres.sql("postgres", "alter system set work_mem = '5MB'");
    assert_eq!(session.run(&setting("work_mem")), "4MB\n");
    postgres.reload();
    assert_eq!(session.run(&setting("work_mem")), "5MB\n");
    postgres.stop(Mode::Fast);
    postgres.start();
    assert_eq!(postgres.sql("postgres", &setting("work_mem")), "5MB\n");
}

#[test]
fn it_takes_settings_of_a_test() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("more.conf");
    fs::write(&file, "default_transaction_isolation = 'serializable'\njit = on\n").unwrap();
    let include = format!("INCLUDE={}", file.display());
    let postgres = Postgres::up(&["MAX_CONNECTIONS=7", &include]);
    let expected =
        [("max_connections", "7"), ("transaction_isolation", "serializable"), ("jit", "on")];
    for (name, value) in expected {
        assert_eq!(postgres.sql("postgres", &setting(name)).trim_end(), value, "{name}");
    }
}

#[test]
fn by_tcp_a_password_is_asked_for_with_tls_and_without() {
    let postgres = with_table(&["TCP=1"]);
    postgres.sql(DATABASE, "create role desk login password 'right'");
    postgres.sql(DATABASE, "grant select on note to desk");
    assert!(TcpStream::connect(("127.0.0.1", postgres.tcp_port())).is_ok());
    let certificate = fs::read_to_string(postgres.ca_file()).unwrap();
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"), "{certificate}");

    let url = postgres.tcp_url("desk", DATABASE);
    assert_eq!(url, format!("postgres://desk@localhost:{}/desk", postgres.tcp_port()));
    let verified = format!("sslmode=verify-full&sslrootcert={}", postgres.ca_file().display());
    let query = "select ssl, current_user, inet_server_port(), text
        from note, pg_stat_ssl where pid = pg_backend_pid()";
    for (way, tls) in [(verified.as_str(), "t"), ("sslmode=disable", "f")] {
        let found = postgres.sql(&format!("{url}?password=right&{way}"), query);
        assert_eq!(found, format!("{tls}|desk|{}|kept\n", postgres.tcp_port()));
        let refused = || postgres.sql(&format!("{url}?password=wrong&{way}"), query);
        let error = catch_unwind(AssertUnwindSafe(refused)).unwrap_err();
        let error = error.downcast_ref::<String>().unwrap();
        assert!(error.contains("password authentication failed"), "{error}");
    }
}
