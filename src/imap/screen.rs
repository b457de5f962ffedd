//! What a server may say: bytes in, the responses that we ask for out, in one fixed form.
//!
//! imap-proto panics on some bytes, overflows the stack on others, and gives up on responses that
//! it does not know. So nothing reaches it as the server wrote it: this rewrites status lines,
//! CAPABILITY, EXISTS, EXPUNGE, SEARCH and FETCH from their parts, leaves out what we never ask
//! for, and refuses what is too large before it is read. No I/O; time is linear in the bytes.

mod fetch_list;

use std::mem;

use data_encoding::BASE64;
use fetch_list::FetchList;

use crate::sasl::CHALLENGE_MAX;

/// Longest response without its literals, in bytes.
const LINE_MAX: usize = 1024 * 1024;
/// Longest text of a status line that is handed on, in bytes; a COPYUID of ours fits.
const TEXT_MAX: usize = 64 * 1024;
/// Longest tag; ours are shorter.
const TAG_MAX: usize = 16;

/// A bound that the server overstepped, or a line that is no IMAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// More than we take.
    #[error("{what} larger than {limit}")]
    TooLarge { what: &'static str, limit: u64 },
    /// Not the protocol.
    #[error("{what}")]
    Garbage { what: &'static str },
}

/// The state between two bytes of a connection.
pub(super) struct Screen {
    /// Largest literal that may be announced now.
    literal_max: u64,
    /// The line as far as it came.
    line: Vec<u8>,
    /// Bytes of the response's lines so far.
    response_bytes: usize,
    /// What the line belongs to.
    within: Within,
    /// The literal that is being read.
    literal: Option<Literal>,
}

struct Literal {
    left: u64,
    fate: Fate,
}

/// What becomes of a literal's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    LeftOut,
}

enum Within {
    /// Between two responses.
    Nothing,
    /// In a FETCH response, after a literal.
    Fetch(FetchList),
    /// In a response that is left out, after a literal.
    LeftOut,
}

/// What follows a line.
enum Next {
    /// The response is over.
    Response,
    /// A literal of `bytes` bytes, then more of the same response.
    Literal { bytes: u64, fate: Fate, within: Within },
}

impl Screen {
    pub(super) fn new(literal_max: u64) -> Self {
        Self {
            literal_max,
            line: Vec::new(),
            response_bytes: 0,
            within: Within::Nothing,
            literal: None,
        }
    }

    /// Sets the largest literal that may be announced from now on.
    pub(super) fn allow(&mut self, literal_max: u64) {
        self.literal_max = literal_max;
    }

