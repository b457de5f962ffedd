//! Another ticket system that answers every mail of ours, and hides that it is one (THR-29).

use std::collections::BTreeSet;

use super::bomb::with_defaults;
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::sink::Taken;
use crate::support::stand::Stand;

const ROBOT: &str = "help@robot.example";
const OPERATOR: &str = "ops@other.example";

/// Makes an answer of each mail that it gets: without any header that tells what it is or to what it
/// belongs, with another Message-ID each time and a tag of its own before the subject.
struct Robot {
    answered: BTreeSet<String>,
    cases: usize,
}

impl Robot {
    fn new() -> Self {
        Self { answered: BTreeSet::new(), cases: 700 }
    }

    fn answer(&mut self, subject: &str) -> Vec<u8> {
        self.cases += 7;
        let case = self.cases;
        // Our identifier means nothing to it.
        let subject = subject.replace("[EX#", "(EX ").replace(']', ")");
        let id = format!("<case.{case}@robot.example>");
        Letter::bare(ROBOT, SUPPORT, &format!("[Case #{case}] We got: {subject}"))
            .field("Message-ID", &id)
            .text(&format!("Thank you. Your case is {case}.\r\n"))
            .bytes()
    }

    /// Answers to what is new in its mailbox.
    fn answers(&mut self, taken: &[Taken]) -> Vec<Vec<u8>> {
        let mine = taken.iter().filter(|one| one.recipient == ROBOT);
        let subjects: Vec<String> = mine
            .filter(|one| self.answered.insert(one.header("Message-ID")))
            .map(|one| one.header("Subject"))
            .collect();
        subjects.iter().map(|subject| self.answer(subject)).collect()
    }
}

fn to_robot(stand: &Stand) -> usize {
    stand.sink.taken().iter().filter(|one| one.recipient == ROBOT).count()
}

#[test]
fn thr_29_an_opponent_in_a_loop() {
    let mut stand = Stand::new();
    stand.desk.config = stand.desk.config.replacen(
        "\n[[desk]]",
        &format!("\noperator = \"{OPERATOR}\"\noperator_after = \"1s\"\n\n[[desk]]"),
        1,
    );
    stand.once();
    let mut robot = Robot::new();
    stand.world.deliver(SUPPORT, &Letter::new(ROBOT, "Printer").bytes());
    let mut rounds = 0;
    loop {
        stand.once();
        let answers = robot.answers(&stand.sink.taken());
        if answers.is_empty() {
            break;
        }
        rounds += 1;
        assert!(rounds < 10, "{:#?}", stand.sink.taken());
        stand.world.deliver_many(SUPPORT, answers);
    }
    let acknowledged = to_robot(&stand);
    assert!((1..=3).contains(&acknowledged), "{acknowledged}");

    // It reminds, by itself, and reminds.
    let reminders: Vec<_> = (0..10).map(|_| robot.answer("Printer")).collect();
    stand.world.deliver_many(SUPPORT, reminders);
    stand.once();
    assert_eq!(to_robot(&stand), acknowledged);
    // All of it is there, each mail as a ticket of its own.
    assert_eq!(stand.books(), [("opened".to_owned(), 1 + rounds + 10)]);
    let why = stand.desk.ok(&["trace", ROBOT]);
    assert!(why.contains("its sender opens tickets as a machine does"), "{why}");

    // Whatever it writes about now, there is no acknowledgement; its colleagues have theirs.
    stand.world.deliver(SUPPORT, &Letter::new(ROBOT, "Something else").bytes());
    stand.world.deliver(SUPPORT, &Letter::new("ann@robot.example", "Hello").bytes());
    stand.once();
    assert_eq!(to_robot(&stand), acknowledged);
    let taken = stand.sink.taken();
    assert!(taken.iter().any(|one| one.recipient == "ann@robot.example"), "{taken:#?}");

    let daemon = stand.desk.start();
    let told = || stand.sink.taken().into_iter().filter(|one| one.recipient == OPERATOR).count();
    wait_until("the operator is told", || told() > 0);
    let status = stand.desk.run(&["status"]).stdout;
    assert!(status.contains("help@robot.example opens tickets as a machine does"), "{status}");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(told(), 1);
}

