//! What requesters order by mail: that a rating is kept, that the supervisor hears of it.

use serde_json::{Value, json};

use super::{Staffed, recipients, to};
use crate::attacks::{CARLA, letter};
use crate::support::letter::Letter;

/// Carla's mail about her ticket.
fn to_ticket(desk: &Staffed, before: &str, subject: &str) -> Letter {
    let number = desk.guarded.stand.only_ticket();
    letter(CARLA, &format!("{before}[EX#{number}] {subject}"))
}

fn set(desk: &Staffed, status: &str) {
    let number = desk.guarded.stand.only_ticket().to_string();
    desk.guarded.stand.desk.ok(&["ticket", "set", &number, "--status", status]);
}

fn events(ticket: &Value, kind: &str) -> Vec<String> {
    let events = ticket["events"].as_array().unwrap().iter().filter(|event| event["kind"] == kind);
    events.map(|event| event["detail"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_rating_is_kept_once_and_moves_nothing() {
    let desk = Staffed::met();
    desk.opened();
    assert_eq!(desk.only()["rating"], Value::Null);
    set(&desk, "resolved");
    desk.news();
    let told = desk.take(&to_ticket(&desk, "", "Rating: 1").text("\r\n-- \r\nCarla\r\n"));
    assert!(told.is_empty(), "{told:#?}");
    let told = desk.take(&to_ticket(&desk, "Re: ", "Printer on fire").text("Vurdering: 4\r\n"));
    assert!(told.is_empty(), "{told:#?}");

    let ticket = desk.only();
    assert_eq!(
        (&ticket["status"], &ticket["articles"].as_array().unwrap().len()),
        (&json!("resolved"), &1)
    );
    assert_eq!(ticket["rating"]["stars"], 4);
    assert_eq!(ticket["rating"]["by"], "carla@paid.example");
    assert_eq!(events(&ticket, "rating"), ["1 of 5", "4 of 5, before 1"]);
    let number = ticket["number"].to_string();
    let shown = desk.guarded.stand.desk.ok(&["ticket", "show", &number]);
    assert!(shown.contains("rated 4 of 5 by carla@paid.example"), "{shown}");

    // with words it is a follow-up, too
    let worse = to_ticket(&desk, "", "Rating: 2").text("It burns again.\r\n");
    assert_eq!(recipients(&desk.take(&worse)), ["ada@staff.example", "bob@staff.example"]);
    let ticket = desk.only();
    assert_eq!((&ticket["status"], &ticket["rating"]["stars"]), (&json!("open"), &json!(2)));
}

#[test]
fn the_supervisor_hears_of_a_ticket_once_a_day_and_its_requester_is_told_so() {
    let desk = Staffed::with("supervisor = \"head@desk.example\"\n");
    desk.opened();
    let wish = |nr: &str| {
        let asks = to_ticket(&desk, "Re: ", "Printer on fire").field("X-Nr", nr);
        desk.take(&asks.text(&format!("#Supervisor\r\n\r\nNobody calls me, {nr}.\r\n")))
    };
    let told = wish("1");
    let all = ["ada@staff.example", "bob@staff.example", "carla@paid.example", "head@desk.example"];
    assert_eq!(recipients(&told), all);
    for head in ["bob@staff.example", "head@desk.example"] {
        let mail = to(&told, head);
        assert!(mail.header("Subject").contains("Supervisor wanted: Printer"), "{}", mail.message);
        assert!(mail.message.contains("carla@paid.example asks for the supervisor."));
        assert!(mail.message.contains("Nobody calls me, 1."), "{}", mail.message);
    }
    let agents = to(&told, "ada@staff.example");
    assert!(!agents.message.contains("asks for the supervisor"), "{}", agents.message);
    let said = &to(&told, "carla@paid.example").message;
    assert!(said.contains("The supervisor of this desk has been told"), "{said}");

    // a second one is for the agents
    assert_eq!(recipients(&wish("2")), ["ada@staff.example", "bob@staff.example"]);
    let ticket = desk.only();
    assert_eq!(ticket["articles"].as_array().unwrap().len(), 3);
    assert_eq!(events(&ticket, "supervisor").len(), 1);
    let already = events(&ticket, "request");
    assert!(already.len() == 1 && already[0].contains("already"), "{already:?}");
    // the next day
    desk.guarded.stand.desk.sql("update event set at_us = at_us - 90000000000");
    assert!(recipients(&wish("3")).contains(&"head@desk.example"));
}

#[test]
fn nobody_is_told_that_a_supervisor_heard_where_there_is_none() {
    let mut desk = Staffed::with("acknowledge = \"messages\"\n");
    let config = &mut desk.guarded.stand.desk.config;
    *config = config.replace("role = \"supervisor\"\n", "");
    desk.opened();
    let asks = to_ticket(&desk, "Re: ", "Printer on fire").text("#supervisor\r\nHello?\r\n");
    let told = desk.take(&asks);
    let said = &to(&told, "carla@paid.example").message;
    assert!(!said.contains("supervisor"), "{said}");
}
