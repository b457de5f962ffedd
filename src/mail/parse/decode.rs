//! The leaves of parsing that mail-parser does: transfer encodings, dates, UTF-7. It never sees more than one field or one part, so nothing of it can nest
//! (a message with 30,000 messages inside ends the process when mail-parser's tree of it is
//! dropped).

use std::borrow::Cow;

use mail_parser::DateTime;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use crate::time::Timestamp;

/// The first instant that a date may name: 1980-01-01, before which there was no such mail.
const DATE_SECONDS_MIN: i64 = 315_532_800;

/// The last instant that a date may name: 2100-01-01.
const DATE_SECONDS_MAX: i64 = 4_102_444_800;

/// How the bytes of a part were made fit for a transport (RFC 2045 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Base64,
    QuotedPrintable,
    /// What came before MIME, and still comes.
    Uuencode,
    /// None that we know; such a part is bytes (RFC 2045 §6.4).
    Unknown,
}

/// Reads `Content-Transfer-Encoding`, and the misspellings of "none" that the field has seen.
pub(super) fn encoding(value: &str) -> Encoding {
    let word = value.split([';', '(']).next().unwrap_or_default().trim().to_ascii_lowercase();
    match word.replace([' ', '"', '\''], "").as_str() {
        "base64" => Encoding::Base64,
        "quoted-printable" => Encoding::QuotedPrintable,
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => Encoding::Uuencode,
        "" | "7bit" | "8bit" | "binary" | "none" | "7-bit" | "8-bit" | "7bits" | "8bits"
        | "utf-8" | "utf8" | "us-ascii" | "ascii" | "text" | "plain" => Encoding::Identity,
        _ => Encoding::Unknown,
    }
}

/// Whether an encoding was kept to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    Clean,
    /// What does not belong there was passed over (RFC 2045 §6.7, §6.8).
    Repaired,
}

/// Undoes a transfer encoding.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> (Cow<'_, [u8]>, Decoded) {
    match encoding {
        Encoding::Identity | Encoding::Unknown => (Cow::Borrowed(bytes), Decoded::Clean),
        Encoding::Base64 => match base64_decode(bytes) {
            Some(decoded) => (Cow::Owned(decoded), Decoded::Clean),
            None => (Cow::Owned(base64_repaired(bytes)), Decoded::Repaired),
        },
        Encoding::Uuencode => match uudecoded(bytes) {
            Some(decoded) => (Cow::Owned(decoded), Decoded::Clean),
            None => (Cow::Borrowed(bytes), Decoded::Repaired),
        },
        Encoding::QuotedPrintable => match quoted_printable_decode(bytes) {
            Some(decoded) => (Cow::Owned(decoded), Decoded::Clean),
            None => (Cow::Owned(quoted_printable_repaired(bytes)), Decoded::Repaired),
        },
    }
}

/// The lines between `begin 644 name` and `end`: a length, then six bits a character.
fn uudecoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    lines.find(|line| line.starts_with(b"begin "))?;
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3);
    for line in lines {
        let [length, rest @ ..] = line else { continue };
        let length = usize::from(length.wrapping_sub(b' ') & 0x3f);
        if line == b"end" {
            return Some(decoded);
        }
        let start = decoded.len();
        for four in rest.chunks(4) {
            let bits =
                |index: usize| four.get(index).map_or(0, |byte| byte.wrapping_sub(b' ') & 0x3f);
            let (a, b, c, d) = (bits(0), bits(1), bits(2), bits(3));
            decoded.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        }
        decoded.truncate(start + length);
    }
    None
}

/// Base64 that must be clean, such as that of an encoded word.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    base64_decode(text.as_bytes())
}

fn base64_repaired(bytes: &[u8]) -> Vec<u8> {
    let good = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    base64_decode(&bytes.iter().copied().filter(good).collect::<Vec<_>>()).unwrap_or_default()
}

fn quoted_printable_repaired(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return decoded,
            [b'=', b'\r', b'\n', tail @ ..] | [b'=', b'\n', tail @ ..] => tail,
            [b'=', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(hexadecimal(*high) << 4 | hexadecimal(*low));
                tail
            }
            [byte, tail @ ..] => {
                decoded.push(*byte);
                tail
            }
        };
    }
}

/// The value of a hexadecimal digit.
pub(super) fn hexadecimal(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}

/// UTF-7 (RFC 2152).
pub(super) fn utf_7(bytes: &[u8]) -> String {
    match charset_decoder(b"utf-7") {
        Some(decoder) => decoder(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The instant of a date in a header (RFC 5322 §3.3), if it is one that mail can have.
pub(super) fn date(value: &str) -> Option<Timestamp> {
    let date = DateTime::parse_rfc822(&format!("{}\n", value.trim()))?;
    if !date.is_valid() {
        return None;
    }
    let seconds = date.to_timestamp();
    (DATE_SECONDS_MIN..DATE_SECONDS_MAX)
        .contains(&seconds)
        .then(|| Timestamp::from_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_31_broken_encodings_give_what_can_be_read() {
        check("aGk=", Encoding::Base64, "hi");
        check("x\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n", Encoding::Uuencode, "hello");
        check("begin 644 a.txt\n%:&5L;&\\\n", Encoding::Uuencode, "begin 644 a.txt\n%:&5L;&\\\n");
        check("aG!k=\r\n", Encoding::Base64, "hi");
        check("a=C3=A9=\r\nb", Encoding::QuotedPrintable, "aéb");
        check("100 =% sure=ZZ =E9=", Encoding::QuotedPrintable, "100 =% sure=ZZ \u{fffd}=");

        #[track_caller]
        fn check(text: &str, encoding: Encoding, expected: &str) {
            let (bytes, _) = decode(text.as_bytes(), encoding);
            assert_eq!(String::from_utf8_lossy(&bytes), expected);
        }
    }

    #[test]
    fn a_date_is_one_that_mail_can_have() {
        let good = date("Mon, 2 Mar 2026 10:00:00 +0100 (CET)").map(|date| date.to_string());
        assert_eq!(good.as_deref(), Some("2026-03-02T09:00:00Z"));
        for bad in ["", "yesterday", "Mon, 2 Mar 1926 10:00:00 +0000", "99 99 9999 99:99:99"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
