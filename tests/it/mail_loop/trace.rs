//! What is known of a person, of a message, of a ticket, told in the order in which it happened.

use std::iter;

use serde_json::Value;

use super::{CARLA, OLAF, Stand};
use crate::support::letter::Letter;
use crate::support::sink::Sink;

/// A customer's mail and its acknowledgement, an answer to that, the first mail once more, a word of
/// a machine, and an answer that the customer's server refuses.
struct Story {
    stand: Stand,
    first: Letter,
    number: String,
    acknowledgement: String,
}

impl Story {
    fn new() -> Self {
        let mut stand = Stand::met();
        let first = Letter::new(CARLA, "Printer on fire");
        stand.deliver(&first);
        stand.once();
        let number = stand.only_ticket().to_string();
        let acknowledgement = stand.only_mail().header("Message-ID");
        stand.deliver(&Letter::new(CARLA, "Re: Printer").answers(&acknowledgement));
        stand.once();
        stand.deliver(&first);
        stand.once();
        let away = Letter::new(CARLA, "Out of office").answers(&acknowledgement);
        stand.deliver(&away.field("Auto-Submitted", "auto-replied"));
        // somebody else's mail is nobody's business
        stand.deliver(&Letter::new(OLAF, "Invoice"));
        stand.once();
        let port = stand.sink.port;
        stand.sink = Sink::start(&[]);
        stand.sink = Sink::start_at(port, &["-f", "RCPT"]);
        stand.desk.tell(&["ticket", "reply", &number], "Use water.\n");
        stand.once();
        Self { stand, first, number, acknowledgement }
    }

    fn told(&self, about: &str) -> Vec<String> {
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let entries = self.stand.desk.json(&["trace", about, "--json"]);
        let at: Vec<_> = entries.iter().map(|entry| word(&entry["at"])).collect();
        assert!(at.is_sorted(), "{at:?}");
        entries
            .iter()
            .map(|entry| {
                let [kind, what, state] = ["kind", "what", "state"].map(|key| word(&entry[key]));
                if kind == "ticket" {
                    format!("ticket {state}")
                } else {
                    format!("{kind} {what} {state}")
                }
            })
            .collect()
    }
}

/// What `told` says of all of it.
const ALL: [&str; 9] = [
    "inbound opened done",
    "ticket pending",
    "notice acknowledgement sent",
    "inbound follow_up done",
    "inbound duplicate done",
    "inbound follow_up done",
    "article agent -",
    "event answered -",
    "notice answer dead",
];

