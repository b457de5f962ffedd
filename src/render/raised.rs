//! The notice of a raised level.

use serde::Serialize;

use super::notice::Notice;
use super::{Fields, part};

/// What a notice of a raised level may say.
#[derive(Clone, Debug, Serialize)]
pub struct Raised {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// The title of the level that it has now.
    pub level_title: String,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

impl Fields for Raised {
    const NOTICE: Notice = Notice::Raised;
}
