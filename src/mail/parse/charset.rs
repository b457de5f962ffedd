//! Bytes become text: in the character set that they declare, if they can be, else in the one that
//! they look like.
//!
//! `encoding_rs` reads what the Encoding Standard knows, `charset/old.rs` what mail knows beyond
//! that, and chardetng guesses. What was not read as declared is told.

mod label;
mod old;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};

use super::decode;
use label::Declared;

/// How a text was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// As declared, or as UTF-8 where nothing was.
    Good,
    /// Declared as one that nobody knows; read as UTF-8 or as what it looks like.
    Unknown,
    /// Not what was declared, or not declared: some characters are U+FFFD, or it is read as what
    /// it looks like.
    Broken,
}

/// Bytes by which an undeclared character set is guessed; more tell nothing new (64 KiB).
const GUESSED_BYTES_MAX: usize = 64 * 1024;

/// Text in a character set. What says US-ASCII, says nothing, or says something unknown, is UTF-8
/// if it can be, else what it looks like. A byte order mark says more than any label.
pub(super) fn text<'a>(bytes: &'a [u8], charset: Option<&str>) -> (Cow<'a, str>, Charset) {
    let declared = Declared::of(charset.unwrap_or_default());
    if declared == Declared::Utf32 {
        return read_whole(old::utf_32(bytes));
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return read(encoding, bytes.get(mark..).unwrap_or_default());
    }
    match declared {
        Declared::Nothing => undeclared(bytes, Charset::Good),
        // An unreadable part is an attachment; its name may be asked for all the same.
        Declared::Unknown | Declared::Unreadable => undeclared(bytes, Charset::Unknown),
        Declared::Known(encoding) if encoding == UTF_8 => said_utf_8(bytes),
        Declared::Known(encoding) if encoding.is_single_byte() && is_utf_8_after_all(bytes) => {
            (String::from_utf8_lossy(bytes), Charset::Broken)
        }
        Declared::Known(encoding) => read(encoding, bytes),
        Declared::CodePage(table) => (Cow::Owned(table.decode_string_lossy(bytes)), Charset::Good),
        Declared::Utf7 => (Cow::Owned(decode::utf_7(bytes)), Charset::Good),
        Declared::Utf32 => read_whole(old::utf_32(bytes)),
        Declared::Iso2022Kr => read_whole(old::iso_2022_kr(bytes)),
        Declared::HzGb2312 => read_whole(old::hz_gb_2312(bytes)),
    }
}

/// Character sets that nobody reads here: without a decoder that is kept, and rare.
pub(super) fn is_unreadable(charset: &str) -> bool {
    Declared::of(charset) == Declared::Unreadable
}

fn read<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, Charset) {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    (text, if broken { Charset::Broken } else { Charset::Good })
}

fn read_whole<'a>(text: String) -> (Cow<'a, str>, Charset) {
    let charset = if text.contains('\u{fffd}') { Charset::Broken } else { Charset::Good };
    (Cow::Owned(text), charset)
}

/// UTF-8 if it can be; ISO-2022-JP, which hides in ASCII, if it switches to it.
fn undeclared(bytes: &[u8], if_utf_8: Charset) -> (Cow<'_, str>, Charset) {
    match std::str::from_utf8(bytes) {
        Ok(_) if switches_to_japanese(bytes) => read(ISO_2022_JP, bytes),
        Ok(text) => (Cow::Borrowed(text), if_utf_8),
        Err(_) => {
            let charset =
                if if_utf_8 == Charset::Unknown { Charset::Unknown } else { Charset::Broken };
            (looks_like(bytes), charset)
        }
    }
}

/// A text with letters of UTF-8 and a broken one is UTF-8; one without any is something else.
fn said_utf_8(bytes: &[u8]) -> (Cow<'_, str>, Charset) {
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, Cow::Borrowed(_)) {
        return (text, Charset::Good);
    }
    let any = text.chars().any(|character| !character.is_ascii() && character != '\u{fffd}');
    (if any { text } else { looks_like(bytes) }, Charset::Broken)
}

