//! What was written becomes what is meant.

mod agents;
mod attachments;
mod calendars;
mod checklist;
mod database;
mod distinct;
mod dkim;
mod languages;
mod levels;
mod oauth2;
mod postgres;
mod priorities;
mod promises;
mod replies;
mod senders;
mod servers;
mod silence;
mod status;
mod templates;
mod trust;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::ConfigError;
use super::file::{DeskFile, Document, Step};
use super::quantity;
use super::{Config, Desk, Secret, SecretPlace, SecretSource};
use crate::authentication::Trust;
use crate::desk::level::Level;
use crate::desk::priorities::Priorities;
use crate::desk::sender_proof::SenderProof;
use crate::dns::NameServer;
use crate::mail::address::{Address, normal_domain};
use crate::mail::subject::TicketPrefix;
use crate::triage::policy::{Acknowledge, AcknowledgeLimits};
pub(super) use trust::can_prove;

/// A table of the file, and where it stands.
#[derive(Clone)]
struct At<'a> {
    document: &'a Document<'a>,
    steps: Vec<Step<'a>>,
}

impl<'a> At<'a> {
    fn wrong(&self, key: &str, what: impl Into<String>) -> ConfigError {
        let mut steps = self.steps.clone();
        steps.push(Step::Key(key));
        self.document.wrong(&steps, what)
    }

    fn wrong_here(&self, what: impl Into<String>) -> ConfigError {
        self.document.wrong(&self.steps, what)
    }

    fn table(&self, key: &'a str) -> Self {
        let mut steps = self.steps.clone();
        steps.push(Step::Key(key));
        Self { document: self.document, steps }
    }

    fn item(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// One of a few words.
    fn word<T: Clone>(
        &self,
        key: &str,
        written: Option<&str>,
        default: T,
        words: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let Some(written) = written else { return Ok(default) };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == written) {
            return Ok(value.clone());
        }
        let known: Vec<_> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
        Err(self.wrong(key, format!("must be {}", known.join(" or "))))
    }

    fn quantity<T>(
        &self,
        key: &str,
        written: Option<&str>,
        default: T,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        written.map_or(Ok(default), |text| read(text).map_err(|what| self.wrong(key, what)))
    }

    fn address(&self, key: &str, text: &str) -> Result<Address, ConfigError> {
        Address::parse(text).map_err(|error| self.wrong(key, format!("{text:?} is {error}")))
    }

    fn path(&self, path: &Path) -> PathBuf {
        let folder = self.document.path.parent().unwrap_or(Path::new(""));
        folder.join(path)
    }

    /// Where a secret is, of which one of two keys may tell: a file, or a credential of systemd.
    fn secret(
        &self,
        secret: Secret,
        [file_key, credential_key]: [&str; 2],
        file: Option<&Path>,
        credential: Option<&str>,
    ) -> Result<Option<SecretSource>, ConfigError> {
        let at = |place| Ok(Some(SecretSource { secret, place }));
        match (file, credential) {
            (Some(_), Some(_)) => {
                let what = format!("not beside {file_key}: one place is enough");
                Err(self.wrong(credential_key, what))
            }
            (Some(file), None) => at(SecretPlace::File(self.path(file))),
            (None, Some(name)) if name.contains('/') => {
                Err(self.wrong(credential_key, "is the name of a credential, not a path"))
            }
            (None, Some(name)) => at(SecretPlace::Credential(name.to_owned())),
            (None, None) => Ok(None),
        }
    }
}

