//! What a requester is told who asks for all that was said in his ticket.

use serde::Serialize;

use super::Fields;
use super::notice::Notice;

/// What the mail may say with which the correspondence comes.
#[derive(Clone, Debug, Serialize)]
pub struct History {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// The name that the requester shows; may be empty.
    pub requester_name: String,
    /// Messages.
    pub count: usize,
    /// When the first of them was said.
    pub first: String,
    /// When the last was.
    pub last: String,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

impl Fields for History {
    const NOTICE: Notice = Notice::History;
}
