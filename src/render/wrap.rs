//! Prose in lines that every reader shows as they are.

/// Characters of a line: RFC 5322 §2.1.1 asks for 78 at most, and an answer puts a mark before it.
pub const COLUMNS_MAX: usize = 76;

/// A paragraph in lines of at most [`COLUMNS_MAX`] characters; a longer word has a line of its own.
pub(super) fn wrap(text: &str) -> String {
    let (mut wrapped, mut column) = (String::with_capacity(text.len() + 8), 0);
    for word in text.split_ascii_whitespace() {
        let width = word.chars().count();
        if 0 < column {
            let fits = column + 1 + width <= COLUMNS_MAX;
            wrapped.push(if fits { ' ' } else { '\n' });
            column = if fits { column + 1 } else { 0 };
        }
        wrapped.push_str(word);
        column += width;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_not_overfilled() {
        assert_eq!(wrap("  one\n two  "), "one two");
        assert_eq!(wrap(""), "");
        let (ten, long) = ("ø".repeat(10), "x".repeat(100));
        let text = format!("{}{long} a b", format!("{ten} ").repeat(14));
        let lines: Vec<_> = wrap(&text).lines().map(|line| line.chars().count()).collect();
        assert_eq!(lines, [76, 76, 100, 3]);
        // A no-break space keeps together what it joins.
        assert_eq!(wrap(&format!("{} 35\u{a0}MiB", "x".repeat(73))).lines().count(), 2);
    }
}