/// Whether what is sent to this host stays on this machine.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) fn config(document: &Document<'_>) -> Result<Config, ConfigError> {
    let root = At { document, steps: Vec::new() };
    let file = &document.file;
    let instance = normal_domain(&file.instance).map_err(|_| {
        root.wrong("instance", "must be a domain name, such as support.example.com")
    })?;
    let state_dir = root.path(&file.state_dir);
    let database = database::location(&root, &state_dir)?;
    let database_password = database::password(&root, &database)?;
    let key = database::key(&root, &database)?;
    let priorities = priorities::priorities(&root)?;
    let calendars = calendars::calendars(&root)?;
    let levels = levels::levels(&root, &calendars, &priorities)?;
    if file.desk.is_empty() {
        return Err(root.wrong("desk", "there must be at least one [[desk]]"));
    }
    let mut desks = Vec::new();
    for (index, written) in file.desk.iter().enumerate() {
        let at = At { document, steps: vec![Step::Key("desk"), Step::Index(index)] };
        desks.push(desk(&at, written, &levels, &priorities, &state_dir)?);
    }
    distinct::distinct(document, &desks)?;
    agents::agents(&root, &mut desks)?;
    Ok(Config {
        instance: instance.into(),
        state_dir,
        database,
        database_password,
        key,
        dns: name_server(&root)?,
        operator: status::operator(&root, &desks)?,
        status: status::status(&root)?,
        desks,
        levels,
        priorities,
        calendars,
    })
}

fn name_server(at: &At<'_>) -> Result<NameServer, ConfigError> {
    let Some(written) = at.document.file.dns.as_deref() else { return Ok(NameServer::System) };
    NameServer::parse(written).ok_or_else(|| {
        at.wrong("dns", "must be \"system\" or \"IP:port\", such as \"127.0.0.1:53\"")
    })
}

fn desk(
    at: &At<'_>,
    written: &DeskFile,
    levels: &[Level],
    priorities: &Priorities,
    state_dir: &Path,
) -> Result<Desk, ConfigError> {
    if written.name.is_empty() || written.name.len() > 64 {
        return Err(at.wrong("name", "must have 1 to 64 characters"));
    }
    let aliases: Result<Vec<_>, _> =
        written.aliases.iter().map(|alias| at.address("aliases", alias)).collect();
    let default_level = level(at, "default_level", &written.default_level, levels)?;
    let lapsed_level = match &written.lapsed_level {
        Some(name) => level(at, "lapsed_level", name, levels)?,
        None => default_level.clone(),
    };
    let within = written.acknowledge_within.as_deref();
    let size = written.message_limit.as_deref();
    let message_limit = at.quantity("message_limit", size, MESSAGE_LIMIT, quantity::size)?;
    if !(MESSAGE_LIMIT_LEAST..=MESSAGE_LIMIT_MOST).contains(&message_limit) {
        return Err(at.wrong("message_limit", "must be from 1MiB to 1024MiB"));
    }
    let acknowledge_within =
        at.quantity("acknowledge_within", within, ACKNOWLEDGE_WITHIN, quantity::duration)?;
    if acknowledge_within < ACKNOWLEDGE_WITHIN_LEAST {
        return Err(at.wrong("acknowledge_within", "must be 1h or more"));
    }
    let trust = trust::trust(at, written)?;
    let sender_proof = sender_proof(at, written, &trust)?;
    let (imap, smtp) = servers::both(at, written, state_dir)?;
    let address = at.address("address", &written.address)?;
    let dkim = written.dkim.as_ref();
    let dkim = dkim.map(|dkim| dkim::dkim(&at.table("dkim"), dkim, &address)).transpose()?;
    let acknowledge = acknowledge(at, written)?;
    let (reply_address, replies) = replies::replies(at, written, &address)?;
    Ok(Desk {
        name: written.name.as_str().into(),
        address,
        aliases: aliases?,
        display_name: written.display_name.clone().unwrap_or_default(),
        ticket_prefix: TicketPrefix::parse(&written.ticket_prefix).ok_or_else(|| {
            at.wrong("ticket_prefix", "must be 1 to 16 letters, digits or \"-\", a letter first")
        })?,
        default_level,
        lapsed_level,
        sender_proof,
        trust,
        envelope_from: replies::envelope_from(at, written.envelope_from.as_deref())?,
        reply_address,
        replies,
        acknowledge,
        acknowledge_within,
        reopen_within: reopen_within(at, written.reopen_within.as_deref())?,
        limits: limits(written),
        bulk: senders::bulk(at, written)?,
        generated_reopens: senders::generated_reopens(written),
        requester_priority: priorities::requester(written),
        priority_rules: priorities::rules(at, written, priorities)?,
        checklist: checklist::checklist(at, &written.checklist)?,
        silence: silence::rules(at, written)?,
        notices: silence::notices(at, written, acknowledge)?,
        own_lists: senders::own_lists(at, written)?,
        agents: Vec::new(),
        agent_proof: agents::proof(at, written)?,
        supervisor: agents::supervisor(at, written)?,
        signature: written.signature.trim().to_owned(),
        languages: languages::languages(at, written.languages.as_deref())?,
        templates: templates::templates(at, &written.templates_dir)?,
        block: senders::block(at, written)?,
        forms: senders::forms(at, written)?,
        message_limit,
        attachments: attachments::attachments(&at.table("attachments"), &written.attachments)?,
        imap,
        smtp,
        dkim,
    })
}

