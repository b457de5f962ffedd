//! Agents open tickets for those who called, and for whose mail they pass on.

use serde_json::Value;

use super::relayed::without_marks;
use super::{ADA, Staffed, answer, letter, recipients, to};
use crate::authentication::signer::{How, Key, signed};

const DANA: &str = "dana@other.example";

/// The one ticket is Dana's and acknowledged to her.
#[track_caller]
fn is_danas(desk: &Staffed, subject: &str) -> Value {
    let ticket = desk.only();
    assert_eq!((&ticket["requester"], &ticket["subject"]), (&DANA.into(), &subject.into()));
    assert_eq!(ticket["participants"], serde_json::json!([DANA]));
    let sent = desk.sent_to(DANA);
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert_eq!(sent[0].header("Auto-Submitted"), "auto-replied");
    for word in ["staff.example", "Ada", "Lovelace", "#"] {
        let text = without_marks(&sent[0].message);
        assert!(!text.contains(word), "{word}: {text}");
    }
    ticket
}

#[test]
fn who_called_gets_a_ticket_and_its_acknowledgement() {
    let desk = Staffed::met();
    let call = letter(ADA, "No light").text(
        "#open for dana@other.example\r\n\r\nShe called: no light on the modem.\r\n\r\n-- \r\nAda\r\n",
    );
    let news = desk.take(&call);
    assert_eq!(recipients(&news), ["ada@staff.example", "bob@staff.example", DANA]);
    let ticket = is_danas(&desk, "No light");
    assert_eq!(ticket["articles"][0]["text"], "She called: no light on the modem.");
    assert_eq!(ticket["articles"][0]["from"], DANA);
    // the conversation goes on from there
    let told = to(&news, "bob@staff.example");
    let news = desk.take(&answer(super::BOB, told, "Turn it on."));
    assert!(recipients(&news).contains(&DANA), "{news:#?}");
}

#[test]
fn what_is_passed_on_below_a_line_is_its_writers() {
    let desk = Staffed::met();
    let passed = letter(ADA, "Fwd: No light").text(
        "#forwarded\r\nSeems urgent.\r\n\r\n---------- Forwarded message ---------\r\n\
         From: Dana <dana@other.example>\r\nDate: Mon, 2 Nov 2026 at 10:15\r\nSubject: No light\r\n\
         To: <ada@staff.example>\r\n\r\nThere is no light.\r\n\r\nDana\r\n",
    );
    desk.take(&passed);
    let ticket = is_danas(&desk, "No light");
    let articles = ticket["articles"].as_array().unwrap();
    assert_eq!(articles[0]["text"], "There is no light.\n\nDana");
    assert_eq!(articles.len(), 1, "{articles:#?}");
    let events = ticket["events"].as_array().unwrap();
    assert!(events.iter().any(|event| event["detail"] == "Ada: Seems urgent."), "{events:#?}");
}

/// Ada passes a message on as an attachment.
fn enclosing(message: &str) -> Vec<u8> {
    let head = String::from_utf8(letter(ADA, "Fwd: No light").bytes()).unwrap();
    let head = head.split_once("\r\n\r\n").unwrap().0.to_owned();
    let mail = format!(
        "{head}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{message}\r\n--b--\r\n"
    );
    signed(&mail, &Key::ed25519(), &How::by("staff.example")).into_bytes()
}

#[test]
fn what_is_passed_on_as_an_attachment_is_its_writers() {
    let desk = Staffed::met();
    let original = "From: Dana <dana@other.example>\r\nTo: ada@staff.example\r\nSubject: No light\r\n\
                    Message-ID: <d1@other.example>\r\nDate: Mon, 02 Nov 2026 09:00:00 +0000\r\n\r\n\
                    There is no light.\r\n";
    desk.take_bytes(&enclosing(original));
    is_danas(&desk, "No light");
    let acknowledged = desk.sent_to(DANA).remove(0);
    assert_eq!(acknowledged.header("In-Reply-To"), "<d1@other.example>", "it threads with her own");
}

#[test]
fn thr_05_nobody_opens_in_another_name_without_proof() {
    let desk = Staffed::met();
    let call = letter(ADA, "No light").text("#open for dana@other.example\r\nNo light.\r\n");
    let news = desk.take_bytes(&call.bytes());
    assert!(!recipients(&news).contains(&DANA), "{news:#?}");
    assert_eq!(desk.only()["requester"], "ada@staff.example");
    let refusal = news.iter().find(|mail| mail.header("Subject").contains("Nothing was done"));
    assert_eq!(refusal.unwrap().recipient, "ada@staff.example");
    // nor together with what is about a ticket
    let call = letter(ADA, "No sound").text("#close\r\n#open for dana@other.example\r\nNo.\r\n");
    let news = desk.take(&call);
    assert!(!recipients(&news).contains(&DANA), "{news:#?}");
}
