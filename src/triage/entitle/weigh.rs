//! What each licence of a sender's accounts gives today, or why it gives nothing.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::desk::account::{AccountStatus, Licence};
use crate::desk::calendar::words;
use crate::desk::language::Language;
use crate::desk::level::{Level, LevelName};
use crate::time::Timestamp;
use crate::triage::case::known::{AccountMatch, GroupMatch, MatchedBy};
use crate::triage::policy::Policy;
use crate::triage::raise;

/// When it is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    /// Of who asks, at the desk.
    pub(super) first_ticket: Option<Timestamp>,
}

/// A licence that may serve a sender, and what it comes to.
pub(super) struct Weighed<'a> {
    /// The account of which he is a contact.
    pub(super) found: &'a AccountMatch,
    /// The group of it that has the licence, where it is not its own.
    pub(super) group: Option<&'a GroupMatch>,
    pub(super) licence: &'a Licence,
    /// The level that it gives, or why it gives none.
    pub(super) weight: Result<Served<'a>, Void>,
}

/// Why a licence gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Void {
    /// Its owner is suspended.
    Suspended {
        /// The owner.
        name: String,
    },
    /// It is not its day.
    Day {
        /// The licence and its owner, for people.
        of: String,
        /// On which side of it.
        when: When,
    },
    /// It names a level that there is not.
    NoLevel {
        /// The licence and its owner, for people.
        of: String,
        /// The level.
        level: LevelName,
    },
}

/// When a licence would be valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Until the end of this day.
    Until(Date),
    /// From the beginning of this day on.
    From(Date),
}

/// A level as it serves somebody.
#[derive(Clone, Debug)]
pub(super) struct Served<'a> {
    pub(super) level: &'a Level,
    /// Levels that have ended for him before, and when.
    ended: Vec<(&'a Level, Date)>,
}

/// Licences that a reason names; who has more has them in the listing of the account.
const PASSED_MAX: usize = 3;

/// Every licence that may serve a sender.
pub(super) fn weigh<'a>(
    accounts: &'a [AccountMatch],
    policy: &'a Policy,
    moment: Moment,
) -> Vec<Weighed<'a>> {
    let mut weighed = Vec::new();
    for found in accounts {
        let own = found.licences.iter().map(|licence| (None, licence));
        let of_groups = found
            .groups
            .iter()
            .flat_map(|group| group.licences.iter().map(move |licence| (Some(group), licence)));
        for (group, licence) in own.chain(of_groups) {
            let weight = weight(found, group, licence, policy, moment);
            weighed.push(Weighed { found, group, licence, weight });
        }
    }
    weighed
}

fn weight<'a>(
    found: &AccountMatch,
    group: Option<&GroupMatch>,
    licence: &Licence,
    policy: &'a Policy,
    moment: Moment,
) -> Result<Served<'a>, Void> {
    let group_of = group.map(|group| (&group.name, group.status));
    for (name, status) in [Some((&found.name, found.status)), group_of].into_iter().flatten() {
        match status {
            AccountStatus::Active => {}
            AccountStatus::Suspended => return Err(suspended(name)),
        }
    }
    let owner = group.map_or(&found.name, |group| &group.name);
    let level = on_its_day(owner, licence, policy, moment.now)?;
    Ok(served(level, policy, moment))
}

/// The level of a licence of somebody with this name, or why it gives none on this day.
pub(super) fn on_its_day<'a>(
    owner: &str,
    licence: &Licence,
    policy: &'a Policy,
    now: Timestamp,
) -> Result<&'a Level, Void> {
    let Licence { key, level: name, from, until, .. } = licence;
    let level = policy.level(name);
    let zone = level.map_or(TimeZone::UTC, |level| policy.zone_of(level));
    let today = day_of(now, zone);
    let of = format!("licence {key} of {owner}");
    if licence.covers(today) {
        return level.ok_or_else(|| Void::NoLevel { of, level: name.clone() });
    }
    let when = match *until {
        Some(until) if until < today => When::Until(until),
        Some(_) | None => When::From(*from),
    };
    Err(Void::Day { of, when })
}

