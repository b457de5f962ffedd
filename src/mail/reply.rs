//! What the writer of a mail wrote now: its text without what it quotes and what is signed below
//! it. The rest is folded away, not lost: every line keeps its place.
//!
//! Mail programs agree on nothing here, so this reads lines as people do, and keeps what is in
//! doubt: answers between quoted lines stay with them, and what only looks like a quote, or like a
//! signature, stays where there is nothing else.

mod attribution;
mod disclaimer;
mod evidence;
pub mod forwarded;
mod header;
mod line;
mod marker;
mod sent_from;
mod tail;
mod top;
mod words;

use attribution::{Finder, Strength};
use evidence::Evidence;
use line::Line;
use marker::Marker;

pub use top::top;

/// Words of a quote without a line that introduces it; shorter ones may be no quote: `> 5 apples`.
const UNINTRODUCED_WORDS_MIN: usize = 6;

/// Lines of a quote without a line that introduces it that are surely one.
const UNINTRODUCED_LINES_MIN: usize = 3;

/// Times that a text is read, each time what the time before left; and bytes of what is read again.
const READINGS_MAX: usize = 4;
const AGAIN_BYTES_MAX: usize = 64 * 1024;

/// A mail's text, parted into what was written now and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What was written now: whole lines of the text, in their order, without blank lines at both
    /// ends. Empty where the mail says by its form that all of it is quoted or passed on.
    pub text: String,
    /// Lines with text that quote or forward another message, or introduce that.
    pub quoted: usize,
    /// Lines with text below the message: signatures, disclaimers, footers.
    pub signed: usize,
}

impl Reply {
    /// Of the readable text of a mail ([`Mail::text`](super::Mail::text)). Its work grows with the
    /// length of the text, whatever stands in it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut reply = Self::read(text);
        // What is left may look different without what was below it.
        for _ in 1..READINGS_MAX {
            if AGAIN_BYTES_MAX < reply.text.len() {
                break;
            }
            let again = Self::read(&reply.text);
            if again.text == reply.text {
                break;
            }
            reply.text = again.text;
            reply.quoted += again.quoted;
            reply.signed += again.signed;
        }
        reply
    }

    fn read(text: &str) -> Self {
        let lines: Vec<_> = text.split('\n').map(Line::of).collect();
        let fates = fates(&lines);
        let with = |fate: Fate| lines.iter().zip(&fates).filter(move |(_, one)| **one == fate);
        let is_text = |line: &&Line<'_>| !line.is_blank();
        let kept: Vec<_> = with(Fate::Kept).map(|(line, _)| line).collect();
        let first = kept.iter().position(is_text).unwrap_or(kept.len());
        let end = kept.iter().rposition(is_text).map_or(first, |last| last + 1);
        let kept = kept.get(first..end).unwrap_or_default();
        Self {
            text: kept.iter().map(|line| line.whole).collect::<Vec<_>>().join("\n"),
            quoted: with(Fate::Quoted).filter(|(line, _)| !line.is_blank()).count(),
            signed: with(Fate::Signed).filter(|(line, _)| !line.is_blank()).count(),
        }
    }
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Quoted,
    Signed,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Blank,
    Own,
    /// Marked as quoted.
    Quote,
    /// Introduces quoted lines, or is a quoted line that shows that they are of a mail.
    Introduction,
}

fn fates(lines: &[Line<'_>]) -> Vec<Fate> {
    let (kinds, start) = kinds(lines);
    // Behind the kinds everything is quoted.
    let mut fates = vec![Fate::Quoted; lines.len()];
    fold_end(lines, &kinds, &mut fates);
    fold_beginning(&kinds, &mut fates);
    let is_left = |(kind, fate): (&Kind, &Fate)| *kind == Kind::Own && *fate == Fate::Kept;
    if !kinds.iter().zip(&fates).any(is_left) {
        let is_all = start == Start::Another && !kinds.contains(&Kind::Own);
        fates.fill(if is_all { Fate::Quoted } else { Fate::Kept });
    }
    fates
}

/// What a mail begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// A line that says that another message follows.
    Another,
    /// Anything else.
    Other,
}

