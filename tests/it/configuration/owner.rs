//! Whoever types a command, the files are the owner's of the state directory.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::process::Command;

use super::GOOD;
use crate::support::desk::Desk;

const NOBODY: u32 = 65534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn as_root_a_command_becomes_the_owner_of_the_state_directory() {
    if !is_root() {
        return;
    }
    let desk = Desk::with_config(GOOD);
    fs::set_permissions(desk.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(desk.path("state")).unwrap();
    chown(desk.path("state"), Some(NOBODY), Some(NOBODY)).unwrap();
    desk.ok(&["db", "migrate"]);
    desk.ok(&["ticket", "list"]);
    let mail = b"From: carla@paid.example\r\nSubject: Help\r\n\r\nPlease.\r\n";
    assert_eq!(desk.run_with_input(&["ingest", "-"], mail).code, Some(0));
    let mut files = 0;
    for entry in fs::read_dir(desk.path("state")).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (NOBODY, NOBODY), "{:?}", entry.path());
        assert_eq!(metadata.mode() & 0o007, 0, "{:?} can be read by all", entry.path());
        files += 1;
    }
    assert!(files >= 2, "{files}");
}

#[test]
fn as_somebody_else_a_command_exits_with_77_and_the_command_to_type() {
    if !is_root() {
        return;
    }
    let desk = Desk::with_config(GOOD);
    desk.ok(&["db", "migrate"]);
    fs::set_permissions(desk.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // The folder of the build may be closed to others.
    let program = desk.path("tidings");
    fs::copy(env!("CARGO_BIN_EXE_tidings"), &program).unwrap();
    let config = desk.path("tidings.toml");
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&program)
        .args(["ticket", "list", "--text", "two words"])
        .env("TIDINGS_CONFIG", &config)
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(77), "{said}");
    // What was said by the environment is said by the command, too: sudo keeps none.
    let command = format!(
        "sudo -u '#0' tidings --config {} ticket list --text 'two words'",
        config.display()
    );
    assert!(said.contains(&command), "{said}");
}

#[test]
fn a_new_state_directory_and_what_is_in_it_are_for_the_owner_alone() {
    let desk = Desk::with_config(GOOD);
    desk.ok(&["db", "migrate"]);
    let mode = |name: &str| fs::metadata(desk.path(name)).unwrap().mode() & 0o777;
    assert_eq!(mode("state"), 0o700);
    assert_eq!(mode("state/key"), 0o600);
    assert_eq!(mode("state/tidings.db") & 0o007, 0, "{:o}", mode("state/tidings.db"));
}
