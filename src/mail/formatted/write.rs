//! Pieces become HTML: tags of ours, text that is escaped, links that were checked. Nothing else.

use super::align::{Piece, Said};
use super::document::{Document, Element, Look};
use super::token::Voice;

/// Bytes of what is written (2 MiB): what repeats a link in each cell is as well read without.
const WRITTEN_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Empty cells that are written before one.
const EMPTY_CELLS_MAX: usize = 50;

/// The pieces as HTML; `None` if that is too much.
pub(super) fn write(document: &Document, pieces: &[Piece<'_>]) -> Option<String> {
    let mut writer = Writer {
        document,
        html: String::new(),
        open: Vec::new(),
        flow: Flow::Nothing,
        look: Look::default(),
        end: 0,
    };
    for piece in pieces {
        writer.piece(piece);
        if WRITTEN_BYTES_MAX < writer.html.len() {
            return None;
        }
    }
    writer.leave(0);
    writer.end_flow();
    Some(writer.html)
}

/// Text that means nothing but itself.
pub(super) fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(character),
        }
    }
}

struct Writer<'d> {
    document: &'d Document,
    html: String,
    /// The places whose tags are open, and how many cells each has.
    open: Vec<(usize, usize)>,
    flow: Flow,
    look: Look,
    /// Where the last piece ends in the document.
    end: usize,
}

/// What is open in the body itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Nothing,
    Paragraph,
    /// A paragraph within a quote.
    Quote,
}

/// What stands between two pieces of one place.
#[derive(Clone, Copy)]
enum Gap {
    Nothing,
    Blank,
    Line,
    Paragraph,
    /// Line ends and blanks, as they are.
    Kept(usize, usize),
}

impl<'d> Writer<'d> {
    fn piece(&mut self, piece: &Piece<'_>) {
        let word = self.document.words.get(self.document.word_index(piece.at));
        let place = match (piece.voice, word) {
            (Voice::Own, Some(word)) => word.place,
            (Voice::Quoted, _) | (Voice::Own, None) => 0,
        };
        let flow = match (piece.voice, place) {
            (Voice::Quoted, _) => Flow::Quote,
            (Voice::Own, 0) => Flow::Paragraph,
            (Voice::Own, _) => Flow::Nothing,
        };
        let next = match (&piece.said, piece.voice) {
            (Said::Same(range), Voice::Own) => self.document.look(range.start).0,
            (Said::Same(_), Voice::Quoted) | (Said::Plain(_), _) => Look::default(),
        };
        let stays = self.open.last().map_or(0, |(place, _)| *place) == place && self.flow == flow;
        if stays {
            self.gap(self.between(piece), next);
        } else {
            self.go(place, flow);
        }
        match &piece.said {
            Said::Plain(text) => {
                self.look_like(Look::default());
                escape(text, &mut self.html);
                self.end = piece.at;
            }
            Said::Same(range) => {
                let mut at = range.start;
                while at < range.end {
                    let (look, until) = self.document.look(at);
                    let until = until.clamp(at + 1, range.end);
                    self.look_like(match piece.voice {
                        Voice::Own => look,
                        Voice::Quoted => Look::default(),
                    });
                    escape(self.document.text.get(at..until).unwrap_or_default(), &mut self.html);
                    at = until;
                }
                self.end = range.end;
            }
        }
    }

    fn between(&self, piece: &Piece<'_>) -> Gap {
        let Some(word) = self.document.words.get(self.document.word_index(piece.at)) else {
            return Gap::Blank;
        };
        let follows = piece.at <= self.end + 1;
        if word.at < piece.at && piece.at == self.end {
            return Gap::Nothing;
        }
        if self.document.element(word.place) == Element::Preformatted && piece.voice == Voice::Own {
            return Gap::Kept(word.lines, word.indent);
        }
        match piece.lines {
            // The plain text is wrapped there.
            _ if follows && word.lines == 0 && piece.voice == Voice::Own => Gap::Blank,
            0 => Gap::Blank,
            1 => Gap::Line,
            _ => Gap::Paragraph,
        }
    }

