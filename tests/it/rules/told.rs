//! What staff changes, as the requester hears of it: once, in one mail, or not at all.

use super::{CARL, asked_back, events, ruled, told};
use crate::support::letter::Letter;

#[test]
fn several_changes_of_one_command_are_one_mail() {
    let stand = ruled("", "");
    let ticket = asked_back(&stand).to_string();
    let set = |arguments: &[&str]| {
        stand.desk.ok(&[&["ticket", "set", &ticket], arguments].concat());
        stand.once();
    };
    set(&["--status", "waiting", "--priority", "high", "--level", "commercial", "--spent", "5m"]);
    let mails = told(&stand);
    assert_eq!(mails.len(), 1, "{mails:#?}");
    for words in ["answer from a third party", "high (was medium)", "Commercial support"] {
        assert!(mails[0].message.contains(words), "{words}: {mails:#?}");
    }
    for (arguments, words) in [
        (["--status", "resolved"], "is resolved"),
        (["--status", "open"], "open again"),
        (["--status", "closed"], "is closed"),
    ] {
        let before = told(&stand).len();
        set(&arguments);
        let mails = told(&stand);
        assert_eq!(mails.len(), before + 1, "{arguments:?}");
        assert!(mails[before].message.contains(words), "{mails:#?}");
    }
    let count = told(&stand).len();
    // Nothing of this is news to him.
    for arguments in [
        &["--status", "open", "--quiet"][..],
        &["--priority", "high"],
        &["--agent", "-"],
        &["--status", "pending", "--until", "2099-01-01"],
        &["--status", "open"],
        &["--cc", "x@other.example"],
    ] {
        set(arguments);
        assert_eq!(told(&stand).len(), count, "{arguments:?}: {:#?}", told(&stand));
    }
    stand.desk.tell(&["ticket", "note", &ticket], "Among us.");
    stand.once();
    assert_eq!(told(&stand).len(), count);
    set(&["--status", "pending"]);
    assert!(told(&stand)[count].message.contains("so that we can continue"), "{:#?}", told(&stand));
}

#[test]
fn each_change_can_be_kept_to_the_desk() {
    let mut stand = ruled("resolve_after = \"1d\"", "");
    let only = "notices = [\"priority\"]\n";
    stand.desk.config = stand.desk.config.replacen("own_dkim", &format!("{only}own_dkim"), 1);
    let ticket = asked_back(&stand);
    let number = ticket.to_string();
    stand.desk.ok(&["ticket", "set", &number, "--priority", "low", "--status", "waiting"]);
    stand.once();
    let mails = told(&stand);
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(!mails[0].message.contains("Status"), "{mails:#?}");
    stand.desk.ok(&["ticket", "set", &number, "--status", "pending"]);
    super::later(&stand, 2);
    stand.once();
    assert_eq!(stand.desk.ticket(ticket)["status"], "resolved");
    assert_eq!(told(&stand).len(), 1);
}

#[test]
fn nobody_is_told_where_an_agent_asked_for_himself() {
    let mut stand = ruled("", "");
    stand
        .desk
        .config
        .push_str("\n[[agent]]\nname = \"Ada\"\naddresses = [\"ada@staff.example\"]\n");
    stand.deliver(&Letter::new("Carl <carl@paid.example>", "Fire"));
    stand.once();
    let ticket = stand.only_ticket();
    stand
        .desk
        .sql(&format!("update ticket set requester = 'ada@staff.example' where number = {ticket}"));
    stand.desk.ok(&["ticket", "set", &ticket.to_string(), "--status", "resolved"]);
    stand.once();
    assert!(told(&stand).is_empty());
    let said = events(&stand, ticket, "told");
    assert_eq!(said, ["resolved: told to nobody: ada@staff.example is one of the desk"]);
    assert!(
        !stand
            .sink
            .taken()
            .iter()
            .any(|one| one.recipient == CARL && one.message.contains("resolved"))
    );
}
