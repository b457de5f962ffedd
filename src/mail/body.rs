//! The readable text of a message.

/// Bytes of readable text that are kept; the rest is in the raw message (1 MiB).
pub const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Adds decoded text to `to` until that holds [`TEXT_BYTES_MAX`] bytes: line ends become `\n`,
/// and what a terminal, a database or a bidirectional trick could make something of goes (C0
/// except tab and line feed, DEL, C1, the code points that are no characters). Says whether all
/// of it fitted.
pub fn push_clean(to: &mut String, text: &str) -> Fit {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    loop {
        let doubtful = rest.bytes().position(may_go).unwrap_or(rest.len());
        let (kept, behind) = rest.split_at_checked(doubtful).unwrap_or((rest, ""));
        if push(to, kept) == Fit::Cut {
            return Fit::Cut;
        }
        let mut characters = behind.chars();
        let Some(character) = characters.next() else { return Fit::Whole };
        rest = characters.as_str();
        let kept = match character {
            '\r' if rest.starts_with('\n') => continue,
            '\r' => '\n',
            '\u{fffe}' | '\u{ffff}' => continue,
            _ if character.is_control() => continue,
            _ => character,
        };
        if push(to, kept.encode_utf8(&mut [0; 4])) == Fit::Cut {
            return Fit::Cut;
        }
    }
}

/// Whether a character that begins with this byte may not be kept: a control, or, of those beyond
/// ASCII, one of the block of C1 or of the last of its plane.
fn may_go(byte: u8) -> bool {
    matches!(byte, 0..=0x1f | 0x7f | 0xc2 | 0xef) && !matches!(byte, b'\n' | b'\t')
}

/// As much of it as fits.
fn push(to: &mut String, text: &str) -> Fit {
    let room = TEXT_BYTES_MAX.saturating_sub(to.len());
    to.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
    if text.len() <= room { Fit::Whole } else { Fit::Cut }
}

/// From which kind of part the text of a message is, or its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Plain text, or there is none.
    Plain,
    /// HTML: its lines are not those that its writer saw.
    Html,
}

/// Whether a text fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// All of it.
    Whole,
    /// Its end is missing.
    Cut,
}

/// One line of a header, fit to be shown: every control is a blank, what turns the direction of
/// the text around is gone, and so are blanks at the ends.
#[must_use]
pub fn one_line(text: &str) -> String {
    let blank = |character: char| if is_unprintable(character) { ' ' } else { character };
    let line: String = text.chars().filter(|one| !turns_around(*one)).map(blank).collect();
    line.trim().to_owned()
}

fn is_unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// Embeddings, overrides and isolates (UAX #9): the text after them is not shown in its order.
fn turns_around(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_16_a_line_is_shown_in_its_order() {
        assert_eq!(one_line("invoice\u{202e}fdp.exe\u{2069} "), "invoicefdp.exe");
    }

    #[test]
    fn thr_15_text_has_no_controls() {
        check("a\r\nb\rc\n", "a\nb\nc\n");
        check("\u{feff}a\0b\u{1b}[31m\u{7f}\tc", "ab[31m\tc");
        check("a\u{85}\u{9b}b\u{fffe}\u{ffff}c", "abc");
        check("\r\r\n", "\n\n");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let mut clean = String::new();
            assert_eq!(push_clean(&mut clean, text), Fit::Whole);
            assert_eq!(clean, expected);
        }
    }

    #[test]
    fn thr_10_text_ends_at_the_limit_between_characters() {
        for (length, fit) in [(0, Fit::Whole), (1, Fit::Whole), (2, Fit::Cut), (3, Fit::Cut)] {
            let mut text = "x".repeat(TEXT_BYTES_MAX - 2);
            assert_eq!(push_clean(&mut text, &"é".repeat(length)), fit, "{length}");
            assert!(text.len() <= TEXT_BYTES_MAX);
        }
    }
}
