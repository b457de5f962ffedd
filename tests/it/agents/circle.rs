//! What requesters order by mail: that a rating is kept.

use serde_json::{Value, json};

use super::{Staffed, recipients};
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
