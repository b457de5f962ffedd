//! Encoded words, `=?utf-8?Q?J=C3=BCrgen?=` (RFC 2047).
//!
//! Neighbours are joined before their character set is undone: some clients cut a letter in two.

use super::charset::{self, Charset};
use super::decode;

/// Encoded words of a field that are decoded (RFC 2047); the others are shown as they stand
/// (CVE-2026-116270).
pub const ENCODED_WORDS_MAX: usize = 200;

/// Whether all of a field was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    All,
    /// [`ENCODED_WORDS_MAX`] of them.
    Some,
}

/// Unstructured text, folded or not, with its encoded words decoded. Bytes that are not UTF-8
/// are read as windows-1252, which most of them are.
pub(super) fn decode(value: &[u8]) -> (String, Words) {
    let text = charset::text(value, None).0;
    if !text.contains("=?") {
        return (text.split(['\r', '\n']).collect(), Words::All);
    }
    let line: String = text.split(['\r', '\n']).collect();
    let mut writer = Writer::default();
    let mut words = Words::All;
    let mut rest = line.as_str();
    let mut count = 0;
    while let Some((before, after)) = rest.split_once("=?") {
        if count == ENCODED_WORDS_MAX {
            words = Words::Some;
            break;
        }
        count += 1;
        writer.plain(before);
        if let Some((word, behind)) = Word::of(after) {
            writer.word(word);
            rest = behind;
        } else {
            writer.plain("=?");
            rest = after;
        }
    }
    writer.plain(rest);
    writer.flush();
    (writer.text, words)
}

/// One encoded word, its transfer encoding undone.
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    /// As it stands between `=?` and `?=`.
    written: &'a str,
}

impl<'a> Word<'a> {
    /// Reads what follows a `=?`: the word, and what is behind it.
    fn of(after: &'a str) -> Option<(Self, &'a str)> {
        let (charset, rest) = after.split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        let (text, behind) = rest.split_once("?=")?;
        let written = after.get(..after.len() - behind.len() - 2).unwrap_or_default();
        // A language may stand behind the character set (RFC 2231 §5).
        let charset = charset.split('*').next().unwrap_or_default();
        let is_token = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if charset.is_empty() || !is_token(charset) || text.contains('?') {
            return None;
        }
        let bytes = match encoding {
            "b" | "B" => decode::base64(text.trim())?,
            "q" | "Q" => quoted(text),
            _ => return None,
        };
        Some((Self { charset, bytes, written }, behind))
    }
}

/// The "Q" encoding (RFC 2047 §4.2): as quoted-printable, and `_` is a blank.
fn quoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return bytes,
            [b'=', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(decode::hexadecimal(*high) << 4 | decode::hexadecimal(*low));
                tail
            }
            [b'_', tail @ ..] => {
                bytes.push(b' ');
                tail
            }
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Words of one character set that are not written yet.
    charset: String,
    bytes: Vec<u8>,
    /// As they stand, for words that say nothing.
    written: String,
    /// Blanks behind them, which count only if no other word follows.
    blanks: String,
}

impl Writer {
    fn plain(&mut self, text: &str) {
        let blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
        if blank && !self.charset.is_empty() {
            self.blanks.push_str(text);
            return;
        }
        self.flush();
        self.text.push_str(text);
    }

    fn word(&mut self, word: Word<'_>) {
        if !self.charset.eq_ignore_ascii_case(word.charset) {
            self.blanks.clear();
            self.flush();
            word.charset.clone_into(&mut self.charset);
        }
        self.blanks.clear();
        self.bytes.extend(word.bytes);
        if !self.written.is_empty() {
            self.written.push(' ');
        }
        self.written.extend(["=?", word.written, "?="]);
    }

    fn flush(&mut self) {
        if !self.charset.is_empty() {
            let (text, read) = charset::text(&self.bytes, Some(&self.charset));
            let nonsense = read != Charset::Good && is_nonsense(&text);
            self.text.push_str(if nonsense { &self.written } else { &text });
        }
        self.text.push_str(&self.blanks);
        self.written.clear();
        self.charset.clear();
        self.bytes.clear();
        self.blanks.clear();
    }
}

/// Whether a person sees more in the word as it stands: it has controls, or little that is text.
fn is_nonsense(text: &str) -> bool {
    let lost = text.chars().filter(|character| *character == '\u{fffd}').count();
    text.contains(|at: char| at.is_control() && !at.is_ascii_whitespace())
        || text.chars().count() <= 4 * lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_29_words_are_decoded_and_their_neighbours_joined() {
        check("=?utf-8?Q?J=C3=BC?=\r\n =?utf-8?B?cmdlbg==?= x", "Jürgen x");
        check("=?utf-8?Q?J=C3?= =?UTF-8?Q?=BCrgen?=", "Jürgen");
        check("=?iso-8859-1?q?caf=E9_?= =?utf-8?q?=C3=A9?=", "café é");
        check("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d");
        check("(=?utf-8?q?b?=)", "(b)");
        check("=?utf-8*de?q?b?=", "b");
        check("=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト");
        check("Re: [EX#17]\r\n  Printer", "Re: [EX#17]  Printer");
        check("=?utf-8?Q?caf=E9?=", "café");
        check("=?us-ascii?Q?caf=C3=A9?=", "café");
        check(
            "=?utf-8?B?gYKDhB+AgQ==?= =?utf-8?B?gYKDhA==?= x",
            "=?utf-8?B?gYKDhB+AgQ==?= =?utf-8?B?gYKDhA==?= x",
        );
        check("=?", "=?");
        check("=?utf-8?Q?open", "=?utf-8?Q?open");
        check("=?utf-8?X?a?= =?utf-8?Q?b?=", "=?utf-8?X?a?= b");
        check("=?utf-8?Q?a b?=", "a b");
        check("a=?b", "a=?b");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(decode(text.as_bytes()).0, expected, "{text}");
        }
    }

    #[test]
    fn std_29_raw_bytes_are_text_too() {
        assert_eq!(decode("café".as_bytes()).0, "café");
        assert_eq!(decode(b"caf\xe9").0, "café");
    }

    #[test]
    fn thr_10_words_have_a_number() {
        for count in [ENCODED_WORDS_MAX - 1, ENCODED_WORDS_MAX, ENCODED_WORDS_MAX + 1, 200_000] {
            let (text, words) = decode("=?utf-8?Q?a?= ".repeat(count).as_bytes());
            assert_eq!(words == Words::Some, ENCODED_WORDS_MAX < count);
            assert!(text.starts_with(&"a".repeat(count.min(ENCODED_WORDS_MAX))), "{count}");
        }
    }
}
