//! What a label says. Mail knows more labels than the Encoding Standard, and older ones.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, KOI8_R, KOI8_U};
use encoding_rs::{MACINTOSH, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;
use oem_cp::code_table_type::TableType;

/// What is declared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Declared {
    /// Nothing, or US-ASCII, which says as much: what it declares has no other letters.
    Nothing,
    /// A label that nobody knows.
    Unknown,
    Known(&'static Encoding),
    /// A code page of DOS.
    CodePage(&'static TableType),
    Utf7,
    /// Of either order.
    Utf32,
    Iso2022Kr,
    HzGb2312,
    Unreadable,
}

impl Declared {
    pub(super) fn of(label: &str) -> Self {
        let label = label.trim_matches(|at: char| at.is_ascii_whitespace() || "\"'".contains(at));
        let label = label.to_ascii_lowercase().replace('_', "-");
        match label.as_str() {
            "" | "us-ascii" | "ascii" | "ansi-x3.4-1968" | "ansi-x3.4-1986" | "iso646-us"
            | "646" | "unknown" | "unknown-8bit" | "x-unknown" | "default" | "8bit" | "7bit"
            | "binary" => Self::Nothing,
            "utf-7"
            | "utf7"
            | "unicode-1-1-utf-7"
            | "unicode-2-0-utf-7"
            | "csutf7"
            | "csunicode11utf7"
            | "x-unicode-2-0-utf-7" => Self::Utf7,
            "utf-32" | "utf-32le" | "utf-32be" | "utf32" | "utf32le" | "utf32be" | "ucs-4" => {
                Self::Utf32
            }
            "iso-2022-kr" | "csiso2022kr" => Self::Iso2022Kr,
            "hz-gb-2312" | "hz" => Self::HzGb2312,
            "iso-2022-cn" | "iso-2022-cn-ext" | "csiso2022cn" => Self::Unreadable,
            "utf-8mb4" | "utf8mb4" | "utf-8-sig" | "x-utf-8" => Self::Known(UTF_8),
            "latin-1" | "latin" | "iso8859" | "iso-8859" | "ansi" => {
                Self::Known(encoding_rs::WINDOWS_1252)
            }
            _ => Self::standard(&label).or_else(|| numbered(&label)).unwrap_or(Self::Unknown),
        }
    }

    /// As the Encoding Standard has it: some labels have an underscore there.
    fn standard(label: &str) -> Option<Self> {
        let plain = label.strip_prefix("x-").unwrap_or(label);
        [label, &label.replace('-', "_"), &label.replacen("ks-c-", "ks_c_", 1), plain]
            .into_iter()
            .find_map(|label| Encoding::for_label(label.as_bytes()))
            .filter(|encoding| *encoding != REPLACEMENT)
            .map(Self::Known)
    }
}

/// `cp437`, `ibm-850`, `dos-866`, `windows-936`, `ms932`, `850`: numbers of Windows and IBM.
fn numbered(label: &str) -> Option<Declared> {
    const BEFORE: [&str; 8] = ["x-", "cs", "windows", "ibm", "cp", "dos", "ms", "pc"];
    let mut digits = label;
    for before in BEFORE {
        digits = digits.strip_prefix(before).unwrap_or(digits).trim_start_matches('-');
    }
    let number: u16 = digits.parse().ok()?;
    if let Some(table) = DECODING_TABLE_CP_MAP.get(&number) {
        return Some(Declared::CodePage(table));
    }
    let known = match number {
        819 => encoding_rs::WINDOWS_1252,
        932 | 943 => SHIFT_JIS,
        936 | 1386 | 54936 => GB18030,
        949 | 51949 => EUC_KR,
        950 => BIG5,
        1200 => UTF_16LE,
        1201 => UTF_16BE,
        10000 => MACINTOSH,
        20866 | 878 => KOI8_R,
        21866 => KOI8_U,
        20932 | 51932 => EUC_JP,
        50220..=50222 => ISO_2022_JP,
        65000 => return Some(Declared::Utf7),
        65001 => UTF_8,
        1250..=1258 => Encoding::for_label(format!("windows-{number}").as_bytes())?,
        28591..=28606 => Encoding::for_label(format!("iso-8859-{}", number - 28590).as_bytes())?,
        _ => return None,
    };
    Some(Declared::Known(known))
}

impl PartialEq for Declared {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(one), Self::Known(two)) => one == two,
            (Self::CodePage(one), Self::CodePage(two)) => std::ptr::eq(*one, *two),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_known_by_many_names() {
        for (label, name) in [
            ("Latin1", "windows-1252"),
            ("ISO_8859-1", "windows-1252"),
            ("iso8859-2", "ISO-8859-2"),
            ("iso-8859-8-i", "ISO-8859-8-I"),
            ("x-sjis", "Shift_JIS"),
            ("Windows-31J", "Shift_JIS"),
            ("cp932", "Shift_JIS"),
            ("x-mac-roman", "macintosh"),
            ("windows1251", "windows-1251"),
            ("cp-1251", "windows-1251"),
            ("win-1251", "?"),
            ("KS_C_5601-1987", "EUC-KR"),
            ("utf8", "UTF-8"),
            ("UTF_8", "UTF-8"),
            ("unicode-1-1-utf-8", "UTF-8"),
            ("28605", "ISO-8859-15"),
            ("65001", "UTF-8"),
            ("12345678901234567890", "?"),
            ("x-no-such", "?"),
        ] {
            let declared = Declared::of(label);
            let name_of =
                if let Declared::Known(encoding) = declared { encoding.name() } else { "?" };
            assert_eq!(name_of, name, "{label}");
        }
    }
}
