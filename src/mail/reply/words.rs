//! The words of mail programs in the languages in which they write: tables, a line a language, and
//! how they are looked up. All in lower case, without `(a)`; `e-mail` is `email`.

pub(super) mod attribution;
pub(super) mod header;
pub(super) mod marker;
pub(super) mod signature;

/// The entries of a table: its lines are `language  entry | entry`.
pub(super) fn entries(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .flat_map(|(_, entries)| entries.split('|'))
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}

/// `text` in the form in which the tables have it: lower case, white space folded, without marks
/// that only direct or join what is shown, and without the `*` of bold type.
pub(super) fn folded(text: &str) -> String {
    if is_plain(text) {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(character.to_ascii_lowercase());
        } else if character.is_whitespace() {
            gap = true;
        } else if !is_invisible(character) && character != '*' {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            match character {
                '’' | '‘' => folded.push('\''),
                // The dot of a Turkish capital stays behind.
                _ => folded.extend(character.to_lowercase().filter(|one| *one != '\u{307}')),
            }
        }
    }
    folded
}

/// Whether nothing of it but its case changes when it is folded, as of most lines.
fn is_plain(text: &str) -> bool {
    let mut gap = true;
    let is_plain = text.bytes().all(|byte| {
        let doubled = gap && byte == b' ';
        gap = byte == b' ';
        matches!(byte, b' '..=b'~') && byte != b'*' && !doubled
    });
    is_plain && !gap
}

/// Joiners, direction marks (UAX #9) and the byte order mark.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Whether `text` begins with `word`, and the word ends there. Scripts without blanks between words
/// end anywhere.
pub(super) fn begins(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        let last = word.chars().next_back();
        !(last.is_some_and(is_spaced) && rest.starts_with(is_spaced))
    })
}

/// Whether `text` ends with `word`, and the word begins there.
pub(super) fn ends(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| !(word.starts_with(is_spaced) && rest.ends_with(is_spaced)))
}

/// A letter or digit of a script that puts blanks between words.
fn is_spaced(character: char) -> bool {
    character.is_alphanumeric()
        && !matches!(character, '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_folded_as_the_tables_are() {
        for (text, expected) in [
            ("Am 3. Mai, A-B <a@b.c> Wrote:", "am 3. mai, a-b <a@b.c> wrote:"),
            ("a  B", "a b"),
            (" a\tB\u{a0}c ", "a b c"),
            ("*From:* Ada", "from: ada"),
            ("ÉCRIT İ\u{200b}x", "écrit ix"),
            ("It’s", "it's"),
            ("a \u{200b} b", "a b"),
            (" ", ""),
            ("", ""),
        ] {
            assert_eq!(folded(text), expected, "{text:?}");
        }
    }
}
