//! `tidings account import`: accounts as they are written, TOML or CSV, become what the desk knows.
//!
//! The file is read three times: whether all of it is right, what it would change, and, where that is
//! something, to write it. So nothing is kept of a million accounts but their names.

mod change;
mod csv;
mod faults;
mod parts;
mod pieces;
mod stage;
mod toml;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::open::Opened;
use super::output::{line, printable};
use super::{Exit, Failure, Or as _, Outcome};
use crate::desk::account::Account;
use crate::desk::level::Level;
use crate::store::account::{self, PAGE};
use change::Tally;
use csv::Table;
use faults::{Column, Faults, Place};

/// Bytes of a file.
const FILE_MAX: usize = 256 * 1024 * 1024;

/// What is done with what a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Write {
    /// It is said.
    Dry,
    /// It is done.
    Really,
}

/// An account as a file has it.
pub(super) struct Written {
    account: Account,
    whole: Whole,
}

/// Whether a file can say all that there is of an account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    /// It has no words for languages, groups, coupons, and for whom and for what proof a licence is.
    No,
}

/// Which accounts a file names, and where.
#[derive(Default)]
struct Mentions {
    accounts: HashMap<String, Place>,
    groups: BTreeMap<String, Place>,
}

/// A file that is right.
struct Source<'a> {
    text: &'a str,
    /// Where it is CSV.
    table: Option<Table<'a>>,
    levels: &'a [Level],
    accounts: usize,
}

/// Imports a file.
pub(super) async fn import(opened: &Opened, file: &Path, write: Write) -> Outcome {
    let text = read(file)?;
    let source = checked(opened, file, &text).await?;
    let mut tally = Tally::default();
    stage::compare(opened, &source, &mut tally).await?;
    match write {
        Write::Dry => {
            for change in tally.shown() {
                line(&printable(&change));
            }
            line(&format!("{}; nothing was written", tally.for_people("would be ")));
        }
        Write::Really if tally.is_nothing() => line(&tally.for_people("")),
        Write::Really => {
            let written = stage::stage(opened, &source).await?;
            line(&written.for_people(""));
        }
    }
    Ok(Exit::Ok)
}

fn read(file: &Path) -> Result<String, Failure> {
    let name = file.display();
    let size = std::fs::metadata(file).map(|found| found.len());
    let read = size.and_then(|_| std::fs::read(file));
    let bytes =
        read.map_err(|error| Failure::new(Exit::NoInput, format!("cannot read {name}: {error}")))?;
    if bytes.len() > FILE_MAX {
        let what = format!("{name} has more than {FILE_MAX} bytes; import it in parts");
        return Err(Failure::new(Exit::Data, what));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = good.split(|byte| *byte == b'\n').count();
        Failure::new(Exit::Data, format!("{name}: line {line} is not UTF-8; nothing was imported"))
    })
}

/// The file, if all of it is right; else all that is wrong with it.
async fn checked<'a>(
    opened: &'a Opened,
    file: &Path,
    text: &'a str,
) -> Result<Source<'a>, Failure> {
    let (mut faults, mut mentions) = (Faults::default(), Mentions::default());
    let levels = &opened.config.levels;
    let is_csv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let table = if is_csv { Table::read(text, &mut mentions, &mut faults) } else { None };
    match &table {
        Some(table) => table.accounts(levels).for_each(|(_, wrong)| faults.take(wrong)),
        None if is_csv => {}
        None => {
            for piece in pieces::pieces(text) {
                toml::accounts(piece, levels, &mut mentions, &mut faults);
            }
        }
    }
    unknown_groups(opened, &mentions, &mut faults).await?;
    if !faults.is_empty() {
        let told = faults.for_people(&file.display().to_string());
        return Err(Failure::new(Exit::Data, told));
    }
    let accounts = table.as_ref().map_or(mentions.accounts.len(), Table::len);
    Ok(Source { text, table, levels, accounts })
}

/// Groups that are no accounts, neither in the file nor in the database.
async fn unknown_groups(
    opened: &Opened,
    mentions: &Mentions,
    faults: &mut Faults,
) -> Result<(), Failure> {
    let elsewhere: Vec<_> =
        mentions.groups.iter().filter(|(key, _)| !mentions.accounts.contains_key(*key)).collect();
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    for some in elsewhere.chunks(PAGE) {
        let keys: Vec<&str> = some.iter().map(|(key, _)| key.as_str()).collect();
        let known = account::by_keys(&mut tx, &keys).await.or_exit(Exit::Unavailable)?;
        for (key, place) in some {
            if !known.iter().any(|account| account.key == **key) {
                faults
                    .add(**place, format!("group {key:?} is no account, neither here nor before"));
            }
        }
    }
    tx.rollback().await.or_exit(Exit::Unavailable)
}

impl Mentions {
    /// An account of the file; the second of a name is a fault.
    fn account(&mut self, key: &str, place: Place, faults: &mut Faults) {
        match self.accounts.get(key) {
            Some(first) => {
                faults.add(place, format!("account {key:?} stands twice; the first is at {first}"));
            }
            None => drop(self.accounts.insert(key.to_owned(), place)),
        }
    }

    /// An account that may have several lines.
    fn named(&mut self, key: &str) {
        let place = Place { line: 1, column: Column::Character(1) };
        if !self.accounts.contains_key(key) {
            self.accounts.insert(key.to_owned(), place);
        }
    }

    fn group(&mut self, key: &str, place: Place) {
        self.groups.entry(key.to_owned()).or_insert(place);
    }
}

impl Source<'_> {
    /// Its accounts, one after the other.
    fn accounts(&self) -> Box<dyn Iterator<Item = Written> + '_> {
        match &self.table {
            Some(table) => Box::new(table.accounts(self.levels).filter_map(|(written, _)| written)),
            None => Box::new(pieces::pieces(self.text).flat_map(|piece| {
                let (mut faults, mut mentions) = (Faults::default(), Mentions::default());
                toml::accounts(piece, self.levels, &mut mentions, &mut faults)
            })),
        }
    }
}
