//! Nothing that is among the agents lies in a customer's mailbox.

use mail_parser::{MessageParser, MimeHeaders as _};

use super::client::Read;
use super::office::{AGENTS, CUSTOMERS, Office};

/// Agents' names and addresses, what their programs and servers write, what they order and what they tell
/// each other, and what the desk tells them alone.
const INTERNAL: &[&str] = &[
    "ada@desk.example",
    "bob@desk.example",
    "Ada",
    "Lovelace",
    "Babbage",
    "+1 555",
    "Senior Fire Desk",
    "adas-laptop",
    "bobs-laptop",
    "bobs-phone",
    "User-Agent",
    "X-Mailer",
    "Thunderbird",
    "Outlook",
    "iPhone",
    "Thread-Index",
    "AQHaIntern12345",
    "X-Originating-IP",
    "192.0.2.7",
    "X-MS-Exchange",
    "Exchange",
    "+a1",
    "#accept",
    "#assign",
    "#cc",
    "#note",
    "#pending",
    "#resolv",
    "#spent",
    "#forwarded",
    "#close",
    "third fire",
    "expensive",
    "on holiday",
    "as always",
    "my neighbour",
    "factory",
    "Please reply above this line",
    "Commercial support:",
    "Requester",
    "Careful",
    "Account",
    "Also open",
    "Attached",
    "Your answer to this mail goes to",
    "Orders stand",
    "Nothing was done",
    "Original Message",
    "ticket.1",
    "internal",
];

/// Everything in the customers' mailboxes, read in every way.
pub(super) fn nothing_internal(office: &Office, ids_of_agents: &[String]) {
    let told: Vec<_> = AGENTS.iter().flat_map(|agent| office.mailbox(agent)).collect();
    let told = told.iter().map(|mail| Read::of(mail).message_id);
    let ids: Vec<String> = ids_of_agents.iter().cloned().chain(told).collect();
    assert!(ids.iter().all(|id| id.len() > 2), "{ids:?}");
    let ids = ids.iter().map(|id| id.trim_matches(['<', '>']));
    let words: Vec<&str> = INTERNAL.iter().copied().chain(ids).collect();
    for customer in CUSTOMERS {
        let mails = office.mailbox(customer);
        assert!(!mails.is_empty(), "{customer} has no mail");
        for mail in mails {
            let read = everything(&mail);
            let found: Vec<_> = words.iter().filter(|word| stands_in(&read, word)).collect();
            assert!(found.is_empty(), "{customer} reads {found:?}: {}", Read::of(&mail).text);
        }
    }
}

/// Whether it stands there; an address not as the end of an identifier, which is random.
fn stands_in(read: &str, word: &str) -> bool {
    read.match_indices(word).any(|(at, _)| {
        let before = read[..at].chars().next_back();
        !word.contains('@') || !before.is_some_and(char::is_alphanumeric)
    })
}

/// A mail as it lies there, and all that is in it, decoded.
fn everything(mail: &[u8]) -> String {
    let mut all = String::from_utf8_lossy(mail).into_owned();
    let message = MessageParser::default().parse(mail).unwrap();
    all.push_str(message.subject().unwrap_or_default());
    for part in &message.parts {
        all.push_str(part.attachment_name().unwrap_or_default());
        all.push_str(&String::from_utf8_lossy(part.contents()));
    }
    // What a line's end parts is one all the same.
    format!("{all}\n{}", all.split_whitespace().collect::<Vec<_>>().join(" "))
}
