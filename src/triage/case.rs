//! All that a decision may look at. If a rule needs more, it is added here: never a query.

pub mod known;
pub mod ordered;

use std::time::Duration;

use crate::desk::article::ArticleId;
use crate::desk::command::COMMANDS_MAX;
use crate::desk::entitlement::Entitlement;
use crate::desk::language::Language;
use crate::desk::priority::Priority;
use crate::desk::target::clocks::Clocks;
use crate::desk::ticket::Status;
use crate::fresh::{Fresh, Token};
use crate::mail::address::{Address, NamedAddress};
use crate::mail::message_id::MessageId;
use crate::mail::proof::Proof;
use crate::mail::spam::SpamSign;
use crate::mail::subject::TicketNumber;
use crate::mail::{Digest, Mail};
use crate::time::Timestamp;
use crate::triage::answer::Correspondence;
use crate::triage::grant::AddressTrust;
use crate::triage::policy::Policy;
use crate::triage::promise::By;
use crate::triage::split::ArticleHead;
use known::{AccountMatch, Acquaintance, CouponFacts};
use ordered::Ordered;

/// One message and everything that bears on it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What it says.
    pub mail: &'a Mail,
    /// How it came.
    pub arrival: &'a Arrival,
    /// Who wrote it, as far as that is known.
    pub proof: &'a Proof,
    /// By what a filter in front of the mailbox calls it spam.
    pub spam: Option<&'a SpamSign>,
    /// What the store knew, in the transaction of the decision.
    pub facts: &'a Facts,
    /// What the configuration says.
    pub policy: &'a Policy,
    /// The instant and the names of the decision.
    pub fresh: &'a Fresh,
}

/// The row of an inbound message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InboundId(pub i64);

/// How a message came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When the mail server took it: INTERNALDATE (RFC 9051 §2.3.3).
    pub received: Timestamp,
    /// How it relates to the desk's first look at the folder.
    pub age: Age,
    /// How much of it there is.
    pub form: Form,
    /// In which kind of folder it lay.
    pub folder: FolderKind,
    /// Who has said that it is no spam, if somebody has.
    pub released: Option<Released>,
}

/// A kind of folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderKind {
    /// One of `folders`; files count as well.
    Watched,
    /// One of `junk_folders`: what lies there is spam unless somebody whom the desk knows wrote it.
    Junk,
}

/// A person's word that a message is no spam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// Whose.
    pub by: String,
    /// When it was given.
    pub at: Timestamp,
}

/// How a message relates to the desk's first look at its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It came while the desk watched.
    New,
    /// It lay there when the desk first looked: it becomes a ticket, told to nobody.
    BackFill,
    /// It lay there before the desk began to watch, and the desk was told to start with new mail.
    BeforeFirstRun,
    /// It was found later than it came, after a restore or in the archive folder: somebody may have
    /// been told of it before. It becomes a ticket or an article, told to nobody.
    Found,
    /// One of very many old messages that appeared together: a person should look first.
    OldInBulk,
}

impl Age {
    /// As whose its decision counts for promises.
    #[must_use]
    pub fn by(self) -> By {
        match self {
            Self::New => By::Mail,
            Self::BackFill | Self::BeforeFirstRun | Self::Found | Self::OldInBulk => By::Found,
        }
    }
}

/// How much of a message was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// All of it.
    Whole,
    /// The beginning: it is larger than `message_limit`.
    Oversize {
        /// Its size on the server, in bytes.
        size: u64,
    },
}

