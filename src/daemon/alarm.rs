//! What the operator is told: which causes begin and end, which are worth a mail, and which mail.
//! Nothing here waits or sends.

use std::time::Duration;

use super::lookout::LOOKED_AT;
use crate::health::cause::Cause;
use crate::health::id::Id;
use crate::store::alarm::{Alarm, AlarmId, State};
use crate::time::Timestamp;

/// Mails to the operator in an hour. With the last of them everything that waits is told together.
pub(super) const MAILS_PER_HOUR: i64 = 30;

/// What is not seen any more after so long was seen at one look alone, whose instant says nothing of
/// how long it stood.
const SEEN_ONCE: Duration = LOOKED_AT.saturating_add(Duration::from_secs(2));

/// A cause that is seen now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The desk; empty where it is of none.
    pub(super) desk: String,
    pub(super) id: Id,
    /// What it is.
    pub(super) what: String,
}

/// What has changed since it was looked last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// A cause is seen that did not stand.
    Begin(Seen),
    /// One is gone before anybody was told.
    Forget(AlarmId),
    /// One is gone.
    Pause(AlarmId),
    /// One that was gone is back.
    Resume(AlarmId),
}

/// The causes of a desk, one of a name; what follows from another one is not told apart.
pub(super) fn seen(desk: &str, wrong: &[Cause], now: Timestamp) -> Vec<Seen> {
    let mut seen: Vec<Seen> = Vec::new();
    for one in wrong {
        if wrong.iter().any(|other| one.follows_from(other)) {
            continue;
        }
        let (id, what) = (one.id(), one.what(now));
        match seen.iter_mut().find(|known| known.id == id) {
            Some(known) => {
                known.what.push_str("; ");
                known.what.push_str(&what);
            }
            None => seen.push(Seen { desk: desk.to_owned(), id, what }),
        }
    }
    seen
}

/// What is to be written. What stands for less than `after` is not worth a word.
pub(super) fn changes(
    standing: &[Alarm],
    seen: &[Seen],
    after: Duration,
    now: Timestamp,
) -> Vec<Change> {
    let is_of =
        |alarm: &Alarm, one: &Seen| alarm.desk == one.desk && alarm.cause == one.id.as_str();
    let begun = seen
        .iter()
        .filter(|one| !standing.iter().any(|alarm| is_of(alarm, one)))
        .map(|one| Change::Begin(one.clone()));
    let known = standing.iter().filter_map(|alarm| {
        let is_seen = seen.iter().any(|one| is_of(alarm, one));
        let short = now.since(alarm.begun) < after.max(SEEN_ONCE);
        match (alarm.over, alarm.state, is_seen) {
            (Some(_), _, true) => Some(Change::Resume(alarm.id)),
            (None, State::Seen, false) if short => Some(Change::Forget(alarm.id)),
            (None, _, false) => Some(Change::Pause(alarm.id)),
            (Some(_), _, false) | (None, _, true) => None,
        }
    });
    begun.chain(known).collect()
}

/// What the operator is to be told now: that a cause stands, once it has stood for `after`; that it
/// is over, once it was told and has been over for as long. What another version calls otherwise is
/// that version's to tell.
pub(super) fn due(standing: &[Alarm], after: Duration, now: Timestamp) -> Vec<Alarm> {
    let is_due = |alarm: &&Alarm| {
        let stood = alarm.over.unwrap_or(now).since(alarm.begun) >= after;
        Id::parse(&alarm.cause).is_some()
            && match alarm.state {
                State::Seen => stood,
                State::Told => alarm.over.is_some_and(|over| now.since(over) >= after),
            }
    };
    standing.iter().filter(is_due).cloned().collect()
}

