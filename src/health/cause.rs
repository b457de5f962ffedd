//! What is wrong with a desk, judged from what is known of it, and what to do about it.

use super::id::Id;
use super::{Desk, Folder, span};
use crate::config::StatusLimits;
use crate::store::trouble::{Kind, Trouble};
use crate::time::Timestamp;

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
            | Self::NoticesHeld { .. } => false,
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
            Self::Dead(_) | Self::Held(_) | Self::NoticesHeld { .. } | Self::Trouble(_) => false,
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
            Self::Trouble(trouble) | Self::LastingTrouble(trouble) => trouble.what.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::lease::{Holder, Lease};
    use crate::store::status::{Seen, Waiting, Work};

    const NOW: Timestamp = Timestamp::from_seconds(1_772_442_000);
    const MINUTE: u64 = 60;

    /// So many seconds ago.
    fn ago(seconds: u64) -> Timestamp {
        NOW.before(Duration::from_secs(seconds))
    }

    fn lease(until: Option<Timestamp>) -> Lease {
        let holder = Holder { id: "h1".into(), name: "mail1".into() };
        Lease { desk: "support".into(), holder, taken: ago(3600), until }
    }

    fn waiting(seconds: u64) -> Waiting {
        Waiting { count: 1, since: Some(ago(seconds)) }
    }

    /// A submission server that is away for so long.
    fn trouble(seconds: u64) -> Trouble {
        let what = "Cannot submit: gone".to_owned();
        Trouble { kind: Kind::Smtp, what, since: ago(seconds) }
    }

    /// A desk at which all is well.
    fn desk() -> Desk {
        let seen = Some(Seen { position: 7, looked: Some(ago(12)) });
        Desk {
            name: "support".into(),
            poll: Duration::from_mins(1),
            work: Work {
                lease: Some(lease(Some(NOW.after(Duration::from_secs(1))))),
                ..Work::default()
            },
            folders: vec![Folder { name: "INBOX".into(), seen }],
        }
    }

    fn look(seconds: u64) -> impl Fn(&mut Desk) {
        move |desk| desk.folders[0].seen = Some(Seen { position: 7, looked: Some(ago(seconds)) })
    }

    #[test]
    fn a_desk_is_wrong_when_nobody_works_or_something_waits_for_too_long() {
        let inbox = || Box::<str>::from("INBOX");
        let ran_out = |until| Cause::RanOut { holder: "mail1".into(), until };
        let long_ago = |seconds| Cause::LookedLongAgo { folder: inbox(), looked: ago(seconds) };
        let never = || Cause::NeverLooked { folder: inbox() };

        check(|_| {}, &[], true);
        check(|desk| desk.work.lease = None, &[Cause::Free], false);
        check(|desk| desk.work.lease = Some(lease(None)), &[Cause::Free], false);
        check(|desk| desk.work.lease = Some(lease(Some(NOW))), &[ran_out(NOW)], false);
        check(|desk| desk.work.lease = Some(lease(Some(ago(9)))), &[ran_out(ago(9))], false);

        check(|desk| desk.folders[0].seen = None, &[never()], false);
        let opened = Some(Seen { position: 0, looked: None });
        check(move |desk| desk.folders[0].seen = opened, &[never()], false);
        check(look(5 * MINUTE), &[], true);
        check(look(5 * MINUTE + 1), &[long_ago(5 * MINUTE + 1)], false);
        let rarely = |seconds| {
            move |desk: &mut Desk| {
                desk.poll = Duration::from_mins(10);
                look(seconds)(desk);
            }
        };
        check(rarely(30 * MINUTE), &[], true);
        check(rarely(30 * MINUTE + 1), &[long_ago(30 * MINUTE + 1)], false);

        check(|desk| desk.work.undecided = waiting(15 * MINUTE), &[], true);
        let since = ago(15 * MINUTE + 1);
        let late = |desk: &mut Desk| desk.work.undecided = waiting(15 * MINUTE + 1);
        check(late, &[Cause::Undecided { since }], false);
        check(|desk| desk.work.unsent = waiting(15 * MINUTE), &[], true);
        let late = |desk: &mut Desk| desk.work.unsent = waiting(15 * MINUTE + 1);
        check(late, &[Cause::Unsent { since }], false);

        check(|desk| desk.work.dead = 1, &[Cause::Dead(1)], true);
        check(|desk| desk.work.held = 2, &[Cause::Held(2)], true);
        let held = |desk: &mut Desk| {
            (desk.work.held_notices, desk.work.restored) = (3, Some(ago(9)));
        };
        let restored = Some(ago(9));
        check(held, &[Cause::NoticesHeld { count: 3, restored }], true);
        let met = |seconds| move |desk: &mut Desk| desk.work.troubles = vec![trouble(seconds)];
        check(met(5 * MINUTE), &[Cause::Trouble(trouble(5 * MINUTE))], true);
        check(met(5 * MINUTE + 1), &[Cause::LastingTrouble(trouble(5 * MINUTE + 1))], false);

        #[track_caller]
        fn check(change: impl Fn(&mut Desk), expected: &[Cause], ok: bool) {
            let mut desk = desk();
            change(&mut desk);
            let found = wrong(&desk, &StatusLimits::default(), NOW);
            assert_eq!(found, expected);
            assert_eq!(!found.iter().any(Cause::fails), ok);
        }
    }

    #[test]
    fn each_line_has_a_command_to_type() {
        let (folder, since) = (Box::<str>::from("INBOX"), ago(20 * MINUTE));
        for wrong in [
            Cause::Free,
            Cause::RanOut { holder: "mail1".into(), until: since },
            Cause::NeverLooked { folder: folder.clone() },
            Cause::LookedLongAgo { folder, looked: since },
            Cause::Undecided { since },
            Cause::Unsent { since },
            Cause::Dead(1),
            Cause::Dead(2),
            Cause::Held(1),
            Cause::Held(2),
            Cause::NoticesHeld { count: 1, restored: None },
            Cause::NoticesHeld { count: 2, restored: Some(since) },
            Cause::Trouble(trouble(1)),
            Cause::LastingTrouble(trouble(1)),
            Cause::Trouble(Trouble { kind: Kind::Clock, ..trouble(1) }),
        ] {
            let said = wrong.say(NOW);
            assert!(said.contains("`tidings "), "{said}");
            assert!(Id::ALL.contains(&wrong.id()), "{wrong:?}");
        }
        for kind in Kind::ALL {
            assert!(Id::ALL.contains(&Id::Trouble(kind)), "{kind:?}");
        }
        for id in Id::ALL {
            assert_eq!(Id::parse(id.as_str()), Some(id));
        }
    }

    #[test]
    fn what_follows_from_trouble_with_a_server_is_not_another_cause() {
        let (folder, since) = (Box::<str>::from("INBOX"), ago(20 * MINUTE));
        let of = |kind| Cause::Trouble(Trouble { kind, ..trouble(1) });
        let (late, unsent) =
            (Cause::LookedLongAgo { folder, looked: since }, Cause::Unsent { since });
        check(&late, &of(Kind::Imap), true);
        check(&late, &of(Kind::ImapLogin), true);
        check(&late, &of(Kind::Smtp), false);
        check(&late, &Cause::Free, true);
        check(&unsent, &of(Kind::SmtpLogin), true);
        check(&unsent, &of(Kind::Imap), false);
        check(&unsent, &Cause::Dead(1), false);
        check(&Cause::Undecided { since }, &Cause::Free, true);
        check(&Cause::Undecided { since }, &of(Kind::Imap), false);
        check(&of(Kind::Imap), &of(Kind::Smtp), false);
        check(&unsent, &of(Kind::Clock), false);
        check(&Cause::Held(1), &Cause::Free, false);
        let held = Cause::NoticesHeld { count: 1, restored: None };
        check(&held, &Cause::Free, false);
        check(&unsent, &held, false);

        #[track_caller]
        fn check(one: &Cause, other: &Cause, expected: bool) {
            assert_eq!(one.follows_from(other), expected, "{one:?} from {other:?}");
        }
    }
}
