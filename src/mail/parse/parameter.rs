//! Fields such as `Content-Type`: a value and parameters (RFC 2045 §5.1, RFC 2231).
//!
//! Read here and not by mail-parser, which loses a value that is folded behind its `=` (Outlook
//! folds there) and decodes the segments of a name one by one, so that a letter across two of
//! them is lost.

use super::{charset, decode, word};

/// Bytes of a MIME field that are read: names of files are shorter.
pub const MIME_FIELD_BYTES_MAX: usize = 8 * 1024;

/// Segments of one continued parameter (RFC 2231 §3) that are joined.
const SEGMENTS_MAX: usize = 64;

/// A field such as `Content-Type`.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// `text/plain`, `attachment` in lower case; empty when there is none.
    pub value: String,
    list: Vec<Parameter>,
}

/// One parameter as it stands, or one segment of it.
#[derive(Debug)]
struct Parameter {
    /// In lower case, without the stars.
    name: String,
    /// Its number (`filename*0`).
    segment: Option<usize>,
    form: Form,
    value: Vec<u8>,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    /// `filename*=utf-8''%e2%82%ac` (RFC 2231 §4).
    Extended,
}

impl Parameters {
    /// Reads the first [`MIME_FIELD_BYTES_MAX`] bytes of an unfolded or folded field.
    pub(super) fn of(field: &[u8]) -> Self {
        let field = field.get(..MIME_FIELD_BYTES_MAX).unwrap_or(field);
        let mut pieces = pieces(field).into_iter();
        let value = pieces.next().unwrap_or_default().text;
        let value: Vec<u8> = value.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        Self {
            value: String::from_utf8_lossy(&value).to_ascii_lowercase(),
            list: pieces.filter_map(Parameter::of).collect(),
        }
    }

    /// A parameter by its name in lower case, decoded. Where it stands there twice, the extended
    /// form wins (RFC 2231 §4), then the first.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let mut segments: Vec<&Parameter> = self
            .list
            .iter()
            .filter(|one| one.name == name && (one.segment.is_some() || one.form == Form::Extended))
            .take(SEGMENTS_MAX)
            .collect();
        segments.sort_by_key(|one| one.segment);
        let Some(first) = segments.first() else {
            let plain = self.list.iter().find(|one| one.name == name)?;
            return Some(word::decode(&plain.value).0.trim().to_owned());
        };
        let (charset, _) = split_charset(first);
        let mut bytes = Vec::new();
        for (number, segment) in segments.iter().enumerate() {
            let value = if number == 0 { split_charset(segment).1 } else { &segment.value };
            match segment.form {
                Form::Plain => bytes.extend_from_slice(value),
                Form::Extended => bytes.extend(percent_decoded(value)),
            }
        }
        let text = charset::text(&bytes, charset.as_deref()).0;
        // Some clients put encoded words into segments, which RFC 2231 does not know.
        if charset.is_none() && text.contains("=?") {
            return Some(word::decode(text.as_bytes()).0);
        }
        Some(text.into_owned())
    }
}

impl Parameter {
    fn of(piece: Piece) -> Option<Self> {
        let name = String::from_utf8_lossy(&piece.name?).trim().to_ascii_lowercase();
        let mut stars = name.split('*');
        let base = stars.next().unwrap_or_default().trim_end();
        let (segment, form) = match (stars.next(), stars.next()) {
            (None, _) => (None, Form::Plain),
            (Some(""), _) => (None, Form::Extended),
            (Some(number), None) => (number.parse().ok(), Form::Plain),
            (Some(number), Some(_)) => (number.parse().ok(), Form::Extended),
        };
        let name = base.to_owned();
        (!base.is_empty()).then_some(Self { name, segment, form, value: piece.text })
    }
}

/// `charset'language'text`; only where a parameter begins, and only in the extended form.
fn split_charset(parameter: &Parameter) -> (Option<String>, &[u8]) {
    let whole = (None, parameter.value.as_slice());
    if parameter.form == Form::Plain {
        return whole;
    }
    let mut parts = parameter.value.splitn(3, |&byte| byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) => {
            (Some(String::from_utf8_lossy(charset).into_owned()), text)
        }
        _ => whole,
    }
}

