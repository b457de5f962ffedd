//! Whether mail to `local+token@domain` comes to the desk (RFC 5233): it is proved by a mail that the
//! desk sends to itself. The daemon, if it runs, ignores it as its own.

use std::time::Duration;

use data_encoding::HEXLOWER;
use tokio::time::timeout;

use super::imap::failed;
use super::report::Finding;
use super::smtp;
use crate::config::{After, Desk};
use crate::failpoint::patience;
use crate::fresh::Random;
use crate::imap::{ImapError, Limits, Listed, Session, Uid};
use crate::mail::address::pattern::AddressPattern;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::compose::{Automatic, Draft, compose};
use crate::mail::envelope::{Envelope, ReversePath};
use crate::mail::message_id::MessageId;
use crate::mail::parse::parse;
use crate::smtp::{Connection, Login, OpenError, Outcome};
use crate::time::Timestamp;
use crate::work::pause;

/// Time for the mail to come back; most are back within a second, greylisting takes longer than
/// anybody waits.
const BACK_WITHIN: Duration = Duration::from_mins(1);
/// Time between two looks into the folders.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Random bytes of the token: nobody writes to such an address by chance.
const TOKEN_BYTES: usize = 8;
/// Bytes of a message's beginning that are read: fields of the header, and of a report's parts.
const BEGINNING_BYTES: u32 = 32 * 1024;
/// Messages that are looked into at one look; the newest.
const NEWEST_MAX: usize = 200;

const ABOUT: &str = "plus addressing";
/// What follows where it does not work.
const WITHOUT: &str = "plus_addressing = true needs it: let the mail server take \"+\" as its \
                       delimiter (Postfix and Dovecot: recipient_delimiter = +)";

/// What came of the mail.
enum Back {
    /// It came, to this folder.
    Came { folder: String, signature: Option<Signature> },
    /// A report says that it cannot be delivered.
    Returned,
}

/// Whose DKIM signature a message carries (RFC 6376 §3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    domain: String,
    selector: String,
}

/// A folder, and the first UID that nobody looked at.
struct Place {
    folder: Box<str>,
    next: Uid,
}

/// Sends the mail and waits for it.
pub(super) async fn prove(
    desk: &Desk,
    reading: &Login,
    submitting: Option<&Login>,
    instance: &str,
    now: Timestamp,
) -> Finding {
    let mail = match Probe::new(desk, instance, now) {
        Ok(mail) => mail,
        Err(why) => return Finding::down(ABOUT, format!("no mail can be made: {why}; {WITHOUT}")),
    };
    let limits = Limits::for_messages(desk.message_limit);
    let mut session = match Session::connect(&desk.imap.server, reading, limits).await {
        Ok(session) => session,
        Err(error) => return failed(ABOUT, &error),
    };
    let mut places = match places(&mut session, desk).await {
        Ok(places) => places,
        Err(error) => return failed(ABOUT, &error),
    };
    if let Some(finding) = send(desk, submitting, instance, &mail).await {
        session.logout().await;
        return finding;
    }
    let within = patience(BACK_WITHIN);
    let waited = timeout(within, wait(&mut session, &mut places, &mail.id)).await;
    session.logout().await;
    match waited {
        Ok(Ok(back)) => judge(&mail.to, &back),
        Ok(Err(error)) => failed(ABOUT, &error),
        Err(_) => {
            let text = format!(
                "the server took a mail to {}, and it did not come within {} s; {WITHOUT}",
                mail.to,
                within.as_secs()
            );
            Finding::down(ABOUT, text)
        }
    }
}

fn judge(to: &Address, back: &Back) -> Finding {
    match back {
        Back::Came { folder, signature } => {
            let signed = match signature {
                Some(Signature { domain, selector }) => {
                    format!("signed by DKIM as {domain}, selector {selector}")
                }
                None => "without a DKIM signature, as mail often is that stays at home".to_owned(),
            };
            Finding::good(ABOUT, format!("a mail to {to} came to {folder}, {signed}"))
        }
        Back::Returned => {
            Finding::down(ABOUT, format!("a mail to {to} came back as undeliverable; {WITHOUT}"))
        }
    }
}

/// The mail.
struct Probe {
    id: MessageId,
    to: Address,
    bytes: Vec<u8>,
}

impl Probe {
    fn new(desk: &Desk, instance: &str, now: Timestamp) -> Result<Self, String> {
        let token = Random::System.bytes::<TOKEN_BYTES>().map_err(|error| error.to_string())?;
        let token = HEXLOWER.encode(&token);
        let pattern = AddressPattern::behind_plus(&desk.reply_address, desk.reply_address.domain());
        // As long as a real one, with dots as in a real one, and none.
        let mut like = format!("check.{token}.{token}");
        like.truncate(AddressPattern::TOKEN_BYTES_MAX);
        let to = pattern.map_err(|error| error.to_string())?.fill(&like);
        let to = to.map_err(|error| error.to_string())?;
        let id = MessageId::parse(&format!("check.{token}@{instance}"));
        let id = id.map_err(|error| error.to_string())?;
        let named = |address| NamedAddress { name: String::new(), address };
        let draft = Draft {
            from: named(desk.address.clone()),
            to: named(to.clone()),
            reply_to: None,
            subject: "tidings check --plus".to_owned(),
            date: now,
            message_id: id.clone(),
            in_reply_to: None,
            references: Vec::new(),
            text: format!(
                "Somebody ran `tidings check --plus` to see whether mail to\n\n    {to}\n\n\
                 comes to this mailbox. It does. This mail needs no answer and can be deleted.\n"
            ),
            html: None,
            language: Some("en"),
            automatic: Automatic::Replied,
            instance: instance.to_owned(),
        };
        let signer = desk.signer().map_err(|error| error.to_string())?;
        let bytes = compose(&draft, signer.as_ref()).map_err(|error| error.to_string())?;
        Ok(Self { id, to, bytes })
    }
}

