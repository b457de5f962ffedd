//! What is meant by the configuration: typed, resolved, nothing left to interpret. What was
//! written is in `config/file.rs`; secrets are read when they are needed, never at load.

mod error;
mod file;
mod login;
mod mailbox;
mod quantity;
mod resolve;
mod secret;
mod signing;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use error::{ConfigError, Unprovable};
pub use login::{Credential, Flow, OAuth2};
pub use mailbox::{After, Imap, Start, Watch};
pub use secret::{KeySource, Secret, SecretError, SecretPlace, SecretSource, is_same};
pub use signing::{Dkim, DkimKey, SignerError, Signers};

use crate::authentication::Trust;
use crate::desk::agent::Agent;
use crate::desk::calendar::{Calendar, CalendarName};
use crate::desk::checklist::Checklist;
use crate::desk::language::Languages;
use crate::desk::level::Level;
use crate::desk::priorities::Priorities;
use crate::desk::priority_rule::PriorityRule;
use crate::desk::sender_proof::SenderProof;
use crate::desk::silence;
use crate::dns::NameServer;
use crate::mail::address::Address;
use crate::mail::attachment::accepted::Accepted;
use crate::mail::automatic::ListId;
use crate::mail::subject::TicketPrefix;
use crate::render::Templates;
use crate::store::location::Location;
use crate::tls::Server;
use crate::triage::policy::{
    Acknowledge, AcknowledgeLimits, AgentProof, Blocked, Bulk, EnvelopeFrom, GeneratedReopens,
    Replies, RequesterPriority, Told, WebForm,
};

/// Where the configuration is looked for when nobody says.
pub const DEFAULT_PATH: &str = "/etc/tidings/tidings.toml";

/// The configuration of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The right-hand side of our Message-IDs: an identity, never changed.
    pub instance: Box<str>,
    /// Where the lock is; the key and a `SQLite` file, too, unless they are said to be elsewhere.
    pub state_dir: PathBuf,
    /// Where the database is.
    pub database: Location,
    /// With what we log in there; never with `SQLite`.
    pub database_password: Option<SecretSource>,
    /// Where the key of the instance is. Always given where daemons share a database.
    pub key: KeySource,
    /// Who is asked for DNS records.
    pub dns: NameServer,
    /// Who is told when something is wrong; `None` when nobody is.
    pub operator: Option<Operator>,
    /// What counts as wrong, and who can ask.
    pub status: Status,
    /// The support addresses, at least one.
    pub desks: Vec<Desk>,
    /// All levels.
    pub levels: Vec<Level>,
    /// Which priorities there are.
    pub priorities: Priorities,
    /// All calendars, with the one that exists by itself.
    pub calendars: BTreeMap<CalendarName, Calendar>,
}

/// Who is told when something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Where to.
    pub address: Address,
    /// What stands for less is not told.
    pub after: Duration,
}

/// What counts as wrong, and who can ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// From when on things are wrong.
    pub limits: StatusLimits,
    /// Where monitoring asks.
    pub metrics: Metrics,
}

/// From when on things are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusLimits {
    /// A folder without a complete look is excused for so long whatever its period: a server
    /// restarts, a long look ends.
    pub without_look: Duration,
    /// A message that is not decided after so long is not just behind others.
    pub undecided: Duration,
    /// A notice that is not sent after so long is late for who waits for it, whosever fault that is;
    /// servers that put off strangers take one again within a few minutes.
    pub unsent: Duration,
    /// Trouble with a server that stands for so long does not end by itself.
    pub trouble: Duration,
}

impl Default for StatusLimits {
    fn default() -> Self {
        Self {
            without_look: Duration::from_mins(5),
            undecided: Duration::from_mins(15),
            unsent: Duration::from_mins(15),
            trouble: Duration::from_mins(5),
        }
    }
}

/// Where monitoring asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metrics {
    /// Nowhere.
    None,
    /// At an address of this machine alone.
    Loopback(SocketAddr),
    /// At a Unix socket.
    Unix(PathBuf),
}

/// One support address and how its mail comes and goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Its name, an identity.
    pub name: Box<str>,
    /// The address in From of everything it sends.
    pub address: Address,
    /// Other addresses under which mail reaches it.
    pub aliases: Vec<Address>,
    /// The name beside the address.
    pub display_name: String,
    /// What stands before the number in ticket identifiers.
    pub ticket_prefix: TicketPrefix,
    /// The level of who is not known.
    pub default_level: Level,
    /// The level of who is known and has no valid licence.
    pub lapsed_level: Level,
    /// What a paid level asks of its senders, unless the licence says it.
    pub sender_proof: SenderProof,
    /// What is believed about who wrote a message.
    pub trust: Trust,
    /// `MAIL FROM` of its notices.
    pub envelope_from: EnvelopeFrom,
    /// The address that takes answers, with a token behind a `+` of its local part: the desk's own,
    /// or the same at another domain.
    pub reply_address: Address,
    /// Where answers to its mails go.
    pub replies: Replies,
    /// When an acknowledgement goes out.
    pub acknowledge: Acknowledge,
    /// Messages older than this are not acknowledged.
    pub acknowledge_within: Duration,
    /// For how long what was resolved or closed is opened again by a follow-up; zero is never.
    pub reopen_within: Duration,
    /// Caps on acknowledgements.
    pub limits: AcknowledgeLimits,
    /// What is done with bulk mail that belongs to no ticket.
    pub bulk: Bulk,
    /// Whether requesters say how urgent their tickets are.
    pub requester_priority: RequesterPriority,
    /// How urgent tickets are by their subjects.
    pub priority_rules: Vec<PriorityRule>,
    /// What it asks for where a request does not say it.
    pub checklist: Vec<Checklist>,
    /// What it does by itself when nobody says a word.
    pub silence: silence::Rules,
    /// Of which changes requesters are told.
    pub notices: Vec<Told>,
    /// Who answers for it.
    pub agents: Vec<Agent>,
    /// What an agent's rights ask of him.
    pub agent_proof: AgentProof,
    /// Who is told of what goes wrong, beside the supervisors among them.
    pub supervisor: Option<Address>,
    /// What stands under an agent's answers; may be empty.
    pub signature: String,
    /// In which languages it writes to requesters.
    pub languages: Languages,
    /// How its notices are worded.
    pub templates: Templates,
    /// Whether what programs write reopens a ticket.
    pub generated_reopens: GeneratedReopens,
    /// Lists whose address is one of the desk.
    pub own_lists: Vec<ListId>,
    /// From whom nothing is taken.
    pub block: Vec<Blocked>,
    /// Its web forms.
    pub forms: Vec<WebForm>,
    /// Larger messages are read in their beginning only, in bytes.
    pub message_limit: u64,
    /// Which attachments it takes.
    pub attachments: Accepted,
    /// Where its mail is.
    pub imap: Imap,
    /// Where its notices go.
    pub smtp: Smtp,
    /// With what we sign them; `None` where that server signs.
    pub dkim: Option<Dkim>,
}

