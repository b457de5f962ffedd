//! One line of a mail's text: how deep it is quoted, and what it says.

/// A line, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The line as it stands.
    pub(super) whole: &'a str,
    /// Quote marks before it.
    pub(super) depth: usize,
    /// What follows them, without white space at both ends.
    pub(super) body: &'a str,
}

/// What marks a quote; some programs send the mark as HTML writes it.
const MARKS: [&str; 3] = [">", "&gt;", "＞"];

/// Characters of a rule, and of what stands around the words of a marker.
pub(super) const RULE_CHARACTERS: [char; 13] =
    ['-', '_', '=', '*', '#', '~', '‐', '‒', '–', '—', '―', '─', '━'];

/// Characters of the shortest rule.
const RULE_CHARACTERS_MIN: usize = 5;

impl<'a> Line<'a> {
    pub(super) fn of(whole: &'a str) -> Self {
        let (mut depth, mut body) = (0, trim(whole));
        while let Some(rest) = MARKS.iter().find_map(|mark| body.strip_prefix(mark)) {
            depth += 1;
            body = rest.trim_start();
        }
        Self { whole, depth, body }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.depth == 0 && self.body.is_empty()
    }

    pub(super) fn is_quoted(&self) -> bool {
        0 < self.depth
    }

    /// Nothing but characters of a rule, five at the least.
    pub(super) fn is_rule(&self) -> bool {
        self.body.chars().all(|one| RULE_CHARACTERS.contains(&one) || one == ' ')
            && self.body.chars().filter(|one| *one != ' ').nth(RULE_CHARACTERS_MIN - 1).is_some()
    }

    /// Whether it ends as what introduces something does.
    pub(super) fn ends_in_colon(&self) -> bool {
        without_colon(self.body).is_some()
    }
}

/// `text` without the colon at its end; `None` if there is none.
pub(super) fn without_colon(text: &str) -> Option<&str> {
    text.strip_suffix([':', '：', '︰']).map(str::trim_end)
}

/// What some editors put on lines that look empty is white space, too.
fn trim(text: &str) -> &str {
    text.trim_matches(|at: char| at.is_whitespace() || super::words::is_invisible(at))
}
