//! Mails to agents and supervisors about promises.

use serde::Serialize;

use super::{RenderError, Templates, Wording, one_line};

/// What is told of one promise.
#[derive(Clone, Debug, Serialize)]
pub struct Late {
    /// `warning`, `breach` or `call`.
    pub telling: &'static str,
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The ticket's number.
    pub number: i64,
    /// The base subject of the ticket.
    pub subject: String,
    /// Where the ticket stands.
    pub status: String,
    /// Its priority.
    pub priority: String,
    /// The title of its level.
    pub level_title: String,
    /// The agent who has it.
    pub agent: Option<String>,
    /// Who asks; empty when nobody can tell.
    pub requester: String,
    /// What is promised: `first response`.
    pub what: String,
    /// Until when.
    pub due: String,
    /// How long that is from now, or ago: `1 h 5 min`.
    pub distance: String,
    /// When it was done after all.
    pub met: Option<String>,
}

/// What is told of several promises at once.
#[derive(Clone, Debug, Serialize)]
pub struct Digest {
    /// How many are broken.
    pub breaches: usize,
    /// How many are near.
    pub warnings: usize,
    /// How many tickets wait for who is on call.
    pub calls: usize,
    /// The first of them, those that waited longest first.
    pub matters: Vec<Late>,
    /// How many more there are.
    pub more: usize,
    /// The desk's name.
    pub desk_name: String,
}

impl Templates {
    /// The mail about one promise: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn late(&self, data: &Late) -> Result<Wording, RenderError> {
        let subject = one_line(&self.render("en/late.subject", data)?);
        Ok(Wording::english(subject, self.render("en/late.txt", data)?))
    }

    /// The mail about several promises: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn digest(&self, data: &Digest) -> Result<Wording, RenderError> {
        let subject = one_line(&self.render("en/digest.subject", data)?);
        Ok(Wording::english(subject, self.render("en/digest.txt", data)?))
    }
}
