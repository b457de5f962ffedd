//! Decisions: one verdict, and effects as data. The list of effects is the list of all that a
//! message can do.

pub mod by_hand;
mod verdict;

use std::fmt;

use by_hand::ByHand;
pub use verdict::{Ignored, Verdict};

use crate::desk::account::AccountId;
use crate::desk::account::coupon::CouponCode;
use crate::desk::article::ArticleKind;
use crate::desk::entitlement::Entitlement;
use crate::desk::language::Language;
use crate::desk::level::LevelName;
use crate::desk::priority::Priority;
use crate::desk::ticket::Status;
use crate::mail::address::Address;
use crate::mail::attachment::Attachment;
use crate::mail::envelope::Envelope;
use crate::mail::message_id::MessageId;
use crate::mail::proof;
use crate::mail::rating::Stars;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// What happens, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The one recorded outcome.
    pub verdict: Verdict,
    /// The reasons, for people, in the order in which they were found.
    pub why: Vec<String>,
    /// What is written.
    pub effects: Vec<Effect>,
}

/// One thing that a decision writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A ticket begins.
    OpenTicket(NewTicket),
    /// Somebody becomes a party to a ticket.
    AddParticipant(NewParticipant),
    /// A ticket changes; guarded by its version.
    ChangeTicket(TicketChange),
    /// A message enters a ticket.
    AddArticle(NewArticle),
    /// A notice goes out.
    Submit(NewNotice),
    /// A notice that a server had taken did not arrive.
    Bounce(Bounced),
    /// An address takes no mail any more.
    Undeliverable(Undeliverable),
    /// Something is worth remembering.
    Record(NewEvent),
    /// A coupon is counted for a ticket; never more often than it was sold.
    Redeem(Redemption),
    /// Somebody opens tickets as a machine does.
    Hush(NewHush),
    /// A ticket is more urgent than it was, or less.
    Prioritize(NewPriority),
    /// What its requester thinks of how a ticket was handled.
    Rate(NewRating),
    /// What agents alone do.
    ByHand(ByHand),
}

/// A ticket that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTicket {
    /// Its number.
    pub number: TicketNumber,
    /// Where it begins.
    pub status: Status,
    /// The priority.
    pub priority: Priority,
    /// The level that was granted.
    pub level: LevelName,
    /// Whose it is.
    pub account: Option<AccountId>,
    /// Whose it would be, or who would have more, if the requester were proven.
    pub claimed: Option<AccountId>,
    /// How sure it is who the requester is; `None` where a person says so.
    pub proof: Option<proof::Verdict>,
    /// Who opened it; `None` when nobody can tell.
    pub requester: Option<Address>,
    /// The name that the requester shows.
    pub requester_name: String,
    /// The base subject.
    pub subject: String,
    /// What it is about, where tickets about the same are counted.
    pub topic: Option<String>,
    /// A ticket that it continues, or may belong to.
    pub linked: Option<TicketNumber>,
    /// In which its requester is written to; `None` where nobody can tell.
    pub language: Option<Language>,
}

/// A party to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewParticipant {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Who.
    pub address: Address,
    /// The name shown.
    pub name: String,
}

/// A change of a ticket. Written only if the ticket still has `version` and `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketChange {
    /// The ticket.
    pub number: TicketNumber,
    /// The version that was read.
    pub version: i64,
    /// The status that was read.
    pub from: Status,
    /// The status that it gets; may be the same.
    pub to: Status,
    /// What it is entitled to from now on, where that changes.
    pub entitlement: Option<Entitlement>,
}

/// How urgent a ticket is from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPriority {
    /// The ticket.
    pub ticket: TicketNumber,
    /// How urgent.
    pub priority: Priority,
    /// The agent who says so, whose word then stays; `None` is its requester.
    pub by: Option<String>,
}

/// How a requester rates a ticket; an earlier rating is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRating {
    /// The ticket.
    pub ticket: TicketNumber,
    /// How good.
    pub stars: Stars,
    /// Who says so.
    pub rater: Address,
}

/// A coupon that is counted for a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Whose coupon it is.
    pub account: AccountId,
    /// Its code.
    pub code: CouponCode,
    /// For how many tickets it was sold.
    pub uses: i64,
}

/// A message that enters a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewArticle {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Who speaks.
    pub kind: ArticleKind,
    /// The writer, for people.
    pub from: String,
    /// When it was said.
    pub at: Timestamp,
    /// What it says.
    pub text: String,
    /// Its identifier.
    pub message_id: Option<MessageId>,
    /// Messages that it answers, as far as the ticket does not have them.
    pub ancestors: Vec<MessageId>,
    /// Other systems' tags in its subject.
    pub tags: Vec<String>,
    /// Who stood in To and Cc.
    pub recipients: Vec<Address>,
    /// What came along.
    pub attachments: Vec<Attachment>,
    /// What it means for the promises of the ticket.
    pub means: Means,
}

