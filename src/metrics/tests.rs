//! What Prometheus reads.

use super::*;

fn reading(desk: &str, folder: &str) -> Reading {
    let one = DeskReading {
        desk: desk.into(),
        lease_held: true,
        waiting: vec![("due", 3)],
        ages: vec![("unsent", Duration::from_millis(1_500))],
        looks: vec![(folder.into(), 1_772_442_000)],
        troubles: vec![("imap", true), ("smtp", false)],
        wrong: vec![("imap", true), ("dead", false)],
    };
    Reading { desks: vec![one], database_up: true }
}

#[test]
fn what_was_counted_and_what_is_so_can_be_read() {
    let metrics = Metrics::new(1_772_442_000);
    let tally = metrics.tally("support");
    tally.fetched(2);
    tally.decided("opened", "person", Some(Duration::from_millis(300)));
    tally.sent(Duration::from_secs(2));
    tally.refused(Refusal::Temporary);
    metrics.writes().observe(Duration::from_millis(3));
    metrics.operator_told();
    let text = metrics.text(&reading("support", "INBOX")).unwrap();
    for line in [
        "process_start_time_seconds 1772442000",
        "tidings_fetched_total{desk=\"support\"} 2",
        "tidings_decided_total{desk=\"support\",verdict=\"opened\",class=\"person\"} 1",
        "tidings_decide_delay_seconds_bucket{le=\"0.5\",desk=\"support\"} 1",
        "tidings_sent_total{desk=\"support\"} 1",
        "tidings_refused_total{desk=\"support\",class=\"temporary\"} 1",
        "tidings_refused_total{desk=\"support\",class=\"permanent\"} 0",
        "tidings_operator_mails_total 1",
        "tidings_write_transaction_duration_seconds_bucket{le=\"0.01\"} 1",
        "tidings_waiting{desk=\"support\",queue=\"due\"} 3",
        "tidings_oldest_age_seconds{desk=\"support\",queue=\"unsent\"} 1.5",
        "tidings_last_look_timestamp_seconds{desk=\"support\",folder=\"INBOX\"} 1772442000.0",
        "tidings_trouble{desk=\"support\",side=\"imap\"} 1",
        "tidings_wrong{desk=\"support\",cause=\"dead\"} 0",
        "tidings_lease_held{desk=\"support\"} 1",
        "tidings_database_up 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
    }
    assert_eq!(tally.totals(), [2, 1, 1]);
    // A desk that is started anew goes on; one that is gone leaves what was so of it behind.
    metrics.tally("support").fetched(1);
    let text = metrics.text(&Reading::default()).unwrap();
    assert!(text.contains("tidings_fetched_total{desk=\"support\"} 3"), "{text}");
    assert!(!text.contains("tidings_waiting{"), "{text}");
    assert!(text.contains("tidings_database_up 0"), "{text}");
}

#[test]
fn thr_37_no_address_is_a_label() {
    let metrics = Metrics::new(0);
    metrics.tally("ada@example.com").fetched(1);
    let text = metrics.text(&reading("ada@example.com", "user/bob@example.com")).unwrap();
    assert!(!text.contains('@') && !text.contains("example"), "{text}");
    assert!(text.contains("tidings_lease_held{desk=\"#"), "{text}");
}
