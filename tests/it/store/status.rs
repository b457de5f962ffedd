//! How it goes with a desk, as it is seen from outside.

use tidings::store::inbound;
use tidings::store::lease::{self, Hold, Holder, LEASE, Taken};
use tidings::store::mailbox;
use tidings::store::outbox::{self, Settled};
use tidings::store::sql::Tx;
use tidings::store::status::{self, Seen, Waiting, Work};
use tidings::store::trouble::{self, Kind, Trouble};

use super::spool::outcome;
use super::{Place, acknowledgement, act, at, claimant, letter, meet, meet_as, opening, spool};

async fn take(tx: &mut Tx, id: &str, seconds: i64) -> Hold {
    let holder = Holder { id: id.into(), name: format!("{id}.example").into() };
    match lease::take(tx, "support", &holder, at(seconds)).await.unwrap() {
        Taken::Ours(hold, _) => hold,
        Taken::Others(lease) => panic!("{lease:?}"),
    }
}

pub(super) async fn how_it_goes_with_a_desk_is_seen(place: &Place) {
    let mut tx = place.begin().await;
    assert_eq!(status::work(&mut tx, "support").await.unwrap(), Work::default());
    assert_eq!(status::folder(&mut tx, "support", "INBOX").await.unwrap(), None);

    let met = meet(&mut tx).await;
    let seen = status::folder(&mut tx, "support", "INBOX").await.unwrap();
    assert_eq!(seen, Some(Seen { position: 99, looked: None }));
    mailbox::looked(&mut tx, met, at(7)).await.unwrap();
    // Under its new UIDVALIDITY the folder was opened and not looked through yet.
    meet_as(&mut tx, "imap.example", 8, 5, 9).await;
    let seen = status::folder(&mut tx, "support", "INBOX").await.unwrap();
    assert_eq!(seen, Some(Seen { position: 99, looked: Some(at(7)) }));

    spool(&mut tx, &letter(met, 100, "one")).await;
    spool(&mut tx, &letter(met, 101, "two")).await;
    let mut effects = opening(1);
    effects.push(acknowledgement(1, "a@desk.example"));
    tidings::store::commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    let work = status::work(&mut tx, "support").await.unwrap();
    assert_eq!(work.undecided, Waiting { count: 2, since: Some(at(1_000)) });
    assert_eq!(work.unsent, Waiting { count: 1, since: Some(at(60)) });
    assert_eq!(status::work(&mut tx, "sales").await.unwrap(), Work::default());

    // Put off, a notice waits since its first try, whenever it is due next.
    let claimed = outbox::claim(&mut tx, claimant("support"), at(70), 9).await.unwrap();
    let later = Settled::Later { due: at(900), reply: "451".to_owned() };
    outbox::settle(&mut tx, "h1", &[(claimed[0].id, later)], at(71)).await.unwrap();
    let work = status::work(&mut tx, "support").await.unwrap();
    assert_eq!(work.unsent, Waiting { count: 1, since: Some(at(71)) });
    outbox::review::give_up(&mut tx, claimed[0].id, "ada", at(72)).await.unwrap();
    let waiting = inbound::pending(&mut tx, "support", at(2_000), 9).await.unwrap();
    inbound::finish(&mut tx, waiting[0].id, &outcome("held")).await.unwrap();
    let work = status::work(&mut tx, "support").await.unwrap();
    let expected = Work {
        undecided: Waiting { count: 1, since: Some(at(1_000)) },
        held: 1,
        dead: 1,
        ..Work::default()
    };
    assert_eq!(work, expected);
    tx.rollback().await.unwrap();
}

pub(super) async fn a_holder_tells_its_trouble_until_another_takes_the_desk(place: &Place) {
    let of = |kind, what: &str, seconds| Trouble { kind, what: what.into(), since: at(seconds) };
    let away = |seconds| of(Kind::Smtp, "Cannot submit: gone", seconds);
    let mut tx = place.begin().await;
    let hold = take(&mut tx, "h1", 0).await;
    trouble::tell(&mut tx, &hold, &[away(1)]).await.unwrap();
    // It stands since it was told first, whatever is said of it later.
    let refused = of(Kind::ImapLogin, "Cannot read INBOX", 3);
    let later = of(Kind::Smtp, "Cannot submit: closed", 9);
    trouble::tell(&mut tx, &hold, &[refused.clone(), later]).await.unwrap();
    let both = [refused, of(Kind::Smtp, "Cannot submit: closed", 1)];
    assert_eq!(trouble::list(&mut tx, "support").await.unwrap(), both);
    trouble::tell(&mut tx, &hold, &[away(1)]).await.unwrap();
    lease::give_back(&mut tx, &hold).await.unwrap();
    let work = status::work(&mut tx, "support").await.unwrap();
    assert_eq!(work.troubles, [away(1)]);
    assert_eq!(work.lease.unwrap().until, None);

    let next = take(&mut tx, "h2", 5).await;
    // Who does not hold it any more tells nothing.
    trouble::tell(&mut tx, &hold, &[away(6)]).await.unwrap();
    let work = status::work(&mut tx, "support").await.unwrap();
    let lease = work.lease.unwrap();
    assert_eq!((&*lease.holder.name, lease.taken), ("h2.example", at(5)));
    assert_eq!(lease.until, Some(at(5).after(LEASE)));
    assert_eq!(work.troubles, []);
    trouble::tell(&mut tx, &next, &[away(7)]).await.unwrap();
    assert_eq!(trouble::list(&mut tx, "sales").await.unwrap(), []);
    trouble::tell(&mut tx, &next, &[]).await.unwrap();
    assert_eq!(status::work(&mut tx, "support").await.unwrap().troubles, []);
    tx.commit().await.unwrap();
}
