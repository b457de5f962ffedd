//! The help desk's nouns, and the moves that each allows. Pure.

pub mod account;
pub mod agent;
pub mod article;
pub mod calendar;
pub mod checklist;
pub mod command;
pub mod entitlement;
pub mod language;
pub mod level;
pub mod phrases;
pub mod priorities;
pub mod priority;
pub mod priority_rule;
pub mod promise;
pub mod request;
pub mod sender_proof;
pub mod silence;
pub mod spent;
pub mod target;
pub mod ticket;
pub mod totals;

/// Whether a text is a name of the configuration: ASCII letters, digits, `-` and `_`, one at least and so many
/// at most.
fn is_name(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
