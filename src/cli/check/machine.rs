//! What this machine has: for the state directory and the database room, and a file system on which
//! locks hold; and the rules of time zones.

use std::path::{Path, PathBuf};

use super::report::Finding;
use crate::config::Config;
use crate::store::location::Location;
use crate::time::zone::{self, Zones};

/// Bytes that must be free whatever the limit of messages is: a day of a busy mailbox.
const FREE_LEAST: u64 = 1024 * 1024 * 1024;
/// Messages of the largest size that must have room.
const MESSAGES_ROOM: u64 = 10;

/// File systems where another machine, or a program, has the file: `statfs(2)`, `linux/magic.h`.
const FOREIGN: [(u64, &str); 9] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFE53_4D42, "SMB"),
    (0xFF53_4D42, "SMB"),
    (0x0102_1997, "9p"),
    (0x6573_5546, "FUSE"),
    (0x5346_414F, "AFS"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
];

/// What is known of the file system under a folder.
#[derive(Clone, Copy, Debug)]
struct Disk {
    /// Bytes that we may still write.
    free: u64,
    /// Its type, by number.
    kind: u64,
}

/// A line for each folder that we write to, and one for the time zones.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let needed = needed(config.desks.iter().map(|desk| desk.message_limit).max().unwrap_or(0));
    let mut folders = vec![("state_dir", config.state_dir.clone())];
    match &config.database {
        Location::Sqlite(file) => match file.parent() {
            Some(folder) if folder != config.state_dir => folders.push(("database", folder.into())),
            Some(_) | None => {}
        },
        Location::Postgres(_) => {}
    }
    let judged = |(key, folder): (&str, PathBuf)| match disk(&folder) {
        Ok(disk) => judge(key, &folder, disk, needed),
        Err(error) => {
            let text = format!("cannot look at {}: {error}; look at `{key}`", folder.display());
            Finding::wrong(format!("disk of {key}"), text)
        }
    };
    let mut findings: Vec<_> = folders.into_iter().map(judged).collect();
    findings.push(zones(&zone::look(Path::new(zone::FOLDER))));
    findings
}

fn zones(zones: &Zones) -> Finding {
    let folder = zone::FOLDER;
    let of =
        |release: Option<&str>| release.map_or(String::new(), |one| format!(", release {one}"));
    match zones {
        Zones::System { release } => {
            let release = of(release.as_deref());
            Finding::good("time zones", format!("are the system's in {folder}{release}"))
        }
        Zones::BuiltIn { release, why } => {
            let release = of(*release);
            let text = format!(
                "those in {folder} cannot be read ({why}); those built into this program are \
                 used{release}, which nobody updates: install tzdata"
            );
            Finding::soon("time zones", text)
        }
        Zones::None { why } => {
            let text = format!("those in {folder} cannot be read ({why}): install tzdata");
            Finding::wrong("time zones", text)
        }
    }
}

fn needed(message_limit: u64) -> u64 {
    FREE_LEAST.max(message_limit.saturating_mul(MESSAGES_ROOM))
}

/// Looks at the folder, or at the nearest above it that is there.
fn disk(folder: &Path) -> rustix::io::Result<Disk> {
    let nearest = folder.ancestors().find(|above| above.exists()).unwrap_or(Path::new("."));
    let room = rustix::fs::statvfs(nearest)?;
    let kind = rustix::fs::statfs(nearest)?.f_type;
    // The numbers have 32 bits; the kernel's field has the sign of some of them.
    let kind = u64::try_from(kind & 0xFFFF_FFFF).unwrap_or(0);
    Ok(Disk { free: room.f_bavail.saturating_mul(room.f_frsize), kind })
}

fn judge(key: &str, folder: &Path, disk: Disk, needed: u64) -> Finding {
    let about = format!("disk of {key}");
    let folder = folder.display();
    let free = mebibytes(disk.free);
    if let Some((_, name)) = FOREIGN.iter().find(|(kind, _)| *kind == disk.kind) {
        let text = format!(
            "{folder} is on {name}: locks and the write-ahead log may not hold there, and the \
             database breaks; put `{key}` on a local disk"
        );
        return Finding::soon(about, text);
    }
    if disk.free < needed {
        let text = format!(
            "{folder} has {free} MiB free, less than {}: when it is full no mail is taken in; \
             make room",
            mebibytes(needed)
        );
        return Finding::soon(about, text);
    }
    Finding::good(about, format!("{folder} has {free} MiB free"))
}

fn mebibytes(bytes: u64) -> u64 {
    bytes / (1024 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::report::Found;

    const MIB: u64 = 1024 * 1024;
    const EXT4: u64 = 0xEF53;

    #[test]
    fn a_disk_has_room_for_ten_large_messages_and_a_gibibyte_at_least() {
        assert_eq!(needed(35 * MIB), 1024 * MIB);
        assert_eq!(needed(1024 * MIB), 10_240 * MIB);
        check(1024 * MIB, EXT4, Found::Good, "has 1024 MiB free");
        check(1024 * MIB - 1, EXT4, Found::Soon, "has 1023 MiB free, less than 1024");
        check(1024 * MIB, 0x6969, Found::Soon, "is on NFS");
        check(1024 * MIB, 0xFF53_4D42, Found::Soon, "is on SMB");
        check(0, 0x6573_5546, Found::Soon, "is on FUSE");

        #[track_caller]
        fn check(free: u64, kind: u64, found: Found, says: &str) {
            let disk = Disk { free, kind };
            let finding = judge("state_dir", Path::new("/x"), disk, needed(35 * MIB));
            assert_eq!(finding.found, found);
            assert!(finding.text.contains(says), "{finding:?}");
        }
    }

    #[test]
    fn the_line_of_the_time_zones_says_whose_they_are_and_what_to_do() {
        let (release, why) = (Some("2025b".to_owned()), "gone".to_owned());
        let system = "are the system's in /usr/share/zoneinfo";
        check(&Zones::System { release: None }, Found::Good, system);
        check(&Zones::System { release }, Found::Good, &format!("{system}, release 2025b"));
        let built_in = Zones::BuiltIn { release: Some("2026a"), why: why.clone() };
        check(&built_in, Found::Soon, "used, release 2026a, which nobody updates: install tzdata");
        check(&Zones::None { why }, Found::Wrong, "cannot be read (gone): install tzdata");

        #[track_caller]
        fn check(found: &Zones, expected: Found, ends: &str) {
            let finding = zones(found);
            assert_eq!(finding.found, expected);
            assert!(finding.text.ends_with(ends), "{finding:?}");
        }
    }

    #[test]
    fn the_file_system_of_proc_is_known_by_its_number() {
        assert_eq!(disk(Path::new("/proc/self")).unwrap().kind, 0x9FA0);
        let missing = disk(Path::new("/proc/there/is/nothing")).unwrap();
        assert_eq!(missing.kind, 0x9FA0);
    }
}