    /// Takes bytes of the server, at most to the end of a line or of a literal; says how many it
    /// took and appends what may be read to `out`.
    pub(super) fn take(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Refusal> {
        if let Some(literal) = &mut self.literal {
            let left = usize::try_from(literal.left).unwrap_or(usize::MAX);
            let bytes = input.get(..left).unwrap_or(input);
            if literal.fate == Fate::Kept {
                out.extend_from_slice(bytes);
            }
            literal.left -= bytes.len() as u64;
            if literal.left == 0 {
                self.literal = None;
            }
            return Ok(bytes.len());
        }
        let end = input.iter().position(|&byte| byte == b'\n');
        let piece = end.and_then(|end| input.get(..=end)).unwrap_or(input);
        self.response_bytes += piece.len();
        if LINE_MAX < self.response_bytes {
            return Err(Refusal::TooLarge { what: "line of a response", limit: LINE_MAX as u64 });
        }
        self.line.extend_from_slice(piece);
        if end.is_some() {
            self.end_line(out)?;
        }
        Ok(piece.len())
    }

    fn end_line(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let line = mem::take(&mut self.line);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let next = match mem::replace(&mut self.within, Within::Nothing) {
            Within::Nothing => first_line(line, out)?,
            Within::Fetch(list) => list.go_on(line, out)?,
            Within::LeftOut => left_out(line),
        };
        match next {
            Next::Response => self.response_bytes = 0,
            Next::Literal { bytes, .. } if self.literal_max < bytes => {
                return Err(Refusal::TooLarge { what: "literal", limit: self.literal_max });
            }
            Next::Literal { bytes, fate, within } => {
                self.within = within;
                self.literal = (bytes != 0).then_some(Literal { left: bytes, fate });
            }
        }
        Ok(())
    }
}

/// Reads the first line of a response (RFC 3501 §7).
fn first_line(line: &[u8], out: &mut Vec<u8>) -> Result<Next, Refusal> {
    let (first, rest) = word(line);
    if first.is_empty() {
        return Ok(Next::Response);
    }
    if first.starts_with(b"+") {
        // Of what a server writes here only a challenge is of use, which is base64.
        let is_challenge = rest.len() <= CHALLENGE_MAX && BASE64.decode_len(rest.len()).is_ok();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        out.extend_from_slice(b"+ ");
        if first == b"+" && is_challenge && rest.iter().all(plain) {
            out.extend_from_slice(rest);
        }
        out.extend_from_slice(b"\r\n");
        return Ok(Next::Response);
    }
    if let Some(glued) = first.strip_prefix(b"*") {
        return if glued.is_empty() { untagged(rest, out) } else { Ok(left_out(line)) };
    }
    let (status, text) = word(rest);
    let is_tag = first.len() <= TAG_MAX && first.iter().all(u8::is_ascii_alphanumeric);
    match is_tag.then(|| status_word(status)).flatten() {
        Some(status) if status != "BYE" && status != "PREAUTH" => {
            write_status(first, status, text, out);
            Ok(Next::Response)
        }
        Some(_) | None => Err(Refusal::Garbage { what: "a line that is no response" }),
    }
}

/// Reads the first line of an untagged response, after `*`.
fn untagged(line: &[u8], out: &mut Vec<u8>) -> Result<Next, Refusal> {
    let (first, rest) = word(line);
    if let Some(status) = status_word(first) {
        write_status(b"*", status, rest, out);
        return Ok(Next::Response);
    }
    if first.eq_ignore_ascii_case(b"CAPABILITY") {
        write_capabilities(rest, out);
        return Ok(Next::Response);
    }
    if first.eq_ignore_ascii_case(b"SEARCH") || first.eq_ignore_ascii_case(b"ESEARCH") {
        if let Some(found) = first_found(rest) {
            out.extend_from_slice(format!("* SEARCH {found}\r\n").as_bytes());
        }
        return Ok(left_out(line));
    }
    let (kind, rest) = word(rest);
    match number(first) {
        Some(count) if kind.eq_ignore_ascii_case(b"EXISTS") => {
            out.extend_from_slice(format!("* {count} EXISTS\r\n").as_bytes());
            Ok(Next::Response)
        }
        Some(message) if kind.eq_ignore_ascii_case(b"EXPUNGE") => {
            out.extend_from_slice(format!("* {message} EXPUNGE\r\n").as_bytes());
            Ok(Next::Response)
        }
        Some(message) if kind.eq_ignore_ascii_case(b"FETCH") => match rest.strip_prefix(b"(") {
            Some(list) => FetchList::of(message).begin(list, out),
            None => Err(Refusal::Garbage { what: "a FETCH response without a list" }),
        },
        Some(_) | None => Ok(left_out(line)),
    }
}

/// The first message that a search found. Of more nothing is kept: a server may name any number. One
/// of RFC 9051 §7.3.4 writes a set behind `ALL`.
fn first_found(list: &[u8]) -> Option<u32> {
    let words = list.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    if let Some(found) = number(words.clone().next()?) {
        return Some(found);
    }
    let set = words.skip_while(|word| !word.eq_ignore_ascii_case(b"ALL")).nth(1)?;
    number(set.split(|byte| !byte.is_ascii_digit()).next()?)
}

/// Passes over a line of a response that is left out, which may end in a literal.
fn left_out(line: &[u8]) -> Next {
    let announced = line.iter().rposition(|&byte| byte == b'{').and_then(|at| line.get(at..));
    match announced.and_then(literal_bytes) {
        Some(bytes) => Next::Literal { bytes, fate: Fate::LeftOut, within: Within::LeftOut },
        None => Next::Response,
    }
}

/// The size that `{n}` announces, or `{n+}` (RFC 7888); one that no number holds is the largest.
fn literal_bytes(announcement: &[u8]) -> Option<u64> {
    let inside = announcement.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let digits = inside.strip_suffix(b"+").unwrap_or(inside);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(str::from_utf8(digits).ok()?.parse().unwrap_or(u64::MAX))
}

fn status_word(word: &[u8]) -> Option<&'static str> {
    ["OK", "NO", "BAD", "BYE", "PREAUTH"]
        .into_iter()
        .find(|status| word.eq_ignore_ascii_case(status.as_bytes()))
}

/// Writes a status line in printable ASCII, because imap-proto cuts the text at a byte without
/// looking whether a character ends there; and without `{`, because it takes one in BADCHARSET for
/// a literal and waits for that.
fn write_status(tag: &[u8], status: &str, text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(tag);
    out.push(b' ');
    out.extend_from_slice(status.as_bytes());
    out.push(b' ');
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'{';
    let plain = |&byte: &u8| if is_plain(byte) { byte } else { b'?' };
    out.extend(text.iter().take(TEXT_MAX).map(plain));
    out.extend_from_slice(b"\r\n");
}

/// Writes the capabilities that are atoms. imap-proto insists on `IMAP4rev1`, which a server of
/// RFC 9051 alone does not say, and on single spaces (async-imap#131).
fn write_capabilities(names: &[u8], out: &mut Vec<u8>) {
    const KNOWN_TO_THE_PARSER: &[u8] = b"IMAP4rev1";
    let is_atom = |name: &&[u8]| {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-+=._/:".contains(byte);
        let start = name.get(..KNOWN_TO_THE_PARSER.len()).unwrap_or_default();
        name.iter().all(plain) && !start.eq_ignore_ascii_case(KNOWN_TO_THE_PARSER)
    };
    out.extend_from_slice(b"* CAPABILITY ");
    out.extend_from_slice(KNOWN_TO_THE_PARSER);
    let names = names.get(..TEXT_MAX).unwrap_or(names);
    for name in names.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty()).filter(is_atom)
    {
        out.push(b' ');
        out.extend_from_slice(name);
    }
    out.extend_from_slice(b"\r\n");
}

/// The first word and what follows it; spaces around both are passed over.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let line = line.trim_ascii_start();
    let end = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, &[]));
    (word, rest.trim_ascii_start())
}

/// A number of RFC 3501: decimal digits, below 2³².
fn number(digits: &[u8]) -> Option<u32> {
    let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    all.then(|| str::from_utf8(digits).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
