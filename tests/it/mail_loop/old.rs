//! Mail that lay there before, and old mail that appears: tickets at most, never a word to anybody.

use super::{CARLA, Stand, long_ago};
use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;

fn old(n: usize) -> Vec<u8> {
    Letter::new(&format!("customer{n}@other.example"), "Long ago").bytes()
}

fn lay(stand: &Stand, folder: &str, count: usize) {
    for n in 0..count {
        stand.world.append(SUPPORT, folder, &old(n), long_ago());
    }
}

fn seen(stand: &Stand) -> usize {
    let flags = stand.world.flags(SUPPORT, "INBOX");
    flags.iter().filter(|flags| flags.contains("\\Seen")).count()
}

#[test]
fn flt_38_ten_thousand_old_messages_are_left_alone() {
    const OLD: usize = 10_000;
    let stand = Stand::new();
    lay(&stand, "INBOX", OLD);
    stand.once();
    stand.expect(&[], 0);
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect(&[("opened", 1)], 1);

    stand.world.set_uid_validity(SUPPORT, "INBOX", 4_000_000_000);
    stand.deliver(&Letter::new(CARLA, "And the scanner"));
    stand.once();
    assert_eq!(stand.desk.tickets().len(), 2);
    assert_eq!(stand.sink.taken().len(), 2);
    let verdicts = stand.desk.books();
    assert_eq!((verdicts["opened"], verdicts["duplicate"]), (2, 1));
    assert_eq!(stand.world.count(SUPPORT, "INBOX"), OLD + 2);
    assert_eq!(seen(&stand), 2);
}

#[test]
fn what_lay_there_becomes_tickets_without_a_word_where_the_desk_starts_with_all() {
    let stand = Stand::new().imap("start = \"all\"");
    lay(&stand, "INBOX", 10);
    for n in 10..20 {
        // of today, as well
        let recent = Letter::new(&format!("customer{n}@other.example"), "Today").bytes();
        stand.world.deliver(SUPPORT, &recent);
    }
    stand.once();
    stand.expect(&[("opened", 20)], 0);
    stand.world.set_uid_validity(SUPPORT, "INBOX", 4_000_000_000);
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect(&[("duplicate", 20), ("opened", 21)], 1);
}

#[test]
fn an_old_message_that_is_moved_in_on_purpose_becomes_a_ticket_without_a_word() {
    let stand = Stand::new();
    lay(&stand, "Elsewhere", 1);
    stand.once();
    stand.world.move_messages(SUPPORT, "Elsewhere", "INBOX", &["all"]);
    stand.once();
    stand.expect(&[("opened", 1)], 0);
    assert_eq!(seen(&stand), 1);
}

#[test]
fn fifty_old_messages_together_become_tickets_and_one_more_is_held() {
    let stand = Stand::new();
    stand.once();
    lay(&stand, "INBOX", 50);
    stand.once();
    stand.expect(&[("opened", 50)], 0);

    let stand = Stand::new();
    stand.once();
    lay(&stand, "INBOX", 51);
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect(&[("held", 51), ("opened", 1)], 1);
    assert_eq!(seen(&stand), 1);

    let held = stand.desk.json(&["inbound", "list", "--verdict", "held", "--json"]);
    assert!(held[7]["reason"].as_str().unwrap().contains("old mail in bulk"), "{}", held[7]);
    stand.desk.ok(&["inbound", "retry", &held[7]["id"].to_string()]);
    stand.once();
    stand.expect(&[("held", 50), ("opened", 2)], 1);
    assert_eq!(seen(&stand), 2);
    stand.desk.ok(&["inbound", "drop", &held[8]["id"].to_string(), "--why", "spam"]);
    stand.once();
    stand.expect(&[("dropped", 1), ("held", 49), ("opened", 2)], 1);
    assert_eq!(seen(&stand), 3);
}
