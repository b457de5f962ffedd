//! What a filter, a junk folder or the operator says of a sender: heeded, listed, and undone.

use serde_json::Value;

use super::{CARLA, OLAF, Stand, long_ago, now};
use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;

const ACCOUNTS: &str = "
[[account]]
id = \"paid\"
name = \"Paid\"
contacts = [\"carla@paid.example\"]
";

/// What the boundary host writes when it takes a message.
const TOOK: &str = "Received: from out.example (out.example [192.0.2.1])\r\n\
                    \tby mx.desk.example (Postfix) with ESMTPS id 1; Sun, 22 Nov 2026 08:00:00 +0000\r\n";
const YES: &str = "X-Spam-Flag: YES\r\n";

fn import(stand: &Stand) {
    stand.desk.write_secret("accounts.toml", ACCOUNTS, 0o600);
    let accounts = stand.desk.path("accounts.toml").display().to_string();
    stand.desk.ok(&["account", "import", &accounts]);
}

/// A desk with these keys beside those of its own.
fn desk(keys: &str) -> Stand {
    let mut stand = Stand::new();
    let own = "own_dkim = \"off\"\n";
    stand.desk.config = stand.desk.config.replace(own, &format!("{own}{keys}\n"));
    stand.once();
    stand
}

fn lay(stand: &Stand, folder: &str, top: &str, letter: &Letter) {
    let bytes = [top.as_bytes(), &letter.bytes()].concat();
    stand.world.append(SUPPORT, folder, &bytes, now());
}

/// Which messages of a folder are seen.
fn seen(stand: &Stand, folder: &str) -> Vec<bool> {
    let flags = stand.world.flags(SUPPORT, folder);
    flags.iter().map(|flags| flags.contains("\\Seen")).collect()
}

fn ignored(stand: &Stand) -> Vec<Value> {
    stand.desk.json(&["inbound", "list", "--verdict", "ignored", "--json"])
}

#[track_caller]
fn says(row: &Value, expected: &str) {
    assert!(row["reason"].as_str().unwrap().contains(expected), "{row}");
}

#[test]
fn in_a_junk_folder_known_contacts_are_heard_and_others_left_alone() {
    let stand = Stand::new().imap("junk_folders = [\"Junk\"]");
    // what lay there before is nobody's business
    stand.world.append(SUPPORT, "Junk", &Letter::new(CARLA, "Long ago").bytes(), long_ago());
    stand.once();
    import(&stand);
    lay(&stand, "Junk", "", &Letter::new(OLAF, "Cheap printers"));
    lay(&stand, "Junk", "", &Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect(&[("ignored", 1), ("opened", 1)], 1);
    assert_eq!(stand.only_mail().recipient, "carla@paid.example");
    assert_eq!(seen(&stand, "Junk"), [false, false, true]);
    says(&ignored(&stand)[0], "spam; it lies in a junk folder, and the desk does not know");

    // who answers our own mail is heard, whoever he is
    let ours = stand.only_mail().header("Message-ID");
    let elsewhere = Letter::new("carla@home.example", "Re: from home").answers(&ours);
    lay(&stand, "Junk", "", &elsewhere);
    stand.once();
    stand.expect(&[("follow_up", 1), ("ignored", 1), ("opened", 1)], 1);

    // a person knows better: then it is a mail like any other, and once
    stand.world.move_messages(SUPPORT, "Junk", "INBOX", &["from", "olaf"]);
    stand.once();
    stand.expect(&[("follow_up", 1), ("ignored", 1), ("opened", 2)], 2);
    assert_eq!(seen(&stand, "INBOX"), [true]);
    // now he is a party, and heard in a junk folder, too
    lay(&stand, "Junk", "", &Letter::new(OLAF, "And another thing"));
    stand.once();
    stand.expect(&[("follow_up", 1), ("ignored", 1), ("opened", 3)], 3);
    // what a person puts there has no effect any more
    stand.world.move_messages(SUPPORT, "INBOX", "Junk", &["all"]);
    stand.once();
    stand.expect(&[("duplicate", 1), ("follow_up", 1), ("ignored", 1), ("opened", 3)], 3);
}

#[test]
fn a_junk_folder_under_another_uidvalidity_opens_nothing_again() {
    let stand = Stand::new().imap("junk_folders = [\"Junk\"]");
    stand.world.append(SUPPORT, "Junk", &Letter::new(CARLA, "Long ago").bytes(), long_ago());
    stand.once();
    lay(&stand, "Junk", "", &Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect(&[("ignored", 1)], 0);
    import(&stand);
    stand.world.set_uid_validity(SUPPORT, "Junk", 4_000_000_000);
    stand.once();
    stand.expect(&[("ignored", 3)], 0);
}

#[test]
fn ignored_junk_is_not_moved() {
    let stand =
        Stand::new().imap("junk_folders = [\"Junk\"]\nafter = \"move\"\nmove_to = \"Processed\"");
    stand.world.append(SUPPORT, "Junk", &Letter::new(OLAF, "Long ago").bytes(), long_ago());
    stand.once();
    import(&stand);
    for from in [OLAF, CARLA, SUPPORT] {
        lay(&stand, "Junk", "", &Letter::new(from, "Printer on fire"));
    }
    stand.once();
    stand.expect(&[("ignored", 2), ("opened", 1)], 1);
    assert_eq!(
        (stand.world.count(SUPPORT, "Junk"), stand.world.count(SUPPORT, "Processed")),
        (3, 1)
    );
}

#[test]
fn std_70_what_a_filter_calls_spam_is_ignored_until_a_person_says_otherwise() {
    let stand = desk("boundary = [\"mx.desk.example\"]");
    lay(&stand, "INBOX", &format!("{YES}{TOOK}"), &Letter::new(OLAF, "Cheap printers"));
    // whoever wrote this field, our servers did not
    lay(&stand, "INBOX", &format!("{TOOK}{YES}"), &Letter::new(CARLA, "Printer on fire"));
    stand.once();
    stand.expect(&[("ignored", 1), ("opened", 1)], 1);
    let spam = ignored(&stand).remove(0);
    says(&spam, "spam; X-Spam-Flag: YES");
    assert_eq!((&spam["mark"], seen(&stand, "INBOX")), (&"none".into(), vec![false, true]));
    let id = spam["id"].to_string();
    let shown = stand.desk.ok(&["inbound", "show", &id]);
    assert!(shown.contains(&format!("`tidings inbound retry --not-spam {id}`")), "{shown}");

    // the filter is heeded again, and then not
    stand.desk.ok(&["inbound", "retry", &id]);
    stand.once();
    stand.expect(&[("ignored", 1), ("opened", 1)], 1);
    stand.desk.ok(&["inbound", "retry", "--not-spam", &id]);
    stand.once();
    stand.expect(&[("opened", 2)], 2);
    let row = stand.desk.inbound().into_iter().find(|row| row["id"] == spam["id"]).unwrap();
    says(&row, " that it is no spam");
    assert_eq!(seen(&stand, "INBOX"), [true, true]);
    let again = stand.desk.run(&["inbound", "retry", "--not-spam", &id]);
    assert_eq!(again.code, Some(65), "{}", again.stderr);

    // a customer's answer is not lost to a filter
    let ours = stand.sink.taken()[0].header("Message-ID");
    let answer = Letter::new(CARLA, "Re: it still burns").answers(&ours);
    lay(&stand, "INBOX", &format!("{YES}{TOOK}"), &answer);
    stand.once();
    stand.expect(&[("follow_up", 1), ("opened", 2)], 2);
    let number = stand.desk.inbound().last().unwrap()["ticket"].as_i64().unwrap();
    let events = stand.desk.ticket(number)["events"].clone();
    let events = events.as_array().unwrap();
    assert!(events.iter().any(|event| event["kind"] == "spam"), "{events:?}");
}

#[test]
fn explain_says_why_a_message_is_spam() {
    let stand = desk("boundary = [\"mx.desk.example\"]");
    let raw = [format!("{YES}{TOOK}").as_bytes(), &Letter::new(OLAF, "Cheap").bytes()].concat();
    std::fs::write(stand.desk.path("spam.eml"), raw).unwrap();
    let file = stand.desk.path("spam.eml").display().to_string();
    let explained = stand.desk.json(&["explain", "--json", "--offline", &file]).remove(0);
    let decision = &explained["decision"];
    assert_eq!(decision["verdict"], "ignored", "{decision}");
    assert_eq!(decision["why"], "spam; X-Spam-Flag: YES, and it belongs to no ticket");
}

#[test]
fn nothing_is_taken_from_a_blocked_sender_and_he_hears_nothing() {
    let stand = desk("block = [\"olaf@other.example\", \"@paid.example\"]");
    for from in [OLAF, CARLA, "Olga <olga@other.example>"] {
        stand.deliver(&Letter::new(from, "Printer on fire"));
    }
    stand.once();
    stand.expect(&[("ignored", 2), ("opened", 1)], 1);
    assert_eq!(stand.only_mail().recipient, "olga@other.example");
    let blocked = ignored(&stand).remove(0);
    says(&blocked, "blocked; block has olaf@other.example");
    stand.desk.ok(&["inbound", "retry", "--not-spam", &blocked["id"].to_string()]);
    stand.once();
    stand.expect(&[("ignored", 1), ("opened", 2)], 2);
}

#[test]
fn thr_06_a_web_form_that_is_proven_names_the_requester_and_nothing_else_does() {
    let keys = "trusted_authserv = [\"mx.desk.example\"]\nboundary = [\"mx.desk.example\"]";
    let mut stand = Stand::new();
    let own = "sender_proof = \"off\"\nown_dkim = \"off\"\n";
    let all = "acknowledge = \"tickets\"\nown_dkim = \"off\"\n";
    stand.desk.config = stand.desk.config.replace(own, &format!("{all}{keys}\n")).replace(
        "[level.community]",
        "[[desk.form]]\nfrom = \"form@desk.example\"\ncaps = { per_hour = 2 }\n\n[level.community]",
    );
    stand.once();
    let proven = format!(
        "Authentication-Results: mx.desk.example;\r\n\
         \tdkim=pass header.d=desk.example; dmarc=pass header.from=desk.example\r\n{TOOK}"
    );
    let form = |subject: &str| {
        Letter::new("Web form <form@desk.example>", subject)
            .written_now()
            .field("Auto-Submitted", "auto-generated")
            .field("Precedence", "bulk")
    };
    let typed =
        |n: usize| form(&format!("No. {n}")).field("Reply-To", &format!("Ada <ada@a{n}.example>"));
    lay(&stand, "INBOX", &proven, &typed(1));
    lay(&stand, "INBOX", TOOK, &typed(2));
    lay(&stand, "INBOX", &proven, &form("Nobody"));
    lay(&stand, "INBOX", &proven, &typed(3));
    lay(&stand, "INBOX", &proven, &typed(4));
    stand.once();
    stand.expect(&[("opened", 5)], 2);
    let sent = stand.sink.taken();
    let mut to: Vec<_> = sent.iter().map(|mail| mail.recipient.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ada@a1.example", "ada@a3.example"]);
    for mail in &sent {
        assert!(
            !mail.message.contains("No. ") && !mail.message.contains("Ada"),
            "{}",
            mail.message
        );
    }
    let tickets = stand.desk.tickets();
    let requesters: Vec<_> = tickets.iter().map(|ticket| ticket["requester"].clone()).collect();
    let (a1, a3, a4) = ("ada@a1.example", "ada@a3.example", "ada@a4.example");
    let expected = [a1.into(), "form@desk.example".into(), Value::Null, a3.into(), a4.into()];
    assert_eq!(requesters, expected);
    for ticket in &tickets {
        let ticket = stand.desk.ticket(ticket["number"].as_i64().unwrap());
        assert!(!ticket["participants"].to_string().contains("form@"), "{ticket}");
        assert_eq!(ticket["level"], "community");
    }
    let capped = stand.desk.inbound().remove(4);
    says(&capped, "the limit of 2 acknowledgements of web form form@desk.example in an hour");
}
