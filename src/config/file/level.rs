//! What is written of levels.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct LevelFile {
    pub(in crate::config) title: String,
    #[serde(default)]
    pub(in crate::config) rank: i64,
    pub(in crate::config) ends_after: Option<String>,
    pub(in crate::config) then: Option<String>,
    #[serde(default)]
    pub(in crate::config) escalates_to: Vec<String>,
    pub(in crate::config) calendar: Option<String>,
    pub(in crate::config) first_response: Option<String>,
    pub(in crate::config) next_response: Option<String>,
    pub(in crate::config) review: Option<String>,
    pub(in crate::config) update: Option<String>,
    pub(in crate::config) resolution: Option<String>,
    pub(in crate::config) warn_at: Option<String>,
    pub(in crate::config) while_waiting: Option<String>,
    pub(in crate::config) on_call: Option<Vec<String>>,
    pub(in crate::config) at_breach: Option<Vec<String>>,
    #[serde(default)]
    pub(in crate::config) priority: BTreeMap<String, PromisesFile>,
}

/// What a level promises at one priority, where that is not what it promises at all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct PromisesFile {
    pub(in crate::config) calendar: Option<String>,
    pub(in crate::config) first_response: Option<String>,
    pub(in crate::config) next_response: Option<String>,
    pub(in crate::config) review: Option<String>,
    pub(in crate::config) update: Option<String>,
    pub(in crate::config) resolution: Option<String>,
    pub(in crate::config) warn_at: Option<String>,
    pub(in crate::config) while_waiting: Option<String>,
    pub(in crate::config) on_call: Option<Vec<String>>,
    pub(in crate::config) at_breach: Option<Vec<String>>,
}
