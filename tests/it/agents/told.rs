//! What the requester is told of orders that come without an answer to him; of others the answer tells.

use super::{ADA, BOB, Staffed, answer, recipients, to};

const CARLA: &str = "carla@paid.example";

#[test]
fn orders_alone_are_told_once_and_with_an_answer_not_at_all() {
    let desk = Staffed::telling();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let news = desk.take(&answer(ADA, told, "#priority high\n#waiting\n#accept"));
    assert_eq!(recipients(&news), [CARLA]);
    let mail = &news[0];
    for words in ["we wait for somebody else", "high (it was medium)"] {
        assert!(mail.message.contains(words), "{mail:#?}");
    }
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(!mail.message.contains("Ada"), "who of the desk is the desk's: {mail:#?}");

    let news = desk.take(&answer(ADA, told, "#priority low\n#resolve\nTurn it off."));
    let hers: Vec<_> = news.iter().filter(|one| one.recipient == CARLA).collect();
    assert_eq!(hers.len(), 1, "{news:#?}");
    assert!(hers[0].message.contains("Turn it off."), "{hers:#?}");
    assert_eq!(desk.only()["status"], "resolved");

    // A note stays here, and what changes beside it is told.
    let news = desk.take(&answer(BOB, told, "#note\n#reopen\nIt burns on."));
    let hers: Vec<_> = news.iter().filter(|one| one.recipient == CARLA).collect();
    assert_eq!(hers.len(), 1, "{news:#?}");
    assert!(hers[0].message.contains("open again"), "{hers:#?}");
    assert!(!hers[0].message.contains("burns on"), "{hers:#?}");
    let news = desk.take(&answer(ADA, told, "#spam\nA nuisance."));
    assert!(!recipients(&news).contains(&CARLA), "{news:#?}");
}