#[test]
fn thr_29_of_a_domain_the_operator_is_told_and_all_are_acknowledged() {
    let stand = Stand::met();
    let letter =
        |n: usize, domain: &str| Letter::new(&format!("user{n}@{domain}"), "Mail is down").bytes();
    stand.world.deliver_many(SUPPORT, (0..7).map(|n| letter(n, "gmail.com")));
    stand.once();
    assert_eq!(stand.sink.taken().len(), 7);
    assert!(!stand.desk.run(&["status"]).stdout.contains("as a machine does"));

    stand.world.deliver_many(SUPPORT, (0..7).map(|n| letter(n, "customer.example")));
    stand.once();
    assert_eq!(stand.sink.taken().len(), 14);
    let status = stand.desk.run(&["status"]).stdout;
    assert!(status.contains("addresses of customer.example open tickets as a machine"), "{status}");
    assert_eq!(stand.desk.tickets().len(), 14);
}

#[test]
fn std_08_the_same_subject_is_acknowledged_twice() {
    let mut stand = Stand::new();
    with_defaults(&mut stand.desk);
    stand.desk.config = stand.desk.config.replace("own_dkim", "sender_proof = \"off\"\nown_dkim");
    stand.once();
    let letter = |n| {
        let letter = Letter::bare("carla@paid.example", SUPPORT, "Printer on fire");
        letter.field("Message-ID", &format!("<m{n}@paid.example>")).bytes()
    };
    stand.world.deliver_many(SUPPORT, (0..3).map(letter));
    stand.world.deliver(SUPPORT, &Letter::new("carla@paid.example", "Another thing").bytes());
    stand.once();
    assert_eq!(stand.books(), [("opened".to_owned(), 4)]);
    let subjects: Vec<_> = stand.sink.taken().iter().map(|one| one.header("Subject")).collect();
    let about = |words: &str| subjects.iter().filter(|one| one.ends_with(words)).count();
    assert_eq!((about("Printer on fire"), about("Another thing")), (2, 1), "{subjects:?}");
}

#[test]
fn std_09_follow_ups_are_acknowledged_where_the_desk_says_so() {
    let mut stand = Stand::new();
    let messages = "acknowledge = \"messages\"\nown_dkim";
    stand.desk.config = stand.desk.config.replace("own_dkim", messages);
    stand.once();
    let carla = "Carla <carla@paid.example>";
    let first = Letter::new(carla, "Printer on fire");
    stand.deliver(&first);
    stand.once();
    let number = stand.only_ticket();
    stand.deliver(&Letter::new(carla, "Re: Printer on fire, still").answers(first.id()));
    stand.once();
    let taken = stand.sink.taken();
    assert_eq!(taken.len(), 2, "{taken:#?}");
    let added = &taken[1];
    assert_eq!(added.header("Subject"), format!("Re: [EX#{number}] Printer on fire, still"));
    assert_eq!(
        (added.envelope_from.as_str(), added.recipient.as_str()),
        ("", "carla@paid.example")
    );
    assert_eq!(added.header("Auto-Submitted"), "auto-replied");
    let text = added.message.replace("=\n", "").replace('\n', " ");
    assert!(text.contains(&format!("It is added to ticket [EX#{number}]")), "{text}");
    // the second time about the same, and never again
    for n in 0..4 {
        let again = Letter::new(carla, &format!("Re: Printer on fire, [#{n}] still"));
        stand.deliver(&again.answers(first.id()));
    }
    stand.once();
    assert_eq!(stand.sink.taken().len(), 3);
    assert_eq!(stand.books(), [("follow_up".to_owned(), 5), ("opened".to_owned(), 1)]);
}
