//! Finds the lines of the public text in the document, in order. What is between them is passed over: it
//! is among the agents.

use std::ops::Range;

use super::Clean;
use super::document::{Document, Element, WordKind};
use super::token::{Joint, Token, TokenKind, Voice, end_of};

/// Characters that may be compared, for each byte of both.
const COMPARED_MAX: usize = 4;

/// A word of the public text, and where it stands in the document.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// Where in the document's text.
    pub(super) at: usize,
    pub(super) said: Said<'a>,
    /// Line ends before it in the public text.
    pub(super) lines: usize,
    pub(super) voice: Voice,
}

/// The text of a piece.
#[derive(Debug)]
pub(super) enum Said<'a> {
    /// As the document has it.
    Same(Range<usize>),
    /// As the public text has it: the document says something else.
    Plain(&'a str),
}

/// Every word of the text as a piece; `None` if the document does not have all of them.
pub(super) fn align<'a>(
    document: &Document,
    tokens: &[Token<'a>],
    clean: Clean<'_>,
) -> Option<Vec<Piece<'a>>> {
    let bytes: usize = tokens.iter().map(|token| token.text.len() + 1).sum();
    let left = COMPARED_MAX * (document.text.len() + bytes + 64);
    let mut search = Search { document, clean, left, pieces: Vec::new(), lines: 0 };
    let (mut at, mut rest) = (0, tokens);
    while !rest.is_empty() {
        let others = rest.iter().skip(1).position(|token| token.lines > 0);
        let (line, below) = rest.split_at(others.map_or(rest.len(), |others| others + 1));
        at = search.line(at, line, below)?;
        rest = below;
    }
    Some(search.pieces)
}

struct Search<'d, 'a> {
    document: &'d Document,
    clean: Clean<'d>,
    /// Characters that may be compared yet.
    left: usize,
    pieces: Vec<Piece<'a>>,
    /// Line ends before the next piece.
    lines: usize,
}

