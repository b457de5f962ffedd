//! The life of tickets on real servers: merged, split, pending until an instant, answered late or with
//! thanks.

use serde_json::Value;

use super::{CARLA, OLAF, Stand, verdicts};
use crate::support::letter::Letter;

/// A stand with a ticket of Carla's and one of Olaf's, and their numbers.
fn with_tickets() -> (Stand, Letter, [String; 2]) {
    let stand = Stand::met();
    let letter = Letter::new(CARLA, "Printer on fire");
    stand.deliver(&letter);
    stand.once();
    stand.deliver(&Letter::new(OLAF, "Smoke"));
    stand.once();
    let numbers: Vec<_> =
        stand.desk.tickets().iter().map(|ticket| ticket["number"].to_string()).collect();
    (stand, letter, numbers.try_into().unwrap())
}

fn shown(stand: &Stand, number: &str) -> Value {
    stand.desk.ticket(number.parse().unwrap())
}

fn status(stand: &Stand, number: &str) -> String {
    shown(stand, number)["status"].as_str().unwrap().to_owned()
}

fn texts(ticket: &Value) -> Vec<String> {
    let articles = ticket["articles"].as_array().unwrap().iter();
    articles.map(|article| article["text"].as_str().unwrap().trim().to_owned()).collect()
}

