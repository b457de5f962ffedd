//! What requesters think of how their tickets were handled.

use tidings::mail::rating::Stars;
use tidings::store::commit::{self, Act};
use tidings::store::rating::{self, Rating};
use tidings::triage::decision::{Effect, NewRating};

use super::{Place, act, address, at, number, opening};

pub(super) async fn the_last_rating_of_a_ticket_is_kept(place: &Place) {
    let mut tx = place.begin().await;
    let rater = address("ada@acme.example");
    for ticket in [17, 18] {
        commit::apply(&mut tx, &opening(ticket), &act(None, 1)).await.unwrap();
        assert_eq!(rating::of_ticket(&mut tx, number(ticket)).await.unwrap(), None);
    }
    for (stars, second) in [(1, 2), (4, 3)] {
        let stars = Stars::new(stars).unwrap();
        let new = NewRating { ticket: number(17), stars, rater: rater.clone() };
        let now = Act { now: at(second), ..act(None, 2) };
        commit::apply(&mut tx, &[Effect::Rate(new)], &now).await.unwrap();
    }
    let kept = Rating { stars: Stars::new(4).unwrap(), rater, at: at(3) };
    assert_eq!(rating::of_ticket(&mut tx, number(17)).await.unwrap(), Some(kept));
    assert_eq!(rating::of_ticket(&mut tx, number(18)).await.unwrap(), None);
    tx.commit().await.unwrap();
}
