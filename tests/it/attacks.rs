//! What is done to help desks, done to one on real servers that asks for proof: for a paid level,
//! into another's ticket, and for mail of ours to somebody else. Customers' mails are signed, and
//! their domains publish the keys.

mod bomb;
mod fields;
mod levels;
mod relays;
mod replay;
mod robot;
mod threads;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tidings::time::{Clock, Timestamp};

use crate::authentication::signer::{How, Key, signed};
use crate::authentication::zone::{Has, Zone};
use crate::mail_loop::threads::ACCOUNTS;
use crate::support::desk::{Desk, SUPPORT};
use crate::support::letter::{Letter, date};
use crate::support::sink::Taken;
use crate::support::stand::Stand;

pub(crate) const CARLA: &str = "Carla <carla@paid.example>";
/// Has a domain that signs what she sends, and no licence.
const EVE: &str = "Eve <eve@evil.example>";

const DAY: Duration = Duration::from_hours(24);

/// A desk that asks for proof and has had its first contact, and who answers for the domains.
pub(crate) struct Guarded {
    pub(crate) stand: Stand,
    pub(crate) zone: Zone,
}

impl Guarded {
    pub(crate) fn met() -> Self {
        Self::with(|_| ())
    }

    /// Its configuration is changed before.
    pub(crate) fn with(change: impl FnOnce(&mut Desk)) -> Self {
        let key = || Has::Text(Key::ed25519().record());
        let reject = || Has::Text("v=DMARC1; p=reject".to_owned());
        let zone = Zone::of(&[
            ("s._domainkey.paid.example", key()),
            ("_dmarc.paid.example", reject()),
            ("s._domainkey.evil.example", key()),
            ("_dmarc.evil.example", reject()),
            ("s._domainkey.staff.example", key()),
            ("_dmarc.staff.example", reject()),
        ]);
        let mut stand = Stand::new();
        let desk = &mut stand.desk;
        desk.ask(zone.address);
        desk.config =
            desk.config.replacen("sender_proof = \"off\"", "sender_proof = \"required\"", 1);
        change(desk);
        desk.write_secret("accounts.toml", ACCOUNTS, 0o600);
        stand.once();
        let desk = &stand.desk;
        desk.ok(&["account", "import", &desk.path("accounts.toml").display().to_string()]);
        Self { stand, zone }
    }

    /// Delivers, decides, and sends what there is to be sent.
    pub(crate) fn take(&self, mails: &[&[u8]]) {
        self.stand.world.deliver_many(SUPPORT, mails.iter().map(|mail| mail.to_vec()));
        self.stand.once();
        assert!(!self.zone.asked.lock().unwrap().is_empty() || mails.is_empty());
    }

    /// The ticket with this subject; all that it has.
    #[track_caller]
    pub(crate) fn ticket(&self, subject: &str) -> serde_json::Value {
        let tickets = self.stand.desk.tickets();
        let found: Vec<_> = tickets.iter().filter(|one| one["subject"] == subject).collect();
        assert_eq!(found.len(), 1, "{subject}: {tickets:#?}");
        self.stand.desk.ticket(found[0]["number"].as_i64().unwrap())
    }

    /// A ticket of Carla's at her level, and its number.
    #[track_caller]
    pub(crate) fn carlas(&self, subject: &str) -> (Letter, i64) {
        let first = letter(CARLA, subject);
        self.take(&[&genuine(&first)]);
        let ticket = self.ticket(subject);
        assert_eq!(ticket["level"], "commercial", "{ticket:#}");
        (first, ticket["number"].as_i64().unwrap())
    }

    fn reply(&self, number: i64, text: &str) {
        self.stand.desk.tell(&["ticket", "reply", &number.to_string()], text);
        self.stand.once();
    }

    /// What went out to anybody but these.
    fn sent_beside(&self, addresses: &[&str]) -> Vec<Taken> {
        let taken = self.stand.sink.taken();
        taken.into_iter().filter(|mail| !addresses.contains(&mail.recipient.as_str())).collect()
    }
}

pub(crate) fn now() -> Timestamp {
    Clock::System.now()
}

/// As file systems and servers tell the time.
pub(crate) fn system_time(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_seconds()).unwrap())
}

/// A letter of just now.
pub(crate) fn letter(from: &str, subject: &str) -> Letter {
    letter_of(now(), from, subject)
}

pub(crate) fn letter_of(at: Timestamp, from: &str, subject: &str) -> Letter {
    let words = format!("{subject}.{from}");
    let id: String = words.chars().filter(char::is_ascii_alphanumeric).collect();
    Letter::bare(from, SUPPORT, subject)
        .field("Message-ID", &format!("<{id}@client.example>"))
        .field("Date", &date(at))
}

/// Signed by a domain with the key that it publishes.
pub(crate) fn signed_by(domain: &'static str, letter: &Letter) -> Vec<u8> {
    let fields = &["from", "to", "subject", "date", "message-id"];
    let text = String::from_utf8(letter.bytes()).unwrap();
    signed(&text, &Key::ed25519(), &How { fields, ..How::by(domain) }).into_bytes()
}

/// As Carla's server sends it.
pub(crate) fn genuine(letter: &Letter) -> Vec<u8> {
    signed_by("paid.example", letter)
}

/// As Eve's server sends it.
fn eves(letter: &Letter) -> Vec<u8> {
    signed_by("evil.example", letter)
}
