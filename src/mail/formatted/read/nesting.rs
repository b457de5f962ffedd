//! Which places are within which. Whatever the tags say, it comes out well formed: items are within lists,
//! cells within rows, rows within tables.

use crate::mail::formatted::document::{Element, Place};

/// Places within places; what is deeper is in the deepest of them.
const DEPTH_MAX: usize = 24;

/// The places so far, and those that are open.
pub(super) struct Nesting {
    pub(super) places: Vec<Place>,
    open: Vec<Open>,
}

/// A place that is open.
#[derive(Clone, Copy)]
struct Open {
    place: usize,
    element: Element,
    /// The number of the next item or cell within it.
    next: usize,
}

impl Nesting {
    pub(super) fn new() -> Self {
        Self { places: vec![Place { element: Element::Body, parent: 0 }], open: Vec::new() }
    }

    /// The place in which text stands that comes now.
    pub(super) fn holder(&self) -> (usize, Element) {
        let open = self.open.iter().rev().find(|open| open.element.has_text());
        open.map_or((0, Element::Body), |open| (open.place, open.element))
    }

    /// A heading, or text that is laid out already.
    pub(super) fn block(&mut self, element: Element) {
        self.end_block();
        if self.top().is_open() {
            self.push(element, 0);
        }
    }

    pub(super) fn list(&mut self, element: Element, start: usize) {
        self.end_block();
        let top = self.top();
        if top.is_open() || matches!(top, Element::List | Element::NumberedList) {
            self.push(element, start);
        }
    }

    pub(super) fn item(&mut self) {
        let is_list = |one: Element| matches!(one, Element::List | Element::NumberedList);
        let Some(list) = self.within_cell(is_list) else { return };
        self.open.truncate(list + 1);
        let Some(open) = self.open.last_mut() else { return };
        let is_numbered = open.element == Element::NumberedList;
        let item = if is_numbered { Element::NumberedItem(open.next) } else { Element::Item };
        open.next = open.next.saturating_add(1);
        self.push(item, 0);
    }

    pub(super) fn table(&mut self) {
        self.end_block();
        if self.top().is_open() {
            self.push(Element::Table, 0);
        }
    }

    pub(super) fn row(&mut self) {
        let Some(table) = self.last(|one| one == Element::Table) else { return };
        self.open.truncate(table + 1);
        self.push(Element::Row, 0);
    }

    pub(super) fn cell(&mut self, element: impl Fn(usize) -> Element) {
        let within = self.last(|one| matches!(one, Element::Table | Element::Row));
        let Some(within) = within else { return };
        self.open.truncate(within + 1);
        if self.top() == Element::Table {
            self.push(Element::Row, 0);
        }
        let Some(row) = self.open.last_mut().filter(|open| open.element == Element::Row) else {
            return;
        };
        let column = row.next;
        row.next += 1;
        self.push(element(column), 0);
    }

    /// An end tag.
    pub(super) fn end(&mut self, tag: &str) {
        let is_it = |one: Element| one != Element::Body && one.tag() == tag;
        let found = match tag {
            "table" | "tr" | "td" | "th" => self.last(is_it),
            "menu" => self.within_cell(|one| one == Element::List),
            _ => self.within_cell(is_it),
        };
        if let Some(found) = found {
            self.open.truncate(found);
        }
    }

    fn end_block(&mut self) {
        if matches!(self.top(), Element::Heading(_) | Element::Preformatted) {
            self.open.pop();
        }
    }

    fn top(&self) -> Element {
        self.open.last().map_or(Element::Body, |open| open.element)
    }

    fn last(&self, wanted: impl Fn(Element) -> bool) -> Option<usize> {
        self.open.iter().rposition(|open| wanted(open.element))
    }

    /// The same, but not out of a cell.
    fn within_cell(&self, wanted: impl Fn(Element) -> bool) -> Option<usize> {
        let found = self.last(wanted)?;
        let cell = self.last(|one| matches!(one, Element::Cell(_) | Element::HeadCell(_)));
        cell.is_none_or(|cell| cell < found).then_some(found)
    }

    fn push(&mut self, element: Element, next: usize) {
        if self.open.len() < DEPTH_MAX {
            let parent = self.open.last().map_or(0, |open| open.place);
            let place = self.places.len();
            self.places.push(Place { element, parent });
            self.open.push(Open { place, element, next });
        }
    }
}
