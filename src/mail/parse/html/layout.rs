//! Text on lines: what is owed before the next word, and what stands at the begin of a line.

/// Quotes within quotes that are marked.
const QUOTE_DEPTH_MAX: usize = 10;

/// Lists within lists that are indented, tables within tables whose rows are told apart.
const NESTING_MAX: usize = 10;

/// Line ends in a row that are kept where line ends matter.
const BLANK_LINES_MAX: usize = 50;

/// Text that grows line by line.
pub(super) struct Layout {
    text: String,
    /// What is owed before the next word.
    gap: Gap,
    quotes: usize,
    /// Within `pre`: blanks and line ends are kept.
    preformatted: usize,
    lists: Nested<List>,
    rows: Nested<Row>,
    /// The mark of the list's element that begins with the next word.
    mark: Option<String>,
    /// Line ends so far.
    lines: usize,
    bytes_max: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Blank,
    /// Between two cells of a row.
    Bar,
    /// This many line ends.
    Lines(usize),
}

/// The number of the next element; `None` where it has a mark.
type List = Option<usize>;

/// A row of a table.
#[derive(Clone, Copy, Default)]
struct Row {
    /// Line ends before its first word, once there is one.
    begun: Option<usize>,
}

/// The outermost of what is nested, [`NESTING_MAX`] of them; deeper ones are counted only.
struct Nested<T> {
    list: Vec<T>,
    deeper: usize,
}

impl<T> Nested<T> {
    fn push(&mut self, one: T) {
        if self.list.len() < NESTING_MAX {
            self.list.push(one);
        } else {
            self.deeper += 1;
        }
    }

    fn pop(&mut self) {
        if self.deeper == 0 {
            self.list.pop();
        } else {
            self.deeper -= 1;
        }
    }
}

