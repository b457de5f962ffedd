//! Mails to agents: what came, and what could not be done.

use serde::Serialize;

use super::{RenderError, Templates, Wording, one_line};

/// Stands on top of what agents are told: whatever their programs make of it when they answer, what is below
/// this line is not theirs (THR-31).
pub const MARKER: &str = "Please reply above this line";

/// What an agent is told of a message.
#[derive(Clone, Debug, Serialize)]
pub struct Notification {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The ticket's number.
    pub number: i64,
    /// The base subject of the ticket.
    pub subject: String,
    /// What is said before all else.
    pub heading: Option<String>,
    /// Whether the ticket was there before.
    pub follows: bool,
    /// Who wrote the message.
    pub writer: String,
    /// Who asks; empty when nobody can tell.
    pub requester: String,
    /// Why the sender is not sure, where he is not.
    pub doubt: Option<String>,
    /// The key of the account.
    pub account: Option<String>,
    /// The title of the level.
    pub level_title: String,
    /// Why it is that level.
    pub why: String,
    /// Where the ticket stands.
    pub status: String,
    /// Its priority.
    pub priority: String,
    /// The agent who has it.
    pub agent: Option<String>,
    /// What is promised next, and until when.
    pub next: Option<String>,
    /// Other open tickets of the requester, a line each.
    pub also_open: Vec<String>,
    /// What came along, a line each.
    pub attachments: Vec<String>,
    /// What the message says.
    pub text: String,
    /// Whether that is its beginning.
    pub cut: bool,
    /// To whom an answer goes; empty when nobody can be answered.
    pub answers_to: String,
    /// The commands, as they are written; empty for who is no agent, and neither answers nor orders by mail.
    pub commands: String,
}

/// What an agent is told of a mail of his that did nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// Why, a line each.
    pub why: Vec<String>,
    /// What to do.
    pub advice: String,
    /// The commands with what they do, a line each; empty where they are not to the point.
    pub commands: String,
}

impl Templates {
    /// The mail that tells an agent of a message.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn notification(&self, data: &Notification) -> Result<Wording, RenderError> {
        let subject = one_line(&self.render("en/notification.subject", data)?);
        let html = Some(self.render("en/notification.html", data)?);
        Ok(Wording { html, ..Wording::english(subject, self.render("en/notification.txt", data)?) })
    }

    /// The mail that tells an agent what was not done: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn refusal(&self, data: &Refusal) -> Result<Wording, RenderError> {
        let subject = one_line(&self.render("en/refusal.subject", data)?);
        Ok(Wording::english(subject, self.render("en/refusal.txt", data)?))
    }
}
