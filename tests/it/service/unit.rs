//! The unit that is shipped. That it does what it says takes a machine that runs systemd; here is
//! seen that it says what is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const ANALYZE: &str = "/usr/bin/systemd-analyze";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// Each directive with its values, in order.
fn directives(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='))
    {
        found.entry(name).or_default().push(value);
    }
    found
}

/// Exit codes by their names, as `src/cli.rs` has them.
fn exits() -> BTreeMap<String, u8> {
    let text = read("src/cli.rs");
    let (_, body) = text.split_once("enum Exit {").unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    let variant = |line: &str| {
        let (name, code) = line.trim().strip_suffix(',')?.split_once(" = ")?;
        Some((name.to_owned(), code.parse().ok()?))
    };
    body.lines().filter_map(variant).collect()
}

#[test]
fn a_restart_is_prevented_where_it_mends_nothing() {
    /// A server that is away comes back; a program that failed may work the next time.
    const MENDED: [&str; 4] = ["Ok", "Unavailable", "Software", "TryLater"];
    let exits = exits();
    assert!(exits.len() > MENDED.len());
    let expected: BTreeSet<u8> = exits
        .iter()
        .filter(|(name, _)| !MENDED.contains(&name.as_str()))
        .map(|(_, code)| *code)
        .collect();
    let unit = read("systemd/tidings.service");
    let listed = directives(&unit)["RestartPreventExitStatus"].join(" ");
    let listed: BTreeSet<u8> = listed.split(' ').map(|code| code.parse().unwrap()).collect();
    assert_eq!(listed, expected);
}

#[test]
fn the_unit_says_what_is_meant() {
    let unit = read("systemd/tidings.service");
    let found = directives(&unit);
    for (name, expected) in [
        ("Type", "notify"),
        ("WatchdogSec", "60"),
        ("Restart", "always"),
        ("StartLimitIntervalSec", "0"),
        ("User", "tidings"),
        ("StateDirectory", "tidings"),
        ("StateDirectoryMode", "0700"),
        ("RuntimeDirectory", "tidings"),
        ("RuntimeDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("LimitCORE", "0"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("DevicePolicy", "closed"),
        ("PrivateUsers", "yes"),
        ("PrivateIPC", "yes"),
        ("PrivateMounts", "yes"),
        ("ProtectClock", "yes"),
        ("ProtectHostname", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelLogs", "yes"),
        ("ProtectControlGroups", "yes"),
        ("ProtectProc", "invisible"),
        ("ProcSubset", "pid"),
        ("RestrictNamespaces", "yes"),
        ("RestrictRealtime", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("LockPersonality", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("RemoveIPC", "yes"),
        ("KeyringMode", "private"),
        ("SystemCallArchitectures", "native"),
    ] {
        assert_eq!(found.get(name), Some(&vec![expected]), "{name}");
    }
    assert_eq!(found["SystemCallFilter"], ["@system-service", "~@privileged @resources"]);
    // What the daemon gives itself to stop in order fits in, and commands name the same file.
    let stop: u64 = found["TimeoutStopSec"][0].parse().unwrap();
    assert!(read("src/daemon.rs").contains("STOP_WITHIN: Duration = Duration::from_secs(30)"));
    assert!(stop > 30 + 10);
    let program = "/usr/bin/tidings --config /etc/tidings/tidings.toml";
    assert_eq!(found["ExecStart"], [format!("{program} run")]);
    assert_eq!(found["ExecStartPre"], [format!("-{program} check --offline")]);
    let reload = [format!("{program} check --offline"), "/bin/kill -HUP $MAINPID".to_owned()];
    assert_eq!(found["ExecReload"], reload);
}

/// The unit with these drop-ins, in a folder where its program is there.
fn installed(drop_ins: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("tidings.service");
    let text = read("systemd/tidings.service");
    fs::write(&unit, text.replace("/usr/bin/tidings", env!("CARGO_BIN_EXE_tidings"))).unwrap();
    let beside = folder.path().join("tidings.service.d");
    fs::create_dir(&beside).unwrap();
    for name in drop_ins {
        let text = read(&format!("systemd/tidings.service.d/{name}.conf.example"));
        fs::write(beside.join(format!("{name}.conf")), text).unwrap();
    }
    (folder, unit)
}

/// Where systemd is not installed the directives alone are checked, above.
#[test]
fn systemd_finds_nothing_wrong_and_little_exposed() {
    let names = ["credentials", "addresses", "postgresql"];
    let text = |name: &str| read(&format!("systemd/tidings.service.d/{name}.conf.example"));
    for name in names {
        assert!(text(name).contains("# Use: copy to /etc/systemd/system/tidings.service.d/"));
    }
    assert_eq!(directives(&text("postgresql"))["PrivateUsers"], ["no"]);
    assert_eq!(directives(&text("addresses"))["IPAddressDeny"], ["any"]);
    if !Path::new(ANALYZE).exists() {
        return;
    }
    for (threshold, drop_ins) in [("15", &[][..]), ("15", &["addresses"]), ("25", &names)] {
        let (_folder, unit) = installed(drop_ins);
        let threshold = format!("--threshold={threshold}");
        run(&["security", "--offline=true", "--no-pager", &threshold, unit.to_str().unwrap()]);
        let said = run(&["verify", "--man=no", unit.to_str().unwrap()]);
        let said: Vec<_> = said.lines().filter(|line| line.contains("tidings")).collect();
        assert!(said.is_empty(), "{drop_ins:?}: {said:#?}");
    }
}

#[track_caller]
fn run(arguments: &[&str]) -> String {
    let output = Command::new(ANALYZE).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    said.into_owned()
}
