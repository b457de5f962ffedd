//! What a ticket is entitled to, and on what ground.

use super::account::AccountId;
use super::level::LevelName;
use crate::mail::proof::Verdict;

/// What a ticket is entitled to, and on what ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// Its level.
    pub level: LevelName,
    /// Who set the level by hand; `None` where it is what the requester was found to be entitled to.
    pub level_by: Option<String>,
    /// Whose it is.
    pub account: Option<AccountId>,
    /// Whose it would be, or who would have more, if the requester were proven.
    pub claimed: Option<AccountId>,
    /// The best proof that the requester has given; `None` where a person says who it is, or where
    /// nobody asked.
    pub proof: Option<Verdict>,
}
