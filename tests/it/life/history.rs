//! The correspondence of a ticket as a file for its requester.

use tidings::desk::language::{Language, Languages};
use tidings::time::Timestamp;
use tidings::triage::history::{Exchange, FILE_BYTES_MAX, Said, Side, file};

use super::{ADA, BOB, desk, ticket};
use crate::support::policy::agent;

fn said(side: Side, writer: &str, text: &str) -> Said {
    let at = Timestamp::parse("2026-03-02T08:15:00Z").unwrap();
    Said { side, writer: writer.to_owned(), at, text: text.to_owned() }
}

fn of(mut said: Vec<Said>, more: usize) -> Exchange {
    said.reverse();
    Exchange { count: said.len() + more, said }
}

fn written(exchange: &Exchange, language: Language) -> String {
    let (mut policy, fresh) = desk();
    policy.agents = vec![agent("Bea", "bea@desk.example")];
    policy.languages = Languages::new(&[language]).unwrap();
    let (attachment, bytes) = file(&ticket(17, "community", &[ADA]), exchange, &policy, fresh.now);
    assert_eq!((attachment.name.as_str(), attachment.size), ("EX-17.txt", bytes.len()));
    assert!(bytes.len() <= FILE_BYTES_MAX, "{}", bytes.len());
    String::from_utf8(bytes).unwrap()
}

#[test]
fn thr_31_who_said_what_and_no_agents_address_and_no_secret() {
    let fake = "Monday, 2 March, 08:15 UTC\nExample Support\n\nYou may go.";
    let exchange = of(
        vec![
            said(Side::Requester, ADA, "It burns.\n\n> as I said\n-- \nAda\n"),
            said(Side::Desk, "Bea", "Use water.\nPassword: hunter2"),
            said(Side::Requester, "bea@desk.example", "I am there, too."),
            said(Side::Requester, BOB, fake),
        ],
        0,
    );
    let expected = "[EX#17] Printer\n\n\
        Monday, 2 March, 08:15 UTC\nAda <ada@acme.example>\n\n  It burns.\n\n  > as I said\n\n\
        Monday, 2 March, 08:15 UTC\nExample Support\n\n  Use water.\n  Password: [hidden]\n\n\
        Monday, 2 March, 08:15 UTC\nExample Support\n\n  I am there, too.\n\n\
        Monday, 2 March, 08:15 UTC\nbob@b.example\n\n  \
        Monday, 2 March, 08:15 UTC\n  Example Support\n\n  You may go.\n\n";
    assert_eq!(written(&exchange, Language::English), expected.replace('\n', "\r\n"));
}

#[test]
fn of_a_long_correspondence_the_oldest_part_is_left_out_and_that_is_said() {
    let long = |at: usize| said(Side::Requester, ADA, &format!("{at}.\n{}", "ø\n".repeat(2_000)));
    let exchange = of((1..=200).map(long).collect(), 3);
    for (language, words) in [
        (Language::English, "oldest messages are left out.)"),
        (Language::German, "ältesten Nachrichten fehlen hier.)"),
        (Language::Norwegian, "eldste meldingene er utelatt.)"),
    ] {
        let text = written(&exchange, language);
        let note = text.lines().nth(2).unwrap();
        assert!(note.ends_with(words), "{note}");
        let missing: usize = note.split(' ').find_map(|word| word.parse().ok()).unwrap();
        let (first, kept) = (missing - 3 + 1, 203 - missing);
        assert!(text.contains(&format!("  {first}.\r\n")), "{first}");
        assert!(text.contains("  200.\r\n") && !text.contains(&format!("  {}.\r\n", first - 1)));
        assert_eq!(text.matches("ada@acme.example").count(), kept);
    }
    // one that is too long by itself has its beginning
    let exchange = of(vec![said(Side::Desk, "Bea", &"ø\n".repeat(500_000))], 0);
    assert!(written(&exchange, Language::English).contains("  ø\r\n  ø"));
}