/// The level that somebody has where he had this one first: it, or what it has become for him.
pub(super) fn served<'a>(first: &'a Level, policy: &'a Policy, moment: Moment) -> Served<'a> {
    let mut served = Served { level: first, ended: Vec::new() };
    // The configuration has no circle; a bound needs no trust in that.
    for _ in 0..policy.levels.len() + 2 {
        let Some((end, since)) = served.level.ends.as_ref().zip(moment.first_ticket) else { break };
        let Some(then) = raise::level(policy, &end.then) else { break };
        let ended = since.after(end.after);
        if moment.now < ended {
            break;
        }
        let day = day_of(ended, policy.zone_of(served.level));
        served.ended.push((served.level, day));
        served.level = then;
    }
    served
}

/// Why licences of these levels give nothing.
pub(super) fn passed_over(
    weighed: &[Weighed<'_>],
    which: impl Fn(&LevelName) -> bool,
) -> Option<String> {
    let mut reasons: Vec<_> = weighed
        .iter()
        .filter(|weighed| which(&weighed.licence.level))
        .filter_map(|weighed| weighed.weight.as_ref().err().map(Void::to_string))
        .collect();
    reasons.dedup();
    reasons.truncate(PASSED_MAX);
    (!reasons.is_empty()).then(|| reasons.join(", "))
}

pub(super) fn suspended(name: &str) -> Void {
    Void::Suspended { name: name.to_owned() }
}

impl<'a> Served<'a> {
    /// The level that ended for him last, and when.
    pub(super) fn ended(&self) -> Option<(&'a Level, Date)> {
        self.ended.last().copied()
    }
}

impl Weighed<'_> {
    /// How exactly the sender is known to whose licence it is.
    pub(super) fn by(&self) -> MatchedBy {
        self.group.map_or(self.found.by, |_| MatchedBy::Group)
    }

    /// Where it comes from, for people.
    pub(super) fn source(&self) -> String {
        let (key, by, licence) = (&self.found.key, self.found.by.as_str(), &self.licence.key);
        match self.group {
            None => format!("account {key} by {by}, licence {licence}"),
            Some(group) => {
                format!("account {key} by {by}, group {}, licence {licence}", group.key)
            }
        }
    }
}

/// For people.
impl fmt::Display for Void {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Suspended { name } => write!(f, "{name} is suspended"),
            Self::Day { of, when: When::Until(day) } => {
                write!(f, "{of} ended on {}", day_for_people(*day))
            }
            Self::Day { of, when: When::From(day) } => {
                write!(f, "{of} begins on {}", day_for_people(*day))
            }
            Self::NoLevel { of, level } => {
                write!(f, "{of} names level {level}, which is not configured")
            }
        }
    }
}

/// For people.
impl fmt::Display for Served<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "level {}", self.level.name)?;
        for (at, (level, day)) in self.ended.iter().enumerate() {
            let word = if at == 0 { ", as" } else { " and" };
            write!(f, "{word} level {} ended on {}", level.name, day_for_people(*day))?;
        }
        Ok(())
    }
}

/// The day on which an instant falls in a time zone.
fn day_of(now: Timestamp, zone: TimeZone) -> Date {
    jiff::Timestamp::from_microsecond(now.as_us())
        .map_or(Date::MIN, |instant| instant.to_zoned(zone).date())
}

fn day_for_people(day: Date) -> String {
    words::date(day, Language::English)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_by_the_clock_of_its_zone() {
        // Berlin is an hour ahead of UTC until the last Sunday of March, then two.
        check("2026-03-28T22:59:59Z", "Europe/Berlin", "28 March 2026");
        check("2026-03-28T23:00:00Z", "Europe/Berlin", "29 March 2026");
        check("2026-03-29T21:59:59Z", "Europe/Berlin", "29 March 2026");
        check("2026-03-29T22:00:00Z", "Europe/Berlin", "30 March 2026");
        check("2026-11-01T03:59:59Z", "America/New_York", "31 October 2026");
        check("2026-11-01T04:00:00Z", "America/New_York", "1 November 2026");
        check("2026-11-02T04:59:59Z", "America/New_York", "1 November 2026");
        check("2026-11-02T05:00:00Z", "America/New_York", "2 November 2026");
        check("2026-12-31T10:00:00Z", "Pacific/Kiritimati", "1 January 2027");

        #[track_caller]
        fn check(now: &str, zone: &str, expected: &str) {
            let zone = TimeZone::get(zone).unwrap();
            let day = day_of(Timestamp::parse(now).unwrap(), zone);
            assert_eq!(day_for_people(day), expected, "{now}");
        }
    }
}