/// What the store knows that bears on a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// An earlier inbound of the desk that says the same.
    pub earlier: Option<Earlier>,
    /// One that says the same and came at another time, more than a day from this message, so that
    /// neither is taken for a copy of the other; or one under the same signature.
    pub replays: Option<InboundId>,
    /// Accounts of which the one who asks is a contact.
    pub accounts: Vec<AccountMatch>,
    /// What the desk announces, the newest first.
    pub announcements: Vec<String>,
    /// Their coupons that the message names.
    pub coupons: Vec<CouponFacts>,
    /// Those of the tickets below for which a coupon was redeemed; not asked for where none is named.
    pub redeemed: Vec<TicketNumber>,
    /// What was ordered before of the tickets below; not asked for where the message orders nothing.
    pub ordered: Vec<Ordered>,
    /// When he opened his first ticket at the desk; not asked for where no level ends.
    pub first_ticket: Option<Timestamp>,
    /// The addresses under which our own servers delivered it (RFC 9228).
    pub delivered_to: Vec<Address>,
    /// The tokens in the addresses under which the message came.
    pub tokens: Vec<Addressed>,
    /// Whether an agent has said that the sender's address needs no proof.
    pub trust: AddressTrust,
    /// Tickets that the message's references belong to.
    pub referenced: Vec<Referenced>,
    /// The tickets whose identifiers stand in the subject, in their order there.
    pub tagged: Vec<TicketFacts>,
    /// Those of the message's attachments whose bytes some ticket of the desk has, as far as it matters.
    pub seen: Vec<Digest>,
    /// A ticket of the desk to which the one who asks is a party; looked for in junk folders alone.
    pub party_to: Option<TicketNumber>,
    /// Acknowledgements of late.
    pub acknowledged: Acknowledged,
    /// Tickets of late about the same thing.
    pub opened: Opened,
    /// Open tickets of the one who asks, the newest first; not asked for where the desk has no agents.
    pub also_open: Vec<OpenTicket>,
    /// The tickets that the message may be about, where it comes from the address of an agent.
    pub handled: Vec<Handled>,
    /// To whom mails about the tickets of a report did not arrive since a day ago.
    pub bounced: Vec<Address>,
    /// Mails in the last hour that told this agent of what was not done.
    pub refusals: i64,
}

impl Handled {
    /// What is known of the requester.
    #[must_use]
    pub fn acquaintance(&self) -> Acquaintance<'_> {
        Acquaintance { accounts: &self.accounts, first_ticket: self.first_ticket }
    }
}

impl Facts {
    /// What is known of who asks.
    #[must_use]
    pub fn acquaintance(&self) -> Acquaintance<'_> {
        Acquaintance { accounts: &self.accounts, first_ticket: self.first_ticket }
    }

    /// How many notices a decision by these may have, beside the first.
    #[must_use]
    pub fn further_notices(&self, policy: &Policy) -> usize {
        // An agent's orders may add some.
        let parties =
            self.handled.iter().map(|one| one.participants.len() + 1 + COMMANDS_MAX).max();
        // The supervisor need not be an agent.
        policy.agents.len() + 2 + parties.unwrap_or(0)
    }
}

/// An open ticket, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTicket {
    /// Its number.
    pub number: TicketNumber,
    /// Where it stands.
    pub status: Status,
    /// Its base subject.
    pub subject: String,
}

/// A ticket, as far as an agent's mail about it needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// The ticket.
    pub ticket: Correspondence,
    /// Those accounts of which its requester is a contact.
    pub accounts: Vec<AccountMatch>,
    /// When the requester opened his first ticket; not asked for where no level ends.
    pub first_ticket: Option<Timestamp>,
    /// What the requester's side said of late, the last first.
    pub said: Vec<String>,
    /// When the server took the last.
    pub said_at: Option<Timestamp>,
    /// The requester and the participants.
    pub participants: Vec<NamedAddress>,
    /// The article about which the mail was that is answered.
    pub answered: Option<ArticleId>,
    /// Its own articles, oldest first.
    pub articles: Vec<ArticleHead>,
}

/// An earlier inbound with the same bytes or the same second key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its row.
    pub inbound: InboundId,
    /// What became of it.
    pub effects: EarlierEffects,
    /// `Junk` where a copy, the same to the byte, lay in a junk folder.
    pub folder: FolderKind,
}

