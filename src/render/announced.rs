//! The mail of an announcement.

use serde::Serialize;

use super::{RenderError, Templates, Wording, one_line};

/// What the mail of an announcement may say.
#[derive(Clone, Debug, Serialize)]
pub struct Announced {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// What is announced.
    pub text: String,
    /// Until when it holds.
    pub until: String,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

impl Templates {
    /// The mail of an announcement: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn announcement(&self, data: &Announced) -> Result<Wording, RenderError> {
        Ok(Wording {
            subject: one_line(&self.render("announcement.subject", data)?),
            text: self.render("announcement.txt", data)?,
            html: None,
        })
    }
}
