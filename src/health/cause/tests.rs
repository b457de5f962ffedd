//! What is wrong with a desk, one thing at a time.

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

/// A domain that opens tickets as a machine does.
fn of_domain() -> Hush {
    Hush { whom: Hushed::Domain("robot.example".to_owned()), until: NOW }
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
        hushes: Vec::new(),
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

    let hushed = |desk: &mut Desk| desk.hushes = vec![of_domain()];
    check(hushed, &[Cause::Loop(vec![of_domain()])], true);
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
        Cause::Loop(vec![of_domain()]),
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
    let (late, unsent) = (Cause::LookedLongAgo { folder, looked: since }, Cause::Unsent { since });
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
