//! Proof that comes later: the DNS is silent at first and then answers, an agent asks the requester, or
//! trusts an address.

use serde_json::Value;

use super::{CARL, CARLA, OLAF, Stand};
use crate::authentication::signer::{How, Key, signed};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::name_server::{Manner, NameServer};

const ACCOUNTS: &str = "
[[account]]
id = \"paid\"
name = \"Paid\"
contacts = [\"carla@paid.example\", \"@all.example\"]
[[account.licence]]
key = \"P-1\"
level = \"commercial\"
from = 2020-01-01
";

/// A stand that asks for proof, Carla's account, and the server that knows the key of her domain.
fn proving(manner: Manner) -> (Stand, NameServer) {
    let key = Key::ed25519().record();
    let zone = [
        ("s._domainkey.paid.example", "TXT", key.as_str()),
        ("_dmarc.paid.example", "TXT", "v=DMARC1; p=reject"),
    ];
    let names = NameServer::start(manner, &zone);
    let mut stand = Stand::new();
    let proof = "sender_proof = \"off\"\nown_dkim = \"off\"\n";
    assert!(stand.desk.config.contains(proof));
    stand.desk.config = stand.desk.config.replace(proof, "");
    stand.desk.ask(names.address);
    stand.once();
    stand.desk.write_secret("accounts.toml", ACCOUNTS, 0o600);
    let accounts = stand.desk.path("accounts.toml").display().to_string();
    stand.desk.ok(&["account", "import", &accounts]);
    (stand, names)
}

/// The letter, written now, with the signature of its author's domain.
fn by_carla(letter: &Letter) -> Vec<u8> {
    let text = String::from_utf8(letter.clone().written_now().bytes()).unwrap();
    signed(&text, &Key::ed25519(), &How::by("paid.example")).into_bytes()
}

impl Stand {
    /// What waits for its proof is due by now.
    fn time_goes_by(&self) {
        self.desk.sql("update inbound set proof_due_us = 0 where proof_due_us is not null");
    }

    /// Level, proof, and how many mails went out.
    fn stands(&self) -> (String, String, usize) {
        let ticket = self.desk.ticket(self.only_ticket());
        let word = |name: &str| ticket[name].as_str().unwrap_or("none").to_owned();
        (word("level"), word("proof"), self.sink.taken().len())
    }

    /// The events of this kind on the one ticket.
    fn events(&self, kind: &str) -> Vec<String> {
        let ticket = self.desk.ticket(self.only_ticket());
        let events = ticket["events"].as_array().unwrap().iter();
        events
            .filter(|event| event["kind"] == kind)
            .map(|event| event["detail"].to_string())
            .collect()
    }

    #[track_caller]
    fn expect_ticket(&self, level: &str, proof: &str, mails: usize) {
        assert_eq!(self.stands(), (level.to_owned(), proof.to_owned(), mails));
    }
}

#[test]
fn aut_24_what_the_dns_says_later_raises_the_ticket_once() {
    let (stand, names) = proving(Manner::Silent);
    stand.world.deliver(SUPPORT, &by_carla(&Letter::new(CARLA, "Printer on fire")));
    stand.once();
    stand.expect_ticket("community", "pending", 0);
    stand.once();
    stand.expect_ticket("community", "pending", 0);
    // the first time is too early
    stand.time_goes_by();
    stand.once();
    stand.expect_ticket("community", "pending", 0);
    assert_eq!(stand.events("proof"), [""; 0]);

    names.turns(Manner::Knows);
    stand.time_goes_by();
    stand.once();
    stand.expect_ticket("commercial", "pass", 1);
    let mail = stand.only_mail();
    assert_eq!(mail.recipient, "carla@paid.example");
    assert!(mail.message.contains("Commercial support"), "{}", mail.message);
    assert!(mail.header("Subject").ends_with("Printer on fire"));
    for _ in 0..2 {
        stand.time_goes_by();
        stand.once();
    }
    stand.expect_ticket("commercial", "pass", 1);
    let events = stand.events("proof");
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(events[0].contains("level community → commercial"), "{events:?}");
    let row = &stand.desk.inbound()[0];
    assert_eq!(row["proof"], "pass", "{row}");
}

#[test]
fn aut_24_a_coupon_counts_once_when_the_dns_has_answered() {
    let (stand, names) = proving(Manner::Silent);
    let account = "[[account]]\nid = \"carl\"\ncontacts = [\"carl@paid.example\"]\n\
                   [[account.coupon]]\ncode = \"FIX-7Q\"\nlevel = \"commercial\"\nuses = 2\n";
    stand.desk.write_secret("coupons.toml", account, 0o600);
    stand.desk.ok(&["account", "import", &stand.desk.path("coupons.toml").display().to_string()]);
    let left =
        || stand.desk.json(&["account", "show", "carl", "--json"])[0]["coupons"][0]["left"].clone();
    stand.world.deliver(SUPPORT, &by_carla(&Letter::new(CARL, "Printer, coupon FIX-7Q")));
    stand.once();
    stand.expect_ticket("community", "pending", 0);
    assert_eq!(left(), 2);
    names.turns(Manner::Knows);
    for _ in 0..3 {
        stand.time_goes_by();
        stand.once();
        stand.expect_ticket("commercial", "pass", 1);
        assert_eq!(left(), 1);
    }
    let mail = stand.only_mail();
    assert!(
        mail.message
            .contains("Coupon FIX-7Q has been redeemed for this ticket. It is good for one"),
        "{}",
        mail.message
    );
    let events = stand.events("coupon");
    assert_eq!(events.len(), 2, "{events:?}");
    assert!(events[0].contains("waits for the proof"), "{events:?}");
}

#[test]
fn aut_24_who_waits_too_long_gets_a_short_word_and_then_the_level() {
    let (stand, names) = proving(Manner::Silent);
    stand.world.deliver(SUPPORT, &by_carla(&Letter::new(CARLA, "Printer on fire")));
    stand.once();
    for mails in [0, 1] {
        stand.time_goes_by();
        stand.once();
        stand.expect_ticket("community", "pending", mails);
    }
    assert!(stand.only_mail().message.contains("Community support"));
    names.turns(Manner::Knows);
    stand.time_goes_by();
    stand.once();
    stand.expect_ticket("commercial", "pass", 2);
    let taken = stand.sink.taken();
    let raised = taken.iter().find(|mail| mail.message.contains("Commercial support")).unwrap();
    assert_eq!(raised.recipient, "carla@paid.example");
    assert_eq!(raised.header("Auto-Submitted"), "auto-replied");
    let kinds: Vec<_> = stand.desk.outbox().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["acknowledgement", "raised"].map(Value::from));
}