/// Which mails tell it, when so many have gone out within the last hour.
pub(super) fn mails(due: Vec<Alarm>, sent: i64) -> Vec<Vec<Alarm>> {
    let left = usize::try_from(MAILS_PER_HOUR - sent).unwrap_or(0);
    if left == 0 || due.is_empty() {
        Vec::new()
    } else if due.len() < left {
        due.into_iter().map(|one| vec![one]).collect()
    } else {
        vec![due]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::trouble::{Kind, Trouble};

    const NOW: Timestamp = Timestamp::from_seconds(1_772_442_000);
    const AFTER: Duration = Duration::from_mins(1);

    fn ago(seconds: u64) -> Timestamp {
        NOW.before(Duration::from_secs(seconds))
    }

    fn alarm(state: State, begun: u64, over: Option<u64>) -> Alarm {
        let (desk, cause) = ("support".to_owned(), "imap".to_owned());
        let over = over.map(ago);
        Alarm { id: AlarmId(7), desk, cause, what: "gone".into(), state, begun: ago(begun), over }
    }

    fn imap() -> Seen {
        let id = Id::Trouble(Kind::Imap);
        Seen { desk: "support".into(), id, what: "gone".into() }
    }

    #[test]
    fn a_cause_begins_once_and_a_short_one_is_forgotten() {
        use State::{Seen, Told};
        let id = AlarmId(7);
        check(&[], true, &[Change::Begin(imap())]);
        check(&[], false, &[]);
        check(&[alarm(Seen, 5, None)], true, &[]);
        check(&[alarm(Seen, 59, None)], false, &[Change::Forget(id)]);
        check(&[alarm(Seen, 60, None)], false, &[Change::Pause(id)]);
        check(&[alarm(Told, 5, None)], false, &[Change::Pause(id)]);
        check(&[alarm(Told, 90, Some(30))], false, &[]);
        check(&[alarm(Told, 90, Some(30))], true, &[Change::Resume(id)]);
        let other = Alarm { desk: "sales".into(), ..alarm(Told, 5, None) };
        check(&[other], true, &[Change::Begin(imap()), Change::Pause(id)]);

        let once = [alarm(Seen, 6, None)];
        assert_eq!(changes(&once, &[], Duration::from_secs(1), NOW), [Change::Forget(id)]);

        #[track_caller]
        fn check(standing: &[Alarm], is_seen: bool, expected: &[Change]) {
            let seen: Vec<_> = is_seen.then(imap).into_iter().collect();
            assert_eq!(changes(standing, &seen, AFTER, NOW), expected);
        }
    }

    #[test]
    fn a_cause_and_its_end_are_told_when_they_have_stood_for_a_while() {
        use State::{Seen, Told};
        check(alarm(Seen, 59, None), false);
        check(alarm(Seen, 60, None), true);
        // Nobody could be told while it stood.
        check(alarm(Seen, 600, Some(1)), true);
        check(alarm(Told, 600, None), false);
        check(alarm(Told, 600, Some(59)), false);
        check(alarm(Told, 600, Some(60)), true);
        check(Alarm { cause: "unheard_of".into(), ..alarm(Seen, 600, None) }, false);

        #[track_caller]
        fn check(alarm: Alarm, expected: bool) {
            let alarm = [alarm];
            let told = due(&alarm, AFTER, NOW);
            assert_eq!(told.len(), usize::from(expected), "{alarm:?}");
        }
    }

    #[test]
    fn many_causes_are_told_together_when_few_mails_are_left() {
        check(0, 0, &[]);
        check(2, 0, &[1, 1]);
        check(2, MAILS_PER_HOUR - 3, &[1, 1]);
        check(2, MAILS_PER_HOUR - 2, &[2]);
        check(2, MAILS_PER_HOUR - 1, &[2]);
        check(2, MAILS_PER_HOUR, &[]);
        check(2, MAILS_PER_HOUR + 1, &[]);
        check(40, 0, &[40]);

        #[track_caller]
        fn check(count: usize, sent: i64, expected: &[usize]) {
            let due = vec![alarm(State::Seen, 90, None); count];
            let sizes: Vec<_> = mails(due, sent).iter().map(Vec::len).collect();
            assert_eq!(sizes, expected);
        }
    }

    #[test]
    fn one_fault_is_one_cause() {
        let trouble = Trouble { kind: Kind::Imap, what: "gone".into(), since: ago(1) };
        let never = |folder: &str| Cause::NeverLooked { folder: folder.into() };
        let both = [never("INBOX"), Cause::Dead(1), Cause::Trouble(trouble)];
        let dead = Seen { desk: "support".into(), id: Id::Dead, what: "1 notice is dead".into() };
        assert_eq!(seen("support", &both, NOW), [dead, imap()]);
        let what = "A was never looked through; B was never looked through".to_owned();
        let folders = Seen { desk: "support".into(), id: Id::NotLooked, what };
        assert_eq!(seen("support", &[never("A"), never("B")], NOW), [folders]);
    }
}
