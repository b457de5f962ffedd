//! HTML becomes a flat document: one pass over its tokens, no tree and no recursion.

mod nesting;
mod words;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::Clean;
use super::document::{Document, Element, Look, Mark, Marks, Target, WordKind};
use super::link;
use crate::mail::parse::html::hidden::Hidden;
use crate::mail::parse::html::tag::StartTag;
use nesting::Nesting;
use words::Words;

/// Reads a document.
pub(super) fn read(html: &str, clean: Clean<'_>) -> Document {
    let mut reader = Reader::new(clean);
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| {
        reader.event(&event);
        None::<()>
    });
    emitter.naively_switch_states(true);
    let _ = Tokenizer::new_with_emitter(html, emitter).next();
    let Words { text, list, looks, .. } = reader.words;
    let (places, targets) = (reader.nesting.places, reader.targets);
    Document { text, words: list, looks, places, targets }
}

struct Reader<'a> {
    clean: Clean<'a>,
    nesting: Nesting,
    words: Words,
    targets: Vec<Target>,
    /// How many elements of each mark are open.
    marks: [usize; Mark::ALL.len()],
    /// The link around this text.
    target: Option<usize>,
    tag: StartTag,
    /// Why the text is passed over.
    hidden: Option<Hidden>,
}

impl<'a> Reader<'a> {
    fn new(clean: Clean<'a>) -> Self {
        Self {
            clean,
            nesting: Nesting::new(),
            words: Words::default(),
            targets: Vec::new(),
            marks: [0; Mark::ALL.len()],
            target: None,
            tag: StartTag::default(),
            hidden: None,
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag.open(name),
            CallbackEvent::AttributeName { name } => self.tag.attribute(name),
            CallbackEvent::AttributeValue { value } => self.tag.value(value),
            CallbackEvent::CloseStartTag { .. } => self.start_tag(),
            CallbackEvent::EndTag { name } => self.end_tag(&String::from_utf8_lossy(name)),
            CallbackEvent::String { value } if self.hidden.is_none() => {
                self.text(&String::from_utf8_lossy(value), WordKind::Written);
            }
            CallbackEvent::String { .. }
            | CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    fn start_tag(&mut self) {
        if let Some(hidden) = &mut self.hidden {
            hidden.start(&self.tag.element);
            return;
        }
        self.hidden = Hidden::by(&self.tag.element, self.tag.display);
        if self.hidden.is_some() {
            return;
        }
        if let Some(mark) = Mark::of(&self.tag.element) {
            self.count(mark, |count| count + 1);
            return;
        }
        let nesting = &mut self.nesting;
        match &*self.tag.element {
            "a" => {
                self.target = None;
                if !self.tag.href.is_empty() {
                    self.target = Some(self.targets.len());
                    self.targets.push(link::target(&self.tag.href, self.clean));
                }
                return;
            }
            "img" => {
                let alternative = std::mem::take(&mut self.tag.alternative);
                let said = alternative.split_whitespace().collect::<Vec<_>>().join(" ");
                if !said.is_empty() {
                    self.words.blank(' ', Element::Body);
                    self.text(&format!("[{said}]"), WordKind::Picture);
                    self.words.blank(' ', Element::Body);
                }
                return;
            }
            "br" => {
                self.words.line();
                return;
            }
            "ul" | "menu" => nesting.list(Element::List, 1),
            "ol" => nesting.list(Element::NumberedList, self.tag.start),
            "li" => nesting.item(),
            "table" => nesting.table(),
            "tr" => nesting.row(),
            "td" => nesting.cell(Element::Cell),
            "th" => nesting.cell(Element::HeadCell),
            "pre" => nesting.block(Element::Preformatted),
            element => {
                if let Some(rank) = rank(element) {
                    nesting.block(Element::Heading(rank));
                }
            }
        }
        self.apart();
    }

    fn end_tag(&mut self, element: &str) {
        if let Some(hidden) = &mut self.hidden {
            if hidden.ends(element) {
                self.hidden = None;
            }
            return;
        }
        if let Some(mark) = Mark::of(element) {
            self.count(mark, |count| count.saturating_sub(1));
            return;
        }
        match element {
            "a" => self.target = None,
            element => {
                self.nesting.end(element);
                element.clone_into(&mut self.tag.element);
                self.apart();
            }
        }
    }

    /// What stands before a block is on another line, or in another cell.
    fn apart(&mut self) {
        match &*self.tag.element {
            "td" | "th" => self.words.blank(' ', Element::Body),
            element if is_within_lines(element) => {}
            _ => self.words.block(),
        }
    }

    fn count(&mut self, mark: Mark, change: impl Fn(usize) -> usize) {
        for (one, count) in Mark::ALL.into_iter().zip(&mut self.marks) {
            if one == mark {
                *count = change(*count);
            }
        }
    }

    fn text(&mut self, text: &str, kind: WordKind) {
        let (place, element) = self.nesting.holder();
        let counts = Mark::ALL.into_iter().zip(self.marks);
        let has = |mark| counts.clone().any(|(one, count)| one == mark && count > 0);
        let look = Look { marks: Marks::of(has), target: self.target };
        for character in text.chars() {
            if character.is_whitespace() {
                self.words.blank(character, element);
            } else {
                self.words.push(character, place, look, kind);
            }
        }
    }
}

/// The rank of a heading.
fn rank(element: &str) -> Option<u8> {
    let rank = element.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&rank).then_some(rank)
}

/// Elements that begin no line; all others do.
fn is_within_lines(element: &str) -> bool {
    matches!(
        element,
        "span"
            | "font"
            | "big"
            | "small"
            | "sub"
            | "sup"
            | "abbr"
            | "acronym"
            | "cite"
            | "q"
            | "label"
            | "mark"
            | "time"
            | "var"
            | "wbr"
            | "bdi"
            | "bdo"
            | "data"
            | "dfn"
            | "nobr"
            | "o:p"
            | "button"
            | "input"
            | "img"
            | "area"
            | "map"
            | "base"
            | "link"
            | "meta"
    ) || element.contains(':')
}
