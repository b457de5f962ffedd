//! Secrets are read where they are safe, refused where they are not, and printed nowhere.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{changed, output, refused};
use crate::support::desk::{Daemon, Desk, SUPPORT, wait_until};
use crate::support::name_server::NameServer;
use crate::support::sink::Sink;
use crate::support::world::World;

fn good() -> Desk {
    Desk::with_config(super::GOOD)
}

#[test]
fn svc_05_a_password_file_that_is_missing_open_to_others_or_empty_is_named() {
    let desk = good();
    fs::remove_file(desk.path("password")).unwrap();
    refused(&desk, 78, &["cannot read the password file", "password", "No such file"]);
    for mode in [0o644, 0o640, 0o606] {
        desk.write_secret("password", "canary", mode);
        refused(&desk, 78, &["can be read by others", "chmod 600", "password"]);
    }
    for text in ["", "\n", "\r\n"] {
        desk.write_secret("password", text, 0o600);
        refused(&desk, 78, &["is empty", "password"]);
    }
    fs::remove_file(desk.path("password")).unwrap();
    fs::create_dir(desk.path("password")).unwrap();
    fs::set_permissions(desk.path("password"), fs::Permissions::from_mode(0o700)).unwrap();
    refused(&desk, 78, &["cannot read the password file"]);
}

#[test]
fn svc_05_a_credential_needs_systemd() {
    let desk = changed("password_file = \"password\"", "password_credential = \"imap\"");
    refused(&desk, 78, &["CREDENTIALS_DIRECTORY", "imap"]);
    let path = changed("password_file = \"password\"", "password_credential = \"../imap\"");
    refused(&path, 78, &["desk[0].imap.password_credential: "]);
}

#[test]
fn svc_05_a_credential_of_systemd_is_taken() {
    let world = World::up(&["MTA=0", "MAIL_FSYNC=never"]);
    let sink = Sink::start(&[]);
    let name_server = NameServer::of(&[]);
    let mut desk = Desk::new(&world, &sink);
    desk.ask(name_server.address);
    desk.config =
        desk.config.replacen("password_file = \"password\"", "password_credential = \"imap\"", 1);
    let credentials = desk.path("credentials");
    fs::create_dir(&credentials).unwrap();
    let folder = credentials.display().to_string();
    desk.environment.push(("CREDENTIALS_DIRECTORY".to_owned(), folder));
    refused(&desk, 78, &["cannot read", "credentials/imap"]);
    // With an access list for the unit's user, systemd's files show the mask where a group's bits
    // are; the folder is for that user alone.
    for mode in [0o400, 0o440] {
        desk.write_secret("credentials/imap", "pw-support\n", mode);
        desk.ok(&["check"]);
        desk.ok(&["run", "--once"]);
        fs::remove_file(credentials.join("imap")).unwrap();
    }
    desk.write_secret("credentials/imap", "pw-support\n", 0o444);
    refused(&desk, 78, &["can be read by others"]);
}

#[test]
fn thr_37_no_secret_is_printed_even_at_trace_level() {
    let root = rustix::process::geteuid().is_root();
    let world = World::up(if root { &["MAIL_FSYNC=never"] } else { &["MTA=0"] });
    let sink = Sink::start(&[]);
    let name_server = NameServer::of(&[]);
    let mut desk = Desk::new(&world, &sink);
    desk.ask(name_server.address);
    // The passwords are canaries themselves: nothing else says pw-support.
    let (mut canaries, mut all) = (vec!["pw-support".to_owned()], String::new());
    if root {
        let smtp = format!(
            "host = \"localhost\"\nport = {}\nca_file = \"{}\"\nuser = \"{SUPPORT}\"\n\
             password_file = \"password\"",
            world.port("SUBMISSIONS"),
            world.ca_file().display()
        );
        let none = format!("host = \"127.0.0.1\"\nport = {}\ntls = \"plaintext\"", sink.port);
        assert!(desk.config.contains(&none));
        desk.config = desk.config.replace(&none, &smtp);
    }
    // Whatever an operator asks for.
    let filter = "trace,async_imap=trace,async_imap::imap_stream=trace,imap_proto=trace,\
                  lettre=trace,lettre::transport::smtp=trace,rustls=trace,sqlx=trace,\
                  sqlx::query=trace";
    desk.environment.push(("TIDINGS_LOG".to_owned(), filter.to_owned()));
    desk.environment.push(("RUST_LOG".to_owned(), "trace".to_owned()));
    desk.environment.push(("RUST_BACKTRACE".to_owned(), "full".to_owned()));
    let mail = b"From: carla@paid.example\r\nSubject: Help\r\n\r\nMy dog bites.\r\n";
    for arguments in [&["check"][..], &["run", "--once"], &["run", "--once"]] {
        world.deliver(SUPPORT, mail);
        let ran = desk.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", output(&ran));
        all.push_str(&output(&ran));
    }
    assert!(all.contains("sent 1"), "{all}");
    for plain in ["pw-canary", "pw canary \"\\quoted", "pw-canär"] {
        desk.write_secret("password", &format!("{plain}\n"), 0o600);
        canaries.push(plain.to_owned());
        for arguments in [&["check"][..], &["run", "--once"]] {
            all.push_str(&output(&desk.run(arguments)));
        }
    }
    let daemon = desk.start();
    wait_until("the refusal is logged", || daemon.log().contains("refuses the login"));
    all.push_str(&daemon.log());
    all.push_str(&environment_of(&daemon));
    let key = fs::read_to_string(desk.path("state/key")).unwrap();
    canaries.push(key.trim().to_owned());
    // No more is the text of a mail (INV-11).
    canaries.push("My dog bites".to_owned());
    for canary in canaries {
        let encoded = data_encoding::BASE64.encode(canary.as_bytes());
        let login = format!("\0{SUPPORT}\0{canary}");
        let login = data_encoding::BASE64.encode(login.as_bytes());
        for secret in [&canary, &encoded, &login] {
            let line = all.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "{secret:?} is in: {line:?}");
        }
    }
}

/// What everybody can see of a process.
fn environment_of(daemon: &Daemon) -> String {
    let of = |what: &str| fs::read(format!("/proc/{}/{what}", daemon.child.id())).unwrap();
    String::from_utf8_lossy(&[of("cmdline"), of("environ")].concat()).into_owned()
}
