//! A `PostgreSQL` database is named without a secret, and not without what its daemons share. No
//! server is asked here.

use super::{changed, output, refused};
use crate::support::desk::Desk;

const URL: &str = "postgres://tidings@db.invalid/tidings";
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A desk with this database in line 3 and these lines behind it; there is a key.
fn desk(database: &str, more: &str) -> Desk {
    let to = format!("state_dir = \"state\"\ndatabase = \"{database}\"\n{more}");
    let desk = changed("state_dir = \"state\"\n", &to);
    desk.write_secret("key", KEY, 0o600);
    desk
}

const WITH_KEY: &str = "key_file = \"key\"\n";

#[test]
fn thr_37_what_is_wrong_with_a_database_is_named_and_never_printed() {
    let cases = [
        ("postgres://u:canary@h/d", "database_password_file"),
        ("postgresql://u:can@canary/d#x@h/d", "database_password_file"),
        ("postgres://u@h/d?password=canary", "database_password_file"),
        ("postgres://u@/d?host=/run&password=canary", "database_password_file"),
        ("postgres://canary/d", "postgres://USER@HOST/DATABASE"),
        ("postgres://u@canary", "postgres://USER@HOST/DATABASE"),
        ("postgres://u@canary/", "postgres://USER@HOST/DATABASE"),
        ("postgres://u@/canary", "postgres://USER@/DATABASE?host=/FOLDER"),
        ("postgres://u@canary/d?host=/run", "exclude each other"),
        ("postgres://u@canary/d?port=5432", "HOST:PORT"),
        ("postgres://u@canary:70000/d", "from 1 to 65535"),
        ("postgres://u@canary!/d", "IPv6 address in brackets"),
        ("postgres://u@/canary?host=run", "begins with \"/\""),
        ("postgres://u@canary/d?application_name=x", "sslmode=verify-full"),
        ("postgres://u@canary/d?sslmode=disable&canary=1", "host=/FOLDER and port=PORT"),
        ("postgres://u@canary/d#x", "%23"),
        ("postgres://u%@canary/d", "%25"),
        ("postgres://u@canary /d", "%20"),
        ("postgres://u@canary/d?sslmode=disable", "loopback host only"),
        ("postgres://u@canary/d?sslmode=require", "sslmode is verify-full"),
        ("postgres://u@canary/d?sslmode=prefer", "sslmode is verify-full"),
        ("postgres://u@localhost/canary?sslmode=allow", "sslmode is verify-full"),
        ("postgres://u@localhost/canary?sslmode=verify-ca", "sslmode is verify-full"),
        ("postgres://u@/canary?host=/run&sslmode=disable", "Unix socket has no TLS"),
        ("mysql://u:canary@h/d", "postgres://USER@HOST/DATABASE"),
        ("canary", "sqlite:FILE"),
        ("sqlite:", "needs a file name"),
    ];
    for (database, says) in cases {
        let desk = desk(database, WITH_KEY);
        refused(&desk, 78, &["tidings.toml:3: database: ", says]);
        for arguments in [&["run", "--once"][..], &["check"], &["db", "check"]] {
            let all = output(&desk.run(arguments));
            assert!(!all.contains("canary"), "{database}: {all}");
        }
    }
}

#[test]
fn what_belongs_to_another_database_is_refused() {
    let file = "database_password_file = \"password\"\n";
    let credential = "database_password_credential = \"db\"\n";
    let ca = "database_ca_file = \"ca.pem\"\n";
    for (line, key) in
        [(file, "database_password_file"), (credential, "database_password_credential")]
    {
        let named = format!("tidings.toml:4: {key}: ");
        refused(&desk("sqlite:tidings.db", line), 78, &[&named, "only with a PostgreSQL server"]);
    }
    let without_tls = [
        "sqlite:tidings.db",
        "postgres://u@/d?host=/run/postgresql",
        "postgres://u@localhost/d?sslmode=disable",
    ];
    for database in without_tls {
        let desk = desk(database, &format!("{ca}{WITH_KEY}"));
        refused(&desk, 78, &["tidings.toml:4: database_ca_file: ", "reached by TLS"]);
    }
    refused(
        &desk(URL, &format!("{ca}{WITH_KEY}")),
        78,
        &["tidings.toml:4: database_ca_file: ", "cannot read certificates", "ca.pem"],
    );
    refused(
        &desk(URL, &format!("{file}{credential}{WITH_KEY}")),
        78,
        &["tidings.toml:5: database_password_credential: ", "not beside database_password_file"],
    );
    refused(
        &desk(URL, &format!("database_password_credential = \"../db\"\n{WITH_KEY}")),
        78,
        &["tidings.toml:4: database_password_credential: ", "not a path"],
    );
}

#[test]
fn daemons_that_share_a_database_share_a_key() {
    let desk = desk(URL, "");
    let says = ["tidings.toml:3: database: ", "key_file", "key_credential", "share the key"];
    refused(&desk, 78, &says);
    refused(&desk, 78, &["openssl rand -hex 32 > FILE; chmod 600 FILE"]);
    // A key in the state directory is one machine's.
    std::fs::create_dir(desk.path("state")).unwrap();
    desk.write_secret("state/key", KEY, 0o600);
    refused(&desk, 78, &says);
}

#[test]
fn svc_05_the_password_of_the_database_is_read_where_it_is_safe() {
    let desk = desk(URL, &format!("database_password_file = \"db.password\"\n{WITH_KEY}"));
    refused(&desk, 78, &["cannot read the database password file", "db.password"]);
    desk.write_secret("db.password", "canary", 0o640);
    refused(&desk, 78, &["db.password can be read by others", "chmod 600"]);
    desk.write_secret("db.password", "\n", 0o600);
    refused(&desk, 78, &["db.password is empty"]);
    desk.write_secret("db.password", "canary", 0o600);
    desk.write_secret("key", KEY, 0o644);
    refused(&desk, 78, &["the key", "can be read by others"]);
    desk.write_secret("key", KEY, 0o600);
    // There is no such server, and it is not asked.
    let said = desk.ok(&["check", "--offline"]);
    for what in ["key ", "database password "] {
        assert!(said.lines().any(|line| line.starts_with(&format!("ok    {what}"))), "{said}");
    }
    assert!(!said.contains("canary") && !said.contains(KEY), "{said}");
    assert!(!desk.path("state/key").exists() && !desk.path("state/tidings.db").exists());
}
