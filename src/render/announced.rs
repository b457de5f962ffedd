//! The mail of an announcement.

use serde::Serialize;

use super::Fields;
use super::notice::Notice;

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

impl Fields for Announced {
    const NOTICE: Notice = Notice::Announcement;
}
