//! Addresses that take no mail.

use tidings::store::commit::{self, Act};
use tidings::store::undeliverable;
use tidings::triage::decision::{Effect, Undeliverable};

use super::{Place, act, address, at, number, opening};

pub(super) async fn std_41_an_address_is_known_to_take_no_mail(place: &Place) {
    let mut tx = place.begin().await;
    let ada = address("ada@acme.example");
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    commit::apply(&mut tx, &opening(18), &act(None, 1)).await.unwrap();
    assert_eq!(undeliverable::find(&mut tx, &ada).await.unwrap(), None);
    for (ticket, why, second) in [(17, "5.1.1 no such user", 2), (18, "5.2.1 disabled", 3)] {
        let gone = Undeliverable { address: ada.clone(), ticket: number(ticket), why: why.into() };
        let effects = [Effect::Undeliverable(gone)];
        let now = Act { now: at(second), ..act(None, 2) };
        commit::apply(&mut tx, &effects, &now).await.unwrap();
    }
    // the last report is kept, and when the first one came
    let gone = undeliverable::find(&mut tx, &ada).await.unwrap().unwrap();
    assert_eq!((gone.ticket, gone.why.as_str()), (number(18), "5.2.1 disabled"));
    assert_eq!((gone.since, gone.last), (at(2), at(3)));
    assert_eq!(undeliverable::of_ticket(&mut tx, number(17)).await.unwrap(), [gone]);
    assert!(undeliverable::of_ticket(&mut tx, number(99)).await.unwrap().is_empty());
    assert_eq!(undeliverable::find(&mut tx, &address("bob@x.example")).await.unwrap(), None);
    tx.commit().await.unwrap();
}
