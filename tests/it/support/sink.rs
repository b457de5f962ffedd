//! A real SMTP server that takes everything: Postfix's smtp-sink, which also refuses, drops and
//! hangs on demand, and writes each message with its envelope into a file.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use tempfile::TempDir;

use super::desk::wait_until;

/// A running sink; it ends with this value.
pub(crate) struct Sink {
    pub(crate) port: u16,
    folder: TempDir,
    child: Child,
}

/// A message that the sink took.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) recipient: String,
    pub(crate) envelope_from: String,
    /// As it came over the wire, without the sink's own header lines.
    pub(crate) message: String,
}

impl Sink {
    /// Starts a sink on a free port; `options` are those of smtp-sink.
    pub(crate) fn start(options: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_at(port, options)
    }

    /// Starts a sink on this port.
    pub(crate) fn start_at(port: u16, options: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("sink-").tempdir().unwrap();
        let mut command = Command::new("/usr/sbin/smtp-sink");
        if rustix::process::geteuid().is_root() {
            // smtp-sink refuses to run as root.
            std::os::unix::fs::chown(folder.path(), Some(65534), Some(65534)).unwrap();
            command.args(["-u", "nobody"]);
        }
        command
            .current_dir(folder.path())
            .args(options)
            .args(["-d", "%M."])
            .arg(format!("127.0.0.1:{port}"))
            .arg("200")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        let child = command.spawn().unwrap();
        wait_until("smtp-sink listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { port, folder, child }
    }

    /// Every message that was taken, one entry a copy, in the order in which they were.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let mut taken: Vec<(SystemTime, Taken)> = fs::read_dir(self.folder.path())
            .unwrap()
            .filter_map(|entry| {
                let path = entry.unwrap().path();
                let text = String::from_utf8_lossy(&fs::read(&path).ok()?).into_owned();
                Some((fs::metadata(&path).ok()?.modified().ok()?, read(&text)?))
            })
            .collect();
        taken.sort_by_key(|(written, _)| *written);
        taken.into_iter().map(|(_, one)| one).collect()
    }
}

impl Taken {
    /// A header field's value, unfolded; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> String {
        let head = self.message.split("\n\n").next().unwrap_or_default().replace("\n ", " ");
        head.lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A dump begins with `X-` lines about client and envelope; a message that was not taken to its
/// end has no body.
fn read(text: &str) -> Option<Taken> {
    let text = text.replace('\r', "");
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().split(['<', '>']).nth(1).unwrap_or(line.trim()).to_owned())
    };
    let recipient = field("X-Rcpt-Args:")?;
    let envelope_from = field("X-Mail-Args:")?;
    let (_, message) = text.split_once("\nReceived:")?;
    let message = message.split_once('\n').map(|(_, rest)| rest)?;
    let message = message
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with([' ', '\t']))
        .collect::<String>();
    Some(Taken { recipient, envelope_from, message })
}
