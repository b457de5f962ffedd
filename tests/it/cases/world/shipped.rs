//! A desk as `config/policies` has it.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tidings::config::Config;
use tidings::daemon;
use tidings::triage::policy::Policy;

use super::account::AccountFile;
use crate::cases::names::Names;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountsFile {
    account: Vec<AccountFile>,
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/policies").join(name)
}

/// The rules of one of its desks, or of the first.
pub(super) fn policy(name: &str, desk: Option<&str>, names: &Names) -> Policy {
    let config = Config::load(&file(&format!("{name}.toml"))).unwrap();
    let desk = desk.unwrap_or(&config.desks[0].name);
    daemon::policy(&config, desk, &names.namer, None).unwrap()
}

/// Its accounts, where it has any.
pub(super) fn accounts(name: &str) -> Vec<AccountFile> {
    let path = file(&format!("{name}.accounts.toml"));
    let Ok(text) = std::fs::read_to_string(&path) else { return Vec::new() };
    let read: Result<AccountsFile, _> = toml::from_str(&text);
    read.unwrap_or_else(|error| panic!("{}: {error}", path.display())).account
}
