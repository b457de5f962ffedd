//! The table of commands: word, how it is written, what it does, and how the rest of its line is read.

use std::fmt::Write as _;

use super::{Cc, Command, Verify, Wrong};
use crate::desk::level::LevelName;
use crate::desk::spent;
use crate::mail::address::Address;
use crate::mail::subject::TicketNumber;
use crate::time::instant_or_day;

struct Row {
    word: &'static str,
    usage: &'static str,
    does: &'static str,
    read: fn(&str) -> Option<Command>,
}

const fn row(
    word: &'static str,
    usage: &'static str,
    does: &'static str,
    read: fn(&str) -> Option<Command>,
) -> Row {
    Row { word, usage, does, read }
}

const TABLE: [Row; 18] = [
    row("resolve", "#resolve", "the ticket is answered", |rest| alone(rest, Command::Resolve)),
    row("close", "#close", "it is over", |rest| alone(rest, Command::Close)),
    row("reopen", "#reopen", "it is not over after all", |rest| alone(rest, Command::Reopen)),
    row("pending", "#pending, #pending until 2026-12-24", "the requester has to answer", pending),
    row("waiting", "#waiting", "a third party has to act", |rest| alone(rest, Command::Waiting)),
    row("accept", "#accept", "you take it", |rest| alone(rest, Command::Accept)),
    row("assign", "#assign NAME", "this agent takes it", assign),
    row("priority", "#priority NAME", "how urgent it is", |rest| {
        (!rest.is_empty()).then(|| Command::Priority(rest.to_owned()))
    }),
    row("level", "#level NAME", "it gets this service level", |rest| {
        LevelName::parse(rest).map(Command::Level)
    }),
    row("note", "#note", "this mail stays among the agents", |rest| alone(rest, Command::Note)),
    row("cc", "#cc ADDRESS, #cc -ADDRESS", "who else gets the answers", cc),
    row("merge", "#merge NUMBER", "it becomes a part of that ticket", merge),
    row("split", "#split", "what you answer becomes a ticket of its own", |rest| {
        alone(rest, Command::Split)
    }),
    row("spam", "#spam", "it is closed, and nobody is answered", |rest| alone(rest, Command::Spam)),
    row("open", "#open for ADDRESS", "a new ticket for somebody who did not write", open),
    row("forwarded", "#forwarded", "a new ticket for who wrote what you pass on", |rest| {
        alone(rest, Command::Forwarded)
    }),
    row("spent", "#spent 30m", "time that went into it, in m or h", |rest| {
        let rest = rest.to_lowercase().replace(' ', "");
        spent::parse(&rest).ok().map(Command::Spent)
    }),
    row("verify", "#verify, #verify always", "the requester is known to you", verify),
];

/// Commands no nearer than so many changed letters are not what somebody meant.
const NEAR: usize = 2;

/// Reads one line that begins with `#` and a letter.
pub(super) fn read(line: &str) -> Result<Command, Wrong> {
    let line = line.trim_start_matches('#');
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let word = word.trim_end_matches([':', '.', '!', ',']).to_lowercase();
    match TABLE.iter().find(|row| row.word == word) {
        Some(row) => (row.read)(rest.trim()).ok_or(Wrong::Malformed(row.usage)),
        None => Err(Wrong::Unknown(nearest(&word))),
    }
}

/// Every command, a line each, for people.
#[must_use]
pub fn help() -> String {
    let width = TABLE.iter().map(|row| row.usage.len()).max().unwrap_or_default();
    TABLE.iter().fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{:width$}  {}", row.usage, row.does);
        text
    })
}

/// Every command as it is written, in one line, for people.
#[must_use]
pub fn usages() -> String {
    TABLE.iter().map(|row| row.usage).collect::<Vec<_>>().join(", ")
}

fn nearest(word: &str) -> Option<&'static str> {
    let distance = |row: &&Row| strsim::damerau_levenshtein(row.word, word);
    TABLE.iter().min_by_key(distance).filter(|row| distance(row) <= NEAR).map(|row| row.word)
}

fn alone(rest: &str, command: Command) -> Option<Command> {
    rest.is_empty().then_some(command)
}

fn assign(rest: &str) -> Option<Command> {
    (!rest.is_empty()).then(|| Command::Assign(rest.to_owned()))
}

fn cc(rest: &str) -> Option<Command> {
    let address = |text: &str| Address::parse(text.trim_matches(['<', '>'])).ok();
    match rest.strip_prefix('-') {
        Some(rest) => address(rest.trim_start()).map(Cc::Remove),
        None => address(rest).map(Cc::Add),
    }
    .map(Command::Cc)
}

fn verify(rest: &str) -> Option<Command> {
    match rest.to_lowercase().as_str() {
        "" => Some(Command::Verify(Verify::Once)),
        "always" => Some(Command::Verify(Verify::Always)),
        _ => None,
    }
}

fn pending(rest: &str) -> Option<Command> {
    if rest.is_empty() {
        return Some(Command::Pending(None));
    }
    let until = rest.strip_prefix("until").unwrap_or(rest).trim();
    instant_or_day(until).ok().map(|until| Command::Pending(Some(until)))
}

/// `1042`, `EX#1042`, `[EX#1042]`.
fn merge(rest: &str) -> Option<Command> {
    let number = rest.trim_matches(['[', ']']).rsplit('#').next()?;
    TicketNumber::new(number.parse().ok()?).map(Command::Merge)
}

fn open(rest: &str) -> Option<Command> {
    let (word, address) = rest.split_once(char::is_whitespace)?;
    let address = Address::parse(address.trim().trim_matches(['<', '>'])).ok()?;
    word.eq_ignore_ascii_case("for").then_some(Command::OpenFor(address))
}
