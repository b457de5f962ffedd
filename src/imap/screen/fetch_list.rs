//! The list of a FETCH response (RFC 3501 §7.4.2): what we ask for is handed on, the rest left out.

use super::{Fate, Next, Refusal, Within, literal_bytes, number};

/// Deepest nesting of parentheses in an attribute that is passed over.
const NESTING_MAX: u64 = 50;

/// How far a FETCH response has been read.
pub(super) struct FetchList {
    message: u32,
    /// What has been handed on; each attribute is, once.
    told: Vec<Attribute>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Uid,
    Size,
    InternalDate,
    Body,
    Header,
}

enum Value<'line> {
    /// A number, `NIL`, or any other word.
    Atom(&'line [u8]),
    /// A quoted string, without the quotes and their escapes.
    Quoted(Vec<u8>),
    /// A parenthesised list.
    Group,
    /// A literal of so many bytes, which come after the line.
    Literal(u64),
}

impl FetchList {
    pub(super) fn of(message: u32) -> Self {
        Self { message, told: Vec::new() }
    }

    /// Reads the first line of the list, from after `(`.
    pub(super) fn begin(self, line: &[u8], out: &mut Vec<u8>) -> Result<Next, Refusal> {
        self.read(line.trim_ascii_start(), out)
    }

    /// Reads a line of the list, from after a literal.
    pub(super) fn go_on(self, line: &[u8], out: &mut Vec<u8>) -> Result<Next, Refusal> {
        self.read(after_value(line)?, out)
    }

    fn read(mut self, mut rest: &[u8], out: &mut Vec<u8>) -> Result<Next, Refusal> {
        while !rest.starts_with(b")") {
            let (name, after) = split_name(rest)?;
            let (value, after) = split_value(after.trim_ascii_start())?;
            match value {
                Value::Literal(bytes) => {
                    let fate = self.announce(name, bytes, out);
                    return Ok(Next::Literal { bytes, fate, within: Within::Fetch(self) });
                }
                Value::Atom(atom) => self.tell_atom(name, atom, out),
                Value::Quoted(text) => self.tell_quoted(name, &text, out),
                Value::Group => {}
            }
            rest = after_value(after)?;
        }
        // An unasked FETCH of flags has nothing for us and leaves nothing behind.
        if !self.told.is_empty() {
            out.extend_from_slice(b")\r\n");
        }
        Ok(Next::Response)
    }

    fn announce(&mut self, name: &[u8], bytes: u64, out: &mut Vec<u8>) -> Fate {
        match section(name) {
            Some((attribute, name)) if self.tell(attribute, out) => {
                out.extend_from_slice(format!("{name} {{{bytes}}}\r\n").as_bytes());
                Fate::Kept
            }
            Some(_) | None => Fate::LeftOut,
        }
    }

    fn tell_atom(&mut self, name: &[u8], atom: &[u8], out: &mut Vec<u8>) {
        let told = if name.eq_ignore_ascii_case(b"UID") {
            number(atom).map(|uid| (Attribute::Uid, format!("UID {uid}")))
        } else if name.eq_ignore_ascii_case(b"RFC822.SIZE") {
            number(atom).map(|size| (Attribute::Size, format!("RFC822.SIZE {size}")))
        } else {
            let nil = atom.eq_ignore_ascii_case(b"NIL");
            let section = nil.then(|| section(name)).flatten();
            section.map(|(attribute, name)| (attribute, format!("{name} NIL")))
        };
        if let Some((attribute, text)) = told
            && self.tell(attribute, out)
        {
            out.extend_from_slice(text.as_bytes());
        }
    }

    fn tell_quoted(&mut self, name: &[u8], text: &[u8], out: &mut Vec<u8>) {
        let is_date = |&byte: &u8| byte.is_ascii_alphanumeric() || b" +-:".contains(&byte);
        if name.eq_ignore_ascii_case(b"INTERNALDATE") {
            if text.iter().all(is_date)
                && !text.is_empty()
                && self.tell(Attribute::InternalDate, out)
            {
                out.extend_from_slice(b"INTERNALDATE \"");
                out.extend_from_slice(text);
                out.push(b'"');
            }
        } else if let Fate::Kept = self.announce(name, text.len() as u64, out) {
            // A short body may come in quotes; imap-proto would leave the escapes in it.
            out.extend_from_slice(text);
        }
    }