/// Letters of a single-byte character set are next to never UTF-8 by chance.
fn is_utf_8_after_all(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// `ESC $ B`, `ESC $ @` and `ESC ( J`: in no other text.
fn switches_to_japanese(bytes: &[u8]) -> bool {
    const SWITCHES: [&[u8]; 3] = [b"\x1b$B", b"\x1b$@", b"\x1b(J"];
    let head = bytes.get(..GUESSED_BYTES_MAX).unwrap_or(bytes);
    head.contains(&0x1b) && head.windows(3).any(|three| SWITCHES.contains(&three))
}

fn looks_like(bytes: &[u8]) -> Cow<'_, str> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..GUESSED_BYTES_MAX).unwrap_or(bytes), true);
    detector.guess(None, Utf8Detection::Deny).decode_without_bom_handling(bytes).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], charset: &str, expected: &str, how: Charset) {
        let declared = (!charset.is_empty()).then_some(charset);
        let (text, found) = text(bytes, declared);
        assert_eq!((&*text, found), (expected, how), "{charset:?}");
    }

    #[test]
    fn thr_15_undeclared_text_is_utf_8_or_what_it_looks_like() {
        use Charset::{Broken, Good, Unknown};
        check("café".as_bytes(), "us-ascii", "café", Good);
        check("café".as_bytes(), "", "café", Good);
        check("café".as_bytes(), "x-nobody-knows", "café", Unknown);
        check(b"caf\xe9", "", "café", Broken);
        check(b"caf\xe9", "us-ascii", "café", Broken);
        check(b"caf\xe9", "unknown-8bit", "café", Broken);
        check(b"caf\xe9", "x-nobody-knows", "café", Unknown);
        check(
            b"\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0?",
            "",
            "Привет, как дела?",
            Broken,
        );
        check(
            b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1?",
            "",
            "Привет, как дела?",
            Broken,
        );
        check(b"\x83e\x83X\x83g\x82\xc5\x82\xb7", "", "テストです", Broken);
        check(b"\x1b$B%F%9%H\x1b(B", "", "テスト", Good);
        check(b"a \x1b[31m b", "", "a \u{1b}[31m b", Good);
    }

    #[test]
    fn thr_15_a_wrong_declaration_does_not_spoil_the_text() {
        use Charset::{Broken, Good};
        check("Lösung".as_bytes(), "iso-8859-1", "Lösung", Broken);
        check(b"L\xf6sung", "utf-8", "Lösung", Broken);
        check(b"L\xc3\xb6sung \xe9", "utf-8", "Lösung \u{fffd}", Broken);
        check(b"caf\xc0\xaf\xc3\xa9", "utf-8", "caf\u{fffd}\u{fffd}é", Broken);
        check(b"\xef\xbb\xbfL\xc3\xb6sung", "iso-8859-1", "Lösung", Good);
        check(b"\xff\xfea\0", "iso-8859-1", "a", Good);
        check(b"\xff\xfea\0\x00\xd8", "utf-16", "a\u{fffd}", Broken);
    }

    #[test]
    fn thr_15_what_is_declared_is_read() {
        use Charset::Good;
        check(b"caf\xe9", "ISO-8859-1", "café", Good);
        check(b"caf\xe9", " \"iso-8859-1\" ", "café", Good);
        check(b"\x93a\x94", "iso-8859-1", "“a”", Good);
        check(b"\xa4", "iso-8859-15", "€", Good);
        check(b"\x1b$B%F%9%H\x1b(B", "ISO-2022-JP", "テスト", Good);
        check(b"\x84\x94", "ibm437", "äö", Good);
        check(b"\x84\x94", "cp850", "äö", Good);
        check(b"\x84\x94", "cp-437", "äö", Good);
        check(b"\x85", "IBM852", "ů", Good);
        check(b"\xe4", "cp1252", "ä", Good);
        check(b"\xc4\xe3", "cp936", "你", Good);
        check(b"\xc4\xe3", "gb2312", "你", Good);
        check(b"\xb0\xa1", "ks_c_5601-1987", "가", Good);
        check(b"\xe4", "latin-1", "ä", Good);
        check(b"\xa1", "tis-620", "ก", Good);
        check(b"Hi Mom +Jjo-!", "unicode-1-1-utf-7", "Hi Mom ☺!", Good);
        check(b"+AOQ-", "UTF-7", "ä", Good);
        check(b"\x1b$)C\x0e0!3*\x0f ok", "iso-2022-kr", "가나 ok", Good);
        check(b"~{Dc~} ~~ ok", "hz-gb-2312", "你 ~ ok", Good);
        check(b"a\0\0\0\xe4\0\0\0", "utf-32le", "aä", Good);
        check(b"\0\0\xfe\xff\0\0\0a", "utf-32", "a", Good);
        assert!(is_unreadable("ISO-2022-CN") && !is_unreadable("iso-2022-kr"));
    }

    #[test]
    fn thr_15_any_label_reads_any_bytes() {
        let bytes: Vec<u8> = (0..=255).chain([0x1b, b'$', b'B', 0xff, 0x0e, b'~', b'{']).collect();
        for label in [
            "utf-8",
            "utf-7",
            "utf-16",
            "utf-16be",
            "utf-32",
            "utf-32be",
            "iso-2022-jp",
            "iso-2022-kr",
            "iso-2022-cn",
            "hz-gb-2312",
            "gb18030",
            "gbk",
            "big5",
            "shift_jis",
            "euc-jp",
            "euc-kr",
            "ibm864",
            "cp857",
            "cp99999",
            "99999999999",
            "",
            "x",
            "replacement",
            "x-user-defined",
            "koi8-r",
            "macintosh",
            "iso-8859-16",
            "windows-874",
        ] {
            for from in 0..bytes.len() {
                let _ = text(&bytes[from..], Some(label));
            }
        }
    }
}
