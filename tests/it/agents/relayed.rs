//! What agents say goes to the requester in the desk's name, and what they order is done.

use super::{ADA, BOB, CARLA, Staffed, Taken, answer, letter, recipients, to};

#[test]
fn agents_are_told_of_what_came_and_answer_by_mail() {
    let desk = Staffed::met();
    let news = desk.opened();
    assert_eq!(recipients(&news), ["ada@staff.example", "bob@staff.example", "carla@paid.example"]);
    let told = to(&news, "ada@staff.example");
    let tid = desk.only()["tid"].as_str().unwrap().to_owned();
    assert_eq!(told.header("From"), "Carla via Example Support <support@desk.example>");
    assert_eq!(told.header("Subject"), format!("{tid} Printer on fire"));
    assert_eq!(told.header("Auto-Submitted"), "auto-generated");
    for expected in [
        "Carla <carla@paid.example>",
        "Commercial support",
        "paid",
        "What shall I do?",
        "#resolve, #close",
    ] {
        assert!(told.message.contains(expected), "{expected}: {}", told.message);
    }

    let first = to(&news, "carla@paid.example").clone();
    let news =
        desk.take(&answer(ADA, told, "#accept\n\nTurn it off first.\n\n-- \nAda\n+1 555 0100"));
    assert_eq!(recipients(&news), ["bob@staff.example", "carla@paid.example"]);
    let answered = to(&news, "carla@paid.example");
    assert_eq!(answered.header("From"), "Example Support <support@desk.example>");
    assert_eq!(answered.header("In-Reply-To"), first.header("In-Reply-To"), "her own message");
    assert!(answered.message.contains("Turn it off first."), "{}", answered.message);
    let copy = to(&news, "bob@staff.example");
    assert_eq!(copy.header("From"), "Ada via Example Support <support@desk.example>");
    assert_eq!(copy.header("References"), told.header("References"), "one thread");
    let ticket = desk.only();
    assert_eq!((&ticket["agent"], &ticket["status"]), (&"Ada".into(), &"pending".into()));
    let last = ticket["articles"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["from"]), (&"agent".into(), &"Ada".into()));
    assert_eq!(last["text"], "Turn it off first.");

    // who has the ticket hears of it alone
    let news = desk.take(
        &letter(CARLA, &format!("Re: {tid} Printer on fire"))
            .answers(&answered.header("Message-ID"))
            .text("It is off. Now it smokes.\r\n"),
    );
    assert_eq!(recipients(&news), ["ada@staff.example"]);
    assert_eq!(desk.only()["status"], "open");

    let told = to(&news, "ada@staff.example");
    assert!(desk.take(&answer(ADA, told, "#note\nShe should buy a new one.")).is_empty());
    assert_eq!(desk.only()["status"], "open");
    let news = desk.take(&answer(BOB, told, "#resolve\n#spent 30m\nAll is well."));
    assert_eq!(recipients(&news), ["ada@staff.example", "carla@paid.example"]);
    let ticket = desk.only();
    assert_eq!((&ticket["status"], &ticket["spent_minutes"]), (&"resolved".into(), &30.into()));

    nothing_internal(&desk.sent_to("carla@paid.example"));
}

/// A message without the marks of our tickets, and without the colours of our HTML.
pub(super) fn without_marks(message: &str) -> String {
    let whole = message.replace("=\r\n", "").replace("=\n", "").replace("[EX#", "");
    let is_colour = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits == 6 && text[6..].starts_with([';', ' ', '"'])
    };
    let mut pieces = whole.split('#');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push_str(if is_colour(piece) { "" } else { "#" });
        text.push_str(piece);
    }
    text
}

/// No agent's address, name, signature, order, note or block stands in what went out.
#[track_caller]
pub(super) fn nothing_internal(mails: &[Taken]) {
    assert!(mails.len() > 1);
    for mail in mails {
        for word in
            ["staff.example", "Lovelace", "555 0100", "#", "new one", "Careful", "Account", "+a."]
        {
            let text = without_marks(&mail.message);
            assert!(!text.contains(word), "{word}: {}", mail.message);
        }
    }
}

#[test]
fn who_is_added_gets_the_answer_and_who_is_removed_does_not() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let (carl, carla) = ("carl@paid.example", "carla@paid.example");
    let cc = format!("#cc {carl}\n#cc {carl}\nWe come.");
    let news = desk.take(&answer(ADA, told, &cc));
    assert_eq!(recipients(&news), ["bob@staff.example", carl, carla]);
    let news = desk.take(&answer(BOB, told, &format!("#cc -{carl}\nTomorrow.")));
    assert_eq!(recipients(&news), ["ada@staff.example", carla]);
    // he who comes and goes in one mail has none of it
    let news = desk.take(&answer(BOB, told, &format!("#cc {carl}\n#cc -{carl}\nAt nine.")));
    assert_eq!(recipients(&news), ["ada@staff.example", carla]);
    nothing_internal(&desk.sent_to(carla));
}

#[test]
fn what_an_agent_attaches_arrives() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "bob@staff.example");
    let plain = String::from_utf8(answer(BOB, told, "The manual.").bytes()).unwrap();
    let (head, body) = plain.split_once("\r\n\r\n").unwrap();
    let mail = format!(
        "{head}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\n{body}\r\n\
         --b\r\nContent-Type: application/pdf; name=\"manual.pdf\"\r\n\
         Content-Disposition: attachment; filename=\"manual.pdf\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
    );
    let signed = crate::authentication::signer::signed(
        &mail,
        &crate::authentication::signer::Key::ed25519(),
        &crate::authentication::signer::How::by("staff.example"),
    );
    let news = desk.take_bytes(signed.as_bytes());
    assert_eq!(recipients(&news), ["ada@staff.example", "carla@paid.example"]);
    for one in &news {
        assert!(one.message.contains("JVBERi0xLjQK"), "{}", one.message);
        assert!(one.message.contains("filename=\"manual.pdf\""), "{}", one.message);
        assert!(one.message.contains("The manual."), "{}", one.message);
    }
    nothing_internal(&desk.sent_to("carla@paid.example"));
}

#[test]
fn the_message_of_an_article_is_shown_as_it_came() {
    let desk = Staffed::met();
    let first = letter(CARLA, "Printer on fire").text("It burns.\r\n");
    desk.take(&first);
    let ticket = desk.only();
    let number = ticket["number"].as_i64().unwrap().to_string();
    let article = ticket["articles"][0]["id"].as_i64().unwrap().to_string();
    let show =
        |article: &str| desk.guarded.stand.desk.run(&["ticket", "show", &number, "--raw", article]);
    let shown = show(&article);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let bytes = String::from_utf8(first.bytes()).unwrap();
    assert!(shown.stdout.ends_with(&bytes), "{}", shown.stdout);
    let wrong = show("99");
    assert_eq!(wrong.code, Some(66), "{}", wrong.stderr);
    assert!(wrong.stderr.contains(&format!("it has {article}")), "{}", wrong.stderr);
}