impl Desk {
    /// Whether mail to this address reaches it, and mail from it is its own.
    #[must_use]
    pub fn has(&self, address: &Address) -> bool {
        self.address == *address || self.aliases.contains(address)
    }

    /// Whether anything could ever prove who wrote a message to this desk.
    ///
    /// # Errors
    /// Why nobody can be proven, and what to do.
    pub fn can_prove(&self) -> Result<(), Unprovable> {
        resolve::can_prove(&self.trust)
    }
}

/// Where a desk's notices go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// The server.
    pub server: Server,
    /// Who logs in and with what; `None` where the server takes mail without.
    pub login: Option<(Box<str>, Credential)>,
    /// Connections at a time.
    pub connections: u32,
    /// How fast.
    pub rate: Rate,
}

/// How fast notices are submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// As fast as the server takes them.
    Unlimited,
    /// This many in a span.
    Limited {
        /// How many.
        messages: u32,
        /// In which span.
        span: Duration,
    },
}

impl Config {
    /// Reads and resolves a file.
    ///
    /// # Errors
    /// [`ConfigError`] names file, line and key.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
        Self::parse(&text, path)
    }

    /// Resolves the text of a file; relative paths are relative to the file's folder, a
    /// `SQLite` file's to `state_dir`.
    ///
    /// # Errors
    /// [`ConfigError`] names file, line and key.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let document = file::Document::read(text, path)?;
        resolve::config(&document)
    }

    /// Sees that every desk's password, or what stands in for it, can be read; it is read again when
    /// it is needed.
    ///
    /// # Errors
    /// [`SecretError`] says what to do.
    pub fn require_passwords(&self) -> Result<(), SecretError> {
        for desk in &self.desks {
            let submitting = desk.smtp.login.iter().map(|(_, credential)| credential);
            let credentials = std::iter::once(&desk.imap.credential).chain(submitting);
            for source in credentials.flat_map(Credential::sources) {
                source.read()?;
            }
        }
        Ok(())
    }

    /// The addresses of every desk but this one.
    pub fn other_addresses<'a>(&'a self, desk: &'a str) -> impl Iterator<Item = &'a Address> {
        let others = self.desks.iter().filter(move |other| &*other.name != desk);
        others.flat_map(|other| std::iter::once(&other.address).chain(&other.aliases))
    }

    /// The desk of this name.
    #[must_use]
    pub fn desk(&self, name: &str) -> Option<&Desk> {
        self.desks.iter().find(|desk| &*desk.name == name)
    }

    /// Where the key of the instance is, as an operator knows it: its file, or words that name the
    /// credential.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        match &self.key {
            KeySource::StateDir => self.state_dir.join("key"),
            KeySource::Given(source) => match &source.place {
                SecretPlace::File(path) => path.clone(),
                SecretPlace::Credential(name) => PathBuf::from(format!("credential {name:?}")),
            },
        }
    }

    /// Held by the one daemon of this state directory.
    #[must_use]
    pub fn lock_file(&self) -> PathBuf {
        self.state_dir.join("lock")
    }

    /// How far the database had come when it was last told outside of it.
    #[must_use]
    pub fn high_water_file(&self) -> PathBuf {
        self.state_dir.join("high-water")
    }

    /// Who the daemon of this state directory is.
    #[must_use]
    pub fn holder_file(&self) -> PathBuf {
        self.state_dir.join("holder")
    }
}

/// The path that the environment names, `$TIDINGS_CONFIG`.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the configuration may read the environment")]
pub fn path_from_environment() -> Option<PathBuf> {
    std::env::var_os("TIDINGS_CONFIG").map(PathBuf::from)
}

/// What the environment says about logging, `$TIDINGS_LOG`, in the syntax of tracing's filters.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the configuration may read the environment")]
pub fn log_filter_from_environment() -> Option<String> {
    std::env::var("TIDINGS_LOG").ok()
}

/// The stream that goes to the journal, `$JOURNAL_STREAM`, as the service manager says it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the configuration may read the environment")]
pub fn journal_stream_from_environment() -> Option<String> {
    std::env::var("JOURNAL_STREAM").ok()
}

/// Who types: the person behind sudo, or the user.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the configuration may read the environment")]
pub fn person_from_environment() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|person| !person.is_empty()))
        .unwrap_or_else(|| "somebody".to_owned())
}