/// Whether an earlier copy had its effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlierEffects {
    /// It is an article or an event.
    Had,
    /// It waits for a person, and may have them yet.
    Held,
    /// It was ignored: a copy is decided anew.
    Ignored,
}

/// A token in an address under which the message came, true or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// The token.
    pub token: Token,
    /// The ticket that it names; `None` when the desk has none of this number.
    pub ticket: Option<TicketFacts>,
    /// Where it is a bounce's: the notices of that ticket, the newest.
    pub notices: Vec<SentNotice>,
}

/// A notice that went out, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentNotice {
    /// Its identifier.
    pub message_id: MessageId,
    /// To whom.
    pub to: Address,
}

/// A Message-ID that the message refers to and that the desk has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referenced {
    /// The identifier.
    pub message_id: MessageId,
    /// What it is to that ticket.
    pub role: Role,
    /// The ticket it belongs to.
    pub ticket: TicketFacts,
    /// Who stood in To and Cc of the article with this identifier, or who got the notice with it.
    pub recipients: Vec<Address>,
    /// Among whom it was exchanged.
    pub among: Among,
}

/// Among whom a message was exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// The desk and those outside.
    All,
    /// The desk and its agents.
    Agents,
}

/// What a Message-ID is to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A message of it.
    Message,
    /// Nobody here has seen it: an article answers it.
    Ancestor,
}

impl Role {
    /// The word in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Ancestor => "ancestor",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Message, Self::Ancestor].into_iter().find(|role| role.as_str() == word)
    }
}

/// What is known of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketFacts {
    /// Its number.
    pub number: TicketNumber,
    /// The version that a change must still find.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// Since when it is resolved or closed; `None` while it is neither.
    pub over: Option<Timestamp>,
    /// How urgent it is.
    pub priority: Priority,
    /// The agent who has said so, if one has.
    pub priority_by: Option<String>,
    /// What it is entitled to.
    pub entitlement: Entitlement,
    /// Who opened it; `None` when nobody can tell.
    pub requester: Option<NamedAddress>,
    /// In which it began.
    pub language: Option<Language>,
    /// Its base subject.
    pub subject: String,
    /// That of the ticket by which it was found, where that one was merged into this.
    pub merged_subject: Option<String>,
    /// The requester and the participants.
    pub parties: Vec<Address>,
    /// The agent who has it, by name.
    pub agent: Option<String>,
    /// What is promised of it.
    pub clocks: Clocks,
}

/// How many acknowledgements went out, or will, as far as the caps need to know. What goes to proven
/// contacts of a valid licence counts for the address alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// To the sender's address in the last hour.
    pub address_hour: i64,
    /// To the sender's address in the last day.
    pub address_day: i64,
    /// To the sender's domain in the last hour.
    pub domain_hour: i64,
    /// By the desk in the last hour.
    pub total_hour: i64,
    /// Because of the same web form in the last hour.
    pub form_hour: i64,
    /// When there is room for the sender's domain again; `None` while there is.
    pub domain_room: Option<Timestamp>,
    /// When there is room for the desk again; `None` while there is.
    pub total_room: Option<Timestamp>,
    /// To the sender's address about this topic, within [`SAME_TOPIC_WITHIN`].
    pub same_topic: i64,
}

/// Acknowledgements to one address about one topic are counted for so long.
pub const SAME_TOPIC_WITHIN: Duration = Duration::from_hours(3);

/// How many tickets were opened about the topic of the message, within [`OPENED_WITHIN`], and what
/// was decided because of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// By the sender's address.
    pub by_address: i64,
    /// By the sender's domain.
    pub by_domain: i64,
    /// Until when nothing is acknowledged to the address.
    pub address_hushed: Option<Timestamp>,
    /// Until when the operator is told of the domain.
    pub domain_hushed: Option<Timestamp>,
}

/// Tickets about one topic are counted for so long.
pub const OPENED_WITHIN: Duration = Duration::from_mins(30);
