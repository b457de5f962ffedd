//! Several desks of one instance, each with folders of its own.

use serde_json::Value;

use super::{CARLA, Stand, now};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::stand::SALES;

const FOLDERS: &str = "folders = [\"INBOX\", \"Alarms\"]";

/// The desks `support` and `sales`, each with two folders.
fn two_desks() -> Stand {
    let stand = Stand::new().imap(FOLDERS).with_sales();
    for user in [SUPPORT, SALES] {
        stand.world.doveadm(&["mailbox", "create", "-u", user, "Alarms"]);
    }
    stand.once();
    stand
}

/// The tickets of a desk.
fn tickets(stand: &Stand, desk: &str) -> Vec<Value> {
    stand.desk.json(&["ticket", "list", "--desk", desk, "--all", "--json"])
}

#[test]
fn a_mail_to_two_desks_opens_a_ticket_in_each_and_the_first_named_answers() {
    let stand = two_desks();
    let deliver = |subject: &str, to: &str, cc: &str| {
        let letter = Letter::new(CARLA, subject).to(to);
        let letter = if cc.is_empty() { letter } else { letter.field("Cc", cc) };
        stand.world.deliver(SUPPORT, &letter.bytes());
        stand.world.deliver(SALES, &letter.bytes());
    };
    deliver("one", &format!("{SALES}, {SUPPORT}"), "");
    deliver("two", SUPPORT, SALES);
    deliver("three", "Colleague <ada@desk.example>", SALES);
    stand.once();

    assert_eq!(tickets(&stand, "support").len(), 3);
    assert_eq!(tickets(&stand, "sales").len(), 3);
    let mut answers: Vec<(String, String)> = stand
        .sink
        .taken()
        .iter()
        .map(|mail| {
            let subject = mail.header("Subject");
            let about = subject.rsplit(' ').next().unwrap().to_owned();
            assert!(mail.header("From").contains(if subject.contains("SA#") {
                SALES
            } else {
                SUPPORT
            }));
            (about, subject[1..3].to_owned())
        })
        .collect();
    answers.sort();
    let expected = [("one", "SA"), ("three", "SA"), ("two", "EX")];
    assert_eq!(answers, expected.map(|(about, desk)| (about.to_owned(), desk.to_owned())));
    stand.expect(&[("opened", 6)], 3);
}

#[test]
fn each_folder_of_each_desk_is_watched() {
    let stand = two_desks();
    let daemon = stand.desk.start();
    wait_until("it is at work", || daemon.log().contains("at work"));
    for (n, (user, folder)) in
        [(SUPPORT, "INBOX"), (SUPPORT, "Alarms"), (SALES, "INBOX"), (SALES, "Alarms")]
            .into_iter()
            .enumerate()
    {
        let letter = Letter::new(&format!("customer{n}@other.example"), "Help").to(user);
        stand.world.append(user, folder, &letter.bytes(), now());
    }
    wait_until("four acknowledgements", || stand.sink.taken().len() == 4);
    wait_until("every message is seen", || {
        [SUPPORT, SALES].iter().all(|user| {
            ["INBOX", "Alarms"].iter().all(|folder| {
                stand.world.flags(user, folder).iter().all(|flags| flags.contains("\\Seen"))
            })
        })
    });
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!((tickets(&stand, "support").len(), tickets(&stand, "sales").len()), (2, 2));
    stand.expect(&[("opened", 4)], 4);
}

#[test]
fn one_desks_trouble_stops_no_other() {
    let mut stand = two_desks();
    stand.desk.write_secret("password-sales", "wrong\n", 0o600);
    stand.desk.config = stand.desk.config.replacen(FOLDERS, "folders = [\"INBOX\", \"Gone\"]", 1);
    stand.deliver(&Letter::new(CARLA, "Help"));
    let daemon = stand.desk.start();
    wait_until("the acknowledgement", || stand.sink.taken().len() == 1);
    wait_until("both are told of", || {
        let log = daemon.log();
        log.contains("Gone") && log.contains("desk=\"sales\"")
    });
    assert_eq!(daemon.stop(), Some(0));
    let ran = stand.desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(75), "{}{}", ran.stdout, ran.stderr);
    stand.expect(&[("opened", 1)], 1);
}

#[test]
fn a_copy_in_another_folder_of_the_desk_is_a_duplicate() {
    let stand = two_desks();
    let bytes = Letter::new(CARLA, "Help").bytes();
    for folder in ["INBOX", "Alarms"] {
        stand.world.append(SUPPORT, folder, &bytes, now());
    }
    stand.once();
    stand.expect(&[("duplicate", 1), ("opened", 1)], 1);
}
