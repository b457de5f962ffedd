//! A desk between real servers: customers' mail comes to Postfix from outside, agents log in there, and the
//! desk submits there; everybody reads in Dovecot.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::authentication::signer::{How, Key, signed};
use crate::authentication::zone::{Has, Zone};
use crate::mail_loop::threads::ACCOUNTS;
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::sink::Sink;
use crate::support::world::{Submission, World};

pub(super) const ADA: &str = "ada@desk.example";
pub(super) const BOB: &str = "bob@desk.example";
pub(super) const CARLA: &str = "carla@paid.example";
pub(super) const CARL: &str = "carl@paid.example";
pub(super) const KARI: &str = "kari@paid.example";
pub(super) const PIA: &str = "pia@partner.example";
pub(super) const OLAF: &str = "olaf@other.example";

pub(super) const AGENTS: [&str; 2] = [ADA, BOB];
pub(super) const CUSTOMERS: [&str; 4] = [CARLA, CARL, PIA, OLAF];

const STAFF: &str = "
[[agent]]
name = \"Ada\"
addresses = [\"ada@desk.example\"]

[[agent]]
name = \"Bob\"
addresses = [\"bob@desk.example\"]
";

/// A desk, its servers, and what everybody has in the mailbox so far.
pub(super) struct Office {
    pub(super) world: World,
    pub(super) desk: Desk,
    zone: Zone,
    seen: RefCell<BTreeMap<&'static str, Vec<Vec<u8>>>>,
}

impl Office {
    /// `None` where there is no Postfix, whose master runs as root only.
    pub(super) fn open() -> Option<Self> {
        Self::with("", &[])
    }

    /// With more lines of its desk, and other lines for some.
    pub(super) fn with(lines: &str, others: &[(&str, &str)]) -> Option<Self> {
        let world = World::up(&["MAIL_FSYNC=never"]);
        if !world.has_postfix() {
            return None;
        }
        let sink = Sink::start(&[]);
        let zone = Zone::of(&[
            ("s._domainkey.paid.example", Has::Text(Key::ed25519().record())),
            ("_dmarc.paid.example", Has::Text("v=DMARC1; p=reject".to_owned())),
        ]);
        let mut desk = Desk::new(&world, &sink);
        desk.ask(zone.address);
        let nobody = format!("host = \"127.0.0.1\"\nport = {}\ntls = \"plaintext\"\n", sink.port);
        let login = format!(
            "host = \"localhost\"\nport = {}\nca_file = \"{}\"\nuser = \"{SUPPORT}\"\n\
             password_file = \"password\"\n",
            world.port("SUBMISSIONS"),
            world.ca_file().display()
        );
        let proof = format!("{lines}sender_proof = \"required\"\nboundary = [\"mx.desk.example\"]");
        let own = [(nobody.as_str(), login.as_str()), ("sender_proof = \"off\"", proof.as_str())];
        for (from, to) in own.into_iter().chain(others.iter().copied()) {
            assert!(desk.config.contains(from), "{from}: {}", desk.config);
            desk.config = desk.config.replacen(from, to, 1);
        }
        desk.config.push_str(STAFF);
        desk.write_secret("accounts.toml", ACCOUNTS, 0o600);
        // Reply addresses are given out when a mail to one has come back.
        let checked = desk.run(&["check", "--plus"]);
        assert!(checked.stdout.contains("a mail to support+"), "{}", checked.stdout);
        let plus = "plus_addressing = true\nticket_prefix";
        desk.config = desk.config.replacen("ticket_prefix", plus, 1);
        desk.ok(&["run", "--once"]);
        desk.ok(&["account", "import", &desk.path("accounts.toml").display().to_string()]);
        Some(Self { world, desk, zone, seen: RefCell::default() })
    }

    /// Somebody sends a mail, the desk decides it, and what goes out arrives; who has got something.
    pub(super) fn take(&self, who: &str, mail: &str) -> Vec<&'static str> {
        let before = self.world.count(SUPPORT, "INBOX");
        if AGENTS.contains(&who) {
            let local = who.split('@').next().unwrap();
            let client = format!("{local}s-laptop.desk.example");
            // What a program answers by itself has no sender (RFC 3834 §3.3).
            let from = if mail.contains("Auto-Submitted: auto-replied") { "" } else { who };
            let submission = Submission { user: who, client: &client, from, to: &recipient(mail) };
            self.world.submit(&submission, mail.as_bytes());
        } else {
            let fields = &["from", "to", "subject", "date", "message-id"];
            let how = How { fields, ..How::by("paid.example") };
            let signed = signed(mail, &Key::ed25519(), &how);
            self.world.mail(&recipient(mail), signed.as_bytes());
        }
        self.world.wait_for_count(SUPPORT, "INBOX", before + 1);
        self.desk.ok(&["run", "--once"]);
        assert!(!self.zone.asked.lock().unwrap().is_empty());
        self.arrived()
    }

    /// Waits for all that the desk has sent; whose mailboxes have more than before.
    fn arrived(&self) -> Vec<&'static str> {
        let outbox = self.desk.outbox();
        assert!(outbox.iter().all(|notice| notice["state"] == "sent"), "{outbox:#?}");
        let mut seen = self.seen.borrow_mut();
        let mut who = Vec::new();
        for address in AGENTS.into_iter().chain(CUSTOMERS).chain([KARI]) {
            let count = outbox.iter().filter(|notice| notice["to"] == address).count();
            if count > 0 {
                let what = format!("{address} has {count} mails");
                wait_until(&what, || self.world.count(address, "INBOX") == count);
            }
            let mails = seen.entry(address).or_default();
            if mails.len() < count {
                *mails = self.world.messages(address, "INBOX");
                who.push(address);
            }
        }
        let known = AGENTS.iter().chain(&CUSTOMERS);
        let all: usize = seen.values().map(Vec::len).sum();
        assert_eq!(all, outbox.len(), "somebody beside {known:?} got mail: {outbox:#?}");
        who
    }

    /// What somebody has in the mailbox, oldest first.
    pub(super) fn mailbox(&self, who: &str) -> Vec<Vec<u8>> {
        self.seen.borrow().get(who).cloned().unwrap_or_default()
    }
}

/// The address in To.
fn recipient(mail: &str) -> String {
    let to = mail.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
    to.rsplit('<').next().unwrap().trim_end_matches('>').to_owned()
}