fn acknowledge(at: &At<'_>, written: &DeskFile) -> Result<Acknowledge, ConfigError> {
    let words = [
        ("tickets", Acknowledge::Tickets),
        ("messages", Acknowledge::Messages),
        ("none", Acknowledge::None),
    ];
    at.word("acknowledge", written.acknowledge.as_deref(), Acknowledge::Tickets, &words)
}

/// The default size above which a message is not read as a whole (35 MiB).
const MESSAGE_LIMIT: u64 = 35 * 1024 * 1024;
const MESSAGE_LIMIT_LEAST: u64 = 1024 * 1024;
const MESSAGE_LIMIT_MOST: u64 = 1024 * 1024 * 1024;
/// Older messages are not acknowledged (3 days).
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_hours(72);
const ACKNOWLEDGE_WITHIN_LEAST: Duration = Duration::from_hours(1);
fn reopen_within(at: &At<'_>, written: Option<&str>) -> Result<Duration, ConfigError> {
    match written {
        Some("0") => Ok(Duration::ZERO),
        within => at.quantity("reopen_within", within, REOPEN_WITHIN, quantity::duration),
    }
}

/// What was over for longer is not opened again (14 days).
const REOPEN_WITHIN: Duration = Duration::from_hours(14 * 24);

/// What a level asks of its senders. What nobody could give is not asked for.
fn sender_proof(
    at: &At<'_>,
    written: &DeskFile,
    trust: &Trust,
) -> Result<SenderProof, ConfigError> {
    let sender_proofs = [
        ("required", SenderProof::Required),
        ("preferred", SenderProof::Preferred),
        ("off", SenderProof::Off),
    ];
    let word = written.sender_proof.as_deref();
    let asked = at.word("sender_proof", word, SenderProof::Required, &sender_proofs)?;
    if asked != SenderProof::Off {
        trust::can_prove(trust)
            .map_err(|error| at.wrong("sender_proof", format!("nobody could give one: {error}")))?;
    }
    Ok(asked)
}

fn limits(written: &DeskFile) -> AcknowledgeLimits {
    let limit = |written: Option<u32>, default| match written.unwrap_or(default) {
        0 => None,
        limit => Some(limit),
    };
    let file = &written.acknowledge_limits;
    AcknowledgeLimits {
        address_per_hour: limit(file.address_per_hour, 5),
        address_per_day: limit(file.address_per_day, 20),
        domain_per_hour: limit(file.domain_per_hour, 100),
        total_per_hour: limit(file.total_per_hour, 600),
    }
}

fn level(at: &At<'_>, key: &str, name: &str, levels: &[Level]) -> Result<Level, ConfigError> {
    levels
        .iter()
        .find(|level| level.name.as_str() == name)
        .cloned()
        .ok_or_else(|| at.wrong(key, format!("there is no [level.{name}]")))
}
