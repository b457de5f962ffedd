//! A header block becomes fields (RFC 5322 §2.2), with bounds.
//!
//! Every byte is looked at once, nothing is copied, and what is beyond a bound is passed over but
//! for its `From` fields: a second one beyond the bound is still a second one.

/// Bytes of a header block that are read (256 KiB).
pub const HEADER_BYTES_MAX: usize = 256 * 1024;

/// Bytes of one field that are read (64 KiB).
pub const FIELD_BYTES_MAX: usize = 64 * 1024;

/// Fields of a header block that are read.
pub const FIELDS_MAX: usize = 500;

/// One field as it stands in the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    /// Its name, any case.
    pub name: &'a str,
    /// What stands behind the colon, still folded.
    pub value: &'a [u8],
    pub extent: Extent,
}

/// Whether a field is here to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// Only its first [`FIELD_BYTES_MAX`] bytes.
    Cut,
}

/// A header block.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    pub fields: Vec<Field<'a>>,
    /// Where the body begins, or where the block was stopped.
    pub body_at: usize,
    /// Fields that some reader could take for `From`, well spelled or not.
    pub from_like: usize,
    /// Lines that are no field.
    pub bad_lines: usize,
    /// Fields beyond [`FIELDS_MAX`] or [`HEADER_BYTES_MAX`].
    pub beyond: usize,
    /// Fields beyond [`FIELD_BYTES_MAX`].
    pub cut: usize,
    /// A line of a mailbox file (`From ada Mon Jan 1`) stood on top.
    pub mailbox_line: bool,
}

impl<'a> Block<'a> {
    /// The first field of this name.
    pub(super) fn first(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The fields of this name, topmost first.
    pub(super) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Field<'a>> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name))
    }
}

impl Field<'_> {
    /// The value on one line: line ends are gone, the blanks behind them stay (RFC 5322 §2.2.3).
    /// Bytes that are not UTF-8 become U+FFFD, which no address has.
    pub(super) fn unfolded(&self) -> String {
        let text = String::from_utf8_lossy(self.value);
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        let mut line = String::with_capacity(text.len());
        for piece in text.split_inclusive('\n') {
            let whole =
                piece.strip_suffix('\n').map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
            line.push_str(whole.unwrap_or(piece));
        }
        line
    }
}

/// Reads the header block at the start of `bytes`: up to an empty line, which is taken, or up to
/// a line that `stops` holds for, which is left. If the first line is no field, there is no block.
pub(super) fn block(bytes: &[u8], stops: impl Fn(&[u8]) -> bool) -> Block<'_> {
    let mut block = Block::default();
    let mut open: Option<Open<'_>> = None;
    let mut at = 0;
    while let Some(line) = line_at(bytes, at) {
        if line.text.is_empty() || stops(line.text) {
            block.body_at = if line.text.is_empty() { line.next } else { at };
            block.close(bytes, open, at);
            return block;
        }
        let continues = matches!(line.text.first(), Some(b' ' | b'\t'));
        if !continues || open.is_none() {
            let top = at == 0 || (block.mailbox_line && block.fields.is_empty());
            match name(line.text) {
                Some((name, value)) => {
                    block.close(bytes, open.take(), at);
                    open = Some(Open { name, at, value_at: at + value });
                }
                None if at == 0 && is_mailbox_line(line.text) => block.mailbox_line = true,
                None if top && open.is_none() && !is_from_like(line.text) => {
                    block.body_at = at;
                    return block;
                }
                None => {
                    block.close(bytes, open.take(), at);
                    block.bad_lines += 1;
                    block.from_like += usize::from(is_from_like(line.text));
                }
            }
        }
        at = line.next;
    }
    block.body_at = bytes.len();
    block.close(bytes, open, bytes.len());
    block
}

struct Open<'a> {
    name: &'a str,
    at: usize,
    value_at: usize,
}

