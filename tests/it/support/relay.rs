//! A way between a client and a server that can be cut, blocked and soiled while both run.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens to bytes on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// They pass.
    Open,
    /// Connections end, and new ones end at once.
    Cut,
    /// They wait here, in both directions.
    Blocked,
    /// What the server says is not what arrives.
    Soiled,
    /// Connections, and new ones, end with this from the server's side.
    Says(&'static str),
    /// A connection ends when the client says this.
    CutAt(&'static str),
    /// A connection ends when the server has said so many bytes.
    CutAfter(usize),
}

/// A relay on a free loopback port; it ends with this value.
pub(crate) struct Relay {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: u16,
    way: Mutex<Way>,
    accepted: AtomicUsize,
    ended: AtomicBool,
}

impl Relay {
    /// Starts a relay to a server on loopback.
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            server,
            way: Mutex::new(Way::Open),
            accepted: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.ended.load(Ordering::SeqCst) {
                    return;
                }
                accepting.accepted.fetch_add(1, Ordering::SeqCst);
                if let Ok(client) = client {
                    accepting.join(&client);
                }
            }
        });
        Self { port, shared }
    }

    /// From now on.
    pub(crate) fn set(&self, way: Way) {
        *self.shared.way.lock().unwrap() = way;
    }

    /// How many connections there were.
    pub(crate) fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.set(Way::Cut);
        self.shared.ended.store(true, Ordering::SeqCst);
        // wakes the thread that accepts
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn way(&self) -> Way {
        *self.way.lock().unwrap()
    }

    fn join(self: &Arc<Self>, client: &TcpStream) {
        match self.way() {
            Way::Cut => return,
            Way::Says(last) => {
                let _ = (&*client).write_all(last.as_bytes());
                return;
            }
            Way::Open | Way::Blocked | Way::Soiled | Way::CutAt(_) | Way::CutAfter(_) => {}
        }
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.server)) else { return };
        for stream in [client, &server] {
            stream.set_nodelay(true).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        }
        for (from, to, from_server) in [(client, &server, false), (&server, client, true)] {
            let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            let shared = Arc::clone(self);
            std::thread::spawn(move || {
                shared.pass(&from, &to, from_server);
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
    }

    /// Passes bytes on until an end, or until the way is cut.
    fn pass(&self, mut from: &TcpStream, mut to: &TcpStream, from_server: bool) {
        let (mut buffer, mut passed) = ([0; 16 * 1024], 0);
        loop {
            let way = self.way();
            if way == Way::Cut {
                return;
            }
            if let Way::Says(last) = way {
                if from_server {
                    let _ = to.write_all(last.as_bytes());
                }
                return;
            }
            if way == Way::Blocked {
                std::thread::park_timeout(Duration::from_millis(20));
                continue;
            }
            let read = match from.read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => read,
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    continue;
                }
                Err(_) => return,
            };
            let bytes = &mut buffer[..read];
            match way {
                Way::Soiled if from_server => {
                    bytes.iter_mut().filter(|byte| **byte > b'\r').for_each(|byte| *byte ^= 0x1f);
                }
                Way::CutAt(word) if !from_server && contains(bytes, word) => return,
                Way::CutAfter(limit) if from_server && passed + read > limit => {
                    let _ = to.write_all(&bytes[..limit - passed]);
                    return;
                }
                Way::Open
                | Way::Cut
                | Way::Blocked
                | Way::Soiled
                | Way::Says(_)
                | Way::CutAt(_)
                | Way::CutAfter(_) => {}
            }
            passed += read;
            if to.write_all(bytes).is_err() {
                return;
            }
        }
    }
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|part| part == word.as_bytes())
}
