//! A message that somebody passes on within his own: who wrote it, and what it says.

use super::header::{self, Role};
use super::line::Line;
use crate::mail::address::{Address, NamedAddress};

/// A message that stands within another, below a header as programs write it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// What stands above it.
    pub above: String,
    /// Who wrote it.
    pub sender: NamedAddress,
    /// Its subject, if the header has one.
    pub subject: Option<String>,
    /// What it says.
    pub text: String,
}

/// Lines in which the header is looked for.
const LINES_MAX: usize = 500;

/// The first message that a text passes on, if its header says who wrote it.
#[must_use]
pub fn forwarded(text: &str) -> Option<Forwarded> {
    let lines: Vec<_> = text.split('\n').map(Line::of).collect();
    let (first, block) = (0..lines.len().min(LINES_MAX)).find_map(|index| {
        header::block(&lines, index).filter(|block| block.is_header).map(|block| (index, block))
    })?;
    let fields = lines.get(first..block.end)?.iter().filter_map(header::field);
    let (mut sender, mut subject) = (None, None);
    for (role, value) in fields {
        match role {
            Role::From => sender = sender.or_else(|| named(value)),
            Role::Subject => subject = subject.or_else(|| Some(value.trim().to_owned())),
            Role::Date | Role::To | Role::Other => {}
        }
    }
    let depth = lines.get(first)?.depth;
    let line =
        |line: &Line<'_>| if 0 < depth { line.body.to_owned() } else { line.whole.to_owned() };
    let said: Vec<String> = lines.get(block.end..)?.iter().map(line).collect();
    let above: Vec<&str> = lines.get(..first)?.iter().map(|line| line.whole).collect();
    // The line that says that something is passed on belongs to it.
    let above = above.join("\n");
    let above = above.trim_end();
    let above = above.rsplit_once('\n').map_or("", |(rest, _)| rest);
    Some(Forwarded {
        above: above.trim().to_owned(),
        sender: sender?,
        subject: subject.filter(|subject| !subject.is_empty()),
        text: said.join("\n").trim().to_owned(),
    })
}

/// A name and an address as programs write them: `Ada <ada@acme.example>`, `Ada [mailto:ada@acme.example]`.
fn named(value: &str) -> Option<NamedAddress> {
    let edge = |at: char| "<>[]()\"',;*".contains(at) || at.is_whitespace();
    let mut words = value.split(edge).map(|word| word.trim_start_matches("mailto:"));
    let address = words.find_map(|word| Address::parse(word).ok())?;
    let end = value.find(['<', '[', '(']).unwrap_or(0);
    let name = value.get(..end).unwrap_or_default();
    let name = name.trim_matches(|at: char| edge(at)).to_owned();
    Some(NamedAddress { name, address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wrote_what_is_passed_on_is_found() {
        check(
            "FYI\n\n---------- Forwarded message ---------\nFrom: Carla <carla@paid.example>\n\
             Date: Mon, 2 Nov 2026 at 10:15\nSubject: Printer on fire\nTo: <ada@staff.example>\n\n\
             It burns.\n\nCarla\n",
            ("FYI", "Carla", "carla@paid.example", Some("Printer on fire"), "It burns.\n\nCarla"),
        );
        check(
            "-----Ursprüngliche Nachricht-----\nVon: Carla Muster [mailto:carla@paid.example]\n\
             Gesendet: Montag, 2. November 2026 10:15\nAn: Ada\nBetreff: Drucker\n\nEr brennt.\n",
            ("", "Carla Muster", "carla@paid.example", Some("Drucker"), "Er brennt."),
        );
        check(
            "Begin forwarded message:\n\n> From: carla@paid.example\n> Subject: Printer\n> Date: today\n>\n> It burns.\n",
            ("", "", "carla@paid.example", Some("Printer"), "It burns."),
        );
        assert_eq!(forwarded("Hello\nFrom: nobody\nwas all he said\n"), None);
        assert_eq!(forwarded(""), None);

        #[track_caller]
        fn check(text: &str, expected: (&str, &str, &str, Option<&str>, &str)) {
            let found = forwarded(text).unwrap();
            let Forwarded { above, sender, subject, text } = &found;
            let found = (
                above.as_str(),
                sender.name.as_str(),
                sender.address.as_str(),
                subject.as_deref(),
                text.as_str(),
            );
            assert_eq!(found, expected);
        }
    }
}
