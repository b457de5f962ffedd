//! Loops with another machine that hides what it is: seen by tickets that come again and again about
//! one topic. All that follows is silence; nothing is ever appended to a ticket because of it.

use std::time::Duration;

use super::case::Case;
use super::decision::{Hushed, NewHush};
use super::entitle::Standing;
use super::gate;
use super::requester;
use crate::desk::account::free_mail::is_free_mail;
use crate::mail::automatic::Kind;
use crate::mail::topic::topic;
use crate::time::Timestamp;

/// Tickets about one topic within [`OPENED_WITHIN`](super::case::OPENED_WITHIN) that people open; one
/// more is a machine's.
pub const OPENED_MAX: u8 = 5;
/// So long nothing is acknowledged to an address that opened more, and the operator is told of it.
pub const HUSHED_FOR: Duration = Duration::from_hours(6);

/// The topic of a message that opens a ticket, where tickets about the same are counted: only what
/// may be acknowledged can be part of a loop.
#[must_use]
pub fn counted_topic(case: &Case<'_>, standing: &Standing<'_>) -> Option<String> {
    let may_be = gate::footing(case, standing).is_some() && requester::kind(case) == Kind::Person;
    may_be.then(|| topic(&case.mail.subject))
}

/// Until when nothing is acknowledged to the sender; `None` when that may be.
#[must_use]
pub fn hushed_until(case: &Case<'_>) -> Option<Timestamp> {
    let opened = &case.facts.opened;
    opened
        .address_hushed
        .or_else(|| is_many(opened.by_address).then(|| case.fresh.now.after(HUSHED_FOR)))
}

/// What is to be noted about who opens a ticket that is counted. Of a domain where anybody can get an
/// address nothing is: its addresses have nothing in common.
#[must_use]
pub fn noted(case: &Case<'_>) -> Option<NewHush> {
    let (sender, opened) = (&requester::of(case).named()?.address, &case.facts.opened);
    let until = case.fresh.now.after(HUSHED_FOR);
    if opened.address_hushed.is_some() {
        return None;
    }
    if is_many(opened.by_address) {
        return Some(NewHush { whom: Hushed::Address(sender.clone()), until });
    }
    let domain = sender.domain();
    let news = opened.domain_hushed.is_none() && is_many(opened.by_domain);
    (news && !is_free_mail(domain))
        .then(|| NewHush { whom: Hushed::Domain(domain.to_owned()), until })
}

/// Whether these and one more are too many.
fn is_many(opened: i64) -> bool {
    i64::from(OPENED_MAX) <= opened
}
