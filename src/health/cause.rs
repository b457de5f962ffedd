//! What is wrong with a desk, judged from what is known of it, and what to do about it.

use super::id::Id;
use super::{Desk, Folder, span};
use crate::config::StatusLimits;
use crate::store::hush::Hush;
use crate::store::trouble::{Kind, Trouble};
use crate::time::{Timestamp, for_people};
use crate::triage::decision::Hushed;

/// A folder that was not looked through for so many of its own periods is not watched: one look may
/// fail, and the next is under way.
const PERIODS_WITHOUT_LOOK: u32 = 3;

/// What is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nobody ever took the desk, or its last holder gave it back.
    Free,
    /// Its last holder did not renew its lease, and nobody else took it.
    RanOut {
        /// Who.
        holder: Box<str>,
        /// When the lease ended.
        until: Timestamp,
    },
    /// A folder was never looked through.
    NeverLooked {
        /// Which.
        folder: Box<str>,
    },
    /// The last complete look at a folder is too long ago.
    LookedLongAgo {
        /// Which.
        folder: Box<str>,
        /// When it was.
        looked: Timestamp,
    },
    /// The oldest message without a decision is too old.
    Undecided {
        /// When it was spooled.
        since: Timestamp,
    },
    /// The oldest notice that is not sent is too old.
    Unsent {
        /// When it was due.
        since: Timestamp,
    },
    /// So many notices will never be taken. That was told when they died.
    Dead(i64),
    /// So many messages wait for a person.
    Held(i64),
    /// So many notices wait for a person, since the database was restored.
    NoticesHeld {
        /// How many.
        count: i64,
        /// When it was restored.
        restored: Option<Timestamp>,
    },
    /// Addresses or domains open tickets as a machine does.
    Loop(Vec<Hush>),
    /// What stood in the holder's way when it last told: it may be mended by itself.
    Trouble(Trouble),
    /// The same, for longer than what is mended by itself takes.
    LastingTrouble(Trouble),
}

/// What is wrong with a desk.
pub(super) fn wrong(desk: &Desk, limits: &StatusLimits, now: Timestamp) -> Vec<Cause> {
    let work = &desk.work;
    let mut wrong = Vec::new();
    match &work.lease {
        Some(lease) if lease.is_living(now) => {}
        Some(lease) => wrong.push(match lease.until {
            Some(until) => Cause::RanOut { holder: lease.holder.name.clone(), until },
            None => Cause::Free,
        }),
        None => wrong.push(Cause::Free),
    }
    let too_old = |since: Timestamp, limit| now.since(since) > limit;
    let without_look = desk.poll.saturating_mul(PERIODS_WITHOUT_LOOK).max(limits.without_look);
    for folder in &desk.folders {
        let Folder { name, .. } = folder;
        match folder.looked() {
            None => wrong.push(Cause::NeverLooked { folder: name.clone() }),
            Some(looked) if too_old(looked, without_look) => {
                wrong.push(Cause::LookedLongAgo { folder: name.clone(), looked });
            }
            Some(_) => {}
        }
    }
    if let Some(since) = work.undecided.since.filter(|since| too_old(*since, limits.undecided)) {
        wrong.push(Cause::Undecided { since });
    }
    if let Some(since) = work.unsent.since.filter(|since| too_old(*since, limits.unsent)) {
        wrong.push(Cause::Unsent { since });
    }
    if work.dead > 0 {
        wrong.push(Cause::Dead(work.dead));
    }
    if work.held > 0 {
        wrong.push(Cause::Held(work.held));
    }
    if work.held_notices > 0 {
        let (count, restored) = (work.held_notices, work.restored);
        wrong.push(Cause::NoticesHeld { count, restored });
    }
    if !desk.hushes.is_empty() {
        wrong.push(Cause::Loop(desk.hushes.clone()));
    }
    wrong.extend(work.troubles.iter().cloned().map(|trouble| {
        let lasts = too_old(trouble.since, limits.trouble);
        if lasts { Cause::LastingTrouble(trouble) } else { Cause::Trouble(trouble) }
    }));
    wrong
}

impl Cause {
    /// What it is called.
    #[must_use]
    pub fn id(&self) -> Id {
        match self {
            Self::Free | Self::RanOut { .. } => Id::Nobody,
            Self::NeverLooked { .. } | Self::LookedLongAgo { .. } => Id::NotLooked,
            Self::Undecided { .. } => Id::Undecided,
            Self::Unsent { .. } => Id::Unsent,
            Self::Dead(_) => Id::Dead,
            Self::Held(_) => Id::Held,
            Self::NoticesHeld { .. } => Id::NoticesHeld,
            Self::Loop(_) => Id::Loop,
            Self::Trouble(trouble) | Self::LastingTrouble(trouble) => Id::Trouble(trouble.kind),
        }
    }

