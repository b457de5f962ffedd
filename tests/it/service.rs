//! The daemon as a service manager sees it: what it tells, what it does when told, and the unit
//! that is shipped.

mod manager;
mod notify;
mod reload;
mod signals;
mod unit;
mod watchdog;

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::desk::{Daemon, Desk, SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::relay::Relay;
use crate::support::sink::Sink;
use crate::support::world::World;
use manager::Manager;

const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];
const SALES: &str = "sales@desk.example";
const CARLA: &str = "Carla <carla@paid.example>";

/// A daemon's surroundings: servers, a service manager, and its instance.
struct Host {
    world: World,
    sink: Sink,
    desk: Desk,
    manager: Manager,
}

impl Host {
    /// Ready for mail: the first contact is made with an empty mailbox.
    fn new(sink_options: &[&str]) -> Self {
        let (world, sink) = (World::up(QUICK), Sink::start(sink_options));
        let (mut desk, manager) = (Desk::new(&world, &sink), Manager::new());
        desk.ok(&["run", "--once"]);
        desk.environment.push(manager.environment());
        Self { world, sink, desk, manager }
    }

    /// Starts the daemon, which must become ready.
    fn start(&self) -> Daemon {
        let daemon = self.desk.start();
        wait_until("READY", || self.manager.count("READY=1") > 0);
        daemon
    }

    /// The one cell that a query gives.
    fn sql(&self, query: &str) -> String {
        self.desk.sql(query).trim().to_owned()
    }

    fn deliver(&self, to: &str, subject: &str) {
        self.world.deliver(to, &Letter::new(CARLA, subject).to(to).bytes());
    }

    /// Delivers a mail to the support desk, which is acknowledged.
    #[track_caller]
    fn is_answered(&self, subject: &str) {
        self.is_answered_at(SUPPORT, subject);
    }

    #[track_caller]
    fn is_answered_at(&self, to: &str, subject: &str) {
        self.deliver(to, subject);
        wait_until("the acknowledgement", || {
            self.sink.taken().iter().any(|mail| mail.header("Subject").ends_with(subject))
        });
    }

    /// Writes this configuration and has it read again; waits until that is done.
    #[track_caller]
    fn reload(&self, daemon: &Daemon, config: &str) {
        let ready = self.manager.count("READY=1");
        self.ask_to_reload(daemon, config);
        wait_until("READY once more", || self.manager.count("READY=1") > ready);
    }

    fn ask_to_reload(&self, daemon: &Daemon, config: &str) {
        fs::write(self.desk.path("tidings.toml"), config).unwrap();
        signal(daemon, Signal::HUP);
    }

    /// The tables of the desk `sales`, whose mail is reached on this port.
    fn sales(&self, imap: u16) -> String {
        self.desk.write_secret("password-sales", "pw-sales\n", 0o600);
        let (from, to) = (self.desk.config.find("[[desk]]"), self.desk.config.find("[level."));
        self.desk.config[from.unwrap()..to.unwrap()]
            .replace("name = \"support\"", "name = \"sales\"")
            .replace("aliases = [\"help@desk.example\"]\n", "")
            .replace("support@desk.example", SALES)
            .replace("\"password\"", "\"password-sales\"")
            .replace("\"EX\"", "\"SA\"")
            .replace(&self.imap_port(), &format!("port = {imap}"))
    }

    fn imap_port(&self) -> String {
        format!("port = {}", self.world.port("IMAPS"))
    }

    /// The configuration with the desk `sales` beside `support`.
    fn with_sales(&self) -> String {
        let sales = self.sales(self.world.port("IMAPS"));
        self.desk.config.replacen("[level.", &format!("{sales}[level."), 1)
    }

    /// Configures the desks `support` and `sales`, each reached by a relay of its own.
    fn two_desks(&mut self) -> [Relay; 2] {
        let port = self.world.port("IMAPS");
        let relays = [Relay::to(port), Relay::to(port)];
        let sales = self.sales(relays[1].port);
        let support = format!("port = {}", relays[0].port);
        let config = self.desk.config.replace(&self.imap_port(), &support);
        self.desk.config = config.replacen("[level.", &format!("{sales}[level."), 1);
        self.desk.ok(&["run", "--once"]);
        relays
    }
}

fn signal(daemon: &Daemon, signal: Signal) {
    kill_process(Pid::from_child(&daemon.child), signal).unwrap();
}

/// In a table of the configuration, another value, or one more line, behind the desk's name.
#[track_caller]
fn in_desk(config: &str, desk: &str, from: &str, to: &str) -> String {
    let name = format!("name = \"{desk}\"");
    let (before, after) = config.split_once(&name).unwrap();
    assert!(after.contains(from), "{from}");
    format!("{before}{name}{}", after.replacen(from, to, 1))
}
