//! Rules that act where nobody says a word, on real servers: reminded, lowered, resolved, closed; and what
//! stops them. What requesters are told of what staff changes.

mod decided;
mod told;

use crate::support::desk::wait_until;
use crate::support::letter::Letter;
use crate::support::sink::Taken;
use crate::support::stand::Stand;

const CARL: &str = "carl@paid.example";
const ALL: &str =
    "remind_after = [\"3d\", \"7d\"]\nlower_priority_after = \"5d\"\nresolve_after = \"14d\"";

/// A desk with these rules that tells of every change.
fn ruled(pending: &str, resolved: &str) -> Stand {
    with_rules(Stand::new(), pending, resolved)
}

fn with_rules(mut stand: Stand, pending: &str, resolved: &str) -> Stand {
    let tables = format!("[desk.when_pending]\n{pending}\n\n[desk.when_resolved]\n{resolved}\n\n");
    let config = &mut stand.desk.config;
    *config = config.replacen("notices = []\n", "", 1).replacen(
        "[desk.imap]",
        &format!("{tables}[desk.imap]"),
        1,
    );
    stand.once();
    stand
}

/// Carl asks, and is asked back; the number of his ticket.
fn asked_back(stand: &Stand) -> i64 {
    stand.deliver(&Letter::new("Carl <carl@paid.example>", "Fire").text("It burns."));
    stand.once();
    let ticket = stand.only_ticket();
    stand.desk.tell(&["ticket", "reply", &ticket.to_string()], "Where?");
    stand.once();
    ticket
}

/// All silences began so many days earlier, and nobody has counted when something is due.
fn later(stand: &Stand, days: i64) {
    let us = days * 86_400_000_000;
    stand.desk.sql(&format!(
        "update silence set since_us = since_us - {us}, acted_us = acted_us - {us}, next_us = null,
                            ruled_by = 0"
    ));
}

/// Subjects and texts of what a rule or a change made of mails to Carl.
fn told(stand: &Stand) -> Vec<Taken> {
    let taken = stand.sink.taken().into_iter();
    let is_ours =
        |one: &Taken| one.recipient == CARL && one.header("Auto-Submitted") == "auto-generated";
    taken.filter(is_ours).collect()
}

fn events(stand: &Stand, ticket: i64, kind: &str) -> Vec<String> {
    let ticket = stand.desk.ticket(ticket);
    let events = ticket["events"].as_array().unwrap().iter().filter(|one| one["kind"] == kind);
    events.map(|one| one["detail"].as_str().unwrap().to_owned()).collect()
}

fn stands(stand: &Stand, ticket: i64) -> (String, String) {
    let ticket = stand.desk.ticket(ticket);
    let word = |key: &str| ticket[key].as_str().unwrap().to_owned();
    (word("status"), word("priority"))
}

fn at(status: &str, priority: &str) -> (String, String) {
    (status.to_owned(), priority.to_owned())
}

#[test]
fn who_does_not_answer_is_reminded_lowered_resolved_and_closed() {
    let stand = ruled(ALL, "close_after = \"10d\"");
    let ticket = asked_back(&stand);
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (0, at("pending", "medium")));
    later(&stand, 3);
    stand.once();
    let mails = told(&stand);
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].header("Subject").contains("Fire"), "{mails:#?}");
    assert!(mails[0].message.contains("waiting for your answer about"), "{mails:#?}");
    let (last, thread) = (mails[0].header("In-Reply-To"), mails[0].header("References"));
    assert!(!last.is_empty() && thread.ends_with(&last), "{last} {thread}");
    stand.once();
    assert_eq!(told(&stand).len(), 1, "once");

    later(&stand, 2);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (2, at("pending", "low")));
    assert!(told(&stand)[1].message.contains("low (was medium)"), "{:#?}", told(&stand));
    later(&stand, 2);
    stand.once();
    assert_eq!((told(&stand).len(), events(&stand, ticket, "reminded").len()), (3, 2));
    later(&stand, 7);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (4, at("resolved", "low")));
    assert!(told(&stand)[3].message.contains("resolved"), "{:#?}", told(&stand));
    stand.once();
    later(&stand, 10);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (5, at("closed", "low")));
    stand.once();
    assert_eq!(told(&stand).len(), 5);
    assert_eq!(stand.desk.sql("select count(*) from silence"), "0");
    // His answer opens it all the same.
    let last = told(&stand)[4].header("Message-ID");
    stand
        .deliver(&Letter::new("Carl <carl@paid.example>", "Re: Fire").answers(&last).text("Here!"));
    stand.once();
    assert_eq!(stands(&stand, ticket), at("open", "low"));
}

