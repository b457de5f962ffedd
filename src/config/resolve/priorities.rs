//! Which priorities there are, and who and what gives a ticket one.

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::{DeskFile, PriorityRuleFile};
use crate::desk::phrases::{Phrases, PhrasesError};
use crate::desk::priorities::{Priorities, PrioritiesError};
use crate::desk::priority::Priority;
use crate::desk::priority_rule::PriorityRule;
use crate::triage::policy::RequesterPriority;

/// Those of `[priority]`, or the usual ones.
pub(super) fn priorities(root: &At<'_>) -> Result<Priorities, ConfigError> {
    let written = &root.document.file.priority;
    let at = root.table("priority");
    let usual = Priorities::standard();
    let names = match &written.names {
        None => usual.all().to_vec(),
        Some(names) => names.iter().map(|text| name(&at, text)).collect::<Result<_, _>>()?,
    };
    let default = written.default.as_deref().unwrap_or(usual.default().as_str());
    let mut priorities = Priorities::new(names, default).map_err(|error| {
        let key = match error {
            PrioritiesError::NoName { .. } => "default",
            PrioritiesError::Count
            | PrioritiesError::Twice(_)
            | PrioritiesError::Aliases
            | PrioritiesError::NoWord(_) => "names",
        };
        at.wrong(key, error.to_string())
    })?;
    let aliases: Vec<(&str, &str)> = match &written.aliases {
        Some(aliases) => aliases.iter().map(|(word, name)| (&**word, &**name)).collect(),
        // Those that still mean something.
        None => Priorities::STANDARD_ALIASES
            .into_iter()
            .filter(|(word, name)| {
                priorities.find(word).is_none() && priorities.find(name).is_some()
            })
            .collect(),
    };
    for (word, name) in aliases {
        let wrong = |error: PrioritiesError| at.table("aliases").wrong(word, error.to_string());
        priorities.add_alias(word, name).map_err(wrong)?;
    }
    Ok(priorities)
}

/// Whether a desk's requesters say how urgent their tickets are.
pub(super) fn requester(written: &DeskFile) -> RequesterPriority {
    if written.requester_sets_priority {
        RequesterPriority::Heard
    } else {
        RequesterPriority::Ignored
    }
}

/// The rules of a desk, in their order.
pub(super) fn rules(
    at: &At<'_>,
    written: &DeskFile,
    priorities: &Priorities,
) -> Result<Vec<PriorityRule>, ConfigError> {
    let most = PriorityRule::RULES_MAX;
    if most < written.priority_rule.len() {
        return Err(at.wrong("priority_rule", format!("there must be at most {most}")));
    }
    let read = |(index, rule): (usize, &PriorityRuleFile)| {
        let at = at.table("priority_rule").item(index);
        let priority = priorities
            .named(&rule.priority)
            .map_err(|error| at.wrong("priority", error.to_string()))?;
        let wrong = |error: PhrasesError| at.wrong("words", error.to_string());
        let phrases = Phrases::new(&rule.words).map_err(wrong)?;
        Ok(PriorityRule { phrases, priority: priority.clone() })
    };
    written.priority_rule.iter().enumerate().map(read).collect()
}

fn name(at: &At<'_>, text: &str) -> Result<Priority, ConfigError> {
    Priority::parse(text).ok_or_else(|| {
        let most = Priority::CHARS_MAX;
        let what = format!("{text:?} must be 1 to {most} ASCII letters, digits, \"-\" and \"_\"");
        at.wrong("names", what)
    })
}
