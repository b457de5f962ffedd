//! What the configuration says about a desk, as far as decisions need it.

use std::fmt;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::desk::agent::Agent;
use crate::desk::checklist::Checklist;
use crate::desk::language::Languages;
use crate::desk::level::{Level, LevelName};
use crate::desk::priorities::Priorities;
use crate::desk::priority_rule::PriorityRule;
use crate::desk::sender_proof::SenderProof;
use crate::desk::silence;
use crate::fresh::Namer;
use crate::mail::address::pattern::AddressPattern;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::attachment::accepted::Accepted;
use crate::mail::automatic::ListId;
use crate::mail::dkim::Signer;
use crate::mail::envelope::ReversePath;
use crate::mail::subject::TicketPrefix;
use crate::render::Templates;

/// The rules of one desk.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The desk's name, its identity.
    pub desk: Box<str>,
    /// The address in From of everything it sends.
    pub address: Address,
    /// Other addresses under which mail reaches it.
    pub aliases: Vec<Address>,
    /// Addresses of the instance's other desks.
    pub other_desks: Vec<Address>,
    /// The name beside the address.
    pub display_name: String,
    /// What stands before the number in its ticket identifiers.
    pub prefix: TicketPrefix,
    /// All levels.
    pub levels: Vec<Level>,
    /// Which priorities there are.
    pub priorities: Priorities,
    /// Whether requesters say how urgent their tickets are.
    pub requester_priority: RequesterPriority,
    /// How urgent tickets are by their subjects; the first that fits.
    pub priority_rules: Vec<PriorityRule>,
    /// What it asks for where a request does not say it.
    pub checklist: Vec<Checklist>,
    /// What it does by itself when nobody says a word.
    pub silence: silence::Rules,
    /// Of which changes requesters are told.
    pub notices: Vec<Told>,
    /// The level of who is not known.
    pub default_level: Level,
    /// The level of who is known and has no valid licence.
    pub lapsed_level: Level,
    /// What a paid level asks of its senders, unless the licence says it.
    pub sender_proof: SenderProof,
    /// When an acknowledgement goes out.
    pub acknowledge: Acknowledge,
    /// Messages older than this are not acknowledged.
    pub acknowledge_within: Duration,
    /// For how long what was resolved or closed is opened again by a follow-up; zero is never.
    pub reopen_within: Duration,
    /// Caps.
    pub limits: AcknowledgeLimits,
    /// What is done with bulk mail that belongs to no ticket.
    pub bulk: Bulk,
    /// Whether what programs write reopens a ticket.
    pub generated_reopens: GeneratedReopens,
    /// Lists that are addresses of the desk: what they add to a message says nothing of its writer.
    pub own_lists: Vec<ListId>,
    /// Which attachments it takes.
    pub attachments: Accepted,
    /// From whom nothing is taken.
    pub block: Vec<Blocked>,
    /// The web forms of the desk.
    pub forms: Vec<WebForm>,
    /// Who answers for it, in the order of the configuration.
    pub agents: Vec<Agent>,
    /// What an agent's rights ask of him.
    pub agent_proof: AgentProof,
    /// Who is told of what goes wrong, beside the supervisors among them.
    pub supervisor: Option<Address>,
    /// What stands under an agent's answers; may be empty.
    pub signature: String,
    /// In which languages it writes to requesters.
    pub languages: Languages,
    /// Where answers to its mails go.
    pub replies: Replies,
    /// `MAIL FROM` of its notices.
    pub envelope_from: EnvelopeFrom,
    /// Who signs what it sends; `None` where the server that takes it signs.
    pub signer: Option<Signer>,
    /// Which Message-IDs are ours.
    pub namer: Namer,
    /// How notices are worded.
    pub templates: Templates,
}

/// What an agent's rights ask of who writes from his address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentProof {
    /// A signature of his domain, or a login at the desk's own servers.
    Required,
    /// That, or an address or a Message-ID that was given to him alone.
    Token,
}

/// Where answers to a desk's mails go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replies {
    /// To the desk's address: the token is in our Message-ID alone.
    Plain,
    /// To an address with a token, too.
    Tokens(AddressPattern),
}

/// `MAIL FROM` of a desk's notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeFrom {
    /// This, of acknowledgements; answers have the desk's address.
    Fixed(ReversePath),
    /// An address of its own for each notice, with a token.
    Tokens(AddressPattern),
}

/// When an acknowledgement goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledge {
    /// For a new ticket.
    Tickets,
    /// For a new ticket, and for what its proven requester adds to it.
    Messages,
    /// Never.
    None,
}

