//! Lines that introduce a quote: `On …, … wrote:`, over one line or a few.

use std::collections::VecDeque;

use super::evidence::Evidence;
use super::line::{Line, RULE_CHARACTERS, without_colon};
use super::words::attribution::{
    Opening, begins_with_verb, ends_with_verb, has_verb, has_verb_before_name, is_citing, opening,
};
use super::words::folded;

/// Lines over which one attribution may be wrapped.
const LINES_MAX: usize = 4;

/// Bytes of an attribution, and of a line of one.
const BYTES_MAX: usize = 600;

/// Lines of a text that are tried as the end of an attribution; the ones after them are text.
const TRIED_MAX: usize = 10_000;

/// Lines that introduce a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribution {
    /// Its first line.
    pub(super) first: usize,
    /// The line behind its last.
    pub(super) end: usize,
    pub(super) strength: Strength,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// Prose may be like it: it counts where quoted lines follow.
    WithQuote,
    /// It counts even if what follows is not marked as quoted.
    Alone,
}

/// Finds attributions from the first line to the last, each line tried once.
pub(super) struct Finder<'a> {
    lines: &'a [Line<'a>],
    /// The next line to try as the end of one.
    next: usize,
    tried: usize,
    found: VecDeque<Attribution>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(lines: &'a [Line<'a>]) -> Self {
        Self { lines, next: 0, tried: 0, found: VecDeque::new() }
    }

    /// The attribution that begins at the line of this index. Indices only rise.
    pub(super) fn at(&mut self, index: usize) -> Option<Attribution> {
        while self.next < self.lines.len().min(index + LINES_MAX) && self.tried < TRIED_MAX {
            if may_end(self.lines, self.next) {
                self.tried += 1;
                self.found.extend(ending_at(self.lines, self.next));
            }
            self.next += 1;
        }
        while self.found.front().is_some_and(|found| found.first < index) {
            self.found.pop_front();
        }
        // Of several from here on, the longest: a verb may stand before a name that is wrapped.
        let here = self.found.iter().take_while(|found| found.first == index);
        here.max_by_key(|found| found.end).copied()
    }
}

/// A cheap look: whether an attribution may end here.
fn may_end(lines: &[Line<'_>], index: usize) -> bool {
    let Some(line) = lines.get(index).filter(|line| line.body.len() <= BYTES_MAX) else {
        return false;
    };
    let quote_follows = || {
        let next = lines.iter().skip(index + 1).find(|next| !next.is_blank());
        next.is_some_and(|next| line.depth < next.depth)
    };
    let end = line.body.trim_end_matches(['-', '*', '.', ' ', '_']);
    end.ends_with([':', '：', '︰'])
        || (!end.is_empty() && (quote_follows() || ends_with_verb(&folded(tail(end)))))
}

/// The last few characters: a verb is not longer.
fn tail(text: &str) -> &str {
    text.get(text.ceil_char_boundary(text.len().saturating_sub(40))..).unwrap_or_default()
}

/// The attribution whose last line this is. Of several beginnings the nearest that is a word for
/// one; else the farthest that is a date; else the line itself.
fn ending_at(lines: &[Line<'_>], last: usize) -> Option<Attribution> {
    let mut best = None;
    for first in (last.saturating_sub(LINES_MAX - 1)..=last).rev() {
        let window = lines.get(first..=last)?;
        if !is_one_piece(window) {
            break;
        }
        let text = joined(window);
        if BYTES_MAX < text.len() {
            break;
        }
        let opening = opening(&text);
        let wrapped_name =
            window.first().is_some_and(|line| line.body.ends_with(['<', '(', '"', ',']));
        if opening == Opening::Other && first < last && !wrapped_name && !is_citing(&text) {
            continue;
        }
        let Some(strength) = strength(&text, opening) else { continue };
        best = Some(Attribution { first, end: last + 1, strength });
        if opening == Opening::Word {
            break;
        }
    }
    best
}

/// Whether these lines may be one sentence that was wrapped.
fn is_one_piece(window: &[Line<'_>]) -> bool {
    let Some((last, before)) = window.split_last() else { return false };
    let depth = window.first().map_or(0, |line| line.depth);
    let ends_sentence = |line: &Line<'_>| {
        line.ends_in_colon()
            || line.body.ends_with(['!', '?'])
            || (line.body.ends_with('.') && !line.body.contains(|at: char| at.is_numeric()))
    };
    // Some programs break before the `>` that ends an address.
    let is_address_end = depth + 1 == last.depth && begins_with_verb(&folded(last.body));
    // A rule, and what stands between rules, begins something else.
    let is_ruled = |line: &Line<'_>| line.body.starts_with(RULE_CHARACTERS);
    !before.iter().any(|line| line.body.is_empty() || line.depth != depth || ends_sentence(line))
        && !window.iter().skip(1).any(is_ruled)
        && (last.depth == depth || is_address_end)
}

fn joined(window: &[Line<'_>]) -> String {
    let bodies: Vec<_> = window.iter().map(|line| line.body).collect();
    let mut text = folded(&bodies.join(" "));
    if text.contains('(') {
        text = text.replace("(a)", "").replace("(а)", "").replace("(la)", "");
    }
    text.trim_matches(|at: char| matches!(at, '-' | '_' | '<' | '#' | '=' | '|' | '—' | ' '))
        .to_owned()
}

/// Whether `text`, folded, introduces a quote.
fn strength(text: &str, opening: Opening) -> Option<Strength> {
    let colon = without_colon(text.trim_end_matches('.'));
    let bare = colon.unwrap_or(text).trim_end_matches(['.', ' ']);
    let found = Evidence::of(bare);
    let verb_last = ends_with_verb(bare);
    let verb = verb_last || (colon.is_some() && has_verb_before_name(bare));
    let opened = opening != Opening::Other;
    let alone = match (colon.is_some(), verb) {
        // In any language: a date, a time, an address, a colon.
        (true, _) if found.address && found.date && opening == Opening::Date => true,
        (true, _) if found.address && found.date && (found.time || opened) && has_verb(bare) => {
            true
        }
        (_, true) if opened => found.address || found.time,
        (true, _) if is_citing(text) => found.address,
        (true, _) | (_, true) => found.address && follows_address(bare),
        (false, false) => false,
    };
    let with_quote = verb
        || (colon.is_some() && (found.address || (found.date && found.time)))
        || (opened && found.date && (found.address || found.time));
    match (alone, with_quote) {
        (true, _) => Some(Strength::Alone),
        (false, true) => Some(Strength::WithQuote),
        (false, false) => None,
    }
}

/// Whether a verb follows the address: `… <a@b.c> wrote`.
fn follows_address(text: &str) -> bool {
    let Some((_, after)) = text.rsplit_once('@') else { return false };
    let end = after
        .find(|at: char| !(at.is_alphanumeric() || matches!(at, '.' | '-')))
        .unwrap_or(after.len());
    let rest = after.get(end..).unwrap_or_default();
    begins_with_verb(rest.trim_start_matches(|at: char| !at.is_alphabetic()))
}
