//! Agents' answers.

use serde::Serialize;

use super::Fields;
use super::changed::Change;
use super::notice::Notice;

/// What an answer may say.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// The agent's words.
    pub text: String,
    /// The same in HTML. It is written as it is: nothing but what `mail::formatted` gives may stand here.
    pub html: String,
    /// The desk's name.
    pub desk_name: String,
    /// What stands under its answers; may be empty.
    pub signature: String,
    /// What changes of the ticket with it.
    #[serde(flatten)]
    pub change: Change,
}

impl Fields for Answer {
    const NOTICE: Notice = Notice::Answer;
}
