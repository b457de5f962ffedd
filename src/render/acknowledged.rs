//! Acknowledgements of messages.

use serde::Serialize;

use super::notice::Notice;
use super::{Fields, part};

/// What the acknowledgement may say.
#[derive(Clone, Debug, Serialize)]
pub struct Acknowledgement {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The base subject of the requester's message; may be empty.
    pub subject: String,
    /// The name that the requester shows; may be empty.
    pub requester_name: String,
    /// The title of the level that was granted.
    pub level_title: String,
    /// By when a person answers, where the level promises it and that is still to come.
    pub promise: Option<String>,
    /// What the desk announces.
    pub announcements: Vec<String>,
    /// What the message does not say, and the desk needs to know.
    pub missing: Vec<String>,
    /// When nobody is there.
    pub hours: part::Hours,
    /// When the message came.
    pub received: String,
    /// Whether it was too large to be read as a whole.
    pub oversize: bool,
    /// Attachments of the message that the desk does not take.
    pub refused: Option<part::Refused>,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What the acknowledgement to an unproven sender may say: nothing that the sender wrote, or anybody
/// could send a text of his to anybody in the desk's name (THR-28).
#[derive(Clone, Debug, Serialize)]
pub struct ShortAcknowledgement {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The title of the level of who is not known.
    pub level_title: String,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What the acknowledgement of a message that is added to a ticket may say.
#[derive(Clone, Debug, Serialize)]
pub struct Addition {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the message; may be empty.
    pub subject: String,
    /// The name that the requester shows; may be empty.
    pub requester_name: String,
    /// When the message came.
    pub received: String,
    /// Whether it was too large to be read as a whole.
    pub oversize: bool,
    /// Attachments of the message that the desk does not take.
    pub refused: Option<part::Refused>,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

impl Fields for Acknowledgement {
    const NOTICE: Notice = Notice::Acknowledgement;
}

impl Fields for ShortAcknowledgement {
    const NOTICE: Notice = Notice::Short;
}

impl Fields for Addition {
    const NOTICE: Notice = Notice::Addition;
}
