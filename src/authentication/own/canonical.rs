//! Header fields and bodies in the form in which they were signed (RFC 6376 §3.4). Lines may end as
//! files have it: signatures are about CRLF.

/// How what is signed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Simple,
    /// White space and the case of names do not count.
    Relaxed,
}

impl Form {
    /// Reads its word.
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "simple" => Some(Self::Simple),
            "relaxed" => Some(Self::Relaxed),
            _ => None,
        }
    }

    /// Writes a field and a line end; `value` is what stands behind the colon, without its line end.
    pub(super) fn field(self, name: &[u8], value: &[u8], into: &mut Vec<u8>) {
        match self {
            Self::Simple => {
                into.extend_from_slice(name);
                into.push(b':');
                for (nth, line) in value.split(|byte| *byte == b'\n').enumerate() {
                    if nth > 0 {
                        into.extend_from_slice(b"\r\n");
                    }
                    into.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                }
            }
            Self::Relaxed => {
                into.extend(name.trim_ascii().iter().map(u8::to_ascii_lowercase));
                into.push(b':');
                let start = into.len();
                for line in value.split(|byte| *byte == b'\n') {
                    reduce(line.strip_suffix(b"\r").unwrap_or(line), into);
                }
                if into.get(start) == Some(&b' ') {
                    into.remove(start);
                }
                if start < into.len() && into.last() == Some(&b' ') {
                    into.pop();
                }
            }
        }
        into.extend_from_slice(b"\r\n");
    }

    /// Gives a body away, piece by piece.
    pub(super) fn body(self, body: &[u8], mut piece: impl FnMut(&[u8])) {
        let (mut empty, mut text, mut reduced) = (0_usize, Text::None, Vec::new());
        for line in body.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = match self {
                Self::Simple => line,
                Self::Relaxed => {
                    reduced.clear();
                    reduce(line, &mut reduced);
                    reduced.strip_suffix(b" ").unwrap_or(&reduced)
                }
            };
            if line.is_empty() {
                empty += 1;
                continue;
            }
            for _ in 0..std::mem::take(&mut empty) {
                piece(b"\r\n");
            }
            text = Text::Some;
            piece(line);
            piece(b"\r\n");
        }
        if (self, text) == (Self::Simple, Text::None) {
            piece(b"\r\n");
        }
    }
}

/// Whether a body has a line that counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    None,
    Some,
}

/// Writes a line in which runs of blanks are one.
fn reduce(line: &[u8], into: &mut Vec<u8>) {
    for &byte in line {
        match byte {
            b' ' | b'\t' if into.last() == Some(&b' ') => {}
            b' ' | b'\t' => into.push(b' '),
            byte => into.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Form::{Relaxed, Simple};

    fn fields(form: Form, fields: &[(&str, &str)]) -> String {
        let mut found = Vec::new();
        for (name, value) in fields {
            form.field(name.as_bytes(), value.as_bytes(), &mut found);
        }
        String::from_utf8(found).unwrap()
    }

    fn body(form: Form, text: &str) -> String {
        let mut found = Vec::new();
        form.body(text.as_bytes(), |piece| found.extend_from_slice(piece));
        String::from_utf8(found).unwrap()
    }

    #[test]
    fn std_74_the_examples_of_rfc_6376_3_4_5() {
        let header = [("A", " X"), ("B ", " Y\t\r\n\tZ  ")];
        let text = " C \r\nD \t E\r\n\r\n\r\n";
        assert_eq!(fields(Relaxed, &header), "a:X\r\nb:Y Z\r\n");
        assert_eq!(body(Relaxed, text), " C\r\nD E\r\n");
        assert_eq!(fields(Simple, &header), "A: X\r\nB : Y\t\r\n\tZ  \r\n");
        assert_eq!(body(Simple, text), " C \r\nD \t E\r\n");
    }

    #[test]
    fn a_field_is_on_one_line() {
        check("", "a:\r\n");
        check(" \t", "a:\r\n");
        check("b", "a:b\r\n");
        check(" b\r\n \t c \r\n\t", "a:b c\r\n");
        check(" b\n c", "a:b c\r\n");
        check(" b\rc", "a:b\rc\r\n");

        #[track_caller]
        fn check(value: &str, expected: &str) {
            assert_eq!(fields(Relaxed, &[("A", value)]), expected, "{value:?}");
        }
    }

    #[test]
    fn std_74_a_body_ends_with_its_last_line() {
        check("", "\r\n", "");
        check("\r\n", "\r\n", "");
        check("\r\n\r\n", "\r\n", "");
        check(" \t\r\n\r\n", " \t\r\n", "");
        check("a", "a\r\n", "a\r\n");
        check("a\r\n", "a\r\n", "a\r\n");
        check("a\n\n", "a\r\n", "a\r\n");
        check("\r\na \t b \r\n \r\n", "\r\na \t b \r\n \r\n", "\r\na b\r\n");
        check("a\r\n\r\n\r\nb", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n");

        #[track_caller]
        fn check(text: &str, simple: &str, relaxed: &str) {
            assert_eq!(body(Simple, text), simple, "{text:?}");
            assert_eq!(body(Relaxed, text), relaxed, "{text:?}");
        }
    }
}