#[test]
fn the_whole_story_is_told_by_address_by_message_and_by_ticket() {
    let story = Story::new();
    let (desk, number) = (&story.stand.desk, &story.number);
    let whole: Vec<_> = ALL.into_iter().chain(iter::once("event undeliverable -")).collect();
    for about in ["Carla@Paid.example", story.first.id(), &format!("[EX#{number}]"), number] {
        assert_eq!(story.told(about), whole, "{about}");
    }
    // without its brackets an identifier is one all the same
    assert_eq!(story.told(story.first.id().trim_matches(['<', '>'])), whole);
    // of our own message, what followed
    let ours = story.told(&story.acknowledgement);
    assert_eq!(ours[..2], whole[1..3]);
    assert_eq!(ours[2..], whole[3..]);

    desk.sql("update ticket set subject = 'Printer \u{202e}on fire'");
    let text = desk.ok(&["trace", number]);
    for said in [
        ", ticket ",
        ": refers to no known ticket; no account has this address: level community; \
         acknowledgement to carla@paid.example",
        "answers our own message of ticket ",
        "duplicate, of inbound ",
        "out_of_office",
        "sent 2026-",
        ": 250 ",
        "dead: 500 ",
        "will not be delivered",
        "Printer \u{fffd}on fire",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(!text.contains("Use water") && !text.contains("About Printer"), "{text}");
    assert!(!text.contains('\u{202e}') && !text.contains("olaf"), "{text}");
}

#[test]
fn a_message_and_a_notice_say_what_to_do_next() {
    let story = Story::new();
    let desk = &story.stand.desk;
    let entries = desk.json(&["trace", &story.number, "--json"]);
    let shown = |room: &str, key: &str, state: &str| {
        let is_so = |entry: &&Value| {
            !entry[key].is_null() && (entry["what"] == state || entry["state"] == state)
        };
        let entry = entries.iter().find(is_so).unwrap();
        desk.ok(&[room, "show", &entry[key].to_string()])
    };
    let dead = shown("outbox", "outbox", "dead");
    assert!(dead.contains("\nput off  never\nstate    dead\nreply    500 5.3.0"), "{dead}");
    assert!(dead.contains("`tidings check`"), "{dead}");
    let sent = shown("outbox", "outbox", "sent");
    assert!(sent.contains("\nstate    sent 2026-"), "{sent}");
    let opened = shown("inbound", "inbound", "opened");
    let next = format!("go on with its ticket: `tidings ticket show {}`", story.number);
    assert!(opened.contains(&next) && opened.contains("\ndecided   2026-"), "{opened}");
    let copy = shown("inbound", "inbound", "duplicate");
    assert!(copy.contains("`tidings inbound show 1`"), "{copy}");
}

#[test]
fn what_explain_says_is_what_is_recorded() {
    let stand = Stand::met();
    let first = Letter::new(CARLA, "Printer on fire").field("Reply-To", OLAF);
    let more = Letter::new(CARLA, "Re: Printer on fire").answers(first.id());
    let other = Letter::new(OLAF, "Re: Printer on fire").answers(first.id());
    let listed = Letter::new(OLAF, "News").field("List-Id", "<news.other.example>");
    for (number, letter) in (1..).zip([&first, &more, &other, &listed]) {
        std::fs::write(stand.desk.path("a.eml"), letter.bytes()).unwrap();
        let file = stand.desk.path("a.eml").display().to_string();
        let explained =
            stand.desk.json(&["explain", "--at", "2026-11-02T09:00:00Z", "--json", &file]);
        let before = explained[0]["decision"]["why"].clone();
        stand.deliver(letter);
        stand.once();
        let told = stand.desk.json(&["trace", letter.id(), "--json"]);
        let entry =
            told.iter().find(|entry| entry["inbound"] == number && entry["kind"] == "inbound");
        assert_eq!(entry.unwrap()["why"], before, "{told:#?}");
    }
}

#[test]
fn what_is_not_known_is_said_and_what_began_before_is_left_out() {
    let stand = Stand::met();
    let (desk, carla) = (&stand.desk, "carla@paid.example");
    let unknown = |about: &str, code: i32, said: &str| {
        let ran = desk.run(&["trace", about]);
        assert_eq!(ran.code, Some(code), "{about}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(said), "{about}: {}", ran.stderr);
    };
    unknown("77", 66, "nothing is known of ticket 77");
    unknown("<x@y>", 66, "nothing is known of <x@y>");
    unknown(carla, 66, "nothing is known of carla@paid.example");
    unknown("carla", 64, "not an address, a Message-ID or a ticket");
    // what waits may be hers
    let letter = Letter::new(CARLA, "Printer");
    std::fs::write(desk.path("a.eml"), letter.bytes()).unwrap();
    desk.ok(&["ingest", &desk.path("a.eml").display().to_string()]);
    unknown(carla, 66, "1 message waits or is held, and its sender is not known");
    stand.once();
    let told = desk.json(&["trace", carla, "--json"]);
    assert_eq!(told.len(), 2, "{told:#?}");
    let why = told[0]["why"].as_str().unwrap();
    assert!(why.contains("no acknowledgement: received more than 72 hours ago"), "{why}");
    let later = ["trace", carla, "--since", "2999-01-01T00:00:00Z"];
    let ran = desk.run(&later);
    assert_eq!(ran.code, Some(66));
    assert!(ran.stderr.contains("since 2999-01-01T00:00:00Z"), "{}", ran.stderr);
    assert_eq!(desk.run(&["trace", carla, "--since", "monday"]).code, Some(64));
}

#[test]
fn a_long_story_is_told_in_pages() {
    let stand = Stand::met();
    let letters =
        (0..350).map(|n| Letter::new(CARLA, &format!("Printer {n}")).field("Precedence", "bulk"));
    stand.world.deliver_many(crate::support::desk::SUPPORT, letters.map(|letter| letter.bytes()));
    stand.once();
    let page = stand.desk.json(&["trace", "carla@paid.example", "--json"]);
    assert_eq!((page.len(), &page[299]["what"]), (301, &"ignored".into()));
    assert_eq!(
        (&page[300]["kind"], &page[300]["what"]),
        (&"more".into(), &"at least 50 more".into())
    );
    let since = page[300]["at"].as_str().unwrap();
    let text = stand.desk.ok(&["trace", "carla@paid.example"]);
    assert!(text.contains(&format!("at least 50 more; go on with --since {since}")), "{text}");
    let next = stand.desk.json(&["trace", "carla@paid.example", "--since", since, "--json"]);
    assert!((50..=114).contains(&next.len()), "{}", next.len());
    assert_eq!(next.last().unwrap()["inbound"], 350);
}
