//! Character sets of mail that the Encoding Standard does not read.
//!
//! It refuses some since two readers may see two texts in them, which matters where the text is a
//! program. Here nothing of a text is markup or a command to anybody (what is shown is escaped),
//! and a customer who writes so is to be read.

use encoding_rs::{EUC_KR, GBK};

/// UTF-32, big-endian where neither a mark nor the first character says otherwise (RFC 2781 says
/// so of UTF-16).
pub(super) fn utf_32(bytes: &[u8]) -> String {
    let little = match bytes {
        [0xff, 0xfe, 0, 0, ..] => true,
        [first, _, _, 0, ..] => *first != 0,
        _ => false,
    };
    let character = |four: &[u8]| {
        let four: [u8; 4] = four.try_into().unwrap_or_default();
        let number = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        char::from_u32(number).unwrap_or('\u{fffd}')
    };
    let text: String = bytes.chunks(4).map(character).collect();
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

/// ISO-2022-KR (RFC 1557): between SO and SI stands EUC-KR without its high bits.
pub(super) fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut euc = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return EUC_KR.decode_without_bom_handling(&euc).0.into_owned(),
            [0x1b, b'$', b')', b'C', tail @ ..] => tail,
            [0x0e, tail @ ..] => {
                shifted = true;
                tail
            }
            [0x0f, tail @ ..] => {
                shifted = false;
                tail
            }
            [byte @ 0x21..=0x7e, tail @ ..] if shifted => {
                euc.push(byte | 0x80);
                tail
            }
            [byte, tail @ ..] => {
                // A line begins in ASCII (RFC 1557).
                shifted = shifted && *byte != b'\n';
                euc.push(*byte);
                tail
            }
        };
    }
}

/// HZ (RFC 1843): between `~{` and `~}` stands GB 2312 without its high bits.
pub(super) fn hz_gb_2312(bytes: &[u8]) -> String {
    let mut gbk = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return GBK.decode_without_bom_handling(&gbk).0.into_owned(),
            [b'~', b'{', tail @ ..] if !shifted => {
                shifted = true;
                tail
            }
            [b'~', b'}', tail @ ..] if shifted => {
                shifted = false;
                tail
            }
            [b'~', b'~', tail @ ..] if !shifted => {
                gbk.push(b'~');
                tail
            }
            [b'~', b'\n', tail @ ..] if !shifted => tail,
            [one @ 0x21..=0x7e, two @ 0x21..=0x7e, tail @ ..] if shifted => {
                gbk.extend([one | 0x80, two | 0x80]);
                tail
            }
            [byte, tail @ ..] => {
                shifted = shifted && *byte != b'\n';
                gbk.push(*byte);
                tail
            }
        };
    }
}
