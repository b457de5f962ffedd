//! A list of mailboxes becomes pieces: quotes, comments and brackets understood, nothing judged.

use super::{COMMENT_DEPTH_MAX, MailboxError};

/// What ends a piece of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Text,
    Comma,
    Colon,
    Semicolon,
}

/// One element of a list, taken into its tokens.
#[derive(Debug)]
pub(super) struct Piece {
    /// Atoms as they stand, blanks between them folded.
    pub atoms: String,
    /// Quoted texts and atoms: the name as it is shown.
    pub name: String,
    /// Whether anything was quoted outside of brackets.
    pub quoted: Quoted,
    /// What stands in angle brackets.
    pub bracketed: Option<String>,
    /// Comments, blanks between them.
    pub comments: String,
    /// Something stands behind the brackets.
    pub trailing: Option<MailboxError>,
    pub ended_by: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoted {
    Yes,
    No,
}

impl Piece {
    pub(super) fn is_blank(&self) -> bool {
        self.name.is_empty() && self.bracketed.is_none() && self.quoted == Quoted::No
    }
}

/// Takes a list apart at the commas and colons that are not quoted. Each character is looked at
/// once; after an error nothing more comes, as nobody knows where the next mailbox begins.
pub(super) struct Pieces<'a> {
    characters: std::str::Chars<'a>,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    More,
    Done,
}

impl<'a> Pieces<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { characters: text.chars(), state: State::More }
    }

    fn piece(&mut self) -> Result<Piece, MailboxError> {
        let mut piece = Piece {
            atoms: String::new(),
            name: String::new(),
            quoted: Quoted::No,
            bracketed: None,
            comments: String::new(),
            trailing: None,
            ended_by: End::Text,
        };
        let mut gap = false;
        while let Some(character) = self.characters.next() {
            match character {
                ' ' | '\t' => {
                    gap = true;
                    continue;
                }
                '(' => {
                    let comment = self.comment()?;
                    push_word(&mut piece.comments, comment.trim(), true);
                    gap = true;
                    continue;
                }
                ',' => return Ok(Piece { ended_by: End::Comma, ..piece }),
                ';' => return Ok(Piece { ended_by: End::Semicolon, ..piece }),
                ':' if piece.bracketed.is_none() => {
                    return Ok(Piece { ended_by: End::Colon, ..piece });
                }
                ')' | '>' if piece.bracketed.is_none() => return Err(MailboxError::Unbalanced),
                _ if is_control(character) => return Err(MailboxError::Control),
                _ if piece.bracketed.is_some() => {
                    piece.trailing = Some(MailboxError::Trailing);
                    if character == '"' {
                        self.quoted()?;
                    }
                }
                '<' => piece.bracketed = Some(self.bracketed()?),
                '"' => {
                    piece.quoted = Quoted::Yes;
                    let text = self.quoted()?;
                    push_word(&mut piece.name, &text, gap);
                }
                _ => {
                    push_character(&mut piece.atoms, character, gap);
                    push_character(&mut piece.name, character, gap);
                }
            }
            gap = false;
        }
        self.state = State::Done;
        Ok(piece)
    }

    /// The inside of a quoted text whose opening quote was read (RFC 5322 §3.2.4).
    fn quoted(&mut self) -> Result<String, MailboxError> {
        let mut text = String::new();
        while let Some(character) = self.characters.next() {
            match character {
                '"' => return Ok(text),
                '\\' => text.push(self.escaped()?),
                _ if is_control(character) => return Err(MailboxError::Control),
                _ => text.push(character),
            }
        }
        Err(MailboxError::Unbalanced)
    }

    /// The inside of a comment whose opening parenthesis was read (RFC 5322 §3.2.2).
    fn comment(&mut self) -> Result<String, MailboxError> {
        let mut text = String::new();
        let mut depth = 1;
        while let Some(character) = self.characters.next() {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                '\\' => {
                    text.push(self.escaped()?);
                    continue;
                }
                _ if is_control(character) => return Err(MailboxError::Control),
                _ => {}
            }
            if depth == 0 {
                return Ok(text);
            }
            if COMMENT_DEPTH_MAX < depth {
                return Err(MailboxError::TooDeep);
            }
            text.push(character);
        }
        Err(MailboxError::Unbalanced)
    }

    /// The inside of angle brackets whose opening one was read. Quotes in it are kept, so that
    /// the address is refused, but a bracket within them does not end it.
    fn bracketed(&mut self) -> Result<String, MailboxError> {
        let mut text = String::new();
        while let Some(character) = self.characters.next() {
            match character {
                '>' => return Ok(text),
                '<' => return Err(MailboxError::Unbalanced),
                '"' => {
                    text.push('"');
                    text.push_str(&self.quoted()?);
                    text.push('"');
                }
                _ if is_control(character) => return Err(MailboxError::Control),
                _ => text.push(character),
            }
        }
        Err(MailboxError::Unbalanced)
    }

    fn escaped(&mut self) -> Result<char, MailboxError> {
        match self.characters.next() {
            Some(character) if is_control(character) => Err(MailboxError::Control),
            Some(character) => Ok(character),
            None => Err(MailboxError::Unbalanced),
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<Piece, MailboxError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Done {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.state = State::Done;
        }
        Some(piece)
    }
}

/// A tab is white space; every other control has no place in a field.
fn is_control(character: char) -> bool {
    character != '\t' && character.is_control()
}

fn push_character(text: &mut String, character: char, gap: bool) {
    if gap && !text.is_empty() {
        text.push(' ');
    }
    text.push(character);
}

fn push_word(text: &mut String, word: &str, gap: bool) {
    if gap && !text.is_empty() && !word.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}
