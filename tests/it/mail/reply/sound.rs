//! What holds for the reply of any text.

use proptest::prelude::*;
use tidings::mail::reply::Reply;

/// Pieces of which texts are made that come near the rules.
const PIECES: [&str; 30] = [
    "Yes, it prints.",
    "",
    "",
    "",
    ">",
    "> old",
    ">> older words of somebody in a line",
    "> On Tue, 2 Jan 2024 at 10:15, Ann <ann@example.org> wrote:",
    "On Tue, 2 Jan 2024 at 10:15, Ann <ann@example.org> wrote:",
    "On Tue, 2 Jan 2024 at 10:15, Ann <",
    "ann@example.org> wrote:",
    "Ann wrote:",
    "The log:",
    "From: Ann <ann@example.org>",
    "Sent: today",
    "To: Ben",
    "Subject: printer",
    "-----Original Message-----",
    "Begin forwarded message:",
    "-- REPLY ABOVE THIS LINE --",
    "________________________________",
    "-----",
    "--",
    "---",
    "-Ann",
    "Ann Lee",
    "Sent from my iPhone",
    "Disclaimer:",
    "This email is confidential, notify the sender.",
    "https://lists.example.org/x",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_reply_of_any_text_is_sound(text in "\\PC{0,80}(\\n[>\\- :@a-z0-9\u{a0}]{0,12}){0,20}") {
        sound(&text);
    }

    #[test]
    fn a_reply_of_near_texts_is_sound(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let lines: Vec<_> = picks.iter().map(|pick| *pick.get(&PIECES)).collect();
        sound(&lines.join("\n"));
    }
}

/// Whole lines in their order, something of the writer's if there is something, the same the second
/// time.
fn sound(text: &str) {
    let reply = Reply::of(text);
    let mut lines = text.split('\n');
    for line in reply.text.split('\n').filter(|_| !reply.text.is_empty()) {
        assert!(lines.any(|one| one == line), "{line:?} is out of order in {text:?}");
    }
    let is_blank = |text: &str| {
        text.chars().all(|one| one.is_whitespace() || "\u{ad}\u{200b}\u{feff}".contains(one))
    };
    let is_passed_on =
        |line: &str| line.starts_with('>') || line.contains("wrote:") || line.contains("essage");
    let is_quote = text.split('\n').any(is_passed_on);
    assert!(is_quote || is_blank(text) || !is_blank(&reply.text), "nothing is left of {text:?}");
    assert_eq!(Reply::of(&reply.text).text, reply.text, "twice, of {text:?}");
    let texts = |text: &str| text.split('\n').filter(|line| !line.trim().is_empty()).count();
    assert!(reply.quoted + reply.signed <= texts(text), "{text:?}");
}
