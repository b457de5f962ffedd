//! Parts of notices about what came.

use serde::Serialize;

/// What became of a coupon that a message names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CouponLine {
    /// It gave the level.
    Redeemed {
        /// Its code.
        code: String,
        /// For how many tickets more it can be used.
        left: i64,
    },
    /// It was used as often as it was sold.
    UsedUp {
        /// Its code.
        code: String,
    },
    /// The ticket needs none.
    NotNeeded {
        /// Its code.
        code: String,
        /// For how many tickets it can be used.
        left: i64,
    },
    /// Whoever wrote is not known to own one.
    NotCounted,
}

/// When nobody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// When somebody is there again, where nobody is now.
    pub closed_until: Option<String>,
    /// Days of the next week on which nobody is there, though it is their day.
    pub closed: Vec<String>,
    /// Announced maintenance of the next week.
    pub maintenance: Vec<String>,
}

/// Attachments that a desk does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The first of them.
    pub names: Vec<RefusedAttachment>,
    /// How many more there are.
    pub more: usize,
    /// What the desk takes, such as `.png, .zip`; `None` is everything.
    pub types: Option<String>,
    /// How large one may be, such as `35 MiB`; `None` is without end.
    pub size: Option<String>,
}

/// An attachment that a desk does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedAttachment {
    /// Its name.
    pub name: String,
    /// Why it is not taken.
    #[serde(flatten)]
    pub why: RefusedFor,
}

/// Why an attachment is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum RefusedFor {
    /// What it is called.
    Type,
    /// What it is.
    Content {
        /// The format, such as `BMP`.
        format: String,
    },
    /// It is too large.
    Size,
}
