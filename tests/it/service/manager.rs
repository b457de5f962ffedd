//! The service manager's end of `$NOTIFY_SOCKET`.

use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::sync::Mutex;

use tempfile::TempDir;

/// Hears what a daemon tells.
pub(super) struct Manager {
    folder: TempDir,
    socket: UnixDatagram,
    heard: Mutex<Vec<String>>,
}

impl Manager {
    pub(super) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("manager-").tempdir().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self { folder, socket, heard: Mutex::default() }
    }

    /// What a daemon needs to know to tell this manager.
    pub(super) fn environment(&self) -> (String, String) {
        let path = self.folder.path().join("notify");
        ("NOTIFY_SOCKET".to_owned(), path.display().to_string())
    }

    /// Every line that was told so far.
    pub(super) fn heard(&self) -> Vec<String> {
        let mut heard = self.heard.lock().unwrap();
        let mut message = [0; 8192];
        loop {
            match self.socket.recv(&mut message) {
                Ok(length) => {
                    let text = std::str::from_utf8(&message[..length]).unwrap();
                    heard.extend(text.lines().map(str::to_owned));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return heard.clone(),
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// How often this was told.
    pub(super) fn count(&self, line: &str) -> usize {
        self.heard().iter().filter(|heard| *heard == line).count()
    }

    /// The last status line.
    pub(super) fn status(&self) -> String {
        let heard = self.heard();
        let last = heard.iter().rev().find_map(|line| line.strip_prefix("STATUS="));
        last.unwrap_or_default().to_owned()
    }

    /// What was told, without how it goes.
    pub(super) fn states(&self) -> Vec<String> {
        let mut heard = self.heard();
        heard.retain(|line| !line.starts_with("STATUS=") && line != "WATCHDOG=1");
        heard
    }
}