fn percent_decoded(value: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = match rest {
            [] => return decoded,
            [b'%', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(decode::hexadecimal(*high) << 4 | decode::hexadecimal(*low));
                tail
            }
            [byte, tail @ ..] => {
                decoded.push(*byte);
                tail
            }
        };
    }
}

/// What stands between two semicolons.
#[derive(Default)]
struct Piece {
    /// What stands before the `=`, if there is one.
    name: Option<Vec<u8>>,
    /// The rest without quotes and comments.
    text: Vec<u8>,
}

/// Takes a field apart at the semicolons that are not quoted, each byte looked at once.
fn pieces(field: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut piece = Piece::default();
    let mut quoted = false;
    let mut comments = 0_usize;
    let mut bytes = field.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            // Only what must be escaped is: a path of Windows in quotes keeps its backslashes.
            b'\\' if quoted => match bytes.next_if(|next| matches!(next, b'"' | b'\\')) {
                Some(escaped) => piece.text.push(escaped),
                None => piece.text.push(byte),
            },
            b'"' if comments == 0 => quoted = !quoted,
            _ if quoted => piece.text.push(byte),
            b'(' if piece.name.is_none() || 0 < comments => comments += 1,
            b')' if 0 < comments => comments -= 1,
            _ if 0 < comments => {}
            b';' => pieces.push(std::mem::take(&mut piece).trimmed()),
            b'=' if piece.name.is_none() && !pieces.is_empty() => {
                piece.name = Some(std::mem::take(&mut piece.text));
            }
            _ => piece.text.push(byte),
        }
    }
    pieces.push(piece.trimmed());
    pieces
}

impl Piece {
    fn trimmed(self) -> Self {
        Self { text: self.text.trim_ascii().to_vec(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_30_names_are_read_in_every_form() {
        check("attachment; filename=a.txt", "a.txt");
        check("attachment; FileName=\"a;b=c.txt\"; size=3", "a;b=c.txt");
        check("attachment; filename=\r\n\t\"file.jpg\";\r\n\tsize=5", "file.jpg");
        check("attachment; filename=My File (1).txt; x=y", "My File (1).txt");
        check("attachment; filename=\"a \\\"b\\\".txt\"", "a \"b\".txt");
        check("attachment; filename=\"C:\\temp\\a.txt\"", "C:\\temp\\a.txt");
        check(
            "attachment; filename=\"=?utf-8?Q?J=C3=BC?=\r\n =?utf-8?Q?rgen.txt?=\"",
            "Jürgen.txt",
        );
        check("attachment; filename*=utf-8'en'%e2%82%ac.txt; filename=\"a.txt\"", "€.txt");
        check("attachment; filename=\"a.txt\"; filename*=utf-8''%e2%82%ac.txt", "€.txt");
        check("attachment; filename*=iso-8859-1''caf%E9.txt", "café.txt");
        check("attachment; filename*1=b.txt; filename*0=a", "ab.txt");
        check("attachment; filename*0*=utf-8''%e2%82; filename*1*=%ac.; filename*2=txt", "€.txt");
        check("attachment; filename*10=k; filename*9=j; filename*0=a", "ajk");
        check("attachment; filename*=%zz", "%zz");
        check("attachment; filename=\"open", "open");
        check("attachment (a; b); filename=a", "a");

        #[track_caller]
        fn check(field: &str, name: &str) {
            let found = Parameters::of(field.as_bytes()).get("filename");
            assert_eq!(found.as_deref(), Some(name), "{field}");
        }
    }

    #[test]
    fn the_value_is_in_lower_case() {
        assert_eq!(Parameters::of(b" Text/PLAIN (x); Charset=UTF-8").value, "text/plain");
        assert_eq!(Parameters::of(b" TEXT / Plain").value, "text/plain");
        assert_eq!(Parameters::of(b"").value, "");
        assert!(Parameters::of(b"text/plain").get("charset").is_none());
    }

    #[test]
    fn thr_10_segments_have_a_number() {
        for count in [SEGMENTS_MAX - 1, SEGMENTS_MAX, SEGMENTS_MAX + 1, SEGMENTS_MAX * 1000] {
            let fields: Vec<_> = (0..count).map(|n| format!("filename*{n}=x")).collect();
            let name = Parameters::of(format!("a; {}", fields.join(";")).as_bytes())
                .get("filename")
                .unwrap();
            assert_eq!(name.len(), count.min(SEGMENTS_MAX));
        }
    }
}
