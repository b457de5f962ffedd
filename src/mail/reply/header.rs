//! The header of a quoted message: `From:`, `Sent:`, `To:`, `Subject:` in lines of their own.

use super::evidence::Evidence;
use super::line::{Line, RULE_CHARACTERS};
use super::words::folded;
use super::words::header::{NAME_BYTES_MAX, role};

pub(super) use super::words::header::Role;

/// Lines of a header.
const LINES_MAX: usize = 40;

/// Bytes of a field in which an address is looked for.
const VALUE_BYTES_MAX: usize = 1_000;

/// Lines in a row that go on with a field: recipients are wrapped.
const CONTINUED_MAX: usize = 6;

/// Lines looked at, and whether they are a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The line behind its last.
    pub(super) end: usize,
    pub(super) is_header: bool,
}

/// The fields that begin at this line; `None` if there is no field.
pub(super) fn block(lines: &[Line<'_>], first: usize) -> Option<Block> {
    let depth = lines.get(first)?.depth;
    field(lines.get(first)?)?;
    let mut seen = Seen::default();
    let (mut end, mut continued) = (first, 0);
    for (index, line) in lines.iter().enumerate().skip(first).take(LINES_MAX) {
        if line.depth != depth {
            break;
        }
        if let Some((role, value)) = field(line) {
            seen.note(role, value);
            (end, continued) = (index + 1, 0);
        } else if line.body.is_empty() {
            // Where each field is a paragraph a blank line stands between them.
            let next = lines.get(index + 1);
            if index != end || next.and_then(field).is_none() {
                break;
            }
            end = index + 1;
        } else {
            continued += 1;
            if CONTINUED_MAX < continued || line.body.starts_with(RULE_CHARACTERS) {
                break;
            }
        }
    }
    Some(Block { end, is_header: seen.is_header() })
}

/// The field of a line and its value; the names are often bold.
pub(super) fn field<'a>(line: &Line<'a>) -> Option<(Role, &'a str)> {
    let head = line.body.get(..line.body.floor_char_boundary(NAME_BYTES_MAX))?;
    // Most lines have none, and a single byte is found faster.
    let at = if head.is_ascii() { head.find(':')? } else { head.find([':', '：'])? };
    // A time has a colon, too; no name has a digit.
    let name = line.body.get(..at).filter(|name| !name.bytes().any(|at| at.is_ascii_digit()))?;
    let role = role(folded(name).trim_matches(['_', ' ', '#']))?;
    let value = line.body.get(at..)?.trim_start_matches([':', '：', '*', '_', ' ']);
    Some((role, value))
}

/// The fields that were seen, each once.
#[derive(Default)]
struct Seen {
    roles: Vec<Role>,
    /// Who wrote it has an address.
    address: bool,
}

impl Seen {
    fn note(&mut self, role: Role, value: &str) {
        self.address |=
            role == Role::From && value.len() <= VALUE_BYTES_MAX && Evidence::of(value).address;
        if !self.roles.contains(&role) {
            self.roles.push(role);
        }
    }

    /// Who wrote it, about what and one more; or who wrote it, by an address, and one more. A
    /// traveller writes `From`, `To` and `Date`, too.
    fn is_header(&self) -> bool {
        let has = |role| self.roles.contains(&role);
        let more = has(Role::Date) || has(Role::To);
        has(Role::From)
            && ((has(Role::Subject) && more) || (self.address && (has(Role::Subject) || more)))
    }
}
