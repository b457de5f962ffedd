//! What a world's desk says of priorities.

use serde::Deserialize;
use tidings::desk::phrases::Phrases;
use tidings::desk::priorities::Priorities;
use tidings::desk::priority::Priority;
use tidings::desk::priority_rule::PriorityRule;
use tidings::triage::policy::RequesterPriority;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PriorityFile {
    requester: bool,
    /// In the standard ones' place, the most urgent first; the last is the default.
    names: Option<Vec<String>>,
    aliases: Vec<(String, String)>,
    rule: Vec<RuleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    words: Vec<String>,
    priority: String,
}

impl PriorityFile {
    pub(super) fn requester(&self) -> RequesterPriority {
        if self.requester { RequesterPriority::Heard } else { RequesterPriority::Ignored }
    }

    pub(super) fn all(&self) -> Priorities {
        let Some(names) = &self.names else { return Priorities::standard() };
        let default = names.last().unwrap();
        let names = names.iter().map(|name| Priority::parse(name).unwrap()).collect();
        let mut priorities = Priorities::new(names, default).unwrap();
        for (word, name) in &self.aliases {
            priorities.add_alias(word, name).unwrap();
        }
        priorities
    }

    pub(super) fn rules(&self) -> Vec<PriorityRule> {
        let priorities = self.all();
        let rule = |one: &RuleFile| {
            let priority = priorities.named(&one.priority).unwrap();
            let phrases = Phrases::new(&one.words).unwrap();
            PriorityRule { phrases, priority: priority.clone() }
        };
        self.rule.iter().map(rule).collect()
    }
}
