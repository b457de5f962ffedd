//! Languages in which people are written to.

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

#[cfg(test)]
mod tests {
    use super::*;

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
