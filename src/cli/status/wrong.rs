//! What is wrong with a desk, judged from what is known of it, and what to do about it.

use std::time::Duration;

use super::view::span;
use super::{Desk, Folder};
use crate::time::Timestamp;

/// A folder that was not looked through for so many of its own periods is not watched: one look may
/// fail, and the next is under way.
const PERIODS_WITHOUT_LOOK: u32 = 3;
/// A folder without a complete look is excused for so long whatever its period: a server restarts,
/// a long look ends.
const WITHOUT_LOOK_LEAST: Duration = Duration::from_mins(5);
/// A message that is not decided after so long is not just behind others.
const UNDECIDED_MAX: Duration = Duration::from_mins(15);
/// A notice that is not sent after so long is late for who waits for it, whosever fault that is;
/// servers that put off strangers take one again within a few minutes.
const UNSENT_MAX: Duration = Duration::from_mins(15);

/// What is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Nobody ever took the desk, or its last holder gave it back.
    Free,
    /// Its last holder did not renew its lease, and nobody else took it.
    RanOut { holder: Box<str>, until: Timestamp },
    /// A folder was never looked through.
    NeverLooked { folder: Box<str> },
    /// The last complete look at a folder is too long ago.
    LookedLongAgo { folder: Box<str>, looked: Timestamp },
    /// The oldest message without a decision is too old.
    Undecided { since: Timestamp },
    /// The oldest notice that is not sent is too old.
    Unsent { since: Timestamp },
    /// So many notices will never be taken. That was told when they died.
    Dead(i64),
    /// So many messages wait for a person.
    Held(i64),
    /// What stood in the holder's way when it last told: it may be mended by itself.
    Trouble(String),
}

/// What is wrong with a desk.
pub(super) fn wrong(desk: &Desk, now: Timestamp) -> Vec<Wrong> {
    let work = &desk.work;
    let mut wrong = Vec::new();
    match &work.lease {
        Some(lease) if lease.is_living(now) => {}
        Some(lease) => wrong.push(match lease.until {
            Some(until) => Wrong::RanOut { holder: lease.holder.name.clone(), until },
            None => Wrong::Free,
        }),
        None => wrong.push(Wrong::Free),
    }
    let too_old = |since: Timestamp, limit| now.since(since) > limit;
    let without_look = desk.poll.saturating_mul(PERIODS_WITHOUT_LOOK).max(WITHOUT_LOOK_LEAST);
    for folder in &desk.folders {
        let Folder { name, .. } = folder;
        match folder.looked() {
            None => wrong.push(Wrong::NeverLooked { folder: name.clone() }),
            Some(looked) if too_old(looked, without_look) => {
                wrong.push(Wrong::LookedLongAgo { folder: name.clone(), looked });
            }
            Some(_) => {}
        }
    }
    if let Some(since) = work.undecided.since.filter(|since| too_old(*since, UNDECIDED_MAX)) {
        wrong.push(Wrong::Undecided { since });
    }
    if let Some(since) = work.unsent.since.filter(|since| too_old(*since, UNSENT_MAX)) {
        wrong.push(Wrong::Unsent { since });
    }
    if work.dead > 0 {
        wrong.push(Wrong::Dead(work.dead));
    }
    if work.held > 0 {
        wrong.push(Wrong::Held(work.held));
    }
    if let Some(trouble) = &work.trouble {
        wrong.push(Wrong::Trouble(trouble.clone()));
    }
    wrong
}

impl Wrong {
    /// Whether a probe says that the desk does not work; else it is told to people only.
    pub(super) fn fails(&self) -> bool {
        match self {
            Self::Free
            | Self::RanOut { .. }
            | Self::NeverLooked { .. }
            | Self::LookedLongAgo { .. }
            | Self::Undecided { .. }
            | Self::Unsent { .. } => true,
            Self::Dead(_) | Self::Held(_) | Self::Trouble(_) => false,
        }
    }

