//! Desks, each with a folder and servers of its own, so that each can have a fault of its own.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{OPERATOR, free_port, get, value};
use crate::support::desk::{Daemon, Desk, comes_within, wait_until};
use crate::support::relay::Relay;
use crate::support::sink::{Sink, Taken};
use crate::support::stand::QUICK;
use crate::support::world::World;

const MINUTE: Duration = Duration::from_mins(1);

/// Desks, each with a folder and servers of its own; mail comes by one way and goes by another.
pub(super) struct Hall {
    pub(super) world: World,
    faults: &'static [Fault],
    desk: RefCell<Desk>,
    pub(super) imap: BTreeMap<&'static str, Relay>,
    pub(super) smtp: BTreeMap<&'static str, Relay>,
    sinks: RefCell<BTreeMap<&'static str, Sink>>,
    /// What sinks took that are no more.
    taken: RefCell<Vec<Taken>>,
    /// Sessions that are not the daemon's.
    pub(super) others: RefCell<Vec<TcpStream>>,
    daemon: RefCell<Option<Daemon>>,
}

/// A fault, how it is made and ended, and what it is called.
pub(super) struct Fault {
    pub(super) rule: &'static str,
    pub(super) desk: &'static str,
    pub(super) causes: &'static [&'static str],
    pub(super) make: fn(&Hall, &'static str),
    pub(super) end: fn(&Hall, &'static str),
}

/// Who owns the folders; a server takes no more than ten sessions of one.
const USERS: [&str; 3] = ["support@desk.example", "sales@desk.example", "ada@desk.example"];
/// Whose sessions are counted.
const ALONE: &str = "pia@partner.example";

impl Hall {
    fn new(faults: &'static [Fault], metrics: u16) -> Self {
        let world = World::up(QUICK);
        let mut config = format!(
            "instance = \"desk.example\"\nstate_dir = \"state\"\noperator = \"{OPERATOR}\"\n\
             operator_after = \"1s\"\n[status]\nwithout_look = \"8s\"\nunsent = \"3s\"\n\
             trouble = \"3s\"\nmetrics = \"127.0.0.1:{metrics}\"\n\
             [level.community]\ntitle = \"Community support\"\n"
        );
        let (mut imap, mut smtp, mut sinks) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        // The last one is well all the time.
        let names: Vec<_> = faults.iter().map(|fault| fault.desk).chain(["well"]).collect();
        for (index, name) in names.into_iter().enumerate() {
            let user = user(name, index);
            let sink = Sink::start(&[]);
            let plain = ["nonsense", "bye"].contains(&name);
            let way_in = Relay::to(world.port(if plain { "IMAP" } else { "IMAPS" }));
            let way_out = Relay::to(sink.port);
            let server = if plain {
                "host = \"127.0.0.1\"\ntls = \"plaintext\"".to_owned()
            } else {
                let ca = if name == "tls" { "ca-of-one" } else { "ca" };
                format!("host = \"localhost\"\nca_file = \"{ca}\"")
            };
            let password = if name == "login" { "password-login" } else { user };
            let submitter = if name == "nologin" {
                "user = \"sales@desk.example\"\npassword_file = \"password-nologin\"\n"
            } else {
                ""
            };
            let table = format!(
                "[[desk]]\nname = \"{name}\"\naddress = \"{name}@desk.example\"\n\
                 ticket_prefix = \"X{index}\"\ndefault_level = \"community\"\n\
                 sender_proof = \"off\"\n\
                 [desk.imap]\n{server}\nport = {}\nuser = \"{user}\"\n\
                 password_file = \"{password}\"\nfolders = [\"{name}\"]\npoll = \"1s\"\n\
                 [desk.smtp]\nhost = \"127.0.0.1\"\ntls = \"plaintext\"\nport = {}\n{submitter}",
                way_in.port, way_out.port
            );
            config.push_str(&table);
            world.doveadm(&["mailbox", "create", "-u", user, name]);
            imap.insert(name, way_in);
            smtp.insert(name, way_out);
            sinks.insert(name, sink);
        }
        let desk = Desk::with_config(&config);
        for user in USERS.into_iter().chain([ALONE]) {
            let (local, _) = user.split_once('@').unwrap();
            desk.write_secret(user, &format!("pw-{local}\n"), 0o600);
        }
        let sinks = RefCell::new(sinks);
        let (taken, others, daemon) = (RefCell::default(), RefCell::default(), RefCell::default());
        let desk = RefCell::new(desk);
        let hall = Self { world, faults, desk, imap, smtp, sinks, taken, others, daemon };
        hall.password("login", "pw-ada");
        hall.password("nologin", "any");
        let ca = std::fs::read_to_string(hall.world.ca_file()).unwrap();
        hall.desk.borrow().write_secret("ca", &ca, 0o644);
        hall.desk.borrow().write_secret("ca-of-one", &ca, 0o644);
        *hall.daemon.borrow_mut() = Some(hall.desk.borrow().start());
        hall
    }

    fn user(&self, desk: &str) -> &'static str {
        let index = self.faults.iter().position(|fault| fault.desk == desk).unwrap();
        user(desk, index)
    }

    pub(super) fn deliver(&self, desk: &str) {
        let message = format!(
            "From: {desk}@other.example\r\nTo: {desk}@desk.example\r\nSubject: {desk}\r\n\
             Message-ID: <{desk}@other.example>\r\n\r\nPlease help.\r\n"
        );
        let now = crate::servers::now(&self.desk.borrow());
        self.world.append(self.user(desk), desk, message.as_bytes(), now);
    }

    pub(super) fn rename(&self, from: &str, to: &str) {
        let user = self.user("folder");
        self.world.doveadm(&["mailbox", "rename", "-u", user, from, to]);
    }

    pub(super) fn password(&self, desk: &str, password: &str) {
        self.desk.borrow().write_secret(&format!("password-{desk}"), password, 0o600);
    }

    pub(super) fn replace_sink(&self, desk: &'static str, options: &[&str]) {
        let old = self.sinks.borrow_mut().remove(desk).unwrap();
        self.taken.borrow_mut().extend(old.taken());
        let port = old.port;
        drop(old);
        self.sinks.borrow_mut().insert(desk, Sink::start_at(port, options));
    }

    /// The server is well again, and a person says so.
    pub(super) fn mend(&self, desk: &'static str) {
        self.replace_sink(desk, &[]);
        let notices = self.desk.borrow().outbox();
        let notice = notices.iter().find(|one| one["desk"] == desk).unwrap();
        self.desk.borrow().ok(&["outbox", "retry", &notice["id"].to_string()]);
    }

    pub(super) fn trust(&self, certificate: &str) {
        self.desk.borrow().write_secret("ca-of-one", certificate, 0o644);
        self.reload();
    }

    fn reload(&self) {
        self.daemon.borrow().as_ref().unwrap().signal(Signal::HUP);
    }

    /// Says otherwise where a desk's server is.
    pub(super) fn move_server(&self, desk: &str, server: &str, (from, to): (&str, &str)) {
        {
            let mut written = self.desk.borrow_mut();
            let begin = written.config.find(&format!("name = \"{desk}\"")).unwrap();
            let table = written.config[begin..].find(&format!("[desk.{server}]")).unwrap() + begin;
            let rest = written.config.split_off(table);
            assert!(rest.contains(from), "{rest}");
            written.config.push_str(&rest.replacen(from, to, 1));
            std::fs::write(written.path("tidings.toml"), &written.config).unwrap();
        }
        self.reload();
    }

    /// Opens sessions of a desk's user until the server takes no more.
    pub(super) fn fill_up(&self, desk: &str) {
        let user = self.user(desk);
        let (local, _) = user.split_once('@').unwrap();
        let refused = Cell::new(false);
        wait_until("the server takes no more sessions", || {
            let mut session = TcpStream::connect(("127.0.0.1", self.world.port("IMAP"))).unwrap();
            write!(session, "a LOGIN {user} pw-{local}\r\n").unwrap();
            let mut lines = BufReader::new(session.try_clone().unwrap()).lines();
            let answer = lines.nth(1).unwrap().unwrap();
            if answer.starts_with("a OK") {
                self.others.borrow_mut().push(session);
            } else {
                refused.set(true);
            }
            refused.get()
        });
    }

    pub(super) fn has_notice(&self, desk: &str) -> bool {
        self.desk.borrow().outbox().iter().any(|one| one["desk"] == desk)
    }

    /// Subjects of what the operator got of a desk.
    fn mails(&self, desk: &str) -> Vec<String> {
        let sinks = self.sinks.borrow();
        let now: Vec<_> = sinks.values().flat_map(Sink::taken).collect();
        let before = self.taken.borrow();
        let all = before.iter().chain(&now).filter(|taken| taken.recipient == OPERATOR);
        let subjects = all.map(|taken| taken.header("Subject"));
        subjects.filter(|subject| subject.contains(&format!(" {desk}: "))).collect()
    }
}