#[test]
fn aut_24_what_the_dns_never_says_is_no_proof_in_the_end() {
    let (stand, names) = proving(Manner::Fails);
    stand.world.deliver(SUPPORT, &by_carla(&Letter::new(CARLA, "Printer on fire")));
    stand.once();
    for _ in 0..4 {
        stand.time_goes_by();
        stand.once();
    }
    stand.expect_ticket("community", "none", 1);
    names.turns(Manner::Knows);
    stand.time_goes_by();
    stand.once();
    stand.expect_ticket("community", "none", 1);
    assert!(stand.events("proof").last().unwrap().contains("for an hour"));
}

#[test]
fn aut_24_a_follow_up_is_proven_later_and_raises() {
    let (stand, names) = proving(Manner::Knows);
    let first = Letter::new(CARLA, "Printer on fire");
    stand.deliver(&first);
    stand.once();
    stand.expect_ticket("community", "none", 1);
    names.turns(Manner::Silent);
    let more = Letter::new(CARLA, "It still burns").answers(first.id());
    stand.world.deliver(SUPPORT, &by_carla(&more));
    stand.once();
    stand.expect_ticket("community", "none", 1);
    names.turns(Manner::Knows);
    stand.time_goes_by();
    stand.once();
    stand.expect_ticket("commercial", "pass", 2);
}

#[test]
fn aut_23_a_proven_follow_up_raises_at_once() {
    let (stand, _names) = proving(Manner::Knows);
    let first = Letter::new(CARLA, "Printer on fire");
    stand.deliver(&first);
    stand.once();
    stand.expect_ticket("community", "none", 1);
    let more = Letter::new(CARLA, "It still burns").answers(first.id());
    stand.world.deliver(SUPPORT, &by_carla(&more));
    stand.once();
    stand.expect_ticket("commercial", "pass", 2);
    let again = Letter::new(CARLA, "And burns").answers(first.id());
    stand.world.deliver(SUPPORT, &by_carla(&again));
    stand.once();
    stand.expect_ticket("commercial", "pass", 2);
    assert_eq!(stand.events("proof").len(), 1);
}

#[test]
fn aut_24_a_daemon_looks_again_by_itself() {
    let (stand, names) = proving(Manner::Silent);
    let daemon = stand.desk.start();
    stand.world.deliver(SUPPORT, &by_carla(&Letter::new(CARLA, "Printer on fire")));
    wait_until("the ticket", || stand.desk.tickets().len() == 1);
    stand.expect_ticket("community", "pending", 0);
    names.turns(Manner::Knows);
    stand.time_goes_by();
    wait_until("the mail", || stand.sink.taken().len() == 1);
    stand.expect_ticket("commercial", "pass", 1);
    assert_eq!(daemon.stop(), Some(0));
}

