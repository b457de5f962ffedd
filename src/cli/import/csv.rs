//! Accounts as CSV: a line for each contact and licence. Lines of one account belong together, wherever
//! they stand.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;

use csv::{ByteRecord, Position, Reader, ReaderBuilder, StringRecord, Trim};

use super::faults::{Column, Faults, Place};
use super::parts::Parts;
use super::{Mentions, Whole, Written};
use crate::desk::account::{Account, AccountStatus, Contact, Licence};
use crate::desk::level::Level;

/// The columns, in the order of the documentation; a file may have them in another.
const COLUMNS: [&str; 8] =
    ["account", "name", "contact", "licence", "level", "from", "until", "status"];

/// A file, and where the lines of each account are.
pub(super) struct Table<'a> {
    text: &'a str,
    /// For each of [`COLUMNS`] its place in a line.
    order: [usize; 8],
    /// Account and line, account by account.
    lines: Vec<(u32, Position)>,
}

/// A line of the table.
struct Line {
    number: usize,
    record: StringRecord,
    order: [usize; 8],
}

impl<'a> Table<'a> {
    /// Finds the lines of each account; `None` if they cannot be read, with the reason in `faults`.
    pub(super) fn read(
        text: &'a str,
        mentions: &mut Mentions,
        faults: &mut Faults,
    ) -> Option<Self> {
        let mut reader = reader(text);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                faults.add(at(1, "account"), error.to_string());
                return None;
            }
        };
        let order = order(&header, faults)?;
        let mut accounts: HashMap<String, u32> = HashMap::new();
        let mut lines = Vec::new();
        let mut record = ByteRecord::new();
        loop {
            let position = reader.position().clone();
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    faults.add(at(line_of(&position), "account"), error.to_string());
                    return None;
                }
            }
            let place = record.position().unwrap_or(&position).clone();
            let number = line_of(&place);
            if record.len() != header.len() {
                let what =
                    format!("{} fields where the first line has {}", record.len(), header.len());
                faults.add(at(number, "account"), what);
                continue;
            }
            let key =
                String::from_utf8_lossy(record.get(order[0]).unwrap_or_default()).into_owned();
            mentions.named(&key);
            let next = u32::try_from(accounts.len()).unwrap_or(u32::MAX);
            let account = *accounts.entry(key).or_insert(next);
            lines.push((account, place));
        }
        // A sort that keeps the lines of an account in their order.
        lines.sort_by_key(|(account, _)| *account);
        Some(Self { text, order, lines })
    }

    /// How many accounts there are.
    pub(super) fn len(&self) -> usize {
        self.lines.last().map_or(0, |(account, _)| *account as usize + 1)
    }

    /// Its accounts, each with what is wrong with it.
    pub(super) fn accounts<'t>(
        &'t self,
        levels: &'t [Level],
    ) -> impl Iterator<Item = (Option<Written>, Faults)> + 't {
        let mut reader = reader(self.text);
        let groups = self.lines.chunk_by(|(one, _), (other, _)| one == other);
        groups.map(move |group| {
            let lines: Vec<Line> =
                group.iter().filter_map(|(_, place)| self.line(&mut reader, place)).collect();
            let mut faults = Faults::default();
            (account(&lines, &mut Parts { levels, faults: &mut faults }), faults)
        })
    }

    fn line(&self, reader: &mut Reader<Cursor<&[u8]>>, place: &Position) -> Option<Line> {
        let mut record = StringRecord::new();
        reader.seek(place.clone()).ok()?;
        reader.read_record(&mut record).ok()?;
        record.trim();
        Some(Line { number: line_of(place), record, order: self.order })
    }
}

impl Line {
    fn get(&self, column: &'static str) -> &str {
        let place = COLUMNS.iter().position(|known| *known == column);
        let place = place.and_then(|place| self.order.get(place));
        place.and_then(|place| self.record.get(*place)).unwrap_or_default()
    }

    /// What stands in a column, unless it is empty.
    fn given(&self, column: &'static str) -> Option<&str> {
        Some(self.get(column)).filter(|text| !text.is_empty())
    }

    fn at(&self, column: &'static str) -> Place {
        at(self.number, column)
    }
}

fn reader(text: &str) -> Reader<Cursor<&[u8]>> {
    ReaderBuilder::new()
        .trim(Trim::All)
        .flexible(true)
        .from_reader(Cursor::new(text.trim_start_matches('\u{feff}').as_bytes()))
}

fn line_of(position: &Position) -> usize {
    usize::try_from(position.line()).unwrap_or(usize::MAX)
}

fn at(line: usize, column: &'static str) -> Place {
    Place { line, column: Column::Named(column) }
}

