//! The desk that a dry run pretends to be: that of the configuration, or a built-in one.

use std::path::Path;

use crate::authentication::Trust;
use crate::cli::open::{config, namer, open_read_only};
use crate::cli::{Exit, Failure, Or as _};
use crate::config::Config;
use crate::daemon::{self, state};
use crate::desk::language::Languages;
use crate::desk::level::{Level, LevelName};
use crate::desk::priorities::Priorities;
use crate::desk::promise::Service;
use crate::desk::sender_proof::SenderProof;
use crate::desk::silence;
use crate::dns::NameServer;
use crate::fresh::{Fresh, KEY_BYTES, Key, Namer, Random};
use crate::mail::address::Address;
use crate::mail::attachment::accepted::Accepted;
use crate::mail::envelope::ReversePath;
use crate::mail::subject::{TicketNumber, TicketPrefix};
use crate::render::Templates;
use crate::store::Store;
use crate::store::location::Location;
use crate::time::Timestamp;
use crate::triage::policy::{
    Acknowledge, AcknowledgeLimits, AgentProof, Bulk, EnvelopeFrom, GeneratedReopens, Policy,
    Replies, RequesterPriority,
};

/// A desk, and what it knows.
pub(super) struct Desk {
    pub(super) policy: Policy,
    /// Whom it believes about senders.
    pub(super) trust: Trust,
    /// Who is asked for names.
    pub(super) dns: NameServer,
    /// Read only; `None` when nothing is known.
    pub(super) store: Option<Store>,
    /// Why nothing is known.
    pub(super) unknown: Option<String>,
}

impl Desk {
    /// The desk of the configuration where there is one, else the built-in one.
    pub(super) async fn open(path: &Path, name: Option<&str>) -> Result<Self, Failure> {
        if !path.exists() {
            let templates = Templates::shipped().or_exit(Exit::Software)?;
            let policy = built_in(templates)
                .ok_or_else(|| Failure::new(Exit::Software, "the built-in desk is broken"))?;
            let unknown = Some(format!("there is no configuration {}", path.display()));
            let (trust, dns) = (Trust::default(), NameServer::System);
            return Ok(Self { policy, trust, dns, store: None, unknown });
        }
        let config = config(path)?;
        let first = config.desks.first().map(|desk| desk.name.to_string());
        let name = name.map(str::to_owned).or(first).unwrap_or_default();
        let (namer, store, unknown) = known(&config).await?;
        let policy = daemon::policy(&config, &name, &namer, None)
            .ok_or_else(|| Failure::new(Exit::Usage, format!("there is no desk {name:?}")))?;
        let trust = config.desk(&name).map(|desk| desk.trust.clone()).unwrap_or_default();
        Ok(Self { policy, trust, dns: config.dns, store, unknown })
    }

    /// The address at which every message has come, where nobody said which the desk's are.
    pub(super) fn stands_for(&self) -> Option<Address> {
        (*self.policy.desk == *BUILT_IN).then(|| self.policy.address.clone())
    }

    /// Names for a decision that is not written: no number is reserved.
    pub(super) fn fresh(&self, now: Timestamp, further: usize) -> Result<Fresh, Failure> {
        let number = TicketNumber::new(1)
            .ok_or_else(|| Failure::new(Exit::Software, "no ticket number is left"))?;
        self.policy.namer.fresh(now, number, further).or_exit(Exit::Software)
    }
}

async fn known(config: &Config) -> Result<(Namer, Option<Store>, Option<String>), Failure> {
    let nothing = |why: String| {
        let key = Key::new(&[0; KEY_BYTES]);
        (Namer::new(key, &config.instance, Random::System), None, Some(why))
    };
    if let Location::Sqlite(file) = &config.database
        && !file.exists()
    {
        return Ok(nothing(format!("there is no database {}", file.display())));
    }
    let keys = match state::keys(config, &Random::System) {
        Ok(keys) => keys,
        Err(error) => return Ok(nothing(error.to_string())),
    };
    let store = open_read_only(config).await?;
    Ok((namer(config, &store, keys).await?, Some(store), None))
}

/// The desk that stands in where there is no configuration; its addresses are nobody's.
const BUILT_IN: &str = "built-in";

fn built_in(templates: Templates) -> Option<Policy> {
    let name = LevelName::parse("default")?;
    let title = "Support".to_owned();
    let (ends, escalates_to, service) = (None, Vec::new(), Service::default());
    let level = Level { name, title, rank: 0, service, ends, escalates_to };
    let no_limits = AcknowledgeLimits {
        address_per_hour: None,
        address_per_day: None,
        domain_per_hour: None,
        total_per_hour: None,
    };
    Some(Policy {
        desk: BUILT_IN.into(),
        address: Address::parse("support@desk.invalid").ok()?,
        aliases: Vec::new(),
        other_desks: Vec::new(),
        display_name: "Support".to_owned(),
        prefix: TicketPrefix::parse("T")?,
        levels: vec![level.clone()],
        priorities: Priorities::standard(),
        requester_priority: RequesterPriority::Ignored,
        priority_rules: Vec::new(),
        checklist: Vec::new(),
        silence: silence::Rules::default(),
        notices: Vec::new(),
        default_level: level.clone(),
        lapsed_level: level,
        sender_proof: SenderProof::Required,
        acknowledge: Acknowledge::Tickets,
        acknowledge_within: std::time::Duration::from_hours(72),
        reopen_within: std::time::Duration::from_hours(14 * 24),
        limits: no_limits,
        bulk: Bulk::Ignore,
        generated_reopens: GeneratedReopens::No,
        own_lists: Vec::new(),
        attachments: Accepted::all(),
        block: Vec::new(),
        forms: Vec::new(),
        agents: Vec::new(),
        supervisor: None,
        agent_proof: AgentProof::Required,
        signature: String::new(),
        languages: Languages::default(),
        replies: Replies::Plain,
        envelope_from: EnvelopeFrom::Fixed(ReversePath::Null),
        signer: None,
        namer: Namer::new(Key::new(&[0; KEY_BYTES]), "desk.invalid", Random::System),
        templates,
    })
}
