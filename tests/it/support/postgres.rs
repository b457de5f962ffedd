//! A private `PostgreSQL` of one test's own.
//!
//! `world/postgres` makes it and takes it down; here a test looks into it, holds locks in it, and
//! breaks it. By the Unix socket everybody who can reach it is the superuser `postgres`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tidings::store::location::{Location, PostgresServer, PostgresWay};

use super::script::Script;

const SCRIPT: Script = Script(concat!(env!("CARGO_MANIFEST_DIR"), "/world/postgres"));

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; it ends with this value.
pub(crate) struct Postgres {
    folder: TempDir,
    settings: HashMap<String, String>,
}

/// How a server is asked to end.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    /// It lets those who are connected finish.
    Smart,
    /// It ends every session, and writes everything.
    Fast,
    /// It ends without writing; the next start recovers.
    Immediate,
}

impl Postgres {
    /// Starts a server; `options` are `KEY=VALUE` as `world/postgres` takes them.
    #[track_caller]
    pub(crate) fn up(options: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("postgres-").tempdir().unwrap();
        let settings = SCRIPT.up(folder.path(), options, "postgres.env");
        Self { folder, settings }
    }

    #[track_caller]
    pub(crate) fn create_database(&self, name: &str) {
        self.sql("postgres", &format!("create database \"{}\"", name.replace('"', "\"\"")));
    }

    /// A database by the Unix socket, as the superuser. libpq takes this form; sqlx's parser of URLs
    /// does not, as it wants a host where there is a user.
    pub(crate) fn url(&self, database: &str) -> String {
        let Self { settings, .. } = self;
        let (user, database) = (&settings["USER"], encoded(database));
        let (socket, port) = (encoded(&settings["SOCKET"]), &settings["PORT"]);
        format!("postgres://{user}@/{database}?host={socket}&port={port}")
    }

    /// As [`Self::url`], for a store.
    pub(crate) fn location(&self, database: &str) -> Location {
        let (folder, port) = (self.settings["SOCKET"].clone(), &self.settings["PORT"]);
        let way = PostgresWay::Socket { folder: folder.into(), port: port.parse().unwrap() };
        let (user, database) = (self.settings["USER"].as_str().into(), database.into());
        Location::Postgres(PostgresServer { way, user, database })
    }

    /// Where it keeps what it is given.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The Unix socket on which it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        let Self { settings, .. } = self;
        Path::new(&settings["SOCKET"]).join(format!(".s.PGSQL.{}", settings["PORT"]))
    }

    /// A database by TCP, where the server was started with `TCP=1`. The role must have a password.
    pub(crate) fn tcp_url(&self, user: &str, database: &str) -> String {
        let (host, port) = (&self.settings["HOST"], self.tcp_port());
        format!("postgres://{}@{host}:{port}/{}", encoded(user), encoded(database))
    }

    /// With `TCP=1`.
    pub(crate) fn tcp_port(&self) -> u16 {
        self.settings["TCP_PORT"].parse().unwrap()
    }

    /// With `TCP=1`: vouches for the server's certificate, which is for `localhost`.
    pub(crate) fn ca_file(&self) -> &Path {
        Path::new(&self.settings["CA"])
    }

    /// Runs statements as a script, each a transaction of its own, and gives the rows: a line each,
    /// columns between `|`. The first error is a panic.
    #[track_caller]
    pub(crate) fn sql(&self, database: &str, statements: &str) -> String {
        // a file, so that neither side waits for the other
        let mut input = tempfile::tempfile().unwrap();
        input.write_all(statements.as_bytes()).unwrap();
        input.rewind().unwrap();
        let output = self.client(database).stdin(input).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{statements}\n{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Waits until a query gives `t`, such as that somebody waits for a lock.
    #[track_caller]
    pub(crate) fn wait_until(&self, database: &str, query: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.sql(database, query) != "t\n" {
            assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {query}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// A session that stays open, with its transaction and its locks, until it is dropped.
    pub(crate) fn psql(&self, database: &str) -> Session {
        let (reader, writer) = io::pipe().unwrap();
        let mut client = self.client(database);
        client.stdin(Stdio::piped()).stdout(writer.try_clone().unwrap()).stderr(writer);
        let mut child = client.spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let (sender, lines) = mpsc::channel();
        // it ends with psql
        std::thread::spawn(move || {
            for line in BufReader::new(reader).lines() {
                let Ok(line) = line else { return };
                let _ = sender.send(line);
            }
        });
        Session { child, stdin, lines }
    }

    fn client(&self, database: &str) -> Command {
        let mut client = Command::new(SCRIPT.0);
        client.arg("psql").arg(self.folder.path());
        client.args(["-qtA", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"]);
        client
    }

    #[track_caller]
    pub(crate) fn start(&self) {
        SCRIPT.run("start", self.folder.path(), &[]);
    }

    /// Asks it to end, and waits until it has.
    #[track_caller]
    pub(crate) fn stop(&self, mode: Mode) {
        SCRIPT.run("stop", self.folder.path(), &[mode.name()]);
    }

    /// Kills all of its processes at once.
    #[track_caller]
    pub(crate) fn crash(&self) {
        SCRIPT.run("crash", self.folder.path(), &[]);
    }

    /// Lets it read its configuration again, and waits until it has.
    #[track_caller]
    pub(crate) fn reload(&self) {
        SCRIPT.run("reload", self.folder.path(), &[]);
    }

    /// Changes a setting of the whole server, and of its next starts.
    #[track_caller]
    pub(crate) fn set(&self, setting: &str, value: &str) {
        let value = value.replace('\'', "''");
        self.sql("postgres", &format!("alter system set {setting} = '{value}'"));
        self.reload();
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.settings["LOG"]).unwrap()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        SCRIPT.down(self.folder.path());
    }
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Smart => "smart",
            Self::Fast => "fast",
            Self::Immediate => "immediate",
        }
    }
}

/// An open session; when it is dropped, its client is gone without a word.
pub(crate) struct Session {
    child: Child,
    stdin: ChildStdin,
    /// Of output and errors alike.
    lines: Receiver<String>,
}

impl Session {
    /// Ends what a statement has answered.
    const MARK: &str = "-- answered --";

    /// Runs statements and gives their rows; an error is a panic, and ends the session.
    #[track_caller]
    pub(crate) fn run(&mut self, statements: &str) -> String {
        self.send(statements);
        self.answer().unwrap()
    }

    /// Begins statements that may have to wait; `answer` has what comes of them.
    pub(crate) fn send(&mut self, statements: &str) {
        // after rows, which psql writes at once, unlike what it is to echo; a session that has ended
        // is found by `answer`
        let _ = write!(self.stdin, "{statements}\n;\n\\warn {}\n", Self::MARK);
    }

    /// Waits for the statements last sent. An error is what psql said before the session ended.
    pub(crate) fn answer(&mut self) -> Result<String, String> {
        let (mut answer, deadline) = (String::new(), Instant::now() + PATIENCE);
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if line == Self::MARK => return Ok(answer),
                Ok(line) => writeln!(answer, "{line}").unwrap(),
                Err(RecvTimeoutError::Disconnected) => return Err(answer),
                Err(RecvTimeoutError::Timeout) => panic!("no answer within {PATIENCE:?}: {answer}"),
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As a part of a URL; folders stay readable.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
        encoded
    })
}
