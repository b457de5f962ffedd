//! A rule of a desk: tickets with these words in the subject are so urgent.

use super::phrases::Phrases;
use super::priority::Priority;

/// Words, and how urgent a ticket is whose subject has one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityRule {
    /// The words.
    pub phrases: Phrases,
    /// How urgent it is.
    pub priority: Priority,
}

impl PriorityRule {
    /// Rules of a desk.
    pub const RULES_MAX: usize = 100;
}