impl<'a> Search<'_, 'a> {
    /// Finds a line there, or where another line of the document begins; where it ends.
    fn line(&mut self, at: usize, line: &[Token<'a>], below: &[Token<'a>]) -> Option<usize> {
        let next = below.first();
        let (found, lines) = (self.pieces.len(), self.lines);
        let mut from = at;
        loop {
            if let Some(end) = self.line_at(from, line, next) {
                return Some(end);
            }
            self.pieces.truncate(found);
            self.lines = lines;
            from = self.next_line(from)?;
        }
    }

    /// Where the next line of the document begins.
    fn next_line(&mut self, at: usize) -> Option<usize> {
        let words = &self.document.words;
        let mut index = words.partition_point(|word| word.at <= at);
        while let Some(word) = words.get(index) {
            self.left = self.left.checked_sub(1)?;
            let before = index.checked_sub(1).and_then(|index| words.get(index));
            if word.lines > 0 || before.is_none_or(|before| before.place != word.place) {
                return Some(word.at);
            }
            index += 1;
        }
        None
    }

    fn line_at(
        &mut self,
        at: usize,
        line: &[Token<'a>],
        next: Option<&Token<'a>>,
    ) -> Option<usize> {
        let mut at = at;
        let mut joint = Joint::Blank;
        for (index, token) in line.iter().enumerate() {
            self.lines += token.lines;
            if token.kind == TokenKind::Target && self.is_told(at, token) {
                if token.voice == Voice::Quoted {
                    self.push(at, Said::Plain(token.text), token.voice);
                }
                // What is behind it may stand right behind the words of the link.
                joint = Joint::Nothing;
                continue;
            }
            let is_behind = joint == Joint::Nothing || token.joint == Joint::Nothing;
            let start = self.begin(at, if is_behind { Joint::Nothing } else { Joint::Blank })?;
            let behind = line.get(index + 1).or(next);
            at = self.word(start, token, behind)?;
            joint = Joint::Blank;
        }
        Some(at)
    }

    /// Where the next word begins.
    fn begin(&self, at: usize, joint: Joint) -> Option<usize> {
        let rest = self.document.text.get(at..)?;
        match (rest.starts_with(' '), joint) {
            (true, _) => Some(at + 1),
            (false, Joint::Nothing) => Some(at),
            (false, Joint::Blank) => self.is_begin(at).then_some(at),
        }
    }

    fn is_begin(&self, at: usize) -> bool {
        let word = self.document.words.get(self.document.word_index(at));
        word.is_some_and(|word| word.at == at) || at == self.document.text.len()
    }

    /// Whether the link that ends there leads where the text says.
    fn is_told(&self, at: usize, token: &Token<'_>) -> bool {
        let target = at.checked_sub(1).and_then(|last| self.document.look(last).0.target);
        let target = target.and_then(|index| self.document.targets.get(index));
        target.is_some_and(|target| {
            let written = target.url.is_some() || token.voice == Voice::Quoted;
            written && target.is_told(token.leads_to(), self.clean)
        })
    }

    /// Where a word ends that begins there, or behind the pictures there.
    fn word(&mut self, at: usize, token: &Token<'a>, behind: Option<&Token<'_>>) -> Option<usize> {
        let mut at = at;
        loop {
            self.left = self.left.checked_sub(token.text.len() + 1)?;
            if let Some((end, said)) = self.said(at, token, behind) {
                if let Some(said) = said {
                    self.push(at, said, token.voice);
                }
                return Some(end);
            }
            let word = self.document.words.get(self.document.word_index(at))?;
            if word.at != at || word.kind != WordKind::Picture {
                return None;
            }
            at = self.end_of_word(at) + 1;
        }
    }

    /// Where a word ends, and what is to be written of it.
    fn said(
        &self,
        at: usize,
        token: &Token<'a>,
        behind: Option<&Token<'_>>,
    ) -> Option<(usize, Option<Said<'a>>)> {
        let text = &self.document.text;
        let from = self.behind_bracket(at, token);
        if let Some(end) = end_of(token.text, text, from).filter(|end| self.may_end(*end, behind)) {
            let said = (at < end).then_some(Said::Same(at..end));
            return Some((end, said));
        }
        let end = self.end_of_word(at);
        let there = text.get(at..end)?;
        if there.contains('@') && (self.clean)(there) == token.text {
            return Some((end, Some(Said::Plain(token.text))));
        }
        let is_mark = token.is_mark() || (token.is_list_mark() && self.is_item(at));
        is_mark.then_some((at, None))
    }

    /// The plain text has a bracket around a picture's name, or a word within it: `[image: name]`.
    fn behind_bracket(&self, at: usize, token: &Token<'_>) -> usize {
        let word = self.document.words.get(self.document.word_index(at));
        let is_picture = word.is_some_and(|word| word.at == at && word.kind == WordKind::Picture);
        let rest = self.document.text.get(at..).unwrap_or_default();
        let is_behind = is_picture && rest.starts_with('[') && !token.text.starts_with('[');
        if is_behind { at + 1 } else { at }
    }

    /// A word ends where one of the document ends, or where the next one goes on.
    fn may_end(&self, end: usize, behind: Option<&Token<'_>>) -> bool {
        let goes_on = behind
            .is_some_and(|next| next.kind == TokenKind::Target || next.joint == Joint::Nothing);
        goes_on || end == self.end_of_word(end) || self.is_begin(end)
    }

    fn end_of_word(&self, at: usize) -> usize {
        let rest = self.document.text.get(at..).unwrap_or_default();
        at + rest.find(' ').unwrap_or(rest.len())
    }

    /// Whether an element of a list begins there.
    fn is_item(&self, at: usize) -> bool {
        let words = &self.document.words;
        let index = self.document.word_index(at);
        let (Some(word), before) = (words.get(index), index.checked_sub(1)) else { return false };
        let before = before.and_then(|index| words.get(index));
        let element = self.document.element(word.place);
        matches!(element, Element::Item | Element::NumberedItem(_))
            && word.at == at
            && before.is_none_or(|before| before.place != word.place)
    }

    fn push(&mut self, at: usize, said: Said<'a>, voice: Voice) {
        let lines = std::mem::take(&mut self.lines);
        self.pieces.push(Piece { at, said, lines, voice });
    }
}
