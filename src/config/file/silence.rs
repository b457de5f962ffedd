//! What is written of rules that act by time.

use serde::Deserialize;

/// `[desk.when_pending]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "fields are called what the keys are called")]
pub(in crate::config) struct PendingFile {
    #[serde(default)]
    pub(in crate::config) remind_after: Vec<String>,
    pub(in crate::config) lower_priority_after: Option<String>,
    pub(in crate::config) resolve_after: Option<String>,
}

/// `[desk.when_resolved]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct ResolvedFile {
    pub(in crate::config) close_after: Option<String>,
}