#[test]
fn an_answer_that_lies_unread_after_a_stop_comes_before_every_rule() {
    let stand = ruled(ALL, "");
    let ticket = asked_back(&stand);
    later(&stand, 20);
    let tid = stand.desk.tickets()[0]["tid"].as_str().unwrap().to_owned();
    let answer = Letter::new("Carl <carl@paid.example>", &format!("Re: Fire {tid}"));
    stand.deliver(&answer.text("In the kitchen."));
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (0, at("open", "medium")));
    assert_eq!(stand.desk.sql("select count(*) from silence"), "0");
    // Asked back again, he has all the time again.
    stand.desk.tell(&["ticket", "reply", &ticket.to_string()], "Which one?");
    later(&stand, 2);
    stand.once();
    assert_eq!(told(&stand).len(), 0);
    later(&stand, 1);
    stand.once();
    assert_eq!(told(&stand).len(), 1);
}

#[test]
fn a_folder_that_was_not_looked_through_since_keeps_every_rule_back() {
    let stand = ruled(ALL, "");
    let ticket = asked_back(&stand);
    stand.desk.sql(
        "insert into mailbox (desk, host, login, folder, uid_validity, first_uid_next, first_contact_us, last_uid)
         select desk, host, login, folder, 4711, 1, first_contact_us, 0 from mailbox limit 1",
    );
    later(&stand, 3);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (0, at("pending", "medium")));
}

#[test]
fn after_a_stop_of_thirty_days_there_is_a_day_between_the_steps() {
    let stand = ruled(ALL, "");
    let ticket = asked_back(&stand);
    later(&stand, 30);
    let daemon = stand.desk.start();
    wait_until("he is reminded", || told(&stand).len() == 1);
    assert_eq!(daemon.stop(), Some(0));
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (1, at("pending", "medium")));
    // What the second reminder would say is said.
    later(&stand, 1);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (2, at("pending", "low")));
    stand.once();
    later(&stand, 1);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (3, at("resolved", "low")));
    assert_eq!(events(&stand, ticket, "reminded").len(), 1);
}

#[test]
fn without_rules_nothing_is_done_and_with_new_ones_what_waits_is_seen() {
    let mut stand = ruled("", "");
    let ticket = asked_back(&stand);
    later(&stand, 90);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (0, at("pending", "medium")));
    let rule = "[desk.when_pending]\nremind_after = [\"80d\"]\nresolve_after = \"100d\"\n";
    stand.desk.config = stand.desk.config.replacen("[desk.when_pending]\n", rule, 1);
    stand.once();
    assert_eq!(told(&stand).len(), 1);
    stand.desk.config = stand.desk.config.replacen("100d", "88d", 1);
    stand.once();
    assert_eq!(stands(&stand, ticket).0, "pending", "not on the day of the reminder");
    later(&stand, 1);
    stand.once();
    assert_eq!(stands(&stand, ticket).0, "resolved");
}

#[test]
fn a_day_that_an_agent_named_and_what_he_says_meanwhile_count() {
    let stand = ruled(ALL, "");
    let ticket = asked_back(&stand);
    let number = ticket.to_string();
    stand.desk.ok(&["ticket", "set", &number, "--status", "pending", "--until", "2099-01-01"]);
    later(&stand, 30);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (0, at("pending", "medium")));
    // Without the day the silence begins anew; and who has said how urgent it is meanwhile has the last word.
    stand.desk.ok(&["ticket", "set", &number, "--status", "pending"]);
    later(&stand, 1);
    stand.desk.ok(&["ticket", "set", &number, "--priority", "high", "--quiet"]);
    later(&stand, 5);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (1, at("pending", "high")));
    later(&stand, 4);
    stand.once();
    assert_eq!(stands(&stand, ticket), at("pending", "high"));
}

#[test]
fn who_does_not_get_our_mail_owes_no_answer() {
    let stand = ruled(ALL, "");
    let ticket = asked_back(&stand);
    stand.desk.sql(&format!(
        "insert into undeliverable (address, ticket, why, since_us, last_us)
         select '{CARL}', {ticket}, '5.1.1', since_us, since_us from silence"
    ));
    later(&stand, 30);
    stand.once();
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (0, at("pending", "medium")));
    assert_eq!(events(&stand, ticket, "rests").len(), 1);
    stand.once();
    assert_eq!(events(&stand, ticket, "rests").len(), 1);
}

#[test]
fn two_daemons_remind_once() {
    let stand = with_rules(Stand::on_postgres(&[]), ALL, "");
    let second = stand.desk.colleague();
    let ticket = asked_back(&stand);
    later(&stand, 30);
    let daemons = [stand.desk.start(), second.start()];
    wait_until("he is reminded", || !told(&stand).is_empty());
    // Whoever has the desk goes, and the other takes it.
    let [one, other] = daemons;
    assert_eq!(one.stop(), Some(0));
    let work = "select count(*) from lease where until_us > 0 and desk = 'support'";
    wait_until("the other has the desk", || stand.desk.sql(work) == "1");
    stand.deliver(&Letter::new("Olga <olga@other.example>", "Flood"));
    wait_until("the other decides", || stand.desk.tickets().len() == 2);
    assert_eq!(other.stop(), Some(0));
    assert_eq!((told(&stand).len(), stands(&stand, ticket)), (1, at("pending", "medium")));
}
