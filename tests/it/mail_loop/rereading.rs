//! Mail that is met twice: the folder's UIDs changed, somebody moved it, or it came two ways.

use super::{CARL, CARLA, OLAF, Stand, now};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::letter::Letter;

fn three() -> [Letter; 3] {
    [CARLA, CARL, OLAF].map(|from| Letter::new(from, "Printer on fire"))
}

#[test]
fn std_50_known_mail_under_another_uid_validity_is_a_duplicate() {
    let stand = Stand::met();
    stand.world.deliver_many(SUPPORT, three().map(|letter| letter.bytes()));
    stand.once();
    stand.expect(&[("opened", 3)], 3);
    for validity in [4_000_000_000, 4_000_000_001] {
        stand.world.set_uid_validity(SUPPORT, "INBOX", validity);
        stand.once();
    }
    stand.expect(&[("duplicate", 6), ("opened", 3)], 3);
}

#[test]
fn std_50_mail_that_came_while_the_uid_validity_changed_is_new() {
    let stand = Stand::met();
    let [first, second, third] = three();
    stand.deliver(&first);
    stand.once();
    // nobody watches
    stand.deliver(&second);
    stand.world.set_uid_validity(SUPPORT, "INBOX", 4_000_000_000);
    stand.deliver(&third);
    stand.once();
    stand.expect(&[("duplicate", 1), ("opened", 3)], 3);
}

#[test]
fn std_50_mail_that_came_between_the_first_contact_and_another_uid_validity_is_new() {
    let stand = Stand::met();
    stand.deliver(&three()[0]);
    stand.world.set_uid_validity(SUPPORT, "INBOX", 4_000_000_000);
    stand.once();
    stand.expect(&[("opened", 1)], 1);
}

#[test]
fn a_message_that_is_moved_away_and_back_is_a_duplicate() {
    let stand = Stand::met();
    stand.world.doveadm(&["mailbox", "create", "-u", SUPPORT, "Elsewhere"]);
    stand.deliver(&three()[0]);
    stand.once();
    stand.world.move_messages(SUPPORT, "INBOX", "Elsewhere", &["all"]);
    stand.once();
    stand.world.move_messages(SUPPORT, "Elsewhere", "INBOX", &["all"]);
    stand.once();
    stand.expect(&[("duplicate", 1), ("opened", 1)], 1);
}

#[test]
fn a_mail_to_two_addresses_of_a_desk_opens_one_ticket() {
    let stand = Stand::met();
    let letter =
        Letter::new(CARLA, "Printer on fire").to("support@desk.example, help@desk.example");
    stand.world.deliver(SUPPORT, &letter.bytes());
    stand.world.deliver("help@desk.example", &letter.bytes());
    let [one, other] = stand.world.messages(SUPPORT, "INBOX").try_into().unwrap();
    assert_ne!(one, other);
    stand.once();
    stand.expect(&[("duplicate", 1), ("opened", 1)], 1);
}

#[test]
fn the_same_folder_under_another_login_holds_known_mail() {
    let mut stand = Stand::met();
    let [first, second, third] = three();
    stand.world.deliver_many(SUPPORT, [first, second].map(|letter| letter.bytes()));
    stand.once();
    // for Dovecot the same user, for us another login, and then another host as well
    stand.desk.config = stand.desk.config.replace("user = \"support@", "user = \"SUPPORT@");
    stand.deliver(&third);
    stand.once();
    stand.desk.config = stand.desk.config.replace("host = \"localhost\"", "host = \"127.0.0.1\"");
    stand.once();
    stand.expect(&[("duplicate", 5), ("opened", 3)], 3);
}

#[test]
fn two_alarms_without_identifiers_are_two_tickets() {
    let stand = Stand::met();
    let alarm = Letter::bare("Disk <root@other.example>", SUPPORT, "Disk full")
        .field("Auto-Submitted", "auto-generated");
    stand.deliver(&alarm);
    stand.once();
    stand.deliver(&alarm);
    stand.deliver(&alarm);
    stand.once();
    stand.expect(&[("opened", 3)], 0);
}

#[test]
fn the_same_identifier_with_other_words_is_another_message() {
    let stand = Stand::met();
    let letter = Letter::new(CARLA, "Printer on fire");
    stand.deliver(&letter);
    stand.deliver(&letter.text("On second thoughts, it is the scanner.\r\n"));
    stand.once();
    stand.expect(&[("opened", 2)], 2);
}

