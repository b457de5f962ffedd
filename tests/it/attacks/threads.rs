//! Into somebody's ticket, or his words out of it.

use std::fmt::Write as _;

use super::{CARLA, EVE, Guarded, eves, genuine, letter};
use crate::support::letter::Letter;

const CODE: &str = "Your code is 482913";

fn articles(ticket: &serde_json::Value) -> usize {
    ticket["articles"].as_array().unwrap().len()
}

#[test]
fn thr_01_ticket_trick() {
    let guarded = Guarded::met();
    // Eve has a ticket, and registers elsewhere with the desk's address: what comes names it.
    let first = letter(EVE, "Printer on fire");
    guarded.take(&[&eves(&first)]);
    let number = guarded.ticket("Printer on fire")["number"].as_i64().unwrap();
    let acknowledged = guarded.stand.only_mail().header("Message-ID");
    let tagged = format!("[EX#{number}] confirm your address");
    let from = "Chat <no-reply@chat.example>";
    let machine = |letter: Letter| letter.field("Auto-Submitted", "auto-generated");
    let said = |letter: Letter| letter.text(&format!("{CODE}.\r\n"));
    let mails = [
        said(letter(from, &tagged)),
        said(machine(letter(from, &format!("{tagged} again")))),
        said(letter(from, "Re: Printer on fire").answers(first.id())),
        // Even where it joins the ticket.
        said(letter(from, "Welcome").answers(&acknowledged)),
        said(machine(letter(from, "Welcome again")).answers(&acknowledged)),
    ]
    .map(|letter| letter.bytes());
    guarded.take(&mails.each_ref().map(Vec::as_slice));
    guarded.reply(number, "Use water.\n");
    guarded.stand.once();
    for mail in guarded.stand.sink.taken() {
        assert!(!mail.message.contains("482913"), "{}", mail.message);
        assert!(!mail.message.contains("confirm your"), "{}", mail.message);
    }
    let beside = guarded.sent_beside(&["eve@evil.example", "no-reply@chat.example"]);
    assert!(beside.is_empty(), "{beside:#?}");
    let to_eve = guarded.stand.sink.taken();
    let to_eve: Vec<_> = to_eve.iter().filter(|mail| mail.recipient.starts_with("eve")).collect();
    assert_eq!(to_eve.len(), 2, "{to_eve:#?}");
    let parties = &guarded.stand.desk.ticket(number)["participants"];
    assert_eq!(parties, &serde_json::json!(["eve@evil.example"]));
}

#[test]
fn thr_02_cc_takeover() {
    let guarded = Guarded::met();
    let (first, number) = guarded.carlas("Printer on fire");
    guarded.reply(number, "Which printer?\n");
    let spoofed = |subject: &str| {
        letter(CARLA, subject).field("Cc", EVE).field("Reply-To", EVE).text("Add my colleague.\r\n")
    };
    let subject = format!("Re: [EX#{number}] Printer on fire");
    let mails = [spoofed(&subject), spoofed("Re: Printer on fire").answers(first.id())]
        .map(|letter| letter.bytes());
    guarded.take(&mails.each_ref().map(Vec::as_slice));
    let ticket = guarded.stand.desk.ticket(number);
    assert_eq!(articles(&ticket), 4, "{ticket:#}");
    assert_eq!(ticket["participants"], serde_json::json!(["carla@paid.example"]));
    // Eve asks for herself: she was named, and knows the number and the identifier.
    let asks = letter(EVE, &format!("Re: [EX#{number}] what is new"));
    let answers = letter(EVE, "Re: what is old").answers(first.id());
    guarded.take(&[&eves(&asks), &eves(&answers)]);
    guarded.reply(number, "The secret is blue.\n");
    assert_eq!(articles(&guarded.stand.desk.ticket(number)), 5);
    assert_eq!(guarded.stand.desk.tickets().len(), 3);
    let secret = guarded.stand.sink.taken();
    let secret: Vec<_> = secret.iter().filter(|mail| mail.message.contains("is blue")).collect();
    assert_eq!(secret.len(), 1, "{secret:#?}");
    assert_eq!(secret[0].recipient, "carla@paid.example");
    assert!(!secret[0].message.contains("evil.example"), "{}", secret[0].message);
    for mail in guarded.sent_beside(&["carla@paid.example"]) {
        assert_eq!(mail.recipient, "eve@evil.example");
        assert!(mail.header("Auto-Submitted").starts_with("auto-replied"), "{}", mail.message);
        assert!(!mail.message.contains("Printer on fire"), "{}", mail.message);
    }
}

