//! What an agent can order in a mail: the lines on top of it that begin with `#`. One table serves who
//! reads them, who explains them and who documents them.

mod table;

use std::fmt;

use crate::desk::level::LevelName;
use crate::mail::address::Address;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

pub use table::{help, usages};

/// One order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The ticket is answered.
    Resolve,
    /// It is over.
    Close,
    /// It is not over after all.
    Reopen,
    /// The requester has to answer, or an instant has to come.
    Pending(Option<Timestamp>),
    /// Somebody outside of the desk and the requester has to act.
    Waiting,
    /// The writer takes it.
    Accept,
    /// This agent takes it, by its name as it was typed.
    Assign(String),
    /// It is so urgent, by the word that was typed.
    Priority(String),
    /// It gets this level, whoever the requester is.
    Level(LevelName),
    /// This mail stays among the agents.
    Note,
    /// Somebody gets its answers, too, or no longer.
    Cc(Cc),
    /// It becomes a part of this ticket.
    Merge(TicketNumber),
    /// The message that is answered becomes a ticket of its own.
    Split,
    /// It is spam: it is closed, and nobody is answered.
    Spam,
    /// A new ticket for this address, which did not write.
    OpenFor(Address),
    /// A new ticket for who wrote the message that is passed on.
    Forwarded,
    /// So many minutes went into it; below zero some is taken back.
    Spent(i64),
    /// The requester is known to be who he says.
    Verify(Verify),
}

/// Who is a party from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cc {
    /// This address is.
    Add(Address),
    /// This one no longer is.
    Remove(Address),
}

/// For how long a requester is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// In this ticket.
    Once,
    /// From now on.
    Always,
}

/// A text that begins with commands, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// The commands, in their order; at most [`COMMANDS_MAX`].
    pub commands: Vec<Command>,
    /// The same as they were written, cut to [`SHOWN_CHARS`] each.
    pub lines: Vec<String>,
    /// What stands below them, without the blank lines at its ends.
    pub text: String,
}

/// A line that looks like a command and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, cut to [`SHOWN_CHARS`].
    pub line: String,
    /// What is wrong with it.
    pub what: Wrong,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no such command; this one is the nearest.
    Unknown(Option<&'static str>),
    /// It is written so.
    Malformed(&'static str),
    /// There are more than [`COMMANDS_MAX`].
    TooMany,
}

/// Commands of one mail.
pub const COMMANDS_MAX: usize = 20;
/// Characters of a faulty line that are shown.
pub const SHOWN_CHARS: usize = 80;

/// Reads the commands on top of a text: lines of `#` and a letter, before anything else but blank
/// lines. `##` at the beginning of the text stands for a `#` that is none.
///
/// # Errors
/// Every faulty line; nothing is to be done then.
pub fn read(text: &str) -> Result<Ordered, Vec<Fault>> {
    let (mut commands, mut lines, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = text;
    while let Some((line, below)) = first_line(rest) {
        let line = line.trim();
        if !line.is_empty() && !is_command(line) {
            break;
        }
        rest = below;
        if line.is_empty() {
            continue;
        }
        let read =
            if commands.len() < COMMANDS_MAX { table::read(line) } else { Err(Wrong::TooMany) };
        let shown = line.chars().take(SHOWN_CHARS).collect();
        match read {
            Ok(command) => {
                commands.push(command);
                lines.push(shown);
            }
            Err(what) => {
                faults.push(Fault { line: shown, what });
                if faults.len() >= COMMANDS_MAX {
                    break;
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let text = rest.trim_matches(['\n', '\r']).trim_end();
    let text = match text.trim_start().strip_prefix("##") {
        Some(rest) => format!("#{rest}"),
        None => text.to_owned(),
    };
    Ok(Ordered { commands, lines, text })
}

/// The first line of a text, and what stands below it; `None` of nothing.
#[must_use]
pub fn first_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    Some(text.split_once('\n').unwrap_or((text, "")))
}

fn is_command(line: &str) -> bool {
    let mut characters = line.chars();
    characters.next() == Some('#') && characters.next().is_some_and(char::is_alphabetic)
}

/// For people.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, what } = self;
        match what {
            Wrong::Unknown(Some(near)) => {
                write!(f, "{line}: there is no such command; do you mean #{near}?")
            }
            Wrong::Unknown(None) => write!(f, "{line}: there is no such command"),
            Wrong::Malformed(usage) => write!(f, "{line}: it is written {usage}"),
            Wrong::TooMany => write!(f, "{line}: one mail has at most {COMMANDS_MAX} commands"),
        }
    }
}

#[cfg(test)]
mod tests;