/// A change of a ticket of which its requester may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// An agent has taken it.
    Accepted,
    /// He is asked for something.
    Pending,
    /// Somebody outside of the desk has to act.
    Waiting,
    /// It is resolved.
    Resolved,
    /// It is closed.
    Closed,
    /// It is open again.
    Reopened,
    /// It is more urgent than it was, or less.
    Priority,
    /// It has another level.
    Level,
    /// It is a part of another ticket from now on.
    Merged,
    /// Of nothing: with what is resolved he is asked what he thinks of it.
    Rating,
}

impl Told {
    /// All.
    pub const ALL: [Self; 10] = [
        Self::Accepted,
        Self::Pending,
        Self::Waiting,
        Self::Resolved,
        Self::Closed,
        Self::Reopened,
        Self::Priority,
        Self::Level,
        Self::Merged,
        Self::Rating,
    ];

    /// The word in the configuration and in templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Priority => "priority",
            Self::Level => "level",
            Self::Merged => "merged",
            Self::Rating => "rating",
        }
    }
}

/// Whether requesters say how urgent their tickets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequesterPriority {
    /// They do, until an agent does.
    Heard,
    /// Agents alone do.
    Ignored,
}

/// What is done with bulk mail that belongs to no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// It is ignored.
    Ignore,
    /// It opens a ticket, unacknowledged.
    Open,
}

/// Whether what programs write, alarms or orders, reopens a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratedReopens {
    /// As a person's words do.
    Yes,
    /// The ticket stays where it is.
    No,
}

/// From whom nothing is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// This address.
    Address(Address),
    /// Every address of this domain, and of none below it.
    Domain(Box<str>),
}

impl Blocked {
    /// Whether it means this address.
    #[must_use]
    pub fn covers(&self, address: &Address) -> bool {
        match self {
            Self::Address(blocked) => blocked == address,
            Self::Domain(domain) => **domain == *address.domain(),
        }
    }
}

/// As it is written: `spam@example.com`, `@example.com`.
impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Domain(domain) => write!(f, "@{domain}"),
        }
    }
}

/// A web form of ours, which mails what somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebForm {
    /// The address in From of its mail.
    pub from: Address,
    /// Acknowledgements that go out because of it in an hour; `None` is no limit.
    pub per_hour: Option<u32>,
}

/// How many acknowledgements may go out (RFC 3834 §2); `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcknowledgeLimits {
    /// To one address in an hour.
    pub address_per_hour: Option<u32>,
    /// To one address in a day.
    pub address_per_day: Option<u32>,
    /// To one domain in an hour.
    pub domain_per_hour: Option<u32>,
    /// By the desk in an hour.
    pub total_per_hour: Option<u32>,
}

impl Policy {
    /// The desk as the writer of a mail.
    #[must_use]
    pub fn sender(&self) -> NamedAddress {
        NamedAddress { name: self.display_name.clone(), address: self.address.clone() }
    }

    /// Whether an address is one of the desk's own.
    #[must_use]
    pub fn is_own(&self, address: &Address) -> bool {
        self.address == *address || self.aliases.contains(address)
    }

    /// The time zone in which the days of a level begin and end.
    #[must_use]
    pub fn zone_of(&self, level: &Level) -> TimeZone {
        level.service.usual.hours.zone().clone()
    }

    /// Whether some level ends a time after somebody's first ticket.
    #[must_use]
    pub fn has_ends(&self) -> bool {
        let own = [&self.default_level, &self.lapsed_level];
        self.levels.iter().chain(own).any(|level| level.ends.is_some())
    }

    /// Whether a level is one that only agents give, where another lists it.
    #[must_use]
    pub fn is_by_escalation(&self, level: &LevelName) -> bool {
        self.levels.iter().any(|one| one.escalates_to.contains(level))
    }

    /// The level of this name; `None` when it has left the configuration since a licence named it.
    #[must_use]
    pub fn level(&self, name: &LevelName) -> Option<&Level> {
        self.levels.iter().find(|level| level.name == *name)
    }
}

impl EnvelopeFrom {
    /// One as servers may see it, about no notice.
    #[must_use]
    pub fn sample(&self) -> ReversePath {
        match self {
            Self::Fixed(path) => path.clone(),
            Self::Tokens(pattern) => {
                pattern.fill("b0").map_or(ReversePath::Null, ReversePath::Address)
            }
        }
    }
}
