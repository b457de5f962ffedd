//! An address that the submission server cannot take.

use std::time::{Duration, UNIX_EPOCH};

use tidings::time::Clock;

use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;
use crate::support::stand::Stand;

#[test]
fn std_28_an_address_beyond_ascii_is_never_rewritten_and_its_notice_is_dead_with_an_event() {
    // smtp-sink does not offer SMTPUTF8.
    let stand = Stand::met();
    // Dovecot's LMTP has no SMTPUTF8 either.
    let letter = Letter::new("Jörg <jörg@bücher.example>", "Printer on fire");
    let now = Duration::from_secs(Clock::System.now().as_seconds().try_into().unwrap());
    stand.world.append(SUPPORT, "INBOX", &letter.bytes(), UNIX_EPOCH + now);
    stand.once();
    let outbox = stand.desk.outbox();
    assert_eq!(outbox.len(), 1, "{outbox:?}");
    assert_eq!(outbox[0]["state"], "dead", "{outbox:?}");
    assert_eq!(outbox[0]["to"], "jörg@xn--bcher-kva.example", "{outbox:?}");
    assert!(stand.sink.taken().is_empty());
    let ticket = stand.desk.ticket(stand.only_ticket());
    let events = ticket["events"].to_string();
    assert!(events.contains("undeliverable:eai"), "{events}");
}
