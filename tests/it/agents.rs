//! Agents work by mail alone, on real servers that ask for proof: what they are told, what goes out in the
//! desk's name, what they order, and what is refused.

mod at_once;
mod circle;
mod conversation;
mod crash;
mod formatted;
mod opened;
mod priority;
mod promised;
mod refused;
mod relayed;
mod rights;
mod secret;
mod shipped;
mod told;
mod turned;

use serde_json::Value;

use crate::attacks::{CARLA, Guarded, letter, signed_by};
use crate::authentication::signer::{How, Key, signed};
use crate::support::letter::Letter;
use crate::support::sink::Taken;

const ADA: &str = "Ada Lovelace <ada@staff.example>";
const BOB: &str = "Bob <bob@staff.example>";

/// Two agents; what they send is signed by their domain.
const AGENTS: &str = "
[[agent]]
name = \"Ada\"
addresses = [\"ada@staff.example\", \"ada@home.example\"]

[[agent]]
name = \"Bob\"
addresses = [\"bob@staff.example\"]
role = \"supervisor\"
";

/// A desk whose agents work by mail.
struct Staffed {
    guarded: Guarded,
    /// Mails that were looked at.
    seen: std::cell::Cell<usize>,
}

impl Staffed {
    fn met() -> Self {
        Self::with("")
    }

    /// With more lines of its desk.
    fn with(lines: &str) -> Self {
        Self::with_both(lines, "")
    }

    /// With more tables beside its desk.
    fn with_tables(tables: &str) -> Self {
        Self::with_both("", tables)
    }

    /// One that tells requesters of what changes.
    fn telling() -> Self {
        let guarded = Guarded::with(|desk| {
            desk.config = desk.config.replacen("notices = []\n", "", 1);
            desk.config.push_str(AGENTS);
        });
        Self { guarded, seen: std::cell::Cell::new(0) }
    }

    fn with_both(lines: &str, tables: &str) -> Self {
        let guarded = Guarded::with(|desk| {
            let proof = "sender_proof = \"required\"\n";
            desk.config = desk.config.replacen(proof, &format!("{proof}{lines}"), 1);
            desk.config.push_str(AGENTS);
            desk.config.push_str(tables);
        });
        Self { guarded, seen: std::cell::Cell::new(0) }
    }

    /// Somebody's mail, signed by his domain, is delivered and decided; what went out since.
    fn take(&self, letter: &Letter) -> Vec<Taken> {
        let from = String::from_utf8(letter.bytes()).unwrap();
        let domain = from.split(['@', '>']).nth(1).unwrap();
        let domains = ["paid.example", "staff.example", "evil.example"];
        let domain = domains.into_iter().find(|known| *known == domain).unwrap();
        self.take_bytes(&signed_by(domain, letter))
    }

    fn take_bytes(&self, mail: &[u8]) -> Vec<Taken> {
        self.guarded.take(&[mail]);
        self.news()
    }

    /// What went out since it was looked at last.
    fn news(&self) -> Vec<Taken> {
        let mut taken = self.guarded.stand.sink.taken();
        taken.split_off(self.seen.replace(taken.len()))
    }

    /// Everything that went to this address.
    fn sent_to(&self, address: &str) -> Vec<Taken> {
        let taken = self.guarded.stand.sink.taken();
        taken.into_iter().filter(|mail| mail.recipient == address).collect()
    }

    fn only(&self) -> Value {
        self.guarded.stand.desk.ticket(self.guarded.stand.only_ticket())
    }

    /// Carla's mail opens a ticket; what each is told.
    fn opened(&self) -> Vec<Taken> {
        self.take(&letter(CARLA, "Printer on fire").text("It burns.\r\n\r\nWhat shall I do?\r\n"))
    }
}

/// The mail to this address among these.
#[track_caller]
fn to<'a>(mails: &'a [Taken], address: &str) -> &'a Taken {
    let found: Vec<_> = mails.iter().filter(|mail| mail.recipient == address).collect();
    assert_eq!(found.len(), 1, "{address}: {mails:#?}");
    found[0]
}

fn recipients(mails: &[Taken]) -> Vec<&str> {
    let mut found: Vec<_> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
    found.sort_unstable();
    found
}

/// An agent's answer to a mail that he got, as his program writes it: above what it quotes.
fn answer(from: &str, mail: &Taken, text: &str) -> Letter {
    let subject = format!("Re: {}", mail.header("Subject").trim_start_matches("Re: "));
    let body = mail.message.split_once("\n\n").unwrap().1;
    let quoted: Vec<_> =
        body.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    let quoted = quoted.join("\r\n");
    let text = text.replace('\n', "\r\n");
    letter(from, &subject)
        .field("In-Reply-To", &mail.header("Message-ID"))
        .field("References", &format!("{} {}", mail.header("References"), mail.header("Message-ID")))
        .text(&format!("{text}\r\n\r\nOn Mon, 2 Nov 2026 at 10:15, Carla via Example Support <support@desk.example> wrote:\r\n{quoted}\r\n"))
}

/// A mail as it stands, signed by a domain.
fn sign(domain: &'static str, mail: &str) -> Vec<u8> {
    signed(mail, &Key::ed25519(), &How::by(domain)).into_bytes()
}
