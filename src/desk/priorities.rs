//! Which priorities there are, and by which words people mean them.

use std::collections::BTreeMap;

use super::priority::Priority;

/// The priorities of an instance, the most urgent first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priorities {
    names: Vec<Priority>,
    /// Other words, in small letters, and what they mean.
    aliases: BTreeMap<Box<str>, Priority>,
    default: Priority,
}

/// Why words cannot be priorities.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrioritiesError {
    /// Too few or too many.
    #[error("there must be 1 to {} names", Priorities::NAMES_MAX)]
    Count,
    /// A word would mean two things.
    #[error("{0:?} is there twice; capitals do not matter")]
    Twice(String),
    /// It is none of the names.
    #[error("{word:?} is not one of the names: {names}")]
    NoName {
        /// What was written.
        word: String,
        /// The names.
        names: String,
    },
    /// Too many other words.
    #[error("there must be at most {} aliases", Priorities::ALIASES_MAX)]
    Aliases,
    /// It is no word.
    #[error("{0:?} must be 1 to {max} letters, digits, \"-\", \"_\" and blanks between", max = Priority::CHARS_MAX)]
    NoWord(String),
}

/// A word that means no priority.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no priority {word:?}; {}there is {known}", meant(.near.as_ref()))]
pub struct NoPriority {
    /// The word, cut to [`Priority::CHARS_MAX`].
    pub word: String,
    /// The one name or alias that looks like it.
    pub near: Option<String>,
    /// The names.
    pub known: String,
}

fn meant(near: Option<&String>) -> String {
    near.map_or_else(String::new, |near| format!("do you mean {near}? "))
}

/// Words no nearer than so many changed letters are not what somebody meant, nor those of which more than
/// a third would change.
const NEAR: usize = 2;

impl Priorities {
    /// Names.
    pub const NAMES_MAX: usize = 16;
    /// Other words for them.
    pub const ALIASES_MAX: usize = 64;
    /// Other words for the standard names.
    pub const STANDARD_ALIASES: [(&'static str, &'static str); 2] =
        [("urgent", "critical"), ("normal", "medium")];

    /// Those of a configuration that names none: critical, high, medium, low, with
    /// [`Self::STANDARD_ALIASES`]. Most tickets are medium.
    #[must_use]
    pub fn standard() -> Self {
        let [critical, high, medium, low] =
            ["critical", "high", "medium", "low"].map(Priority::fixed);
        Self {
            default: medium.clone(),
            aliases: Self::STANDARD_ALIASES
                .map(|(word, name)| (word.into(), Priority::fixed(name)))
                .into(),
            names: vec![critical, high, medium, low],
        }
    }

    /// These, the most urgent first, and what a ticket has of which nobody says anything.
    ///
    /// # Errors
    /// [`PrioritiesError::Count`], [`PrioritiesError::Twice`]; [`PrioritiesError::NoName`] is about the
    /// default alone.
    pub fn new(names: Vec<Priority>, default: &str) -> Result<Self, PrioritiesError> {
        if !(1..=Self::NAMES_MAX).contains(&names.len()) {
            return Err(PrioritiesError::Count);
        }
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|one| is_same(one.as_str(), name.as_str())) {
                return Err(PrioritiesError::Twice(name.to_string()));
            }
        }
        let default = named(&names, default)?.clone();
        Ok(Self { names, aliases: BTreeMap::new(), default })
    }

    /// Adds another word for a name. Words of every language, as people write them.
    ///
    /// # Errors
    /// [`PrioritiesError`]: the word is one already or is none, or the name is none.
    pub fn add_alias(&mut self, word: &str, name: &str) -> Result<(), PrioritiesError> {
        let good = |char: char| char.is_alphanumeric() || "-_ ".contains(char);
        let length = word.chars().count();
        if !(1..=Priority::CHARS_MAX).contains(&length)
            || word.trim() != word
            || !word.chars().all(good)
        {
            return Err(PrioritiesError::NoWord(word.to_owned()));
        }
        if self.find(word).is_some() {
            return Err(PrioritiesError::Twice(word.to_owned()));
        }
        if self.aliases.len() >= Self::ALIASES_MAX {
            return Err(PrioritiesError::Aliases);
        }
        let name = named(&self.names, name)?.clone();
        self.aliases.insert(word.to_lowercase().into(), name);
        Ok(())
    }

    /// All, the most urgent first.
    #[must_use]
    pub fn all(&self) -> &[Priority] {
        &self.names
    }

    /// What a ticket has of which nobody says anything.
    #[must_use]
    pub fn default(&self) -> &Priority {
        &self.default
    }

    /// What a word means: a name or another word for it, in any case. One that only looks like it means
    /// nothing.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<&Priority> {
        let word = word.trim();
        let name = self.names.iter().find(|name| is_same(name.as_str(), word));
        name.or_else(|| self.aliases.get(word.to_lowercase().as_str()))
    }

    /// The same, for a word that somebody typed.
    ///
    /// # Errors
    /// [`NoPriority`] says what there is.
    pub fn named(&self, word: &str) -> Result<&Priority, NoPriority> {
        self.find(word).ok_or_else(|| NoPriority {
            word: word.trim().chars().take(Priority::CHARS_MAX).collect(),
            near: self.nearest(word),
            known: listed(&self.names),
        })
    }

    /// How many are more urgent; 0 is the most urgent. One that has left the configuration counts as what
    /// its name means as an alias, else as the default.
    #[must_use]
    pub fn rank(&self, priority: &Priority) -> usize {
        let known = self.find(priority.as_str()).unwrap_or(&self.default);
        self.names.iter().position(|name| name == known).unwrap_or_default()
    }

    /// The one whose tickets go out of turn: the most urgent, unless every ticket begins so.
    #[must_use]
    pub fn out_of_turn(&self) -> Option<&Priority> {
        self.names.first().filter(|first| **first != self.default)
    }

    /// The next one above it; `None` where it is the most urgent.
    #[must_use]
    pub fn more_urgent(&self, priority: &Priority) -> Option<&Priority> {
        self.names.get(self.rank(priority).checked_sub(1)?)
    }

    /// The next one below it; `None` where it is the least urgent.
    #[must_use]
    pub fn less_urgent(&self, priority: &Priority) -> Option<&Priority> {
        self.names.get(self.rank(priority) + 1)
    }

    /// The only word that looks like this one.
    fn nearest(&self, word: &str) -> Option<String> {
        let word = word.trim().to_lowercase();
        let near = NEAR.min(word.chars().count() / 3);
        let names = self.names.iter().map(Priority::as_str);
        let words = names.chain(self.aliases.keys().map(|alias| &**alias));
        let looks_like =
            |one: &&str| strsim::damerau_levenshtein(&one.to_lowercase(), &word) <= near;
        let mut found = words.filter(looks_like);
        found.next().filter(|_| found.next().is_none()).map(str::to_owned)
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn named<'a>(names: &'a [Priority], word: &str) -> Result<&'a Priority, PrioritiesError> {
    names
        .iter()
        .find(|name| is_same(name.as_str(), word))
        .ok_or_else(|| PrioritiesError::NoName { word: word.to_owned(), names: listed(names) })
}

