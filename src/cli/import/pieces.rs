//! A TOML file in pieces of one account each: a file of a million accounts is read with the memory that one needs.

use super::faults::{Column, Place};

/// A part of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    /// The line of the file in which it begins; the first is 1.
    line: usize,
}

impl Piece<'_> {
    /// Where a byte of it stands in the file.
    pub(super) fn place(&self, at: usize) -> Place {
        let before = self.text.get(..self.text.floor_char_boundary(at)).unwrap_or(self.text);
        let lines = before.matches('\n').count();
        let line = before.rsplit('\n').next().unwrap_or(before);
        Place { line: self.line + lines, column: Column::Character(line.chars().count() + 1) }
    }
}

/// The pieces of a file: what stands before the first `[[account]]`, and each of them.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let (mut rest, mut line) = (text, 1);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut within = Within::Nothing;
        let (mut end, mut lines) = (0, 0);
        for one in rest.split_inclusive('\n') {
            if within == Within::Nothing && end > 0 && is_header(one) {
                break;
            }
            within = within.after(one);
            end += one.len();
            lines += usize::from(one.ends_with('\n'));
        }
        let (text, behind) = rest.split_at(end);
        let piece = Piece { text, line };
        rest = behind;
        line += lines;
        Some(piece)
    })
}

/// What a line begins within.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    /// `"""`.
    Basic,
    /// `'''`.
    Literal,
}

fn is_header(line: &str) -> bool {
    let Some((name, behind)) =
        line.trim_start().strip_prefix("[[").and_then(|rest| rest.split_once("]]"))
    else {
        return false;
    };
    let behind = behind.trim_start();
    ["account", "\"account\"", "'account'"].contains(&name.trim())
        && (behind.is_empty() || behind.starts_with('#'))
}

impl Within {
    /// What the next line begins within.
    fn after(self, line: &str) -> Self {
        let (mut within, mut rest) = (self, line);
        loop {
            rest = match within {
                Self::Basic => match end_of_basic(rest, "\"\"\"") {
                    Some(behind) => behind,
                    None => return within,
                },
                Self::Literal => match rest.split_once("'''") {
                    Some((_, behind)) => behind,
                    None => return within,
                },
                Self::Nothing => match rest.find(['"', '\'', '#']) {
                    Some(at) => &rest[at..],
                    None => return within,
                },
            };
            if within != Self::Nothing {
                within = Self::Nothing;
                continue;
            }
            let quoted = if let Some(behind) = rest.strip_prefix("\"\"\"") {
                within = Self::Basic;
                Some(behind)
            } else if let Some(behind) = rest.strip_prefix("'''") {
                within = Self::Literal;
                Some(behind)
            } else if let Some(text) = rest.strip_prefix('"') {
                end_of_basic(text, "\"")
            } else if let Some(text) = rest.strip_prefix('\'') {
                text.split_once('\'').map(|(_, behind)| behind)
            } else {
                None
            };
            let Some(behind) = quoted else { return within };
            rest = behind;
        }
    }
}

/// What stands behind the end of a string in which `\` escapes.
fn end_of_basic<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find(['\\', '"'])?;
        if rest[at..].starts_with('\\') {
            rest = rest[at + 1..].char_indices().nth(1).map(|(next, _)| &rest[at + 1 + next..])?;
        } else if let Some(behind) = rest[at..].strip_prefix(end) {
            return Some(behind);
        } else {
            rest = &rest[at + 1..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_is_a_piece() {
        check("", &[]);
        check("# a\n", &["# a\n"]);
        check("[[account]]\na=1\n[[account]]\n", &["[[account]]\na=1\n", "[[account]]\n"]);
        check(
            "#\n [[ \"account\" ]] # x\n[[account.licence]]\n",
            &["#\n", " [[ \"account\" ]] # x\n[[account.licence]]\n"],
        );
        let within = "[[account]]\na=\"\"\"\n[[account]]\n\"\"\"\nb='''\n[[account]]\n'''\n";
        check(within, &[within]);
        let quoted = "[[account]]\na='\"\"\"'\nb=\"'''\"\nc=\"\\\"\"\n# \"\"\"\nd=\"x\\\\\"\n";
        check(&format!("{quoted}[[account]]\n"), &[quoted, "[[account]]\n"]);
        check("a=\"\"\"\\\"\"\" [[account]]\n", &["a=\"\"\"\\\"\"\" [[account]]\n"]);

        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let found: Vec<_> = pieces(text).map(|piece| piece.text).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_place_is_counted_in_lines_and_characters_of_the_file() {
        let last = pieces("# ä\n[[account]]\nname = \"ä\" x").last().unwrap();
        let place = last.place(last.text.find('x').unwrap());
        assert_eq!(place, Place { line: 3, column: Column::Character(12) });
    }
}