/// What an article means for the promises of its ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// An answer is owed to it.
    Asks,
    /// It is an agent's answer.
    Answers,
    /// An agent has looked at the ticket.
    Works,
    /// Nothing: thanks, what a machine writes, what nobody believes.
    Nothing,
}

/// A mail that goes out: final bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// The ticket it is about.
    pub ticket: TicketNumber,
    /// Which mail.
    pub kind: NoticeKind,
    /// When it goes out.
    pub due: Due,
    /// What the message is about that it acknowledges.
    pub topic: Option<String>,
    /// From and to.
    pub envelope: Envelope,
    /// Its identifier, known as a reference from now on.
    pub message_id: MessageId,
    /// The message, as it goes over the wire, but for what it carries.
    pub bytes: Vec<u8>,
    /// What is added to it before it goes out.
    pub carries: Carries,
}

/// What a notice gets before it goes out. It may be large: it is added, and the whole signed, while nobody
/// waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Nothing: its bytes are final.
    Nothing,
    /// The attachments of the message that is the reason.
    Attachments,
    /// What was said in the ticket in public.
    Correspondence,
}

/// A notice that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounced {
    /// The ticket it is about.
    pub ticket: TicketNumber,
    /// Its identifier.
    pub message_id: MessageId,
}

/// An address that takes no mail any more, as a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undeliverable {
    /// Whose.
    pub address: Address,
    /// The ticket that a mail to it was about.
    pub ticket: TicketNumber,
    /// The status and the server's words, for people.
    pub why: String,
}

/// When a notice goes out, and whether the caps of its domain and its desk count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// At once; they do not count it.
    Uncapped,
    /// Then; they count it there.
    Capped(Timestamp),
}

/// Somebody opens tickets as a machine does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHush {
    /// Who.
    pub whom: Hushed,
    /// The end of it.
    pub until: Timestamp,
}

/// Who opens tickets as a machine does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hushed {
    /// This address: nothing is acknowledged to it, and the operator is told.
    Address(Address),
    /// Addresses of this domain: the operator is told.
    Domain(String),
}

/// Which mail goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// "We have your message."
    Acknowledgement,
    /// An agent's words to the requester.
    Answer,
    /// "Your ticket has a higher level now."
    Raised,
    /// What came, to an agent.
    Notification,
    /// What was not done, to an agent.
    Refusal,
    /// A promise that is near its end, to who has the ticket.
    Warning,
    /// One that is broken, to the supervisor.
    Breach,
    /// A ticket outside of the hours, to who is on call.
    Call,
    /// Several of those.
    Digest,
    /// What nobody could plan, to who has an open ticket.
    Announcement,
    /// "We wait for your answer."
    Reminder,
    /// "Your ticket stands elsewhere now, or is less urgent."
    Changed,
    /// All that was said, to who asks for it.
    History,
}

/// Something worth remembering about a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The ticket.
    pub ticket: TicketNumber,
    /// The kind, one word.
    pub kind: &'static str,
    /// What happened and why, for people.
    pub detail: String,
}

impl Decision {
    /// What is recorded beside the verdict: why, in one line.
    #[must_use]
    pub fn reason(&self) -> String {
        let why = self.why.iter().map(String::as_str).filter(|why| !why.is_empty());
        let detail = match &self.verdict {
            Verdict::Ignored(ignored) => Some(ignored.why()),
            Verdict::Held(why) => Some(why.as_str()),
            Verdict::Opened(_)
            | Verdict::FollowUp(_)
            | Verdict::Event(_)
            | Verdict::Duplicate(_) => None,
        };
        detail.into_iter().chain(why).collect::<Vec<_>>().join("; ")
    }
}

impl NoticeKind {
    /// The word in the store and in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Answer => "answer",
            Self::Raised => "raised",
            Self::Notification => "notification",
            Self::Refusal => "refusal",
            Self::Warning => "warning",
            Self::Breach => "breach",
            Self::Call => "call",
            Self::Digest => "digest",
            Self::Announcement => "announcement",
            Self::Reminder => "reminder",
            Self::Changed => "changed",
            Self::History => "history",
        }
    }
}

/// For people.
impl fmt::Display for Hushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address} opens tickets as a machine does"),
            Self::Domain(domain) => {
                write!(f, "addresses of {domain} open tickets as a machine does")
            }
        }
    }
}