fn listed(names: &[Priority]) -> String {
    names.iter().map(Priority::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(word: &str) -> Priority {
        Priority::parse(word).unwrap()
    }

    fn numbers() -> Priorities {
        let mut numbers = Priorities::new(vec![name("1"), name("2"), name("3")], "3").unwrap();
        numbers.add_alias("Critical", "1").unwrap();
        numbers.add_alias("sehr dringend", "1").unwrap();
        numbers.add_alias("høy", "2").unwrap();
        numbers
    }

    #[test]
    fn a_word_is_a_name_or_an_alias_in_any_case_and_nothing_near_it() {
        let of = |word| numbers().find(word).map(ToString::to_string);
        assert_eq!(of(" 1 ").as_deref(), Some("1"));
        assert_eq!(of("CRITICAL").as_deref(), Some("1"));
        assert_eq!(of("Sehr Dringend").as_deref(), Some("1"));
        assert_eq!(of("HØY").as_deref(), Some("2"));
        assert_eq!((of("critcal"), of("4"), of("")), (None, None, None));
        assert_eq!(Priorities::standard().find("HIGH"), Some(&name("high")));
        assert_eq!(Priorities::standard().default(), &name("medium"));
    }

    #[test]
    fn who_types_another_word_is_told_which_there_are() {
        check(
            "critcal",
            "there is no priority \"critcal\"; do you mean critical? there is 1, 2, 3",
        );
        check("4", "there is no priority \"4\"; there is 1, 2, 3");
        check("", "there is no priority \"\"; there is 1, 2, 3");

        #[track_caller]
        fn check(word: &str, expected: &str) {
            assert_eq!(numbers().named(word).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_name_that_has_left_counts_as_its_alias_or_as_the_default() {
        let numbers = numbers();
        let rank = |word| numbers.rank(&name(word));
        assert_eq!((rank("1"), rank("3"), rank("critical"), rank("low")), (0, 2, 0, 2));
        assert_eq!(numbers.more_urgent(&name("low")), Some(&name("2")));
        assert_eq!(numbers.more_urgent(&name("1")), None);
        assert_eq!(numbers.less_urgent(&name("1")), Some(&name("2")));
        assert_eq!(numbers.less_urgent(&name("3")), None);
    }

    #[test]
    fn a_word_means_one_thing() {
        let twice = |word: &str| Err(PrioritiesError::Twice(word.to_owned()));
        let new = |words: &[&str], default| {
            Priorities::new(words.iter().map(|word| name(word)).collect(), default).map(drop)
        };
        assert_eq!(new(&["a", "b", "A"], "a"), twice("A"));
        assert_eq!(new(&[], "a"), Err(PrioritiesError::Count));
        assert_eq!(new(&["a"; Priorities::NAMES_MAX + 1], "a"), Err(PrioritiesError::Count));
        assert!(matches!(new(&["a"], "b"), Err(PrioritiesError::NoName { .. })));
        assert_eq!(numbers().add_alias("2", "1"), twice("2"));
        assert_eq!(numbers().add_alias("critical", "2"), twice("critical"));
        for bad in ["", " a", "a:b", "a\nb", &"x".repeat(Priority::CHARS_MAX + 1)] {
            assert!(matches!(numbers().add_alias(bad, "1"), Err(PrioritiesError::NoWord(_))));
        }
        let unknown = numbers().add_alias("hoch", "high");
        assert!(matches!(unknown, Err(PrioritiesError::NoName { .. })));
        let mut many = numbers();
        let filled = (0..=Priorities::ALIASES_MAX)
            .try_for_each(|n| many.add_alias(&format!("word {n}"), "1"));
        assert_eq!(filled, Err(PrioritiesError::Aliases));
    }
}
