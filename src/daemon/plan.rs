//! What a configuration that is read again changes: which desks go on undisturbed, which are
//! stopped and started, and what waits for a restart.

use std::collections::BTreeSet;
use std::fmt;

use crate::config::{Config, Status};

/// What is to be done, by the names of desks in the order of their configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Nothing of them has changed.
    pub(super) kept: Vec<Box<str>>,
    /// They are stopped, and started with what is new.
    pub(super) changed: Vec<Box<str>>,
    /// They are started.
    pub(super) new: Vec<Box<str>>,
    /// They are stopped.
    pub(super) gone: Vec<Box<str>>,
    /// Keys that have changed and are read at the start only.
    pub(super) at_restart: Vec<&'static str>,
}

/// What is to be done to go from one configuration to another.
pub(super) fn plan(before: &Config, after: &Config) -> Plan {
    let mut plan = Plan { at_restart: at_restart(before, after), ..Plan::default() };
    for desk in &after.desks {
        let name = &desk.name;
        let list = match before.desk(name) {
            None => &mut plan.new,
            Some(known) if known == desk && same_surroundings(before, after, name) => {
                &mut plan.kept
            }
            Some(_) => &mut plan.changed,
        };
        list.push(name.clone());
    }
    let gone = before.desks.iter().filter(|desk| after.desk(&desk.name).is_none());
    plan.gone.extend(gone.map(|desk| desk.name.clone()));
    plan
}

/// What is read again, with the rest as it was at the start.
pub(super) fn taken(before: &Config, after: Config) -> Config {
    let (operator, limits) = (after.operator, after.status.limits);
    let status = Status { limits, metrics: before.status.metrics.clone() };
    let Config { desks, levels, priorities, calendars, .. } = after;
    Config { operator, status, desks, levels, priorities, calendars, ..before.clone() }
}

/// Whether what a desk's decisions know beside the desk itself is the same.
fn same_surroundings(before: &Config, after: &Config, desk: &str) -> bool {
    // In whatever order they are written.
    let others = |config: &Config| config.other_addresses(desk).cloned().collect::<BTreeSet<_>>();
    before.levels == after.levels
        && before.priorities == after.priorities
        && before.calendars == after.calendars
        && others(before) == others(after)
}

fn at_restart(before: &Config, after: &Config) -> Vec<&'static str> {
    let keys = [
        ("instance", before.instance != after.instance),
        ("state_dir", before.state_dir != after.state_dir),
        ("database", before.database != after.database),
        ("the database's password", before.database_password != after.database_password),
        ("key", before.key != after.key),
        ("status.metrics", before.status.metrics != after.status.metrics),
    ];
    keys.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
}

impl Plan {
    /// With what the configuration does not show: desks of which something else has changed.
    pub(super) fn and_changed(mut self, changed: impl Fn(&str) -> bool) -> Self {
        let (stopped, kept) = self.kept.into_iter().partition(|desk| changed(desk));
        self.kept = kept;
        self.changed.extend::<Vec<_>>(stopped);
        self
    }

    /// Whether the loops of this desk are stopped.
    pub(super) fn stops(&self, desk: &str) -> bool {
        self.changed.iter().chain(&self.gone).any(|name| **name == *desk)
    }

    /// The desks whose loops are started.
    pub(super) fn starts(&self) -> impl Iterator<Item = &str> {
        self.changed.iter().chain(&self.new).map(|name| &**name)
    }
}

/// What has changed, for the log.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [("changed", &self.changed), ("new", &self.new), ("gone", &self.gone)];
        let parts: Vec<String> = lists
            .into_iter()
            .filter(|(_, desks)| !desks.is_empty())
            .map(|(word, desks)| format!("{word}: {}", desks.join(", ")))
            .collect();
        if parts.is_empty() {
            f.write_str("no desk has changed")
        } else {
            f.write_str(&parts.join("; "))
        }
    }
}

#[cfg(test)]
mod tests;
