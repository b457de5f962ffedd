//! A rule of a desk: tickets with these words in the subject are so urgent.

use super::priority::Priority;

/// Words, and how urgent a ticket is whose subject has one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityRule {
    phrases: Vec<Phrase>,
    /// How urgent it is.
    pub priority: Priority,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase {
    /// As it was written.
    written: Box<str>,
    words: Words,
}

/// Why words make no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriorityRuleError {
    /// None, or too many.
    #[error("there must be 1 to {} words or phrases", PriorityRule::PHRASES_MAX)]
    Count,
    /// It has no letter and no digit, or is too long.
    #[error("{0:?} must have a letter or a digit, and at most {max} characters", max = PriorityRule::CHARS_MAX)]
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

impl PriorityRule {
    /// Rules of a desk.
    pub const RULES_MAX: usize = 100;
    /// Words and phrases of a rule.
    pub const PHRASES_MAX: usize = 100;
    /// Characters of one.
    pub const CHARS_MAX: usize = 64;

    /// A rule for subjects with one of these words or phrases.
    ///
    /// # Errors
    /// [`PriorityRuleError`].
    pub fn new(phrases: &[String], priority: Priority) -> Result<Self, PriorityRuleError> {
        if !(1..=Self::PHRASES_MAX).contains(&phrases.len()) {
            return Err(PriorityRuleError::Count);
        }
        let phrase = |text: &String| {
            let words = Words::of(text);
            if words.is_empty() || Self::CHARS_MAX < text.chars().count() {
                return Err(PriorityRuleError::NoWords(text.clone()));
            }
            Ok(Phrase { written: text.as_str().into(), words })
        };
        Ok(Self { phrases: phrases.iter().map(phrase).collect::<Result<_, _>>()?, priority })
    }

    /// The phrase of the rule that a text has, as it was written.
    #[must_use]
    pub fn found_in(&self, text: &Words) -> Option<&str> {
        let found = self.phrases.iter().find(|phrase| text.0.contains(&phrase.words.0));
        found.map(|phrase| &*phrase.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(phrases: &[&str]) -> Result<PriorityRule, PriorityRuleError> {
        let phrases: Vec<_> = phrases.iter().map(|one| (*one).to_owned()).collect();
        PriorityRule::new(&phrases, Priority::parse("high").unwrap())
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
            let rule = rule(&["down", "data base", "Störung", "не работает", "Outage!"]).unwrap();
            assert_eq!(rule.found_in(&Words::of(subject)), expected, "{subject}");
        }
    }

    #[test]
    fn what_is_no_word_makes_no_rule() {
        assert_eq!(rule(&[]), Err(PriorityRuleError::Count));
        assert_eq!(rule(&["a"; PriorityRule::PHRASES_MAX + 1]), Err(PriorityRuleError::Count));
        for bad in ["", " ", "!!", &"x".repeat(PriorityRule::CHARS_MAX + 1)] {
            assert_eq!(rule(&["a", bad]), Err(PriorityRuleError::NoWords(bad.to_owned())));
        }
        assert!(rule(&["ü".repeat(PriorityRule::CHARS_MAX).as_str()]).is_ok());
    }
}