    /// Whether it follows from another one of the same desk, which says more.
    #[must_use]
    pub fn follows_from(&self, other: &Self) -> bool {
        let of_kind = |kinds: &[Kind]| match other {
            Self::Trouble(trouble) | Self::LastingTrouble(trouble) => kinds.contains(&trouble.kind),
            Self::Free | Self::RanOut { .. } => true,
            Self::NeverLooked { .. }
            | Self::LookedLongAgo { .. }
            | Self::Undecided { .. }
            | Self::Unsent { .. }
            | Self::Dead(_)
            | Self::Held(_)
            | Self::NoticesHeld { .. }
            | Self::Loop(_) => false,
        };
        match self {
            Self::NeverLooked { .. } | Self::LookedLongAgo { .. } => {
                of_kind(&[Kind::Imap, Kind::ImapLogin])
            }
            Self::Unsent { .. } => of_kind(&[Kind::Smtp, Kind::SmtpLogin]),
            Self::Undecided { .. } => of_kind(&[]),
            Self::Free
            | Self::RanOut { .. }
            | Self::Dead(_)
            | Self::Held(_)
            | Self::NoticesHeld { .. }
            | Self::Loop(_)
            | Self::Trouble(_)
            | Self::LastingTrouble(_) => false,
        }
    }

    /// Whether a probe says that the desk does not work; else it is told to people only.
    #[must_use]
    pub fn fails(&self) -> bool {
        match self {
            Self::Free
            | Self::RanOut { .. }
            | Self::NeverLooked { .. }
            | Self::LookedLongAgo { .. }
            | Self::Undecided { .. }
            | Self::Unsent { .. }
            | Self::LastingTrouble(_) => true,
            Self::Dead(_)
            | Self::Held(_)
            | Self::NoticesHeld { .. }
            | Self::Loop(_)
            | Self::Trouble(_) => false,
        }
    }

    /// What it is, and what to do next.
    #[must_use]
    pub fn say(&self, now: Timestamp) -> String {
        let (what, advice) = (self.what(now), self.id().advice());
        match self {
            Self::LastingTrouble(trouble) => {
                format!("{what} (for {}); {advice}", span(now.since(trouble.since)))
            }
            Self::Free
            | Self::RanOut { .. }
            | Self::NeverLooked { .. }
            | Self::LookedLongAgo { .. }
            | Self::Undecided { .. }
            | Self::Unsent { .. }
            | Self::Dead(_)
            | Self::Held(_)
            | Self::NoticesHeld { .. }
            | Self::Loop(_)
            | Self::Trouble(_) => format!("{what}; {advice}"),
        }
    }

    /// What it is.
    #[must_use]
    pub fn what(&self, now: Timestamp) -> String {
        let ago = |instant| span(now.since(instant));
        match self {
            Self::Free => "nobody works on it".to_owned(),
            Self::RanOut { holder, until } => format!(
                "nobody works on it: {holder} did not renew its lease, which ended {} ago",
                ago(*until)
            ),
            Self::NeverLooked { folder } => format!("{folder} was never looked through"),
            Self::LookedLongAgo { folder, looked } => {
                format!("{folder} was last looked through {} ago", ago(*looked))
            }
            Self::Undecided { since } => {
                format!("a message has waited {} for its decision", ago(*since))
            }
            Self::Unsent { since } => format!("a notice has been due for {}", ago(*since)),
            Self::Dead(1) => "1 notice is dead".to_owned(),
            Self::Dead(count) => format!("{count} notices are dead"),
            Self::Held(1) => "1 message is held".to_owned(),
            Self::Held(count) => format!("{count} messages are held"),
            Self::NoticesHeld { count, restored } => {
                let what = match count {
                    1 => "1 notice is".to_owned(),
                    _ => format!("{count} notices are"),
                };
                let since = restored.map_or(String::new(), |at| {
                    format!(" since the database was restored {} ago", ago(at))
                });
                format!("{what} held{since}, and may have been sent before")
            }
            Self::Loop(hushes) => {
                let told: Vec<_> = hushes.iter().map(of_hush).collect();
                told.join("; ")
            }
            Self::Trouble(trouble) | Self::LastingTrouble(trouble) => trouble.what.clone(),
        }
    }
}

fn of_hush(hush: &Hush) -> String {
    let Hush { whom, until } = hush;
    match whom {
        Hushed::Address(_) => {
            format!("{whom}: nothing is acknowledged to it until {}", for_people(*until))
        }
        Hushed::Domain(_) => whom.to_string(),
    }
}

#[cfg(test)]
mod tests;
