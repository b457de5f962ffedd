//! Which ticket a message joins, and which it does not.

use super::{CARL, CARLA, OLAF, Stand};
use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;

/// Two people of one account with a licence.
pub(crate) const ACCOUNTS: &str = "
[[account]]
id = \"paid\"
name = \"Paid\"
contacts = [\"carla@paid.example\", \"carl@paid.example\"]
[[account.licence]]
key = \"P-1\"
level = \"commercial\"
from = 2020-01-01
";

#[test]
fn a_correction_and_a_colleagues_answer_that_wait_together_join_one_ticket() {
    let stand = Stand::met();
    stand.desk.write_secret("accounts.toml", ACCOUNTS, 0o600);
    let accounts = stand.desk.path("accounts.toml").display().to_string();
    stand.desk.ok(&["account", "import", &accounts]);
    let first = Letter::new(CARLA, "Printer on fire").field("Cc", CARL);
    let correction = Letter::new(CARLA, "It was the scanner").answers(first.id());
    let colleague = Letter::new(CARL, "Re: Printer on fire").answers(first.id());
    let all = [&first, &correction, &colleague].map(Letter::bytes);
    stand.world.deliver_many(SUPPORT, all);
    stand.once();

    stand.expect(&[("follow_up", 2), ("opened", 1)], 1);
    let ticket = stand.desk.ticket(stand.only_ticket());
    assert_eq!((&ticket["account"], &ticket["level"]), (&"paid".into(), &"commercial".into()));
    let from: Vec<_> = ticket["articles"].as_array().unwrap().iter().map(|a| &a["from"]).collect();
    assert_eq!(from, ["carla@paid.example", "carla@paid.example", "carl@paid.example"]);
    // who only stood in Cc is no participant
    assert_eq!(ticket["participants"], serde_json::json!(["carla@paid.example"]));
    assert_eq!(stand.only_mail().recipient, "carla@paid.example");
}

#[test]
fn thr_02_a_stranger_in_cc_joins_nothing() {
    let stand = Stand::met();
    let first = Letter::new(CARLA, "Printer on fire").field("Cc", OLAF);
    let stranger = Letter::new(OLAF, "Re: Printer on fire").answers(first.id());
    stand.world.deliver_many(SUPPORT, [&first, &stranger].map(Letter::bytes));
    stand.once();
    stand.expect(&[("opened", 2)], 2);
}

#[test]
fn thr_03_who_guesses_an_identifier_opens_a_ticket_of_his_own() {
    let stand = Stand::met();
    let first = Letter::new(CARLA, "Printer on fire");
    stand.deliver(&first);
    stand.once();
    let number = stand.only_ticket();
    let tid = format!("[EX#{number}]");
    let tagged = format!("Re: {tid} Printer on fire");
    stand.deliver(&Letter::new(OLAF, &tagged));
    stand.deliver(&Letter::new(OLAF, "Re: Printer on fire").answers(first.id()));
    // of our own making it looks, and is not
    let forged = "<aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaa@desk.example>";
    stand.deliver(&Letter::new(OLAF, "Re: forged").answers(forged));
    // the requester's word counts
    stand.deliver(&Letter::new(CARLA, &tagged));
    stand.once();

    stand.expect(&[("follow_up", 1), ("opened", 4)], 4);
    assert_eq!(stand.desk.ticket(number)["articles"].as_array().unwrap().len(), 2);
    for mail in stand.sink.taken().iter().filter(|mail| mail.recipient.starts_with("olaf")) {
        // nothing of the other ticket is told
        assert!(!mail.message.contains(&format!("#{number}]")), "{}", mail.message);
    }
}

#[test]
fn an_answer_to_our_own_message_joins_from_whatever_address() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let ours = stand.only_mail().header("Message-ID");
    stand.deliver(&Letter::new("carla@home.example", "Re: from home").answers(&ours));
    stand.once();
    stand.expect(&[("follow_up", 1), ("opened", 1)], 1);
}

#[test]
fn what_a_machine_answers_to_our_own_message_is_a_note() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let ours = stand.only_mail().header("Message-ID");
    let away = |subject: &str| {
        Letter::new(CARLA, subject).field("Auto-Submitted", "auto-replied").answers(&ours)
    };
    stand.deliver(&away("Automatic reply: Printer on fire"));
    stand.once();
    stand.expect(&[("follow_up", 1), ("opened", 1)], 1);

    let number = stand.only_ticket().to_string();
    stand.desk.ok(&["ticket", "set", &number, "--status", "closed"]);
    stand.deliver(&away("Away until Monday"));
    // of a person, words about something else go into a new ticket
    stand.deliver(&Letter::new(CARLA, "Invoice").answers(&ours));
    stand.once();
    stand.expect(&[("follow_up", 2), ("opened", 2)], 2);
    let status = &stand.desk.ticket(number.parse().unwrap())["status"];
    assert_eq!(status, "closed");
    let kinds = &stand.desk.ticket(number.parse().unwrap())["articles"];
    let kinds: Vec<_> = kinds.as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["requester", "internal", "internal"]);
}
