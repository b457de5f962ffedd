//! Comparing the accounts of a file with those of the database, and writing what differs, piece by piece. No
//! transaction holds a lock for long, and nobody sees a piece before all are there.

use std::collections::HashMap;
use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::change::{Change, Tally, change};
use super::{Source, Written};
use crate::cli::open::Opened;
use crate::cli::{Exit, Failure, Or as _};
use crate::config::person_from_environment;
use crate::desk::account::{Account, AccountId, Contact};
use crate::failpoint::{self, Point};
use crate::store::account::remnant::{Broom, Left};
use crate::store::account::staging::{self, Begun, ImportId, ROWS_MAX, SPAN_MAX};
use crate::store::account::{self, PAGE};
use crate::store::error::StoreError;
use crate::store::sql::Tx;

/// Accounts that are compared in one look at the database.
const LOOK: usize = 64 * PAGE;
/// An import that writes nothing says so often that it is there.
const BEAT: Duration = Duration::from_secs(10);
/// An import that is over sooner says nothing of how it goes on.
const QUIET: Duration = Duration::from_secs(2);
/// Contacts that are written together.
const CONTACTS_MAX: usize = 64;
/// Between two transactions, so that others have their turn.
const TURN: Duration = Duration::from_millis(5);

/// What the file would change.
pub(super) async fn compare(
    opened: &Opened,
    source: &Source<'_>,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let mut progress = Progress::new("compared", source.accounts);
    let mut accounts = source.accounts();
    loop {
        let some: Vec<Written> = accounts.by_ref().take(LOOK).collect();
        if some.is_empty() {
            return Ok(());
        }
        progress.step(some.len());
        for (wanted, change) in look(opened, some).await? {
            tally.count(&wanted.key, change);
        }
    }
}

/// Writes what the file changes, and makes it what the accounts are.
pub(super) async fn stage(opened: &Opened, source: &Source<'_>) -> Result<Tally, Failure> {
    let import = begin(opened).await?;
    let now = Instant::now();
    let mut pace = Pace { begun: now, transactions: 0, longest: Duration::ZERO };
    sweep(opened, &mut pace).await?;
    let (tx, contacts) = (None, Vec::new());
    let mut writer =
        Writer { opened, import, tx, contacts, rows: 0, begun: now, beaten: now, pace };
    let staged = staged(&mut writer, source).await;
    let tally = match staged {
        Ok(tally) => tally,
        Err(failure) => {
            // What was written is nobody's; the next import sweeps it, or a daemon.
            leave(opened, import).await;
            return Err(failure);
        }
    };
    let mut pace = writer.pace;
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let begun = Instant::now();
    staging::go_live(&mut tx, import).await.map_err(|error| overtaken(&error))?;
    tx.commit().await.or_exit(Exit::TryLater)?;
    pace.took(begun.elapsed());
    sweep(opened, &mut pace).await?;
    pace.tell();
    Ok(tally)
}

async fn begin(opened: &Opened) -> Result<ImportId, Failure> {
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let now = tx.shared_now(opened.now()).await.or_exit(Exit::TryLater)?;
    let begun = staging::begin(&mut tx, &person_from_environment(), now).await;
    let begun = begun.or_exit(Exit::TryLater)?;
    tx.commit().await.or_exit(Exit::TryLater)?;
    match begun {
        Begun::Now(import) => Ok(import),
        Begun::Busy => {
            let what = "another import is at work, or was stopped within the last minute; \
                        nothing was written, try again in a minute";
            Err(Failure::new(Exit::TryLater, what.to_owned()))
        }
    }
}

async fn leave(opened: &Opened, import: ImportId) {
    let Ok(mut tx) = opened.store.begin().await else { return };
    if staging::leave(&mut tx, import).await.is_ok() {
        let _ = tx.commit().await;
    }
}

