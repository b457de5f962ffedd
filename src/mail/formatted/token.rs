//! The words of a plain text, and what programs put between them that stands for markup: link targets,
//! marks of lists, names of pictures.

/// A word of a plain text, or what stands for markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// Line ends before it.
    pub(super) lines: usize,
    pub(super) joint: Joint,
    pub(super) voice: Voice,
    pub(super) kind: TokenKind,
}

/// What stands between a token and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    Blank,
    Nothing,
}

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// The writer.
    Own,
    /// Somebody whom the writer quotes.
    Quoted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    /// `<https://…>` behind the words that lead there.
    Target,
}

/// The tokens of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut lines = 0;
    for line in text.lines() {
        lines += 1;
        let said = line.trim_start_matches(|at: char| at == '>' || at.is_whitespace());
        let voice = if line.trim_start().starts_with('>') { Voice::Quoted } else { Voice::Own };
        for word in said.split_whitespace() {
            // A picture comes along by itself.
            if word == "[image:" || (word.starts_with("[cid:") && word.ends_with(']')) {
                continue;
            }
            let mut joint = Joint::Blank;
            let mut rest = word;
            while let Some((before, target, after)) = with_target(rest) {
                for (text, kind) in [(before, TokenKind::Word), (target, TokenKind::Target)] {
                    if !text.is_empty() {
                        tokens.push(Token { text, lines, joint, voice, kind });
                        (lines, joint) = (0, Joint::Nothing);
                    }
                }
                rest = after;
            }
            if !rest.is_empty() {
                tokens.push(Token { text: rest, lines, joint, voice, kind: TokenKind::Word });
                lines = 0;
            }
        }
    }
    tokens
}

/// What stands before a target, the target, and what stands behind it.
fn with_target(word: &str) -> Option<(&str, &str, &str)> {
    let start = word.find('<')?;
    let (before, from) = word.split_at(start);
    let (target, after) = from.split_at(from.find('>')? + 1);
    let is_target = target.contains(['@', ':']);
    is_target.then_some((before, target, after))
}

impl Token<'_> {
    /// Where a target leads.
    pub(super) fn leads_to(&self) -> &str {
        self.text.trim_start_matches('<').trim_end_matches('>')
    }

    /// Whether it may be the number or the mark of an element of a list.
    pub(super) fn is_list_mark(&self) -> bool {
        let short = self.text.chars().count() <= 5;
        short && (self.text.ends_with(['.', ')']) || self.text == "o")
    }

    /// Whether it may be nothing but a mark: of a list, between cells, a line across.
    pub(super) fn is_mark(&self) -> bool {
        self.text.chars().all(|at| "*-+=|_·•◦▪§—–".contains(at) || is_invisible(at))
    }
}

/// What pads a preview, or says where a word may break.
pub(super) fn is_invisible(at: char) -> bool {
    matches!(at, '\u{ad}' | '\u{200b}' | '\u{34f}' | '\u{feff}')
}

/// Where in `text`, from `at` on, a word of the plain text ends that begins there. Plain texts have marks
/// around what is bold or italic (`*so*`), and the other has not.
pub(super) fn end_of(word: &str, text: &str, at: usize) -> Option<usize> {
    let mut end = at;
    let mut there = text.get(at..)?.chars().peekable();
    let mut before = None;
    let mut word = word.chars().peekable();
    while let Some(one) = word.next() {
        if there.peek() == Some(&one) {
            there.next();
            end += one.len_utf8();
        } else {
            let edges = [before, word.peek().copied()];
            let is_edge = edges.iter().any(|at| !at.is_some_and(char::is_alphanumeric));
            let is_mark = "*_/|".contains(one) && is_edge;
            if !is_mark && !is_invisible(one) {
                return None;
            }
        }
        before = Some(one);
    }
    Some(end)
}
