//! A way to a `PostgreSQL` that is cut at a COMMIT: before the server has it, or when the server has
//! done it and the client does not know.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::postgres::Postgres;

/// Where a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server never has the COMMIT, and undoes.
    Before,
    /// The server has done it; its answer is lost.
    After,
}

/// A relay to a server's Unix socket; it ends with this value.
pub(crate) struct Commits {
    folder: TempDir,
    shared: Arc<Shared>,
}

struct Shared {
    server: PathBuf,
    plan: Mutex<Option<Plan>>,
    ended: AtomicBool,
}

struct Plan {
    /// COMMITs until the one that is cut, with it.
    left: usize,
    cut: Cut,
}

/// The message of a simple query, and what the server says when it is done.
const COMMIT: &[u8] = b"Q\0\0\0\x0bcommit\0";
const DONE: &[u8] = b"C\0\0\0\x0bCOMMIT\0";

const PORT: u16 = 5432;

impl Commits {
    pub(crate) fn to(server: &Postgres) -> Self {
        let folder = tempfile::Builder::new().prefix("commits-").tempdir().unwrap();
        let listener = UnixListener::bind(socket(&folder)).unwrap();
        let (server, plan, ended) = (server.socket(), Mutex::new(None), AtomicBool::new(false));
        let shared = Arc::new(Shared { server, plan, ended });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.ended.load(Ordering::SeqCst) {
                    return;
                }
                accepting.join(&client.unwrap());
            }
        });
        Self { folder, shared }
    }

    /// As `Postgres::url`.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@/{database}?host={}&port={PORT}", self.folder.path().display())
    }

    /// Cuts the connection of one COMMIT; the next one is 1.
    pub(crate) fn cut(&self, nth: usize, cut: Cut) {
        *self.shared.plan.lock().unwrap() = Some(Plan { left: nth, cut });
    }

    /// Whether the COMMIT that is to be cut was.
    pub(crate) fn has_cut(&self) -> bool {
        self.shared.plan.lock().unwrap().is_none()
    }
}

impl Drop for Commits {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // wakes the thread that accepts
        let _ = UnixStream::connect(socket(&self.folder));
    }
}

fn socket(folder: &TempDir) -> PathBuf {
    folder.path().join(format!(".s.PGSQL.{PORT}"))
}

impl Shared {
    fn join(self: &Arc<Self>, client: &UnixStream) {
        let Ok(server) = UnixStream::connect(&self.server) else { return };
        let doomed = Arc::new(AtomicBool::new(false));
        for (from, to, from_server) in [(client, &server, false), (&server, client, true)] {
            let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            let (shared, doomed) = (Arc::clone(self), Arc::clone(&doomed));
            std::thread::spawn(move || {
                let mut buffer = [0; 16 * 1024];
                while let Ok(read @ 1..) = from.read(&mut buffer) {
                    let bytes = &buffer[..read];
                    let goes_on = if from_server {
                        shared.answered(bytes, &doomed)
                    } else {
                        shared.asked(bytes, &doomed)
                    };
                    if !goes_on || to.write_all(bytes).is_err() {
                        break;
                    }
                }
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
    }

    /// Whether what the client says goes on to the server.
    fn asked(&self, bytes: &[u8], doomed: &AtomicBool) -> bool {
        let mut plan = self.plan.lock().unwrap();
        let Some(Plan { left: left @ 1.., cut }) = plan.as_mut() else { return true };
        if !contains(bytes, COMMIT) {
            return true;
        }
        *left -= 1;
        match (*left, *cut) {
            (1.., _) => true,
            (0, Cut::After) => {
                doomed.store(true, Ordering::SeqCst);
                true
            }
            (0, Cut::Before) => {
                *plan = None;
                false
            }
        }
    }

    /// Whether what the server says goes on to the client.
    fn answered(&self, bytes: &[u8], doomed: &AtomicBool) -> bool {
        let is_cut = doomed.load(Ordering::SeqCst) && contains(bytes, DONE);
        if is_cut {
            *self.plan.lock().unwrap() = None;
        }
        !is_cut
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
