//! What agents do on the command line: answers, notes, states, tickets for who did not write.

use super::{CARLA, OLAF, Stand, verdicts};
use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;

/// A stand with a ticket of Carla's, and its number.
fn with_ticket() -> (Stand, Letter, String) {
    let stand = Stand::met();
    let letter = Letter::new(CARLA, "Printer on fire");
    stand.deliver(&letter);
    stand.once();
    let number = stand.only_ticket().to_string();
    (stand, letter, number)
}

fn status(stand: &Stand, number: &str) -> String {
    let ticket = stand.desk.ticket(number.parse().unwrap());
    ticket["status"].as_str().unwrap().to_owned()
}

#[test]
fn an_answer_goes_to_the_requester_and_his_answer_reopens() {
    let (stand, letter, number) = with_ticket();
    assert_eq!(status(&stand, &number), "new");
    stand.desk.tell(&["ticket", "reply", &number], "Use water.\n\n.\nAda\n");
    assert_eq!(status(&stand, &number), "pending");
    stand.once();

    let taken = stand.sink.taken();
    let answer = taken.iter().find(|mail| mail.message.contains("Use water.")).unwrap();
    assert_eq!(answer.recipient, "carla@paid.example");
    assert_eq!(answer.envelope_from, "support@desk.example");
    assert_eq!(answer.header("Subject"), format!("Re: [EX#{number}] Printer on fire"));
    assert_eq!(answer.header("From"), "Example Support <support@desk.example>");
    assert_eq!(answer.header("In-Reply-To"), letter.id());
    let references = answer.header("References");
    assert!(references.split(' ').any(|id| id == letter.id()), "{references}");
    assert_eq!(answer.header("Auto-Submitted"), "");
    assert!(answer.message.contains("\n\n.\nAda\n"), "{}", answer.message);

    stand.desk.ok(&["ticket", "set", &number, "--status", "resolved"]);
    assert_eq!(status(&stand, &number), "resolved");
    let thanks = Letter::new(CARLA, &format!("Re: Re: [EX#{number}] Printer on fire"));
    let thanks = thanks.answers(&answer.header("Message-ID"));
    stand.deliver(&thanks);
    stand.once();
    assert_eq!(status(&stand, &number), "open");
    let ticket = stand.desk.ticket(stand.only_ticket());
    let kinds: Vec<_> =
        ticket["articles"].as_array().unwrap().iter().map(|article| &article["kind"]).collect();
    assert_eq!(kinds, ["requester", "agent", "requester"]);
    assert_eq!(stand.sink.taken().len(), 2);

    // the next answer answers his last message
    stand.desk.tell(&["ticket", "reply", &number], "You are welcome.\n");
    stand.once();
    let taken = stand.sink.taken();
    let second = taken.iter().find(|mail| mail.message.contains("You are welcome.")).unwrap();
    assert_eq!(second.header("In-Reply-To"), thanks.id());
    let references = second.header("References");
    assert!(references.split(' ').any(|id| id == answer.header("Message-ID")), "{references}");
    assert_eq!(references.split(' ').next_back().unwrap(), second.header("In-Reply-To"));
}

#[test]
fn in_a_long_correspondence_the_last_message_is_answered() {
    let (stand, letter, number) = with_ticket();
    let more = |n| Letter::new(CARLA, &format!("Still burning {n}")).answers(letter.id());
    stand.world.deliver_many(SUPPORT, (0..250).map(|n| more(n).bytes()));
    stand.once();
    stand.expect(&[("follow_up", 250), ("opened", 1)], 1);
    stand.desk.tell(&["ticket", "reply", &number], "Use water.\n");
    stand.once();
    let taken = stand.sink.taken();
    let answer = taken.iter().find(|mail| mail.message.contains("Use water.")).unwrap();
    assert_eq!(answer.header("In-Reply-To"), more(249).id());
    let references = answer.header("References");
    assert_eq!(references.split(' ').next_back().unwrap(), more(249).id());
}

