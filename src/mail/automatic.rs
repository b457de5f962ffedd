//! Is this written by a machine, and by which kind (RFC 3834 §5, RFC 2919, RFC 6522)?
//!
//! Every mark is weighed by itself and names the kind that it speaks for; the most telling kind
//! wins: a bounce that came through a list is a bounce. Words alone, in a subject or a text, never
//! make a machine of a person unless only machines put them there.

mod bounce;
mod fields;
mod list_id;
mod report;
mod sender;
mod words;

use super::Sender;
use super::address::Address;
use super::envelope::ReversePath;

pub use list_id::ListId;

/// Person or machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// The kind.
    pub kind: Kind,
    /// Which marks of the message say so, for people; empty for a person.
    pub reasons: Vec<String>,
    /// Whether the writer asks for no automatic answer.
    pub answers: Answers,
    /// The lists that it came through (RFC 2919), at most [`LISTS_MAX`].
    pub lists: Vec<ListId>,
    /// What it would be without the fields that lists add; `None` where it came through none.
    apart: Option<Box<Self>>,
}

/// List-Ids of one message that are told apart; of a message with more, every list is foreign.
pub const LISTS_MAX: usize = 10;

impl Class {
    /// What the message is to who is behind these lists: what they added says nothing of its writer. A
    /// support address is often a group.
    #[must_use]
    pub fn apart_from(self, own: &[ListId]) -> Self {
        let all_own = self.lists.len() <= LISTS_MAX && self.lists.iter().all(|id| own.contains(id));
        match self.apart {
            Some(apart) if all_own => *apart,
            apart => Self { apart, ..self },
        }
    }
}

/// What kind of writer a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody wrote it.
    Person,
    /// A program wrote it of its own accord: an alarm, a form, a notice.
    Generated,
    /// A program answered a message.
    AutoReply,
    /// A program answered that somebody is away.
    OutOfOffice,
    /// A server reports that a message did not arrive (RFC 3464).
    Bounce,
    /// Another report: read receipt, abuse complaint (RFC 8098, RFC 5965).
    Report,
    /// It came through a mailing list (RFC 2919).
    List,
    /// It went to very many.
    Bulk,
}

/// Whether an automatic answer is welcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// As far as the message says.
    Welcome,
    /// The message asks for none, for this reason (`X-Auto-Response-Suppress`, MS-OXCMAIL
    /// 2.1.3.2.20, or an address that nobody reads).
    Unwelcome(String),
}

impl Kind {
    /// The word for it in listings and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Generated => "generated",
            Self::AutoReply => "auto_reply",
            Self::OutOfOffice => "out_of_office",
            Self::Bounce => "bounce",
            Self::Report => "report",
            Self::List => "list",
            Self::Bulk => "bulk",
        }
    }
}

/// All that a class is made of.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The header fields, unfolded, in order.
    pub fields: &'a [(&'a str, String)],
    /// Who wrote it.
    pub sender: &'a Sender,
    /// The reverse path, where the delivering server wrote one.
    pub return_path: Option<&'a ReversePath>,
    /// The decoded subject.
    pub subject: &'a str,
    /// The media type of the whole, lower case.
    pub media_type: &'a str,
    /// The `report-type` of a `multipart/report` (RFC 6522 §3), else empty.
    pub report_type: &'a str,
    /// The media types of its parts.
    pub parts: &'a [&'a str],
    /// The names of its attachments.
    pub files: &'a [&'a str],
    /// The readable text.
    pub text: &'a str,
}

/// One mark: the kind that it speaks for, and how to say it.
type Mark = (Kind, String);

/// Person or machine.
#[must_use]
pub fn classify(evidence: &Evidence<'_>) -> Class {
    let lists = list_id::of(evidence.fields);
    let class = weighed(evidence);
    if lists.is_empty() {
        return class;
    }
    let fields: Vec<_> =
        evidence.fields.iter().filter(|(name, _)| !fields::is_of_list(name)).cloned().collect();
    let return_path = evidence.return_path.filter(|path| !sender::is_of_list(path));
    let apart = weighed(&Evidence { fields: &fields, return_path, ..*evidence });
    Class { lists, apart: Some(Box::new(apart)), ..class }
}

fn weighed(evidence: &Evidence<'_>) -> Class {
    let mut marks = fields::marks(evidence);
    marks.extend(report::mark(evidence));
    marks.extend(bounce::marks(evidence));
    marks.extend(sender::mark(evidence));
    marks.extend(away(evidence, &marks));
    marks.sort_by_key(|(kind, _)| rank(*kind));
    let answers = sender::unwelcome(evidence).map_or(Answers::Welcome, Answers::Unwelcome);
    Class {
        kind: marks.first().map_or(Kind::Person, |(kind, _)| *kind),
        reasons: marks.into_iter().map(|(_, reason)| reason).collect(),
        answers,
        lists: Vec::new(),
        apart: None,
    }
}

/// How telling a kind is; lower is more so.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Bounce => 0,
        Kind::Report => 1,
        Kind::OutOfOffice => 2,
        Kind::AutoReply => 3,
        Kind::Generated => 4,
        Kind::List => 5,
        Kind::Bulk => 6,
        Kind::Person => 7,
    }
}

/// Whether nobody reads what is sent to an address: a program has it, or its name says so.
#[must_use]
pub fn is_unread(address: &Address) -> bool {
    sender::is_no_person(address.local())
}

/// Away, by the subject: beginnings that only machines write, or common words where another mark
/// says already that a machine answered, or before the subject of what it answers, where a person's
/// program has a marker of its own. An answer of a machine may say so in its text, too.
fn away(evidence: &Evidence<'_>, marks: &[Mark]) -> Option<Mark> {
    let subject = words::folded(evidence.subject);
    let by_machine = marks.iter().any(|(kind, _)| match kind {
        Kind::AutoReply | Kind::Generated | Kind::Bulk => true,
        Kind::OutOfOffice | Kind::Bounce | Kind::Report | Kind::List | Kind::Person => false,
    });
    let names_another = |(name, _): &(&str, String)| {
        ["in-reply-to", "references"].iter().any(|one| name.eq_ignore_ascii_case(one))
    };
    let answers = evidence.fields.iter().any(names_another);
    if words::says_automatic(&subject)
        || words::behind_away(&subject).is_some_and(|rest| answers || words::is_passed_on(rest))
        || (by_machine && words::says_away(&subject))
    {
        return Some((Kind::OutOfOffice, format!("Subject: {}", evidence.subject)));
    }
    let by_responder = marks.iter().any(|(kind, _)| *kind == Kind::AutoReply);
    let head: String = evidence.text.chars().take(TEXT_CHARS_MAX).collect();
    (by_responder && words::says_away(&words::folded(&head)))
        .then(|| (Kind::OutOfOffice, "its text says that somebody is away".to_owned()))
}

/// Characters of an answer's text that are looked at (400).
const TEXT_CHARS_MAX: usize = 400;
