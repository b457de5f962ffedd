//! The key of the instance, where the configuration says that it is.

use std::fs;

use super::{changed, output, refused};
use crate::support::desk::Desk;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A desk on `SQLite` whose key is said to be elsewhere; it is not there yet.
fn desk() -> Desk {
    changed("state_dir = \"state\"\n", "state_dir = \"state\"\nkey_file = \"shared.key\"\n")
}

#[test]
fn svc_05_a_key_that_is_missing_open_to_others_or_not_one_is_named() {
    let desk = desk();
    let name = desk.path("shared.key").display().to_string();
    let make = "openssl rand -hex 32 > FILE; chmod 600 FILE";
    refused(&desk, 78, &["cannot read the key", &name, "No such file", "backup", make]);
    // It is never made, and neither is one in its place.
    assert!(!desk.path("shared.key").exists() && !desk.path("state/key").exists());
    for mode in [0o644, 0o640, 0o604] {
        desk.write_secret("shared.key", KEY, mode);
        refused(&desk, 78, &["the key", &name, "can be read by others", "chmod 600"]);
    }
    let long = format!("{KEY}00");
    for text in ["", "\n", "canary", &KEY[2..], &long, &KEY.replace('0', "g")] {
        desk.write_secret("shared.key", text, 0o600);
        refused(&desk, 78, &[&name, "is not a key", "32 bytes in hexadecimal"]);
        assert!(!output(&desk.run(&["check"])).contains("canary"));
    }
    assert!(!desk.path("state/tidings.db").exists());
}

#[test]
fn the_key_is_taken_from_where_it_is_said_to_be() {
    let desk = desk();
    desk.write_secret("shared.key", &format!("{KEY}\n"), 0o600);
    desk.ok(&["db", "migrate"]);
    let said = desk.ok(&["check", "--offline"]);
    assert!(said.lines().any(|line| line.starts_with("ok    key ")), "{said}");
    assert!(!said.contains(KEY), "{said}");
    assert!(!desk.path("state/key").exists());
    desk.write_secret("shared.key", &KEY.replace('0', "1"), 0o600);
    refused(&desk, 78, &["another key", "shared.key", "restore that key file"]);
}

#[test]
fn a_key_is_taken_from_a_credential_of_systemd() {
    let mut desk =
        changed("state_dir = \"state\"\n", "state_dir = \"state\"\nkey_credential = \"tdng\"\n");
    refused(&desk, 78, &["the key cannot be read", "CREDENTIALS_DIRECTORY", "\"tdng\""]);
    let folder = desk.path("credentials");
    fs::create_dir(&folder).unwrap();
    desk.environment.push(("CREDENTIALS_DIRECTORY".to_owned(), folder.display().to_string()));
    refused(&desk, 78, &["cannot read the key", "credentials/tdng"]);
    // systemd's files may show the group's bits; what the folder holds is for the unit's user.
    desk.write_secret("credentials/tdng", KEY, 0o440);
    desk.ok(&["db", "migrate"]);
    assert!(!desk.path("state/key").exists());
    fs::remove_file(folder.join("tdng")).unwrap();
    desk.write_secret("credentials/tdng", &KEY.replace('0', "1"), 0o400);
    refused(&desk, 78, &["another key", "credential \"tdng\""]);
    fs::remove_file(folder.join("tdng")).unwrap();
    desk.write_secret("credentials/tdng", "canary", 0o400);
    refused(&desk, 78, &["credential \"tdng\" is not a key"]);
}

#[test]
fn a_key_has_one_place() {
    let keys = |text: &str| {
        changed("state_dir = \"state\"\n", &format!("state_dir = \"state\"\n{text}\n"))
    };
    let both = keys("key_file = \"shared.key\"\nkey_credential = \"tdng\"");
    refused(&both, 78, &["tidings.toml:4: key_credential: ", "not beside key_file"]);
    let path = keys("key_credential = \"../tdng\"");
    refused(&path, 78, &["tidings.toml:3: key_credential: ", "not a path"]);
}

#[test]
fn aut_44_the_first_key_takes_the_place_of_the_one_of_now_once() {
    let desk = desk();
    let (first, second) = (KEY.to_owned(), KEY.replace('0', "1"));
    let write = |keys: &[&str]| desk.write_secret("shared.key", &keys.join("\n"), 0o600);
    let now = || {
        let said = desk.ok(&["check", "--offline"]);
        let line = said.lines().find(|line| line.contains("makes our names")).unwrap();
        line.split_whitespace().nth(2).unwrap().to_owned()
    };
    write(&[&first]);
    desk.ok(&["db", "migrate"]);
    let id = now();
    // Known beforehand, in use, and then no way back.
    write(&[&first, &second]);
    assert_eq!(now(), id);
    write(&[&second, &first]);
    desk.ok(&["db", "migrate"]);
    let other = now();
    assert_ne!(other, id);
    write(&[&first, &second]);
    desk.ok(&["db", "migrate"]);
    assert_eq!(now(), other);
    write(&[&second]);
    assert_eq!(now(), other);
    write(&[&first]);
    refused(&desk, 78, &["another key", "shared.key"]);
    write(&[&first, &second, &first, &second, &first]);
    refused(&desk, 78, &["is not a key", "up to 4 keys"]);
    write(&[&first, "canary"]);
    refused(&desk, 78, &["is not a key"]);
}
