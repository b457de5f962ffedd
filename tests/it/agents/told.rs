//! What the requester is told of orders: by a mail of its own, or below the answer to him that they come with.

use tidings::mail::parse::parse;

use super::{ADA, BOB, Staffed, answer, letter, recipients, to};

const CARLA: &str = "carla@paid.example";

#[test]
fn orders_alone_are_told_once_and_with_an_answer_below_it() {
    let desk = Staffed::telling();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let news = desk.take(&answer(ADA, told, "#priority high\n#waiting\n#accept"));
    assert_eq!(recipients(&news), [CARLA]);
    let mail = &news[0];
    for words in ["answer from a third party", "high (was medium)"] {
        assert!(mail.message.contains(words), "{mail:#?}");
    }
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(!mail.message.contains("Ada"), "who of the desk is the desk's: {mail:#?}");

    let news = desk.take(&answer(ADA, told, "#priority low\n#resolve\nTurn it off."));
    let hers: Vec<_> = news.iter().filter(|one| one.recipient == CARLA).collect();
    assert_eq!(hers.len(), 1, "{news:#?}");
    let text = parse(hers[0].message.as_bytes()).0.text.replace('\n', " ");
    let html = hers[0].message.replace("=\n", "").replace("=3D", "=");
    for words in
        ["Turn it off.  Your ticket [EX#1001] is resolved.", "low (was high)", "How did we do?"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let link = "mailto:support@desk.example?subject=%5BEX%231001%5D%20Rating%3A%204";
    assert!(html.contains(link), "{html}");
    assert_eq!(desk.only()["status"], "resolved");

    // A note stays here, and what changes beside it is told.
    let news = desk.take(&answer(BOB, told, "#note\n#reopen\nIt burns on."));
    let hers: Vec<_> = news.iter().filter(|one| one.recipient == CARLA).collect();
    assert_eq!(hers.len(), 1, "{news:#?}");
    assert!(hers[0].message.contains("open again"), "{hers:#?}");
    assert!(!hers[0].message.contains("burns on"), "{hers:#?}");
    let news = desk.take(&answer(ADA, told, "#spam\nA nuisance."));
    assert!(!recipients(&news).contains(&CARLA), "{news:#?}");
}

#[test]
fn who_takes_a_ticket_is_told_once_and_into_which_it_is_merged() {
    let desk = Staffed::telling();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    // Who is given a ticket has not begun with it.
    assert_eq!(recipients(&desk.take(&answer(ADA, told, "#assign Bob"))), ["bob@staff.example"]);
    desk.take(&answer(BOB, told, "#assign -"));
    let news = desk.take(&answer(ADA, told, "#accept"));
    assert_eq!(recipients(&news), [CARLA]);
    assert!(news[0].message.contains("One of us is now working on your ticket"), "{news:#?}");
    assert!(!recipients(&desk.take(&answer(BOB, told, "#accept"))).contains(&CARLA));

    let news = desk.take(&letter(super::CARLA, "Still on fire").text("It burns on.\r\n"));
    let other = to(&news, "ada@staff.example");
    let news = desk.take(&answer(ADA, other, "#merge EX#1001"));
    assert_eq!(recipients(&news), [CARLA]);
    let said = parse(news[0].message.as_bytes()).0.text.replace('\n', " ");
    assert!(said.contains("] is now a part of ticket [EX#1001]"), "{said}");
}

#[test]
fn who_sent_a_password_is_told_to_change_it_once_it_is_over() {
    let desk = Staffed::telling();
    let news = desk.take(&letter(super::CARLA, "Login").text("Password: hunter2-x9\r\n"));
    let told = to(&news, "ada@staff.example");
    let news = desk.take(&answer(ADA, told, "#resolve"));
    let said = parse(to(&news, CARLA).message.as_bytes()).0.text.replace('\n', " ");
    assert!(said.contains("please change them now"), "{said}");
    let news = desk.take(&answer(ADA, told, "#close"));
    let said = parse(to(&news, CARLA).message.as_bytes()).0.text.replace('\n', " ");
    assert!(said.contains("is closed") && said.contains("your ticket will be reopened"), "{said}");
    assert!(!said.contains("please change them") && !said.contains("How did we do"), "{said}");
}
