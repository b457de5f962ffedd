//! What an HTML document says, flat: its words, and beside them where they stand and how they look.

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    /// Its words, with one blank between any two.
    pub(super) text: String,
    /// Where they begin, in order.
    pub(super) words: Vec<Word>,
    /// From which byte of the text on it looks how, in order.
    pub(super) looks: Vec<(usize, Look)>,
    /// Where words stand: a tree by its parents; the first is the body.
    pub(super) places: Vec<Place>,
    /// What its links lead to.
    pub(super) targets: Vec<Target>,
}

/// A word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Where it begins in the text.
    pub(super) at: usize,
    /// The place that it stands in.
    pub(super) place: usize,
    /// Line ends before it.
    pub(super) lines: usize,
    /// Blanks before it, where they count.
    pub(super) indent: usize,
    /// Whether somebody wrote it.
    pub(super) kind: WordKind,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordKind {
    Written,
    /// Of what stands in for a picture: a plain text may have it or not.
    Picture,
}

/// An element that holds text or places, of those that are written again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) element: Element,
    /// Of the body itself.
    pub(super) parent: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Body,
    /// Of this rank, 1 to 6.
    Heading(u8),
    Preformatted,
    List,
    NumberedList,
    Item,
    /// With its number.
    NumberedItem(usize),
    Table,
    Row,
    /// With the number of cells before it.
    Cell(usize),
    HeadCell(usize),
}

/// How text looks, and where a click on it leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) marks: Marks,
    /// Which of the targets.
    pub(super) target: Option<usize>,
}

/// Which of the marks a text has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks([bool; Mark::ALL.len()]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Bold,
    Italic,
    Underline,
    Strike,
    Code,
}

/// What a link leads to.
#[derive(Debug)]
pub(super) struct Target {
    /// As it is written in the document.
    pub(super) href: String,
    /// As it may be written again, if it may.
    pub(super) url: Option<String>,
}

impl Document {
    /// The word that this byte belongs to, or that ends there.
    pub(super) fn word_index(&self, at: usize) -> usize {
        self.words.partition_point(|word| word.at <= at).saturating_sub(1)
    }

    /// How the text looks from there, and up to where.
    pub(super) fn look(&self, at: usize) -> (Look, usize) {
        let next = self.looks.partition_point(|(from, _)| *from <= at);
        let look = next.checked_sub(1).and_then(|index| self.looks.get(index));
        let until = self.looks.get(next).map_or(self.text.len(), |(from, _)| *from);
        (look.map(|(_, look)| *look).unwrap_or_default(), until)
    }

    pub(super) fn element(&self, place: usize) -> Element {
        self.places.get(place).map_or(Element::Body, |place| place.element)
    }

    /// The places around a place and itself, outermost first, without the body.
    pub(super) fn path(&self, place: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut at = place;
        while at != 0 {
            path.push(at);
            at = self.places.get(at).map_or(0, |place| place.parent);
        }
        path.reverse();
        path
    }
}

impl Element {
    /// Whether text and other places may stand in it as they come.
    pub(super) fn is_open(self) -> bool {
        match self {
            Self::Body | Self::Item | Self::NumberedItem(_) | Self::Cell(_) | Self::HeadCell(_) => {
                true
            }
            Self::Heading(_)
            | Self::Preformatted
            | Self::List
            | Self::NumberedList
            | Self::Table
            | Self::Row => false,
        }
    }

    /// Whether text stands in it, or in its elements alone.
    pub(super) fn has_text(self) -> bool {
        !matches!(self, Self::List | Self::NumberedList | Self::Table | Self::Row)
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Body => "div",
            Self::Heading(1) => "h1",
            Self::Heading(2) => "h2",
            Self::Heading(3) => "h3",
            Self::Heading(4) => "h4",
            Self::Heading(5) => "h5",
            Self::Heading(_) => "h6",
            Self::Preformatted => "pre",
            Self::List => "ul",
            Self::NumberedList => "ol",
            Self::Item | Self::NumberedItem(_) => "li",
            Self::Table => "table",
            Self::Row => "tr",
            Self::Cell(_) => "td",
            Self::HeadCell(_) => "th",
        }
    }
}

impl Mark {
    pub(super) const ALL: [Self; 5] =
        [Self::Bold, Self::Italic, Self::Underline, Self::Strike, Self::Code];

    /// The mark that an element of HTML gives.
    pub(super) fn of(element: &str) -> Option<Self> {
        Some(match element {
            "b" | "strong" => Self::Bold,
            "i" | "em" => Self::Italic,
            "u" | "ins" => Self::Underline,
            "s" | "strike" | "del" => Self::Strike,
            "code" | "tt" | "kbd" | "samp" => Self::Code,
            _ => return None,
        })
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Bold => "b",
            Self::Italic => "i",
            Self::Underline => "u",
            Self::Strike => "s",
            Self::Code => "code",
        }
    }
}

impl Marks {
    pub(super) fn of(has: impl Fn(Mark) -> bool) -> Self {
        Self(Mark::ALL.map(has))
    }

    /// Its marks, always in the same order.
    pub(super) fn list(self) -> impl DoubleEndedIterator<Item = Mark> {
        Mark::ALL.into_iter().zip(self.0).filter(|(_, has)| *has).map(|(mark, _)| mark)
    }
}