impl Layout {
    /// Takes little more than `bytes_max` bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            text: String::new(),
            gap: Gap::None,
            quotes: 0,
            preformatted: 0,
            lists: Nested { list: Vec::new(), deeper: 0 },
            rows: Nested { list: Vec::new(), deeper: 0 },
            mark: None,
            lines: 0,
            bytes_max,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes_max < self.text.len()
    }

    pub(super) fn into_text(mut self) -> String {
        self.trim_line();
        self.text
    }

    /// How much there is.
    pub(super) fn at(&self) -> usize {
        self.text.len()
    }

    /// What was written since.
    pub(super) fn since(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or_default()
    }

    pub(super) fn start(&mut self, element: &str) {
        match element {
            "br" => self.owe_lines(self.gap.lines() + 1),
            "blockquote" => {
                self.owe_lines(1);
                self.quotes += 1;
            }
            "pre" => {
                self.owe_lines(1);
                self.preformatted += 1;
            }
            "ul" | "menu" => self.list(None),
            "li" => {
                self.owe_lines(1);
                self.mark = Some(self.next_mark());
            }
            "table" => {
                self.owe_lines(1);
                self.rows.push(Row::default());
            }
            "tr" => {
                self.gap = Gap::Lines(self.gap.lines().max(1));
                if let Some(row) = self.rows.list.last_mut() {
                    *row = Row::default();
                }
            }
            "td" | "th" => self.cell(),
            "hr" => {
                self.owe_lines(1);
                self.words("---");
                self.owe_lines(1);
            }
            _ => self.block(element),
        }
    }

    pub(super) fn end(&mut self, element: &str) {
        match element {
            "blockquote" => {
                self.owe_lines(1);
                self.quotes = self.quotes.saturating_sub(1);
            }
            "pre" => {
                self.owe_lines(1);
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "ul" | "ol" | "menu" => {
                self.owe_lines(if self.lists.list.len() < 2 { 2 } else { 1 });
                self.lists.pop();
                self.mark = None;
            }
            "table" => {
                self.gap = Gap::Lines(self.gap.lines().max(1));
                self.rows.pop();
            }
            "tr" | "li" => self.owe_lines(1),
            _ => self.block(element),
        }
    }

    fn block(&mut self, element: &str) {
        match element {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" => self.owe_lines(2),
            "div" | "dt" | "dd" | "address" | "article" | "section" | "header" | "footer"
            | "form" | "body" | "html" | "center" | "fieldset" | "main" | "caption" | "thead"
            | "tbody" | "tfoot" | "figure" | "figcaption" | "summary" | "details" | "nav"
            | "aside" => self.owe_lines(1),
            _ => {}
        }
    }

    /// A list whose elements are numbered from there, or have a mark.
    pub(super) fn list(&mut self, from: Option<usize>) {
        self.owe_lines(if self.lists.list.is_empty() { 2 } else { 1 });
        self.lists.push(from);
    }

    fn next_mark(&mut self) -> String {
        let indent = "  ".repeat(self.lists.list.len().saturating_sub(1));
        match self.lists.list.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{indent}{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            Some(None) | None => format!("{indent}- "),
        }
    }

    /// Cells stand beside each other as long as each of the row is one line: else the table is
    /// there for the layout.
    fn cell(&mut self) {
        match self.rows.list.last().map(|row| row.begun) {
            Some(Some(begun)) if begun == self.lines => self.gap = Gap::Bar,
            Some(Some(_)) => self.owe_lines(1),
            Some(None) => {}
            None => self.owe_blank(),
        }
    }

    /// An image, by what stands in for it.
    pub(super) fn image(&mut self, alternative: &str) {
        let text = alternative.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.words(&format!("[{text}]"));
        }
    }

    fn owe_blank(&mut self) {
        if self.gap == Gap::None {
            self.gap = Gap::Blank;
        }
    }

    fn owe_lines(&mut self, count: usize) {
        // Blank lines beyond two are layout, not text; the first block of a cell begins no line.
        if self.gap != Gap::Bar {
            self.gap = Gap::Lines(self.gap.lines().max(count).min(3));
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.preformatted == 0 {
            self.words(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if 0 < number {
                self.gap = Gap::Lines((self.gap.lines() + 1).min(BLANK_LINES_MAX));
            }
            self.word(line.trim_end_matches('\r'));
        }
    }

    /// Words right behind the last one, whatever is owed before the next.
    pub(super) fn behind(&mut self, text: &str) {
        let owed = std::mem::replace(&mut self.gap, Gap::Blank);
        self.word(text);
        self.gap = owed;
    }

    /// Words with blanks between them; those at the ends count, too.
    fn words(&mut self, text: &str) {
        let mut words = text.split(|at: char| at.is_ascii_whitespace()).peekable();
        while let Some(word) = words.next() {
            self.word(word);
            if words.peek().is_some() {
                self.owe_blank();
            }
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() || self.is_full() {
            return;
        }
        match self.gap {
            _ if self.text.is_empty() => self.begin_line(),
            Gap::None => {}
            Gap::Blank => self.text.push(' '),
            Gap::Bar => self.text.push_str(" | "),
            Gap::Lines(count) => {
                for _ in 1..count {
                    self.end_line();
                    self.mark_quotes();
                }
                self.end_line();
                self.begin_line();
            }
        }
        self.gap = Gap::None;
        for row in self.rows.list.iter_mut().filter(|row| row.begun.is_none()) {
            row.begun = Some(self.lines);
        }
        for character in word.chars() {
            match character {
                // A blank that does not break is a blank; what shows nothing pads a preview.
                '\u{a0}' => self.text.push(' '),
                '\u{ad}' | '\u{200b}' | '\u{34f}' | '\u{feff}' => {}
                _ => self.text.push(character),
            }
        }
    }

    fn end_line(&mut self) {
        self.trim_line();
        self.text.push('\n');
        self.lines += 1;
    }

    fn trim_line(&mut self) {
        let end = self.text.trim_end_matches(' ').len();
        self.text.truncate(end);
    }

    fn mark_quotes(&mut self) {
        for _ in 0..self.quotes.min(QUOTE_DEPTH_MAX) {
            self.text.push('>');
        }
    }

    fn begin_line(&mut self) {
        self.mark_quotes();
        if 0 < self.quotes {
            self.text.push(' ');
        }
        if let Some(mark) = self.mark.take() {
            self.text.push_str(&mark);
        }
    }
}

impl Gap {
    fn lines(self) -> usize {
        match self {
            Self::None | Self::Blank | Self::Bar => 0,
            Self::Lines(count) => count,
        }
    }
}
