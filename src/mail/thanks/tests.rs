//! What is thanks alone, and what is not.

use super::is_only_thanks;

fn found(text: &str) -> bool {
    let writer = ["ada", "byron", "lovelace"].map(str::to_owned);
    is_only_thanks(text, &writer)
}

#[test]
fn thanks_are_thanks() {
    for text in [
        "Thanks",
        "thanks!!!",
        "THANKS",
        "Thank you.",
        "Thank you very much!\n",
        "Many thanks 👍",
        "Thx",
        "Thanks Bea",
        "Thanks, Bea!",
        "Hi Bea,\n\nthanks a lot for your quick help!\n\nAda",
        "Hello,\nthank you for the information.\n\nKind regards\nAda Byron",
        "Great, thanks!",
        "Ok thanks",
        "Perfect, thank you so much!",
        "Thanks, it works now.",
        "That did the trick. Thanks again!\n\nCheers,\nAda",
        "Thanks!\n\nBest,\nGrace Hopper",
        "Danke",
        "Danke!",
        "Vielen Dank!",
        "Herzlichen Dank für die schnelle Antwort!\n\nViele Grüße\nAda",
        "Hallo Bea,\n\nvielen Dank für Ihre Hilfe.\n\nMit freundlichen Grüßen\nAda",
        "Super, danke!\nLG Ada",
        "Danke Ada",
        "Alles klar, danke dir!",
        "Danke schön",
        "Takk!",
        "Tusen takk for hjelpen!",
        "Mange takk\n\nMvh\nAda Byron",
        "Hei,\ntakk skal du ha.\nHilsen Ada",
        "Takk Bea",
        "Nå virker det. Takk!",
        "Takk for raskt svar!\n\nMed vennlig hilsen\nÅse Nordmann",
    ] {
        assert!(found(text), "{text:?}");
    }
}

#[test]
fn whatever_else_is_said_is_heard() {
    for text in [
        "",
        "👍",
        "Ada",
        "Hello Bea",
        "Kind regards\nAda",
        "Perfect!",
        "It works now.",
        "Thanks?",
        "Thanks, does it work now?",
        "No thanks",
        "Thanks for nothing",
        "Thanks, but it still burns",
        "Thanks, it does not work",
        "Thanks. Not solved",
        "Thanks, please close the ticket",
        "Thanks in advance",
        "Thanks, Bea Smith called me",
        "Thanks\nCancel",
        "Thanks 42",
        "Thanks. Order 1042.",
        "Thanks\nhttps://example.com/x",
        "Thanks\n\nThe printer burns again",
        "Hello Printer Burns Again Today,\nthanks",
        "Thank you very much indeed for all of your really very very quick help again",
        "Danke, funktioniert nicht",
        "Danke Storno",
        "Danke, Kündigung",
        "Danke im Voraus",
        "Nein danke",
        "Danke, aber es brennt noch",
        "Danke\nViele Grüße und bitte anrufen",
        "Nei takk",
        "Takk, men det virker ikke",
        "Takk på forhånd",
        "Takk\nring meg",
        "Gracias",
    ] {
        assert!(!found(text), "{text:?}");
    }
}

#[test]
fn a_long_text_is_read_no_further_than_needed() {
    assert!(!found(&"thanks ".repeat(200_000)));
    assert!(found(&format!("thanks{}", ".".repeat(200_000))));
}
