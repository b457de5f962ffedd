//! What requesters order by mail: that a rating is kept, that the supervisor hears of it,
//! that he gets what was said.

use serde_json::{Value, json};
use tidings::mail::parse::each_attachment;

use super::{ADA, Staffed, answer, recipients, to};
use crate::attacks::{CARLA, letter};
use crate::support::letter::Letter;
use crate::support::sink::Taken;

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
        // who is no agent orders nothing
        let orders = mail.message.contains("Orders stand on top");
        assert_eq!(orders, head == "bob@staff.example", "{}", mail.message);
    }
    let agents = to(&told, "ada@staff.example");
    assert!(!agents.message.contains("asks for the supervisor"), "{}", agents.message);
    let said = &to(&told, "carla@paid.example").message;
    assert!(said.contains("As you asked, we have told our supervisor"), "{said}");

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

/// The text of the file that came with a mail.
fn enclosed(mail: &Taken) -> String {
    let mut found = Vec::new();
    each_attachment(mail.message.as_bytes(), |attachment, bytes| {
        assert_eq!(attachment.media_type, "text/plain");
        found.push((attachment.name.clone(), String::from_utf8(bytes.to_vec()).unwrap()));
    });
    assert_eq!(found.len(), 1, "{}", mail.message);
    let (name, text) = found.remove(0);
    let number = name.strip_prefix("EX-").and_then(|rest| rest.strip_suffix(".txt"));
    assert!(number.is_some_and(|number| number.parse::<u32>().is_ok()), "{name}");
    text
}

#[test]
fn thr_31_a_requester_gets_what_was_said_in_public_and_nothing_else() {
    let desk = Staffed::met();
    let told = desk.opened();
    let number = desk.guarded.stand.only_ticket().to_string();
    let note = answer(ADA, to(&told, "ada@staff.example"), "#note\nHe is a nuisance.");
    desk.take(&note);
    desk.take(&answer(ADA, to(&told, "ada@staff.example"), "Use water.\nPassword: hunter2"));
    desk.guarded.stand.desk.tell(&["ticket", "note", &number], "Nobody likes him.\n");
    let more = to_ticket(&desk, "Re: ", "Printer on fire").field("Cc", "eve@evil.example");
    let sent = desk.take(&more.text("#history\r\n\r\nThanks!\r\nCarla\r\n"));

    assert_eq!(recipients(&sent), ["carla@paid.example"]);
    let mail = to(&sent, "carla@paid.example");
    let said = mail.message.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("is attached: 2 messages, from"), "{said}");
    assert_eq!(mail.header("Auto-Submitted"), "auto-replied");
    let text = enclosed(mail);
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(place("Carla <carla@paid.example>") < place("  It burns."), "{text}");
    assert!(place("It burns.") < place("Example Support"), "{text}");
    assert!(place("Example Support") < place("Use water."), "{text}");
    for hidden in ["nuisance", "likes", "hunter2", "staff.example", "Ada"] {
        assert!(!text.contains(hidden) && !mail.message.contains(hidden), "{hidden}: {text}");
    }
    let ticket = desk.only();
    assert_eq!(ticket["articles"].as_array().unwrap().len(), 4, "it is no article");
    assert_eq!(events(&ticket, "history").len(), 1);
    assert_eq!(ticket["notices"].as_array().unwrap().last().unwrap()["state"], "sent");

    // not again at once, and to nobody else
    let again = to_ticket(&desk, "", "Printer on fire").text("#history\r\n");
    assert!(desk.take(&again).is_empty());
    assert_eq!(events(&desk.only(), "request").len(), 1);
    desk.guarded.stand.desk.ok(&["ticket", "set", &number, "--cc", "eve@evil.example"]);
    desk.guarded.stand.desk.sql("update outbox set created_us = created_us - 700000000");
    let hers = letter("Eve <eve@evil.example>", &format!("[EX#{number}] Printer on fire"));
    let sent = desk.take(&hers.text("#history\r\n"));
    assert_eq!(recipients(&sent), ["ada@staff.example", "bob@staff.example"]);
    // later
    let later = to_ticket(&desk, "AW: ", "Printer on fire").text("#HISTORY\r\nAnd now?\r\n");
    let sent = desk.take(&later);
    assert_eq!(recipients(&sent), ["ada@staff.example", "bob@staff.example", "carla@paid.example"]);
    let text = enclosed(to(&sent, "carla@paid.example"));
    assert!(text.trim_end().ends_with("And now?"), "{text}");
}

#[test]
fn an_unproven_mail_brings_no_correspondence() {
    let desk = Staffed::met();
    desk.opened();
    let forged = to_ticket(&desk, "Re: ", "Printer on fire").text("#history\r\n");
    let told = desk.take_bytes(&forged.bytes());
    assert_eq!(recipients(&told), ["ada@staff.example", "bob@staff.example"]);
    assert_eq!(events(&desk.only(), "request").len(), 1);
}
