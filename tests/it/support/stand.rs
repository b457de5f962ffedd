//! Servers and an instance that works with them, and what can be asked of the three together.

use std::collections::BTreeMap;

use super::desk::{Desk, SUPPORT};
use super::letter::Letter;
use super::postgres::Postgres;
use super::sink::{Sink, Taken};
use super::world::World;

/// Dovecot alone, which need not outlive the machine.
pub(crate) const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];

pub(crate) const SALES: &str = "sales@desk.example";

/// Servers and an instance that works with them.
pub(crate) struct Stand {
    pub(crate) world: World,
    pub(crate) sink: Sink,
    pub(crate) desk: Desk,
}

impl Stand {
    /// Ready for the first contact.
    pub(crate) fn new() -> Self {
        Self::with_options(QUICK)
    }

    pub(crate) fn with_options(options: &[&str]) -> Self {
        let (world, sink) = (World::up(options), Sink::start(&[]));
        let desk = Desk::new(&world, &sink);
        Self { world, sink, desk }
    }

    /// Ready for the first contact, on a server that several daemons share; `sink` are the options
    /// of smtp-sink.
    pub(crate) fn on_postgres(sink: &[&str]) -> Self {
        let (world, sink) = (World::up(QUICK), Sink::start(sink));
        let desk = Desk::on_postgres(&world, &sink, Postgres::up(&[]));
        Self { world, sink, desk }
    }

    /// A second desk, `sales`, with servers as the first one's.
    pub(crate) fn with_sales(mut self) -> Self {
        let desk = self.desk.config.find("[[desk]]").unwrap();
        let levels = self.desk.config.find("[level.").unwrap();
        let sales = self.desk.config[desk..levels]
            .replace("name = \"support\"", "name = \"sales\"")
            .replace("aliases = [\"help@desk.example\"]\n", "")
            .replace(SUPPORT, SALES)
            .replace("\"password\"", "\"password-sales\"")
            .replace("\"EX\"", "\"SA\"");
        self.desk.config.insert_str(levels, &sales);
        self.desk.write_secret("password-sales", "pw-sales\n", 0o600);
        self
    }

    /// Ready for mail: the first contact is made with an empty mailbox.
    pub(crate) fn met() -> Self {
        let stand = Self::new();
        stand.once();
        stand
    }

    /// Writes more lines below `[desk.imap]`.
    pub(crate) fn imap(mut self, lines: &str) -> Self {
        self.desk.config =
            self.desk.config.replace("[desk.imap]\n", &format!("[desk.imap]\n{lines}\n"));
        self
    }

    #[track_caller]
    pub(crate) fn once(&self) -> String {
        self.desk.ok(&["run", "--once"])
    }

    pub(crate) fn deliver(&self, letter: &Letter) {
        self.world.deliver(SUPPORT, &letter.bytes());
    }

    /// The verdicts, after every check of the books.
    #[track_caller]
    pub(crate) fn books(&self) -> Vec<(String, usize)> {
        self.desk.books().into_iter().collect()
    }

    /// Fails unless these are all the verdicts, and so many mails went out.
    #[track_caller]
    pub(crate) fn expect(&self, verdicts: &[(&str, usize)], mails: usize) {
        let expected: BTreeMap<String, usize> =
            verdicts.iter().map(|(verdict, count)| ((*verdict).to_owned(), *count)).collect();
        assert_eq!(self.desk.books(), expected, "{:#?}", self.desk.inbound());
        assert_eq!(self.sink.taken().len(), mails, "{:#?}", self.sink.taken());
    }

    /// The one ticket there is.
    #[track_caller]
    pub(crate) fn only_ticket(&self) -> i64 {
        let tickets = self.desk.tickets();
        assert_eq!(tickets.len(), 1, "{tickets:#?}");
        tickets[0]["number"].as_i64().unwrap()
    }

    /// The one mail that went out.
    #[track_caller]
    pub(crate) fn only_mail(&self) -> Taken {
        let mut taken = self.sink.taken();
        assert_eq!(taken.len(), 1, "{taken:#?}");
        taken.remove(0)
    }
}
