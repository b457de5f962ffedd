//! From a support mailbox to tickets and their acknowledgements, on real servers.

mod answers;
mod attachments;
mod class;
mod coupons;
#[cfg(feature = "failpoints")]
mod crash;
mod desks;
mod keys;
mod life;
mod marks;
mod old;
mod proof;
#[cfg(feature = "failpoints")]
mod reconcile;
mod replies;
mod report;
mod rereading;
#[cfg(feature = "failpoints")]
mod restore;
mod sent;
mod spam;
mod status;
mod stop;
pub(crate) mod threads;
mod tokens;
mod trace;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;
use crate::support::stand::{QUICK, Stand};

const CARLA: &str = "Carla <carla@paid.example>";
const CARL: &str = "Carl <carl@paid.example>";
const OLAF: &str = "Olaf <olaf@other.example>";

/// Long ago: November 2023.
fn long_ago() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

/// What was decided, in the order in which it came; answers of agents are no part of it.
fn verdicts(stand: &Stand) -> Vec<String> {
    let inbound = stand.desk.inbound();
    inbound.iter().map(|one| one["verdict"].as_str().unwrap().to_owned()).collect()
}

#[expect(clippy::disallowed_methods, reason = "a test lays mail into a folder as of now")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[test]
fn a_thousand_messages_become_a_thousand_tickets_each_acknowledged_once() {
    let stand = Stand::met();
    let request = |n| Letter::new(&format!("customer{n}@other.example"), "Please help").bytes();
    stand.world.deliver_many(SUPPORT, (0..1_000).map(request));
    stand.once();

    assert_eq!(stand.books(), [("opened".to_owned(), 1_000)]);
    let taken = stand.sink.taken();
    assert_eq!(taken.len(), 1_000);
    let mut by_recipient: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &taken {
        assert_eq!(one.envelope_from, "");
        assert!(one.header("Subject").starts_with("[EX#"), "{}", one.message);
        *by_recipient.entry(&one.recipient).or_default() += 1;
    }
    assert_eq!(by_recipient.len(), 1_000);

    let again = stand.once();
    assert!(again.contains("fetched 0 · decided 0 · sent 0"), "{again}");
    assert_eq!(stand.sink.taken().len(), 1_000);
}
