//! Copies of answers in the agents' `sent` folder.

use serde_json::Value;

use super::{CARLA, QUICK, Stand};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::letter::Letter;

/// A folder that is not there yet.
const ANSWERS: &str = "Answers";

/// A stand whose answers are filed, with a ticket of Carla's.
fn with_ticket() -> (Stand, String) {
    with_options(QUICK)
}

fn with_options(options: &[&str]) -> (Stand, String) {
    let stand = Stand::with_options(options).imap(&format!("sent = \"{ANSWERS}\""));
    stand.once();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let number = stand.only_ticket().to_string();
    (stand, number)
}

fn reply(stand: &Stand, number: &str, text: &str) {
    stand.desk.tell(&["ticket", "reply", number], text);
}

/// Where the copies of all notices are, and why not, in their order.
fn filed(stand: &Stand) -> Vec<Value> {
    stand.desk.outbox().into_iter().map(|one| one["filed"].clone()).collect()
}

fn copies(stand: &Stand) -> Vec<String> {
    let messages = stand.world.messages(SUPPORT, ANSWERS).into_iter();
    messages.map(|bytes| String::from_utf8(bytes).unwrap().replace('\r', "")).collect()
}

#[test]
fn each_answer_is_filed_once_as_it_was_sent() {
    let (stand, number) = with_ticket();
    assert_eq!(filed(&stand), [Value::Null], "an acknowledgement is no answer");
    for (text, so_far) in [("Use water.\n\n.\nÄda\n", 1), ("More of it.\n", 2)] {
        reply(&stand, &number, text);
        stand.once();
        stand.once();
        // The sink ends what it keeps with an empty line.
        let taken = stand.sink.taken().into_iter().skip(1);
        let sent: Vec<String> =
            taken.map(|mail| mail.message.strip_suffix('\n').unwrap().to_owned()).collect();
        assert_eq!(copies(&stand), sent);
        assert_eq!(sent.len(), so_far);
    }
    let flags = stand.world.flags(SUPPORT, ANSWERS);
    assert!(flags.iter().all(|one| one.contains("\\Seen")), "{flags:?}");
    assert_eq!(filed(&stand), [Value::Null, "done".into(), "done".into()]);
    let answer = &stand.desk.outbox()[1];
    let shown = stand.desk.ok(&["outbox", "show", &answer["id"].to_string()]);
    assert!(shown.contains("filed    in the `sent` folder"), "{shown}");
    // INTERNALDATE is when the server took it.
    let sent = answer["sent_at"].as_str().unwrap();
    let (day, _) = sent.split_once('T').unwrap();
    let query = ["fetch", "-u", SUPPORT, "date.received", "mailbox", ANSWERS, "1"];
    let received = stand.world.doveadm(&query);
    assert!(received.contains(day), "{received} is not {sent}");
    assert_eq!(stand.sink.taken().len(), 3);
}

#[test]
fn a_daemon_files_what_it_has_sent() {
    let (stand, number) = with_ticket();
    let daemon = stand.desk.start();
    reply(&stand, &number, "Use water.\n");
    wait_until("the answer is filed", || filed(&stand).last() == Some(&"done".into()));
    assert_eq!(stand.world.count(SUPPORT, ANSWERS), 1);
    // Mail is received as before: another folder was open meanwhile.
    stand.deliver(&Letter::new(CARLA, "Fire extinguished"));
    wait_until("it is answered", || stand.sink.taken().len() == 3);
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn an_answer_is_not_filed_where_nothing_is() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    reply(&stand, &stand.only_ticket().to_string(), "Use water.\n");
    stand.once();
    assert_eq!(filed(&stand), [Value::Null, Value::Null]);
    assert_eq!(stand.world.count(SUPPORT, "Sent"), 0);
}

#[test]
fn an_answer_that_the_server_takes_into_no_folder_is_told() {
    let (mut stand, number) = with_ticket();
    let sent = format!("sent = \"{ANSWERS}\"");
    stand.desk.config = stand.desk.config.replacen(&sent, "sent = \"no//folder\"", 1);
    reply(&stand, &number, "Use water.\n");
    let ran = stand.desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot be filed in no//folder"), "{}", ran.stderr);
    assert_eq!(filed(&stand), [Value::Null, "impossible".into()]);
    let id = stand.desk.outbox()[1]["id"].to_string();
    let shown = stand.desk.ok(&["outbox", "show", &id]);
    assert!(shown.contains("filed    impossible: "), "{shown}");
    assert_eq!(stand.sink.taken().len(), 2, "it is sent all the same");
}

#[test]
fn an_answer_above_the_servers_limit_is_not_offered_to_it() {
    let limited = "IMAP_CAPABILITY=IMAP4rev1 SASL-IR LITERAL+ IDLE MOVE UIDPLUS APPENDLIMIT=100";
    let (stand, number) = with_options(&[QUICK, &[limited]].concat());
    reply(&stand, &number, "Use water.\n");
    stand.once();
    let answer = &stand.desk.outbox()[1];
    assert_eq!((&answer["state"], &answer["filed"]), (&"sent".into(), &"impossible".into()));
    let reason = answer["filed_reason"].as_str().unwrap();
    assert!(reason.ends_with("and the mail server takes 100"), "{reason}");
}

#[cfg(feature = "failpoints")]
#[test]
fn flt_01_it_dies_when_an_answer_is_filed_and_not_known_to_be() {
    let (mut stand, number) = with_ticket();
    for so_far in [1, 2] {
        reply(&stand, &number, "Use water.\n");
        stand.dies_at("filed");
        assert_eq!(stand.world.count(SUPPORT, ANSWERS), so_far);
        assert_eq!(filed(&stand).last(), Some(&"owed".into()));
        stand.once();
        assert_eq!(stand.world.count(SUPPORT, ANSWERS), so_far, "one copy");
        assert_eq!(filed(&stand).last(), Some(&"done".into()));
    }
    assert_eq!(stand.sink.taken().len(), 3);
}