    /// What it is, and what to do next.
    pub(super) fn say(&self, now: Timestamp) -> String {
        let ago = |instant| span(now.since(instant));
        match self {
            Self::Free => "nobody works on it; start the daemon: `tidings run`".to_owned(),
            Self::RanOut { holder, until } => format!(
                "nobody works on it: {holder} did not renew its lease, which ended {} ago; \
                 start the daemon again: `tidings run`",
                ago(*until)
            ),
            Self::NeverLooked { folder } => {
                format!("{folder} was never looked through; see whether it can be: `tidings check`")
            }
            Self::LookedLongAgo { folder, looked } => format!(
                "{folder} was last looked through {} ago; see whether it can be: `tidings check`",
                ago(*looked)
            ),
            Self::Undecided { since } => format!(
                "a message has waited {} for its decision; see which: \
                 `tidings inbound list --verdict pending`",
                ago(*since)
            ),
            Self::Unsent { since } => format!(
                "a notice has been due for {}; see what the server says: \
                 `tidings outbox list --state due`",
                ago(*since)
            ),
            Self::Dead(1) => {
                "1 notice is dead; see why: `tidings outbox list --state dead`".to_owned()
            }
            Self::Dead(count) => {
                format!("{count} notices are dead; see why: `tidings outbox list --state dead`")
            }
            Self::Held(1) => {
                "1 message is held; see why: `tidings inbound list --verdict held`".to_owned()
            }
            Self::Held(count) => {
                format!("{count} messages are held; see why: `tidings inbound list --verdict held`")
            }
            Self::Trouble(what) => format!("{what}; see whether it still is so: `tidings check`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::typed::assert_can_be_typed;
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
        let ran_out = |until| Wrong::RanOut { holder: "mail1".into(), until };
        let long_ago = |seconds| Wrong::LookedLongAgo { folder: inbox(), looked: ago(seconds) };
        let never = || Wrong::NeverLooked { folder: inbox() };

        check(|_| {}, &[], true);
        check(|desk| desk.work.lease = None, &[Wrong::Free], false);
        check(|desk| desk.work.lease = Some(lease(None)), &[Wrong::Free], false);
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
        check(late, &[Wrong::Undecided { since }], false);
        check(|desk| desk.work.unsent = waiting(15 * MINUTE), &[], true);
        let late = |desk: &mut Desk| desk.work.unsent = waiting(15 * MINUTE + 1);
        check(late, &[Wrong::Unsent { since }], false);

        check(|desk| desk.work.dead = 1, &[Wrong::Dead(1)], true);
        check(|desk| desk.work.held = 2, &[Wrong::Held(2)], true);
        let trouble = |desk: &mut Desk| desk.work.trouble = Some("Cannot submit: gone".into());
        check(trouble, &[Wrong::Trouble("Cannot submit: gone".into())], true);

        #[track_caller]
        fn check(change: impl Fn(&mut Desk), expected: &[Wrong], ok: bool) {
            let mut desk = desk();
            change(&mut desk);
            let found = wrong(&desk, NOW);
            assert_eq!(found, expected);
            assert_eq!(!found.iter().any(Wrong::fails), ok);
        }
    }

    #[test]
    fn each_line_has_a_command_to_type() {
        let (folder, since) = (Box::<str>::from("INBOX"), ago(20 * MINUTE));
        for wrong in [
            Wrong::Free,
            Wrong::RanOut { holder: "mail1".into(), until: since },
            Wrong::NeverLooked { folder: folder.clone() },
            Wrong::LookedLongAgo { folder, looked: since },
            Wrong::Undecided { since },
            Wrong::Unsent { since },
            Wrong::Dead(1),
            Wrong::Dead(2),
            Wrong::Held(1),
            Wrong::Held(2),
            Wrong::Trouble("Cannot submit: gone".into()),
        ] {
            assert_can_be_typed(&wrong.say(NOW));
        }
    }
}
