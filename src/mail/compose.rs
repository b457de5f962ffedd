//! A draft becomes the final bytes of a message (RFC 5322, RFC 2045): the same draft, the same
//! bytes. What a stranger wrote into a name, subject or text stays name, subject or text, and nothing
//! of a message that came is ever copied into one that goes (STD-76): there are no other fields.

mod body;
pub mod carried;
mod header;

use std::time::{Duration, SystemTime};

use lettre::address::Envelope;
use lettre::message::Message;
use lettre::message::header::{Date, HeaderValue};

use super::address::{Address, NamedAddress};
use super::dkim::{SignError, Signer};
use super::message_id::MessageId;
use crate::time::Timestamp;

/// Identifiers in `References`: the first of the thread and the newest.
pub const REFERENCES_WRITTEN_MAX: usize = 20;

/// Bytes of an instance's name.
const INSTANCE_BYTES_MAX: usize = 255;
/// Seconds from 1970 to the end of year 9999, the last year that a `Date` field can hold.
const SECONDS_MAX: u64 = 253_402_300_799;

/// A message as it is meant. Everything in it may come from a stranger, but the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// `From`: the desk or an agent's name at the desk's address.
    pub from: NamedAddress,
    /// `To`: the one recipient.
    pub to: NamedAddress,
    /// `Reply-To`, where answers shall go if not to `from`.
    pub reply_to: Option<Address>,
    /// `Subject`, decoded. Control characters become blanks, and blanks one blank.
    pub subject: String,
    /// `Date`, written in UTC to the second.
    pub date: Timestamp,
    /// `Message-ID`; the MIME boundary comes from it.
    pub message_id: MessageId,
    /// `In-Reply-To`: the message that this one answers (RFC 5322 §3.6.4).
    pub in_reply_to: Option<MessageId>,
    /// `References`: the thread, oldest first; the first and the last ones of it are written, at
    /// most [`REFERENCES_WRITTEN_MAX`].
    pub references: Vec<MessageId>,
    /// The text, with any line ends.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// The tag of the language in which it is (BCP 47), where that is known.
    pub language: Option<&'static str>,
    /// Whether a person or a program says this.
    pub automatic: Automatic,
    /// The instance's name, for `X-Loop: tidings-<instance>`.
    pub instance: String,
}

/// Whether a message is one that no program may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Automatic {
    /// A person wrote it.
    No,
    /// The desk answers by itself: RFC 3834 §5, RFC 5230 §5.6, MS-OXCMAIL §2.1.3.2.20.
    Replied,
    /// The desk writes of its own accord, to who runs it: RFC 3834 §5, MS-OXCMAIL §2.1.3.2.20.
    Generated,
}

/// Why a draft cannot become a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Before 1970 or after 9999.
    #[error("{0} cannot be written as a date")]
    Date(Timestamp),
    /// Empty, too long, or not printable ASCII.
    #[error("the name of the instance is not 1 to 255 printable ASCII characters")]
    Instance,
    /// lettre has stricter rules.
    #[error("cannot be composed: {0}")]
    Refused(String),
    /// A receiver would take what is not signed for forged.
    #[error("cannot be signed: {0}")]
    Unsigned(#[from] SignError),
}

/// Writes the message: CRLF line ends only, no line above 998 bytes, encoded bodies, and exactly
/// the fields that the draft has, behind the signatures of who signs. They carry the draft's date.
///
/// # Errors
/// [`ComposeError`]; there are no bytes then.
pub fn compose(draft: &Draft, signer: Option<&Signer>) -> Result<Vec<u8>, ComposeError> {
    let refused = |error: &dyn std::error::Error| ComposeError::Refused(error.to_string());
    // lettre wants an envelope; ours travels beside the bytes.
    let recipient = draft.to.address.as_str().parse().map_err(|error| refused(&error))?;
    let envelope = Envelope::new(None, vec![recipient]).map_err(|error| refused(&error))?;
    let mut builder = Message::builder().envelope(envelope).header(date(draft.date)?);
    for field in fields(draft)? {
        builder = builder.raw_header(field);
    }
    let message = match &draft.html {
        Some(html) => builder.multipart(body::alternative(&draft.text, html, &draft.message_id)),
        None => builder.singlepart(body::plain(&draft.text)),
    };
    let bytes = message.map_err(|error| refused(&error))?.formatted();
    match signer {
        Some(signer) => Ok(signer.sign(&bytes, draft.date)?),
        None => Ok(bytes),
    }
}

/// By what an instance knows its own mail when that comes back, whatever a relay has made of the rest.
#[must_use]
pub fn loop_mark(instance: &str) -> String {
    format!("tidings-{instance}")
}

fn date(instant: Timestamp) -> Result<Date, ComposeError> {
    let seconds =
        u64::try_from(instant.as_seconds()).ok().filter(|&seconds| seconds <= SECONDS_MAX);
    let since = seconds.map(Duration::from_secs).ok_or(ComposeError::Date(instant))?;
    Ok(Date::new(SystemTime::UNIX_EPOCH + since))
}

/// All fields but `Date` and those of MIME.
fn fields(draft: &Draft) -> Result<Vec<HeaderValue>, ComposeError> {
    let mut fields = vec![header::mailbox("From", &draft.from), header::mailbox("To", &draft.to)];
    if let Some(address) = &draft.reply_to {
        fields.push(header::address("Reply-To", address));
    }
    fields.push(header::text("Subject", &draft.subject));
    fields.push(header::identifiers("Message-ID", [&draft.message_id]));
    if let Some(parent) = &draft.in_reply_to {
        fields.push(header::identifiers("In-Reply-To", [parent]));
    }
    if let Some((first, rest)) = draft.references.split_first() {
        let newest = rest.len().saturating_sub(REFERENCES_WRITTEN_MAX - 1);
        let kept = std::iter::once(first).chain(rest.iter().skip(newest));
        fields.push(header::identifiers("References", kept));
    }
    if let Some(tag) = draft.language {
        fields.push(header::token("Content-Language", tag));
    }
    match draft.automatic {
        Automatic::No => {}
        Automatic::Replied => fields.extend([
            header::token("Auto-Submitted", "auto-replied"),
            header::token("X-Auto-Response-Suppress", "All"),
            header::token("Precedence", "bulk"),
        ]),
        Automatic::Generated => fields.extend([
            header::token("Auto-Submitted", "auto-generated"),
            header::token("X-Auto-Response-Suppress", "All"),
        ]),
    }
    fields.push(header::token("X-Loop", &loop_mark(instance(&draft.instance)?)));
    Ok(fields)
}

fn instance(name: &str) -> Result<&str, ComposeError> {
    let printable = name.bytes().all(|byte| byte.is_ascii_graphic());
    let fits = (1..=INSTANCE_BYTES_MAX).contains(&name.len());
    if printable && fits { Ok(name) } else { Err(ComposeError::Instance) }
}