    /// Begins an attribute in `out`, unless it has been told before.
    fn tell(&mut self, attribute: Attribute, out: &mut Vec<u8>) -> bool {
        if self.told.contains(&attribute) {
            return false;
        }
        if self.told.is_empty() {
            out.extend_from_slice(format!("* {} FETCH (", self.message).as_bytes());
        } else {
            out.push(b' ');
        }
        self.told.push(attribute);
        true
    }
}

/// `BODY[]` or `BODY[HEADER]`, perhaps with `<offset>`, in its fixed form; `None` for every other
/// name.
fn section(name: &[u8]) -> Option<(Attribute, String)> {
    let end = name.iter().position(|&byte| byte == b']')?;
    let (section, origin) = name.split_at_checked(end + 1)?;
    let (attribute, section) = if section.eq_ignore_ascii_case(b"BODY[]") {
        (Attribute::Body, "BODY[]")
    } else if section.eq_ignore_ascii_case(b"BODY[HEADER]") {
        (Attribute::Header, "BODY[HEADER]")
    } else {
        return None;
    };
    if origin.is_empty() {
        return Some((attribute, section.to_owned()));
    }
    let offset = number(origin.strip_prefix(b"<")?.strip_suffix(b">")?)?;
    Some((attribute, format!("{section}<{offset}>")))
}

/// Splits off an attribute's name, with a section that may hold spaces and parentheses.
fn split_name(line: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let mut in_section = false;
    let end = line.iter().position(|&byte| {
        in_section = byte == b'[' || in_section && byte != b']';
        !in_section && b" (){}\"".contains(&byte)
    });
    match end.and_then(|end| line.split_at_checked(end)) {
        Some((name, rest)) if !name.is_empty() => Ok((name, rest)),
        Some(_) | None => Err(Refusal::Garbage { what: "a FETCH response that breaks off" }),
    }
}

/// The rest of a list after a value: a literal of another length than announced shows here.
fn after_value(rest: &[u8]) -> Result<&[u8], Refusal> {
    match rest.first() {
        Some(b' ' | b')') => Ok(rest.trim_ascii_start()),
        Some(_) | None => Err(Refusal::Garbage { what: "a FETCH response that breaks off" }),
    }
}

fn split_value(line: &[u8]) -> Result<(Value<'_>, &[u8]), Refusal> {
    match line.first() {
        Some(b'"') => {
            let (text, rest) = split_quoted(line)?;
            Ok((Value::Quoted(text), rest))
        }
        Some(b'(') => Ok((Value::Group, skip_group(line)?)),
        Some(b'{') => match literal_bytes(line) {
            Some(bytes) => Ok((Value::Literal(bytes), &[])),
            None => Err(Refusal::Garbage { what: "a literal in a FETCH response without a size" }),
        },
        Some(_) | None => {
            let end = line.iter().position(|byte| b" )".contains(byte));
            match end.and_then(|end| line.split_at_checked(end)) {
                Some((atom, rest)) if !atom.is_empty() => Ok((Value::Atom(atom), rest)),
                Some(_) | None => {
                    Err(Refusal::Garbage { what: "a FETCH response that breaks off" })
                }
            }
        }
    }
}

/// Splits off a quoted string (RFC 3501 §9, `quoted`), its escapes undone.
fn split_quoted(line: &[u8]) -> Result<(Vec<u8>, &[u8]), Refusal> {
    let mut text = Vec::new();
    let mut bytes = line.iter();
    bytes.next();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => return Ok((text, bytes.as_slice())),
            b'\\' => text.extend(bytes.next()),
            other => text.push(other),
        }
    }
    Err(Refusal::Garbage { what: "a quoted string that does not end" })
}

/// Passes over a parenthesised list, without recursion.
fn skip_group(line: &[u8]) -> Result<&[u8], Refusal> {
    let mut depth: u64 = 0;
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' => {
                // Back to the quote, which the string begins with.
                let from = line.len() - after.len() - 1;
                rest = split_quoted(line.get(from..).unwrap_or_default())?.1;
            }
            b'(' if depth == NESTING_MAX => {
                return Err(Refusal::TooLarge { what: "nesting of parentheses", limit: depth });
            }
            b'(' => depth += 1,
            b')' if depth == 1 => return Ok(rest),
            b')' => depth -= 1,
            _ => {}
        }
    }
    Err(Refusal::Garbage { what: "a FETCH response that breaks off" })
}
