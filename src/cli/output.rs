//! What people and programs read: aligned lines, or one JSON object a line. Nothing from a mail
//! reaches a terminal unescaped (THR-41).

use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};

use crate::store::undeliverable::Gone;

/// Characters of a cell; the rest is an ellipsis.
const CELL_MAX: usize = 60;

/// Text without anything that a terminal obeys: controls and direction marks become `�`.
#[must_use]
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|char| if is_control(char) { '\u{FFFD}' } else { char }).collect()
}

/// As [`printable`], over several lines.
#[must_use]
pub(super) fn printable_lines(text: &str) -> String {
    text.lines().map(|line| printable(&line.replace('\t', "    "))).collect::<Vec<_>>().join("\n")
}

/// Writes a line to standard output. A reader that has gone is no failure of ours.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// How a line stands out on a terminal; elsewhere, and with `NO_COLOR`, it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// What is read first.
    Heading,
    /// What comes from outside.
    Outside,
    /// What the desk says.
    Desk,
    /// What is there if it is looked for.
    Aside,
}

/// As [`line`], and on a terminal in its tone.
pub(super) fn toned(tone: Tone, text: &str) {
    let style = match tone {
        Tone::Heading => Style::new().bold(),
        Tone::Outside => AnsiColor::Green.on_default().bold(),
        Tone::Desk => AnsiColor::Cyan.on_default().bold(),
        Tone::Aside => Style::new().dimmed(),
    };
    let _ = writeln!(anstream::stdout().lock(), "{style}{text}{style:#}");
}

/// Writes bytes as they are to standard output.
pub(super) fn raw(bytes: &[u8]) {
    let _ = std::io::stdout().lock().write_all(bytes);
}

/// Writes one JSON object on a line. It is made for programs, and people look at it, too: what a
/// terminal obeys is written as JSON's escapes, which mean the same.
pub(super) fn json(value: &serde_json::Value) {
    line(&escaped(&value.to_string()));
}

/// JSON in which such characters, which only strings can hold, are escapes.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for char in json.chars() {
        if is_control(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(char);
        }
    }
    text
}

/// Writes rows under a heading, columns aligned.
pub(super) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) {
    let cells: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|c| cell(c))).collect();
    let width = |column: usize| {
        let heading = heading.get(column).map_or(0, |text| text.chars().count());
        let widest = cells.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count());
        widest.max().unwrap_or(0).max(heading)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let print = |row: [&str; N]| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}")).collect();
        line(padded.join("  ").trim_end());
    };
    print(heading);
    for row in &cells {
        print(row.each_ref().map(String::as_str));
    }
}

fn cell(text: &str) -> String {
    let text = printable(text);
    match text.char_indices().nth(CELL_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Whether a terminal may obey it: controls, and marks that turn or hide text.
pub(super) fn is_control(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// An address that takes no mail, for programs.
pub(super) fn undeliverable(gone: &Gone) -> serde_json::Value {
    serde_json::json!({
        "address": gone.address.as_str(),
        "ticket": gone.ticket.get(),
        "why": gone.why,
        "since": gone.since.to_string(),
        "last": gone.last.to_string(),
    })
}

/// The same for people.
pub(super) fn undeliverable_line(gone: &Gone) -> String {
    let Gone { address, ticket, why, since, last } = gone;
    let until = if since == last { String::new() } else { format!(", last {last}") };
    format!("mail to {address} comes back since {since}{until} (ticket {ticket}): {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_41_nothing_that_a_terminal_obeys_is_printed() {
        assert_eq!(printable("a\u{1b}]0;x\u{7}b\r\nc"), "a�]0;x�b��c");
        assert_eq!(printable("gpj.exe\u{202e}"), "gpj.exe�");
        assert_eq!(escaped("{\"a\u{7f}\":\"\u{202e}\u{9b}é\"}"), r#"{"a\u007f":"\u202e\u009bé"}"#);
        assert_eq!(printable_lines("a\tb\nc\rd"), "a    b\nc�d");
    }
}
