//! Which keys would fit the mail that was seen. Only names that most messages have are proposed: a
//! sender can write into his own mail what he likes, and not into that of all others.

use super::{EXCHANGE_EDGE, NAMELESS, Survey};
use crate::authentication::Mode;
use crate::mail::address::normal_domain;

/// A host is one of the boundary's where it took at least one of so many messages.
const TAKER_SHARE: usize = 20;

/// Hosts of one domain, from which on the domain is proposed for them.
const HOSTS_OF_A_DOMAIN: usize = 3;

/// Keys for a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// `boundary`.
    pub boundary: Vec<String>,
    /// `trusted_authserv`.
    pub authservs: Vec<String>,
    /// `authserv_mode`.
    pub mode: Mode,
    /// Who writes directly below the boundary, and in how many messages, where that is not often
    /// enough to be proposed: a sender could write in the others.
    pub unsteady: Option<(String, usize)>,
}

/// What would fit; `None` where no host is seen that takes mail from outside.
#[must_use]
pub fn propose(survey: &Survey) -> Option<Proposal> {
    let taken: usize = survey.takers.ranked().iter().map(|(_, count)| count).sum();
    let hosts: Vec<&str> = survey
        .takers
        .ranked()
        .into_iter()
        .filter(|(host, count)| taken <= count * TAKER_SHARE && normal_domain(host).is_ok())
        .map(|(host, _)| host)
        .collect();
    if hosts.is_empty() {
        return None;
    }
    let boundary = boundary(&hosts);
    let often = |count: usize| taken < 2 * count;
    let above: Vec<&str> = survey
        .above
        .ranked()
        .into_iter()
        .filter(|(_, count)| often(*count))
        .map(|(one, _)| one)
        .collect();
    let mut proposal =
        Proposal { boundary, authservs: Vec::new(), mode: Mode::Standard, unsteady: None };
    if above.first() == Some(&NAMELESS) {
        proposal.mode = Mode::Exchange;
        return Some(proposal);
    }
    proposal.authservs =
        above.into_iter().filter(|name| is_plain(name)).map(str::to_owned).collect();
    let next = survey.next.ranked().into_iter().find(|(name, _)| is_plain(name));
    if let Some((name, count)) = next.filter(|_| proposal.authservs.is_empty()) {
        if is_steady(count, taken.saturating_sub(survey.logins)) {
            proposal.authservs = vec![name.to_owned()];
            proposal.mode = Mode::Below;
        } else if often(count) {
            proposal.unsteady = Some((name.to_owned(), count));
        }
    }
    Some(proposal)
}

/// Whether a server seems to write always: in 95 of 100 messages.
#[must_use]
pub fn is_steady(count: usize, messages: usize) -> bool {
    0 < count && messages * 95 <= count * 100
}

/// Hosts as they stand in `boundary`: many of one domain as that domain's.
fn boundary(hosts: &[&str]) -> Vec<String> {
    let mut boundary = Vec::new();
    for host in hosts {
        let domain = host.split_once('.').map_or("", |(_, domain)| domain);
        let kin =
            hosts.iter().filter(|one| one.split_once('.').is_some_and(|(_, of)| of == domain));
        let many = HOSTS_OF_A_DOMAIN <= kin.count() && domain.contains('.');
        let named = if host.ends_with(EXCHANGE_EDGE) {
            format!("*{EXCHANGE_EDGE}")
        } else if many {
            format!("*.{domain}")
        } else {
            (*host).to_owned()
        };
        if !boundary.contains(&named) {
            boundary.push(named);
        }
    }
    boundary
}

/// Whether a name can be written into the configuration.
fn is_plain(name: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-._".contains(char);
    !name.is_empty() && name.chars().all(plain)
}
