//! How urgent a ticket is: by its requester, by a rule, and by an agent, whose word stays.

use super::{ADA, Staffed, answer, to};
use crate::attacks::{CARLA, letter};

#[test]
fn a_priority_has_the_names_of_the_configuration() {
    let priority = "\n[priority]\nnames = [\"1\", \"2\", \"3\"]\ndefault = \"3\"\naliases = { hoch = \"1\" }\n";
    let desk = Staffed::with_tables(priority);
    let news = desk.opened();
    assert_eq!(desk.only()["priority"], "3");
    let told = to(&news, "ada@staff.example");
    desk.take(&answer(ADA, told, "#priority 2"));
    assert_eq!(desk.only()["priority"], "2");
    let news = desk.take(&answer(ADA, told, "#priority HOCH\n#assign bob"));
    assert_eq!(desk.only()["priority"], "1");
    let given = to(&news, "bob@staff.example");
    assert!(given.message.contains(", 1, with Bob"), "{}", given.message);
    let refused = desk.take(&answer(ADA, told, "#priority critical\nDone."));
    let refused = &to(&refused, "ada@staff.example").message;
    assert!(refused.contains("there is no priority \"critical\"; there is 1, 2, 3"), "{refused}");
    assert_eq!(desk.only()["priority"], "1");
}

#[test]
fn a_requester_says_how_urgent_it_is_until_an_agent_does() {
    let rule = "[[desk.priority_rule]]\nwords = [\"printer\"]\npriority = \"low\"\n";
    let desk = Staffed::with_both("requester_sets_priority = true\n", rule);
    let carla = |subject: &str, text: &str| letter(CARLA, subject).text(text);
    let news = desk.take(&carla("Printer on fire", "Severity: High\r\n\r\nIt burns.\r\n"));
    let told = to(&news, "ada@staff.example");
    assert!(told.message.contains(" new, high"), "{}", told.message);
    assert_eq!(desk.only()["priority"], "high");

    let number = desk.only()["number"].as_i64().unwrap();
    let again = format!("Re: [EX#{number}] Printer on fire");
    let news = desk.take(&carla(&again, "Priority: urgent\r\n\r\nThe house burns.\r\n"));
    let more = to(&news, "ada@staff.example");
    assert!(more.message.contains(" new, critical"), "{}", more.message);
    assert_eq!(desk.only()["priority"], "critical");

    desk.take(&answer(ADA, told, "#priority low\nIt is out."));
    desk.take(&carla(&again, "Priority: urgent\r\n\r\nIt is not.\r\n"));
    let ticket = desk.only();
    assert_eq!(ticket["priority"], "low");
    let events = ticket["events"].as_array().unwrap();
    let said: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "priority")
        .map(|event| event["detail"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "high: the requester says so above the text",
            "high → critical: the requester says so above the text",
            "Ada: critical → low",
        ]
    );
}