/// The kinds of lines, down to the line from which on all is quoted; and what they begin with.
fn kinds(lines: &[Line<'_>]) -> (Vec<Kind>, Start) {
    let mut kinds: Vec<Kind> = Vec::with_capacity(lines.len());
    let mut finder = Finder::new(lines);
    let (mut own, mut fields_end, mut start) = (Own::None, 0, Start::Other);
    while let Some(line) = lines.get(kinds.len()) {
        let index = kinds.len();
        if line.is_blank() {
            kinds.push(Kind::Blank);
            continue;
        }
        let marker = marker::of(line);
        let fields = if fields_end <= index { header::block(lines, index) } else { None };
        fields_end = fields.map_or(fields_end, |block| block.end);
        let header = fields.filter(|block| block.is_header);
        let attribution = finder.at(index);
        if line.is_quoted() {
            if marker == Some(Marker::ReplyAbove) && own == Own::Some {
                break;
            }
            let alone = attribution.is_some_and(|found| found.strength == Strength::Alone);
            let introduces = marker.is_some() || header.is_some() || alone;
            kinds.push(if introduces { Kind::Introduction } else { Kind::Quote });
            continue;
        }
        // Fields where nothing stands above them may be the writer's own: they are kept.
        if marker.is_some() || header.is_some() {
            if own == Own::Some {
                break;
            }
            if marker == Some(Marker::Original) {
                start = Start::Another;
                break;
            }
            let end = header.map_or(index + 1, |block| block.end);
            kinds.resize(end, Kind::Own);
            if header.is_none() {
                // The header that follows is of the same message.
                continue;
            }
        } else if let Some(found) = attribution.filter(|found| quote_follows(lines, found.end)) {
            let names = || Evidence::of(line.body).address;
            if own == Own::None && (found.strength == Strength::Alone || names()) {
                start = Start::Another;
            }
            kinds.resize(found.end, Kind::Introduction);
            continue;
        } else if let Some(found) = attribution.filter(|found| found.strength == Strength::Alone) {
            if own == Own::Some {
                break;
            }
            kinds.resize(found.end, Kind::Own);
        } else {
            kinds.push(Kind::Own);
        }
        own = Own::Some;
    }
    if kinds.len() < lines.len() {
        drop_rules_above(lines, &mut kinds);
    }
    (kinds, start)
}

/// Whether the writer has said something yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    None,
    Some,
}

/// Whether the next line with text is marked as quoted.
fn quote_follows(lines: &[Line<'_>], from: usize) -> bool {
    lines.iter().skip(from).find(|line| !line.is_blank()).is_some_and(Line::is_quoted)
}

/// A rule above what is quoted, and the words on it, belong to that.
fn drop_rules_above(lines: &[Line<'_>], kinds: &mut Vec<Kind>) {
    while let Some(line) = kinds.len().checked_sub(1).and_then(|last| lines.get(last)) {
        if !line.is_blank() && !line.is_rule() && !marker::is_bare_original(line) {
            break;
        }
        kinds.pop();
    }
}

/// Folds quotes and what is signed at the end of the lines that have a kind; keeps what is above.
fn fold_end(lines: &[Line<'_>], kinds: &[Kind], fates: &mut [Fate]) {
    let first_own = kinds.iter().position(|kind| *kind == Kind::Own);
    let mut end = kinds.len();
    loop {
        let known = kinds.get(..end).unwrap_or_default();
        let Some(last) = known.iter().rposition(|kind| *kind != Kind::Blank) else { break };
        let is_own = known.get(last) == Some(&Kind::Own);
        let is_other = |kind: &Kind| match kind {
            Kind::Blank => false,
            Kind::Own => !is_own,
            Kind::Quote | Kind::Introduction => is_own,
        };
        let before = known.iter().rposition(is_other).map_or(0, |other| other + 1);
        if is_own {
            let mut kept = tail::peeled(lines, before, last + 1);
            let is_above = first_own.is_some_and(|first| first < before);
            if is_above && lines.get(before..kept).is_some_and(tail::is_farewell) {
                kept = before;
            }
            fill(fates, kept, last + 1, Fate::Signed);
            end = kept;
            if before < kept {
                break;
            }
        } else if 0 < before && is_folded(lines, kinds, before, last + 1) {
            end = before;
        } else {
            end = last + 1;
            break;
        }
    }
    fill(fates, 0, end, Fate::Kept);
}

/// Whether the quote in these lines, at the end of the mail and below text of its own, is folded.
fn is_folded(lines: &[Line<'_>], kinds: &[Kind], before: usize, end: usize) -> bool {
    let range = kinds.get(before..end).unwrap_or_default();
    if range.contains(&Kind::Introduction) {
        return true;
    }
    let own = lines.get(..before).and_then(|above| above.iter().rfind(|line| !line.is_blank()));
    if own.is_some_and(Line::ends_in_colon) {
        return false;
    }
    let quoted = lines.get(before..end).unwrap_or_default();
    let texts = || quoted.iter().filter(|line| !line.body.is_empty());
    let words = || texts().flat_map(|line| line.body.split_whitespace());
    let apart = range.first() == Some(&Kind::Blank);
    texts().nth(UNINTRODUCED_LINES_MIN - 1).is_some()
        || (apart && words().nth(UNINTRODUCED_WORDS_MIN - 1).is_some())
}

/// Folds the quote that a mail begins with, if it is introduced and all that the writer says
/// stands below it.
fn fold_beginning(kinds: &[Kind], fates: &mut [Fate]) {
    let kept = || kinds.iter().zip(fates.iter()).take_while(|(_, fate)| **fate == Fate::Kept);
    let Some(own) = kept().position(|(kind, _)| *kind == Kind::Own) else { return };
    let introduced = kept().take(own).any(|(kind, _)| *kind == Kind::Introduction);
    let interleaved =
        kept().skip(own).any(|(kind, _)| matches!(kind, Kind::Quote | Kind::Introduction));
    if introduced && !interleaved {
        fill(fates, 0, own, Fate::Quoted);
    }
}

fn fill(fates: &mut [Fate], from: usize, end: usize, fate: Fate) {
    if let Some(range) = fates.get_mut(from..end) {
        range.fill(fate);
    }
}
