//! HTML becomes text: one pass, no tree, so depth costs nothing (html5ever#788 is quadratic).
//!
//! It keeps what a reader of mail needs: lines where blocks end, `> ` before what is quoted in a
//! `blockquote`, a bar between cells. Styles, scripts and comments are dropped.

use super::decode::push_entity;

/// Quotes within quotes that are marked.
const QUOTE_DEPTH_MAX: usize = 10;

/// Line ends in a row that are kept where line ends matter.
const BLANK_LINES_MAX: usize = 50;

/// Bytes of a character reference with its `&` and `;`; longer ones are text.
const ENTITY_BYTES_MAX: usize = 12;

/// The text of an HTML document. Stops soon after `bytes_max` bytes of it.
pub(super) fn to_text(html: &str, bytes_max: usize) -> String {
    let mut writer = Writer { bytes_max, ..Writer::default() };
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        writer.text(before);
        if bytes_max < writer.text.len() {
            return writer.text;
        }
        rest = writer.markup(tag);
    }
    writer.text(rest);
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
    /// What is owed before the next word.
    gap: Gap,
    quotes: usize,
    /// Within `pre`: blanks and line ends are kept.
    preformatted: usize,
    /// No `>` (or no `-->`) comes any more; looked for once only.
    last_tag: bool,
    last_comment: bool,
    /// Quotes hide every `>` that is left: they are no quotes then.
    open_quote: bool,
    bytes_max: usize,
}

#[derive(Clone, Copy, Default)]
enum Gap {
    #[default]
    None,
    Blank,
    /// This many line ends.
    Lines(usize),
}

impl Gap {
    fn lines(self) -> usize {
        match self {
            Self::None | Self::Blank => 0,
            Self::Lines(count) => count,
        }
    }

    fn or_blank(self) -> Self {
        match self {
            Self::None | Self::Blank => Self::Blank,
            Self::Lines(count) => Self::Lines(count),
        }
    }
}