/// What these accounts are to be, and what that changes.
async fn look(opened: &Opened, some: Vec<Written>) -> Result<Vec<(Account, Change)>, Failure> {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let mut known: HashMap<String, Account> = HashMap::new();
    for page in some.chunks(PAGE) {
        let keys: Vec<&str> = page.iter().map(|one| one.account.key.as_str()).collect();
        let found = account::by_keys(&mut tx, &keys).await.or_exit(Exit::Unavailable)?;
        known.extend(found.into_iter().map(|account| (account.key.clone(), account)));
    }
    tx.rollback().await.or_exit(Exit::Unavailable)?;
    let of = |written: Written| {
        let current = known.get(&written.account.key);
        let wanted = written.over(current);
        let change = change(current, &wanted);
        (wanted, change)
    };
    Ok(some.into_iter().map(of).collect())
}

async fn staged(writer: &mut Writer<'_>, source: &Source<'_>) -> Result<Tally, Failure> {
    let (mut tally, mut accounts) = (Tally::default(), source.accounts());
    let mut progress = Progress::new("written", source.accounts);
    loop {
        let some: Vec<Written> = accounts.by_ref().take(LOOK).collect();
        if some.is_empty() {
            writer.end().await?;
            return Ok(tally);
        }
        progress.step(some.len());
        for (wanted, change) in look(writer.opened, some).await? {
            match change {
                Change::None => {}
                Change::Added | Change::Changed(_) => writer.account(&wanted).await?,
            }
            tally.count(&wanted.key, change);
        }
        // Nothing is open while the database is looked at again.
        writer.end().await?;
        if writer.beaten.elapsed() > BEAT {
            writer.begin().await?;
            writer.end().await?;
        }
    }
}

/// Writes pieces, at most some rows in a transaction.
struct Writer<'a> {
    opened: &'a Opened,
    import: ImportId,
    tx: Option<Tx>,
    contacts: Vec<(AccountId, Contact)>,
    rows: usize,
    begun: Instant,
    beaten: Instant,
    pace: Pace,
}

/// How an import goes on.
struct Pace {
    begun: Instant,
    transactions: usize,
    longest: Duration,
}

impl Pace {
    fn took(&mut self, span: Duration) {
        self.transactions += 1;
        self.longest = self.longest.max(span);
    }

    /// Of a long import, what others had to wait for at most.
    fn tell(&self) {
        let span = self.begun.elapsed();
        if QUIET < span {
            let Self { transactions, longest, .. } = self;
            let (seconds, longest) = (span.as_secs_f64(), longest.as_secs_f64() * 1e3);
            let told = format!(
                "written in {seconds:.1} s, in {transactions} transactions; the longest took \
                 {longest:.0} ms"
            );
            let _ = writeln!(std::io::stderr(), "{told}");
        }
    }
}

