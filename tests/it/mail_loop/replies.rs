//! What a ticket shows of its articles: what was written now, and on demand all of it.

use super::{CARLA, Stand};
use crate::support::letter::Letter;

const TEXT: &str = "The blue one burns, too.\r\n\r\n-- \r\nCarla\r\nPaid Ltd\r\n\r\n\
    On Mon, 2 Nov 2026 at 10:15, Example Support <support@desk.example> wrote:\r\n\
    > Which printer is it?\r\n>\r\n> Ada\r\n";

#[test]
fn a_ticket_shows_what_was_written_now_and_on_demand_all() {
    let stand = Stand::met();
    let letter = Letter::new(CARLA, "Printer on fire").text(TEXT);
    stand.deliver(&letter);
    stand.once();
    let number = stand.only_ticket().to_string();

    let shown = stand.desk.ok(&["ticket", "show", &number]);
    let folded = "The blue one burns, too.\n   \
                  [4 lines of quote and 3 of signature are folded: --full shows all]\n";
    assert!(shown.contains(folded), "{shown}");
    assert!(!shown.contains("Which printer") && !shown.contains("Paid Ltd"), "{shown}");

    let full = stand.desk.ok(&["ticket", "show", &number, "--full"]);
    let whole = TEXT.replace("\r\n", "\n");
    assert!(full.contains(whole.trim_end()) && !full.contains("folded"), "{full}");

    let article = stand.desk.ticket(stand.only_ticket())["articles"][0].clone();
    assert_eq!(article["text"].as_str().unwrap().trim_end(), whole.trim_end());
    assert_eq!(article["reply"], "The blue one burns, too.");

    let both = stand.desk.run(&["ticket", "show", &number, "--full", "--json"]);
    assert_eq!(both.code, Some(64), "{}", both.stderr);
    explained(&stand, &letter);
}

/// `explain` says the same of the message.
fn explained(stand: &Stand, letter: &Letter) {
    let file = stand.desk.path("mail.eml");
    std::fs::write(&file, letter.bytes()).unwrap();
    let file = file.display().to_string();
    let explained = stand.desk.json(&["explain", "--json", "--offline", &file]).remove(0);
    assert_eq!(explained["reply"], "The blue one burns, too.");
    assert!(explained["text"].as_str().unwrap().contains("Which printer"), "{explained}");
}
