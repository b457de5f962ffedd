//! How it goes with the whole daemon, in a line that changes when it matters.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::floor::Floor;
use super::notify;
use crate::work::outage::Outage;
use crate::work::pause;
use crate::work::place::Place;
use crate::work::room::Room;
use crate::work::troubles::in_words;

/// How often it is seen whether the line has changed.
const LOOKED_AT: Duration = Duration::from_secs(1);

/// Tells the service manager how it goes, now and whenever that changes.
pub(super) async fn tell_changes(floor: Floor, outage: Arc<Outage>, stop: CancellationToken) {
    let mut told = String::new();
    while !stop.is_cancelled() {
        let desks: Vec<_> = floor.rooms().iter().map(|room| about(room)).collect();
        let now = written(&desks, outage.standing());
        if now != told {
            notify::status(&now);
            told = now;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(LOOKED_AT) => {}
        }
    }
}

/// A desk, as the line needs it.
struct About {
    name: String,
    place: Place,
    trouble: Option<String>,
}

fn about(room: &Room) -> About {
    let place = room.place.now();
    let trouble = in_words(&room.troubles.standing(room.clock.now()));
    About { name: room.name().to_owned(), place, trouble }
}

/// Trouble comes first: the line may be cut.
fn written(desks: &[About], outage: Option<String>) -> String {
    let of = |place| {
        let names = desks.iter().filter(|desk| desk.place == place).map(|desk| desk.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let mut parts: Vec<String> = outage.into_iter().collect();
    parts.extend(
        desks
            .iter()
            .filter_map(|desk| Some(format!("{}: {}", desk.name, desk.trouble.as_deref()?))),
    );
    let places =
        [(Place::Works, "works on"), (Place::StandsBy, "stands by for"), (Place::Asks, "asks for")];
    for (place, words) in places {
        let names = of(place);
        if !names.is_empty() {
            parts.push(format!("{words} {names}"));
        }
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_worked_on_and_what_stands_in_the_way() {
        let desk = |name: &str, place, trouble: Option<&str>| About {
            name: name.to_owned(),
            place,
            trouble: trouble.map(str::to_owned),
        };
        let (works, by, asks) = (Place::Works, Place::StandsBy, Place::Asks);
        check(
            &[desk("support", works, None), desk("sales", works, None), desk("billing", by, None)],
            None,
            "works on support, sales; stands by for billing",
        );
        check(&[desk("support", asks, None)], None, "asks for support");
        check(
            &[desk("support", works, Some("Cannot read INBOX: gone")), desk("sales", works, None)],
            None,
            "support: Cannot read INBOX: gone; works on support, sales",
        );
        check(&[desk("support", works, None)], Some("it is away"), "it is away; works on support");
        check(&[], None, "");

        #[track_caller]
        fn check(desks: &[About], outage: Option<&str>, expected: &str) {
            assert_eq!(written(desks, outage.map(str::to_owned)), expected);
        }
    }
}
