//! What a desk needs to know of each request, and by which words it is seen that somebody has said it.

use super::phrases::{Phrases, Words};

/// One fact that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// What is asked, as customers read it.
    pub ask: String,
    /// Words of a text that says it.
    pub found_by: Phrases,
}

impl Checklist {
    /// Facts of a desk.
    pub const ITEMS_MAX: usize = 20;
    /// Characters of what is asked.
    pub const CHARS_MAX: usize = 100;
}

/// What a text does not say.
#[must_use]
pub fn missing(checklist: &[Checklist], text: &str) -> Vec<String> {
    if checklist.is_empty() {
        return Vec::new();
    }
    let words = Words::of(text);
    let missing = checklist.iter().filter(|one| one.found_by.found_in(&words).is_none());
    missing.map(|one| one.ask.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_says_is_not_asked_for() {
        let of = |ask: &str, words: &[&str]| {
            let words: Vec<_> = words.iter().map(|one| (*one).to_owned()).collect();
            Checklist { ask: ask.to_owned(), found_by: Phrases::new(&words).unwrap() }
        };
        let list = [of("Start time", &["since", "started"]), of("Error message", &["error"])];
        assert_eq!(missing(&list, "It is down SINCE noon."), ["Error message"]);
        assert_eq!(missing(&list, "Error 17; it started at noon"), [""; 0]);
        assert_eq!(missing(&list, "sincerely"), ["Start time", "Error message"]);
        assert_eq!(missing(&[], ""), [""; 0]);
    }
}
