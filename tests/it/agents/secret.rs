//! What requesters tell in confidence is for the agents alone.

use super::{ADA, CARLA, Staffed, answer, letter, to};

#[test]
fn a_password_is_read_by_agents_and_quoted_to_nobody() {
    let staffed = Staffed::met();
    let mails = staffed.take(
        &letter(CARLA, "Password: hunter2x")
            .text("I cannot log in.\r\n\r\nLogin: carla\r\nPassword: hunter2y\r\n"),
    );
    let told = to(&mails, "ada@staff.example");
    assert!(told.header("Subject").contains("hunter2x") && told.message.contains("hunter2y"));
    let acknowledged = to(&mails, "carla@paid.example");
    assert!(acknowledged.header("Subject").ends_with("Password: [hidden]"), "{acknowledged:?}");
    let words =
        "#cc dora@paid.example\n\n> Password: hunter2y\n\nI set a new one:\nPassword: 9lives-more";
    let mails = staffed.take(&answer(ADA, told, words));
    for recipient in ["carla@paid.example", "dora@paid.example"] {
        let mail = to(&mails, recipient);
        assert!(mail.header("Subject").ends_with("Password: [hidden]"), "{mail:#?}");
        assert!(!mail.message.contains("hunter2y"), "{mail:#?}");
        assert!(mail.message.contains("Password: [hidden]"), "{mail:#?}");
        assert!(mail.message.contains("Password: 9lives-more"), "{mail:#?}");
    }
    let ticket = staffed.only();
    let events = ticket["events"].as_array().unwrap();
    let secret = events.iter().find(|event| event["kind"] == "secret").unwrap();
    assert_eq!(secret["detail"], "the message carries a password");
    assert!(ticket["articles"][0]["text"].as_str().unwrap().contains("hunter2y"), "{ticket:#}");
}
