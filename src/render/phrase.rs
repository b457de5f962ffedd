//! Words that stand in no notice: in a file, or in a link.

use serde::Serialize;

use super::expand::Template;
use super::notice::Form;
use super::{RenderError, Templates, one_line};
use crate::desk::language::Language;

/// Some words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// That the oldest of a correspondence is left out of its file, and how much.
    LeftOut {
        /// Messages.
        count: usize,
    },
    /// The word before a rating: `Rating`.
    Rating,
}

/// The tables of their words; in each of them stands [`KEY`].
pub(super) const TABLES: [&str; 2] = [LEFT_OUT, RATING];
/// The key of a phrase in its table.
pub(super) const KEY: &str = "[[phrase]]";

const LEFT_OUT: &str = "left_out";
const RATING: &str = "rating";

#[derive(Serialize)]
struct Counted {
    count: usize,
}

impl Templates {
    /// A phrase, in one line.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn phrase(&self, phrase: Phrase, language: Language) -> Result<String, RenderError> {
        let (table, count) = match phrase {
            Phrase::LeftOut { count } => (LEFT_OUT, count),
            Phrase::Rating => (RATING, 0),
        };
        Ok(one_line(&self.render(&template(table, language).name(), &Counted { count })?))
    }
}

/// The template of a phrase.
pub(super) fn template(table: &'static str, language: Language) -> Template<'static> {
    Template { notice: table, form: Form::Text, language }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_has_its_number() {
        let templates = Templates::shipped().unwrap();
        let said = |count, language| templates.phrase(Phrase::LeftOut { count }, language).unwrap();
        assert_eq!(said(1, Language::English), "The oldest message is left out.");
        assert_eq!(said(7, Language::German), "Die 7 ältesten Nachrichten fehlen hier.");
        for language in Language::ALL {
            assert_ne!(said(1, language), said(2, language));
            assert!(!templates.phrase(Phrase::Rating, language).unwrap().contains(' '));
        }
    }
}
