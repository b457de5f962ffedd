//! What announcements ask of a store.

use tidings::desk::ticket::Status;
use tidings::mail::address::Address;
use tidings::store::announcement::{self, Announcement, Audience};
use tidings::store::commit;
use tidings::triage::decision::{Effect, NewTicket};

use super::{Place, act, at, number, opening};

fn new(desk: &str) -> Announcement {
    let (desk, text, actor) = (desk.to_owned(), "It is down.".to_owned(), "ada".to_owned());
    Announcement { id: 0, desk, text, actor, from: at(100), until: at(200) }
}

pub(super) async fn an_announcement_stands_until_its_end(place: &Place) {
    let mut tx = place.begin().await;
    let first = announcement::insert(&mut tx, &new("support"), Audience::Writers).await.unwrap();
    let other = announcement::insert(&mut tx, &new("sales"), Audience::Writers).await.unwrap();
    assert!(first < other);
    let standing = announcement::standing(&mut tx, "support", at(199)).await.unwrap();
    assert_eq!(standing, [Announcement { id: first, ..new("support") }]);
    assert!(announcement::standing(&mut tx, "support", at(200)).await.unwrap().is_empty());
    assert_eq!(announcement::owed(&mut tx, "support", at(110)).await.unwrap(), None);
    assert!(announcement::end(&mut tx, first, at(120)).await.unwrap());
    assert!(!announcement::end(&mut tx, first, at(120)).await.unwrap());
    assert!(announcement::standing(&mut tx, "support", at(120)).await.unwrap().is_empty());
    tx.rollback().await.unwrap();
}

pub(super) async fn each_requester_of_an_open_ticket_is_told_once(place: &Place) {
    let mut tx = place.begin().await;
    for (ticket, status, requester) in [
        (17, Status::New, Some("ada@acme.example")),
        (18, Status::Open, Some("ada@acme.example")),
        (19, Status::Closed, Some("bob@acme.example")),
        (20, Status::Pending, Some("bob@acme.example")),
        (21, Status::New, None),
        (22, Status::New, Some("eve@other.example")),
    ] {
        let requester = requester.map(|text| Address::parse(text).unwrap());
        let mut effects = opening(ticket);
        effects.truncate(1);
        if let [Effect::OpenTicket(new)] = &mut effects[..] {
            *new = NewTicket { status, requester, ..new.clone() };
        }
        commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    }
    let id = announcement::insert(&mut tx, &new("support"), Audience::Open).await.unwrap();
    let (one, told) = announcement::owed(&mut tx, "support", at(110)).await.unwrap().unwrap();
    assert_eq!((one.id, told), (id, 0));
    let found = announcement::to_tell(&mut tx, &one, told, 9).await.unwrap();
    assert_eq!(found, [17, 20, 22].map(number));
    let found = announcement::to_tell(&mut tx, &one, 17, 1).await.unwrap();
    assert_eq!(found, [number(20)]);
    announcement::told(&mut tx, id, Some(number(20))).await.unwrap();
    let (_, told) = announcement::owed(&mut tx, "support", at(110)).await.unwrap().unwrap();
    assert_eq!(told, 20);
    announcement::told(&mut tx, id, None).await.unwrap();
    assert_eq!(announcement::owed(&mut tx, "support", at(110)).await.unwrap(), None);
    tx.rollback().await.unwrap();
}