impl Writer {
    /// What follows a `<`; gives back what follows the tag.
    fn markup<'a>(&mut self, after: &'a str) -> &'a str {
        if let Some(comment) = after.strip_prefix("!--").filter(|_| !self.last_comment) {
            if let Some((_, rest)) = comment.split_once("-->") {
                return rest;
            }
            self.last_comment = true;
        }
        let begins = after.strip_prefix('/').unwrap_or(after);
        let is_tag = begins.starts_with(|first: char| first.is_ascii_alphabetic())
            || after.starts_with(['!', '?']);
        if !is_tag || self.last_tag {
            self.text("<");
            return after;
        }
        let Some((tag, rest)) = self.split_tag(after) else {
            self.last_tag = true;
            self.text("<");
            return after;
        };
        let (closing, tag) = match tag.strip_prefix('/') {
            Some(tag) => (Edge::End, tag),
            None => (Edge::Start, tag),
        };
        let name_end = tag.find(|at: char| !at.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..name_end).unwrap_or_default().to_ascii_lowercase();
        if closing == Edge::Start && ["script", "style", "title", "template"].contains(&&*name) {
            return behind(rest, &name);
        }
        self.element(&name, closing);
        rest
    }

    /// The inside of a tag and what follows its `>`, which quotes may hide.
    fn split_tag<'a>(&mut self, after: &'a str) -> Option<(&'a str, &'a str)> {
        if self.open_quote {
            return after.split_once('>');
        }
        let mut quote = None;
        for (at, byte) in after.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (None, b'>') => return Some((after.get(..at)?, after.get(at + 1..)?)),
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(_) | None, _) => {}
            }
        }
        self.open_quote = true;
        after.split_once('>')
    }

    fn element(&mut self, name: &str, edge: Edge) {
        match name {
            "br" => self.break_lines(self.gap.lines() + 1),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table" => {
                self.break_lines(2);
            }
            "blockquote" => {
                self.break_lines(1);
                self.quotes = match edge {
                    Edge::Start => self.quotes + 1,
                    Edge::End => self.quotes.saturating_sub(1),
                };
            }
            "pre" => {
                self.break_lines(1);
                self.preformatted = match edge {
                    Edge::Start => self.preformatted + 1,
                    Edge::End => self.preformatted.saturating_sub(1),
                };
            }
            "li" if edge == Edge::Start => {
                self.break_lines(1);
                self.word("- ");
            }
            "div" | "tr" | "li" | "hr" | "dt" | "dd" | "address" | "article" | "section"
            | "header" | "footer" | "form" | "body" | "html" | "center" | "fieldset" | "main"
            | "caption" | "thead" | "tbody" | "tfoot" => self.break_lines(1),
            "td" | "th" => self.gap = self.gap.or_blank(),
            _ => {}
        }
    }

    fn break_lines(&mut self, count: usize) {
        // Blank lines beyond two are layout, not text.
        self.gap = Gap::Lines(self.gap.lines().max(count).min(3));
    }

    fn text(&mut self, text: &str) {
        if 0 < self.preformatted {
            for (number, line) in text.split('\n').enumerate() {
                if 0 < number {
                    self.gap = Gap::Lines((self.gap.lines() + 1).min(BLANK_LINES_MAX));
                }
                self.word(line.trim_end_matches('\r'));
            }
            return;
        }
        let mut words = text.split(|at: char| at.is_ascii_whitespace()).peekable();
        while let Some(word) = words.next() {
            self.word(word);
            if words.peek().is_some() {
                self.gap = self.gap.or_blank();
            }
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() || self.bytes_max < self.text.len() {
            return;
        }
        match self.gap {
            _ if self.text.is_empty() => self.begin_line(),
            Gap::None => {}
            Gap::Blank => self.text.push(' '),
            Gap::Lines(count) => {
                for _ in 1..count {
                    self.text.push('\n');
                    self.mark_quotes();
                }
                self.text.push('\n');
                self.begin_line();
            }
        }
        self.gap = Gap::None;
        self.references(word);
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
    }

    fn references(&mut self, word: &str) {
        let mut rest = word;
        while let Some((before, after)) = rest.split_once('&') {
            self.text.push_str(before);
            let head = after.get(..after.floor_char_boundary(ENTITY_BYTES_MAX)).unwrap_or_default();
            let end = head.find(';').filter(|&end| {
                let name = head.get(..end).unwrap_or_default();
                0 < end && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
            });
            if let Some((name, tail)) = end.and_then(|end| after.split_at_checked(end + 1)) {
                push_entity(&mut self.text, &format!("&{name}"));
                rest = tail;
            } else {
                self.text.push('&');
                rest = after;
            }
        }
        self.text.push_str(rest);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// What follows the end tag of an element whose inside is not text; nothing, if there is none.
fn behind<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let ends = after.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
        if ends {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = after;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_the_lines_that_a_reader_sees() {
        check(
            "<p>Hello <b>Ada</b>,</p><p>all&nbsp;good &amp; well</p>",
            "Hello Ada,\n\nall\u{a0}good & well",
        );
        check("<div>a</div><div>b<br>c</div>", "a\nb\nc");
        check("a<br><br>b", "a\n\nb");
        check(
            "<div>yes</div><blockquote><p>old</p><p>mail</p></blockquote>x",
            "yes\n>\n> old\n>\n> mail\n\nx",
        );
        check("<ul><li>a<li>b</ul>", "- a\n- b");
        check("<tr><td>a</td><td>b</td></tr>", "a b");
        check("<pre>a\n  b\n</pre>c", "a\n  b\nc");
        check("<style>p{}</style><script>if (a<b) x()</script><!-- <p>no -->yes", "yes");
        check("<title>no</title><a title=\"a>b\" href='x'>link</a>", "link");
        check("1 < 2 && 3 > 2 &bogus &#x41;&#66;", "1 < 2 && 3 > 2 &bogus AB");
        check("a <unclosed", "a <unclosed");
        check("a <!-- open", "a <!-- open");
        check("<p title=\"open>text", "text");
        check("  a \r\n b  ", "a b");
        check("", "");

        #[track_caller]
        fn check(html: &str, text: &str) {
            assert_eq!(to_text(html, 10_000), text, "{html}");
        }
    }

    #[test]
    fn thr_10_markup_costs_its_length() {
        for piece in ["<", "<div>", "<!--", "<a \"", "&", "</", "<script>", "<blockquote>x", "<br>"]
        {
            let started = std::time::Instant::now();
            let text = to_text(&piece.repeat(1_000_000), 1 << 20);
            assert!(text.len() < 8 << 20, "{piece}");
            // What grows with the square of the length takes minutes here.
            assert!(started.elapsed().as_secs() < 30, "{piece}: {:?}", started.elapsed());
        }
    }
}
