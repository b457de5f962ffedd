//! What a server answers, read without trust: bounded, any bytes, any server's habits.

use std::fmt;

/// Bytes of one reply, all its lines together; more is an attack or no SMTP server.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// A server's answer to one command, fit to be logged and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The reply code, 200 to 599 (RFC 5321 §4.2).
    pub code: u16,
    /// The lines joined with blanks, the enhanced status code (RFC 3463) included once. Control
    /// characters are escaped; at most [`Reply::CHARS_MAX`] characters.
    pub text: String,
}

impl Reply {
    /// Characters of [`Reply::text`].
    pub const CHARS_MAX: usize = 300;

    /// Whether a provider says that it takes no password any more, and wants OAuth 2.0: Exchange
    /// Online's 550 5.7.30.
    #[must_use]
    pub fn wants_oauth2(&self) -> bool {
        self.code == 550 && self.text.split(' ').next() == Some("5.7.30")
    }
}

/// `250 2.0.0 queued`
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.is_empty() {
            write!(f, "{}", self.code)
        } else {
            write!(f, "{} {}", self.code, self.text)
        }
    }
}

/// A reply with its lines apart, as the answer to EHLO needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

impl Answer {
    pub(super) fn reply(&self) -> Reply {
        let mut lines = self.lines.iter().map(String::as_str);
        let mut text = lines.next().unwrap_or_default().to_owned();
        let enhanced = text.split(' ').next().filter(|word| is_enhanced(word)).map(str::to_owned);
        for line in lines {
            let repeated = enhanced.as_deref().and_then(|code| line.strip_prefix(code));
            text.push(' ');
            text.push_str(repeated.filter(|rest| rest.starts_with(' ')).unwrap_or(line).trim());
        }
        Reply { code: self.code, text: printable(&text) }
    }
}

/// The text on one line without control characters, cut to [`Reply::CHARS_MAX`] characters.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::new();
    for char in text.chars() {
        if char.is_control() {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown.trim().chars().take(Reply::CHARS_MAX).collect()
}

/// Gathers bytes until they are a reply. Knows nothing of sockets.
#[derive(Debug, Default)]
pub(super) struct AnswerReader {
    bytes: Vec<u8>,
}

impl AnswerReader {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether nothing came that was not asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes the first whole reply; `None` while there is none. A code alone, line ends without CR
    /// and bytes that are not UTF-8 are lived with: a refusal must not be lost over its wording.
    ///
    /// # Errors
    /// The reason why the bytes are not a reply (RFC 5321 §4.2), for people.
    pub(super) fn take(&mut self) -> Result<Option<Answer>, String> {
        let mut lines = Vec::new();
        let mut first = None;
        let mut end = 0;
        for line in self.bytes.split_inclusive(|&byte| byte == b'\n') {
            let Some(text) = line.strip_suffix(b"\n") else { break };
            end += line.len();
            let text = String::from_utf8_lossy(text.strip_suffix(b"\r").unwrap_or(text));
            let (code, more, rest) = parts(&text)
                .ok_or_else(|| format!("not an SMTP reply: \"{}\"", printable(&text)))?;
            if *first.get_or_insert(code) != code {
                return Err(format!("a reply with two codes: \"{}\"", printable(&text)));
            }
            lines.push(rest.to_owned());
            if !more {
                self.bytes.drain(..end);
                return Ok(Some(Answer { code, lines }));
            }
        }
        if self.bytes.len() > ANSWER_BYTES_MAX {
            return Err(format!("a reply longer than {ANSWER_BYTES_MAX} bytes"));
        }
        Ok(None)
    }
}

/// Code, whether a line follows, and text of one reply line.
fn parts(line: &str) -> Option<(u16, bool, &str)> {
    let (digits, rest) = line.split_at_checked(3)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let code = digits.parse().ok().filter(|code| (200..600).contains(code))?;
    match rest.strip_prefix('-') {
        Some(text) => Some((code, true, text)),
        None if rest.is_empty() => Some((code, false, rest)),
        None => rest.strip_prefix(' ').map(|text| (code, false, text)),
    }
}

/// RFC 3463 §2: `class.subject.detail`.
fn is_enhanced(word: &str) -> bool {
    word.split('.').count() == 3
        && word.split('.').all(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read_whatever_its_form() {
        reads(b"250 2.0.0 queued\r\n", "250 2.0.0 queued");
        reads(b"250\r\n", "250");
        reads(b"354 \r\n", "354");
        reads(b"250 ok\n", "250 ok");
        reads(b"571 never\r\n", "571 never");
        reads(b"550-5.1.1 no such\r\n550 5.1.1 user\r\n", "550 5.1.1 no such user");
        reads(b"550-no such\r\n550 user\r\n", "550 no such user");
        reads(b"550 Bo\xeete pleine\r\n", "550 Bo\u{fffd}te pleine");
        reads(b"550 a\x07b\x1b[2J\r\n", "550 a\\u{7}b\\u{1b}[2J");

        #[track_caller]
        fn reads(bytes: &[u8], shown: &str) {
            let mut reader = AnswerReader::default();
            for byte in bytes {
                assert_eq!(reader.take(), Ok(None));
                reader.push(&[*byte]);
            }
            let answer = reader.take().unwrap().unwrap();
            assert_eq!(answer.reply().to_string(), shown);
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for bytes in [
            &b"hello\r\n"[..],
            b"\r\n",
            b"25 ok\r\n",
            b"2500 ok\r\n",
            b"+25 ok\r\n",
            b"150 ok\r\n",
            b"600 ok\r\n",
            b"250-one\r\n550 two\r\n",
            b"\xff\xfe\xfd\r\n",
        ] {
            let mut reader = AnswerReader::default();
            reader.push(bytes);
            assert!(reader.take().is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_reply_without_end_is_refused() {
        let mut reader = AnswerReader::default();
        reader.push(&b"250-more\r\n".repeat(ANSWER_BYTES_MAX / 10));
        assert_eq!(reader.take(), Ok(None));
        reader.push(b"250-more\r\n");
        assert!(reader.take().is_err());
    }

    #[test]
    fn what_follows_a_reply_stays() {
        let mut reader = AnswerReader::default();
        reader.push(b"250 ok\r\n421 bye\r\n");
        assert_eq!(reader.take().unwrap().unwrap().code, 250);
        assert!(!reader.is_empty());
        assert_eq!(reader.take().unwrap().unwrap().code, 421);
    }

    #[test]
    fn a_long_reply_is_cut() {
        let answer = Answer { code: 550, lines: vec!["ä".repeat(1000)] };
        assert_eq!(answer.reply().text.chars().count(), Reply::CHARS_MAX);
    }
}
