//! What agents do by mail keeps promises as of when their server took it.

use std::time::{Duration, UNIX_EPOCH};

use tidings::time::Clock;

use super::{ADA, CARLA, Staffed, answer, to};
use crate::attacks::signed_by;
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::sink::Taken;

/// Promises of seconds, so that they end while nobody looks.
fn staffed(promise: &str) -> Staffed {
    let mut staffed = Staffed::met();
    let config = &mut staffed.guarded.stand.desk.config;
    for title in ["title = \"Community support\"\n", "title = \"Commercial support\"\n"] {
        *config = config.replacen(title, &format!("{title}{promise}\n"), 1);
    }
    staffed
}

#[test]
fn an_answer_that_lay_unread_beyond_the_end_of_the_time_was_in_time() {
    let staffed = staffed("first_response = \"20s\"\nwarn_at = \"none\"");
    let mails = staffed.opened();
    let mail = answer(ADA, to(&mails, "ada@staff.example"), "Water helps.");
    let stand = &staffed.guarded.stand;
    stand.world.deliver(SUPPORT, &signed_by("staff.example", &mail));
    let due: i64 = stand.desk.sql("select due_us from target").parse().unwrap();
    wait_until("the time ends", || due < Clock::System.now().as_us());
    let daemon = stand.desk.start();
    wait_until("the answer is read", || {
        staffed.only()["targets"][0]["state"] == "met" || daemon.log().contains("breach")
    });
    assert_eq!(daemon.stop(), Some(0));
    let target = &staffed.only()["targets"][0];
    assert_eq!((&target["late"], &target["breached_at"]), (&false.into(), &().into()), "{target}");
    let told = staffed.sent_to("bob@staff.example");
    assert!(!told.iter().any(|mail| mail.header("Subject").contains("broken")), "{told:#?}");
}

#[test]
fn after_a_stop_of_two_days_what_was_answered_in_time_is_not_told() {
    let staffed = staffed("first_response = \"1h\"");
    let mails = staffed.opened();
    let mail = answer(ADA, to(&mails, "ada@staff.example"), "Water helps.");
    let stand = &staffed.guarded.stand;
    let days = 2 * 86_400 * 1_000_000_i64;
    stand.desk.sql(&format!(
        "update target set since_us = since_us - {days}, due_us = due_us - {days},
                warns_us = warns_us - {days}, next_us = next_us - {days};
         update article set at_us = at_us - {days}"
    ));
    let ago = Duration::from_hours(48) - Duration::from_mins(10);
    let now = Duration::from_micros(Clock::System.now().as_us().unsigned_abs());
    let answered = UNIX_EPOCH + now - ago;
    stand.world.append(SUPPORT, "INBOX", &signed_by("staff.example", &mail), answered);
    let daemon = stand.desk.start();
    let state = || staffed.only()["targets"][0]["state"].clone();
    wait_until("the answer is read", || state() == "met" || daemon.log().contains("breach"));
    assert_eq!(daemon.stop(), Some(0));
    let target = &staffed.only()["targets"][0];
    assert_eq!((&target["late"], &target["breached_at"]), (&false.into(), &().into()), "{target}");
    for one in staffed.sent_to("bob@staff.example") {
        assert!(!one.header("Subject").contains("broken"), "{one:#?}");
    }
}

#[test]
fn a_note_is_a_review_and_no_response() {
    let staffed = staffed("first_response = \"10h\"\nreview = \"1h\"");
    let mails = staffed.opened();
    let note = answer(ADA, to(&mails, "ada@staff.example"), "#note\r\n\r\nI look at it.");
    staffed.take(&note);
    let ticket = staffed.only();
    let state = |index: usize| ticket["targets"][index]["state"].as_str().unwrap();
    assert_eq!((state(0), state(1)), ("running", "met"), "{ticket:#}");
}

#[test]
fn what_is_told_of_a_follow_up_says_what_is_promised_next() {
    let staffed = staffed("first_response = \"10h\"\nnext_response = \"5h\"\nresolution = \"90h\"");
    let mails = staffed.opened();
    let opened = to(&mails, "bob@staff.example");
    assert!(promised(opened).starts_with("first response by "), "{}", opened.message);
    let acknowledged = to(&mails, "carla@paid.example").message.replace("=\n", "");
    assert!(acknowledged.contains("You have this level as a contact of Paid"), "{acknowledged}");
    let ada = to(&mails, "ada@staff.example");
    let mails = staffed.take(&answer(ADA, ada, "#assign bob\n\nDoes it still burn?"));
    let copy = to(&mails, "bob@staff.example");
    assert_eq!(
        promised(copy),
        "",
        "while Carla is awaited the resolution stands: {}",
        copy.message
    );
    let asked = to(&mails, "carla@paid.example");
    let mails = staffed.take(&answer(CARLA, asked, "It does, and it smokes."));
    let added = promised(to(&mails, "bob@staff.example"));
    assert!(added.starts_with("next response by ") && added.contains(", in 4 h 59 min"), "{added}");
}

/// What an agent's mail says that is promised next; empty where it says nothing of it.
fn promised(mail: &Taken) -> String {
    let text = mail.message.replace("=\n", "");
    let line = text.lines().find_map(|line| line.strip_prefix("Promised    "));
    line.unwrap_or_default().to_owned()
}
