//! What is known of one who asks: the accounts that have him, and how.

use crate::desk::account::coupon::CouponCode;
use crate::desk::account::{AccountId, AccountStatus, Licence};
use crate::desk::language::Language;
use crate::desk::level::LevelName;
use crate::time::Timestamp;

/// What is known of one who asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Acquaintance<'a> {
    /// Accounts of which he is a contact.
    pub accounts: &'a [AccountMatch],
    /// When he opened his first ticket at the desk; `None` before that, and where no level ends.
    pub first_ticket: Option<Timestamp>,
}

/// An account, one of whose contacts is the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountMatch {
    /// Its row.
    pub account: AccountId,
    /// Its identity in imports.
    pub key: String,
    /// What people read.
    pub name: String,
    /// Its status.
    pub status: AccountStatus,
    /// In which its people write, as far as we have words, the first the dearest to them.
    pub languages: Vec<Language>,
    /// How the sender is known there.
    pub by: MatchedBy,
    /// Those of its licences that serve this sender, valid or not.
    pub licences: Vec<Licence>,
    /// Its groups, and theirs.
    pub groups: Vec<GroupMatch>,
}

/// An account whose licences serve the people of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMatch {
    /// Its identity in imports.
    pub key: String,
    /// What people read.
    pub name: String,
    /// Its status.
    pub status: AccountStatus,
    /// Those of its licences that serve this sender, valid or not.
    pub licences: Vec<Licence>,
}

/// A coupon that a message names, of an account of which its sender is a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponFacts {
    /// Whose it is.
    pub account: AccountId,
    /// Its code.
    pub code: CouponCode,
    /// The level that it gives a ticket.
    pub level: LevelName,
    /// For how many tickets it was sold.
    pub uses: i64,
    /// For how many it still can be redeemed.
    pub left: i64,
}

/// How a sender is known to whose licence serves him. The more exact match is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    /// By a group of his account.
    Group,
    /// By the domain of the address.
    Domain,
    /// By the address.
    Address,
}