#[cfg(feature = "failpoints")]
#[test]
fn flt_01_it_dies_while_it_proves_again() {
    for point in ["parsed", "decided", "committed"] {
        let (mut stand, names) = proving(Manner::Silent);
        stand.world.deliver(SUPPORT, &by_carla(&Letter::new(CARLA, "Printer on fire")));
        stand.once();
        names.turns(Manner::Knows);
        stand.time_goes_by();
        stand.dies_at(point);
        let done = point == "committed";
        let (level, proof) = if done { ("commercial", "pass") } else { ("community", "pending") };
        stand.expect_ticket(level, proof, 0);
        // not before it is time
        stand.once();
        stand.expect_ticket(level, proof, usize::from(done));
        stand.time_goes_by();
        stand.once();
        stand.once();
        stand.expect_ticket("commercial", "pass", 1);
        assert_eq!(stand.events("proof").len(), 1, "{point}");
    }
}

#[test]
fn aut_23_an_agent_verifies_a_requester() {
    let (stand, _names) = proving(Manner::Knows);
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect_ticket("community", "none", 1);
    let number = stand.only_ticket().to_string();
    stand.desk.ok(&["ticket", "set", &number, "--verified", "--status", "open"]);
    stand.once();
    let ticket = stand.desk.ticket(stand.only_ticket());
    assert_eq!((&ticket["level"], &ticket["account"]), (&"commercial".into(), &"paid".into()));
    assert_eq!((&ticket["status"], &ticket["claimed"]), (&"open".into(), &Value::Null));
    let events = stand.events("verified");
    assert!(events.len() == 1 && events[0].contains("has verified"), "{events:?}");
    assert_eq!(stand.sink.taken().len(), 2);
    // nothing more is to be had by that
    let again = stand.desk.run(&["ticket", "set", &number, "--verified"]);
    assert_eq!(again.code, Some(65), "{}", again.stderr);
    stand.desk.ok(&["ticket", "set", &number, "--level", "community"]);
    assert_eq!(stand.desk.ticket(stand.only_ticket())["level"], "community");
    let unknown = stand.desk.run(&["ticket", "set", &number, "--level", "golden"]);
    assert_eq!(unknown.code, Some(65), "{}", unknown.stderr);
    assert!(unknown.stderr.contains("commercial"), "{}", unknown.stderr);
    assert_eq!(stand.desk.run(&["ticket", "set", &number]).code, Some(64));

    // what an agent has set no proof changes
    let more = Letter::new(CARLA, &format!("Re: [EX#{number}] Printer on fire"));
    stand.world.deliver(SUPPORT, &by_carla(&more));
    stand.once();
    assert_eq!(stand.desk.ticket(stand.only_ticket())["level"], "community");
    assert_eq!(stand.sink.taken().len(), 2);
}

#[test]
fn aut_23_a_stranger_cannot_be_verified() {
    let (stand, _names) = proving(Manner::Knows);
    stand.deliver(&Letter::new(OLAF, "Printer on fire"));
    stand.once();
    let number = stand.only_ticket().to_string();
    let ran = stand.desk.run(&["ticket", "set", &number, "--verified"]);
    assert_eq!(ran.code, Some(65), "{}", ran.stderr);
    assert!(ran.stderr.contains("no account has this address"), "{}", ran.stderr);
}

#[test]
fn aut_23_a_trusted_address_needs_no_proof() {
    let (stand, _names) = proving(Manner::Knows);
    for address in ["olaf@other.example", "ada@all.example"] {
        let ran = stand.desk.run(&["account", "trust", address]);
        assert_eq!(ran.code, Some(65), "{}", ran.stderr);
        assert!(ran.stderr.contains("tidings account import"), "{}", ran.stderr);
    }
    stand.desk.ok(&["account", "trust", "carla@paid.example"]);
    let shown = stand.desk.ok(&["account", "show", "paid"]);
    assert!(shown.contains("trusted   carla@paid.example is trusted"), "{shown}");
    let found = &stand.desk.json(&["account", "match", "carla@paid.example", "--json"])[0];
    assert_eq!(found["trusted"]["address"], "carla@paid.example", "{found}");
    assert!(found["trusted"]["by"].is_string() && found["trusted"]["since"].is_string());

    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect_ticket("commercial", "none", 1);
    assert!(stand.only_mail().message.contains("Commercial support"));

    stand.desk.ok(&["account", "trust", "carla@paid.example", "--remove"]);
    let again = stand.desk.run(&["account", "trust", "carla@paid.example", "--remove"]);
    assert_eq!(again.code, Some(66), "{}", again.stderr);
    assert!(!stand.desk.ok(&["account", "show", "paid"]).contains("trusted"));
    stand.deliver(&Letter::new(CARLA, "Another fire"));
    stand.once();
    let levels: Vec<_> = stand.desk.tickets().iter().map(|one| one["level"].clone()).collect();
    assert_eq!(levels, ["commercial", "community"].map(Value::from));
}