#[test]
fn a_note_never_leaves() {
    let (stand, _, number) = with_ticket();
    stand.desk.tell(&["ticket", "note", &number], "She pays late.\n");
    stand.once();
    assert_eq!(stand.sink.taken().len(), 1);
    assert_eq!(stand.desk.outbox().len(), 1);
    assert_eq!(status(&stand, &number), "new");
    stand.desk.tell(&["ticket", "reply", &number], "Use water.\n");
    stand.once();
    let taken = stand.sink.taken();
    assert_eq!(taken.len(), 2);
    assert!(taken.iter().all(|mail| !mail.message.contains("pays late")), "{taken:?}");
    let articles = &stand.desk.ticket(number.parse().unwrap())["articles"];
    assert_eq!(
        (&articles[1]["kind"], &articles[1]["text"]),
        (&"internal".into(), &"She pays late.".into())
    );
}

#[test]
fn a_ticket_is_opened_for_somebody_who_telephones() {
    let stand = Stand::met();
    let open = [
        "ticket",
        "open",
        "--for",
        "olaf@other.example",
        "--subject",
        "Printer on fire",
        "--priority",
        "HIGH",
    ];
    let said = stand.desk.tell(&open, "He says that it burns.\n");
    let number = stand.only_ticket().to_string();
    assert!(said.contains(&format!("[EX#{number}]")), "{said}");
    assert_eq!(stand.desk.ticket(number.parse().unwrap())["priority"], "high");
    stand.once();
    assert!(stand.sink.taken().is_empty());

    stand.desk.tell(&["ticket", "reply", &number], "Use water.\n");
    stand.once();
    let answer = stand.only_mail();
    assert_eq!(answer.recipient, "olaf@other.example");
    assert_eq!((answer.header("In-Reply-To"), answer.header("References")), Default::default());
    // he is a party: the identifier in the subject is enough
    stand.deliver(&Letter::new(OLAF, &format!("Re: [EX#{number}] thank you")));
    stand.once();
    assert_eq!(status(&stand, &number), "open");
    assert_eq!(stand.sink.taken().len(), 1);
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let (stand, _, number) = with_ticket();
    let before = stand.desk.ticket(number.parse().unwrap());
    let check = |arguments: &[&str], input: &str, code: i32| {
        let ran = stand.desk.run_with_input(arguments, input.as_bytes());
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
    };
    check(&["ticket", "show", "77"], "", 66);
    check(&["ticket", "reply", &number], " \n", 65);
    check(&["ticket", "note", &number], "", 65);
    check(&["ticket", "reply", "77"], "Hello\n", 66);
    check(&["ticket", "set", &number, "--status", "done"], "", 64);
    check(&["ticket", "open", "--for", "nobody", "--subject", "x"], "text\n", 65);
    assert_eq!(stand.desk.ticket(number.parse().unwrap()), before);
    stand.expect(&[("opened", 1)], 1);
}

#[test]
fn thr_30_another_systems_tag_stays_in_our_answers() {
    let (stand, letter, number) = with_ticket();
    let subject = format!("[OTHER #123] Re: [EX#{number}] Printer on fire (ABC-77)");
    stand.deliver(&Letter::new(CARLA, &subject).answers(letter.id()));
    stand.once();
    // A later mail without one takes none away.
    stand.deliver(&Letter::new(CARLA, "Re: Printer on fire").answers(letter.id()));
    stand.once();
    stand.desk.tell(&["ticket", "reply", &number], "Use water.\n");
    stand.once();
    let taken = stand.sink.taken();
    let answer = taken.iter().find(|mail| mail.message.contains("Use water.")).unwrap();
    let expected = format!("Re: [EX#{number}] [OTHER #123] (ABC-77) Printer on fire");
    assert_eq!(answer.header("Subject"), expected);
    // Nor is it another matter when it comes back to the closed ticket.
    stand.desk.ok(&["ticket", "set", &number, "--status", "closed"]);
    let back = Letter::new(CARLA, &format!("[OTHER #123] AW: {expected}"));
    stand.deliver(&back.answers(&answer.header("Message-ID")));
    stand.once();
    assert_eq!(verdicts(&stand), ["opened", "follow_up", "follow_up", "follow_up"]);
}
