//! What a message does by its class, from the mailbox to the command line.

use super::{CARLA, OLAF, Stand};
use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;

#[test]
fn std_06_an_own_list_makes_no_list_mail() {
    let mut stand = Stand::met();
    let through = |subject: &str| {
        Letter::new(OLAF, subject)
            .field("List-Id", "Our support <support.desk.example>")
            .field("List-Post", "<mailto:support@desk.example>")
            .field("Precedence", "list")
    };
    stand.deliver(&through("Printer on fire"));
    stand.once();
    stand.expect(&[("opened", 1)], 0);
    let lists = "own_lists = [\"support.desk.example\"]\n[desk.ack";
    stand.desk.config = stand.desk.config.replacen("[desk.ack", lists, 1);
    stand.deliver(&through("Another fire"));
    stand.once();
    stand.expect(&[("opened", 2)], 1);
    let first = stand.desk.ok(&["ticket", "show", "1001"]);
    assert!(first.contains("it came through a list: List-Id: Our support"), "{first}");
}

#[test]
fn std_42_a_report_in_prose_finds_its_mail_and_explain_shows_it() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let ours = stand.only_mail().header("Message-ID");
    let report = format!(
        "From: MAILER-DAEMON@mx.paid.example\r\nTo: support@desk.example\r\n\
         Subject: failure notice\r\n\r\n\
         Hi. This is the qmail-send program at mx.paid.example.\r\n\
         I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n\
         <carla@paid.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n\
         --- Below this line is a copy of the message.\r\n\r\n\
         Return-Path: <>\r\nMessage-ID: {ours}\r\n"
    );
    stand.world.deliver(SUPPORT, report.as_bytes());
    stand.once();
    stand.expect(&[("event", 1), ("opened", 1)], 1);
    assert!(stand.desk.outbox()[0]["bounced_at"].is_string());
    let shown = &stand.desk.json(&["ticket", "show", "1001", "--json"])[0];
    assert_eq!(shown["undeliverable"][0]["address"], "carla@paid.example", "{shown:#}");
    let gone = &stand.desk.json(&["account", "match", "carla@paid.example", "--json"])[0];
    assert_eq!(gone["undeliverable"]["ticket"], 1001, "{gone:#}");

    std::fs::write(stand.desk.path("report.eml"), &report).unwrap();
    let file = stand.desk.path("report.eml").display().to_string();
    let explained = &stand.desk.json(&["explain", "--json", "--offline", &file])[0];
    assert_eq!(explained["class"]["kind"], "bounce");
    let bounce = &explained["bounce"];
    assert_eq!(bounce["original_message_id"], ours.trim_matches(['<', '>']));
    let words = "Sorry, no mailbox here by that name. (#5.1.1)";
    let expected = serde_json::json!([{
        "recipient": "carla@paid.example",
        "action": "failed",
        "status": "5.1.1",
        "diagnostic": words,
    }]);
    assert_eq!(bounce["recipients"], expected);
    let shown = stand.desk.ok(&["explain", "--offline", &file]);
    let line = format!("bounce     carla@paid.example failed 5.1.1 {words}");
    assert!(shown.contains(&line), "{shown}");
}
