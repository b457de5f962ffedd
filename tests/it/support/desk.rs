//! An instance of tidings on a world: configuration, state directory, and the built program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use tempfile::TempDir;

use super::postgres::Postgres;
use super::sink::Sink;
use super::world::World;

pub(crate) const SUPPORT: &str = "support@desk.example";

/// An instance with the desk `support`, whose mail comes from a world and whose notices go to a
/// sink. Everything lies in a folder of its own.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    /// The configuration as it is written; a test may change it before a command.
    pub(crate) config: String,
    /// What the program is told in its environment.
    pub(crate) environment: Vec<(String, String)>,
    /// The server of its database; `None` where that is a file in its state directory.
    pub(crate) postgres: Option<Arc<Postgres>>,
}

/// Names the engine of the databases that tests work with which hold for both: `sqlite`, as without
/// it, or `postgres`.
const ENGINE: &str = "TIDINGS_TEST_ENGINE";

/// Exit code and signal of a command that ended well.
const OK: (Option<i32>, Option<i32>) = (Some(0), None);

/// What a command came to.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// The signal that ended it, if one did.
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A daemon; it is killed with this value.
pub(crate) struct Daemon {
    pub(crate) child: Child,
    log: PathBuf,
}

impl Desk {
    /// An instance with no caps on acknowledgements, on the engine that is being tested.
    pub(crate) fn new(world: &World, sink: &Sink) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a test may be told which engine to use")]
        let engine = std::env::var(ENGINE);
        match engine.as_deref() {
            Ok("postgres") => Self::on_postgres(world, sink, Postgres::up(&[])),
            Ok("sqlite") | Err(_) => Self::on_sqlite(world, sink),
            Ok(other) => panic!("{ENGINE} is {other:?}, not sqlite or postgres"),
        }
    }

    /// An instance on a server of its own.
    pub(crate) fn on_postgres(world: &World, sink: &Sink, server: Postgres) -> Self {
        server.create_database("tidings");
        let url = server.url("tidings");
        let mut desk = Self::on_sqlite(world, sink);
        desk.write_secret("key", &"ab".repeat(32), 0o600);
        let lines = format!("state_dir = \"state\"\ndatabase = \"{url}\"\nkey_file = \"key\"\n");
        desk.config = desk.config.replace("state_dir = \"state\"\n", &lines);
        desk.postgres = Some(Arc::new(server));
        desk
    }

    /// Whoever asks for DNS records asks this server; without it nobody asks, as no server is there.
    pub(crate) fn ask(&mut self, name_server: SocketAddr) {
        let nobody = "dns = \"127.0.0.1:1\"";
        assert!(self.config.contains(nobody));
        self.config = self.config.replacen(nobody, &format!("dns = \"{name_server}\""), 1);
        self.config = self.config.replacen("own_dkim = \"off\"\n", "", 1);
    }

    /// Another machine's daemon of the same instance, on the same database.
    pub(crate) fn colleague(&self) -> Self {
        let mut desk = Self::with_config(&self.config);
        desk.write_secret("key", &"ab".repeat(32), 0o600);
        desk.postgres.clone_from(&self.postgres);
        desk
    }

    /// An instance on a file in its state directory.
    pub(crate) fn on_sqlite(world: &World, sink: &Sink) -> Self {
        let ca = world.ca_file().display().to_string();
        let (imaps, smtp) = (world.port("IMAPS"), sink.port);
        Self::with_config(&format!(
            r#"
instance = "desk.example"
dns = "127.0.0.1:1"
state_dir = "state"

[[desk]]
name = "support"
address = "support@desk.example"
aliases = ["help@desk.example"]
display_name = "Example Support"
notices = []
ticket_prefix = "EX"
default_level = "community"
sender_proof = "off"
own_dkim = "off"

[desk.acknowledge_limits]
address_per_hour = 0
address_per_day = 0
domain_per_hour = 0
total_per_hour = 0

[desk.imap]
host = "localhost"
port = {imaps}
user = "support@desk.example"
password_file = "password"
ca_file = "{ca}"
poll = "1s"

[desk.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "plaintext"

[level.community]
title = "Community support"
rank = 0

[level.commercial]
title = "Commercial support"
rank = 20
"#
        ))
    }

    /// An instance with this configuration; the password file `password` lies beside it.
    pub(crate) fn with_config(config: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("desk-").tempdir().unwrap();
        let (config, environment) = (config.to_owned(), Vec::new());
        let desk = Self { folder, config, environment, postgres: None };
        desk.write_secret("password", "pw-support\n", 0o600);
        desk
    }

    /// Runs statements in the database, behind the program's back; the first column of the last one's
    /// rows.
    pub(crate) fn sql(&self, statements: &str) -> String {
        if let Some(server) = &self.postgres {
            return server.sql("tidings", statements).trim_end().to_owned();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options = SqliteConnectOptions::new().filename(self.path("state/tidings.db"));
            let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
            let statements = AssertSqlSafe(statements.to_owned());
            let rows = sqlx::raw_sql(statements).fetch_all(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            let cell = |row: &SqliteRow| {
                row.try_get_unchecked::<String, _>(0)
                    .or_else(|_| row.try_get_unchecked::<i64, _>(0).map(|cell| cell.to_string()))
                    .unwrap_or_default()
            };
            rows.iter().map(cell).collect::<Vec<_>>().join("\n")
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write_secret(&self, name: &str, text: &str, mode: u32) {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with_input(arguments, b"")
    }

    /// Runs a command to its end with this on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::from(output)
    }

    /// Runs a command that must end well; what it printed.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!((ran.code, ran.signal), OK, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// Runs a command that must end well with this on standard input; what it printed.
    #[track_caller]
    pub(crate) fn tell(&self, arguments: &[&str], input: &str) -> String {
        let ran = self.run_with_input(arguments, input.as_bytes());
        assert_eq!((ran.code, ran.signal), OK, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// One JSON object a line.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let lines = self.ok(arguments);
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Every ticket, by number.
    #[track_caller]
    pub(crate) fn tickets(&self) -> Vec<Value> {
        let mut tickets = self.json(&["ticket", "list", "--all", "--json"]);
        tickets.sort_by_key(|ticket| ticket["number"].as_i64());
        tickets
    }

    /// One ticket with all that it has.
    #[track_caller]
    pub(crate) fn ticket(&self, number: i64) -> Value {
        self.json(&["ticket", "show", &number.to_string(), "--json"]).remove(0)
    }

    /// Every inbound, decided or not.
    #[track_caller]
    pub(crate) fn inbound(&self) -> Vec<Value> {
        self.json(&["inbound", "list", "--verdict", "all", "--json"])
    }

    /// Every notice, sent or not.
    #[track_caller]
    pub(crate) fn outbox(&self) -> Vec<Value> {
        self.json(&["outbox", "list", "--state", "all", "--json"])
    }

    /// How many inbound messages have which verdict. Fails where one has none, or as `halfway`.
    #[track_caller]
    pub(crate) fn books(&self) -> BTreeMap<String, usize> {
        let verdicts = self.halfway();
        assert!(!verdicts.contains_key("pending"), "{:#?}", self.inbound());
        verdicts
    }

    /// As `books`, while mail waits to be decided. Fails where the books are wrong: a ticket not
    /// opened by exactly one inbound, an article too many or too few.
    #[track_caller]
    pub(crate) fn halfway(&self) -> BTreeMap<String, usize> {
        let inbound = self.inbound();
        let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
        for one in &inbound {
            *verdicts.entry(one["verdict"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        let count = |verdict: &str| verdicts.get(verdict).copied().unwrap_or_default();
        let tickets = self.tickets();
        let opened: BTreeSet<i64> = inbound
            .iter()
            .filter(|one| one["verdict"] == "opened")
            .map(|one| one["ticket"].as_i64().unwrap())
            .collect();
        let numbers: BTreeSet<i64> =
            tickets.iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect();
        assert_eq!(opened, numbers);
        assert_eq!(count("opened"), tickets.len(), "{inbound:#?}");
        let articles: usize = tickets.iter().map(|ticket| number(&ticket["articles"])).sum();
        assert_eq!(articles, count("opened") + count("follow_up"), "{tickets:#?}");
        verdicts
    }

    /// Starts the daemon.
    pub(crate) fn start(&self) -> Daemon {
        let log = self.path("log");
        let file = fs::File::options().create(true).append(true).open(&log).unwrap();
        let child =
            self.command(&["run"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn();
        Daemon { child: child.unwrap(), log }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let config = self.path("tidings.toml");
        // A daemon that starts just now must not read half of it.
        if fs::read_to_string(&config).ok().as_ref() != Some(&self.config) {
            fs::write(&config, &self.config).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command
            .arg("--config")
            .arg(config)
            .args(arguments)
            .env("NO_COLOR", "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A number in JSON that counts something.
#[track_caller]
pub(crate) fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Daemon {
    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Asks it to stop; its exit code.
    pub(crate) fn stop(self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// The exit code of one that was asked to stop: asked again it would do so at once.
    pub(crate) fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a condition, a minute at the longest.
#[track_caller]
pub(crate) fn wait_until(what: &str, is_so: impl FnMut() -> bool) {
    assert!(comes_within(Duration::from_mins(1), is_so), "not within a minute: {what}");
}

/// Waits for a condition at most so long; whether it came.
pub(crate) fn comes_within(span: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + span;
    while !is_so() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    true
}
