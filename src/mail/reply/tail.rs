//! What stands below a message and is not of it: signatures, lines of phones, disclaimers, the
//! footers of lists. Looked for from the end upwards.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::line::Line;
use super::words::signature::VALEDICTION;
use super::words::{entries, folded};
use super::{disclaimer, sent_from};

/// Lines with text of a signature below `-- ` (RFC 3676 §4.3 asks for four).
const SIGNATURE_LINES_MAX: usize = 20;

/// Lines looked at for the delimiter of a signature, blank ones among them.
const DELIMITER_WITHIN: usize = 60;

/// Lines of a paragraph that are looked at: nothing that goes as a whole is longer than a disclaimer.
const PARAGRAPH_LINES_MAX: usize = disclaimer::LINES_MAX + 1;

/// Lines with text of a signature below another rule, and characters of one.
const RULED_LINES_MAX: usize = 6;
const RULED_CHARACTERS_MAX: usize = 60;

/// Characters of the rule above a list's footer.
const FOOTER_RULE_MIN: usize = 20;

/// Characters and words of a name that stands for a signature: `-Ada`.
const NAME_CHARACTERS_MAX: usize = 40;
const NAME_WORDS_MAX: usize = 3;

/// Where the text of `lines` between `from` and `end` ends, without what stands below it; `from`,
/// if all of it is that.
pub(super) fn peeled(lines: &[Line<'_>], from: usize, end: usize) -> usize {
    let mut end = end;
    let mut below = Below::Nothing;
    loop {
        let trimmed = without_blanks(lines, from, end);
        let Some(range) = lines.get(from..trimmed).filter(|range| !range.is_empty()) else {
            return from;
        };
        let (kept, found) = peel(range, below);
        end = from + kept;
        if kept == range.len() {
            return end;
        }
        below = found;
    }
}

/// What was taken off last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Nothing,
    Disclaimer,
    Other,
}

/// Lines of `range`, whose last has text, that are left when one thing is taken off its end.
fn peel(range: &[Line<'_>], below: Below) -> (usize, Below) {
    let all = range.len();
    let Some(last) = range.last() else { return (0, below) };
    if last.is_rule() || sent_from::is(last.body) {
        return (all - 1, below);
    }
    if let Some(delimiter) = delimiter(range) {
        return (delimiter, Below::Other);
    }
    let first = paragraph(range);
    let lines = range.get(first..).unwrap_or_default();
    if disclaimer::is(lines) {
        return (first, Below::Disclaimer);
    }
    let is_heading =
        || below == Below::Disclaimer && lines.len() == 1 && disclaimer::is_heading(last.body);
    if is_heading() || is_list_footer(lines) {
        return (first, Below::Other);
    }
    let introduced = without_blanks(range, 0, first)
        .checked_sub(1)
        .and_then(|before| range.get(before))
        .is_none_or(Line::ends_in_colon);
    if lines.len() == 1 && !introduced && is_dashed_name(last.body) {
        return (first, Below::Other);
    }
    match ruled_signature(lines) {
        Some(at) => (first + at, Below::Other),
        None => (all, below),
    }
}

/// Whether these lines, which stand below a quote, only end a letter that was written above it.
pub(super) fn is_farewell(lines: &[Line<'_>]) -> bool {
    let mut texts = lines.iter().filter(|line| !line.is_blank()).map(|line| line.body);
    let begins = texts.next().is_some_and(|first| {
        let first = folded(first);
        let bare = first.trim_end_matches([',', '!', '.', '，', '！', '。', ' ']);
        VALEDICTIONS.contains(bare)
    });
    let rest: Vec<_> = texts.by_ref().take(RULED_LINES_MAX).collect();
    begins && texts.next().is_none() && rest.iter().all(|body| is_short(body))
}

/// Of a name, a function, an address; no sentence.
fn is_short(body: &str) -> bool {
    body.chars().count() <= RULED_CHARACTERS_MAX && !body.ends_with(['.', '?', '!', ':', ';', ','])
}

/// The end without blank lines.
fn without_blanks(lines: &[Line<'_>], from: usize, end: usize) -> usize {
    let range = lines.get(from..end).unwrap_or_default();
    from + range.iter().rposition(|line| !line.is_blank()).map_or(0, |last| last + 1)
}

/// The first line of the last paragraph, or of the [`PARAGRAPH_LINES_MAX`] at its end.
fn paragraph(range: &[Line<'_>]) -> usize {
    let from = range.len().saturating_sub(PARAGRAPH_LINES_MAX);
    let last = range.get(from..).unwrap_or_default();
    from + last.iter().rposition(Line::is_blank).map_or(0, |blank| blank + 1)
}

/// Of a signature (RFC 3676 §4.3), and of one that a machine checks (RFC 9580 §6.2.1).
const DELIMITERS: [&str; 2] = ["--", "-----BEGIN PGP SIGNATURE-----"];

/// The delimiter of a signature with few lines below it; some programs lose the
/// blank behind it.
fn delimiter(range: &[Line<'_>]) -> Option<usize> {
    let (mut texts, mut found) = (0, None);
    for (index, line) in range.iter().enumerate().rev().take(DELIMITER_WITHIN) {
        if line.depth == 0 && DELIMITERS.contains(&line.body) {
            found = Some(index);
        } else if !line.is_blank() {
            texts += 1;
            if SIGNATURE_LINES_MAX < texts {
                break;
            }
        }
    }
    found
}

/// A few short lines below a rule, none of them a sentence.
fn ruled_signature(paragraph: &[Line<'_>]) -> Option<usize> {
    let at = paragraph.iter().rposition(|line| {
        (1..=2).contains(&line.body.chars().count()) && line.body.chars().all(|one| one == '—')
            || (2..=4).contains(&line.body.len())
                && ["-", "_"].iter().any(|rule| line.body.replace(rule, "").is_empty())
    })?;
    let below = paragraph.get(at + 1..)?;
    (below.len() <= RULED_LINES_MAX && below.iter().all(|line| is_short(line.body))).then_some(at)
}

/// A rule and a few lines with an address of the Web or of mail.
fn is_list_footer(paragraph: &[Line<'_>]) -> bool {
    let Some((rule, below)) = paragraph.split_first() else { return false };
    rule.is_rule()
        && FOOTER_RULE_MIN <= rule.body.chars().count()
        && (1..=RULED_LINES_MAX).contains(&below.len())
        && below.iter().any(|line| line.body.contains("://") || line.body.contains('@'))
}

/// `-Ada Lovelace`.
fn is_dashed_name(line: &str) -> bool {
    let Some(name) = line.strip_prefix(['-', '–', '—']) else { return false };
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|one| one.is_alphabetic() || matches!(one, '.' | '-' | '\''))
    };
    !name.starts_with(' ')
        && name.chars().count() <= NAME_CHARACTERS_MAX
        && (1..=NAME_WORDS_MAX).contains(&name.split_whitespace().count())
        && name.split_whitespace().all(is_name)
}

static VALEDICTIONS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| entries(VALEDICTION).collect());
