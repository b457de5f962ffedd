//! The scripts of `world/`: each makes servers in a folder, says where they are, and takes them down.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A script.
#[derive(Clone, Copy)]
pub(crate) struct Script(pub(crate) &'static str);

impl Script {
    /// Runs one of its commands, which must end well; what it printed.
    #[track_caller]
    pub(crate) fn run(self, verb: &str, folder: &Path, arguments: &[&str]) -> String {
        let output = Command::new(self.0).arg(verb).arg(folder).args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} {verb} {arguments:?}: {errors}", self.0);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Makes and starts the servers; where they are, as it is written into `file`.
    #[track_caller]
    pub(crate) fn up(self, folder: &Path, options: &[&str], file: &str) -> HashMap<String, String> {
        self.run("up", folder, options);
        let settings = fs::read_to_string(folder.join(file)).unwrap();
        let pairs = settings.lines().filter_map(|line| line.split_once('='));
        pairs.map(|(key, value)| (key.to_owned(), value.trim_matches('\'').to_owned())).collect()
    }

    /// Takes the servers down, as well as can be: a test may have failed.
    pub(crate) fn down(self, folder: &Path) {
        let _ = Command::new(self.0).arg("down").arg(folder).status();
    }
}
