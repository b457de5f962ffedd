//! Words and phrases that are looked for in a text.

/// Words and phrases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrases(Vec<Phrase>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase {
    /// As it was written.
    written: Box<str>,
    words: Words,
}

/// Why words cannot be looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhrasesError {
    /// None, or too many.
    #[error("there must be 1 to {} words or phrases", Phrases::PHRASES_MAX)]
    Count,
    /// It has no letter and no digit, or is too long.
    #[error("{0:?} must have a letter or a digit, and at most {max} characters", max = Phrases::CHARS_MAX)]
    NoWords(String),
}

/// The words of a text, letters and digits in a row, whatever stands between them and in any case. Before each and
/// behind the last stands a blank, so that one text lies in another if its words do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// The words of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let words = lower.split(|char: char| !char.is_alphanumeric());
        let mut all = String::from(" ");
        for word in words.filter(|word| !word.is_empty()) {
            all.push_str(word);
            all.push(' ');
        }
        Self(all)
    }

    fn is_empty(&self) -> bool {
        self.0.len() <= 1
    }
}

impl Phrases {
    /// Of one list.
    pub const PHRASES_MAX: usize = 100;
    /// Characters of one.
    pub const CHARS_MAX: usize = 64;

    /// These words and phrases.
    ///
    /// # Errors
    /// [`PhrasesError`].
    pub fn new(phrases: &[String]) -> Result<Self, PhrasesError> {
        if !(1..=Self::PHRASES_MAX).contains(&phrases.len()) {
            return Err(PhrasesError::Count);
        }
        let phrase = |text: &String| {
            let words = Words::of(text);
            if words.is_empty() || Self::CHARS_MAX < text.chars().count() {
                return Err(PhrasesError::NoWords(text.clone()));
            }
            Ok(Phrase { written: text.as_str().into(), words })
        };
        phrases.iter().map(phrase).collect::<Result<_, _>>().map(Self)
    }

    /// The first of them that a text has, as it was written.
    #[must_use]
    pub fn found_in(&self, text: &Words) -> Option<&str> {
        let found = self.0.iter().find(|phrase| text.0.contains(&phrase.words.0));
        found.map(|phrase| &*phrase.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(phrases: &[&str]) -> Result<Phrases, PhrasesError> {
        let phrases: Vec<_> = phrases.iter().map(|one| (*one).to_owned()).collect();
        Phrases::new(&phrases)
    }

    #[test]
    fn whole_words_are_found_in_any_case_and_every_script() {
        check("Mail is DOWN!", Some("down"));
        check("Our download is slow", None);
        check("down", Some("down"));
        check("the data-base: slow", Some("data base"));
        check("a base of data", None);
        check("STÖRUNG im Netz", Some("Störung"));
        check("Störungen", None);
        check("сервер НЕ работает", Some("не работает"));
        check("(outage)", Some("Outage!"));
        check("", None);

        #[track_caller]
        fn check(subject: &str, expected: Option<&str>) {
            let phrases =
                phrases(&["down", "data base", "Störung", "не работает", "Outage!"]).unwrap();
            assert_eq!(phrases.found_in(&Words::of(subject)), expected, "{subject}");
        }
    }

    #[test]
    fn what_is_no_word_is_not_looked_for() {
        assert_eq!(phrases(&[]), Err(PhrasesError::Count));
        assert_eq!(phrases(&["a"; Phrases::PHRASES_MAX + 1]), Err(PhrasesError::Count));
        for bad in ["", " ", "!!", &"x".repeat(Phrases::CHARS_MAX + 1)] {
            assert_eq!(phrases(&["a", bad]), Err(PhrasesError::NoWords(bad.to_owned())));
        }
        assert!(phrases(&["ü".repeat(Phrases::CHARS_MAX).as_str()]).is_ok());
    }
}