impl<'a> Block<'a> {
    fn close(&mut self, bytes: &'a [u8], open: Option<Open<'a>>, end: usize) {
        let Some(open) = open else { return };
        self.from_like += usize::from(open.name.eq_ignore_ascii_case("from"));
        if self.fields.len() == FIELDS_MAX || HEADER_BYTES_MAX < end {
            self.beyond += 1;
            return;
        }
        let long = FIELD_BYTES_MAX < end - open.at;
        let value_end = if long { open.at + FIELD_BYTES_MAX } else { end };
        self.cut += usize::from(long);
        self.fields.push(Field {
            name: open.name,
            value: bytes.get(open.value_at..value_end).unwrap_or_default(),
            extent: if long { Extent::Cut } else { Extent::Whole },
        });
    }
}

/// A line without its end, and where the next one begins.
pub(super) struct Line<'a> {
    pub text: &'a [u8],
    pub next: usize,
}

/// The line at `at`; `None` at the end.
pub(super) fn line_at(bytes: &[u8], at: usize) -> Option<Line<'_>> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    let text = rest.get(..length).unwrap_or_default();
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    Some(Line { text, next: (at + length + 1).min(bytes.len()) })
}

/// The name of the field that begins with this line, and the offset of its value.
fn name(line: &[u8]) -> Option<(&str, usize)> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let name = line.get(..colon).filter(|name| !name.is_empty())?;
    if !name.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    std::str::from_utf8(name).ok().map(|name| (name, colon + 1))
}

fn is_mailbox_line(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// `From :`, `Fr om:` and the like: RFC 822 allowed some of it, readers differ about all of it.
fn is_from_like(line: &[u8]) -> bool {
    let mut letters = line.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != 0);
    b"from:"
        .iter()
        .all(|wanted| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Block<'_> {
        block(bytes, |_| false)
    }

    #[test]
    fn a_block_ends_at_the_empty_line() {
        let block = read(b"A: 1\r\nB: 2\r\n\t3\n\nbody");
        let shown: Vec<_> = block
            .fields
            .iter()
            .map(|field| format!("{}={}", field.name, field.unfolded()))
            .collect();
        assert_eq!(shown, ["A=1", "B=2\t3"]);
        assert_eq!(block.body_at, 16);
    }

    #[test]
    fn what_does_not_begin_with_a_field_is_body() {
        for text in ["hello world", "\r\nhello", " x: y\r\n", "héllo: x\r\n\r\n"] {
            assert!(read(text.as_bytes()).fields.is_empty(), "{text}");
        }
        assert_eq!(read(b"hello\n\nA: b").body_at, 0);
        let block = read(b"From ada Mon Jan  1 00:00:00 2024\nA: b\n\nbody");
        assert!(block.mailbox_line && block.fields.len() == 1);
    }

    #[test]
    fn std_20_what_a_reader_may_take_for_from_is_counted() {
        for (text, count) in [
            ("From: a\n", 1),
            ("From: a\nfrom: b\n", 2),
            ("From: a\nFrom : b\n", 2),
            ("From: a\nFr om: b\n", 2),
            ("From\0: a\nX: y\n", 1),
            (" From : a\nX: y\n", 1),
            ("X: y\n From: folded\n", 0),
            ("X-From: a\n", 0),
        ] {
            assert_eq!(read(text.as_bytes()).from_like, count, "{text}");
        }
    }

    #[test]
    fn thr_10_fields_have_a_number_and_a_length() {
        for count in [FIELDS_MAX - 1, FIELDS_MAX, FIELDS_MAX + 1, FIELDS_MAX * 1000] {
            let text = format!("{}From: a\n\n", "X: y\n".repeat(count - 1));
            let block = read(text.as_bytes());
            assert_eq!(block.fields.len() + block.beyond, count);
            assert_eq!(block.fields.len(), count.min(FIELDS_MAX));
            assert_eq!((block.from_like, block.body_at), (1, text.len()));
        }
        for length in [FIELD_BYTES_MAX - 1, FIELD_BYTES_MAX, FIELD_BYTES_MAX + 1] {
            let text = format!("X: {}\n\n", "y".repeat(length - 4));
            assert_eq!(read(text.as_bytes()).cut, usize::from(FIELD_BYTES_MAX < length));
        }
        let text = format!("X: {}\n", "y".repeat(60_000)).repeat(10);
        let block = read(text.as_bytes());
        assert_eq!((block.fields.len(), block.beyond), (4, 6));
    }
}
