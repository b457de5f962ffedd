//! The lines of a calendar's file: `NAME;PARAMETER=value;…:value` (RFC 5545 §3.1).

/// A line as it was before it was folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentLine {
    /// The line of the file on which it begins; the first is 1.
    pub number: usize,
    /// In upper case.
    pub name: String,
    /// With names in upper case.
    parameters: Vec<(String, String)>,
    /// As written: escapes are those of its type.
    pub value: String,
}

/// The lines of a calendar; what has no name is left out.
pub fn content_lines(calendar: &str) -> impl Iterator<Item = ContentLine> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(calendar.lines()) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, open))) => open.push_str(rest),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines.into_iter().filter_map(|(number, line)| ContentLine::of(number, &line))
}

/// A text without its escapes (RFC 5545 §3.3.11); a line end is a blank.
#[must_use]
pub fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') | None => text.push(' '),
                Some(escaped) => text.push(escaped),
            },
            _ => text.push(character),
        }
    }
    text
}

impl ContentLine {
    fn of(number: usize, line: &str) -> Option<Self> {
        let mut quoted = false;
        let mut pieces = vec![String::new()];
        let mut characters = line.chars();
        for character in characters.by_ref() {
            match character {
                '"' => quoted = !quoted,
                ':' if !quoted => break,
                ';' if !quoted => pieces.push(String::new()),
                _ => pieces.last_mut()?.push(character),
            }
        }
        let mut pieces = pieces.into_iter();
        let name = pieces.next()?.trim().to_ascii_uppercase();
        let parameters = pieces
            .filter_map(|piece| {
                let (name, value) = piece.split_once('=')?;
                Some((name.to_ascii_uppercase(), value.to_owned()))
            })
            .collect();
        (!name.is_empty()).then(|| Self { number, name, parameters, value: characters.collect() })
    }

    /// A parameter's value; empty where it has none.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(of, _)| of == name);
        found.map_or("", |(_, value)| value)
    }
}