#[test]
fn the_same_bytes_are_the_same_message() {
    let stand = Stand::met();
    let bytes = Letter::bare(CARLA, SUPPORT, "Printer on fire").bytes();
    for _ in 0..2 {
        stand.world.append(SUPPORT, "INBOX", &bytes, now());
    }
    stand.once();
    stand.expect(&[("duplicate", 1), ("opened", 1)], 1);
}

#[test]
fn a_copy_of_an_ignored_message_has_its_effects_once() {
    let mut stand = Stand::met();
    stand.world.doveadm(&["mailbox", "create", "-u", SUPPORT, "Elsewhere"]);
    let moved = |stand: &Stand| {
        stand.world.move_messages(SUPPORT, "INBOX", "Elsewhere", &["all"]);
        stand.world.move_messages(SUPPORT, "Elsewhere", "INBOX", &["all"]);
        stand.once();
    };
    let news = Letter::new(OLAF, "News").field("Precedence", "bulk");
    stand.deliver(&news);
    stand.once();
    moved(&stand);
    stand.expect(&[("ignored", 2)], 0);

    stand.desk.config = stand.desk.config.replacen("[desk.ack", "bulk = \"ticket\"\n[desk.ack", 1);
    moved(&stand);
    stand.expect(&[("ignored", 2), ("opened", 1)], 0);
    moved(&stand);
    // another way, so with other bytes
    stand.deliver(&news);
    stand.once();
    stand.expect(&[("duplicate", 2), ("ignored", 2), ("opened", 1)], 0);
}

#[test]
fn a_copy_of_an_ignored_message_that_came_another_way_has_its_effects_once() {
    let mut stand = Stand::met();
    let news = Letter::new(OLAF, "News").field("Precedence", "bulk");
    stand.deliver(&news);
    stand.deliver(&news);
    stand.once();
    stand.expect(&[("ignored", 2)], 0);
    stand.desk.config = stand.desk.config.replacen("[desk.ack", "bulk = \"ticket\"\n[desk.ack", 1);
    for _ in 0..3 {
        stand.deliver(&news);
        stand.once();
    }
    stand.expect(&[("duplicate", 2), ("ignored", 2), ("opened", 1)], 0);
}

#[test]
fn a_copy_of_a_held_message_stays_unseen_too() {
    let stand = Stand::met();
    for n in 0..51 {
        let old = Letter::new(&format!("customer{n}@other.example"), "Long ago").bytes();
        stand.world.append(SUPPORT, "INBOX", &old, super::long_ago());
    }
    stand.once();
    stand.world.doveadm(&["mailbox", "create", "-u", SUPPORT, "Elsewhere"]);
    stand.world.move_messages(SUPPORT, "INBOX", "Elsewhere", &["all"]);
    stand.world.move_messages(SUPPORT, "Elsewhere", "INBOX", &["all"]);
    stand.once();
    stand.expect(&[("duplicate", 51), ("held", 51)], 0);
    let flags = stand.world.flags(SUPPORT, "INBOX");
    assert!(flags.iter().all(|flags| !flags.contains("Seen")), "{flags:?}");
}

#[test]
fn flt_33_a_message_at_which_sessions_break_is_held_and_stops_nobody_elses() {
    let stand = Stand::met();
    stand.world.deliver_many(SUPPORT, three().map(|letter| letter.bytes()));
    // Dovecot says goodbye when it cannot read the file of a message that it lists.
    stand.world.set_readable(SUPPORT, "INBOX", 1, 0o000);
    stand.once();
    stand.expect(&[("held", 1), ("opened", 2)], 2);
    let held = stand.desk.json(&["inbound", "list", "--verdict", "held", "--json"]);
    let reason = held[0]["reason"].as_str().unwrap();
    assert!(reason.contains("cannot be fetched"), "{reason}");
    assert_eq!(stand.world.count(SUPPORT, "INBOX"), 3);
}

#[test]
fn flt_33_a_daemon_goes_on_behind_a_message_at_which_sessions_break() {
    let stand = Stand::met();
    stand.world.deliver_many(SUPPORT, three().map(|letter| letter.bytes()));
    stand.world.set_readable(SUPPORT, "INBOX", 1, 0o000);
    let daemon = stand.desk.start();
    wait_until("both neighbours are answered", || stand.sink.taken().len() == 2);
    wait_until("it is held", || !stand.desk.json(&["inbound", "list", "--json"]).is_empty());
    assert_eq!(daemon.stop(), Some(0));
    stand.expect(&[("held", 1), ("opened", 2)], 2);
}