/// Who owns a desk's folder.
fn user(desk: &str, index: usize) -> &'static str {
    match desk {
        "login" => "ada@desk.example",
        "full" => ALONE,
        _ => USERS[index % USERS.len()],
    }
}

/// What is seen of the desks at one instant: which causes the metrics have, and the lines of
/// `tidings status`.
struct Sight {
    metrics: String,
    status: String,
}

impl Sight {
    fn of(hall: &Hall, port: u16) -> Self {
        let metrics = get(port, "/metrics").map(|(_, body)| body).unwrap_or_default();
        Self { metrics, status: hall.desk.borrow().run(&["status"]).stdout }
    }

    /// How many of its causes.
    fn in_metrics(&self, fault: &Fault) -> usize {
        let stands = |cause: &&&str| {
            let series = format!("tidings_wrong{{desk=\"{}\",cause=\"{cause}\"}}", fault.desk);
            value(&self.metrics, &series) == Some(1.0)
        };
        fault.causes.iter().filter(stands).count()
    }

    fn in_status(&self, fault: &Fault) -> bool {
        let start = format!("{}: ", fault.desk);
        self.status.lines().any(|line| line.starts_with(&start))
    }
}

/// How far a fault has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Made,
    Ended,
    Cleared,
}

/// Makes each fault, sees it shown and told, ends it, and sees that shown and told.
pub(super) fn come_and_go(faults: &'static [Fault]) {
    let port = free_port();
    let hall = Hall::new(faults, port);
    let well = || get(port, "/healthz").is_some_and(|(line, _)| line.contains(" 200 "));
    wait_until("all is well", well);
    for fault in faults {
        (fault.make)(&hall, fault.desk);
    }
    let mut stages: Vec<_> = faults.iter().map(|_| (Stage::Made, Instant::now())).collect();
    let is_done = comes_within(2 * MINUTE, || {
        let sight = Sight::of(&hall, port);
        for (fault, (stage, since)) in faults.iter().zip(&mut stages) {
            let (metric, line) = (sight.in_metrics(fault), sight.in_status(fault));
            let mails = hall.mails(fault.desk);
            let (told, causes) = (mails.len(), fault.causes.len());
            match stage {
                Stage::Made if metric == causes && line && told == causes => {
                    (fault.end)(&hall, fault.desk);
                    (*stage, *since) = (Stage::Ended, Instant::now());
                }
                Stage::Ended if metric == 0 && !line && told == 2 * causes => {
                    (*stage, *since) = (Stage::Cleared, Instant::now());
                }
                Stage::Made | Stage::Ended => {
                    let seen = format!("metric {metric}, line {line}, mails {mails:#?}");
                    assert!(since.elapsed() < MINUTE, "{}: {stage:?}: {seen}", fault.rule);
                }
                Stage::Cleared => {}
            }
        }
        stages.iter().all(|(stage, _)| *stage == Stage::Cleared)
    });
    assert!(is_done, "{stages:?}");
    wait_until("all is well again", well);
    for fault in faults {
        let mails = hall.mails(fault.desk);
        let rule = fault.rule;
        assert_eq!(mails.len(), 2 * fault.causes.len(), "{rule}: {mails:#?}");
        let start = format!("[tidings desk.example] {}: ", fault.desk);
        let begin = |start: &str| mails.iter().filter(|one| one.starts_with(start)).count();
        assert_eq!(begin(&start), fault.causes.len(), "{rule}: {mails:#?}");
        let over = format!("[tidings desk.example] over: {}: ", fault.desk);
        assert_eq!(begin(&over), fault.causes.len(), "{rule}: {mails:#?}");
    }
    assert!(hall.mails("well").is_empty());
    let daemon = hall.daemon.borrow_mut().take().unwrap();
    assert!(!daemon.log().contains("panicked"), "{}", daemon.log());
    assert_eq!(daemon.stop(), Some(0));
}