fn events(ticket: &Value, kind: &str) -> Vec<String> {
    let events = ticket["events"].as_array().unwrap().iter().filter(|event| event["kind"] == kind);
    events.map(|event| event["detail"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn mail_to_a_merged_ticket_arrives_in_the_other() {
    let (stand, letter, [carla, olaf]) = with_tickets();
    stand.desk.tell(&["ticket", "reply", &carla], "Use water.\n");
    stand.desk.ok(&["ticket", "set", &carla, "--spent", "30m"]);
    stand.desk.ok(&["ticket", "merge", &carla, "--into", &olaf]);
    stand.once();

    let gone = shown(&stand, &carla);
    assert_eq!(
        (&gone["status"], gone["merged_into"].to_string()),
        (&"closed".into(), olaf.clone())
    );
    let other = shown(&stand, &olaf);
    assert_eq!(other["merged"][0].to_string(), carla);
    assert_eq!(other["spent_minutes"], 30);
    let parties = other["participants"].to_string();
    assert!(parties.contains("carla@paid.example"), "{parties}");
    assert_eq!(texts(&other), ["About Printer on fire.", "About Smoke.", "Use water."]);

    // by the identifier, by our own message, and by her own
    let taken = stand.sink.taken();
    let answer = taken.iter().find(|mail| mail.message.contains("Use water.")).unwrap();
    let by_tid = Letter::new(CARLA, &format!("Re: [EX#{carla}] Printer on fire")).text("One.\r\n");
    let by_answer = Letter::new(CARLA, "Re: Printer on fire").answers(&answer.header("Message-ID"));
    let by_own = Letter::new(CARLA, "Fwd: Printer on fire").answers(letter.id());
    for letter in [by_tid, by_answer.text("Two.\r\n"), by_own.text("Three.\r\n")] {
        stand.deliver(&letter);
        stand.once();
    }
    let other = shown(&stand, &olaf);
    assert_eq!(texts(&other)[3..], ["One.", "Two.", "Three."]);
    assert_eq!(other["status"], "open");
    let gone = shown(&stand, &carla);
    assert_eq!((&gone["status"], texts(&gone).len()), (&"closed".into(), 2));

    // what is a part of another is left alone; and there is no circle
    let refused = |arguments: &[&str], says: &str| {
        let ran = stand.desk.run_with_input(arguments, b"text\n");
        assert_eq!(ran.code, Some(65), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    };
    let there = format!("merged into ticket {olaf}");
    refused(&["ticket", "reply", &carla], &there);
    refused(&["ticket", "note", &carla], &there);
    refused(&["ticket", "set", &carla, "--status", "open"], &there);
    refused(&["ticket", "split", &carla, "--articles", "1"], &there);
    refused(&["ticket", "merge", &carla, "--into", &olaf], &there);
    refused(&["ticket", "merge", &olaf, "--into", &carla], &there);
    refused(&["ticket", "merge", &olaf, "--into", &olaf], "itself");
    let text = stand.desk.ok(&["ticket", "show", &olaf]);
    assert!(
        text.contains(&format!("of ticket {carla}")) && text.contains("spent 30 min"),
        "{text}"
    );
    let text = stand.desk.ok(&["ticket", "show", &carla]);
    assert!(text.contains(&there), "{text}");
}

#[test]
fn thanks_reopen_nothing_and_a_late_answer_opens_a_linked_ticket() {
    let (stand, letter, [carla, _]) = with_tickets();
    let resolve = || stand.desk.ok(&["ticket", "set", &carla, "--status", "resolved"]);
    resolve();
    let subject = format!("Re: [EX#{carla}] Printer on fire");
    let thanks = Letter::new(CARLA, &subject).field("X-Nr", "1").answers(letter.id());
    stand.deliver(&thanks.text("Thank you!\r\n\r\nCarla\r\n\r\n> Use water.\r\n"));
    stand.once();
    assert_eq!(status(&stand, &carla), "resolved");
    let ticket = shown(&stand, &carla);
    assert_eq!(texts(&ticket).len(), 2);
    let said = events(&ticket, "thanks");
    assert!(said[0].contains("it stays resolved, as this only says thanks"), "{said:?}");

    let again = Letter::new(&CARLA.replace("Carla ", "C "), &subject).answers(letter.id());
    stand.deliver(&again.text("It burns again.\r\n"));
    stand.once();
    assert_eq!(status(&stand, &carla), "open");

    resolve();
    stand.desk.sql("update ticket set over_us = over_us - 1300000000000 where over_us is not null");
    let late = Letter::new(&CARLA.replace("Carla ", "L "), &subject).answers(letter.id());
    stand.deliver(&late.text("It burns again and again.\r\n"));
    stand.once();
    assert_eq!(status(&stand, &carla), "resolved");
    assert_eq!(verdicts(&stand), ["opened", "opened", "follow_up", "follow_up", "opened"]);
    let tickets = stand.desk.tickets();
    assert_eq!(tickets.last().unwrap()["linked"].to_string(), carla);
}

#[test]
fn articles_about_another_matter_get_a_ticket_of_their_own() {
    let (stand, letter, [carla, olaf]) = with_tickets();
    stand.deliver(
        &Letter::new(CARLA, "Re: Printer on fire").answers(letter.id()).text("Toner!\r\n"),
    );
    stand.once();
    let article = shown(&stand, &carla)["articles"][1]["id"].to_string();
    let refuse = |articles: &str| {
        let arguments = ["ticket", "split", &carla, "--articles", articles];
        assert_eq!(stand.desk.run_with_input(&arguments, b"").code, Some(65), "{articles}");
    };
    let first = shown(&stand, &carla)["articles"][0]["id"].to_string();
    refuse("9999");
    refuse(&format!("{first},{article}"));
    refuse(&shown(&stand, &olaf)["articles"][0]["id"].to_string());
    let said = stand.desk.ok(&["ticket", "split", &carla, "--articles", &article]);
    let tickets = stand.desk.tickets();
    let new = tickets.last().unwrap();
    let number = new["number"].to_string();
    assert!(said.contains(&format!("[EX#{number}] is open")), "{said}");
    assert_eq!(
        (&new["requester"], new["linked"].to_string()),
        (&"carla@paid.example".into(), carla.clone())
    );
    assert_eq!(texts(&shown(&stand, &number)), ["Toner!"]);
    assert_eq!(texts(&shown(&stand, &carla)), ["About Printer on fire."]);
    // an answer to what was moved follows it
    let id = Letter::new(CARLA, "Re: Printer on fire").id().to_owned();
    let more = Letter::new(&CARLA.replace("Carla ", "C "), "Re: Printer on fire").answers(&id);
    stand.deliver(&more.text("And paper.\r\n"));
    stand.once();
    assert_eq!(texts(&shown(&stand, &number)), ["Toner!", "And paper."]);
}

#[test]
fn a_pending_ticket_comes_back_once() {
    let (stand, _, [carla, _]) = with_tickets();
    let set = ["ticket", "set", &carla, "--status", "pending", "--until", "2999-01-01"];
    stand.desk.ok(&set);
    let ticket = shown(&stand, &carla);
    assert_eq!(ticket["pending_until"], "2999-01-01T00:00:00Z");
    stand.once();
    assert_eq!(status(&stand, &carla), "pending");
    stand.desk.sql("update ticket set pending_until_us = 1 where pending_until_us is not null");
    for _ in 0..2 {
        stand.once();
        let ticket = shown(&stand, &carla);
        assert_eq!(ticket["status"], "open");
        let due = events(&ticket, "due");
        assert_eq!(due, ["it was pending until 1970-01-01T00:00:00Z: pending → open"]);
    }
}

#[cfg(feature = "failpoints")]
#[test]
fn a_pending_ticket_comes_back_once_over_a_crash() {
    for point in ["decided:1", "committed:1"] {
        let (mut stand, _, [carla, _]) = with_tickets();
        stand.desk.ok(&["ticket", "set", &carla, "--status", "pending", "--until", "2999-01-01"]);
        stand.desk.sql("update ticket set pending_until_us = 1 where pending_until_us is not null");
        stand.desk.environment.push(("TIDINGS_FAILPOINT".to_owned(), point.to_owned()));
        let ran = stand.desk.run_with_input(&["run", "--once"], b"");
        assert_ne!(ran.code, Some(0), "{point}: {}", ran.stderr);
        stand.desk.environment.clear();
        stand.once();
        let ticket = shown(&stand, &carla);
        assert_eq!(
            (&ticket["status"], events(&ticket, "due").len()),
            (&"open".into(), 1),
            "{point}"
        );
    }
}

#[test]
fn agents_move_tickets_as_the_table_says() {
    let (stand, _, [carla, _]) = with_tickets();
    let set = |arguments: &[&str]| {
        let all = [&["ticket", "set", &carla], arguments].concat();
        stand.desk.run_with_input(&all, b"")
    };
    let refused = |arguments: &[&str], code: i32, says: &str| {
        let ran = set(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
    };
    assert_eq!(set(&["--status", "resolved"]).code, Some(0));
    let possible = "is resolved, which cannot become waiting; it can become open, closed";
    refused(&["--status", "waiting"], 65, possible);
    assert_eq!(set(&["--status", "open"]).code, Some(0));
    refused(&["--status", "new"], 65, "cannot become new");
    refused(&["--status", "open", "--until", "2999-01-01"], 64, "pending");
    refused(&["--status", "pending", "--until", "2001-01-01"], 65, "has passed");
    refused(&["--status", "pending", "--until", "soon"], 64, "instant");
    refused(&["--status", "third_party"], 64, "new, open, pending, waiting, resolved, closed");

    refused(&["--cc", "help@desk.example"], 65, "address of a desk");
    refused(&["--cc", "support+x@desk.example"], 65, "address of a desk");
    refused(&["--uncc", "carla@paid.example"], 65, "requester");
    refused(&["--uncc", "eve@evil.example"], 65, "takes no part");
    assert_eq!(set(&["--cc", "olaf@other.example", "--cc", "bea@b.example"]).code, Some(0));
    assert_eq!(set(&["--uncc", "bea@b.example"]).code, Some(0));
    let ticket = shown(&stand, &carla);
    let parties = ["carla@paid.example", "olaf@other.example"].map(Value::from);
    assert_eq!(ticket["participants"], Value::from(parties.to_vec()));
    assert_eq!(events(&ticket, "cc").len(), 2);
    stand.deliver(&Letter::new(OLAF, &format!("Re: [EX#{carla}] Printer on fire")));
    stand.once();
    assert_eq!(texts(&shown(&stand, &carla)).len(), 2, "a participant's mail joins");

    refused(&["--spent", "soon"], 64, "time spent");
    refused(&["--spent", "-1m"], 65, "no more can be taken back");
    assert_eq!(set(&["--spent", "1h30m"]).code, Some(0));
    assert_eq!(set(&["--spent", "-15m"]).code, Some(0));
    assert_eq!(shown(&stand, &carla)["spent_minutes"], 75);
}
