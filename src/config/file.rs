//! What is written in the file. Unknown keys are errors; every error has its line and key.

mod calendar;
mod level;
mod silence;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::error::ConfigError;
pub(super) use calendar::{CalendarFile, HolidayFile, PeriodFile, TimeFile};
pub(super) use level::{LevelFile, PromisesFile};
pub(super) use silence::{PendingFile, ResolvedFile};

/// A file, read; with what is needed to say where in it something is wrong.
pub(super) struct Document<'a> {
    pub(super) file: File,
    pub(super) path: &'a Path,
    text: &'a str,
    table: DeTable<'a>,
}

/// A step on the way to a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "fields are called what the keys are called")]
pub(super) struct File {
    pub(super) instance: String,
    pub(super) state_dir: PathBuf,
    pub(super) database: Option<String>,
    pub(super) database_password_file: Option<PathBuf>,
    pub(super) database_password_credential: Option<String>,
    pub(super) database_ca_file: Option<PathBuf>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) key_credential: Option<String>,
    pub(super) dns: Option<String>,
    pub(super) operator: Option<String>,
    pub(super) operator_after: Option<String>,
    #[serde(default)]
    pub(super) status: StatusFile,
    #[serde(default)]
    pub(super) desk: Vec<DeskFile>,
    #[serde(default)]
    pub(super) level: BTreeMap<String, LevelFile>,
    #[serde(default)]
    pub(super) calendar: BTreeMap<String, CalendarFile>,
    #[serde(default)]
    pub(super) agent: Vec<AgentFile>,
    #[serde(default)]
    pub(super) priority: PriorityFile,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriorityFile {
    pub(super) names: Option<Vec<String>>,
    pub(super) default: Option<String>,
    pub(super) aliases: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgentFile {
    pub(super) name: String,
    pub(super) addresses: Vec<String>,
    pub(super) desks: Option<Vec<String>>,
    pub(super) role: Option<String>,
    #[serde(default)]
    pub(super) away: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusFile {
    pub(super) without_look: Option<String>,
    pub(super) undecided: Option<String>,
    pub(super) unsent: Option<String>,
    pub(super) trouble: Option<String>,
    pub(super) metrics: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeskFile {
    pub(super) name: String,
    pub(super) address: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) display_name: Option<String>,
    pub(super) ticket_prefix: String,
    pub(super) default_level: String,
    pub(super) lapsed_level: Option<String>,
    pub(super) sender_proof: Option<String>,
    #[serde(default)]
    pub(super) trusted_authserv: Vec<String>,
    #[serde(default)]
    pub(super) boundary: Vec<String>,
    pub(super) authserv_mode: Option<String>,
    #[serde(default)]
    pub(super) trusted_forwarders: Vec<String>,
    pub(super) own_dkim: Option<String>,
    pub(super) envelope_from: Option<String>,
    pub(super) reply_domain: Option<String>,
    pub(super) plus_addressing: Option<bool>,
    pub(super) agent_proof: Option<String>,
    pub(super) supervisor: Option<String>,
    #[serde(default)]
    pub(super) signature: String,
    pub(super) languages: Option<Vec<String>>,
    #[serde(default)]
    pub(super) templates_dir: PathBuf,
    pub(super) acknowledge: Option<String>,
    pub(super) acknowledge_within: Option<String>,
    pub(super) reopen_within: Option<String>,
    pub(super) bulk: Option<String>,
    pub(super) generated_reopens: Option<bool>,
    #[serde(default)]
    pub(super) own_lists: Vec<String>,
    #[serde(default)]
    pub(super) block: Vec<String>,
    pub(super) spam_fields: Option<Vec<String>>,
    pub(super) message_limit: Option<String>,
    #[serde(default)]
    pub(super) attachments: AttachmentsFile,
    #[serde(default)]
    pub(super) acknowledge_limits: LimitsFile,
    pub(super) imap: ImapFile,
    pub(super) smtp: SmtpFile,
    pub(super) dkim: Option<DkimFile>,
    #[serde(default)]
    pub(super) requester_sets_priority: bool,
    #[serde(default)]
    pub(super) priority_rule: Vec<PriorityRuleFile>,
    #[serde(default)]
    pub(super) checklist: Vec<ChecklistFile>,
    pub(super) notices: Option<Vec<String>>,
    #[serde(default)]
    pub(super) when_pending: PendingFile,
    #[serde(default)]
    pub(super) when_resolved: ResolvedFile,
    #[serde(default)]
    pub(super) form: Vec<FormFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriorityRuleFile {
    pub(super) words: Vec<String>,
    pub(super) priority: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChecklistFile {
    pub(super) ask: String,
    pub(super) found_by: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachmentsFile {
    pub(super) types: Option<Vec<String>>,
    pub(super) max: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormFile {
    pub(super) from: String,
    #[serde(default)]
    pub(super) caps: CapsFile,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapsFile {
    pub(super) per_hour: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsFile {
    pub(super) address_per_hour: Option<u32>,
    pub(super) address_per_day: Option<u32>,
    pub(super) domain_per_hour: Option<u32>,
    pub(super) total_per_hour: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImapFile {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) tls: Option<String>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) user: String,
    pub(super) password_file: Option<PathBuf>,
    pub(super) password_credential: Option<String>,
    pub(super) oauth2: Option<OAuth2File>,
    pub(super) folders: Option<Vec<String>>,
    #[serde(default)]
    pub(super) junk_folders: Vec<String>,
    pub(super) start: Option<String>,
    pub(super) after: Option<String>,
    pub(super) move_to: Option<String>,
    pub(super) sent: Option<String>,
    pub(super) idle: Option<bool>,
    pub(super) poll: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SmtpFile {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) tls: Option<String>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) password_credential: Option<String>,
    pub(super) oauth2: Option<OAuth2File>,
    pub(super) connections: Option<u32>,
    pub(super) rate: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DkimFile {
    pub(super) domain: Option<String>,
    pub(super) selector: String,
    pub(super) key_file: Option<PathBuf>,
    pub(super) key_credential: Option<String>,
    pub(super) second: Option<DkimKeyFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DkimKeyFile {
    pub(super) selector: String,
    pub(super) key_file: Option<PathBuf>,
    pub(super) key_credential: Option<String>,
}

#[derive(Clone, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct OAuth2File {
    pub(super) provider: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret_file: Option<PathBuf>,
    pub(super) client_secret_credential: Option<String>,
    pub(super) client_secret_expires: Option<String>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) key_credential: Option<String>,
    pub(super) token_url: Option<String>,
    pub(super) device_url: Option<String>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) ca_file: Option<PathBuf>,
}

impl<'a> Document<'a> {
    pub(super) fn read(text: &'a str, path: &'a Path) -> Result<Self, ConfigError> {
        let broken = |error: &toml::de::Error, table: Option<&DeTable<'_>>| {
            let span = error.span().unwrap_or(0..0);
            let key = table.and_then(|table| key_at(table, &span)).unwrap_or_default();
            ConfigError::Wrong {
                path: path.to_owned(),
                line: line_of(text, span.start),
                key: if key.is_empty() { "the file".to_owned() } else { key },
                what: without_value(error.message()),
            }
        };
        let table = DeTable::parse(text).map_err(|error| broken(&error, None))?.into_inner();
        let file = toml::from_str(text).map_err(|error| broken(&error, Some(&table)))?;
        Ok(Self { file, path, text, table })
    }

    /// An error at a key, or at the nearest table when the key is not written.
    pub(super) fn wrong(&self, steps: &[Step<'_>], what: impl Into<String>) -> ConfigError {
        let mut key = String::new();
        for step in steps {
            push(&mut key, *step);
        }
        let start = self.start_of(steps);
        let line = line_of(self.text, start);
        ConfigError::Wrong { path: self.path.to_owned(), line, key, what: what.into() }
    }

    fn start_of(&self, steps: &[Step<'_>]) -> usize {
        let mut start = 0;
        let Some((Step::Key(first), rest)) = steps.split_first() else { return start };
        let Some((key, value)) = self.table.get_key_value(*first) else { return start };
        start = key.span().start;
        let mut value = value;
        for step in rest {
            let next = match (step, value.get_ref()) {
                (Step::Key(name), DeValue::Table(table)) => match table.get_key_value(*name) {
                    Some((key, next)) => {
                        start = key.span().start;
                        Some(next)
                    }
                    None => None,
                },
                (Step::Index(index), DeValue::Array(array)) => array.get(*index).inspect(|next| {
                    start = next.span().start;
                }),
                _ => None,
            };
            match next {
                Some(next) => value = next,
                None => break,
            }
        }
        start
    }
}

/// The key whose name or value lies at `span`, with the tables around it.
fn key_at(table: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let name = key.get_ref().as_ref();
        if key.span().contains(&span.start) {
            return Some(name.to_owned());
        }
        key_in(value, span, name.to_owned())
    })
}

fn key_in(value: &toml::Spanned<DeValue<'_>>, span: &Range<usize>, here: String) -> Option<String> {
    match value.get_ref() {
        DeValue::Table(table) => match key_at(table, span) {
            Some(inner) => Some(format!("{here}.{inner}")),
            None => value.span().contains(&span.start).then_some(here),
        },
        DeValue::Array(array) => {
            let mut items = array.iter().enumerate();
            let within = items.find_map(|(index, item)| {
                let mut here = here.clone();
                push(&mut here, Step::Index(index));
                key_in(item, span, here)
            });
            within.or_else(|| value.span().contains(&span.start).then_some(here))
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => value.span().contains(&span.start).then_some(here),
    }
}

fn push(key: &mut String, step: Step<'_>) {
    match step {
        Step::Key(name) if key.is_empty() => key.push_str(name),
        Step::Key(name) => {
            let _ = write!(key, ".{name}");
        }
        Step::Index(index) => {
            let _ = write!(key, "[{index}]");
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The parser's message without the value that it found: it may be a secret at the wrong key.
fn without_value(message: &str) -> String {
    for start in ["invalid type: string ", "invalid value: string "] {
        if let Some(rest) = message.strip_prefix(start)
            && let Some((_, expected)) = rest.rsplit_once(", expected ")
        {
            return format!("{start}not shown, expected {expected}");
        }
    }
    message.lines().next().unwrap_or_default().to_owned()
}
