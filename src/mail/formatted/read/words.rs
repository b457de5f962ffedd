//! Words as they come, character by character.

use crate::mail::formatted::document::{Element, Look, Word, WordKind};
use crate::mail::formatted::token::is_invisible;

/// Blanks before a word and line ends before it that are kept where they count.
const INDENT_MAX: usize = 200;
const LINES_MAX: usize = 50;

/// Blanks for a tab.
const TAB: usize = 8;

/// The words so far.
#[derive(Default)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) list: Vec<Word>,
    pub(super) looks: Vec<(usize, Look)>,
    gap: Gap,
    lines: usize,
    indent: usize,
}

/// What is before the next character.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Gap {
    Nothing,
    #[default]
    Blank,
}

impl Words {
    /// A blank or a line end; only in `pre` do they count.
    pub(super) fn blank(&mut self, character: char, element: Element) {
        self.gap = Gap::Blank;
        if element != Element::Preformatted {
            return;
        }
        match character {
            '\n' => self.line(),
            '\t' => self.indent = (self.indent + TAB).min(INDENT_MAX),
            _ => self.indent = (self.indent + 1).min(INDENT_MAX),
        }
    }

    /// Another line begins.
    pub(super) fn line(&mut self) {
        self.gap = Gap::Blank;
        self.lines = (self.lines + 1).min(LINES_MAX);
        self.indent = 0;
    }

    /// A block begins or ends.
    pub(super) fn block(&mut self) {
        self.gap = Gap::Blank;
        self.lines = self.lines.max(1);
        self.indent = 0;
    }

    /// A character of a word.
    pub(super) fn push(&mut self, character: char, place: usize, look: Look, kind: WordKind) {
        if is_invisible(character) || character.is_control() {
            return;
        }
        if self.gap == Gap::Blank {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            let (lines, indent) = (self.lines, self.indent);
            self.list.push(Word { at: self.text.len(), place, lines, indent, kind });
            (self.gap, self.lines, self.indent) = (Gap::Nothing, 0, 0);
        }
        if self.looks.last().is_none_or(|(_, last)| *last != look) {
            self.looks.push((self.text.len(), look));
        }
        self.text.push(character);
    }
}
