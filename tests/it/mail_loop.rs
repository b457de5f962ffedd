//! From a support mailbox to tickets and their acknowledgements, on real servers.

mod answers;
#[cfg(feature = "failpoints")]
mod crash;
mod desks;
mod marks;
mod old;
mod rereading;
mod status;
mod stop;
mod threads;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::desk::{Desk, SUPPORT};
use crate::support::letter::Letter;
use crate::support::sink::{Sink, Taken};
use crate::support::world::World;

const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];
const CARLA: &str = "Carla <carla@paid.example>";
const CARL: &str = "Carl <carl@paid.example>";
const OLAF: &str = "Olaf <olaf@other.example>";

/// Servers and an instance that works with them.
struct Stand {
    world: World,
    sink: Sink,
    desk: Desk,
}

impl Stand {
    /// Ready for the first contact.
    fn new() -> Self {
        Self::with_options(QUICK)
    }

    fn with_options(options: &[&str]) -> Self {
        let (world, sink) = (World::up(options), Sink::start(&[]));
        let desk = Desk::new(&world, &sink);
        Self { world, sink, desk }
    }

    /// Ready for mail: the first contact is made with an empty mailbox.
    fn met() -> Self {
        let stand = Self::new();
        stand.once();
        stand
    }

    /// Writes more lines below `[desk.imap]`.
    fn imap(mut self, lines: &str) -> Self {
        self.desk.config =
            self.desk.config.replace("[desk.imap]\n", &format!("[desk.imap]\n{lines}\n"));
        self
    }

    #[track_caller]
    fn once(&self) -> String {
        self.desk.ok(&["run", "--once"])
    }

    fn deliver(&self, letter: &Letter) {
        self.world.deliver(SUPPORT, &letter.bytes());
    }

    /// The verdicts, after every check of the books.
    #[track_caller]
    fn books(&self) -> Vec<(String, usize)> {
        self.desk.books().into_iter().collect()
    }

    /// Fails unless these are all the verdicts, and so many mails went out.
    #[track_caller]
    fn expect(&self, verdicts: &[(&str, usize)], mails: usize) {
        let expected: BTreeMap<String, usize> =
            verdicts.iter().map(|(verdict, count)| ((*verdict).to_owned(), *count)).collect();
        assert_eq!(self.desk.books(), expected, "{:#?}", self.desk.inbound());
        assert_eq!(self.sink.taken().len(), mails, "{:#?}", self.sink.taken());
    }

    /// The one ticket there is.
    #[track_caller]
    fn only_ticket(&self) -> i64 {
        let tickets = self.desk.tickets();
        assert_eq!(tickets.len(), 1, "{tickets:#?}");
        tickets[0]["number"].as_i64().unwrap()
    }

    /// The one mail that went out.
    #[track_caller]
    fn only_mail(&self) -> Taken {
        let mut taken = self.sink.taken();
        assert_eq!(taken.len(), 1, "{taken:#?}");
        taken.remove(0)
    }
}

/// Long ago: November 2023.
fn long_ago() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

#[expect(clippy::disallowed_methods, reason = "a test lays mail into a folder as of now")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[test]
fn a_thousand_messages_become_a_thousand_tickets_each_acknowledged_once() {
    let stand = Stand::met();
    let request = |n| Letter::new(&format!("customer{n}@other.example"), "Please help").bytes();
    stand.world.deliver_many(SUPPORT, (0..1_000).map(request));
    stand.once();

    assert_eq!(stand.books(), [("opened".to_owned(), 1_000)]);
    let taken = stand.sink.taken();
    assert_eq!(taken.len(), 1_000);
    let mut by_recipient: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &taken {
        assert_eq!(one.envelope_from, "");
        assert!(one.header("Subject").starts_with("[EX#"), "{}", one.message);
        *by_recipient.entry(&one.recipient).or_default() += 1;
    }
    assert_eq!(by_recipient.len(), 1_000);

    let again = stand.once();
    assert!(again.contains("fetched 0 · decided 0 · sent 0"), "{again}");
    assert_eq!(stand.sink.taken().len(), 1_000);
}
