//! Each fault of a server, at a desk of its own, is shown within a minute, told to the operator once,
//! and cleared within a minute of its end.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{OPERATOR, free_port, get, value};
use crate::support::desk::{Daemon, Desk, comes_within, wait_until};
use crate::support::relay::{Relay, Way};
use crate::support::sink::{Sink, Taken};
use crate::support::stand::QUICK;
use crate::support::world::World;

const MINUTE: Duration = Duration::from_mins(1);

/// Desks, each with a folder and servers of its own; mail comes by one way and goes by another.
struct Hall {
    world: World,
    desk: Desk,
    imap: BTreeMap<&'static str, Relay>,
    smtp: BTreeMap<&'static str, Relay>,
    sinks: RefCell<BTreeMap<&'static str, Sink>>,
    /// What sinks took that are no more.
    taken: RefCell<Vec<Taken>>,
    daemon: RefCell<Option<Daemon>>,
}

/// A fault, how it is made and ended, and what it is called.
struct Fault {
    rule: &'static str,
    desk: &'static str,
    cause: &'static str,
    make: fn(&Hall, &'static str),
    end: fn(&Hall, &'static str),
}

const FAULTS: [Fault; 13] = [
    Fault {
        rule: "flt_30 the mail server is cut off",
        desk: "cut",
        cause: "imap",
        make: |hall, desk| hall.imap[desk].set(Way::Cut),
        end: |hall, desk| hall.imap[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_32 the mail server hangs",
        desk: "hang",
        cause: "not_looked",
        make: |hall, desk| hall.imap[desk].set(Way::Blocked),
        end: |hall, desk| hall.imap[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_33 the mail server talks nonsense",
        desk: "nonsense",
        cause: "imap",
        make: |hall, desk| hall.imap[desk].set(Way::Soiled),
        end: |hall, desk| hall.imap[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_34 the folder is gone",
        desk: "folder",
        cause: "imap",
        make: |hall, desk| hall.rename(desk, "away"),
        end: |hall, desk| hall.rename("away", desk),
    },
    Fault {
        rule: "flt_36 the mail server refuses the login",
        desk: "login",
        cause: "imap_login",
        make: |hall, desk| {
            hall.password(desk, "wrong");
            // The next session logs in again.
            hall.imap[desk].set(Way::Cut);
            let before = hall.imap[desk].accepted();
            wait_until("it is tried again", || hall.imap[desk].accepted() > before);
            hall.imap[desk].set(Way::Open);
        },
        end: |hall, desk| hall.password(desk, "pw-ada"),
    },
    Fault {
        rule: "flt_50 the submission server is gone",
        desk: "gone",
        cause: "smtp",
        make: |hall, desk| {
            hall.smtp[desk].set(Way::Cut);
            hall.deliver(desk);
        },
        end: |hall, desk| hall.smtp[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_50 the submission server puts off",
        desk: "later",
        cause: "unsent",
        make: |hall, desk| {
            hall.replace_sink(desk, &["-r", "RCPT"]);
            hall.deliver(desk);
        },
        end: Hall::mend,
    },
    Fault {
        rule: "flt_51 the submission server refuses",
        desk: "never",
        cause: "dead",
        make: |hall, desk| {
            hall.replace_sink(desk, &["-f", "RCPT"]);
            hall.deliver(desk);
        },
        end: Hall::mend,
    },
    Fault {
        rule: "flt_52 the submission server is lost after the final dot",
        desk: "dot",
        cause: "unsent",
        make: |hall, desk| {
            hall.replace_sink(desk, &["-q", "."]);
            hall.deliver(desk);
        },
        end: Hall::mend,
    },
    Fault {
        rule: "flt_53 the submission server closes with 421",
        desk: "closing",
        cause: "smtp",
        make: |hall, desk| {
            hall.replace_sink(desk, &["-Q", "RCPT"]);
            hall.deliver(desk);
        },
        end: |hall, desk| hall.replace_sink(desk, &[]),
    },
    Fault {
        rule: "flt_54 the submission server hangs",
        desk: "silent",
        cause: "unsent",
        make: |hall, desk| {
            hall.smtp[desk].set(Way::Blocked);
            hall.deliver(desk);
        },
        end: |hall, desk| hall.smtp[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_56 the submission server offers no login",
        desk: "nologin",
        cause: "smtp_login",
        make: |hall, desk| {
            hall.replace_sink(desk, &["-a"]);
            hall.deliver(desk);
        },
        end: |hall, desk| {
            hall.replace_sink(desk, &[]);
            hall.password(desk, "another");
        },
    },
    Fault {
        rule: "flt_55 the certificate is not to be believed",
        desk: "tls",
        cause: "imap",
        make: |hall, _| {
            let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
            hall.trust(&other.cert.pem());
        },
        end: |hall, _| hall.trust(&std::fs::read_to_string(hall.world.ca_file()).unwrap()),
    },
];

/// Who owns the folders; a server takes no more than ten sessions of one.
const USERS: [&str; 3] = ["support", "sales", "ada"];

impl Hall {
    fn new(metrics: u16) -> Self {
        let world = World::up(QUICK);
        let mut config = format!(
            "instance = \"desk.example\"\nstate_dir = \"state\"\noperator = \"{OPERATOR}\"\n\
             operator_after = \"1s\"\n[status]\nwithout_look = \"8s\"\nunsent = \"3s\"\n\
             trouble = \"3s\"\nmetrics = \"127.0.0.1:{metrics}\"\n\
             [level.community]\ntitle = \"Community support\"\n"
        );
        let (mut imap, mut smtp, mut sinks) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        // The last one is well all the time.
        let names: Vec<_> = FAULTS.iter().map(|fault| fault.desk).chain(["well"]).collect();
        for (index, name) in names.into_iter().enumerate() {
            let user = if name == "login" { "ada" } else { USERS[index % USERS.len()] };
            let sink = Sink::start(&[]);
            let plain = name == "nonsense";
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
                 [desk.imap]\n{server}\nport = {}\nuser = \"{user}@desk.example\"\n\
                 password_file = \"{password}\"\nfolders = [\"{name}\"]\npoll = \"1s\"\n\
                 [desk.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"plaintext\"\n{submitter}",
                way_in.port, way_out.port
            );
            config.push_str(&table);
            world.doveadm(&["mailbox", "create", "-u", &format!("{user}@desk.example"), name]);
            imap.insert(name, way_in);
            smtp.insert(name, way_out);
            sinks.insert(name, sink);
        }
        let desk = Desk::with_config(&config);
        for user in USERS {
            desk.write_secret(user, &format!("pw-{user}\n"), 0o600);
        }
        let sinks = RefCell::new(sinks);
        let (taken, daemon) = (RefCell::default(), RefCell::default());
        let hall = Self { world, desk, imap, smtp, sinks, taken, daemon };
        hall.password("login", "pw-ada");
        hall.password("nologin", "any");
        let ca = std::fs::read_to_string(hall.world.ca_file()).unwrap();
        hall.desk.write_secret("ca", &ca, 0o644);
        hall.desk.write_secret("ca-of-one", &ca, 0o644);
        *hall.daemon.borrow_mut() = Some(hall.desk.start());
        hall
    }

    fn user(desk: &str) -> String {
        let index = FAULTS.iter().position(|fault| fault.desk == desk).unwrap();
        let user = if desk == "login" { "ada" } else { USERS[index % USERS.len()] };
        format!("{user}@desk.example")
    }

    fn deliver(&self, desk: &str) {
        let message = format!(
            "From: {desk}@other.example\r\nTo: {desk}@desk.example\r\nSubject: {desk}\r\n\
             Message-ID: <{desk}@other.example>\r\n\r\nPlease help.\r\n"
        );
        let now = crate::servers::now(&self.desk);
        self.world.append(&Self::user(desk), desk, message.as_bytes(), now);
    }

    fn rename(&self, from: &str, to: &str) {
        let user = Self::user("folder");
        self.world.doveadm(&["mailbox", "rename", "-u", &user, from, to]);
    }

    fn password(&self, desk: &str, password: &str) {
        self.desk.write_secret(&format!("password-{desk}"), password, 0o600);
    }

    fn replace_sink(&self, desk: &'static str, options: &[&str]) {
        let old = self.sinks.borrow_mut().remove(desk).unwrap();
        self.taken.borrow_mut().extend(old.taken());
        let port = old.port;
        drop(old);
        self.sinks.borrow_mut().insert(desk, Sink::start_at(port, options));
    }

    /// The server is well again, and a person says so.
    fn mend(&self, desk: &'static str) {
        self.replace_sink(desk, &[]);
        let notices = self.desk.outbox();
        let notice = notices.iter().find(|one| one["desk"] == desk).unwrap();
        self.desk.ok(&["outbox", "retry", &notice["id"].to_string()]);
    }

    fn trust(&self, certificate: &str) {
        self.desk.write_secret("ca-of-one", certificate, 0o644);
        self.daemon.borrow().as_ref().unwrap().signal(Signal::HUP);
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

/// What is seen of the desks at one instant: which causes the metrics have, and the lines of
/// `tidings status`.
struct Sight {
    metrics: String,
    status: String,
}

impl Sight {
    fn of(hall: &Hall, port: u16) -> Self {
        let metrics = get(port, "/metrics").map(|(_, body)| body).unwrap_or_default();
        Self { metrics, status: hall.desk.run(&["status"]).stdout }
    }

    fn in_metrics(&self, fault: &Fault) -> bool {
        let Fault { desk, cause, .. } = fault;
        let series = format!("tidings_wrong{{desk=\"{desk}\",cause=\"{cause}\"}}");
        value(&self.metrics, &series) == Some(1.0)
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

#[test]
fn flt_30_each_fault_is_shown_told_and_cleared_within_a_minute() {
    let port = free_port();
    let hall = Hall::new(port);
    let well = || get(port, "/healthz").is_some_and(|(line, _)| line.contains(" 200 "));
    wait_until("all is well", well);
    for fault in &FAULTS {
        (fault.make)(&hall, fault.desk);
    }
    let mut stages: Vec<_> = FAULTS.iter().map(|_| (Stage::Made, Instant::now())).collect();
    let is_done = comes_within(2 * MINUTE, || {
        let sight = Sight::of(&hall, port);
        for (fault, (stage, since)) in FAULTS.iter().zip(&mut stages) {
            let (metric, line) = (sight.in_metrics(fault), sight.in_status(fault));
            let mails = hall.mails(fault.desk);
            let told = mails.len();
            match stage {
                Stage::Made if metric && line && told == 1 => {
                    (fault.end)(&hall, fault.desk);
                    (*stage, *since) = (Stage::Ended, Instant::now());
                }
                Stage::Ended if !metric && !line && told == 2 => {
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
    for fault in &FAULTS {
        let mails = hall.mails(fault.desk);
        let rule = fault.rule;
        assert_eq!(mails.len(), 2, "{rule}: {mails:#?}");
        let start = format!("[tidings desk.example] {}: ", fault.desk);
        assert!(mails.iter().any(|one| one.starts_with(&start)), "{rule}: {mails:#?}");
        let over = format!("[tidings desk.example] over: {}: ", fault.desk);
        assert!(mails.iter().any(|one| one.starts_with(&over)), "{rule}: {mails:#?}");
    }
    assert!(hall.mails("well").is_empty());
    let daemon = hall.daemon.borrow_mut().take().unwrap();
    assert!(!daemon.log().contains("panicked"), "{}", daemon.log());
    assert_eq!(daemon.stop(), Some(0));
}