/// Submits the mail; the line about why it was not taken.
async fn send(desk: &Desk, login: Option<&Login>, hello: &str, mail: &Probe) -> Option<Finding> {
    let server = &desk.smtp.server;
    let limits = crate::smtp::Limits::default();
    let mut connection = match Connection::open(server, login, hello, limits).await {
        Ok(connection) => connection,
        Err(error) => return Some(smtp::failed(ABOUT, &error)),
    };
    let from = ReversePath::Address(desk.address.clone());
    let envelope = Envelope { from, to: mail.to.clone() };
    let outcome = connection.submit(&envelope, &mail.bytes).await;
    connection.quit().await;
    let to = &mail.to;
    let why = match outcome {
        Outcome::Accepted(_) => return None,
        Outcome::Rejected(reply) => format!("mail to {to} is refused: {reply}; {WITHOUT}"),
        Outcome::Deferred(reply) | Outcome::Closing(reply) => {
            format!("mail to {to} is not taken now: {reply}; try again later")
        }
        Outcome::PasswordsOff(reply) => OpenError::PasswordsOff(reply).to_string(),
        Outcome::Lost { at, cause } => {
            format!("mail to {to}: no answer to {at}: {cause}; try again later")
        }
        Outcome::Withheld => format!("mail to {to} was not sent; try again later"),
        Outcome::Unsendable(error) => format!("mail to {to} cannot be sent: {error}; {WITHOUT}"),
    };
    Some(Finding::down(ABOUT, why))
}

/// Where the mail may come: the watched folders, and the one to which the daemon may have moved it.
async fn places(session: &mut Session, desk: &Desk) -> Result<Vec<Place>, ImapError> {
    let moved = match &desk.imap.after {
        After::Move(folder) => Some(folder),
        After::Seen | After::Keep => None,
    };
    let mut places = Vec::new();
    for folder in desk.imap.watched().chain(moved) {
        let next = match session.examine(folder).await {
            Ok(opened) => match opened.uid_next.and_then(Uid::new) {
                Some(next) => next,
                None => after(&session.list(Uid::MIN, None).await?).unwrap_or(Uid::MIN),
            },
            // It may be made yet.
            Err(ImapError::Folder { .. }) if Some(folder) == moved => Uid::MIN,
            Err(error) => return Err(error),
        };
        places.push(Place { folder: folder.clone(), next });
    }
    Ok(places)
}

/// The UID after the last of a list.
fn after(listed: &[Listed]) -> Option<Uid> {
    listed.last().and_then(|last| Uid::new(last.uid.get().saturating_add(1)))
}

async fn wait(
    session: &mut Session,
    places: &mut [Place],
    id: &MessageId,
) -> Result<Back, ImapError> {
    loop {
        for place in &mut *places {
            if let Some(back) = look(session, place, id).await? {
                return Ok(back);
            }
        }
        pause(LOOK_EVERY).await;
    }
}

async fn look(
    session: &mut Session,
    place: &mut Place,
    id: &MessageId,
) -> Result<Option<Back>, ImapError> {
    match session.examine(&place.folder).await {
        Ok(_) => {}
        Err(ImapError::Folder { .. }) => return Ok(None),
        Err(error) => return Err(error),
    }
    let listed = session.list(place.next, None).await?;
    for message in listed.iter().rev().take(NEWEST_MAX) {
        let Some(bytes) = session.fetch_part(message.uid, 0, BEGINNING_BYTES).await? else {
            continue;
        };
        let (mail, _) = parse(&bytes);
        if mail.message_id.as_ref() == Some(id) {
            let folder = place.folder.to_string();
            return Ok(Some(Back::Came { folder, signature: signature(&bytes) }));
        }
        if mail.returned() == Some(id) {
            return Ok(Some(Back::Returned));
        }
    }
    place.next = after(&listed).unwrap_or(place.next);
    Ok(None)
}

/// The first DKIM signature of a message, unproved.
fn signature(message: &[u8]) -> Option<Signature> {
    let text = String::from_utf8_lossy(message).replace('\r', "");
    let (head, _) = text.split_once("\n\n").unwrap_or((&text, ""));
    let head = head.replace("\n\t", " ").replace("\n ", " ");
    let value = head.lines().find_map(|field| {
        let (name, value) = field.split_once(':')?;
        name.trim().eq_ignore_ascii_case("dkim-signature").then_some(value)
    })?;
    let tag = |wanted: &str| {
        let tags = value.split(';').filter_map(|tag| tag.split_once('='));
        let (_, value) =
            tags.map(|(tag, value)| (tag.trim(), value.trim())).find(|(tag, _)| *tag == wanted)?;
        Some(value.to_owned())
    };
    Some(Signature { domain: tag("d")?, selector: tag("s")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_tells_whose_it_is() {
        let folded = "From: a@b.example\r\nDKIM-Signature: v=1; a=rsa-sha256;\r\n\td=b.example; \
                      s=sel1;\r\n h=from; b=x=\r\n\r\ntext";
        check(folded, Some(("b.example", "sel1")));
        check("dkim-signature:d = b.example ;s= x\n\ntext", Some(("b.example", "x")));
        check("DKIM-Signature: v=1; d=b.example\n\ntext", None);
        check("From: a@b.example\n\nDKIM-Signature: d=b.example; s=x", None);

        #[track_caller]
        fn check(message: &str, expected: Option<(&str, &str)>) {
            let expected = expected.map(|(domain, selector)| Signature {
                domain: domain.to_owned(),
                selector: selector.to_owned(),
            });
            assert_eq!(signature(message.as_bytes()), expected);
        }
    }
}
