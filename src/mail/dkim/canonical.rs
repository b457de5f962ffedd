//! A message in the form in which it is signed: "relaxed" for header and body (RFC 6376 §3.4.2, §3.4.4).

/// Header section and body; the empty line between them is of neither.
pub(super) fn halves(message: &[u8]) -> (&[u8], &[u8]) {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n");
    end.and_then(|end| Some((message.get(..end + 2)?, message.get(end + 4..)?)))
        .unwrap_or((message, b""))
}

/// Name and value of each field; a value ends with its line end and may be folded.
pub(super) fn fields(header: &[u8]) -> Vec<(&[u8], &[u8])> {
    let (mut fields, mut rest) = (Vec::new(), header);
    while !rest.is_empty() {
        let (field, after) = rest.split_at(end_of_field(rest));
        if let Some(colon) = field.iter().position(|byte| *byte == b':') {
            let (name, value) = field.split_at(colon);
            fields.push((name.trim_ascii_end(), value.get(1..).unwrap_or_default()));
        }
        rest = after;
    }
    fields
}

/// Where the next field begins: after a line end that no blank follows.
fn end_of_field(text: &[u8]) -> usize {
    let folds = |after: usize| matches!(text.get(after), Some(b' ' | b'\t'));
    let ends = text.windows(2).enumerate().filter(|(_, two)| *two == b"\r\n");
    ends.map(|(at, _)| at + 2).find(|after| !folds(*after)).unwrap_or(text.len())
}

/// Writes a field: name in lower case, on one line, runs of blanks as one, none at the ends.
pub(super) fn field(name: &str, value: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(name.as_bytes());
    into.push(b':');
    let mut words = value
        .split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .filter(|word| !word.is_empty());
    if let Some(first) = words.next() {
        into.extend_from_slice(first);
    }
    for word in words {
        into.push(b' ');
        into.extend_from_slice(word);
    }
    into.extend_from_slice(b"\r\n");
}

/// The body: in each line runs of blanks are one and those at its end are none; no empty lines at the
/// end; a line end after the last line.
pub(super) fn body(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(body.len() + 2);
    let (mut empty, mut rest) = (0, body);
    while !rest.is_empty() {
        let end = rest.windows(2).position(|two| two == b"\r\n");
        let (line, after) = match end {
            Some(end) => (rest.get(..end), rest.get(end + 2..)),
            None => (Some(rest), None),
        };
        let line = line.unwrap_or_default();
        if line.iter().copied().all(is_blank) {
            empty += 1;
        } else {
            text.extend(b"\r\n".repeat(empty));
            line_into(line, &mut text);
            text.extend_from_slice(b"\r\n");
            empty = 0;
        }
        rest = after.unwrap_or_default();
    }
    text
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn line_into(line: &[u8], into: &mut Vec<u8>) {
    let mut blank = false;
    for &byte in line {
        if is_blank(byte) {
            blank = true;
            continue;
        }
        if blank {
            into.push(b' ');
            blank = false;
        }
        into.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_90_the_example_of_rfc_6376_3_4_5() {
        let message = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (header, rest) = halves(message);
        let mut found = Vec::new();
        for (name, value) in fields(header) {
            let name = String::from_utf8_lossy(name).to_lowercase();
            field(&name, value, &mut found);
        }
        assert_eq!(String::from_utf8(found).unwrap(), "a:X\r\nb:Y Z\r\n");
        assert_eq!(String::from_utf8(body(rest)).unwrap(), " C\r\nD E\r\n");
    }

    #[test]
    fn std_90_a_body_as_it_is_signed() {
        check("", "");
        check("\r\n", "");
        check("\r\n \t\r\n\r\n", "");
        check("a", "a\r\n");
        check("a\r\n", "a\r\n");
        check("\r\n\r\na\r\n\r\nb  \r\n\r\n \r\n", "\r\n\r\na\r\n\r\nb\r\n");
        check("\ta\t\t b \t\r\n", " a b\r\n");

        #[track_caller]
        fn check(written: &str, expected: &str) {
            assert_eq!(String::from_utf8(body(written.as_bytes())).unwrap(), expected);
        }
    }

    #[test]
    fn a_message_without_body_has_its_header() {
        assert_eq!(halves(b"A: b\r\n"), (&b"A: b\r\n"[..], &b""[..]));
        assert_eq!(halves(b"A: b\r\n\r\n"), (&b"A: b\r\n"[..], &b""[..]));
        assert_eq!(fields(b"A: b\r\n c\r\nD:\r\n").len(), 2);
    }
}
