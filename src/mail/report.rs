//! What a server says became of a message (RFC 3464), in the standard form or in prose.
//!
//! Fields that a program wrote for programs come first, then the header field that some servers
//! write, then the prose before the returned message, at last to whom that message went. What is
//! read here is shown; only a MAC ties a report to a mail of ours.

mod candidate;
mod fields;
mod prose;
mod status;
mod words;

use super::address::Address;
use super::body::one_line;
use super::message_id::MessageId;
use prose::Prose;

pub use status::Status;

/// Recipients of one report.
pub const RECIPIENTS_MAX: usize = 100;
/// Characters of what a server said about one recipient.
pub const DIAGNOSTIC_CHARS_MAX: usize = 500;
/// Bytes of prose, and of the fields for programs, that are read (64 KiB each).
pub const READ_BYTES_MAX: usize = 64 * 1024;

/// A report, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Whom it speaks of, at most [`RECIPIENTS_MAX`], each once.
    pub recipients: Vec<Recipient>,
    /// The message that it brings back, or tells of.
    pub original: Option<MessageId>,
}

/// What became of a message for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// To whom it was sent.
    pub address: Address,
    /// What was done; `None` where the report does not say.
    pub action: Option<Action>,
    /// Why, by number; `None` where the report does not say.
    pub status: Option<Status>,
    /// Why, in the server's words, on one line; at most [`DIAGNOSTIC_CHARS_MAX`], may be empty.
    pub diagnostic: String,
}

/// What a server did with a message (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nobody tries any more.
    Failed,
    /// Somebody still tries.
    Delayed,
    /// It arrived.
    Delivered,
    /// It went on to where nobody reports from.
    Relayed,
    /// It arrived at a list, and went on to its members.
    Expanded,
}

impl Action {
    /// Its word (RFC 3464 §2.3.3).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

impl Report {
    /// What became of the message: of several recipients the worst. `None` where the report does not
    /// say.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        let worst =
            [Action::Failed, Action::Delayed, Action::Relayed, Action::Expanded, Action::Delivered];
        let has = |action: &Action| self.recipients.iter().any(|one| one.action == Some(*action));
        worst.into_iter().find(has)
    }
}

impl Recipient {
    /// Whether the address itself is at fault, for good: nobody is there, or its domain takes no
    /// mail. A full mailbox and a refused message say nothing of the address (RFC 3463 §3).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        let failed = match self.action {
            Some(Action::Failed) => true,
            Some(Action::Delayed | Action::Delivered | Action::Relayed | Action::Expanded)
            | None => false,
        };
        failed && self.status.is_some_and(Status::blames_address)
    }
}

/// All that a report is read from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The fields for programs: `message/delivery-status`, decoded.
    pub status: &'a str,
    /// The header's fields, unfolded, in order.
    pub fields: &'a [(&'a str, String)],
    /// Who reports.
    pub reporter: Option<&'a Address>,
    /// To whom it is reported: who sent the message.
    pub reported_to: &'a [&'a Address],
    /// The readable text.
    pub text: &'a str,
    /// Who stands in To of the message that came back.
    pub returned_to: &'a [Address],
    /// The message that it brings back, or tells of.
    pub original: Option<&'a MessageId>,
}

/// Reads a report of a delivery.
#[must_use]
pub fn read(sources: &Sources<'_>) -> Report {
    let original = sources.original.cloned();
    let by_fields = by_fields(sources);
    if !by_fields.is_empty() {
        return Report { recipients: by_fields, original };
    }
    let prose = Prose::of(sources);
    let ways: [fn(&Sources<'_>, &Prose<'_>) -> Vec<Recipient>; 3] =
        [by_header, by_prose, by_returned];
    let recipients = ways.iter().map(|way| way(sources, &prose)).find(|found| !found.is_empty());
    Report { recipients: recipients.unwrap_or_default(), original }
}

fn by_fields(sources: &Sources<'_>) -> Vec<Recipient> {
    let found = fields::read(head(sources.status));
    if found.is_empty() { fields::read(prose::before_original(head(sources.text))) } else { found }
}

/// `X-Failed-Recipients` of Exim and of Google. What was said of them stands in the prose.
fn by_header(sources: &Sources<'_>, prose: &Prose<'_>) -> Vec<Recipient> {
    let lists = sources
        .fields
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("x-failed-recipients"))
        .flat_map(|(_, list)| candidate::candidates(list))
        .take(RECIPIENTS_MAX);
    let mut found = Vec::new();
    for one in lists {
        add(&mut found, prose.told(one.address));
    }
    found
}

fn by_prose(sources: &Sources<'_>, prose: &Prose<'_>) -> Vec<Recipient> {
    prose.recipients(sources)
}

/// Who alone stands in To of the returned message is the one who did not get it.
fn by_returned(sources: &Sources<'_>, prose: &Prose<'_>) -> Vec<Recipient> {
    match sources.returned_to {
        [one] => vec![prose.told(one.clone())],
        _ => Vec::new(),
    }
}

/// The beginning that is read.
fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(READ_BYTES_MAX)).unwrap_or(text)
}

/// Adds a recipient that is not there yet.
fn add(to: &mut Vec<Recipient>, one: Recipient) {
    if to.len() < RECIPIENTS_MAX && to.iter().all(|known| known.address != one.address) {
        to.push(one);
    }
}

/// One line of a server's words, cut and fit to be shown.
fn diagnostic(text: &str) -> String {
    let line = one_line(text);
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(DIAGNOSTIC_CHARS_MAX).collect()
}
