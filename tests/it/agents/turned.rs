//! Orders that turn a ticket into something else.

use super::{ADA, BOB, CARLA, Staffed, answer, letter, recipients, to};

#[test]
fn a_ticket_becomes_a_part_of_another() {
    let desk = Staffed::met();
    desk.opened();
    let first = desk.only()["number"].as_i64().unwrap();
    let news = desk.take(&letter(CARLA, "Still on fire").text("It burns on.\r\n"));
    let told = to(&news, "ada@staff.example");
    let wrong = desk.take(&answer(ADA, told, "#merge 99"));
    assert!(to(&wrong, "ada@staff.example").message.contains("no ticket 99"), "{wrong:#?}");
    let alone = desk.take(&answer(ADA, told, &format!("#resolve\n#merge EX#{first}")));
    assert!(to(&alone, "ada@staff.example").message.contains("stand alone"), "{alone:#?}");

    let news = desk.take(&answer(ADA, told, &format!("#merge EX#{first}\nThe same.")));
    assert!(!recipients(&news).contains(&"carla@paid.example"), "what was said stays here");
    let tickets = desk.guarded.stand.desk.tickets();
    assert_eq!(tickets.len(), 2);
    let kept = desk.guarded.stand.desk.ticket(first);
    let merged = desk.guarded.stand.desk.ticket(tickets[1]["number"].as_i64().unwrap());
    assert_eq!(merged["status"], "closed");
    // whatever an agent answers to a mail about the one goes to the other
    let news = desk.take(&answer(BOB, told, "We come."));
    assert!(recipients(&news).contains(&"carla@paid.example"));
    let after = desk.guarded.stand.desk.ticket(first);
    let count = |ticket: &serde_json::Value| ticket["articles"].as_array().unwrap().len();
    assert_eq!(count(&after), count(&kept) + 1);
    assert_eq!(after["status"], "pending");
}

#[test]
fn what_is_about_something_else_becomes_a_ticket_of_its_own() {
    let desk = Staffed::met();
    let news = desk.opened();
    let first = to(&news, "carla@paid.example").header("Message-ID");
    let other = letter(CARLA, "Re: Printer on fire").answers(&first);
    let news = desk.take(&other.text("And the scanner squeaks.\r\n"));
    let told = to(&news, "bob@staff.example");
    assert!(desk.take(&answer(BOB, told, "#split")).is_empty());
    let inbound = desk.guarded.stand.desk.inbound();
    assert_eq!(inbound.last().unwrap()["verdict"], "event", "orders alone are no article");
    let tickets = desk.guarded.stand.desk.tickets();
    assert_eq!(tickets.len(), 2, "{tickets:#?}");
    let split = desk.guarded.stand.desk.ticket(tickets[1]["number"].as_i64().unwrap());
    assert!(split["articles"][0]["text"].as_str().unwrap().contains("scanner"), "{split:#}");
    assert_eq!(split["requester"], "carla@paid.example");
}

#[test]
fn spam_is_closed_and_nobody_is_answered() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let news = desk.take(&answer(ADA, told, "#spam\nWhat a nuisance."));
    assert_eq!(recipients(&news), ["bob@staff.example"], "his copy alone");
    assert_eq!(desk.only()["status"], "closed");
    let counted = desk.guarded.stand.desk.json(&["report", "--json"]);
    assert!(counted.is_empty(), "{counted:#?}");
}

#[test]
fn a_ticket_waits_until_a_day() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    desk.take(&answer(
        ADA,
        told,
        "#pending until 2099-12-24\n#priority low\nWe come at Christmas.",
    ));
    let ticket = desk.only();
    assert_eq!(ticket["status"], "pending");
    assert_eq!(ticket["priority"], "low");
    assert_eq!(ticket["pending_until"], "2099-12-24T00:00:00Z");
    let refused = desk.take(&answer(BOB, told, "#pending until 2001-01-01\nToo late."));
    assert!(to(&refused, "bob@staff.example").message.contains("has passed"), "{refused:#?}");
}

#[test]
fn who_is_given_a_ticket_hears_of_it() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    desk.take(&answer(ADA, told, "#accept"));
    // without a word it is what the requester said
    let news = desk.take(&answer(ADA, told, "#assign bob"));
    assert_eq!(recipients(&news), ["bob@staff.example"]);
    let given = to(&news, "bob@staff.example");
    assert!(given.message.contains("with Bob"), "{}", given.message);
    assert!(given.message.contains("Carla <carla@paid.example> wrote:"), "{}", given.message);
    assert!(given.message.contains("What shall I do?"), "{}", given.message);
    // with a word it is that, and once
    let back = desk.take(&answer(BOB, told, "#assign Ada\n#note\nShe is yours."));
    assert_eq!(recipients(&back), ["ada@staff.example"]);
    assert!(to(&back, "ada@staff.example").message.contains("She is yours."));
    // who has it already hears nothing new
    assert!(desk.take(&answer(BOB, told, "#assign ada")).is_empty());
    assert_eq!(desk.only()["agent"], "Ada");
}

#[test]
fn an_agent_is_given_a_ticket_on_the_command_line_too() {
    let desk = Staffed::met();
    desk.opened();
    let number = desk.only()["number"].as_i64().unwrap().to_string();
    let tool = &desk.guarded.stand.desk;
    let urgent = tool.run(&["ticket", "set", &number, "--priority", "critcal"]);
    assert_eq!(urgent.code, Some(64), "{}", urgent.stderr);
    assert!(urgent.stderr.contains("do you mean critical?"), "{}", urgent.stderr);
    tool.ok(&["ticket", "set", &number, "--priority", "Urgent"]);
    assert_eq!(desk.only()["priority"], "critical");
    let wrong = tool.run(&["ticket", "set", &number, "--agent", "Eve"]);
    assert_eq!(wrong.code, Some(65), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("the desk has Ada, Bob"), "{}", wrong.stderr);
    tool.ok(&["ticket", "set", &number, "--agent", "bob"]);
    assert_eq!(desk.only()["agent"], "Bob");
    tool.ok(&["ticket", "set", &number, "--agent", "-"]);
    assert!(desk.only()["agent"].is_null());
}