    /// Before a word that looks like this.
    fn gap(&mut self, gap: Gap, next: Look) {
        match gap {
            Gap::Nothing => {}
            Gap::Blank => {
                self.look_between(next);
                self.html.push(' ');
            }
            Gap::Line => {
                self.look_like(Look::default());
                self.html.push_str("<br>\n");
            }
            Gap::Paragraph => {
                self.look_like(Look::default());
                let between = if self.open.is_empty() { "</p>\n<p>" } else { "<br><br>\n" };
                self.html.push_str(between);
            }
            Gap::Kept(0, blanks) => {
                self.look_between(next);
                self.html.push_str(&" ".repeat(blanks.max(1)));
            }
            Gap::Kept(lines, blanks) => {
                self.look_like(Look::default());
                self.html.push_str(&"\n".repeat(lines));
                self.html.push_str(&" ".repeat(blanks));
            }
        }
    }

    /// To another place.
    fn go(&mut self, place: usize, flow: Flow) {
        self.look_like(Look::default());
        let path = self.document.path(place);
        let same = self.open.iter().zip(&path).take_while(|((one, _), other)| one == *other);
        let same = same.count();
        self.leave(same);
        if self.flow != flow || !self.open.is_empty() {
            self.end_flow();
        }
        if place == 0 && self.flow != flow {
            self.html.push_str(if flow == Flow::Quote { "<blockquote><p>" } else { "<p>" });
        }
        self.flow = flow;
        for place in path.into_iter().skip(same) {
            self.enter(place);
        }
    }

    fn enter(&mut self, place: usize) {
        let element = self.document.element(place);
        if let (Element::Cell(column) | Element::HeadCell(column), Some((_, cells))) =
            (element, self.open.last_mut())
        {
            let empty = column.saturating_sub(*cells).min(EMPTY_CELLS_MAX);
            *cells = column + 1;
            self.html.push_str(&"<td></td>".repeat(empty));
        }
        self.html.push('<');
        self.html.push_str(element.tag());
        if let Element::NumberedItem(number) = element {
            self.html.push_str(" value=\"");
            self.html.push_str(&number.to_string());
            self.html.push('"');
        }
        if element == Element::Table {
            self.html.push_str(" border=\"1\" cellpadding=\"4\"");
        }
        self.html.push('>');
        self.open.push((place, 0));
    }

    /// Ends all places but the outermost ones.
    fn leave(&mut self, kept: usize) {
        self.look_like(Look::default());
        while kept < self.open.len() {
            if let Some((place, _)) = self.open.pop() {
                self.end_tag(self.document.element(place).tag());
                self.html.push('\n');
            }
        }
    }

    fn end_flow(&mut self) {
        match std::mem::replace(&mut self.flow, Flow::Nothing) {
            Flow::Nothing => {}
            Flow::Paragraph => self.html.push_str("</p>\n"),
            Flow::Quote => self.html.push_str("</p></blockquote>\n"),
        }
    }

    /// A blank looks like the words on both its sides.
    fn look_between(&mut self, next: Look) {
        if self.look != next {
            let target = self.look.target.filter(|_| self.look.target == next.target);
            self.look_like(Look { target, ..Look::default() });
        }
    }

    fn look_like(&mut self, look: Look) {
        if self.look == look {
            return;
        }
        for mark in self.look.marks.list().rev() {
            self.end_tag(mark.tag());
        }
        if self.look.target != look.target {
            if self.url(self.look).is_some() {
                self.html.push_str("</a>");
            }
            if let Some(url) = self.url(look) {
                self.html.push_str("<a href=\"");
                escape(url, &mut self.html);
                self.html.push_str("\">");
            }
        }
        for mark in look.marks.list() {
            self.html.extend(["<", mark.tag(), ">"]);
        }
        self.look = look;
    }

    fn end_tag(&mut self, tag: &str) {
        self.html.extend(["</", tag, ">"]);
    }

    fn url(&self, look: Look) -> Option<&'d str> {
        let document = self.document;
        document.targets.get(look.target?)?.url.as_deref()
    }
}