/// Where each of [`COLUMNS`] stands.
fn order(header: &StringRecord, faults: &mut Faults) -> Option<[usize; 8]> {
    let mut order = [usize::MAX; 8];
    let place = |index| Place { line: 1, column: Column::Character(index) };
    let mut good = true;
    for (index, name) in header.iter().enumerate() {
        let start =
            header.iter().take(index).map(|name| name.chars().count() + 1).sum::<usize>() + 1;
        let known = COLUMNS.iter().position(|known| *known == name);
        match known.and_then(|known| order.get_mut(known)) {
            Some(known) if *known == usize::MAX => *known = index,
            Some(_) => {
                faults.add(place(start), format!("column {name:?} stands twice"));
                good = false;
            }
            None => {
                faults.add(
                    place(start),
                    format!("unknown column {name:?}; there are {}", COLUMNS.join(",")),
                );
                good = false;
            }
        }
    }
    for (known, index) in COLUMNS.iter().zip(order) {
        if index == usize::MAX {
            faults.add(place(1), format!("column {known:?} is missing"));
            good = false;
        }
    }
    good.then_some(order)
}

/// The account of some lines.
fn account(lines: &[Line], parts: &mut Parts<'_>) -> Option<Written> {
    let first = lines.first()?;
    let key = parts.key("an account", first.get("account"), || first.at("account"));
    let name = agreed(lines, "name", parts);
    let status = agreed(lines, "status", parts);
    let name = match name {
        Some(line) => parts.name(line.get("name"), || line.at("name")),
        None => key.clone(),
    };
    let status = match status {
        Some(line) => parts.status(line.get("status"), || line.at("status")),
        None => Some(AccountStatus::Active),
    };
    let mut contacts: Vec<Contact> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut licences: HashMap<&str, (&Line, Option<Licence>)> = HashMap::new();
    let mut said: HashMap<(String, &str), usize> = HashMap::new();
    for line in lines {
        let contact =
            line.given("contact").and_then(|text| parts.contact(text, || line.at("contact")));
        let word = contact.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(first) = said.insert((word.clone(), line.get("licence")), line.number) {
            let what = format!("this line says what line {first} says");
            parts.faults.add(line.at("account"), what);
            continue;
        }
        if let Some(contact) = contact.filter(|_| known.insert(word)) {
            contacts.push(contact);
        }
        let Some(licence) = line.given("licence") else {
            for column in ["level", "from", "until"] {
                if line.given(column).is_some() {
                    parts.faults.add(line.at(column), "this needs a licence");
                }
            }
            continue;
        };
        match licences.get(licence) {
            None => {
                licences.insert(licence, (line, self::licence(line, parts)));
            }
            Some((first, _)) => {
                let first = *first;
                for column in ["level", "from", "until"] {
                    if line.get(column) != first.get(column) {
                        let what = format!(
                            "licence {licence:?} has another {column} in line {}",
                            first.number
                        );
                        parts.faults.add(line.at(column), what);
                    }
                }
            }
        }
    }
    let licences = licences.into_values().filter_map(|(_, licence)| licence).collect();
    let account = Account {
        key: key?,
        name: name?,
        status: status?,
        languages: Vec::new(),
        groups: Vec::new(),
        contacts,
        licences,
        coupons: Vec::new(),
    };
    Some(Written { account: account.in_order(), whole: Whole::No })
}

/// The line that says something of the account as a whole; others say the same or nothing.
fn agreed<'l>(lines: &'l [Line], column: &'static str, parts: &mut Parts<'_>) -> Option<&'l Line> {
    let first = lines.iter().find(|line| line.given(column).is_some())?;
    for line in lines {
        if line.given(column).is_some_and(|text| text != first.get(column)) {
            let what =
                format!("line {} says {:?} of the same account", first.number, first.get(column));
            parts.faults.add(line.at(column), what);
        }
    }
    Some(first)
}

fn licence(line: &Line, parts: &mut Parts<'_>) -> Option<Licence> {
    let key = parts.key("a licence", line.get("licence"), || line.at("licence"));
    let level = parts.level(line.get("level"), || line.at("level"));
    let from = parts.day(line.get("from"), || line.at("from"));
    let until = match line.given("until") {
        Some(text) => parts.day(text, || line.at("until")).map(Some),
        None => Some(None),
    };
    let (from, until) = (from?, until?);
    if until.is_some_and(|until| until < from) {
        parts.faults.add(line.at("until"), "the licence ends before it begins");
    }
    Some(Licence {
        key: key?,
        level: level?,
        from,
        until,
        contacts: Vec::new(),
        sender_proof: None,
    })
}
