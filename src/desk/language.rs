//! Languages in which people are written to, and which one a person gets.

mod detect;

use detect::detect;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// Norwegian, as bokmål.
    Norwegian,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Norwegian];

    /// Reads a tag by its primary language, such as `en`, `de-AT`, `nb` or `no` (RFC 5646 §2.1).
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let macrolanguage = if primary.eq_ignore_ascii_case("no") { "nb" } else { primary };
        Self::ALL.into_iter().find(|one| one.tag().eq_ignore_ascii_case(macrolanguage))
    }

    /// Its tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Norwegian => "nb",
        }
    }
}

/// The languages in which a desk writes, the first where nothing says another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages {
    first: Language,
    others: Vec<Language>,
}

impl Languages {
    /// These, each once; `None` of nothing.
    #[must_use]
    pub fn new(languages: &[Language]) -> Option<Self> {
        let (first, rest) = languages.split_first()?;
        let mut others = Vec::new();
        for one in rest {
            if one != first && !others.contains(one) {
                others.push(*one);
            }
        }
        Some(Self { first: *first, others })
    }

    /// Whether the desk writes in it.
    #[must_use]
    pub fn has(&self, language: Language) -> bool {
        self.iter().any(|one| one == language)
    }

    /// In the desk's order.
    pub fn iter(&self) -> impl Iterator<Item = Language> + '_ {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// In which a person is written to: the first of his account's that the desk writes in, else that of what
    /// he wrote now, where it is clear and one of the desk's, else that in which his ticket began, else the desk's
    /// first.
    #[must_use]
    pub fn choose(
        &self,
        account: &[Language],
        wrote: Option<&str>,
        began: Option<Language>,
    ) -> Language {
        if self.others.is_empty() {
            return self.first;
        }
        let known = account.iter().copied().find(|one| self.has(*one));
        known
            .or_else(|| detect(wrote?, self))
            .or_else(|| began.filter(|one| self.has(*one)))
            .unwrap_or(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_comes_first_then_the_message_then_the_ticket_then_the_desk() {
        use Language::{English, German, Norwegian};
        let german = "Guten Tag, unser Drucker druckt seit heute Morgen nicht mehr.";
        check(&[English], &[German], german, Some(German), English);
        check(&[English, German], &[Norwegian, German, English], "", Some(English), German);
        check(&[English, German], &[Norwegian], german, None, German);
        check(&[English, German], &[], german, Some(English), German);
        check(&[English, German], &[], "ok", Some(German), German);
        check(&[English, German], &[], "ok", Some(Norwegian), English);
        check(&[English, Norwegian], &[], german, None, English);
        check(&[Norwegian, English, Norwegian], &[], "", None, Norwegian);
        assert_eq!(Languages::new(&[]), None);

        #[track_caller]
        fn check(
            desk: &[Language],
            account: &[Language],
            wrote: &str,
            began: Option<Language>,
            expected: Language,
        ) {
            let desk = Languages::new(desk).unwrap();
            assert_eq!(desk.choose(account, Some(wrote), began), expected);
            assert!(desk.has(desk.choose(account, None, None)));
        }
    }

    #[test]
    fn a_language_reads_its_tag() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
        for (tag, language) in [
            ("DE-at", Some(Language::German)),
            ("no", Some(Language::Norwegian)),
            ("en_GB", Some(Language::English)),
            ("nn", None),
            ("deu", None),
            ("", None),
        ] {
            assert_eq!(Language::parse(tag), language, "{tag}");
        }
    }
}