#[test]
fn thr_03_guessed_ticket_numbers() {
    const GUESSES: i64 = 200;
    const CAP: usize = 30;
    let guarded = Guarded::with(|desk| {
        let cap = format!("total_per_hour = {CAP}");
        desk.config = desk.config.replacen("total_per_hour = 0", &cap, 1);
    });
    let subjects: Vec<String> = (0..5).map(|n| format!("Printer {n}")).collect();
    let opening: Vec<_> = subjects.iter().map(|one| genuine(&letter(CARLA, one))).collect();
    guarded.take(&opening.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let victims: Vec<i64> =
        subjects.iter().map(|one| guarded.ticket(one)["number"].as_i64().unwrap()).collect();
    let lowest = *victims.iter().min().unwrap();
    // Strangers, some with a signature of their own; each number near those that there are.
    let guesses: Vec<Vec<u8>> = (0..GUESSES)
        .map(|n| {
            let mut subject = "Re:".to_owned();
            write!(subject, " [EX#{}] guess {n}", lowest - 50 + n % 100).unwrap();
            let guess = letter(&format!("Eve <eve{n}@evil.example>"), &subject);
            if n % 2 == 0 { eves(&guess) } else { guess.bytes() }
        })
        .collect();
    guarded.take(&guesses.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let opened = subjects.len() + usize::try_from(GUESSES).unwrap();
    assert_eq!(guarded.stand.books(), [("opened".to_owned(), opened)]);
    for number in &victims {
        let ticket = guarded.stand.desk.ticket(*number);
        assert_eq!(articles(&ticket), 1, "{ticket:#}");
        assert_eq!(ticket["participants"], serde_json::json!(["carla@paid.example"]));
    }
    let told = guarded.sent_beside(&["carla@paid.example"]);
    // What went to Carla, a contact of a licence, is not counted.
    assert!(!told.is_empty() && told.len() <= CAP, "{}", told.len());
    for mail in told {
        for number in &victims {
            assert!(!mail.message.contains(&format!("#{number}]")), "{}", mail.message);
        }
    }
}

#[test]
fn thr_06_reply_to_abuse() {
    let guarded = Guarded::met();
    let first = letter(CARLA, "Printer on fire")
        .field("Reply-To", "Carla <carla@paid.example.evil.example>")
        .field("Sender", EVE)
        .field("Disposition-Notification-To", EVE)
        .field("Return-Receipt-To", EVE)
        .field("Resent-From", EVE)
        .field("Errors-To", EVE);
    guarded.take(&[&genuine(&first)]);
    let ticket = guarded.ticket("Printer on fire");
    let number = ticket["number"].as_i64().unwrap();
    assert_eq!(ticket["participants"], serde_json::json!(["carla@paid.example"]));
    guarded.reply(number, "Use water.\n");
    let taken = guarded.stand.sink.taken();
    assert_eq!(taken.len(), 2, "{taken:#?}");
    for mail in taken {
        assert_eq!(mail.recipient, "carla@paid.example");
        assert!(!mail.message.contains("evil.example"), "{}", mail.message);
    }
}

#[test]
fn thr_08_message_id_poisoning() {
    let guarded = Guarded::met();
    // Eve guesses what Carla's next identifier will be, and uses it first.
    let carlas = letter(CARLA, "Printer on fire");
    let eve = Letter::bare(EVE, super::SUPPORT, "Nothing").field("Message-ID", carlas.id());
    let eve = eve.field("Date", "Mon, 02 Mar 2026 09:00:00 +0000");
    let spoofed = letter(CARLA, "Printer on fire").text("All is well.\r\n");
    guarded.take(&[&eves(&eve)]);
    guarded.take(&[&genuine(&carlas)]);
    let ticket = guarded.ticket("Printer on fire");
    assert_eq!((&ticket["level"], articles(&ticket)), (&"commercial".into(), 1), "{ticket:#}");
    // What answers it belongs to whose party the sender is.
    let more = letter(CARLA, "Re: Printer on fire").answers(carlas.id());
    let eves_more = letter(EVE, "Re: Nothing").answers(carlas.id());
    guarded.take(&[&genuine(&more), &eves(&eves_more)]);
    let ticket = guarded.ticket("Printer on fire");
    assert_eq!(articles(&ticket), 2, "{ticket:#}");
    let from = ticket["articles"].as_array().unwrap().iter().map(|one| &one["from"]);
    assert!(from.into_iter().all(|from| from == "carla@paid.example"), "{ticket:#}");
    assert_eq!(articles(&guarded.ticket("Nothing")), 2);
    // In her name, with her identifier and other words: no copy of hers, which it does not push out.
    guarded.take(&[&spoofed.bytes()]);
    guarded.stand.expect(&[("follow_up", 2), ("opened", 3)], 3);
}
