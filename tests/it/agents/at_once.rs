//! What comes at the same moment, or in between.

use std::time::Duration;

use super::{ADA, BOB, CARLA, Staffed, answer, letter, recipients, signed_by, to};
use crate::attacks::{now, system_time};
use crate::support::desk::SUPPORT;

#[test]
fn two_agents_who_answer_at_once_are_both_heard_and_hear_each_other() {
    let desk = Staffed::met();
    let news = desk.opened();
    let mails = [(ADA, "Turn it off."), (BOB, "#resolve\nThrow it away.")].map(|(who, text)| {
        let told = to(&news, if who == ADA { "ada@staff.example" } else { "bob@staff.example" });
        signed_by("staff.example", &answer(who, told, text))
    });
    desk.guarded.take(&[&mails[0], &mails[1]]);
    let news = desk.news();
    let carla = "carla@paid.example";
    assert_eq!(recipients(&news), ["ada@staff.example", "bob@staff.example", carla, carla]);
    assert!(to(&news, "bob@staff.example").message.contains("Turn it off."));
    assert!(to(&news, "ada@staff.example").message.contains("Throw it away."));
    assert_eq!(desk.only()["status"], "resolved");
}

#[test]
fn what_the_requester_wrote_since_keeps_the_ticket_open() {
    let desk = Staffed::met();
    let news = desk.opened();
    let (told, first) = (to(&news, "ada@staff.example"), to(&news, "carla@paid.example"));
    let more = letter(CARLA, "Re: Printer on fire")
        .answers(&first.header("Message-ID"))
        .text("The curtain burns, too.\r\n");
    let done = answer(ADA, told, "#resolve\n#spent 5m\nIt is off now.");
    let world = &desk.guarded.stand.world;
    // Ada's was taken before, and comes after: her server had to prove it first
    let early = system_time(now().before(Duration::from_mins(2)));
    world.append(SUPPORT, "INBOX", &signed_by("paid.example", &more), system_time(now()));
    world.append(SUPPORT, "INBOX", &signed_by("staff.example", &done), early);
    desk.guarded.stand.once();
    let news = desk.news();
    assert!(to(&news, "carla@paid.example").message.contains("It is off now."));
    let ticket = desk.only();
    assert_eq!((&ticket["status"], &ticket["spent_minutes"]), (&"new".into(), &5.into()));
    let events = ticket["events"].as_array().unwrap();
    assert!(events.iter().any(|event| event["kind"] == "overtaken"), "{events:#?}");
}