impl Writer<'_> {
    async fn account(&mut self, account: &Account) -> Result<(), Failure> {
        let import = self.import;
        let tx = self.begin().await?;
        let id = staging::add_account(tx, import, account).await.or_exit(Exit::TryLater)?;
        self.wrote(3).await?;
        for group in &account.groups {
            let tx = self.begin().await?;
            staging::add_group(tx, import, id, group).await.or_exit(Exit::TryLater)?;
            self.wrote(1).await?;
        }
        for contact in &account.contacts {
            self.contacts.push((id, contact.clone()));
            if CONTACTS_MAX <= self.contacts.len() {
                self.add_contacts().await?;
            }
        }
        for licence in &account.licences {
            let tx = self.begin().await?;
            let added = staging::add_licence(tx, import, id, licence).await;
            let added = added.or_exit(Exit::TryLater)?;
            self.wrote(1).await?;
            for contact in &licence.contacts {
                let tx = self.begin().await?;
                let done = staging::add_licence_contact(tx, added, contact).await;
                done.or_exit(Exit::TryLater)?;
                self.wrote(1).await?;
            }
        }
        for coupon in &account.coupons {
            let tx = self.begin().await?;
            staging::add_coupon(tx, import, id, coupon).await.or_exit(Exit::TryLater)?;
            self.wrote(1).await?;
        }
        Ok(())
    }

    /// The transaction of now, or a new one.
    async fn begin(&mut self) -> Result<&mut Tx, Failure> {
        if self.tx.is_none() {
            let mut tx = self.opened.store.begin().await.or_exit(Exit::TryLater)?;
            self.begun = Instant::now();
            let now = tx.shared_now(self.opened.now()).await.or_exit(Exit::TryLater)?;
            staging::beat(&mut tx, self.import, now).await.map_err(|error| overtaken(&error))?;
            self.beaten = Instant::now();
            self.tx = Some(tx);
        }
        let none = || Failure::new(Exit::TryLater, "there is no transaction".to_owned());
        self.tx.as_mut().ok_or_else(none)
    }

    async fn wrote(&mut self, rows: usize) -> Result<(), Failure> {
        self.rows += rows;
        let is_full = ROWS_MAX <= self.rows || SPAN_MAX < self.begun.elapsed();
        if is_full { self.commit().await } else { Ok(()) }
    }

    async fn add_contacts(&mut self) -> Result<(), Failure> {
        let (import, contacts) = (self.import, std::mem::take(&mut self.contacts));
        let rows: Vec<_> = contacts.iter().map(|(account, one)| (*account, one)).collect();
        let tx = self.begin().await?;
        staging::add_contacts(tx, import, &rows).await.or_exit(Exit::TryLater)?;
        self.wrote(rows.len()).await
    }

    /// Commits what is written and waits a moment.
    async fn commit(&mut self) -> Result<(), Failure> {
        self.rows = 0;
        if let Some(tx) = self.tx.take() {
            tx.commit().await.or_exit(Exit::TryLater)?;
            self.pace.took(self.begun.elapsed());
            failpoint::at(Point::Staged);
            turn().await;
        }
        Ok(())
    }

    /// Writes what waits to be written.
    async fn end(&mut self) -> Result<(), Failure> {
        if !self.contacts.is_empty() {
            self.add_contacts().await?;
        }
        self.commit().await
    }
}

/// Deletes what nobody reads any more, a few rows at a time.
async fn sweep(opened: &Opened, pace: &mut Pace) -> Result<(), Failure> {
    let mut broom = Broom::begin();
    while let Left::Something(span) = broom.sweep(&opened.store).await.or_exit(Exit::TryLater)? {
        pace.took(span);
        turn().await;
    }
    Ok(())
}

/// Lets others have the database.
#[expect(clippy::disallowed_methods, reason = "a command has no loop that would wait for it")]
async fn turn() {
    tokio::time::sleep(TURN).await;
}

/// Another import has begun, as this one was silent for too long.
fn overtaken(error: &StoreError) -> Failure {
    if matches!(error, StoreError::Raced) {
        let what = "this import stood still for a minute and another has begun; nothing was \
                    imported, try again";
        return Failure::new(Exit::TryLater, what);
    }
    Failure::new(Exit::TryLater, error.to_string())
}

/// How far a long import is, on a terminal.
struct Progress {
    what: &'static str,
    of: usize,
    done: usize,
    begun: Instant,
    told: Option<Instant>,
}

impl Progress {
    fn new(what: &'static str, of: usize) -> Self {
        Self { what, of, done: 0, begun: Instant::now(), told: None }
    }

    fn step(&mut self, accounts: usize) {
        self.done += accounts;
        let last = self.told.unwrap_or(self.begun);
        let mut err = std::io::stderr();
        if last.elapsed() > QUIET && err.is_terminal() {
            let _ = write!(err, "\r{} of {} accounts {}", self.done, self.of, self.what);
            self.told = Some(Instant::now());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.told.is_some() {
            let _ = writeln!(std::io::stderr());
        }
    }
}
