//! Who sends tokens that are none: each domain is counted for an hour, and told of once.

use std::collections::BTreeMap;
use std::time::Duration;

use tracing::warn;

use super::read::Read;
use crate::mail::address::Address;
use crate::time::Timestamp;
use crate::work::room::Room;

/// Bad tokens of each domain, of late.
#[derive(Debug, Default)]
pub(super) struct Guesses(BTreeMap<Box<str>, Hour>);

/// What came from a domain in an hour.
#[derive(Debug)]
struct Hour {
    begun: Timestamp,
    count: usize,
    told: bool,
}

/// As many in an hour are no accident.
const TOLD_FROM: usize = 20;
/// Domains that are counted at a time; who comes under more has his mail server's rules to fear.
const DOMAINS_MAX: usize = 1_000;
const HOUR: Duration = Duration::from_hours(1);

impl Guesses {
    /// A message had so many.
    pub(super) fn met(&mut self, room: &Room, message: &Read, count: usize) {
        if count == 0 {
            return;
        }
        room.tally.bad_tokens(count);
        let domain = message.mail.sender.address().map_or("nobody", Address::domain);
        if let Some(tokens) = self.add(domain, count, room.clock.now()) {
            warn!(
                desk = room.name(),
                domain,
                tokens,
                "Mail from {domain} came with {tokens} bad tokens within an hour: somebody may be \
                 guessing; what names no ticket rightly opens one of its own"
            );
        }
    }

    /// So many more from a domain; how many there are in this hour, once they are worth a word.
    fn add(&mut self, domain: &str, count: usize, now: Timestamp) -> Option<usize> {
        let is_over = |hour: &Hour| now.since(hour.begun) >= HOUR;
        if !self.0.contains_key(domain) && self.0.len() >= DOMAINS_MAX {
            self.0.retain(|_, hour| !is_over(hour));
            if self.0.len() >= DOMAINS_MAX {
                return None;
            }
        }
        let new = || Hour { begun: now, count: 0, told: false };
        let hour = self.0.entry(domain.into()).or_insert_with(new);
        if is_over(hour) {
            *hour = new();
        }
        hour.count += count;
        let tells = hour.count >= TOLD_FROM && !hour.told;
        hour.told |= tells;
        tells.then_some(hour.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_03_twenty_bad_tokens_in_an_hour_are_told_once() {
        let mut guesses = Guesses::default();
        let begin = Timestamp::from_us(0);
        let mut told = |domain: &str, count, minutes| {
            guesses.add(domain, count, begin.after(Duration::from_mins(minutes)))
        };
        assert_eq!(told("a.example", 19, 0), None);
        assert_eq!(told("b.example", 19, 0), None);
        assert_eq!(told("a.example", 2, 59), Some(21));
        assert_eq!(told("a.example", 50, 59), None, "once an hour");
        assert_eq!(told("b.example", 19, 60), None, "another hour");
        assert_eq!(told("a.example", 20, 60), Some(20));
    }

    #[test]
    fn of_very_many_domains_some_are_not_counted() {
        let mut guesses = Guesses::default();
        for domain in 0..2 * DOMAINS_MAX {
            guesses.add(&format!("{domain}.example"), 1, Timestamp::from_us(0));
        }
        assert_eq!(guesses.0.len(), DOMAINS_MAX);
        assert_eq!(guesses.add("new.example", 20, Timestamp::from_us(0).after(HOUR)), Some(20));
        assert_eq!(guesses.0.len(), 1);
    }
}
